"""Programs that write pages of this folder from the product itself: tables, architecture, pictures.

Called by people after a change; tests check that the pages are as they would be written. Not shipped.
"""
