"""What is learned of an outlet's bylines and clock: what goes, what never does, and that learning revises nothing."""

from collections import Counter
from datetime import UTC, date, datetime

import pytest

from tasks.base.boilerplate import Recurrence, block_key, strip
from tasks.base.habits import Habits, learn, observed, settle, together
from tests.conftest import Run
from tests.outlet import Outlet, at
from warehouse.records import Page

LATE = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)


def signed(*names: str) -> Page:
    return Page(page_kind="article", authors=names)


def of(*pages: Page) -> Habits:
    return learn(together({}, pages))


def test_a_desk_beside_changing_names_is_no_author() -> None:
    habits = of(signed("Ada Marsh", "City Desk"), signed("City Desk", "Ben Ode"), signed("Cy Roe", "City Desk"))
    assert settle(signed("Ada Marsh", "City Desk"), habits).authors == ("Ada Marsh",)
    assert settle(signed("City Desk"), habits).authors == ("City Desk",)  # nobody else signed it


@pytest.mark.parametrize(
    "pages",
    [
        [signed("Ada Marsh", "City Desk"), signed("Ben Ode", "City Desk")],  # two articles
        [signed("Ada Marsh"), signed("Ada Marsh", "Ben Ode"), signed("Ada Marsh", "Cy Roe"), signed("Ada Marsh")],
        [signed("Ada Marsh", "Ben Ode")] * 5,  # two people, always
        [*[signed("Ada Marsh", f"Other {n}") for n in "ABC"], *[signed(f"Other {n}") for n in "DEFGHIJ"]],
    ],
)
def test_who_is_an_author_stays_one(pages: list[Page]) -> None:
    assert settle(pages[0], of(*pages)).authors == pages[0].authors


def test_words_that_follow_every_name_are_not_of_it() -> None:
    habits = of(*(signed(f"{name} Full Bio") for name in ("Ada Marsh", "Ben Ode", "Cy van Roe")))
    assert settle(signed("Dee Fox Full Bio"), habits).authors == ("Dee Fox",)
    assert settle(signed("Bio Full"), habits).authors == ("Bio Full",)
    before = of(*(signed(f"Redaktion: {name}") for name in ("Ada Marsh", "Ben Ode", "Cy Roe")))
    assert settle(signed("Redaktion: Dee Fox"), before).authors == ("Dee Fox",)


def test_a_family_is_no_constant() -> None:
    names = ["Ada Marsh Fox", "Ben Ode Fox", "Cy Roe Fox", *(f"Some One{n} Else{n}" for n in range(9))]
    assert settle(signed(names[0]), of(*map(signed, names))).authors == (names[0],)


def clocked(when: datetime, offset: int | None, **more: object) -> Page:
    return Page(page_kind="article", date_published=when, utc_offset=offset, **more)  # type: ignore[arg-type]


def test_an_outlets_clock_gives_the_day_and_reads_times_without_a_zone() -> None:
    habits = of(*[clocked(LATE, 60)] * 3)
    in_utc = clocked(LATE, None, published_day=LATE.date(), is_day_in_utc=True, date_published_precision="instant")
    assert settle(in_utc, habits).published_day == date(2026, 3, 5)
    naive = clocked(LATE, None, published_day=LATE.date(), date_published_precision="local")
    assert settle(naive, habits).date_published == datetime(2026, 3, 4, 22, 30, tzinfo=UTC)
    assert settle(naive, habits).published_day == LATE.date()
    printed = clocked(LATE, None, published_day=LATE.date(), date_published_precision="instant")
    assert settle(printed, habits) == printed  # the page says on which day


@pytest.mark.parametrize(
    "seen",
    [
        [clocked(LATE, 60)] * 2,
        [*[clocked(LATE, 60)] * 4, clocked(LATE, 120)],  # the weeks in which clocks are changed
        [clocked(LATE.replace(month=1), 60)] * 9,  # too long ago to be sure of
    ],
)
def test_what_is_not_sure_of_a_clock_is_not_known(seen: list[Page]) -> None:
    page = clocked(LATE, None, published_day=LATE.date(), is_day_in_utc=True, date_published_precision="instant")
    assert settle(page, of(*seen)) == page


def test_what_is_counted_does_not_depend_on_what_was_learned() -> None:
    page = signed("Ada Marsh", "City Desk")
    counted = Counter(observed(page))
    assert together(counted, [page]) == dict.fromkeys(counted, 2)


@pytest.mark.parametrize(
    ("promo", "story"),
    [
        ("新聞の朝刊メールを購読して毎日読もう。", ["市議会は月曜日に橋を閉鎖すると決めた。", "けが人はいなかった。"]),
        ("สมัครรับจดหมายข่าวตอนเช้าของเรา", ["สะพานถูกปิดเมื่อวันจันทร์ที่ผ่านมา", "ไม่มีผู้ได้รับบาดเจ็บในเหตุการณ์ครั้งนี้"]),
        ("ចុះឈ្មោះទទួលព័ត៌មានពេលព្រឹក", ["ស្ពានត្រូវបានបិទនៅថ្ងៃច័ន្ទដោយសារទឹកជំនន់", "គ្មានអ្នករងរបួសនៅក្នុងហេតុការណ៍នេះទេ"]),
    ],
)
def test_promos_in_scripts_without_spaces_are_learned_as_others(promo: str, story: list[str]) -> None:
    text = "\n\n".join([story[0], promo, story[1]])
    assert strip(text, {block_key(promo): Recurrence(9, 9)}).text == "\n\n".join(story)


# -- through the pipe ----------------------------------------------------------------------------------------------


def page(number: int) -> bytes:
    title = f"Council votes on item {number} of its long agenda"
    name = ["Ada Marsh", "Ben Ode", "Cy Roe", "Dee Fox"][number]
    line = f'<div class="byline">By <a rel="author">{name}</a> and <a rel="author">Valley Newsdesk</a></div>'
    stated = f'<meta property="article:published_time" content="2026-03-0{number + 1}T23:30:00Z">'
    shown = "" if number == 3 else f'<time class="date">{number + 2} March 2026, 00:30</time>'
    story = "".join(
        f"<p>Item {number}.{n} took the council {n} hours, and nobody spoke of it twice.</p>" for n in range(9)
    )
    return (
        f"<html><head><title>{title}</title>{stated}</head><body><article><h1>{title}</h1>{line}{shown}{story}"
        "</article></body></html>"
    ).encode()


def test_it_works_from_the_third_article_on_and_revises_nothing(outlet: Outlet, run: Run) -> None:
    given = {"config": str(outlet.config), "home": str(outlet.home)}
    for number in range(4):
        outlet.web.add(f"/{number}", page(number))
    for runs, upto in enumerate((2, 3, 4)):
        outlet.publish(range(upto), range(upto))
        run(now=lambda runs=runs: at(0.5 * runs), **given)
    told = outlet.rows("select authors, published_day::varchar from articles order by url")
    assert told == [
        (["Ada Marsh", "Valley Newsdesk"], "2026-03-02"),
        (["Ben Ode", "Valley Newsdesk"], "2026-03-03"),
        (["Cy Roe"], "2026-03-04"),
        (["Dee Fox"], "2026-03-05"),  # its page shows no date: by the clock of the others
    ]
    counted = outlet.rows("select articles from internal.outlet_habits where value in ('', 'Valley Newsdesk')")
    assert counted == [(4,), (4,)]
    again = run(now=lambda: at(8), **given)
    assert again.totals["revised"] == 0
    assert outlet.rows("select sum(articles) from internal.outlet_habits where habit = 'signed'") == [(4,)]
