"""The page as a tree: one pass that knows its elements, and the vocabulary of class names that all readers share.

Called by tasks/extract/page, fields and story. It reads the tree and decides nothing about an article.
"""
