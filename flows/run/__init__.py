"""One run from the writer's lock to the snapshot: what it holds open, plans, records, judges and recovers.

Called by flows/pipeline.py, in the order that is written there. No decorator of a flow, and nothing of the UI.
"""
