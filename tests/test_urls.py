"""What an address is: what is requested, what tells articles apart, and the site it belongs to."""

import csv
import hashlib
import json
import pickle
import uuid
from contextlib import suppress
from pathlib import Path

import ada_url
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.base.urls import (
    InvalidUrl,
    article_id,
    host_of,
    identity,
    join,
    normalise,
    parse,
    registrable_domain,
    requestable,
)

CORPORA = Path(__file__).resolve().parents[2] / "shared" / "corpora"
needs_corpora = pytest.mark.skipif(not CORPORA.exists(), reason="the corpora are not part of the project")


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("HTTP://News.Example.COM:80", "http://news.example.com/"),
        ("https://news.example.com:443/a/./b/../c", "https://news.example.com/a/c"),
        ("https://news.example.com:8443/a", "https://news.example.com:8443/a"),
        ("https://user:pass@news.example.com/a#top", "https://news.example.com/a"),
        ("https://news.example.com./a", "https://news.example.com/a"),
        ("  https://news.example.com/a \n", "https://news.example.com/a"),
        ("https://b\u00fccher.example/\u00e4", "https://xn--bcher-kva.example/%C3%A4"),
        ("https://a.example/%7Eme/%c3%a4/%2f/x y", "https://a.example/~me/%C3%A4/%2F/x%20y"),
        ("https://a.example/100%", "https://a.example/100%25"),
        ("https://a.example/?q[]=1|2", "https://a.example/?q%5B%5D=1%7C2"),
        ("https://a.example/x?", "https://a.example/x"),
        ("https://a.example/x?utm_source=rss&b=2&a=1&fbclid=Z", "https://a.example/x?b=2&a=1"),
        ("https://a.example/x?UTM_Source=rss", "https://a.example/x"),
        ("https://a.example/x?ref=rss&source=wire", "https://a.example/x?ref=rss&source=wire"),
        ("https://a.example/x?sc_lang=en&sc_channel=fb&sc_itemid=A", "https://a.example/x?sc_lang=en&sc_itemid=A"),
        ("https://a.example/x?ns_id=1&ns_mchannel=mail&at_id=2", "https://a.example/x?ns_id=1&at_id=2"),
        ("https://a.example/?feed=rss2&lang=fr&session_id=12", "https://a.example/?feed=rss2&lang=fr&session_id=12"),
        ("https://a.example/view?src=1&from=2&fb_id=3&pk_id=4", "https://a.example/view?src=1&from=2&fb_id=3&pk_id=4"),
        ("https://a.example/x;jsessionid=1A2B?id=3", "https://a.example/x?id=3"),
        ("https://a.example/(S(lit3py55t21z5v55vlm25s55))/x", "https://a.example/x"),
        ("https://a.example/x?PHPSESSID=abc&id=4", "https://a.example/x?id=4"),
        ("https://a.example/x/?id=4", "https://a.example/x/?id=4"),
        ("http://0x7f.1/", "http://127.0.0.1/"),
        ("http://[::FFFF:1.2.3.4]/", "http://[::ffff:102:304]/"),
        ("https://www.google.com/amp/s/paper.example/a/amp", "https://paper.example/a/amp"),
        ("https://paper-example.cdn.ampproject.org/c/s/paper.example/a.amp.html", "https://paper.example/a.amp.html"),
    ],
)
def test_the_form_that_is_requested(url: str, normal: str) -> None:
    assert normalise(url) == normal
    assert normalise(normal) == normal


@pytest.mark.parametrize(
    "urls",
    [
        (
            "https://paper.example/2026/03/lock-keepers",
            "http://paper.example/2026/03/lock-keepers",
            "https://www.paper.example/2026/03/lock-keepers/",
            "https://paper.example/2026/03/lock-keepers?utm_source=feed&utm_medium=rss",
            "https://paper.example/2026/03/lock-keepers/amp/",
            "https://paper.example/2026/03/lock-keepers/amp",
            "https://paper.example/2026/03/lock-keepers?amp",
            "https://paper.example/2026/03/lock-keepers?amp=1&outputType=amp",
            "https://amp.paper.example/2026/03/lock-keepers",
            "https://paper.example/amp/2026/03/lock-keepers",
            "https://paper.example/2026/amp/03/lock-keepers",
            "https://paper.example/2026/03/lock-keepers.amp",
            "https://paper.example//2026/03//lock-keepers#comments",
            "https://paper.example:443/2026/03/lock-keepers/index.html",
            "http://paper.example:80/2026/03/lock-keepers;jsessionid=77",
            "https://www.google.com/amp/s/www.paper.example/2026/03/lock-keepers/amp/",
            "https://PAPER.example/2026/03/l%6Fck-keepers?fbclid=x#y",
        ),
        (
            "https://paper.example/story.html",
            "https://paper.example/story.amp.html",
            "https://paper.example/story.html?",
        ),
        ("https://paper.example/?b=2&a=1", "https://paper.example/?a=1&b=2", "https://www.paper.example?a=1&&b=2"),
        ("https://paper.example/x?print", "https://paper.example/x?print="),
        ("https://paper.example/", "http://www.paper.example", "https://paper.example/index.html"),
    ],
)
def test_all_addresses_of_an_article_are_one(urls: tuple[str, ...]) -> None:
    assert {identity(url) for url in urls} == {identity(urls[0])}
    assert {article_id(url) for url in urls} == {article_id(urls[0])}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://paper.example/a", "https://paper.example/b"),
        ("https://paper.example/a", "https://paper.example/A"),
        ("https://paper.example/a?id=1", "https://paper.example/a?id=2"),
        ("https://paper.example/a?page=2", "https://paper.example/a"),
        ("https://paper.example/amp", "https://paper.example/"),
        ("https://paper.example/amplifier", "https://paper.example/lifier"),
        ("https://paper.example/a%2Fb", "https://paper.example/a/b"),
        ("https://paper.example:8080/a", "https://paper.example/a"),
        ("https://m.paper.example/a", "https://paper.example/a"),
        ("https://paper.example/a?ref=12345", "https://paper.example/a"),
        ("https://paper.example/view?sc_itemid=A", "https://paper.example/view?sc_itemid=B"),
        ("https://paper.example/view?lang=en", "https://paper.example/view?lang=fr"),
        ("https://paper.example/view?from=1", "https://paper.example/view?from=2"),
        ("https://www.co.uk/a", "https://co.uk/a"),
    ],
)
def test_different_articles_stay_different(one: str, other: str) -> None:
    assert identity(one) != identity(other)


def test_the_id_is_128_bits_of_sha_256_over_the_identity() -> None:
    digest = hashlib.sha256(b"https://paper.example/a").digest()
    assert article_id("http://www.paper.example/a/") == str(uuid.UUID(bytes=digest[:16]))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "paper.example/a",
        "/a",
        "//paper.example/a",
        "ftp://paper.example/",
        "javascript:alert(1)",
        "mailto:a@b.example",
        "data:text/html,x",
        "file:///etc/passwd",
        "http://",
        "https:///",
        "http://a b/",
        "http://[::1/",
        "http://a:99999/",
        "http://256.1.1.1/",
        "http://%zz/",
        "https://paper.example/" + "x" * 5000,
        "https://paper.example/" + "\u00e4" * 2000,
        "http://./",
        "http://\ud800/",
    ],
)
def test_what_is_no_address(url: str) -> None:
    for function in (normalise, identity, article_id):
        with pytest.raises(InvalidUrl) as caught:
            function(url)
        assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)  # noqa: S301


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://www.news.paper.co.uk/a", "paper.co.uk"),
        ("https://paper.com.au/", "paper.com.au"),
        ("https://alice.github.io/", "alice.github.io"),
        ("https://news.paper.test/", "paper.test"),
        ("http://courier.localhost:8080/", "courier.localhost"),
        ("http://localhost/", "localhost"),
        ("http://127.0.0.2:8080/", "127.0.0.2"),
        ("http://[2001:db8::1]/", "2001:db8::1"),
        ("https://\u043f\u0440\u0435\u0441\u0441\u0430.\u0440\u0444/", "xn--80aj3aega.xn--p1ai"),
        ("https://co.uk/", "co.uk"),
        ("https://PAPER.example./", "paper.example"),
    ],
)
def test_the_site(url: str, domain: str) -> None:
    assert registrable_domain(url) == domain


def test_references_are_resolved() -> None:
    assert join("https://paper.example/news/", "../a?utm_source=x#y") == "https://paper.example/a"
    assert join("https://paper.example/news/", "//other.example") == "https://other.example/"
    with pytest.raises(InvalidUrl):
        join("https://paper.example/", "javascript:void(0)")


def test_what_is_requested_as_configured_keeps_its_parameters() -> None:
    assert requestable("https://user:pw@paper.example/feed?source=rss#x") == "https://paper.example/feed?source=rss"
    assert host_of("http://[::1]:8080/") == "::1"


def written(parts: list[str]) -> st.SearchStrategy[str]:
    """Texts of these parts."""
    return st.lists(st.sampled_from(parts), max_size=14).map("".join)


addresses = st.builds(
    lambda scheme, host, path, query: f"{scheme}://{host}/{path}?{query}",
    st.sampled_from(["http", "https", "HTTP"]),
    st.sampled_from(
        ["www.a.example", "amp.www.a.co.uk", "127.1", "b\u00fccher.example", "www.example", "amp.amp.a.b.c"]
    ),
    written([*"/.%;=aAmp2Ff~ ()", "amp", "/amp/", ".amp", ".html", "index.html", ";jsessionid=", "\u00e4"]),
    written([*"&=%?/abm+ ", "utm_a", "amp", "amp=1", "ref=rss", "%41", "\u00e4"]),
)


def is_usable(url: str) -> bool:
    """Whether the standard's parser takes it, and it names a host."""
    try:
        return bool(ada_url.URL(url).hostname.rstrip("."))
    except (ValueError, UnicodeEncodeError):
        return False


@given(addresses | st.text(max_size=30).map(lambda text: "https://a.example/" + text))
@settings(max_examples=1000)
def test_doing_it_twice_changes_nothing(url: str) -> None:
    if not is_usable(url):
        with pytest.raises(InvalidUrl):
            normalise(url)
        return
    normal, known = normalise(url), identity(url)
    assert normalise(normal) == normal
    assert identity(known) == known
    assert identity(normal) == known
    assert registrable_domain(normal)


@needs_corpora
def test_the_web_platform_s_cases() -> None:
    cases = [
        case for case in json.loads((CORPORA / "url-wpt" / "urltestdata.json").read_text()) if isinstance(case, dict)
    ]
    for case in cases:
        try:
            got = parse(case["input"], case["base"]).href
        except InvalidUrl:
            got = None
        expected = None if case.get("failure") else case["href"]
        if expected is not None and not expected.startswith(("http:", "https:")):
            expected = None
        assert got == expected, case["input"]


@needs_corpora
def test_the_crawlers_cases_twice() -> None:
    """Most pairs are one article here too; the others differ in what that crawler alone takes away."""
    text = (CORPORA / "crawler-commons" / "normalizer" / "weirdToNormalizedUrls.csv").read_text()
    pairs = list(csv.reader(line for line in text.split("\n") if line.strip() and not line.startswith("#")))
    taken, same = 0, 0
    for pair in pairs:
        for url in pair:
            with suppress(InvalidUrl):
                normal, known = normalise(url), identity(url)
                assert (normalise(normal), identity(known), identity(normal)) == (normal, known, known)
                taken += 1
        with suppress(InvalidUrl):
            same += len({identity(url) for url in pair}) == 1
    assert (len(pairs), taken, same) == (112, 207, 101)
