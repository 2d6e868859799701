"""Who is told of what: a source's alarms over its runs, and the rates that they rest on. Pure, but for the tables."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from expectations.alarms import Alarm, Rate, Review, Wrong, rate_alarm, review
from warehouse.alarms import alarm_rates, last_told, save_alarms, standing_alarms
from warehouse.connection import open_memory

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
RUN = str(uuid4())
FAILING = Wrong(source="a", kind="failing", detail="timeout")


class Desk:
    """Somebody who is told: runs a quarter of an hour apart, and what each of them told."""

    def __init__(self) -> None:
        self.standing: list[Alarm] = []
        self.told_before: dict[tuple[str, str], datetime] = {}
        self.now = NOW

    def run(self, *wrong: Wrong, well: set[tuple[str, str]] | None = None, after: timedelta | None = None) -> Review:
        self.now += after or timedelta(minutes=15)
        judged = {each.key for each in self.standing} - {(w.source, w.kind) for w in wrong} if well is None else well
        found = review(self.standing, wrong, judged, told_before=self.told_before, run_id=RUN, now=self.now)
        kept = {each.key for each in found.rows}
        self.standing = [a for a in self.standing if a.key not in kept] + [a for a in found.rows if not a.over_at]
        self.told_before |= {each.key: self.now for each in found.told}
        return found


def test_what_is_wrong_once_is_told_to_nobody() -> None:
    desk = Desk()
    assert desk.run(FAILING).told == ()
    found = desk.run()
    assert (found.told, found.over) == ((), ())
    assert desk.standing == []


def test_what_fails_for_three_days_is_told_once_a_day_and_then_that_it_is_over() -> None:
    desk = Desk()
    told = [desk.now for _ in range(3 * 96) if desk.run(FAILING).told]
    assert len(told) == 3
    [over] = desk.run().over
    assert (over.since, over.times_told) == (NOW + timedelta(minutes=15), 3)
    assert desk.run().over == ()


def test_what_comes_and_goes_is_told_once_a_day() -> None:
    desk = Desk()
    runs = [desk.run(*([FAILING] if number % 4 < 2 else [])) for number in range(96)]
    assert sum(len(run.told) for run in runs) == 1
    assert sum(len(run.over) for run in runs) == 1


def test_what_was_not_judged_stays_as_it_was() -> None:
    desk = Desk()
    desk.run(FAILING)
    assert len(desk.run(FAILING).told) == 1
    found = desk.run(well=set())
    assert (found.rows, found.over) == ((), ())


def test_what_is_certain_is_told_at_once_with_its_run_its_examples_and_since_when() -> None:
    found = Desk().run(Wrong(source="a", kind="silent", detail="0 of 20", examples=("http://a.test/1",), needs=1))
    [alarm] = found.told
    assert (alarm.run_id, alarm.examples, alarm.since) == (RUN, ("http://a.test/1",), NOW + timedelta(minutes=15))


@pytest.mark.parametrize(
    ("failing", "of", "before", "is_wrong"),
    [
        (1, 5, (10, 500), False),  # one two-word post in a batch of five
        (8, 50, (10, 500), False),  # more than usual, and not worth a message
        (25, 50, (10, 500), True),  # half of the newest pages
        (5, 5, (0, 500), True),
        (4, 4, (0, 500), False),  # too few to say
        (25, 50, (300, 500), False),  # as always
        (50, 50, (0, 10), False),  # nobody knows what is usual
    ],
)
def test_a_rate_is_held_against_the_sources_own(failing: int, of: int, before: tuple[int, int], is_wrong: bool) -> None:
    then, of_then = before
    rate = Rate(source="a", rule="text_is_prose", failing=failing, of=of, before_failing=then, before_of=of_then)
    assert (rate_alarm(rate, is_standing=False) is not None) is is_wrong


def test_a_standing_alarm_is_over_only_when_the_rate_is_near_the_usual_again() -> None:
    rates = [
        Rate(source="a", rule="r", failing=failing, of=50, before_failing=10, before_of=500) for failing in (12, 5)
    ]
    assert [rate_alarm(rate, is_standing=True) is not None for rate in rates] == [True, False]
    assert rate_alarm(rates[0], is_standing=False) is None


def test_requests_without_a_history_are_held_against_a_half() -> None:
    few = Rate(source="a", rule="requests", failing=60, of=70, before_failing=0, before_of=0)
    assert rate_alarm(few, is_standing=False) is not None


def test_alarms_are_kept_and_a_blip_is_not() -> None:
    told = Alarm(
        source="a", kind="failing", since=NOW, run_id=RUN, detail="d", examples=("x",), times_seen=2, last_seen=NOW,
        last_told=NOW, times_told=1,
    )  # fmt: skip
    blip = Alarm(source="b", kind="silent", since=NOW, run_id=RUN, detail="d", examples=(), times_seen=1, last_seen=NOW)
    rows = [asdict(each) | {"examples": list(each.examples)} for each in (told, blip)]
    with open_memory() as connection:
        connection.execute("set timezone = 'UTC'")
        save_alarms(connection, rows)
        assert [row["source"] for row in standing_alarms(connection)] == ["a", "b"]
        save_alarms(connection, [row | {"over_at": NOW, "over_run_id": RUN} for row in rows])
        assert standing_alarms(connection) == []
        assert connection.execute("select source, times_told from alarms").fetchall() == [("a", 1)]
        assert last_told(connection) == {("a", "failing"): NOW}


def test_rates_are_counted_over_runs_by_source() -> None:
    with open_memory() as connection:
        for number in range(120):
            at, flags = NOW - timedelta(hours=number), ["headline_length"] if number < 30 else []
            connection.execute(
                "insert into articles (article_id, source, url, canonical_url, domain, headline, text, word_count, "
                "page_kind, version, content_hash, first_seen, last_seen, extractor, capture_id, run_id, "
                "quality_flags) values (uuid(), 'a', 'http://a.test/' || ?, '', 'a.test', 'h', 't', 100, 'article', "
                "1, 'x', ?, ?, 'e', uuid(), uuid(), ?)",
                [number, at, at, flags],
            )
        [row] = alarm_rates(connection, ["a", "b"], now=NOW)
    assert (row["source"], row["rule"], row["new_failing"], row["before_failing"]) == ("a", "headline_length", 30, 0)
    assert row["of_new"] + row["of_before"] == 120
    assert 40 < row["of_new"] <= 50
    assert row["examples"] == ["http://a.test/0", "http://a.test/1", "http://a.test/2"]
