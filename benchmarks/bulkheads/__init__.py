"""Every reader of outside text under texts made to be slow for it, and under bytes that nobody meant.

Run by people (`make fuzz`, `make complexity`), and in small by tests/test_bulkheads.py; writes docs/conformance.md.
Nothing here repairs anything: what is found is repaired where it is read.
"""
