"""Pages a second, memory and processes of whole runs.

Run by people; writes docs/benchmarks.md. It looks at the product from outside only.
"""
