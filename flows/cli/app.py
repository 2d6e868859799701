"""The command line, put together. Importing it must stay cheap: help and every command wait for it."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from flows.base.left_behind import leaving_threads_behind
from flows.cli import (
    add,
    backfill,
    backup,
    demo,
    down,
    explore,
    export,
    ingest,
    init,
    quarantine,
    query,
    rebuild,
    reextract,
    report,
    search,
    sources,
    sql,
    status,
    top,
    trend,
    up,
    verify,
    watch,
)
from flows.terminal.broken_pipe import Program
from flows.terminal.interruption import stopping_in_a_line
from flows.terminal.options import EXIT_CODES
from flows.terminal.streams import prepare_streams

# In the order in which the help shows them.
COMMANDS = (
    demo,
    init,
    add,
    ingest,
    backfill,
    up,
    down,
    reextract,
    quarantine,
    verify,
    rebuild,
    backup,
    status,
    sql,
    query,
    search,
    trend,
    top,
    report,
    explore,
    export,
    sources,
    watch,
)

app = typer.Typer(
    name="dateline",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    cls=Program,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"dateline {version('dateline')}")
        raise typer.Exit


@app.callback()
def program(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """A news warehouse that its owner runs: discover, fetch, archive, extract, check and load articles."""


for command in COMMANDS:
    command.register(app)


def main() -> None:
    """The program's entry: expected trouble becomes one clear message and exit status 1, or 2 for what was typed.

    Ctrl-C, SIGTERM and a terminal that is closed end it in a line, with status 130.
    """
    prepare_streams()
    with leaving_threads_behind(), stopping_in_a_line():
        _main()


def _main() -> None:
    try:
        app()
    except Exception as error:
        from flows.base.errors import BadUsage, RunCancelled
        from flows.terminal.messages import explained
        from flows.terminal.show import show_error
        from warehouse.errors import BadSearch

        message = explained(error)
        if message is None or isinstance(error, RunCancelled):
            raise
        show_error(message)
        sys.exit(2 if isinstance(error, BadUsage | BadSearch) else 1)


if __name__ == "__main__":
    main()
