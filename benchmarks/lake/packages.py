"""Packages of invented articles, decided on what a lake holds: half of each package's keys are those of others."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import duckdb

Tables = Mapping[str, Sequence[Mapping[str, Any]]]
ARTICLES = 100  # of a package, as in a run's first batch
_SHARED = ARTICLES // 2
_TEXT = "\n\n".join(f"The council of Brackwater voted on item {n} after an hour of argument." for n in range(40))


def run_of(loader: int) -> str:
    """The run of a loader."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"loader {loader}"))


def package_id(loader: int, number: int) -> str:
    """The name of a package."""
    return f"{loader:02d}-{number:03d}"


def decide(connection: duckdb.DuckDBPyConnection, loader: int, number: int) -> Tables:
    """The rows of one package: an article that is not known is new, one that is gets its next version."""
    urls = [f"https://shared.example/{number}/{n}" for n in range(_SHARED)]
    urls += [f"https://outlet-{loader}.example/{number}/{n}" for n in range(ARTICLES - _SHARED)]
    idents = {hashlib.sha256(url.encode()).hexdigest()[:32]: url for url in urls}
    found = connection.execute(
        "select cast(article_id as varchar), max(version) from article_versions "
        "where article_id in (select unnest(?::uuid[])) group by all",
        [list(idents)],
    ).fetchall()
    known = {ident.replace("-", ""): version for ident, version in found}
    now = datetime.now(UTC)
    made = [_rows(url, ident, known.get(ident, 0) + 1, loader, number, now) for ident, url in idents.items()]
    return {table: [row[table] for row in made] for table in made[0]}


def _rows(url: str, ident: str, version: int, loader: int, number: int, now: datetime) -> dict[str, dict[str, Any]]:
    who = {"run_id": run_of(loader), "source": f"outlet-{loader}"}
    capture = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{url} {loader} {number} {now}"))
    text = f"{_TEXT}\n\nAs {loader} read it the {version}. time."
    digest = hashlib.sha256(text.encode()).hexdigest()
    content = {"article_id": ident, "version": version, "headline": url, "text": text, "capture_id": capture,
               "content_hash": digest, "extractor": "x", "run_id": who["run_id"]}  # fmt: skip
    return {
        "captures": who | {"capture_id": capture, "url": url, "requested_url": url, "fetched_at": now, "status": 200,
                           "warc_file": f"{loader}.warc.gz", "warc_offset": 0, "warc_length": 1},
        "articles": content | who | {"url": url, "canonical_url": url, "domain": url.split("/")[2], "authors": [],
                                     "first_seen": now, "last_seen": now, "word_count": 400, "page_kind": "article",
                                     "quality_flags": []},
        "article_versions": content | {"valid_from": now, "change_kind": "new" if version == 1 else "body"},
        "article_addresses": {"article_id": ident, "url": url, "kind": "canonical", "source": who["source"],
                              "first_seen": now, "url_id": ident, "run_id": who["run_id"]},
        "discoveries": who | {"url": url, "url_id": ident, "via": "feed", "discovered_at": now},
        "outcomes": who | {"url": url, "article_id": ident, "outcome": "loaded" if version == 1 else "revised",
                           "capture_id": capture, "decided_at": now},
    }  # fmt: skip
