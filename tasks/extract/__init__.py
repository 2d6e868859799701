"""A page's fields from its bytes, in a process of its own: encoding, signals, fields, story, kind; and the pool.

Called by flows/run through `pool`. Runs in workers: no Prefect, Great Expectations, pandas or DuckDB.
"""
