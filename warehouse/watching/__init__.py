"""Standing queries: what is watched, what was found for each, what has been told, and where to tell it.

Called by flows/run after a load and by `dateline watch`. It matches and remembers; nothing is sent from here.
"""
