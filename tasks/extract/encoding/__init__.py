"""Bytes to text: labels, byte order marks and the prescan of the WHATWG standard.

Called by tasks/extract/page. Nothing here guesses at content.
"""
