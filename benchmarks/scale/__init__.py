"""A warehouse of a million articles: how long loading, publishing, searching and the shipped queries take.

Run by `make scale`; writes docs/benchmarks.md. Rows are made up by SQL, not read from pages.
"""
