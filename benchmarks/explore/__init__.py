"""The pages of `dateline explore` on a large warehouse: the first byte of each, and twenty readers at once.

Run by `make explore`; writes docs/benchmarks.md. The warehouse is that of benchmarks/scale.
"""
