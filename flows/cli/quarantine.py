"""`dateline quarantine list|show|replay`, as they are typed."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from flows.terminal.options import Config, Home

quarantine = typer.Typer(help="Pages that were rejected: what is there, why, and another try.", no_args_is_help=True)
Rule = Annotated[Optional[str], typer.Option("--rule", help="Only of this rule, or this kind of page.")]  # noqa: UP045
OfSource = Annotated[Optional[str], typer.Option("--source", help="Only of this source or collection.")]  # noqa: UP045


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
    from flows.commands.quarantine import list_command

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
    from flows.commands.quarantine import show_command

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
    from flows.commands.quarantine import replay_command

    replay_command(load(config, home), rule=rule, source=source, idents=idents or [])


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.add_typer(quarantine, name="quarantine")
