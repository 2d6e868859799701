"""One line of the measured table."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What was measured against which mark; `details` is Markdown for below the table."""

    what: str
    wanted: str
    measured: str
    met: bool
    details: tuple[str, ...] = ()


def cell(text: object) -> str:
    """Text as code in a table's cell."""
    return "`" + str(text).replace("|", "\\|").replace("`", "'").replace("\n", "\\n") + "`"
