"""What the measurements share: the page of docs/ that they write into, and how a mark is shown.

Called by every subject. It measures nothing itself.
"""
