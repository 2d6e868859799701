"""Every table and view of a published snapshot, read in full; `make oldest` runs it with the oldest DuckDB's wheel.

    python benchmarks/oldest/__main__.py SNAPSHOT

Imports nothing of Dateline: the environment that runs it has DuckDB and nothing else. Status 1 when something cannot be
read.
"""

import sys

import duckdb

_NAMES = "select table_name from information_schema.tables where table_schema = 'main' order by 1"


def main(snapshot: str) -> int:
    """Read it; the exit status."""
    with duckdb.connect(snapshot, read_only=True) as connection:
        names = [name for (name,) in connection.execute(_NAMES).fetchall()]
        wrong = {name: said for name in names if (said := _read(connection, name))}
    for name, said in wrong.items():
        print(f"{name}: {said}")
    print(f"DuckDB {duckdb.__version__}: {len(names) - len(wrong)} of {len(names)} tables and views read")
    return int(bool(wrong) or not names)


def _read(connection: duckdb.DuckDBPyConnection, name: str) -> str | None:
    """What is wrong with a table or view; every value of it is looked at."""
    try:
        connection.execute(f'select count(*), sum(hash(t)::hugeint) from "{name}" as t').fetchall()
    except duckdb.Error as error:
        return str(error).partition("\n")[0]
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
