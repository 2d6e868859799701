"""The full-text index of the published articles: made, kept small, and asked.

Called by publishing, by maintenance and by `dateline search`. Only SQL: what a user typed is not parsed here.
"""
