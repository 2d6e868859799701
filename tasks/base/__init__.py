"""What several stages need: addresses and their identity, strings, links with their source.

Called by all rooms of tasks; it imports none of them. No request and no file is opened here.
"""
