"""Attention over time: the SQL that counts articles that match by day, week or month, and names what stands out.

Called by flows/reading. SQL only: which articles match is found by warehouse/searching.
"""
