"""What can go wrong with the archive, as one tree.

    ArchiveError
    ├── UnreadableWarc    a file that is no WARC, or holds none that can be read
    └── LostCapture       what the books say stands in the archive does not stand there

Each takes one string, so that it survives pickling.
"""

from __future__ import annotations


class ArchiveError(Exception):
    """Any trouble with raw captures."""


class UnreadableWarc(ArchiveError):
    """The input is no WARC."""


class LostCapture(ArchiveError):
    """A capture is not where it should be."""
