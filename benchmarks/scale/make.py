"""What benchmarks/scale/measure.py measures on: a warehouse of many articles, and packages that none has seen yet."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from tasks.understand.signature import signature
from warehouse.clustering.clusters import SIGNATURES
from warehouse.connection import open_writer
from warehouse.places import place_of

NOW = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
PACKAGE = 1000
_FILL = Path(__file__).with_name("fill.sql")
_BY_URL = ("captures", "fetches", "discoveries", "outcomes", "frontier")
_BY_ARTICLE = ("articles", "article_versions", "article_images", "article_links", "article_dates", "article_signals",
               "quotes", "mentions")  # fmt: skip
_WHOLE = {"sources": "select * from sources",
          "outlet_blocks": f"select * from internal.outlet_blocks order by block limit {3 * PACKAGE}"}  # fmt: skip
_IDS = ("article_id", "url_id", "capture_id", "run_id")
# The words of scale_fill.sql by rank: the first stands in nearly every article, the 50,000th in one of 250.
_WORD = "select chr(97 + (hash(i) % 26)::integer) || substr(md5(i::varchar), 1, 2 + (hash(i, 1) % 8)::integer)"


def fill(path: Path, count: int) -> None:
    """A new warehouse of so many articles at `path`, without a search index."""
    values = {"count": count, "now": NOW}
    with open_writer(path) as connection:
        connection.execute("reset memory_limit")  # the generator's is not measured
        for statement in duckdb.extract_statements(_FILL.read_text(encoding="utf-8")):
            connection.execute(statement, {name: values[name] for name in statement.named_parameters})
        _sign_the_newest(connection)
        connection.execute("checkpoint")


def _sign_the_newest(connection: duckdb.DuckDBPyConnection) -> None:
    """True signatures of the stories that the packages have copies of; the others' are drawn."""
    rows = connection.execute(
        f"select article_id::varchar, text from articles order by first_seen desc limit {PACKAGE}"
    ).fetchall()
    signed = pa.table([[i for i, _ in rows], [list(signature(text).bands) for _, text in rows]], schema=SIGNATURES)
    connection.register("signed", signed)
    connection.execute("delete from internal.lsh_index where article_id in (select article_id::uuid from signed)")
    connection.execute("insert into internal.lsh_index select article_id::uuid, bands::uinteger[24] from signed")
    connection.unregister("signed")


def words(connection: duckdb.DuckDBPyConnection, *ranks: int) -> list[str]:
    """Words of the articles, by rank."""
    return [str(connection.execute(f"{_WORD} from (select ? as i)", [rank]).fetchall()[0][0]) for rank in ranks]


def package(connection: duckdb.DuckDBPyConnection, number: int) -> dict[str, list[dict[str, Any]]]:
    """The rows of 1,000 articles of today, by table: the newest under other names, one text in 20 as it was."""
    newest = f"(select article_id, url from made_newest limit {PACKAGE})"
    connection.execute(
        "create temp table if not exists made_newest as select article_id, url from articles "
        f"order by first_seen desc limit {PACKAGE}"
    )
    chosen = {table: f"select t.* from {place_of(table)} as t semi join {newest} using (url)" for table in _BY_URL}
    chosen |= {table: f"select t.* from {table} as t semi join {newest} using (article_id)" for table in _BY_ARTICLE}
    found = {table: _renamed(connection, sql, number) for table, sql in (chosen | _WHOLE).items()}
    found["article_versions"] = [row for row in found["article_versions"] if row["version"] == 1]
    for row in found["articles"]:
        row["version"] = 1
    found["signatures"] = [
        {"article_id": row["article_id"], "bands": list(signature(row["text"]).bands)} for row in found["articles"]
    ]
    return found


def _renamed(connection: duckdb.DuckDBPyConnection, sql: str, number: int) -> list[dict[str, Any]]:
    cursor = connection.execute(sql)
    names = [column[0] for column in cursor.description or ()]
    return [_other(dict(zip(names, row, strict=True)), number) for row in cursor.fetchall()]


def _other(row: dict[str, Any], number: int) -> dict[str, Any]:
    space, is_copy = uuid.UUID(int=number + 1), row.get("article_id") and row["article_id"].int % 20 == 0
    row |= {name: str(uuid.uuid5(space, str(row[name]))) for name in _IDS if row.get(name)}
    row |= {name: f"{row[name]}-{number}" for name in ("url", "canonical_url") if row.get(name) and "source" in row}
    if row.get("text") and not is_copy:
        parts = row["text"].split(" ")
        row["text"] = " ".join(f"{word}{number}" if place % 3 == 0 else word for place, word in enumerate(parts))
    if row.get("text"):
        row["content_hash"] = f"{row['content_hash']}{number}"
    return row
