"""The search index of the published articles: the language of searches, the index of each snapshot, excerpts.

Called by publishing, by `dateline verify`, and by all that search. The only room that knows the engine (tantivy).
"""
