"""Eight invented outlets on loopback, with two editions and their awkward pages.

Called by `dateline demo`, tests and benchmarks. It knows nothing of the pipe: it serves pages as outlets do.
"""
