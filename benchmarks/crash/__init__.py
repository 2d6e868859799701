"""`kill -9` at every point of a run and at random moments, then the comparison with a run that lived.

Run by `.ci/run` and `make crash`; writes docs/reliability.md. Nothing here repairs anything.
"""
