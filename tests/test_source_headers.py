"""What is sent to the hosts of one source only: headers, cookies, a delay of its own."""

import time
from pathlib import Path

import pytest
from pydantic import ValidationError

from flows.base.errors import BadConfig
from flows.base.settings import Settings, Source
from tests.webserver import WebServer

FEED = "https://www.gull.example/feed"


def test_headers_and_cookies_go_to_the_hosts_of_their_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "session"
    secret.write_text("s3cret\n", encoding="utf-8")
    secret.chmod(0o600)
    monkeypatch.setenv("GULL_KEY", "k")
    gull = Source(
        name="gull",
        url="https://gull.example/",
        feeds=(FEED,),
        headers={"X-Api-Key": "env:GULL_KEY", "Accept-Language": "nn"},
        cookies={"session": f"file:{secret}"},
        delay="5s",
    )
    policy = Settings(source=(gull, Source(name="tide", url="https://tide.example/"))).policy()
    sent = {"X-Api-Key": "k", "Accept-Language": "nn", "Cookie": "session=s3cret"}
    assert policy.host_headers == {"gull.example": sent, "www.gull.example": sent}
    assert policy.domain_delays == {"gull.example": 5.0}


def test_a_source_waits_as_long_as_its_owner_says() -> None:
    from tasks.fetch.politeness import Politeness

    policy = Settings(source=(Source(name="gull", url="https://gull.example/", delay="5s"),)).policy()
    politeness = Politeness(policy, time.monotonic, time.sleep)
    assert politeness.delay("gull.example") >= 5.0
    assert politeness.delay("tide.example") < 5.0


def test_secrets_that_cannot_be_read_are_said(tmp_path: Path) -> None:
    for value, said in (("env:NOT_SET_ANYWHERE", "which is not set"), (f"file:{tmp_path}/none", "cannot read")):
        with pytest.raises(BadConfig, match=said):
            Settings(source=(Source(name="gull", url=FEED, cookies={"a": value}),)).policy()
    secret = tmp_path / "open"
    secret.write_text("x", encoding="utf-8")
    secret.chmod(0o644)
    with pytest.raises(BadConfig, match="can be read by others"):
        Settings(source=(Source(name="gull", url=FEED, headers={"X-Key": f"file:{secret}"}),)).policy()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"headers": {"User-Agent": "x"}}, "cannot be set"),
        ({"headers": {"Host": "x"}}, "cannot be set"),
        ({"headers": {"a b": "x"}}, "cannot be set"),
        ({"headers": {"X-A": "a\r\nB: c"}}, "characters that a header cannot have"),
        ({"cookies": {"session": "plain"}}, "is a secret"),
        ({"user_agent": "a\r\nB: c"}, "characters that a header cannot have"),
        ({"delay": "soon"}, "is no duration"),
    ],
)
def test_what_cannot_be_sent(given: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Source.model_validate({"name": "gull", "url": FEED, **given})


def test_a_source_is_asked_under_its_own_name_and_its_robots_txt_goes_by_that() -> None:
    from tasks.fetch.client import Client

    robots = b"User-agent: GullReader\nDisallow: /closed\n\nUser-agent: *\nDisallow: /open\n"
    with WebServer() as web:
        web.add("/robots.txt", robots, headers={"Content-Type": "text/plain"})
        fetch = {"connect_to": web.as_hosts("gull.test", "tide.test"), "delay": "0s"}
        gull = Source(name="gull", url="http://gull.test/", user_agent="GullReader/2.0 (mail@dune.example)")
        with Client(Settings.model_validate({"fetch": fetch, "source": [gull]}).policy()) as client:
            got = {path: client.get(f"http://{path}").outcome for path in ("gull.test/closed", "tide.test/open")}
            client.get("http://gull.test/ok")
        names = {each.host: each.headers["User-Agent"] for each in web.requests}
    assert got == {"gull.test/closed": "skipped", "tide.test/open": "skipped"}
    assert names["gull.test"] == "GullReader/2.0 (mail@dune.example)"
    assert names["tide.test"].startswith("Dateline/")


def test_they_are_sent() -> None:
    from tasks.fetch.client import Client

    with WebServer() as web:
        fetch = {"connect_to": web.as_hosts("gull.test", "tide.test"), "delay": "0s"}
        gull = Source(name="gull", url="http://gull.test/", headers={"Accept-Language": "nn"})
        with Client(Settings.model_validate({"fetch": fetch, "source": [gull]}).policy()) as client:
            client.get("http://gull.test/ok")
            client.get("http://tide.test/ok")
        seen = {(each.host, each.path): each.headers for each in web.requests}
    assert seen["gull.test", "/ok"]["Accept-Language"] == "nn"
    assert "Accept-Language" not in seen["tide.test", "/ok"]
