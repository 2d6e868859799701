"""Kinds of pages that readers meet, each as a small invented page: what is story, when, by whom, of what kind."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tasks.extract.fingerprint import fingerprint
from tasks.extract.page import read_page
from tasks.extract.story.stated import FROM_STATE
from warehouse.records import Hints, Page

URL = "https://www.harborledger.example/news/pier"
HINTS = Hints(fetched_at=datetime(2026, 11, 24, 12, tzinfo=UTC))
HEADLINE = "Council votes for a new ferry pier"
TOLD = [
    f"The council of {town} voted nine to two for the pier, which {who} had asked for since the storm of last winter."
    for town, who in (
        ("Northbank", "the ferrymen"),
        ("Saltmere", "the fishermen"),
        ("Oldquay", "two schools"),
        ("Eastwick", "the harbour master"),
        ("Gullhaven", "the traders of the lower town"),
    )
]
JSON_LD = '{"@type":"NewsArticle","headline":"%s","datePublished":"2026-11-23T08:00:00Z"%s}'


def paragraphs(*lines: str) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


def read(body: str, *, head: str = "", more: str = "", title: str = HEADLINE, url: str = URL) -> Page:
    script = f'<script type="application/ld+json">{JSON_LD % (HEADLINE, more)}</script>'
    html = f"<html><head><title>{title}</title>{head or script}</head><body><main>{body}</main></body></html>"
    page = read_page(html, url=url, hints=HINTS)
    assert isinstance(page, Page)
    return page


def story(body: str, **kwargs: str) -> str:
    return read(f"<h1>{HEADLINE}</h1>{body}", **kwargs).text


def test_sentences_with_words_of_prompts_stay() -> None:
    told = "In its letter the ministry asked the towns to “join us” and to sign up for the terms and conditions."
    assert told in story(paragraphs(TOLD[0], told, *TOLD[1:]))


def test_a_paragraph_that_is_one_link_stays_and_is_a_link_of_the_body() -> None:
    linked = '<a href="/court">Two men denied before the magistrate that they had taken granite from the yard.</a>'
    page = read(f"<h1>{HEADLINE}</h1>" + paragraphs(*TOLD[:3], linked, *TOLD[3:]))
    assert "Two men denied before the magistrate" in page.text
    assert [link.kind for link in page.links] == ["body"]


def test_a_teaser_between_paragraphs_goes() -> None:
    teaser = '<a href="/late">The old pier is late again, says the board</a>'
    assert "late again" not in story(paragraphs(*TOLD[:3], teaser, *TOLD[3:]))


def test_a_briefing_keeps_its_items() -> None:
    items = "".join(
        f'<h2><a href="/n/{n}">Item {n} of the morning paper</a></h2><p>{t}</p>' for n, t in enumerate(TOLD)
    )
    text = story(f"<p>Good morning from the harbour.</p>{items}")
    assert all(t in text and f"Item {n} of the morning paper" in text for n, t in enumerate(TOLD))


@pytest.mark.parametrize(
    "start",
    [
        '<span class="drop-cap">T</span>he',
        '<span aria-hidden="true">T</span><span class="sr-only">The</span><span aria-hidden="true">he</span>',
    ],
)
def test_a_drop_cap_is_part_of_its_word(start: str) -> None:
    assert "The harbour was closed" in story(paragraphs(f"{start} harbour was closed on Monday for a day.", *TOLD))


def test_a_topic_word_in_every_class_name_is_no_box() -> None:
    body = "".join(f'<div class="quiz-text"><p>{line}</p></div>' for line in TOLD)
    assert all(line in story(body) for line in TOLD)


def test_paragraphs_set_with_line_breaks_in_a_layout_table_are_paragraphs() -> None:
    cell = f"<b>{HEADLINE}</b><br><br>" + "<br><br>".join(TOLD)
    menu = '<td><a href="/a">Sport</a><br><a href="/b">Town</a></td>'
    page = read(f"<table><tr>{menu}<td>{cell}</td></tr></table>")
    assert all(line in page.text.split("\n\n") for line in TOLD)


def test_a_post_is_a_quotation_where_it_is_announced() -> None:
    post = '<blockquote class="twitter-tweet"><p>We have waited for this pier.</p>— Ann (@ann) May 3</blockquote>'
    assert "We have waited" in story(paragraphs(*TOLD, "The mayor wrote in a post late on Monday:") + post)
    assert "We have waited" not in story(paragraphs(*TOLD) + post + paragraphs(TOLD[0] + " Again."))


def test_readers_comments_are_no_text() -> None:
    said = "".join(f'<div itemprop="comment"><p>Reader {n} thinks that the pier is ugly.</p></div>' for n in range(4))
    assert "ugly" not in story(paragraphs(*TOLD) + said)


@pytest.mark.parametrize("attribute", ["shadowrootmode", "shadowroot"])
def test_a_shadow_root_is_read(attribute: str) -> None:
    assert TOLD[4] in story(f'<x-story><template {attribute}="open">{paragraphs(*TOLD)}</template></x-story>')


def test_the_data_of_the_pages_own_script_is_read_and_flagged() -> None:
    body = ",".join(f'{{"type":"p","text":"{line}"}}' for line in TOLD)
    data = f'{{"props":{{"article":{{"title":"{HEADLINE}","body":[{body}]}}}}}}'
    page = read(f'<h1>{HEADLINE}</h1><script id="__NEXT_DATA__" type="application/json">{data}</script>')
    assert page.text == "\n\n".join(TOLD)
    assert FROM_STATE in page.flags


def test_a_notice_in_the_storys_place_gives_way_to_what_is_stated() -> None:
    more = ',"articleBody":"' + "\\n".join(TOLD) + '"'
    notice = paragraphs(*(f"Choose which of our {n} partners may read what you do on this device." for n in (3, 4, 5)))
    assert story(notice, more=more) == "\n\n".join(TOLD)


def test_a_notice_that_tells_nothing_of_its_headline_is_no_article() -> None:
    notice = paragraphs(
        "It looks like your browser hides advertising. Please switch that off and load this site again."
    )
    assert read(f"<h1>{HEADLINE}</h1>{notice}").page_kind == "error_page"


def test_a_preview_is_a_teaser_however_long() -> None:
    paid = ',"isAccessibleForFree":false,"hasPart":{"isAccessibleForFree":false,"cssSelector":".paid"}'
    offer = '<div class="offer"><h3>Subscribe to continue reading</h3></div>'
    page = read(f"<h1>{HEADLINE}</h1>" + paragraphs(*TOLD * 3) + offer, more=paid)
    assert page.page_kind == "paywall_teaser"
    assert "Subscribe" not in page.text
    whole = read(f"<h1>{HEADLINE}</h1>{paragraphs(*TOLD)}<div class=paid>{paragraphs(*TOLD)}</div>", more=paid)
    assert whole.page_kind == "article"


def test_a_bare_story_beside_many_teasers_is_an_article_and_a_list_is_none() -> None:
    teasers = "".join(
        f'<li><a href="/n/{n}">Another of the stories of this day, number {n}</a></li>' for n in range(30)
    )
    story_ = f"<h1>{HEADLINE}</h1><p>23 November 2026</p>{paragraphs(*TOLD)}<ul>{teasers}</ul>"
    bare = "<meta charset=utf-8>"
    assert read(story_, head=bare).page_kind == "article"
    assert read(f"<h1>Harbour</h1><ul>{teasers}</ul>", head=bare, url=f"{URL}s/").page_kind == "section_front"


def test_a_thread_is_no_article() -> None:
    thread = '<script type="application/ld+json">{"@type":"DiscussionForumPosting","headline":"Which rope?"}</script>'
    assert read(f"<h1>Which rope?</h1>{paragraphs(*TOLD)}", head=thread).page_kind == "section_front"


@pytest.mark.parametrize(
    "heading",
    [
        f'<h1><img src="/h.png" alt="{HEADLINE}"></h1>',
        f'<h1 aria-label="{HEADLINE}"><svg></svg></h1>',
        f'<div role="heading" aria-level="1">{HEADLINE}</div>',
    ],
)
def test_a_headline_that_is_a_picture_or_a_role(heading: str) -> None:
    assert (
        read(heading + paragraphs(*TOLD), head="<meta charset=utf-8>", title="The Harbor Ledger").headline == HEADLINE
    )


@pytest.mark.parametrize(
    ("written", "authors"),
    [
        ('[{"@type":"Person","name":"Rosa Lima e Souza"},{"@type":"Person","name":"Rui Melo"}]', 2),
        ('{"@list":[{"@type":"Person","name":"Rosa Lima e Souza"}]}', 1),
        ('[[{"@type":"Person","name":{"@value":"Rosa Lima e Souza"}}]]', 1),
        ('{"@type":"Person","givenName":"Rosa","familyName":"Lima e Souza"}', 1),
    ],
)
def test_one_person_is_one_name_in_any_shape(written: str, authors: int) -> None:
    found = read(f"<h1>{HEADLINE}</h1>{paragraphs(*TOLD)}", more=f',"author":{written}').authors
    assert (found[0], len(found)) == ("Rosa Lima e Souza", authors)


@pytest.mark.parametrize(
    "written",
    [
        "23 Νοεμβρίου 2026", "٢٣ نوفمبر ٢٠٢٦", "2026. november 23.", "23 tháng 11, 2026", "23 พฤศจิกายน 2569",
        "2026 m. lapkričio 23 d.", "令和8年11月23日", "23 בנובמבר 2026", "2026년 11월 23일", "23 নভেম্বর ২০২৬",
    ],
)  # fmt: skip
def test_a_visible_date_in_any_language(written: str) -> None:
    others = '<ul class="list"><li>1 May 2024 Another story of the paper</li></ul>'
    body = f'<h1>{HEADLINE}</h1><div class="date">{written}</div>{paragraphs(*TOLD)}{others}'
    page = read(body, head="<meta charset=utf-8>")
    assert page.date_published == datetime(2026, 11, 23, tzinfo=UTC)


def test_a_labelled_date_that_cannot_be_read_is_not_anothers() -> None:
    body = f'<h1>{HEADLINE}</h1><div class="date">23 Xyzzembrio 2026</div>{paragraphs(*TOLD)}'
    page = read(f'{body}<div class="date">1 May 2024</div>', head="<meta charset=utf-8>")
    assert page.date_published is None


def test_a_date_in_the_slug_is_the_topic() -> None:
    page = read(f"<h1>{HEADLINE}</h1>{paragraphs(*TOLD)}", url=f"{URL}-of-1989-12-02-and-after")
    assert page.date_published == datetime(2026, 11, 23, 8, tzinfo=UTC)


def test_a_clip_does_not_date_the_story() -> None:
    clip = '<script type="application/ld+json">{"@type":"VideoObject","name":"x","uploadDate":"2019-01-01"}</script>'
    said = '<meta property="article:published_time" content="2026-11-23T08:00:00Z">'
    assert read(f"<h1>{HEADLINE}</h1>{paragraphs(*TOLD)}", head=clip + said).date_published == datetime(
        2026, 11, 23, 8, tzinfo=UTC
    )


def test_the_version_follows_from_code_and_data(tmp_path: Path) -> None:
    (tmp_path / "read.py").write_text("a = 1\n")
    (tmp_path / "words.txt").write_text("pier\n")
    first = fingerprint(tmp_path)
    assert fingerprint(tmp_path) == first
    (tmp_path / "words.txt").write_text("quay\n")
    assert fingerprint(tmp_path) != first
