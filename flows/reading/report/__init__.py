"""`dateline report`: the newsroom at a glance, one page that anybody can open.

Called by flows/commands and by maintenance. Each part is one SQL file; no question that the page does not show.
"""
