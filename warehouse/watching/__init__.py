"""Standing queries: what they are, what they have found, and what of it was told.

Called by publishing and by flows/run/telling.py. Nothing is sent from here.
"""
