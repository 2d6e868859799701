"""The full-text index of the published articles: its making, its query language, its answers and excerpts.

Called by publishing, by maintenance and by flows/reading. It knows articles only; what is shown is chosen there.
"""
