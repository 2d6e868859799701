"""Bytes that arrived, kept before anything is decided: WARC segments written, imported, read, salvaged, verified.

Called by flows/run and flows/work. What a page says is not looked at here.
"""
