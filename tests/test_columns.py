"""What crosses from a reader to the run: pages with their columns, several at a time, understood once."""

import json
import pickle
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tasks.archive.batching import Batcher
from tasks.archive.segments import SegmentWriter
from tasks.base import columns
from tasks.base.boilerplate import Recurrence, block_key, strip
from tasks.base.items import ReadPage, TrackedLink
from tasks.extract.job import Learned, ReadJob
from tasks.extract.page import read_page
from tasks.extract.pool import ExtractPool
from tasks.understand.derive import derive
from tests.bad_readers import DYING, SLOW
from tests.rooms import ROOT
from warehouse.records import DateSignal, Fetched, FieldSignal, Hints, Image, Link, Mention, Page, PageLink, Quote

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
URL = "https://ledger.example/harbour"
PROMO = "Sign up for the Ledger's morning letter and read it before everybody else does."
SAID = "“The harbour stays closed,” said Mayor Jane Roe of Springfield on Monday after a long night of talks."
NAVIGATION = "".join(f'<a href="/section/{n}">Section {n}</a>' for n in range(9)) + '<a href="/section/1">Again</a>'


def html(number: int, *, promo: bool = False) -> str:
    told = "".join(f"<p>{SAID} It was decision {number}-{n} of the council.</p>" for n in range(6))
    related = '<p>See <a href="https://other.example/report">the report of the other side</a> for more of it.</p>'
    return (
        f"<html><head><title>Harbour {number}</title></head><body><nav>{NAVIGATION}</nav>"
        f"<article><h1>Harbour closed for day {number}</h1><time datetime='2026-11-23T08:00:00Z'>23 November</time>"
        f"<img src='/harbour.jpg' alt='The harbour'>{told}{related}"
        f"{f'<p>{PROMO}</p>' if promo else ''}</article></body></html>"
    )


@pytest.fixture(scope="module")
def jobs(tmp_path_factory: pytest.TempPathFactory) -> list[ReadJob]:
    """Captures of twelve pages; the last four have a promo below the story."""
    archive = tmp_path_factory.mktemp("archive")
    writer = SegmentWriter(archive, now=lambda: NOW, user_agent="test")
    found = []
    for number in range(12):
        link = Link(source="ledger", url=f"{URL}-{number}", via="url")
        fetched = Fetched(
            url=link.url, final_url=link.url, started_at=NOW, elapsed_ms=1, outcome="ok", status=200,
            headers=(("Content-Type", "text/html; charset=utf-8"),), body=html(number, promo=number >= 8).encode(),
        )  # fmt: skip
        found.append(writer.add(link, fetched))
    writer.close()
    hints = Hints(fetched_at=NOW)
    return [
        ReadJob(archive=archive, warc_file=each.warc_file, offset=each.warc_offset, length=each.warc_length,
                url=each.url, hints=hints, source="ledger", is_new=True)
        for each in found
    ]  # fmt: skip


@pytest.fixture(scope="module")
def pool() -> Iterator[ExtractPool]:
    with ExtractPool(1, page_timeout_s=20) as found:
        yield found


def pages(pool: ExtractPool, jobs: list[ReadJob], learned: Learned | None = None) -> list[ReadPage]:
    found = pool.collect(pool.submit(jobs, learned or Learned()))
    assert all(isinstance(page, ReadPage) for page in found)
    return [page for page in found if isinstance(page, ReadPage)]


def table(rows: list[tuple[str, columns.Row]], name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = columns.table_of(rows, name).to_pylist()
    return found


def test_the_columns_of_a_page_say_what_was_read(pool: ExtractPool, jobs: list[ReadJob]) -> None:
    found = pages(pool, jobs)
    alone = read_page(html(3), url=jobs[3].url, hints=jobs[3].hints)
    assert isinstance(alone, Page)
    read, rows = found[3], [(f"id{n}", page.rows) for n, page in enumerate(found)]
    assert (read.text, read.headline, read.content_hash) == (alone.text, alone.headline, found[3].content_hash)
    assert [len(each) for each in (read.links, read.images, read.dates, read.signals)] == [0, 0, 0, 0]
    stored: dict[str, tuple[Any, ...]] = {
        "article_images": alone.images,
        "article_dates": alone.dates,
        "article_signals": alone.signals,
    }
    for name, records in stored.items():
        said = [{field: getattr(record, field) for field in type(record).__slots__} for record in records]
        assert [row for row in table(rows, name) if row.pop("article_id") == "id3"] == said
    kept = [link for link in alone.links if link.kind != "navigation"]
    assert [row["url"] for row in table(rows, "article_links") if row["article_id"] == "id3"] == [x.url for x in kept]
    assert "https://other.example/report" in [link.url for link in kept]


def test_some_articles_of_some_calls_make_a_table(pool: ExtractPool, jobs: list[ReadJob]) -> None:
    found = pages(pool, jobs)
    every = table([(str(n), page.rows) for n, page in enumerate(found)], "article_signals")
    some = table([(str(n), found[n].rows) for n in (11, 2, 7)], "article_signals")
    assert some == [row for n in ("11", "2", "7") for row in every if row["article_id"] == n]
    assert columns.table_of([], "article_links").num_rows == 0


def test_navigation_is_counted_by_outlet_and_target(pool: ExtractPool, jobs: list[ReadJob]) -> None:
    found = pages(pool, jobs)
    assert {page.navigation_links for page in found} == {10}
    given = [(page.rows, "a" if n < 5 else "b", NOW + timedelta(days=n)) for n, page in enumerate(found)]
    counted = {(row["source"], row["url"]): row for row in columns.navigation_of(given).to_pylist()}
    assert len(counted) == 2 * 9
    one = counted["a", "https://ledger.example/section/1"]
    assert (one["pages"], one["anchor"]) == (5, "Section 1")  # a page that has it twice counts once
    assert (one["first_seen"], one["last_seen"]) == (NOW, NOW + timedelta(days=4))
    assert counted["b", "https://ledger.example/section/1"]["pages"] == 7


def test_a_text_is_understood_without_the_boilerplate_that_is_known(pool: ExtractPool, jobs: list[ReadJob]) -> None:
    known = {block_key(PROMO): Recurrence(20, 20)}
    found = pages(pool, jobs, Learned(blocks={"ledger": known}))
    for page in (found[0], found[11]):
        assert page.settled == strip(page.text, known).text
        assert page.derived is not None
        derived = derive(page.settled, page.language)
        for name in columns.DERIVED.names:
            assert page.derived.records(name) == columns.Row(derived, 0).records(name)
        for quote in page.derived.records("quotes"):
            assert page.settled[quote["char_start"] : quote["char_end"]] == quote["quote"]
    assert PROMO in found[11].text
    assert PROMO not in found[11].settled
    [apart] = pool.derived(pool.derive([(found[11].text, found[11].language)], None))
    assert apart is not None
    assert len(apart.records("quotes")) == len(derived.column("quotes")[0])


def test_a_full_batch_is_followed_by_a_larger_one(tmp_path: Path) -> None:
    sizes: list[int] = []
    writer = SegmentWriter(tmp_path, now=lambda: NOW, user_agent="test")
    batcher = Batcher(writer, size=2, emit=lambda batch: sizes.append(len(batch.items)))
    for number in range(2 + 8 + 32 + 5):
        link = Link(source="ledger", url=f"{URL}-{number}", via="url")
        fetched = Fetched(url=link.url, started_at=NOW, elapsed_ms=1, outcome="ok", status=200, body=b"<p>Page")
        batcher.add_response(TrackedLink(link=link, url_id=str(number)), fetched)
    batcher.flush()
    assert sizes == [2, 8, 32, 5]


@pytest.mark.parametrize(("how", "rule"), [(SLOW, "extraction_timeout"), (DYING, "extraction_crashed")])
def test_a_page_that_costs_its_worker_costs_no_other(jobs: list[ReadJob], how: str, rule: str) -> None:
    given = [*jobs, *jobs]
    given[5] = replace(given[5], url=f"{URL}-{how}")
    command = [sys.executable, "-m", "tests.bad_readers"]
    done = subprocess.run(command, input=pickle.dumps(given), capture_output=True, cwd=ROOT, timeout=120, check=True)
    assert json.loads(done.stdout) == [[5, rule]], done.stderr


def test_nothing_is_left_to_load_for_the_first_page(tmp_path: Path) -> None:
    code = f"""
import sys
import tasks.extract.preloaded
from tasks.extract.page import read_page
from tasks.understand.derive import derive
from warehouse.records import Hints
from datetime import datetime, UTC
opened = []
sys.addaudithook(lambda event, arguments: opened.append(arguments[0]) if event == "open" else None)
page = read_page({html(1)!r}, url={URL!r}, hints=Hints(fetched_at=datetime.now(UTC)))
read_page("<html><body><div>Short.</div></body></html>", url={URL!r}, hints=Hints(fetched_at=datetime.now(UTC)))
derive(page.text, page.language)
print(opened)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("table", "record"),
    [
        ("article_links", PageLink), ("article_images", Image), ("article_dates", DateSignal),
        ("article_signals", FieldSignal), ("quotes", Quote), ("mentions", Mention),
    ],
)  # fmt: skip
def test_everything_that_a_record_says_has_a_column(table: str, record: type[Any]) -> None:
    schema = columns.READ if table in columns.READ.names else columns.DERIVED
    kept = {field.name for field in schema.field(table).type.value_type}
    assert kept == {field.name for field in fields(record)}
