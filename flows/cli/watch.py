"""`dateline watch add|list|remove`, as they are typed."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from flows.terminal.options import Config, Home

watch = typer.Typer(help="Standing queries: after each run you are told what is new for them.", no_args_is_help=True)


@watch.command(name="add")
def add(
    name: Annotated[str, typer.Argument(help="What you call it: lower-case letters, digits, - . _")],
    query: Annotated[str, typer.Argument(help="A search, as for `dateline search`.")],
    webhook: Annotated[Optional[str], typer.Option("--webhook", help="POST what is new to this URL, as JSON.")] = None,  # noqa: UP045
    mail: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--mail", help="Send it there: an address, by the server of [alarms] email; or mailtos://…"),
    ] = None,
    feed: Annotated[bool, typer.Option("--feed", help="Keep quality/watch-NAME.xml (Atom).")] = False,
    home: Home = None,
    config: Config = None,
) -> None:
    """Be told of what is loaded from now on. An event, dateline.watch.hit, is emitted in any case."""
    from flows.base.settings import load
    from flows.commands.watch import add_command

    add_command(load(config, home), name, query, webhook=webhook, mail=mail, feed=feed)


@watch.command(name="list")
def show(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    home: Home = None,
    config: Config = None,
) -> None:
    """All watches, what they found and what they have told."""
    from flows.base.settings import load
    from flows.commands.watch import list_command

    list_command(load(config, home), form="json" if as_json else "table")


@watch.command(name="remove")
def remove(name: Annotated[str, typer.Argument()], home: Home = None, config: Config = None) -> None:
    """Forget a watch and what it found."""
    from flows.base.settings import load
    from flows.commands.watch import remove_command

    remove_command(load(config, home), name)


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.add_typer(watch, name="watch")
