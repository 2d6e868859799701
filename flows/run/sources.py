"""What a run makes of its sources: their state after the polls, silence, gaps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from expectations.silence import expected, silence
from flows.base.source import Source
from flows.run.context import RunContext
from tasks.decide.lookups import (
    gone_entries,
    histories,
    loaded_by_source,
    new_articles,
    refusing,
    rejecting,
    since_last_run,
    unmatched_selects,
)
from tasks.discover.sources import Discovery
from tasks.load.rows import Row


@dataclass(frozen=True, slots=True)
class _State:
    name: str  # ok, failing or silent
    reason: str | None = None


def record_sources(run: RunContext, discoveries: list[Discovery]) -> None:
    """Write what became of each source that was polled, and say whose `select` is out of date."""
    run.load({"sources": judge_sources(run, discoveries)})
    if run.settings.selectors:
        run.notes += [
            f"{source}: none of its `select` found words on {unmatched} of {articles} articles, which were read as "
            "without it; `dateline status` has its selectors"
            for source, unmatched, articles in unmatched_selects(run.connection, run.run_id)
        ]
    run.save_pauses()


def judge_sources(run: RunContext, discoveries: list[Discovery]) -> list[Row]:
    """A row of `sources` for each that was polled; what is silent, or refuses every page, is an alarm of the run."""
    polled = {found.source: found for found in discoveries if found.polls}
    by_name = {s.name: s for s in run.settings.all_sources}
    quiet = _silences(run, [by_name[name] for name in polled])
    refused = refusing(run.connection, run.run_id) | gone_entries(run.connection, run.run_id)
    refused |= {name: why for name, why in rejecting(run.connection, run.run_id).items() if name in polled}
    run.alarms += [f"{name}: {why}" for name, why in refused.items()]
    rows = []
    for name, found in polled.items():
        state = _state(found, quiet.get(name), refused.get(name))
        if state.name == "silent":
            run.alarms.append(f"{name} is silent: {state.reason}")
        rows.append(_row(run, by_name[name], state))
    return rows


def note_gaps(run: RunContext, discoveries: list[Discovery]) -> None:
    """Say which feeds lost entries since they were last asked, and whether a sitemap covers what was lost."""
    for found in discoveries:
        for gap in found.gaps:
            refilled = run.connection.execute(
                "select closed_at is not null, refilled from feed_gaps where run_id = ? and feed_url = ?",
                [run.run_id, gap.poll.feed_url],
            ).fetchone()
            closed = (
                f"a sitemap gave back {refilled[1]} addresses" if refilled and refilled[0] else "no sitemap covers it"
            )
            run.notes.append(f"{found.source}: {gap.poll.feed_url} shares no entry with the poll before it; {closed}")


def _silences(run: RunContext, sources: list[Source]) -> dict[str, str]:
    """What is wrong with the silent ones of these sources."""
    names, now = [s.name for s in sources], run.now()
    days, fresh = histories(run.connection, names, now=now), new_articles(run.connection, names, now=now)
    came, polled = loaded_by_source(run.connection, run.run_id), since_last_run(run.connection, names, now=now)
    found = {}
    for source in sources:
        count, _ = fresh.get(source.name, (0, now))
        low = source.expected_per_day[0] if source.expected_per_day else None
        wanted = expected(low, days.get(source.name, {}), now)
        wrong = silence(count, wanted, just_now=came.get(source.name, 0), elapsed=polled.get(source.name))
        if wrong:
            found[source.name] = wrong
        _note_flood(run, source, *fresh.get(source.name, (0, now)))
    return found


def _note_flood(run: RunContext, source: Source, count: int, known_since: datetime) -> None:
    settled = run.now() - known_since > timedelta(days=1)  # the first run brings the backlog
    if source.expected_per_day and settled and count > source.expected_per_day[1]:
        run.notes.append(
            f"{source.name}: {count} new articles in 24 h, expected at most {source.expected_per_day[1]} (configured)"
        )


def _state(found: Discovery, quiet: str | None, refused: str | None) -> _State:
    """Failing (a poll, or every page), silent (answers without entries, or fewer articles than expected), or ok."""
    if found.failed:
        worst = found.failed[0]
        return _State("failing", f"{worst.feed_url}: {worst.error or worst.outcome}")
    if refused:
        return _State("failing", refused)
    answered = [p for p in found.polls if p.outcome == "ok"]
    if answered and not any(p.entries for p in answered):
        return _State("silent", "every feed and sitemap answered, and none announced anything")
    if answered and not found.links:
        count = sum(len(p.entries) for p in answered)
        return _State("silent", f"none of the {count} entries of its feeds has an address that can be used")
    return _State("silent", quiet) if quiet else _State("ok")


def _row(run: RunContext, source: Source, state: _State) -> Row:
    return {
        "source": source.name,
        "title": source.title,
        "url": source.url,
        "feeds": list(source.feeds),
        "sitemaps": list(source.sitemaps),
        "language": source.language,
        "last_run": run.now(),
        "last_success": run.now() if state.name == "ok" else None,
        "state": state.name,
        "reason": state.reason,
    }
