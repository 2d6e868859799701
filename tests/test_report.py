"""`dateline report`: one page of its own that shows what the warehouse says, and in which nothing of the world runs."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from expectations.data_docs import breakable
from flows.base.settings import load
from flows.commands.report import report_command
from flows.reading.report import charts
from flows.reading.report.page import age, newest, of_connection, of_reader, render, web_address
from flows.reading.sql import Reader
from newsroom.server import Newsroom
from tests.conftest import ANCHOR, Done, Run, copied, write_config
from tests.looking import troubles
from warehouse.connection import open_writer
from warehouse.errors import NoWarehouse
from warehouse.home import Home

PAYLOADS = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</style><svg onload=alert(1)>", "{{ 7*7 }}")


@pytest.fixture(scope="module")
def page(done: Done, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page after two editions."""
    home = copied(done, tmp_path_factory.mktemp("report"))
    return report_command(load(done.config, home), open_it=False).read_text(encoding="utf-8")


def test_the_page_shows_every_part(page: str) -> None:
    assert page.count("<svg") == 3
    for heading in (
        "Alarms",
        "Articles by day",
        "Sources and",
        "Revised in",
        "Stories that",
        "Share of wire",
        "Last runs",
    ):
        assert heading in page
    assert 'class="edit removed"' in page
    assert 'class="edit added"' in page
    assert "source failing" in page


def test_the_page_needs_nothing_from_elsewhere(page: str) -> None:
    assert "default-src 'none'" in page
    assert not re.search(r"<(script|link|img|iframe|object)\b", page)
    assert not re.search(r"(src|srcset|action|formaction)=", page)


def test_the_empty_warehouse_has_a_page_too(tmp_path: Path) -> None:
    with open_writer(tmp_path / "work.duckdb") as connection:
        ask = of_connection(connection)
        text = render(ask, now=newest(ask))
    assert "No run yet." in text
    assert "<svg" not in text


def test_hostile_text_stands_on_the_page_and_does_nothing(tmp_path: Path) -> None:
    now = datetime(2026, 3, 4, 13, tzinfo=UTC)
    with open_writer(tmp_path / "work.duckdb") as connection:
        for n, payload in enumerate(PAYLOADS):
            _revise(connection, n, payload, now)
        text = render(of_connection(connection), now=now + timedelta(hours=1))
    for payload in PAYLOADS:
        assert payload not in text or "<" not in payload
        assert str(breakable(payload)) in text
    assert "javascript:" not in text


def _revise(connection: duckdb.DuckDBPyConnection, n: int, payload: str, now: datetime) -> None:
    ident = f"00000000-0000-0000-0000-{n:012d}"
    connection.execute(
        "insert into articles by name select cast(? as uuid) as article_id, ? as source, 'javascript:alert(1)' as url, "
        "'https://a.example/' as canonical_url, 'a.example' as domain, ? as headline, ? as text, 2 as version, "
        "'h' as content_hash, ? as first_seen, ? as last_seen, 'x' as extractor, uuid() as run_id",
        [ident, payload, payload, payload, now, now],
    )
    for version, text in ((1, "It was so."), (2, payload)):
        connection.execute(
            "insert into article_versions by name select cast(? as uuid) as article_id, ? as version, ? as valid_from, "
            "? as headline, ? as text, 'h' as content_hash, 'body' as change_kind, 'x' as extractor, uuid() as run_id",
            [ident, version, now, payload, text],
        )
    connection.execute(
        "insert into daily_source_stats (day, source, articles, revisions, rejected) values (?, ?, 3, 1, 0)",
        [now.date(), payload],
    )
    connection.execute(
        "insert into sources (source, state, reason, last_run) values (?, 'failing', ?, ?)", [payload, payload, now]
    )


def test_a_snapshot_and_the_writers_file_give_the_same_page(tmp_path: Path, newsroom: Newsroom, run: Run) -> None:
    config = write_config(tmp_path, newsroom)
    run(config=str(config), home=str(tmp_path), sources=["kvrn"])
    home = Home(tmp_path)
    reader = Reader(home.snapshot, timeout_s=60)
    published = render(of_reader(reader), now=ANCHOR)
    reader.close()
    with open_writer(home.work) as connection:
        assert _without_ids(render(of_connection(connection), now=ANCHOR)) == _without_ids(published)


def _without_ids(page: str) -> str:
    """vl-convert numbers what it clips through the life of the process."""
    return re.sub(r"clip\d+", "clip", page)


def test_without_a_warehouse_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoWarehouse):
        report_command(load(None, tmp_path), open_it=False)


def test_a_chart_ends_with_the_others_and_has_colours_without_a_page() -> None:
    now = datetime(2026, 3, 4, 13, tzinfo=UTC)
    rows = [{"day": "2026-03-04", "source": s, "articles": 2} for s in ("other", "a", "z")]
    assert charts.outlets(rows) == ["a", "z", "other"]
    svg = charts.by_day(rows, now)
    assert "var(--c3)" in svg
    assert "var(" not in charts.plain(svg)


@pytest.mark.parametrize(
    ("minutes", "said"), [(None, "–"), (0, "0 min"), (99, "99 min"), (120, "2 h"), (60 * 72, "3 d"), (-5, "0 min")]
)
def test_spans_as_people_say_them(minutes: float | None, said: str) -> None:
    assert age(minutes) == said


@pytest.mark.parametrize("url", [None, "", "javascript:alert(1)", "data:text/html,x", " https://a.example/"])
def test_only_web_addresses_are_links(url: str | None) -> None:
    assert web_address(url) == ""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_the_page_can_be_read_on_a_phone_and_in_the_dark(page: str, tmp_path: Path, scheme: str, width: int) -> None:
    file = tmp_path / "report.html"
    file.write_text(page, encoding="utf-8")
    assert troubles(file, width=width, scheme=scheme) == []
