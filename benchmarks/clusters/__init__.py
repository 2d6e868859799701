"""Syndication measured: how fast and how rightly near-duplicate texts are put into story clusters.

Run by people; writes docs/benchmarks.md. The clustering itself stands in warehouse/clustering.
"""
