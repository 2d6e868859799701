"""SQL over what a search found: attention by period, and how often names stand in it.

Read by flows/reading. The table search_hits is temporary, and filled by the session that asks.
"""
