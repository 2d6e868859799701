"""Measurements, a room a subject, each run as `python -m benchmarks.SUBJECT`; `--write` puts the figures into docs/.

Called by `make` targets and by people; CI runs some. Not shipped, and nothing here is imported by the product.
"""
