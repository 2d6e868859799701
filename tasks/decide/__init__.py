"""What becomes of a page that was read: new, revised, unchanged, duplicate or rejected; and which feeds are due.

Called by flows/run. Pure functions of what was known, what came and the time; `lookups` asks the warehouse for them.
"""
