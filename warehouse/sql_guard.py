"""What a stranger's SQL may say: statements that read, and no function that does more.

DuckDB's settings (`warehouse.connection.open_reader`) keep SQL from files, network and the data. What they let through,
found by trying (tests/test_sql_escapes.py): `call enable_logging(storage = 'file')` breaks the connection and then
aborts the process; `pragma enable_profiling` writes to standard output; BEGIN leaves a transaction that one error makes
useless; a temporary view named `articles` answers instead of the table. So a statement that is no query is refused,
temporary tables too: WITH does the same within a query, and who needs more opens the file in a DuckDB of their own.

Which functions a query calls is asked of DuckDB's parser. A search in the text misses what it does not know: a quoted
name, a comment, a zero-width blank before the parenthesis.
"""

from __future__ import annotations

import json
import re

import duckdb

from warehouse.errors import QueryFailed

_REFUSED = """
arrow_scan arrow_scan_dumb checkpoint disable_logging disable_profiling duckdb_external_file_cache duckdb_log_contexts
duckdb_logs duckdb_logs_parsed duckdb_prepared_statements duckdb_profiling_settings duckdb_secret_types duckdb_secrets
duckdb_temporary_files enable_logging enable_profiling force_checkpoint glob json_execute_serialized_sql pandas_scan
parquet_bloom_probe parquet_file_metadata parquet_full_metadata parquet_kv_metadata parquet_metadata parquet_scan
parquet_schema python_map_function query query_table read_blob read_csv read_csv_auto read_duckdb read_json
read_json_auto read_json_objects read_json_objects_auto read_ndjson read_ndjson_auto read_ndjson_objects read_parquet
read_text seq_scan sniff_csv truncate_duckdb_logs which_secret write_log pg_clear_cache
read_postgres_binary
"""
REFUSED = frozenset(
    _REFUSED.split()
)  # tests/test_sql_escapes.py tells when DuckDB brings a table function unknown to it
# What DuckDB's extensions bring where a lake is open: they write, read its catalog, or hand SQL on to PostgreSQL.
_OF_LAKES = ("ducklake_", "postgres_", "sqlite_")
_FUNCTION = re.compile(r'"function_name":("(?:[^"\\]|\\.)*")')
_WORD = re.compile(r"\w+")
_BEGINNING = re.compile(r"\w+|.?", re.DOTALL)
_OPTIONS = {"analyze", "analyse", "verbose"}
_INSTEAD = {
    "COPY": "To write a result to a file: --format csv --output FILE, or `dateline export`.",
    "EXPORT": "To write the tables to files: `dateline export`.",
    "CREATE": "For a step in between, use WITH; for tables of your own, open a copy of the file with DuckDB.",
    "ATTACH": "To read another snapshot: --database FILE.",
    "SET": "Limits are options of the command, such as --timeout.",
}


def check(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Look at all statements of a text before the first one runs.

    Raises:
        QueryFailed: there is none, or one of them does not only read, or calls a function in REFUSED.
        duckdb.Error: DuckDB cannot parse it.
        UnicodeEncodeError: the text holds half a character.
    """
    sql.encode()  # DuckDB would say what types it takes
    if "\0" in sql:  # DuckDB would run what stands before it
        raise QueryFailed("not allowed here: a NUL character in a query. Write chr(0).")
    statements = connection.extract_statements(sql)
    if not statements:
        raise QueryFailed('there is no query to run: blanks and comments only. Try "from articles limit 5".')
    called: set[str] = set()
    for statement in statements:
        kind = statement.type.name
        if kind == "EXPLAIN":
            check(connection, _explained(statement.query))
        elif kind != "SELECT" and (kind != "CREATE" or statement.query):  # CREATE without a text of its own is PIVOT's
            raise _refusal(kind.replace("_", " ").strip("?") or "this kind of statement", _INSTEAD.get(kind, ""))
        elif all(each.query for each in statements):
            called |= _called(connection, statement.query)
        else:
            called |= _mentioned(sql)
    for name in sorted(filter(is_refused, called)):
        raise _refusal(f"{name}()", "")


def _called(connection: duckdb.DuckDBPyConnection, query: str) -> set[str]:
    """Names of the functions in a query, in small letters: DuckDB's parser has found them, whatever way they are spelt.

    Raises:
        QueryFailed: DuckDB cannot say what is in the query.
    """
    ((tree,),) = connection.cursor().execute("select json_serialize_sql(?::varchar)", [query]).fetchall()
    if tree.startswith('{"error":true'):
        raise QueryFailed(f"not allowed here: {json.loads(tree)['error_message']}. Only queries are answered.")
    # No json.loads: a tree may be deeper than Python's stack. Quotes within its texts are escaped, so this is a key.
    return {json.loads(name).lower() for name in _FUNCTION.findall(tree)}


def _mentioned(sql: str) -> set[str]:
    """Refused names that stand anywhere: of a PIVOT whose columns come out of the data DuckDB shows no tree."""
    return set(filter(is_refused, _WORD.findall(sql.lower())))


def is_refused(function: str) -> bool:
    """Whether a query may not call a function of that name, in small letters."""
    return function in REFUSED or function.startswith(_OF_LAKES)


def _refusal(what: str, instead: str) -> QueryFailed:
    return QueryFailed(f"not allowed here: {what}. This connection only reads the warehouse. {instead}".rstrip())


def _explained(sql: str) -> str:
    """What an EXPLAIN explains, and with ANALYZE runs: the text after its keyword and options.

    What is left out in front is one of these words or an option's, so that nothing of the statement itself can be.
    """
    words = [*_words(sql), (len(sql.encode()), "")]
    at = 1 + (words[1][1] in _OPTIONS)
    if words[at][1] == "(" and words[at + 1][1] in {"format", *_OPTIONS}:
        at = next((i + 1 for i in range(at, len(words)) if words[i][1] == ")"), -1)
    return sql.encode()[words[at][0] :].decode()


def _words(sql: str) -> list[tuple[int, str]]:
    """Offset (in bytes) and beginning of each token, in small letters; DuckDB's own lexer cuts them.

    A token's text ends where the next one starts, so a comment may hang on it.
    """
    raw = sql.encode()
    starts = [offset for offset, _ in duckdb.tokenize(sql)]
    pieces = zip(starts, [*starts[1:], len(raw)], strict=True) if starts else ()
    return [(start, _BEGINNING.match(raw[start:end].decode(errors="replace").lower())[0]) for start, end in pieces]  # type: ignore[index]  # it matches everything
