"""Expected trouble in plain words: what was being done, what happened, what to try."""

from __future__ import annotations

import errno
from collections.abc import Iterator

_SPACE = "No space left on device"


def explained(error: BaseException) -> str | None:
    """The message for an error that has a cause outside the program; None for a mistake of the program's own."""
    import duckdb

    from flows.base.errors import EdgeError
    from tasks.archive.errors import ArchiveError
    from tasks.understand.errors import UnderstandError
    from warehouse.errors import WarehouseError

    if any(map(_is_full, _chain(error))):
        paths = [str(each.filename) for each in _chain(error) if isinstance(each, OSError) and each.filename]
        return (
            f"the disk is full{f' at {paths[0]}' if paths else ''}: {_first_line(error)}. What was fetched stays "
            "in the archive. Free some space and run the same command again: it takes up what is left; nothing is lost."
        )
    if any(isinstance(each, OSError) and each.errno in (errno.EMFILE, errno.ENFILE) for each in _chain(error)):
        return f"too many files are open: {_first_line(error)}. Allow more (`ulimit -n 1024`), and run it again."
    if isinstance(error, MemoryError) or "can't start new thread" in str(error):
        return (
            f"there is not enough memory: {_first_line(error)}. Give it more, or take less at once: [extract] workers "
            "and batch in dateline.toml. What was fetched stays in the archive; the next run takes up the rest."
        )
    if isinstance(error, duckdb.IOException | duckdb.FatalException | duckdb.OutOfMemoryException):
        return f"the warehouse could not be read or written: {_first_line(error)}. {_remedy(str(error))}"
    if isinstance(error, OSError) and error.strerror and error.filename:
        return (
            f"cannot read or write {error.filename}: {error.strerror}. Check the path and its rights, or name another."
        )
    if isinstance(error, (EdgeError, ArchiveError, UnderstandError, WarehouseError, OSError)):
        return str(error)
    return None


def _is_full(error: BaseException) -> bool:
    return (isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)) or _SPACE in str(error)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _remedy(said: str) -> str:
    """What helps against a file that DuckDB cannot open: it depends on which it is."""
    if "not a valid DuckDB" not in said and "orrupt" not in said:
        return "`dateline verify` looks at it."
    if "work.duckdb" in said:
        return "`dateline rebuild` makes it anew from the archive; the file before is kept."
    return "Any run that loads something publishes it anew; `dateline rebuild` does so at once."


def _first_line(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".!")
