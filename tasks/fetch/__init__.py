"""HTTP as a polite and careful client: addresses, robots.txt, pace, redirects, decoding, limits.

Called by tasks/discover and flows/run. Bytes go out as they came in; no page is looked into.
"""
