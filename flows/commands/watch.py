"""`dateline watch add|list|remove`: standing queries."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import urlsplit

import duckdb

from flows.base.errors import BadUsage
from flows.base.settings import Settings
from flows.reading.sql import Result
from flows.terminal.output import deliver
from flows.terminal.show import console
from warehouse.searching.compiling import chosen
from warehouse.searching.grammar import parse
from warehouse.searching.query_tree import terms
from warehouse.searching.session import read_names
from warehouse.watching.addresses import journal_of, keep_addresses
from warehouse.watching.watches import CHANNELS, Watch, add_watch, remove_watch, watches
from warehouse.writing import writer_of

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_WAIT_S = 60.0
_LIST = """
select name, query, array_to_string(channels, ', ') as tells_by, created_at, last_run,
    count(hits.article_id) as found, count(hits.told_at) as told, max(hits.matched_at) as last_found
from watches left join watch_hits as hits using (name)
group by all order by name
"""


def add_command(
    settings: Settings, name: str, query: str, *, webhook: str | None, mail: str | None, feed: bool
) -> None:
    """Add a watch, and say so; see `keep_watch`."""
    watch = keep_watch(settings, name, query, webhook=webhook, mail=mail, feed=feed)
    console.print(f"the watch {name} tells by {', '.join(watch.channels)} what is loaded from now on", highlight=False)


def keep_watch(
    settings: Settings,
    name: str,
    query: str,
    *,
    webhook: str | None = None,
    mail: str | None = None,
    feed: bool = False,
    wait_s: float = _WAIT_S,
) -> Watch:
    """Add a watch; what is loaded from now on is told.

    Raises:
        BadUsage: its name or an address cannot be meant.
        BadSearch: its search cannot be meant, or there is a watch of that name.
        Locked: a run is writing for longer than `wait_s` seconds.
    """
    if not _NAME.fullmatch(name):
        raise BadUsage(f"a watch cannot be called {name!r}: lower-case letters, digits, - . _, at most 64")
    tree = parse(query)
    given = {"webhook": _webhook(webhook), "mail": mail_channel(settings, mail)}
    known = {kind: address for kind, address in given.items() if address}
    watch = Watch(name=name, query=query, channels=("event", *known, *(["feed"] if feed else [])))
    home = settings.folder.prepare()
    with writer_of(home, what="dateline watch add", timeout_s=wait_s) as connection:
        names = read_names(connection, frozenset(source.name for source in settings.all_sources))
        for term in terms(tree):
            if term.field in {"source", "collection"}:
                there = names.sources if term.field == "source" else names.collections
                chosen(term.text, there, what=term.field, is_prefix=term.kind == "prefix")
        if name not in {each.name for each in watches(connection)}:
            keep_addresses(home, name, known)
        add_watch(connection, watch, now=datetime.now(UTC))
    return watch


def _webhook(url: str | None) -> str | None:
    if url is not None and (urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname):
        raise BadUsage(f"--webhook {url!r} is no address of a webhook; such as https://example.org/hook")
    return url


def mail_channel(settings: Settings, said: str | None) -> str | None:
    """An Apprise address: the given one, or that of `[alarms] email` with another receiver."""
    if said is None or re.match(r"mailtos?://", said):
        return said
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", said):
        raise BadUsage(f"--mail {said!r} is no address; such as me@example.org or mailtos://user:password@host?to=me@…")
    if settings.alarms.email is None:
        raise BadUsage(
            f"--mail {said} needs a mail server: set `email` in [alarms] of dateline.toml, or give "
            "--mail 'mailtos://user:password@host?to=…'"
        )
    server = re.sub(r"([?&])to=[^&]*&?", r"\1", settings.alarms.email).rstrip("?&")
    return f"{server}{'&' if '?' in server else '?'}to={said}"


def list_command(settings: Settings, *, form: str) -> None:
    """Show all watches, what they found and what they have told.

    Raises:
        Locked: a run is writing for more than a minute.
    """
    home = settings.folder
    if not home.is_begun:
        deliver(Result(["name", "query"], []), form=form)
        return
    with writer_of(home, what="dateline watch list", timeout_s=_WAIT_S) as connection:
        cursor: duckdb.DuckDBPyConnection = connection.execute(_LIST)
        result = Result([column[0] for column in cursor.description or ()], cursor.fetchall())
    deliver(result, form=form)


def remove_command(settings: Settings, name: str) -> None:
    """Forget a watch and what it found.

    Raises:
        BadUsage: there is none of that name.
        Locked: a run is writing for more than a minute.
    """
    home = settings.folder.prepare()
    with writer_of(home, what="dateline watch remove", timeout_s=_WAIT_S) as connection:
        known = [each.name for each in watches(connection)]
        if not remove_watch(connection, name):
            raise BadUsage(
                f"no watch is called {name!r}; there {'are' if known else 'is'} {', '.join(known) or 'none'}"
            )
        keep_addresses(home, name, {})
        for channel in CHANNELS:
            journal_of(home, name, channel).unlink(missing_ok=True)
    (home.quality / f"watch-{name}.xml").unlink(missing_ok=True)
    console.print(f"the watch {name} is removed", highlight=False)
