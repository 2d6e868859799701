"""Further forms of the kinds in test_extract_kinds: other tags, encodings, templates, languages."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from tasks.extract.encoding.charset import decode
from tasks.extract.page import read_page
from tasks.extract.story.incomplete import INCOMPLETE
from warehouse.records import Hints, Page

URL = "https://www.harborledger.example/news/pier"
HINTS = Hints(fetched_at=datetime(2026, 11, 24, 12, tzinfo=UTC))
HEADLINE = "Council votes for a new ferry pier"
DATED = '<meta property="article:published_time" content="2026-11-23T08:00:00Z">'
TOLD = [
    f"The council of {town} voted nine to two for the ferry pier, which {who} had asked for since the winter’s storm."
    for town, who in (("Northbank", "the ferrymen"), ("Saltmere", "two schools"), ("Oldquay", "the harbour master"))
] * 2
TOLD = [f"{line} It was vote number {number}." for number, line in enumerate(TOLD)]


def told(lines: list[str]) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


def read(body: str, *, head: str = DATED, title: str = HEADLINE, behind: str = "") -> Page:
    html = f"<html lang=en><head><title>{title}</title>{head}</head><body><main>{body}</main></body></html>{behind}"
    page = read_page(html, url=URL, hints=HINTS)
    assert isinstance(page, Page)
    return page


@pytest.mark.parametrize(
    "script",
    [
        '<script id="__NEXT_DATA__" type="application/json">%s</script>',
        "<script>window.__STATE__=(function(){return %s}())</script>",
        "<script>window.DATA = JSON.parse(%r)</script>",
    ],
)
def test_a_story_in_the_pages_data_behind_its_end(script: str) -> None:
    held = {"props": {"story": {"title": HEADLINE, "body": [{"text": line} for line in TOLD]}}}
    written = json.dumps(held)
    filled = script.replace("%r", json.dumps(written)).replace("%s", written)
    assert TOLD[5] in read(f"<h1>{HEADLINE}</h1><p>The pier will come.</p>", behind=filled).text


@pytest.mark.parametrize(
    "post",
    [
        '<blockquote class="instagram-media"><div><a href="https://insta.example/1"><p>{}</p></a></div></blockquote>',
        '<div class="telegram-embed"><blockquote><p>{}</p></blockquote></div>',
        '<figure class="embed"><blockquote class="bluesky-embed"><p>{}</p>— Ann (@ann)</blockquote></figure>',
        '<blockquote class="twitter-tweet">{} — Ann Lee (@ann) <a href="https://t.example/1">23 Nov</a></blockquote>',
    ],
)
def test_an_announced_post_of_any_make_is_a_quotation(post: str) -> None:
    said = "We have patched this wall for thirty years and the sea has taken it back."
    page = read(f"<h1>{HEADLINE}</h1>{told(TOLD[:2])}<p>Lee wrote in a post:</p>{post.format(said)}{told(TOLD[2:])}")
    assert said in page.text
    assert "@ann" not in page.text


def test_comments_are_known_by_their_make() -> None:
    block = (
        '<div class="x7"><b class="author">U</b><p>A scandal, number {}, and the mayor must go.</p><a>Reply</a></div>'
    )
    page = read(f"<h1>{HEADLINE}</h1>{told(TOLD)}<div>{''.join(block.format(number) for number in range(4))}</div>")
    assert "scandal" not in page.text
    assert TOLD[5] in page.text


def test_words_in_elements_for_machines_stay_in_their_sentence() -> None:
    line = (
        "The vote is on <time datetime='2026-12-01'>1 December</time> in the <label>third</label> hall of the harbour."
    )
    assert "on 1 December in the third hall" in read(f"<h1>{HEADLINE}</h1><p>{line}</p>{told(TOLD)}").text


@pytest.mark.parametrize(
    ("text", "codec", "language", "header"),
    [
        ("港湾地区の新しい橋を来年四月に開通させると発表した。", "euc_jp", "ja", None),
        ("港湾地区の新しい橋を来年四月に開通させると発表した。", "shift_jis", "ja", "utf-8"),
        ("Новый мост через гавань откроют в апреле", "koi8_r", "ru", None),
        ("Новый мост через гавань откроют в апреле", "cp1251", "ru", "utf-8"),
        ("Burmistrz powiedział, że mieszkańcy poparli wszystkie projekty", "cp1250", "pl", None),
        ("สะพานใหม่จะเปิดในเดือนเมษายน", "tis_620", "th", None),
    ],
)
def test_without_a_sound_claim_the_language_decides(text: str, codec: str, language: str, header: str | None) -> None:
    body = f'<html lang="{language}"><body><p>{text * 3}</p>'.encode(codec)
    assert text in decode(body, f"text/html; charset={header}" if header else None)[0]


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ('<p class="byline">記者：山田太郎</p>', ("山田太郎",)),
        ('<div class="author">كتب: أحمد علي</div>', ("أحمد علي",)),
        ('<div class="author">გიორგი მაისურაძე</div>', ("გიორგი მაისურაძე",)),
        ('<a rel="author" href="/a">Inês Reis e Moura</a>', ("Inês Reis e Moura",)),
        ("<ul><li><strong>Autor</strong> Ann Lee</li></ul>", ("Ann Lee",)),
        ('<div class="byline">Ann Lee</div><aside><span class="byline">Bo Ray</span></aside>', ("Ann Lee",)),
    ],
)
def test_bylines_in_other_forms(byline: str, names: tuple[str, ...]) -> None:
    assert read(f"<h1>{HEADLINE}</h1>{byline}{told(TOLD)}").authors == names


@pytest.mark.parametrize(
    "node",
    [
        {"@type": "NewsArticle", "headline": "Old ships", "url": "https://a.example/1", "datePublished": "2019-01-01"},
        {"@type": "ItemList", "itemListElement": [{"@type": "NewsArticle", "headline": "x", "datePublished": "2019"}]},
        {"@type": "Product", "review": {"@type": "Review", "datePublished": "2019-01-01"}},
    ],
)
def test_what_is_not_the_page_does_not_date_it(node: dict[str, object]) -> None:
    script = f'<script type="application/ld+json">{json.dumps(node)}</script>'
    page = read(f"<h1>{HEADLINE}</h1>{told(TOLD)}", head=DATED + script)
    assert page.date_published == datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    "image",
    [
        '<img src="data:image/gif;base64,R0" data-srcset="/s.jpg 400w, /fish.jpg 1200w">',
        '<picture><source srcset="/fish.jpg 1200w,/s.jpg 400w"><img alt=""></picture>',
        '<img src="/blank.gif" data-lazy="https://www.harborledger.example/fish.jpg">',
        '<figure><noscript><img src="/fish.jpg"></noscript></figure>',
    ],
)
def test_pictures_that_load_late(image: str) -> None:
    page = read(f"<article><h1>{HEADLINE}</h1>{image}{told(TOLD)}</article>")
    assert "https://www.harborledger.example/fish.jpg" in [each.url for each in page.images]


def test_an_h1_of_the_template_is_no_headline() -> None:
    shared = f'<meta property="og:title" content="{HEADLINE}">'
    assert read(f"<h1>Seafaring stories</h1>{told(TOLD)}", head=DATED + shared).headline == HEADLINE


def test_a_text_much_shorter_than_what_the_page_states_is_flagged() -> None:
    node = {"@type": "NewsArticle", "headline": HEADLINE, "wordCount": 2000}
    head = f'{DATED}<script type="application/ld+json">{json.dumps(node)}</script>'
    assert INCOMPLETE in read(f"<h1>{HEADLINE}</h1>{told(TOLD)}", head=head).flags
    assert INCOMPLETE not in read(f"<h1>{HEADLINE}</h1>{told(TOLD)}").flags


@pytest.mark.parametrize(
    ("around", "names"),
    [
        (
            "<div><img src='/p.jpg'><p>The harbour master and two ferrymen look at the pier on Monday.</p>"
            "<span>By Bo Ray</span></div><div><span>By Ann Lee</span></div>",
            ("Ann Lee",),
        ),
        ("<div class='byline'><img src='/ann.jpg'>By <b>Ann Lee</b></div>", ("Ann Lee",)),
        (
            "<div class='byline'><div>By <b>Ann Lee</b></div><div>Harbor Ledger</div><time>3 May</time></div>",
            ("Ann Lee",),
        ),
        (
            '<script type="application/ld+json">{"@type":"NewsArticle","author":[{"@type":"Person","name":"Ann Lee"},'
            '{"@type":"Person","name":"Bo Ray"}]}</script><p class="byline">By Ann Lee</p>'
            '<p class="byline">Photography by Bo Ray</p>',
            ("Ann Lee",),
        ),
        (
            "<p><a href='/team/autoren/ann'>Ann Lee</a>, <a href='/team/autoren/bo'>Bo Ray</a></p>",
            ("Ann Lee", "Bo Ray"),
        ),
        ("<h5 class='field-author'>Ann Lee</h5>", ("Ann Lee",)),
    ],
)
def test_bylines_as_blocks(around: str, names: tuple[str, ...]) -> None:
    assert read(f"<article><h1>{HEADLINE}</h1>{around}{told(TOLD)}</article>").authors == names


def test_an_h1_that_names_the_section_is_no_headline() -> None:
    title = f"{HEADLINE} | Tidelines | Harbor Ledger"
    head = f'{DATED}<meta property="og:title" content="{title}">'
    assert read(f"<h1>Tidelines</h1>{told(TOLD)}", head=head, title=title).headline == HEADLINE


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Updated: 24 November 2026, first published: 20 November 2026", "2026-11-20"),
        ("更新日：2026年11月24日 公開日：2026年11月20日", "2026-11-20"),
        ("2026(e)ko azaroaren 20a", "2026-11-20"),
        ("2026 ж. 20 қараша", "2026-11-20"),
    ],
)
def test_a_label_is_of_the_date_that_follows_it(line: str, day: str) -> None:
    page = read(f"<article><h1>{HEADLINE}</h1><p class='date'>{line}</p>{told(TOLD)}</article>", head="")
    assert str(page.published_day) == day


@pytest.mark.parametrize(
    "author",
    [
        {"@value": "Ann Lee"},
        {"@type": "ProfilePage", "mainEntity": {"@type": "Person", "name": "Ann Lee"}},
    ],
)
def test_authors_of_json_ld_in_further_shapes(author: dict[str, object]) -> None:
    node = {"@type": "NewsArticle", "headline": HEADLINE, "author": author}
    head = f'{DATED}<script type="application/ld+json">{json.dumps(node)}</script>'
    assert read(f"<h1>{HEADLINE}</h1>{told(TOLD)}", head=head).authors == ("Ann Lee",)


def test_a_short_story_has_its_paragraphs_and_not_the_headline() -> None:
    lines = [
        "港の委員会は月曜日、東の防波堤を作り直すことを決めた。",
        "工事は三月に始まる。",
        "漁師は一月から求めてきた。",
    ]
    assert read(f"<h1>{HEADLINE}</h1>{told(lines)}").text == "\n\n".join(lines)


def test_items_of_a_briefing_may_have_their_texts_in_an_element() -> None:
    heads = ("Ferry pier is voted for", "School is not paid for yet", "Divers have found cracks")
    items = "".join(
        f"<section><h2><a href='/{n}'>{head}</a></h2><div>{told(TOLD[2 * n : 2 * n + 2])}</div></section>"
        for n, head in enumerate(heads)
    )
    text = read(f"<article><h1>{HEADLINE}</h1>{items}</article>").text
    assert [head for head in heads if head not in text] == []
