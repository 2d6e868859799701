"""What a scheduled run with nothing new costs, beside an empty Prefect flow run on the same server.

Run by people; writes docs/benchmarks.md. It looks at the product from outside only.
"""
