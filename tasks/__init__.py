"""What the work is: a room a stage, in the order discover, fetch, archive, extract, understand, decide, load.

Called by flows/. Plain functions and values: no Prefect, no settings, no clock of its own.
"""
