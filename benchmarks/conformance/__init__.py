"""The product against corpora of others: URLs, feeds, robots.txt, archives, encodings, hostile servers.

Run by people; writes docs/conformance.md. Cases come from outside; no expectation is made here.
"""
