"""A warehouse on DuckLake: where it is, how it is opened, what its migrations become, who may write, what readers open.

Called by the modules beside it (connection, writing, snapshot), which serve both kinds; only what differs stands here.
It imports psycopg and DuckDB's extensions when a lake is opened: who has a file needs neither. No table's meaning.
"""
