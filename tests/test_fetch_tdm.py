"""Reservations against text and data mining: recorded always, obeyed when the policy says so."""

from collections.abc import Iterator

import pytest

from tasks.fetch.client import Client
from tasks.fetch.policy import FetchPolicy
from tasks.fetch.tdm import parse_tdmrep, reservations
from tests.webserver import WebServer


@pytest.fixture
def web() -> Iterator[WebServer]:
    with WebServer() as server:
        yield server


def client_of(web: WebServer, *, respect: bool) -> Client:
    return Client(FetchPolicy(connect_to=web.as_hosts("a.test"), delay_s=0.0, deadline_s=2.0, respect_tdm=respect))


@pytest.mark.parametrize(
    ("headers", "body", "found"),
    [
        ({}, b"<p>", ()),
        ({"TDM-Reservation": "1"}, b"", ("header: tdm-reservation",)),
        ({"tdm-reservation": "0"}, b"", ()),
        ({"X-Robots-Tag": "otherbot: noindex, noai, noimageai"}, b"", ("header: noai", "header: noimageai")),
        ({"X-Robots-Tag": "noindex"}, b"", ()),
        ({}, b'<META content=1 NAME="tdm-reservation">', ("meta: tdm-reservation",)),
        ({}, b"<meta name='robots' content='max-snippet:-1, NoAI'/>", ("meta: noai",)),
        ({}, b'<meta name="description" content="noai">', ()),
        ({}, b" " * 70_000 + b'<meta name="robots" content="noai">', ()),
        ({}, b"<meta " * 50_000, ()),
    ],
)
def test_what_a_response_says(headers: dict[str, str], body: bytes, found: tuple[str, ...]) -> None:
    assert reservations(headers.items(), body) == found


@pytest.mark.parametrize("body", [b"", b"{}", b"[1, {}]", b'[{"location": 3}]', b"[" * 100_000, b"\xff"])
def test_a_broken_file_says_nothing(body: bytes) -> None:
    assert parse_tdmrep(body) == ()


def test_the_file_s_first_matching_rule_decides(web: WebServer) -> None:
    rules = b"""[{"location": "/page/free*", "tdm-reservation": 0},
                 {"location": "/page/", "tdm-reservation": 1, "tdm-policy": "https://a.test/policy"}]"""
    web.add("/.well-known/tdmrep.json", rules)
    client = client_of(web, respect=True)
    fetched = client.get("http://a.test/page/1")
    assert (fetched.outcome, fetched.error, fetched.tdm) == ("skipped", "tdm", ("tdmrep.json: /page/",))
    assert client.get("http://a.test/page/free-1").outcome == "ok"
    assert client.get("http://a.test/ok").outcome == "ok"
    assert web.paths().count("/.well-known/tdmrep.json") == 1
    assert "/page/1" not in web.paths()


def test_recorded_always_and_obeyed_when_asked_to(web: WebServer) -> None:
    web.add("/reserved", b"<p>Read me", headers={"TDM-Reservation": "1"})
    recorded = client_of(web, respect=False).get("http://a.test/reserved")
    assert (recorded.outcome, recorded.tdm) == ("ok", ("header: tdm-reservation",))
    assert "/.well-known/tdmrep.json" not in web.paths()
    obeyed = client_of(web, respect=True).get("http://a.test/reserved")
    assert (obeyed.outcome, obeyed.error, obeyed.body) == ("skipped", "tdm", None)
    assert obeyed.tdm == ("header: tdm-reservation",)
