"""Parts that fail while a run is at work: server, readers, judge, disk, clock.

Run by `make faults` as root; writes docs/reliability.md. No recovery stands here.
"""
