"""What owners say of pages with CSS selectors: what is found, what it changes of the story, what it leaves alone."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from cssselect import HTMLTranslator
from hypothesis import given
from hypothesis import strategies as st
from lxml.etree import XPath
from lxml.html import HtmlElement, fromstring

from flows.base.errors import BadConfig
from flows.base.settings import Settings, load
from tasks.extract import limits
from tasks.extract.feedtext import with_feed_text
from tasks.extract.page import EXTRACTOR, extractor_of, read_page
from tasks.extract.selectors import MAX_CHARS, MAX_SELECTORS, MAX_STEPS, NONE, Selectors, check, mark
from warehouse.records import Hints, Page

URL = "https://harbour.example/ferry"
HINTS = Hints(fetched_at=datetime(2026, 3, 2, tzinfo=UTC))
LEDE = "The council put off the vote on the ferry on Monday evening after four hours of argument in a full hall."
HALL = "Residents had come with banners, and many of them stayed until the end of the meeting, which was late."
NEXT = "The next meeting is on Thursday, when the harbour master is to say what the quay would cost the town."
PROMO = "Our letter on Fridays tells you which ships came in, what they had carried and who was there to see it."
NOTE = "Readers of the island edition found this report on page four of the paper beside the tables of the tides."
# What the reader gets wrong: the promotion is called nothing in particular, and the second half is called a comment.
PAGE = f"""<html lang=en><head><title>Ferry vote is put off - The Harbour</title>
<meta property="article:published_time" content="2026-03-01T18:00:00Z"></head><body>
<article><header><h1>Ferry vote is put off</h1><p class="byline">By Ann Lee</p></header>
<div class="unit-7"><p>{LEDE}</p><p>{HALL}</p><div class="slot q4"><p>{PROMO}</p></div></div></article>
<section class="comments"><p>{NEXT}</p>
<ul><li>The <b>quay</b>: 4 m.</li><li>Tugs<ul><li>two</li></ul></li></ul>
<figure><img src="/q.jpg"><figcaption>The quay</figcaption></figure></section>
<footer><p>{NOTE}</p></footer></body></html>"""


def read(html: str = PAGE, *, select: tuple[str, ...] = (), remove: tuple[str, ...] = ()) -> Page:
    page = read_page(html, url=URL, hints=HINTS, selectors=Selectors(select, remove))
    assert isinstance(page, Page)
    return page


def lines(page: Page) -> list[str]:
    return page.text.split("\n\n")


def found(page: Page) -> dict[str, bool]:
    return {signal.raw: signal.chosen for signal in page.signals if signal.field == "text"}


def test_without_selectors_the_page_is_one_that_learning_gets_wrong() -> None:
    assert lines(read()) == [LEDE, HALL, PROMO]


def test_remove_takes_a_part_out_of_the_story() -> None:
    page = read(remove=(".slot.q4",))
    assert lines(page) == [LEDE, HALL]
    assert found(page) == {".slot.q4": True}


def test_select_says_what_the_story_is_and_nothing_else_is_asked() -> None:
    page = read(select=(".unit-7", ".comments"), remove=(".slot",))
    assert lines(page) == [LEDE, HALL, NEXT, "- The quay: 4 m.\n- Tugs two"]  # no caption; a list in a list is one line
    assert page.flags == ()


@pytest.mark.parametrize("select", [("article", ".unit-7 p"), (".unit-7", "article"), ("article, .unit-7",)])
def test_what_stands_in_what_is_selected_already_comes_once_and_in_the_order_of_the_page(
    select: tuple[str, ...],
) -> None:
    assert lines(read(select=select)) == [LEDE, HALL, PROMO]  # headline and byline have fields of their own


@pytest.mark.parametrize("select", [(".story-body",), ("footer img",), (".unit-7:has(> table)",)])
def test_select_that_finds_no_words_leaves_the_page_as_it_is_read_and_says_so(select: tuple[str, ...]) -> None:
    page, usual = read(select=select), read()
    assert page.text == usual.text
    assert page.flags == ("select_unmatched",)
    assert not any(found(page).values()) or select == ("footer img",)


def test_remove_that_finds_nothing_is_no_flag_but_is_kept_with_the_article() -> None:
    page = read(remove=(".letter",))
    assert (page.text, page.flags) == (read().text, ())
    assert found(page) == {".letter": False}


def test_selectors_touch_no_field_but_the_text() -> None:
    usual = read()
    for page in (read(remove=("header", "h1", "meta", "title", ".byline")), read(select=("footer",))):
        assert (page.headline, page.authors, page.date_published) == (
            "Ferry vote is put off", ("Ann Lee",), datetime(2026, 3, 1, 18, tzinfo=UTC))  # fmt: skip
        assert page.links == usual.links
    assert lines(read(remove=("h1",))) == lines(usual)
    assert lines(read(select=("footer",))) == [NOTE]


@pytest.mark.parametrize("remove", ["*", "html", "body", "article", "p", "head", "script", "html > *"])
def test_removing_too_much_is_an_empty_story_and_no_crash(remove: str) -> None:
    page = read(remove=(remove,))
    assert page.headline == "Ferry vote is put off"
    assert LEDE not in page.text or remove in ("html", "head", "script")


def test_a_story_in_json_is_read_without_what_is_removed() -> None:
    state = f'{{"@type": "NewsArticle", "headline": "Ferry", "articleBody": "{LEDE}\\n{HALL}\\n{PROMO}\\n{NEXT}"}}'
    html = (
        f'<html><head><title>Ferry</title><script type="application/ld+json">{state}</script></head><body>'
        f"<div id=app><h1>Ferry</h1><div class=letter><p>{PROMO}</p></div></div></body></html>"
    )
    assert lines(read(html)) == [LEDE, HALL, PROMO, NEXT]
    assert lines(read(html, remove=(".letter",))) == [LEDE, HALL, NEXT]
    unmatched = read(html, select=(".story",))
    assert (lines(unmatched), "select_unmatched" in unmatched.flags) == ([LEDE, HALL, PROMO, NEXT], True)


def test_selectors_see_into_shadow_roots_and_unknown_elements() -> None:
    html = (
        f"<html><body><story-view><template shadowrootmode=open><div class=main><p>{LEDE}</p><amp-ad><p>{PROMO}</p>"
        f"</amp-ad><p>{HALL}</p></div></template></story-view><p>{NOTE}</p></body></html>"
    )
    assert lines(read(html, select=("story-view",), remove=("amp-ad",))) == [LEDE, HALL]
    assert lines(read(html, select=("story-view .main",), remove=("AMP-AD",))) == [LEDE, HALL]


def test_the_text_that_a_feed_gives_loses_what_is_removed_and_wants_no_select() -> None:
    whole = "".join(f"<p>{each} {n}</p>" for n in range(3) for each in (LEDE, HALL))
    hints = Hints(fetched_at=HINTS.fetched_at, feed_content=f"{whole}<div class=letter><p>{PROMO}</p></div>")
    wall = Page(page_kind="consent_wall")
    given = Selectors(select=(".story",), remove=(".letter",))
    assert PROMO in with_feed_text(wall, URL, hints).text
    told = with_feed_text(wall, URL, hints, given)
    assert PROMO not in told.text
    assert f"{HALL} 2" in told.text
    assert "select_unmatched" not in told.flags


def test_the_name_of_the_extractor_follows_the_selectors() -> None:
    one = extractor_of(Selectors(select=(".a", ".b"), remove=(".c",)))
    assert extractor_of(NONE) == EXTRACTOR
    assert one.startswith(f"{EXTRACTOR}/selectors-")
    assert extractor_of(Selectors(select=(".b", ".a", ".a"), remove=(".c",))) == one  # the same is asked
    others = (Selectors(remove=(".a", ".b", ".c")), Selectors(select=(".a", ".b")), Selectors(select=(".c",)))
    assert len({one, *map(extractor_of, others)}) == 4


@pytest.mark.parametrize(
    "selector",
    [".a >", "", " ", "> p", "svg|a", "p::before", "p:no-such", ".a,", "p[", "#", "p" * (MAX_CHARS + 1),
     " ".join(["p"] * (MAX_STEPS + 1)), "p:not(", "p:nth-child(x)"],
)  # fmt: skip
def test_what_is_no_selector_is_said(selector: str) -> None:
    with pytest.raises(ValueError, match="selector"):
        check([selector])


def test_selectors_are_bounded_in_number() -> None:
    check([f".a{n}" for n in range(MAX_SELECTORS)])
    with pytest.raises(ValueError, match="more than"):
        check([f".a{n}" for n in range(MAX_SELECTORS + 1)])


def test_a_bad_selector_is_an_error_of_the_configuration(tmp_path: Path) -> None:
    config = tmp_path / "dateline.toml"
    config.write_text('[[source]]\nname = "one"\n\n[[source]]\nname = "two"\nremove = [".ok", "p >"]\n')
    with pytest.raises(BadConfig, match=r"dateline.toml:6: remove: of the source 'two': 'p >' is no CSS selector"):
        load(config)
    config.write_text('[[source]]\nname = "two"\nselect = ".story"\n')
    with pytest.raises(BadConfig, match=r"dateline.toml:3: select: .*a list"):
        load(config)
    config.write_text('[[source]]\nname = "two"\nselect = [".story"]\n\n[[source]]\nname = "one"\n')
    assert load(config).selectors == {"two": Selectors(select=(".story",))}
    assert Settings().selectors == {}


COMPOUNDS = ["*", "p", "div", ".a", ".b", "div.a", "p:first-child", ":not(.a)", "#x", "[class]", "div:has(> p)"]
CHAINS = st.lists(st.tuples(st.sampled_from([" ", " > ", " + ", " ~ "]), st.sampled_from(COMPOUNDS)), max_size=4)
TREES = st.recursive(
    st.sampled_from(["<p class=a>x</p>", "<p>y</p>", "<p class=b id=x></p>"]),
    lambda inner: st.tuples(st.sampled_from(["", " class=a", " class='b a'"]), st.lists(inner, max_size=4)).map(
        lambda each: f"<div{each[0]}>{''.join(each[1])}</div>"
    ),
    max_leaves=20,
)


@given(TREES, st.sampled_from(COMPOUNDS), CHAINS)
def test_steps_find_what_the_whole_expression_finds(tree: str, first: str, chain: list[tuple[str, str]]) -> None:
    selector = first + "".join(combinator + compound for combinator, compound in chain)
    root = fromstring(f"<html><body>{tree}</body></html>")
    whole = XPath(HTMLTranslator().css_to_xpath(selector))(root)
    (marked,) = mark(root, Selectors(select=(selector,)))
    assert sorted(map(root.getroottree().getpath, marked.elements)) == sorted(
        map(root.getroottree().getpath, whole)  # type: ignore[arg-type]  # an XPath for elements
    )


def test_a_page_at_the_limit_is_searched_step_by_step() -> None:
    """As one XPath each of these takes more than 15 s on it."""
    block = "<div class=a>" * 200 + "x" + "</div>" * 200
    tree = limits.parse(f"<html><body>{block * 400}</body></html>")
    assert isinstance(tree, HtmlElement)
    selectors = Selectors(remove=("div div div div", "* * * * * * * *", ".a ~ .a div"))
    assert [len(each.elements) for each in mark(tree, selectors)] == [400 * 197, 400 * 195, 399 * 199]
