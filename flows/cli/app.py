"""The command line. Importing it must stay cheap: it is imported again in every worker process."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Optional

import typer

from flows.cli import keeping as cli_keeping
from flows.cli import readers as cli_reading
from flows.cli import source_lists, watching
from flows.terminal.broken_pipe import Program
from flows.terminal.interruption import stopping_in_a_line
from flows.terminal.options import EXIT_CODES, Config, Home

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


@app.command()
def demo(
    home: Annotated[Path, typer.Option("--home", help="Where; made anew each time.")] = Path("dateline-demo"),
) -> None:
    """Run the whole job on the embedded newsroom, two editions of it, then SQL. Needs no network."""
    from flows.cli.demo import demo as run_demo

    raise typer.Exit(run_demo(home))


@app.command()
def init(
    path: Annotated[Optional[Path], typer.Argument(help="The file to write.")] = None,  # noqa: UP045
    prefect: Annotated[bool, typer.Option("--prefect", help="Write prefect.yaml, for `prefect deploy --all`.")] = False,
) -> None:
    """Write a commented dateline.toml with a handful of public feeds. Never overwrites."""
    from flows.cli.init import init_command

    init_command(path, prefect=prefect)


@app.command(epilog=EXIT_CODES)
def add(
    urls: Annotated[
        list[str], typer.Argument(metavar="URL…", help="An outlet's home page, a section, or a feed; no scheme needed.")
    ],
    name: Annotated[Optional[str], typer.Option("--name", help="The source's name; default: its title.")] = None,  # noqa: UP045
    config: Config = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask; a large sitemap alone will do.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be written; write nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="What was found as JSON; implies no question.")] = False,
) -> None:
    """Find the feeds and sitemaps of one outlet or several, and append each to dateline.toml as a source."""
    from flows.cli.add import add_all

    raise typer.Exit(add_all(urls, name=name, config=config, yes=yes, dry_run=dry_run, as_json=as_json))


@app.command(epilog=EXIT_CODES)
def ingest(
    sources: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Argument(help="Sources or collections of dateline.toml; default all."),
    ] = None,
    url: Annotated[Optional[list[str]], typer.Option("--url", help="A page to fetch by hand; repeatable.")] = None,  # noqa: UP045
    warc: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(
            "--warc", help="A WARC file to take in, CC-NEWS as it is: a file, folder, glob, @list or - ; repeatable."
        ),
    ] = None,
    since: Annotated[
        Optional[datetime],  # noqa: UP045
        typer.Option("--since", formats=["%Y-%m-%d"], help="Leave for later what a feed dates before this day (UTC)."),
    ] = None,
    limit: Annotated[Optional[int], typer.Option("--limit", min=1, help="Pages per source; more is for later.")] = None,  # noqa: UP045
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list what would be fetched.")] = False,
    home: Home = None,
    config: Config = None,
    as_json: Annotated[bool, typer.Option("--json", help="The report as JSON on standard output.")] = False,
) -> None:
    """One run: discover, fetch, archive, extract, check, load, publish."""
    from flows.cli.ingest import Bounds, ingest_command

    some = Bounds(since=since.date() if since else None, limit=limit, dry_run=dry_run)
    raise typer.Exit(
        ingest_command(sources or [], url or [], warc or [], bounds=some, home=home, config=config, as_json=as_json)
    )


@app.command(epilog=EXIT_CODES)
def backfill(
    sources: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Argument(help="Sources or collections of dateline.toml; default all."),
    ] = None,
    first: Annotated[
        Optional[datetime],  # noqa: UP045
        typer.Option("--from", formats=["%Y-%m-%d"], help="First day (UTC); has to be given."),
    ] = None,
    last: Annotated[
        Optional[datetime],  # noqa: UP045
        typer.Option("--to", formats=["%Y-%m-%d"], help="Last day; default today."),
    ] = None,
    limit: Annotated[Optional[int], typer.Option("--limit", min=1, help="Pages per source; more is for later.")] = None,  # noqa: UP045
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list what would be fetched.")] = False,
    home: Home = None,
    config: Config = None,
    as_json: Annotated[bool, typer.Option("--json", help="The report as JSON on standard output.")] = False,
) -> None:
    """What outlets published in a range of days, through their sitemaps; the same command again goes on with it."""
    from flows.cli.ingest import backfill_command

    if first is None:
        raise typer.BadParameter("the first day has to be given, as in --from 2026-11-01", param_hint="--from")
    raise typer.Exit(
        backfill_command(
            first.date(),
            last.date() if last else None,
            sources or [],
            limit=limit,
            dry_run=dry_run,
            home=home,
            config=config,
            as_json=as_json,
        )
    )


@app.command()
def up(
    home: Home = None,
    config: Config = None,
    port: Annotated[
        int,
        typer.Option(
            "--port", min=1, max=65534, help="Port of the Prefect UI, on loopback; the pages are on the next."
        ),
    ] = 4200,
    detach: Annotated[bool, typer.Option("--detach", help="In the background; `dateline down` stops it.")] = False,
) -> None:
    """Prefect server (unless one is configured) and the schedules of dateline.toml, in the foreground until Ctrl-C."""
    from flows.base.settings import CONFIG_NAME, load

    found = config or (Path(CONFIG_NAME) if Path(CONFIG_NAME).exists() else None)
    if detach:
        from flows.service.detached import up_detached

        up_detached(load(config, home), config=found, port=port)
        return
    from flows.base.installed import note_version
    from flows.service.up import up as run_up

    note_version()
    run_up(load(config, home), config=found, port=port)


@app.command()
def down(home: Home = None, config: Config = None) -> None:
    """Stop the `dateline up` of this home."""
    from flows.base.settings import load
    from flows.service.detached import down as run_down

    raise typer.Exit(run_down(load(config, home)))


@app.command()
def reextract(
    source: Annotated[Optional[str], typer.Argument(help="One source; default all.")] = None,  # noqa: UP045
    apply: Annotated[
        bool, typer.Option("--apply/--diff", help="Write what differs, or only show it. Versions stay as they are.")
    ] = False,
    home: Home = None,
    config: Config = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """The archive through today's extractor: what would change, by field; nothing is written without --apply."""
    from flows.base.settings import load
    from flows.cli.reextract import reextract_command

    reextract_command(load(config, home), source, apply=apply, as_json=as_json)


quarantine = typer.Typer(help="Pages that were rejected: what is there, why, and another try.", no_args_is_help=True)
app.add_typer(quarantine, name="quarantine")
Rule = Annotated[Optional[str], typer.Option("--rule", help="Only of this rule, or this kind of page.")]  # noqa: UP045
OfSource = Annotated[Optional[str], typer.Option("--source", help="Only of this source.")]  # noqa: UP045


@quarantine.command(name="list")
def quarantine_list(
    rule: Rule = None,
    source: OfSource = None,
    days: Annotated[int, typer.Option("--older-than", metavar="DAYS", min=0, help="Only what is so old.")] = 0,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many.")] = 100,
    home: Home = None,
    config: Config = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """What is in quarantine, with its id."""
    from flows.base.settings import load
    from flows.cli.quarantine import list_command

    form = "json" if as_json else "table"
    list_command(load(config, home), rule=rule, source=source, days=days, limit=limit, form=form)


@quarantine.command(name="show")
def quarantine_show(
    ident: Annotated[str, typer.Argument(metavar="ID", help="The id, or its beginning.")],
    home: Home = None,
    config: Config = None,
) -> None:
    """One page: the rule, what was observed, the record, and its text as archived."""
    from flows.base.settings import load
    from flows.cli.quarantine import show_command

    show_command(load(config, home), ident)


@quarantine.command(name="replay")
def quarantine_replay(
    idents: Annotated[Optional[list[str]], typer.Argument(metavar="[ID]...", help="Default: all.")] = None,  # noqa: UP045
    rule: Rule = None,
    source: OfSource = None,
    home: Home = None,
    config: Config = None,
) -> None:
    """The archived captures through today's extractor and suite; what passes now is loaded."""
    from flows.base.settings import load
    from flows.cli.quarantine import replay_command

    replay_command(load(config, home), rule=rule, source=source, idents=idents or [])


cli_keeping.register(app)
cli_reading.register(app)
app.add_typer(watching.watch, name="watch")
app.add_typer(source_lists.sources, name="sources")


def main() -> None:
    """The program's entry: expected trouble becomes one clear message and exit status 1, or 2 for what was typed.

    Ctrl-C and SIGTERM end it in a line, with status 130.
    """
    with stopping_in_a_line():
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
