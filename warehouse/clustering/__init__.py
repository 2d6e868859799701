"""Near-duplicate texts: what they are compared by, how they are compared, and the SQL of their clusters.

Called when a package is loaded. Only texts and their signatures are looked at.
"""
