"""Boilerplate learned per outlet: what is removed, what never is, and that learning revises nothing."""

from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.base.boilerplate import Recurrence, block_key, block_keys, recurrences, strip
from tests.conftest import Run
from tests.outlet import Outlet, at
from warehouse.prose import paragraphs

PROMO = "The Courier of Brackwater is printed on paper from the mills on the Aller."
STORY = ["The bridge over the Aller was closed on Monday.", "Nobody was hurt, the town hall said in the evening."]


def seen(**counts: tuple[int, int]) -> dict[int, Recurrence]:
    return {block_key(text): Recurrence(*count) for text, count in counts.items()}


def text(*blocks: str) -> str:
    return "\n\n".join(blocks)


@pytest.mark.parametrize(
    ("articles", "of", "removed"),
    [(2, 2, True), (1, 1, False), (1, 50, False), (4, 14, False), (40, 99, True), (0, 0, False)],
)
def test_a_block_goes_when_it_surely_recurs(articles: int, of: int, removed: bool) -> None:
    found = strip(text(STORY[0], PROMO, STORY[1]), {block_key(PROMO): Recurrence(articles, of)})
    assert (found.removed == (PROMO,)) == removed
    assert (found.text == text(*STORY)) == removed


def test_at_the_ends_less_is_enough() -> None:
    known = {block_key(PROMO): Recurrence(11, 40)}
    assert strip(text(*STORY, PROMO), known).removed == (PROMO,)
    assert strip(text(STORY[0], PROMO, STORY[1]), known).removed == ()


def test_numbers_do_not_make_a_block_new() -> None:
    assert block_key("Read 5 more stories of 23 May.") == block_key("Read 9 more stories of 4 May.")


def test_a_heading_in_the_middle_stays() -> None:
    known = {block_key("What happens next"): Recurrence(80, 99)}
    assert strip(text(STORY[0], "What happens next", STORY[1]), known).removed == ()


def test_a_story_at_many_addresses_is_not_boilerplate() -> None:
    known = {block_key(block): Recurrence(9, 9) for block in STORY}
    assert strip(text(*STORY), known).text == text(*STORY)


def test_a_first_batch_learns_from_itself() -> None:
    bodies = [text(f"{STORY[0]} {word}.", PROMO, f"{word}: {STORY[1]}") for word in ("One", "Two", "Three", "Four")]
    found = recurrences([*map(block_keys, bodies)], {})
    assert all(each[block_key(PROMO)] == Recurrence(3, 3) for each in found)
    assert PROMO not in strip(bodies[2], found[2]).text
    assert recurrences([*map(block_keys, bodies[:2])], {})[0][block_key(PROMO)] == Recurrence(1, 1)


@given(st.lists(st.text(min_size=1), max_size=12), st.integers(0, 50))
def test_what_stands_in_one_article_only_is_never_removed(blocks: list[str], of: int) -> None:
    body = text(*blocks)
    nobody = {block_key(block): Recurrence(0, of) for block in paragraphs(body)}
    assert strip(body, nobody).text == body
    assert strip(body, {}).removed == ()


# -- through the pipe ----------------------------------------------------------------------------------------------


def page(number: int, advert: str = "") -> bytes:
    title = f"Council votes on item {number} of its long agenda"
    where = ["Ulmen", "Birken", "Linden", "Eichen"][number]
    paragraphs = "".join(
        f"<p>{'Item' if n else 'The'} {number} took the council {n} hours and more, and the mayor said of "
        f"{where} what nobody had said of it before: {chr(75 + n) * 4}.</p>"
        for n in range(8)
    )
    return (
        f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>{paragraphs}"
        f"<p>{PROMO}</p></article><!--{advert}--></body></html>"
    ).encode()


def test_it_works_from_the_third_article_on_across_runs_and_revises_nothing(outlet: Outlet, run: Run) -> None:
    given_ = {"config": str(outlet.config), "home": str(outlet.home)}
    for number in range(3):
        outlet.web.add(f"/{number}", page(number))
    outlet.publish(range(2), range(2))
    run(now=lambda: at(0), **given_)
    outlet.publish(range(3), range(3))
    run(now=lambda: at(0.5), **given_)
    with_promo = f"select url from articles where contains(text, '{PROMO}') order by url"
    assert outlet.rows(with_promo) == [("http://paper.test/0",), ("http://paper.test/1",)]
    assert outlet.rows("select articles, sample from boilerplate") == [(3, PROMO)]
    for number in range(3):
        outlet.web.add(f"/{number}", page(number, advert="another"))
    again = run(now=lambda: at(2), **given_)
    assert (again.totals["unchanged"], again.totals["revised"]) == (3, 0)
    assert outlet.rows("select max(articles) from internal.outlet_blocks") == [(3,)]


def test_a_newer_extractor_is_no_revision(outlet: Outlet, run: Run) -> None:
    given_ = {"config": str(outlet.config), "home": str(outlet.home)}
    outlet.web.add("/0", page(0))
    outlet.publish(range(1), range(1))
    run(now=lambda: at(0), **given_)
    _pretend_an_older_extractor(outlet.home)
    outlet.web.add("/0", page(0, advert="another"))
    again = run(now=lambda: at(2), **given_)
    assert (again.totals["unchanged"], again.totals["revised"]) == (1, 0)
    outlet.web.add("/0", page(0).replace(b"<p>The", b"<p>At last the"))
    assert run(now=lambda: at(8), **given_).totals["revised"] == 1


def _pretend_an_older_extractor(home: Path) -> None:
    with duckdb.connect(str(home / "state" / "work.duckdb")) as connection:
        for table in ("articles", "article_versions"):
            connection.execute(f"update {table} set extractor = 'old', text = 'SHARE. ' || text, content_hash = 'x'")
