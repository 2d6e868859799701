"""What the Prefect UI shows of a run: names, tags, artifacts, events, failures in a line.

Called by the flows and the pipeline. It only looks on: a run's outcome never depends on it.
"""
