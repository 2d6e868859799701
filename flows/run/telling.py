"""What watches found is told: by event, webhook, mail and feed, each article once.

A batch for one channel is written to state/telling/ before it goes out, and its rows are marked after. Killed in
between, the next run sends the same batch again under the same id, which a receiver can tell from a new one (the header
Idempotency-Key, the event's id); nothing is lost.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from flows.run.context import RunContext
from flows.run.watch_channels import post, send_mail, write_feed
from warehouse.errors import NoIndex
from warehouse.searching.excerpts import Marker
from warehouse.searching.grammar import parse
from warehouse.searching.reading import open_index
from warehouse.watching.addresses import addresses, journal_of, write_private
from warehouse.watching.watches import Watch, WatchHit, latest, mark_told, untold, watches, wrong_watches

_SPACE = UUID("5a1f4c1e-8d0b-5a52-9b1e-0d6f0f9d5c11")  # of the ids of what is told
_MOST, _IN_FEED = 500, 100
Article = dict[str, Any]
Emit = Callable[[Watch, list[Article]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What goes out at once through one channel; articles as a receiver gets them."""

    ident: str
    watch: str
    channel: str
    articles: list[Article]


def tell_watches(run: RunContext, emit: Emit) -> None:
    """Tell what watches have found and not told. What cannot be told now is a note, and told by the next run.

    Args:
        run: the run, whose snapshot is published.
        emit: emits an event for each of these articles.
    """
    for watch in watches(run.connection):
        for channel in watch.channels:
            try:
                _tell(run, watch, channel, emit)
            except (OSError, ValueError) as error:
                run.notes.append(f"the watch {watch.name} could not tell by {channel}: {error}; the next run will")
    _note_wrong(run)


def _note_wrong(run: RunContext) -> None:
    try:
        wrong = (
            wrong_watches(run.connection, open_index(run.connection, run.home.index)) if run.settings.publish else {}
        )
    except NoIndex:
        return
    run.alarms += [f"the watch {name} finds nothing: {why}" for name, why in wrong.items()]


def _tell(run: RunContext, watch: Watch, channel: str, emit: Emit) -> None:
    for batch in _batches(run, watch, channel):
        journal = journal_of(run.home, watch.name, channel)
        journal.parent.mkdir(exist_ok=True)
        write_private(journal, asdict(batch))
        _send(run, watch, batch, emit)
        ids = [UUID(article["article_id"]) for article in batch.articles]
        mark_told(run.connection, watch, ids, channel, now=run.now())
        journal.unlink()


def _batches(run: RunContext, watch: Watch, channel: str) -> Iterator[Batch]:
    """What was on its way when a run was killed or its receiver was down, as it was; then what is new."""
    left = [hit for hit in untold(run.connection, watch) if channel not in hit.told]
    waiting = {str(hit.article_id) for hit in left}
    begun = _begun(journal_of(run.home, watch.name, channel))
    sent = {article["article_id"] for article in begun.articles} if begun else set()
    if begun and sent <= waiting:
        yield begun
        left = [hit for hit in left if str(hit.article_id) not in sent]
    for start in range(0, len(left), _MOST):
        articles = [_article(watch, hit) for hit in left[start : start + _MOST]]
        ident = uuid5(_SPACE, "\n".join([watch.name, channel, *(article["id"] for article in articles)]))
        yield Batch(ident=str(ident), watch=watch.name, channel=channel, articles=articles)


def _article(watch: Watch, hit: WatchHit) -> Article:
    excerpt = Marker(parse(watch.query)).excerpt(hit.text, hit.language)
    return {
        "id": str(uuid5(_SPACE, f"{watch.name}\n{hit.article_id}")),
        "article_id": str(hit.article_id),
        "headline": hit.headline,
        "source": hit.source,
        "url": hit.url,
        "published_at": hit.published_at.isoformat(),
        "excerpt": excerpt.marked("**", "**"),
    }


def _send(run: RunContext, watch: Watch, batch: Batch, emit: Emit) -> None:
    where = addresses(run.home).get(watch.name, {})
    if batch.channel == "event":
        emit(watch, batch.articles)
    elif batch.channel == "webhook":
        post(where["webhook"], {"watch": watch.name, "query": watch.query, **asdict(batch)}, ident=batch.ident)
    elif batch.channel == "mail":
        send_mail(where["mail"], watch, batch.articles)
    else:
        newest = [_article(watch, hit) for hit in latest(run.connection, watch.name, _IN_FEED)]
        write_feed(run.home.quality, watch, newest, now=run.now())


def _begun(journal: Path) -> Batch | None:
    try:
        return Batch(**json.loads(journal.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
