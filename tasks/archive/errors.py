"""What can go wrong with the archive, as one tree.

    ArchiveError
    ├── UnreadableWarc    a file that is no WARC, or holds none that can be read
    ├── BrokenRecord      a WARC stops making sense at some byte; caught inside the room, and told with its offset
    └── LostCapture       what the books say stands in the archive does not stand there

Each takes plain arguments by position, so that it survives pickling.
"""

from __future__ import annotations


class ArchiveError(Exception):
    """Any trouble with raw captures."""


class UnreadableWarc(ArchiveError):
    """The input is no WARC."""


class LostCapture(ArchiveError):
    """A capture is not where it should be."""


class BrokenRecord(ArchiveError):
    """A record that cannot be read whole.

    Args:
        offset: of the record, or of its gzip member, in bytes from the beginning of the file.
        what: what is wrong with it.
        is_cut: whether the file simply ends within it.
    """

    def __init__(self, offset: int, what: str, is_cut: bool = False) -> None:
        super().__init__(offset, what, is_cut)
        self.offset, self.what, self.is_cut = offset, what, is_cut

    def __str__(self) -> str:
        return f"byte {self.offset}: {self.what}"
