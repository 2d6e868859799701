"""When and in what order: a file a flow, `pipeline` with the steps of a run, and rooms for what surrounds them.

Called by Prefect and by flows/cli. How a page is fetched, read or decided about stands in tasks/.
"""
