"""A warehouse on DuckLake: loaders side by side that are killed, and what a package costs beside a file.

Run as `python -m benchmarks.lake`; needs PostgreSQL and the extra `scale`. Nothing of the product imports it.
"""
