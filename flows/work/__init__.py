"""What the flows beyond ingest do: reextract, replay, maintenance, rebuild.

Called by the flows of that name and by flows/commands. A run over pages stands in flows/run.
"""
