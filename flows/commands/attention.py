"""`dateline trend` and `dateline top`: attention over time, and what stands out."""

from __future__ import annotations

from pathlib import Path

from rich.table import Table
from rich.text import Text

from flows.base.errors import BadUsage
from flows.base.escape import for_terminal
from flows.base.output_path import refuse_files_of
from flows.base.settings import Settings
from flows.commands.published import open_published
from flows.reading.attention import chart, trend
from flows.reading.searching import SearchRequest
from flows.reading.sql import Result
from flows.reading.standing_out import standing_out
from flows.terminal.output import deliver
from flows.terminal.show import console, errors

_BAR = 40  # columns of the longest bar


def trend_command(
    settings: Settings,
    asked: SearchRequest,
    *,
    unit: str,
    by: str | None,
    is_share: bool,
    picture: Path | None,
    form: str,
    timeout_s: float,
    output: Path | None,
) -> None:
    """Print a trend, with bars for a person, or write it and its picture to files.

    Raises:
        BadUsage: a unit, a group or a picture's name that is none.
        BadSearch: the search cannot be meant.
    """
    image = picture.suffix.lower().removeprefix(".") if picture else ""
    if picture and image not in {"svg", "png"}:
        raise BadUsage(f"--chart {picture} is no picture: its name ends in .svg or .png")
    refuse_files_of(settings.folder, output)
    refuse_files_of(settings.folder, picture)
    reader = open_published(settings, timeout_s=timeout_s)
    try:
        found = trend(reader, asked, unit=unit, by=by)
    finally:
        reader.close()
    if picture:
        picture.write_bytes(chart(found, is_share=is_share, image=image))
        errors.print(f"the chart is {picture}", style="dim", highlight=False)
    if form == "table" and output is None:
        console.print(bars(found, is_share=is_share))
    elif not picture or output:
        deliver(found, form=form, output=output)


def bars(found: Result, *, is_share: bool) -> Table:
    """A trend for the terminal: a bar a row."""
    at = found.columns.index("share" if is_share else "articles")
    longest = max((row[at] or 0 for row in found.rows), default=0) or 1
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in (*found.columns, ""):
        table.add_column(name, justify="right" if name in {"articles", "all_articles", "share"} else "left")
    for row in found.rows:
        cells = ["" if value is None else f"{value:.2%}" if isinstance(value, float) else str(value) for value in row]
        bar = "█" * round(_BAR * (row[at] or 0) / longest)
        table.add_row(*(Text(for_terminal(cell)) for cell in cells), Text(bar, style="cyan"))
    return table


def top_command(
    settings: Settings,
    asked: SearchRequest,
    *,
    kinds: list[str],
    rows: int,
    form: str,
    timeout_s: float,
    output: Path | None,
) -> None:
    """Print what stands out in what a search finds.

    Raises:
        BadUsage: a kind that is none.
        BadSearch: the search cannot be meant.
    """
    refuse_files_of(settings.folder, output)
    reader = open_published(settings, timeout_s=timeout_s)
    try:
        found = standing_out(reader, asked, kinds=kinds, rows=rows)
    finally:
        reader.close()
    deliver(found, form=form, output=output)
