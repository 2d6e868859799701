"""What polling and looking again remember: the pace of feeds, gaps and their refill, silence, removal, budgets."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import tomlkit

from expectations.silence import expected, silence
from flows.reading.verify import compare_rows
from tasks.decide.plan import plan
from tasks.decide.schedule import Gone
from tasks.discover.pace import FEED_BOUNDS, Feed, Poll, after, has_gap, is_due
from tests.conftest import Run
from tests.outlet import NOW, Outlet, at
from tests.test_decide import link
from warehouse.connection import open_writer
from warehouse.home import Home

MINUTE = timedelta(minutes=1)


def poll(*ids: str, at: datetime = NOW, outcome: str = "ok", kind: str = "feed", retry: float | None = None) -> Poll:
    return Poll(feed_url="f", source="s", kind=kind, outcome=outcome, polled_at=at, entries=tuple((i,) for i in ids),
                retry_after_s=retry, is_window=kind == "feed")  # fmt: skip


def known(*ids: str, interval: timedelta = 20 * MINUTE, ago: timedelta = 20 * MINUTE) -> Feed:
    last = NOW - ago
    return Feed(
        feed_url="f", source="s", kind="feed", interval_s=interval.total_seconds(), last_polled=last,
        next_poll=last + interval, entry_ids=ids,
    )  # fmt: skip


def wait(before: Feed | None, *answers: Poll) -> timedelta:
    feed = before
    for answer in answers:
        feed = after(feed, answer, FEED_BOUNDS)
    assert feed is not None
    return timedelta(seconds=feed.interval_s)


def test_a_gap_is_a_good_answer_that_shares_nothing_with_the_one_before() -> None:
    assert has_gap(known("a", "b"), poll("c", "d"))
    assert not has_gap(known("a", "b"), poll("b", "c"))
    assert not has_gap(None, poll("c"))
    assert not has_gap(known("a"), poll())
    assert not has_gap(known("a"), poll("c", outcome="not_modified"))
    assert not has_gap(known("a"), poll("c", kind="sitemap"))


def test_a_failed_poll_does_not_forget_what_the_next_good_one_is_compared_with() -> None:
    failed = after(known("a", "b"), poll(outcome="failed"), FEED_BOUNDS)
    assert failed.entry_ids == ("a", "b")
    assert failed.failures == 1
    assert failed.last_polled == NOW - 20 * MINUTE
    assert after(failed, poll("b", at=NOW + MINUTE), FEED_BOUNDS).failures == 0


def test_the_interval_follows_the_feed_within_bounds() -> None:
    assert wait(None, poll("a")) == 15 * MINUTE
    assert wait(known("a"), poll("a")) == 30 * MINUTE  # nothing new
    assert wait(known("a", "b"), poll("c", "d")) == 5 * MINUTE  # a gap
    assert wait(known("a", "b", "c", "d"), poll("b", "c", "d", "e")) == 20 * MINUTE  # one new: stay
    assert wait(known(*"abcd"), poll(*"defg")) < 15 * MINUTE  # three of four are new: ask sooner
    quiet = known("a")
    for number in range(1, 20):
        quiet = after(quiet, poll("a", at=NOW + number * timedelta(hours=7)), FEED_BOUNDS)
    assert timedelta(seconds=quiet.interval_s) == FEED_BOUNDS.high


def test_a_schedule_that_ticks_a_little_early_does_not_skip_a_poll() -> None:
    feed = known("a", ago=20 * MINUTE)
    assert is_due(feed, NOW)
    assert is_due(feed, NOW - MINUTE)
    assert not is_due(feed, NOW - 5 * MINUTE)
    assert is_due(None, NOW)


def test_a_retry_after_postpones_the_next_poll() -> None:
    feed = after(known("a"), poll(outcome="pending", retry=7200.0), FEED_BOUNDS)
    assert feed.next_poll == NOW + timedelta(hours=2)


TODAY = NOW.date()


def days(*counts: int, until: date = TODAY) -> dict[date, int]:
    return {until - timedelta(days=back): n for back, n in enumerate(counts, start=1)}


def test_silence_is_learned_from_the_source_itself() -> None:
    regular = expected(None, days(*[40, 42, 38, 41, 20, 22] * 4), NOW)
    assert silence(0, regular)
    assert silence(36, regular) is None
    assert silence(0, expected(None, days(0, 1, 0, 0, 2, 0, 1, 0), NOW)) is None  # it pauses anyway
    assert expected(None, days(40, 41, 39), NOW) is None  # too little history


def test_a_weekend_is_compared_with_weekends() -> None:
    sunday, evening = date(2026, 3, 8), timedelta(hours=20)
    history = {
        sunday - timedelta(days=n): 4 if (sunday - timedelta(days=n)).weekday() > 4 else 60 for n in range(1, 29)
    }
    at = datetime.combine(sunday, time(), UTC)
    assert silence(4, expected(None, history, at + evening)) is None
    assert silence(4, expected(None, history, at + timedelta(days=1) + evening))
    assert silence(4, expected(None, history, at + timedelta(days=1, hours=8))) is None  # the last 24 h are Sunday's


def test_chance_is_no_silence_and_a_source_that_is_back_is_none_either() -> None:
    alike = expected(None, days(*[9] * 20), NOW)
    assert silence(3, alike) is None  # a count of 9 strays by 3
    assert silence(0, alike)
    busy = expected(None, days(*[40] * 20), NOW)
    assert silence(10, busy)
    assert silence(10, busy, just_now=10, elapsed=timedelta(hours=9)) is None
    assert silence(2, busy, just_now=1, elapsed=timedelta(hours=9))


def test_a_configured_range_goes_before_what_was_learned() -> None:
    assert silence(4, expected(5, days(*[1] * 20), NOW)) == ("4 new articles in 24 h, expected at least 5 (configured)")


@pytest.mark.parametrize(
    ("answers", "final"),
    [
        (["http_404", "http_404", "http_410"], True),
        (["http_404", "http_404"], False),
        (["http_403", "http_403", "http_403", "http_503"], False),
        (["http_404", "http_503", "http_404", "timeout", "http_404"], True),
        (["http_404", "http_404", None, "http_404"], False),
    ],
)
def test_removed_is_repeatedly_gone_over_two_days(answers: list[str | None], final: bool) -> None:
    gone, now = Gone(), NOW
    for reason in answers:
        gone = gone.after("failed" if reason else "unchanged", reason, now)
        now += timedelta(hours=30)
    assert gone.is_final(now - timedelta(hours=30)) == final


def test_gone_three_times_in_an_hour_is_not_removed() -> None:
    gone = Gone()
    for minute in range(4):
        gone = gone.after("failed", "http_404", NOW + minute * MINUTE)
    assert not gone.is_final(NOW + timedelta(hours=1))


def test_what_does_not_fit_the_budget_is_pending() -> None:
    links = [link(f"https://paper.example/{n}") for n in range(5)] + [link("https://wire.example/1", source="wire")]
    found = plan(links, {}, now=NOW, budget=2)
    assert [item.link.url for item in found.fetch] == [
        "https://paper.example/0", "https://paper.example/1", "https://wire.example/1",
    ]  # fmt: skip
    assert {(i.outcome.outcome, i.outcome.reason) for i in found.decided if i.outcome} == {("pending", "budget")}
    assert len(found.items) == 6


# -- through the whole pipe ----------------------------------------------------------------------------------------


def test_a_gap_is_seen_refilled_from_the_sitemap_and_shown(outlet: Outlet, run: Run) -> None:
    given = {"config": str(outlet.config), "home": str(outlet.home)}
    outlet.publish(range(3), range(3))
    run(now=lambda: at(0), **given)
    outlet.publish(range(8, 11), range(3))
    lost = run(now=lambda: at(5), **given)
    assert lost.totals["loaded"] == 3
    assert outlet.rows("select gap, new_entries from feed_polls where kind = 'feed' order by polled_at") == [
        (False, 3), (True, 3),
    ]  # fmt: skip
    assert outlet.rows("select closed_at from feed_gaps") == [(None,)]
    outlet.publish(range(9, 12), range(12))
    report = run(now=lambda: at(6), **given)
    assert report.totals["loaded"] == 6  # five that were lost, and one that is new
    gaps = outlet.rows("select since < found_at, closed_at is not null, refilled from feed_gaps")
    assert gaps == [(True, True, 6)]
    assert any("shares no entry" in note for note in lost.notes)


def test_a_schedule_polls_only_what_is_due(outlet: Outlet, run: Run) -> None:
    given = {"config": str(outlet.config), "home": str(outlet.home), "due_only": True}
    outlet.publish(range(3), range(3))
    run(now=lambda: at(0), **given)
    run(now=lambda: at(0.1), **given)
    run(now=lambda: at(0.3), **given)
    assert outlet.rows("select kind, count(*) from feed_polls group by kind order by kind") == [
        ("feed", 2), ("sitemap", 1),
    ]  # fmt: skip


def test_a_silent_source_is_an_alarm_and_its_state_says_why(outlet: Outlet, run: Run) -> None:
    outlet.config.write_text(
        outlet.config.read_text().replace('name = "paper"', 'name = "paper"\nexpected_per_day = [2, 50]')
    )
    given = {"config": str(outlet.config), "home": str(outlet.home)}
    outlet.publish(range(3), range(3))
    assert run(now=lambda: at(0), **given).exit_status == 0
    later = run(now=lambda: at(30), **given)
    assert later.exit_status == 3
    assert outlet.rows("select state, reason from sources") == [
        ("silent", "0 new articles in 24 h, expected at least 2 (configured)")
    ]


@pytest.mark.parametrize(
    ("pages", "status", "state", "reason"),
    [
        (3, 403, "failing", "all 3 pages that were asked for failed, most with http_403"),
        (2, 403, "ok", None),  # may be chance
        (3, 404, "failing", "all 3 pages that it announced are gone (http_404)"),
    ],
)
def test_a_source_that_refuses_every_page_is_an_alarm(
    outlet: Outlet,
    run: Run,
    pages: int,
    status: int,
    state: str,
    reason: str | None,
) -> None:
    outlet.publish(range(pages), range(pages))
    for number in range(pages):
        outlet.web.add(f"/{number}", b"no", status=status)
    report = run(now=lambda: at(0), config=str(outlet.config), home=str(outlet.home))
    assert report.totals["failed"] == pages
    assert outlet.rows("select state, reason from sources") == [(state, reason)]
    assert report.alarms == ((f"paper: {reason}",) if reason else ())
    with open_writer(Home(outlet.home).work) as connection:
        assert compare_rows(connection) == []  # also where the poll was given its warning afterwards


def test_a_page_is_removed_after_repeated_404_over_two_days_and_comes_back(outlet: Outlet, run: Run) -> None:
    given = {"config": str(outlet.config), "home": str(outlet.home)}
    outlet.publish(range(1), range(1))
    run(now=lambda: at(0), **given)
    page = outlet.web.routes["/0"]
    outlet.web.add("/0", b"gone", status=410)
    for hours in (2, 10, 40):
        run(now=lambda h=hours: at(h), **given)
        assert outlet.rows("select removed_at from articles") == [(None,)]
    run(now=lambda: at(120), **given)
    assert outlet.rows("select removed_at from articles") == [(at(120),)]
    assert outlet.rows("select state, next_check from internal.frontier") == [("removed", None)]
    outlet.web.routes["/0"] = page
    run(now=lambda: at(130), config=str(outlet.config), home=str(outlet.home), urls=["http://paper.test/0"])
    assert outlet.rows("select removed_at from articles") == [(None,)]


def test_sources_and_pages_by_hand_go_together(outlet: Outlet, run: Run) -> None:
    given = {"config": str(outlet.config), "home": str(outlet.home)}
    outlet.publish(range(2), range(2))
    run(now=lambda: at(0), **given)
    outlet.publish(range(3), range(3))
    report = run(now=lambda: at(0.1), sources=["paper"], urls=["http://paper.test/1", "http://paper.test/9"], **given)
    found = outlet.rows(f"select source, url, outcome from outcomes where run_id = '{report.run_id}' order by url")
    assert found == [
        ("paper", "http://paper.test/1", "unchanged"),
        ("paper", "http://paper.test/2", "loaded"),
        ("paper.test", "http://paper.test/9", "loaded"),  # dateline.toml does not say that it is the paper's
    ]


def test_an_article_that_another_source_announces_first_is_accounted_for_once(outlet: Outlet, run: Run) -> None:
    """It was known by the second of them, so it was written down twice: the ledger did not balance, in every run."""
    given = {"config": str(outlet.config), "home": str(outlet.home)}
    outlet.publish(range(2), range(2))
    run(now=lambda: at(0), **given)
    document = tomlkit.parse(outlet.config.read_text())
    [paper] = document["source"]
    document["source"] = [paper | {"name": "agency"}, paper]
    outlet.config.write_text(tomlkit.dumps(document))
    report = run(now=lambda: at(48), **given)  # all of it is due again
    found = outlet.rows(f"select source, url, outcome from outcomes where run_id = '{report.run_id}' order by all")
    assert found == [
        ("agency", "http://paper.test/0", "duplicate"),
        ("agency", "http://paper.test/1", "duplicate"),
        ("paper", "http://paper.test/0", "unchanged"),
        ("paper", "http://paper.test/1", "unchanged"),
    ]


def test_what_a_run_has_no_budget_for_comes_first_in_the_next(outlet: Outlet, run: Run) -> None:
    outlet.config.write_text(outlet.config.read_text().replace("[fetch]", "[fetch]\nmax_pages_per_source = 4"))
    given = {"config": str(outlet.config), "home": str(outlet.home)}
    outlet.publish(range(9), range(9))
    first = run(now=lambda: at(0), **given)
    assert (first.totals["loaded"], first.totals["pending"]) == (4, 5)
    outlet.publish(range(6, 12), range(9))
    second = run(now=lambda: at(0.2), **given)
    assert (second.totals["loaded"], second.totals["pending"]) == (4, 4)
    assert outlet.rows("select count(*) from articles where url similar to '.*/[0-7]'") == [(8,)]
