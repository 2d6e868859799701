"""`dateline up` over days of faults in minutes, and a judge of what it left.

Run by `make soak`; writes docs/reliability.md. It looks at the product from outside only.
"""
