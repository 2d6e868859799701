"""The archive through today's extractor: shown, applied once, and never a revision."""

from pathlib import Path

import pytest

from flows.base.observer import Silent
from flows.base.settings import load
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
