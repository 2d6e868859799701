"""What every room of flows may use: settings, errors, the report of a run, escaping.

Called by all rooms of flows; it imports none of them. Nothing here starts anything or prints.
"""
