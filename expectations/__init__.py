"""What a good article, batch and source are: suites of rules as data, the judge that applies them, and its pages.

Called by the runs (flows/run). Great Expectations is imported by `engine` only; nothing here fetches or loads.
"""
