"""The reader against gold texts and against other extractors: headline, authors, dates, body.

Run by people; writes docs/quality.md. No rule of the reader stands here.
"""
