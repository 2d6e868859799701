"""`dateline add`, as it is typed."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from flows.terminal.options import EXIT_CODES, Config


def add(
    urls: Annotated[
        list[str], typer.Argument(metavar="URL…", help="An outlet's home page, a section, or a feed; no scheme needed.")
    ],
    name: Annotated[Optional[str], typer.Option("--name", help="The source's name; default: its title.")] = None,  # noqa: UP045
    config: Config = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask; a large sitemap alone will do.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be written; write nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="What was found as JSON; implies no question.")] = False,
    is_try: Annotated[
        bool,
        typer.Option("--try", help="Only read the page at URL, as its source's settings say (--name), and show it."),
    ] = False,
    select: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option("--select", help="A CSS selector of what holds the story on its pages; repeatable."),
    ] = None,
    remove: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option("--remove", help="A CSS selector of what is taken out before the story is read; repeatable."),
    ] = None,
) -> None:
    """Find the feeds and sitemaps of outlets and append them to dateline.toml; several without a question.

    With --try a page is read and nothing is written; selectors show what they change, paragraph by paragraph.
    """
    from flows.commands.add import checked
    from flows.commands.add_many import add_all

    given = checked(select or [], remove or [])
    if is_try:
        from flows.commands.try_page import try_all

        raise typer.Exit(try_all(urls, given, name=name, config=config, as_json=as_json))
    raise typer.Exit(
        add_all(urls, name=name, config=config, yes=yes, dry_run=dry_run, as_json=as_json, selectors=given)
    )


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command(epilog=EXIT_CODES)(add)
