"""One module a field of an article: each weighs the signals and says which one won.

Called by tasks/extract/page. No module reads the page's text for the story's body.
"""
