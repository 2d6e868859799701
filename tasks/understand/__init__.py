"""What a story's text says: who is quoted, and which people, organizations and places are named.

Called by the extraction pool. Runs in workers: no Prefect, Great Expectations, pandas or DuckDB.
"""
