"""Every reader of outside text under slow texts and bytes that nobody meant; outlets beside faults; Ctrl-C.

Run by people (`make fuzz`, `make complexity`, `make bulkheads`), and in small by tests/test_bulkheads.py; writes
docs/conformance.md.
Nothing here repairs anything: what is found is repaired where it is read.
"""
