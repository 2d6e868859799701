"""From a batch that was read and judged to a load package: who is loaded, who is rejected, and all the rows of it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any

from expectations.facts import facts
from expectations.rules import Finding, Verdict
from tasks.base import columns
from tasks.base.items import Batch, DecidedPage, ReadPage, TrackedLink, UnreadableItem
from tasks.decide.schedule import DEFAULT_REFETCH
from tasks.load import rows
from warehouse.records import Outcome, Page

NEW = ("loaded", "revised")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBatch:
    """A batch after extraction and decision."""

    batch: Batch
    candidates: tuple[DecidedPage, ...]
    refused: tuple[UnreadableItem, ...]
    later: tuple[tuple[TrackedLink, Page], ...] = ()  # pages to be decided on when these are loaded
    deriving: tuple[Any, ...] = ()  # calls of the pool, for those of to_judge whose text was not understood when read

    @property
    def to_judge(self) -> list[DecidedPage]:
        """Those that would be loaded: new or revised."""
        return [c for c in self.candidates if c.outcome in NEW]


@dataclass(slots=True, kw_only=True)
class Package:
    """The rows of one load package, by table."""

    tables: rows.Tables = field(default_factory=lambda: defaultdict(list))
    outcomes: list[Outcome] = field(default_factory=list)
    companions: list[tuple[str, columns.Row]] = field(default_factory=list)  # article_id, and what belongs to it
    navigation: list[tuple[columns.Row, str, datetime]] = field(default_factory=list)

    def add_companions(self, candidate: DecidedPage, derived: columns.Row | None) -> None:
        """What belongs to an article: links, images, dates, signals, and what was derived of its text."""
        said = derived or columns.Row(columns.nothing_derived(), 0)
        self.companions += [(candidate.article_id, stored_row(candidate.page)), (candidate.article_id, said)]

    def content(self) -> dict[str, rows.Table]:
        """All tables that have rows."""
        found: dict[str, rows.Table] = {name: each for name, each in self.tables.items() if each}
        stored = {name: columns.table_of(self.companions, name) for name in columns.COMPANIONS}
        stored["outlet_links"] = columns.navigation_of(self.navigation)
        return found | {name: table for name, table in stored.items() if table.num_rows}


def stored_row(page: Page) -> columns.Row:
    """What is only stored of a page; a worker has made it, where one has read the page."""
    return page.rows if isinstance(page, ReadPage) else columns.Row(columns.read_row(page), 0)


def to_facts(
    read: ReadBatch, titles: Mapping[str, str], *, now: datetime, same_text: Sequence[int] = ()
) -> list[dict[str, Any]]:
    """What the suite looks at, one row per candidate to judge.

    Args:
        read: the batch.
        titles: the sources' display names.
        now: the clock.
        same_text: for each candidate, at how many other addresses of its host the same text stands.
    """
    return [
        facts(
            rows.article_row(c, "", extractor="", flags=()) | {"outlet": titles.get(c.item.link.source)},
            now=now,
            same_text=copies,
        )
        for c, copies in zip(read.to_judge, same_text or [0] * len(read.to_judge), strict=True)
    ]


def assemble(
    read: ReadBatch,
    verdict: Verdict | None,
    *,
    run_id: str,
    extractor: Callable[[str], str],
    now: datetime,
    looks: Sequence[timedelta] = DEFAULT_REFETCH,
    derived: Sequence[columns.Row | None] = (),
) -> Package:
    """All rows of a batch.

    Args:
        read: the batch.
        verdict: what the suite says of `read.to_judge`; None when there was nothing to judge.
        run_id: UUID of the run.
        extractor: what reads the pages of a source: its version.
        now: the clock.
        looks: after publication, when an article is looked at again.
        derived: what was derived of the texts of `read.to_judge` that were not understood when they were read.
    """
    package, stamp, waited = Package(), _Stamp(run_id, extractor, now, looks), iter(derived)
    findings = _by_row(verdict.findings if verdict else ())
    for item in read.batch.items:
        _add_request(package, item, stamp)
    for number, candidate in enumerate(read.to_judge):
        said = candidate.derived or next(waited, None)
        _add_judged(package, candidate, findings.get(number, []), stamp, said)
    for candidate in read.candidates:
        if candidate.outcome not in NEW:
            _add_known(package, candidate, stamp)
    for refused in read.refused:
        package.tables["quarantine"].append(rows.refused_row(refused, run_id, now))
        _settle(package, refused.item, _rejected(refused.item, refused.refusal.rule), stamp)
    package.tables["quality_checks"] = _check_rows(verdict, read.batch.number, stamp)
    return package


@dataclass(frozen=True, slots=True)
class _Stamp:
    run_id: str
    extractor: Callable[[str], str]
    now: datetime
    looks: Sequence[timedelta]


def _by_row(findings: Sequence[Finding]) -> dict[int, list[Finding]]:
    found: dict[int, list[Finding]] = defaultdict(list)
    for finding in findings:
        found[finding.row].append(finding)
    return found


def _add_request(package: Package, item: TrackedLink, stamp: _Stamp) -> None:
    if (request := rows.fetch_row(item, stamp.run_id)) is not None:
        package.tables["fetches"].append(request)
    if item.capture is not None:
        package.tables["captures"].append(rows.capture_row(item, stamp.run_id))
    if item.outcome is not None:
        if item.outcome.outcome == "unchanged" and item.outcome.article_id and item.fetched:
            sighting = {"article_id": item.outcome.article_id, "last_seen": item.fetched.started_at}
            package.tables["sightings"].append(sighting)
        _settle(package, item, item.outcome, stamp)


def _add_judged(
    package: Package, candidate: DecidedPage, findings: Sequence[Finding], stamp: _Stamp, derived: columns.Row | None
) -> None:
    critical = [f for f in findings if f.severity == "critical"]
    if critical:
        _add_quarantined(package, candidate, critical[0].rule, critical[0].observed, stamp)
        known = candidate.article_id if candidate.is_known else None  # whose version stays what it is
        _settle(package, candidate.item, _rejected(candidate.item, _why(critical[0]), known), stamp)
        return
    if candidate.is_current:
        _add_current(package, candidate, findings, stamp, derived)
    if candidate.is_new_version:
        row = rows.version_row(candidate, stamp.run_id, extractor=stamp.extractor(candidate.item.link.source))
        package.tables["article_versions"].append(row)
    package.tables["feed_texts"].extend(rows.feed_text_rows(candidate, stamp.run_id))
    _add_place(package, candidate, stamp)
    _settle(package, candidate.item, _outcome(candidate), stamp, candidate.page.date_published)


def _add_current(
    package: Package, candidate: DecidedPage, findings: Sequence[Finding], stamp: _Stamp, derived: columns.Row | None
) -> None:
    """The rows that show an article as it is now: a version of the past leaves them as they are."""
    flags = [f.rule for f in findings] + ([] if derived else ["derivation_failed"])
    extractor = stamp.extractor(candidate.item.link.source)
    package.tables["articles"].append(rows.article_row(candidate, stamp.run_id, extractor=extractor, flags=flags))
    if candidate.outcome == "loaded":
        package.tables["outlet_blocks"].extend(rows.block_rows(candidate))
    package.add_companions(candidate, derived)
    if capture := candidate.item.capture:
        package.navigation.append((stored_row(candidate.page), candidate.item.link.source, capture.fetched_at))


def _add_place(package: Package, candidate: DecidedPage, stamp: _Stamp) -> None:
    package.tables["version_spans"].extend(rows.span_rows(candidate))
    package.tables["article_addresses"].extend(rows.address_rows(candidate, stamp.run_id))
    package.tables["address_forms"].extend(rows.form_rows(candidate, stamp.run_id))


def _add_known(package: Package, candidate: DecidedPage, stamp: _Stamp) -> None:
    """A page of a known article that is no new version of it."""
    if candidate.outcome == "rejected":
        _add_quarantined(package, candidate, str(candidate.reason), candidate.page.text[:200], stamp)
        _settle(package, candidate.item, _outcome(candidate), stamp)
        return
    capture = candidate.item.capture
    if capture is not None:
        package.tables["sightings"].append({"article_id": candidate.article_id, "last_seen": capture.fetched_at})
    _add_place(package, candidate, stamp)
    _settle(package, candidate.item, _outcome(candidate), stamp, candidate.page.date_published)


def _add_quarantined(package: Package, candidate: DecidedPage, rule: str, observed: str, stamp: _Stamp) -> None:
    record = json.dumps(_record(candidate), default=str, ensure_ascii=False)
    package.tables["quarantine"].append(
        rows.quarantine_row(
            candidate.item,
            stamp.run_id,
            rule=rule,
            observed=observed,
            record=record.encode("utf-8", "replace").decode(),
            now=stamp.now,
        )
    )


def _why(finding: Finding) -> str:
    """The reason in the ledger: what the page is (consent_wall, section_front …) if it is no article, else the rule."""
    return finding.observed if finding.rule == "page_is_article" and finding.observed else finding.rule


def _outcome(candidate: DecidedPage) -> Outcome:
    link = candidate.item.link
    return Outcome(
        source=link.source,
        url=link.url,
        outcome=candidate.outcome,
        reason=candidate.reason,
        article_id=candidate.article_id,
    )


def _rejected(item: TrackedLink, rule: str, known: str | None = None) -> Outcome:
    return Outcome(source=item.link.source, url=item.link.url, outcome="rejected", reason=rule, article_id=known)


def _settle(
    package: Package, item: TrackedLink, outcome: Outcome, stamp: _Stamp, published: datetime | None = None
) -> None:
    package.outcomes.append(outcome)
    package.tables["outcomes"].append(rows.outcome_row(item, outcome, stamp.run_id, stamp.now))
    if not item.link.brings_own_page and not _is_another_form(item, outcome):
        package.tables["frontier"].append(
            rows.frontier_row(item, outcome, published=published, now=stamp.now, looks=stamp.looks)
        )
        _note_removal(package, item, outcome, stamp)


def _note_removal(package: Package, item: TrackedLink, outcome: Outcome, stamp: _Stamp) -> None:
    article = item.seen.article_id if item.seen else None
    if article and rows.gone_after(item, outcome, stamp.now).is_final(stamp.now):
        package.tables["removals"].append({"article_id": article, "url_id": item.url_id, "removed_at": stamp.now})


def _is_another_form(item: TrackedLink, outcome: Outcome) -> bool:
    """Duplicates known before they were requested share the frontier's row with the form that was."""
    return outcome.outcome == "duplicate" and item.fetched is None


def _record(candidate: DecidedPage) -> dict[str, Any]:
    page = {each.name: getattr(candidate.page, each.name) for each in fields(Page)}
    return {k: v for k, v in page.items() if k not in {"links", "signals", "images"}} | {
        "dates": stored_row(candidate.page).records("article_dates"),
        "article_id": candidate.article_id,
        "canonical_url": candidate.canonical_url,
    }


def _check_rows(verdict: Verdict | None, number: int, stamp: _Stamp) -> list[rows.Row]:
    if verdict is None:
        return []
    base = {"run_id": stamp.run_id, "batch": number, "suite": verdict.suite, "checked_at": stamp.now}
    return [base | asdict(check) for check in verdict.checks]
