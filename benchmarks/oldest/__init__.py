"""Whether the oldest DuckDB that README names reads the published snapshot: every table and view of it, in full.

Run by `make oldest`, in an environment that has that DuckDB and nothing else. It imports nothing of Dateline,
and writes nothing.
"""
