"""Where articles are announced: feeds, sitemaps, home pages; what is new there, and when to look again.

Called by flows/run and `dateline add`. It asks through tasks/fetch and fetches no article.
"""
