"""The archive through today's extractor: shown, applied once, and never a revision."""

import json
from pathlib import Path

import pytest
import tomlkit

from flows.base.observer import Silent
from flows.base.settings import Settings, load
from flows.commands.status import status
from flows.work.reextract import reextract
from tests.conftest import Run
from tests.outlet import Outlet, at
from tests.test_boilerplate import PROMO, page

pytestmark = pytest.mark.usefixtures("one_judge")

VERSIONS = (
    "select article_id, version, text, content_hash, valid_from, valid_to, extractor from article_versions order by 1"
)


def test_learned_boilerplate_is_shown_then_applied_and_versions_stay(outlet: Outlet, run: Run) -> None:
    given = {"config": str(outlet.config), "home": str(outlet.home)}
    for number in range(3):
        outlet.web.add(f"/{number}", page(number))
    for hours, shown in ((0.0, 2), (0.5, 3)):
        outlet.publish(range(shown), range(shown))
        run(now=lambda h=hours: at(h), **given)
    settings = load(Path(outlet.config), outlet.home)
    before = outlet.rows(VERSIONS)
    tally, applied = reextract(settings, Silent(), source=None, apply=False)
    assert (tally.articles, dict(tally.counts), applied) == (3, {"text": 2}, 0)
    assert all(PROMO in change.before and PROMO not in change.after for change in tally.examples["text"])
    tally, applied = reextract(settings, Silent(), source="paper", apply=True)
    assert applied == 2
    with_promo = f"select count(*) from articles where contains(text, '{PROMO}')"
    assert outlet.rows(with_promo, drifted=True) == [(0,)]
    assert outlet.rows(VERSIONS, drifted=True) == before
    tally, _ = reextract(settings, Silent(), source=None, apply=False)
    assert (tally.same, tally.counts.total()) == (3, 0)
    for number in range(3):
        outlet.web.add(f"/{number}", page(number, advert="another"))
    again = run(now=lambda: at(2), **given)
    assert (again.totals["unchanged"], again.totals["revised"]) == (3, 0)


PART = "<div class='{name}'><p>Send the Courier a picture of your {name} and win a week of ferry tickets.</p></div>"


def story(number: int, stamp: str = "", extra: str = "") -> bytes:
    body = "".join(f"<p>The council voted on item {number} part {n} after an hour of talk.</p>" for n in range(12))
    title = f"Council votes on item {number}"
    parts = PART.format(name="garden") + PART.format(name=f"harbour-{number}")
    return (
        f"<html><head><title>{title}</title><meta name=author content='Ann Lee'>"
        f"<meta property='article:published_time' content='2026-03-04T09:00:00Z'></head><body data-at='{stamp}'>"
        f"<article><h1>{title}</h1>{body}{extra}{parts}</article></body></html>"
    ).encode()


def selecting(outlet: Outlet, **selectors: list[str]) -> None:
    """The paper's selectors from now on."""
    document = tomlkit.parse(outlet.config.read_text())
    for name in ("select", "remove"):
        document["source"][0].pop(name, None)
    document["source"][0].update(selectors)
    outlet.config.write_text(tomlkit.dumps(document))


def tried_selectors(settings: Settings, capsys: pytest.CaptureFixture[str]) -> list[list[object]]:
    """What `dateline status` says of the selectors."""
    capsys.readouterr()
    status(settings, as_json=True)
    return [list(each.values()) for each in json.loads(capsys.readouterr().out)[0]["selectors"]]


def test_a_change_of_selectors_is_another_reading_and_no_revision(
    outlet: Outlet, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    given = {"config": str(outlet.config), "home": str(outlet.home)}
    for number in range(3):
        outlet.web.add(f"/{number}", story(number))
    outlet.publish(range(3), range(3))
    run(now=lambda: at(0), **given)
    texts = "select url, contains(text, 'garden'), contains(text, 'harbour-'), extractor from articles order by url"
    before, versions = outlet.rows(texts), outlet.rows(VERSIONS)
    assert {row[1:3] for row in before} == {(True, True)}
    selecting(outlet, remove=[".garden", ".letter"])
    for number in range(3):  # other bytes; the last one is a real revision
        extra = "<p>The mayor resigned in the evening, and the vote has to be taken again next week.</p>" * (
            number == 2
        )
        outlet.web.add(f"/{number}", story(number, stamp="2", extra=extra))
    again = run(now=lambda: at(4), **given)  # when they are looked at again
    assert (again.totals["unchanged"], again.totals["revised"]) == (2, 1)
    assert not any("select" in note for note in again.notes)  # that .letter is nowhere is no news of this run
    assert [row[1] for row in outlet.rows(texts)] == [True, True, False]
    settings = load(Path(outlet.config), outlet.home)
    tally, applied = reextract(settings, Silent(), source="paper", apply=True)
    assert (dict(tally.counts), applied) == ({"text": 2}, 2)
    after = outlet.rows(texts, drifted=True)
    assert {row[1:3] for row in after} == {(False, True)}
    assert {row[3] for row in after} == {f"{before[0][3]}/selectors-{settings.selectors['paper'].fingerprint}"}
    assert [row for row in outlet.rows(VERSIONS, drifted=True) if row in versions or row[1] == 2]
    for number in range(3):
        outlet.web.add(f"/{number}", story(number, stamp="3"))
    assert tried_selectors(settings, capsys) == [
        ["paper", "remove", ".letter", 0, 3],
        ["paper", "remove", ".garden", 3, 3],
    ]
    selecting(outlet, select=[".story-of-last-year"], remove=[".garden"])
    third = run(now=lambda: at(24), **given)
    assert (third.totals["unchanged"], third.totals["revised"]) == (2, 1)  # the mayor's paragraph is gone again
    said = "paper: none of its `select` found words on 1 of 1 articles, which were read as without it"
    assert [note for note in third.notes if note.startswith(said)]
    flagged = "select url from articles where list_contains(quality_flags, 'select_unmatched')"
    assert outlet.rows(flagged, drifted=True) == [("http://paper.test/2",)]
    settings = load(Path(outlet.config), outlet.home)
    assert ["paper", "select", ".story-of-last-year", 0, 1] in tried_selectors(settings, capsys)


def test_sources_of_one_outlet_may_read_its_pages_in_two_ways(outlet: Outlet, run: Run) -> None:
    given = {"config": str(outlet.config), "home": str(outlet.home)}
    outlet.publish(range(1), range(1))
    outlet.web.add("/0", story(0))
    assert run(now=lambda: at(0), **given).totals["loaded"] == 1
    document = tomlkit.parse(outlet.config.read_text())
    other = {"name": "valley-news", "feeds": ["http://paper.test/valley"], "remove": [".garden", ".harbour-0"]}
    document["source"].append(other)
    outlet.config.write_text(tomlkit.dumps(document))
    item = "<item><title>t</title><link>http://paper.test/valley/0</link></item>"
    outlet.web.add("/valley", f'<rss version="2.0"><channel>{item}</channel></rss>'.encode())
    outlet.web.add("/valley/0", story(0).replace(b"<head>", b"<head><link rel=canonical href='http://paper.test/0'>"))
    again = run(now=lambda: at(0.5), sources=["valley-news"], **given)
    assert [(name, row["discovered"]) for name, row in again.by_source] == [("valley-news", 1)]
    assert (again.totals["loaded"], again.totals["revised"]) == (0, 0)
