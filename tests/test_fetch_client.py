"""The client against a real server: what comes back as what, and that nothing ever lasts or grows beyond its bounds."""

import datetime as dt
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks.fetch.client import Client
from tasks.fetch.policy import FetchPolicy
from tests.webserver import PAGE, WebServer

HOSTS = ("a.test", "b.test", "c.test", "d.test", "e.test", "f.test", "g.test")


@pytest.fixture
def web() -> Iterator[WebServer]:
    with WebServer() as server:
        yield server


def client_of(web: WebServer, **changes: object) -> Client:
    settings: dict[str, object] = {"connect_to": web.as_hosts(*HOSTS), "delay_s": 0.0, "deadline_s": 5.0, **changes}
    return Client(FetchPolicy(**settings))  # type: ignore[arg-type]


@pytest.mark.parametrize("path", ["ok", "gzip", "deflate", "raw-deflate", "brotli", "zstd", "redirect-chain/5"])
def test_a_whole_page_comes_back_whole(web: WebServer, path: str) -> None:
    fetched = client_of(web).get(f"http://a.test/{path}")
    assert (fetched.outcome, fetched.status, fetched.error) == ("ok", 200, None)
    assert fetched.body == PAGE


@pytest.mark.parametrize(
    ("path", "outcome", "error"),
    [
        ("truncated-gzip", "failed", "truncated"),
        ("truncated-brotli", "failed", "truncated"),
        ("truncated-zstd", "failed", "truncated"),
        ("short-body", "failed", "truncated"),
        ("cut-chunks", "failed", "truncated"),
        ("bomb", "failed", "too_large"),
        ("double-bomb", "failed", "too_large"),
        ("endless", "failed", "too_large"),
        ("redirect-loop", "failed", "redirect_loop"),
        ("redirect-chain/6", "failed", "too_many_redirects"),
        ("redirect?to=ftp://a.test/x", "failed", "bad_redirect"),
        ("redirect?to=http://", "failed", "bad_redirect"),
        ("status/404", "failed", "http_404"),
        ("status/410", "failed", "http_410"),
        ("status/500", "failed", "http_500"),
        ("status/503", "failed", "http_503"),
        ("status/206", "failed", "http_206"),
        ("status/304", "failed", "http_304"),
        ("retry-after/429", "pending", "http_429"),
        ("retry-after/503", "pending", "http_503"),
        ("status/429", "pending", "http_429"),
        ("reset", "failed", "reset"),
        ("bad-status-line", "failed", "protocol"),
    ],
)
def test_trouble_is_a_value(web: WebServer, path: str, outcome: str, error: str) -> None:
    fetched = client_of(web).get(f"http://a.test/{path}")
    assert (fetched.outcome, fetched.error) == (outcome, error)
    assert fetched.body is None


@pytest.mark.parametrize("path", ["drip", "drip?length", "drip-headers", "hang"])
def test_the_deadline_holds_against_servers_that_drip(web: WebServer, path: str) -> None:
    began = time.monotonic()
    fetched = client_of(web, deadline_s=0.6, timeout_s=5.0).get(f"http://a.test/{path}")
    assert (fetched.outcome, fetched.error) == ("failed", "deadline")
    assert time.monotonic() - began < 4
    assert 500 <= fetched.elapsed_ms <= 4000


def test_silence_between_two_reads_is_a_timeout(web: WebServer) -> None:
    assert client_of(web, timeout_s=0.3).get("http://a.test/hang").error == "timeout"


def test_the_deadline_is_one_for_all_hops(web: WebServer) -> None:
    fetched = client_of(web, deadline_s=0.8).get("http://a.test/redirect?to=/redirect%3Fto%3D/slow%3Fs%3D3")
    assert fetched.error == "deadline"
    assert fetched.elapsed_ms < 2300


def test_nothing_to_connect_to(web: WebServer) -> None:
    port = web.port
    web.__exit__(None, None, None)
    client = client_of(web, connect_to={"a.test": f"127.0.0.1:{port}"}, respect_robots=False)
    assert client.get("http://a.test/").error == "connect"
    web.closing.clear()


def test_a_name_that_does_not_resolve() -> None:
    def nobody(*_: object, **__: object) -> list[tuple[object, ...]]:
        raise OSError("no such host")

    fetched = Client(FetchPolicy(), resolver=nobody).get("http://nowhere.example/")
    assert (fetched.outcome, fetched.error) == ("failed", "dns")


def test_a_name_server_that_does_not_answer_is_left() -> None:
    release = threading.Event()

    def asleep(*_: object, **__: object) -> list[tuple[object, ...]]:
        release.wait(10)
        return []

    began = time.monotonic()
    fetched = Client(FetchPolicy(timeout_s=0.3, respect_robots=False), resolver=asleep).get("http://slow.example/")
    release.set()
    assert fetched.error == "timeout"
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("url", ["ftp://a.test/", "javascript:alert(1)", "", "http://", "//a.test/", "http://a b/"])
def test_an_address_that_is_none(web: WebServer, url: str) -> None:
    assert client_of(web).get(url).error == "bad_url"


def test_a_reset_connection_is_tried_once_more(web: WebServer) -> None:
    assert client_of(web).get("http://a.test/reset-once").outcome == "ok"
    assert web.paths().count("/reset-once") == 2
    assert client_of(web).get("http://b.test/reset").error == "reset"
    assert web.paths().count("/reset") == 2


def test_validators_are_sent_and_304_is_no_failure(web: WebServer) -> None:
    client = client_of(web)
    first = client.get("http://a.test/etag")
    assert dict(first.headers)["ETag"] == '"one"'
    assert client.get("http://a.test/etag", etag='"one"').outcome == "not_modified"
    assert client.get("http://a.test/etag", last_modified="Mon, 02 Mar 2026 10:00:00 GMT").status == 304


def test_retry_after_pauses_the_domain_and_is_capped(web: WebServer) -> None:
    client = client_of(web, max_retry_after_s=100.0, connect_to=web.as_hosts("a.test", "www.a.test", "b.test"))
    assert client.get("http://a.test/retry-after/429?s=999999999999999").retry_after_s == 100.0
    waiting = client.get("http://www.a.test/ok")
    assert (waiting.outcome, waiting.error) == ("pending", "paused")
    assert waiting.retry_after_s is not None
    assert 90 < waiting.retry_after_s <= 100
    assert client.get("http://b.test/ok").outcome == "ok"


@pytest.mark.parametrize(
    ("raw", "seconds"),
    [("7", 7.0), ("0", 1.0), ("-3", 60.0), ("soon", 60.0), ("", 60.0), ("Mon, 01 Jan 2001 00:00:00 GMT", 1.0)],
)
def test_every_retry_after_is_understood_or_replaced(web: WebServer, raw: str, seconds: float) -> None:
    web.add("/busy", b"", status=429, headers={"Retry-After": raw})
    now = dt.datetime(2026, 3, 2, tzinfo=dt.UTC).timestamp()
    client = Client(
        FetchPolicy(connect_to=web.as_hosts("a.test"), delay_s=1.0), clock=lambda: now, sleep=lambda _: None
    )
    assert client.get("http://a.test/busy").retry_after_s == seconds


def test_cookies_live_for_one_get_only(web: WebServer) -> None:
    client = client_of(web)
    assert client.get("http://a.test/cookie-loop").outcome == "ok"
    client.get("http://a.test/ok")
    assert "Cookie" not in web.requests[-1].headers


def test_headers_of_a_host_stay_with_it(web: WebServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("machine b.test login reader password secret\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    client = client_of(web, host_headers={"a.test": {"X-Api-Key": "k", "Authorization": "Bearer t"}})
    assert client.get("http://a.test/redirect?to=http://b.test/ok").outcome == "ok"
    by_host = {(seen.host, seen.path): seen.headers for seen in web.requests}
    assert by_host["a.test", "/redirect?to=http://b.test/ok"]["X-Api-Key"] == "k"
    assert not {"X-Api-Key", "Authorization"} & set(by_host["b.test", "/ok"])


def test_credentials_in_an_address_are_not_sent(web: WebServer) -> None:
    fetched = client_of(web).get("http://user:pass@a.test/ok#part")
    assert fetched.final_url == "http://a.test/ok"
    assert "Authorization" not in web.requests[-1].headers


def test_who_we_are_and_what_we_read(web: WebServer) -> None:
    client_of(web, user_agent="Dateline/1 (+https://news.example/bot)").get("http://a.test/ok")
    headers = web.requests[-1].headers
    assert headers["User-Agent"] == "Dateline/1 (+https://news.example/bot)"
    assert headers["Accept-Encoding"] == "gzip, deflate, br, zstd"
    assert headers["Host"] == "a.test"


def test_the_address_is_sent_as_it_was_normalised(web: WebServer) -> None:
    client_of(web).get("http://a.test/a%7Eb/%c3%a4?q=a+b&x[1]=%zz")
    assert web.requests[-1].path == "/a~b/%C3%A4?q=a+b&x%5B1%5D=%25zz"


def test_what_is_known_of_a_fetch(web: WebServer) -> None:
    fetched = client_of(web).get("http://a.test/redirect?to=http://b.test/ok")
    assert fetched.url == "http://a.test/redirect?to=http://b.test/ok"
    assert fetched.final_url == "http://b.test/ok"
    assert fetched.hops == ("http://a.test/redirect?to=http://b.test/ok",)
    assert fetched.started_at.tzinfo is dt.UTC
    assert ("Content-Length", str(len(PAGE))) in fetched.headers


def test_one_connection_serves_many_pages(web: WebServer) -> None:
    with client_of(web) as client:
        for number in range(5):
            assert client.get(f"http://a.test/page/{number}").outcome == "ok"
            assert client.get("http://a.test/status/404").status == 404
    assert web.connections == 1


def test_many_threads_may_use_one_client(web: WebServer) -> None:
    client = client_of(web)
    got: list[str] = []

    def work(host: str) -> None:
        got.extend(client.get(f"http://{host}/page/{number}").outcome for number in range(5))

    threads = [threading.Thread(target=work, args=(host,)) for host in HOSTS * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == ["ok"] * 70
    assert max(web.busiest.values()) == 1


def test_bombs_cost_little_memory_and_time(web: WebServer) -> None:
    """In a process of its own, so that the peak is that of the fetches."""
    script = Path(__file__).parent / "fetch" / "bombs.py"
    done = subprocess.run(
        [sys.executable, str(script), web.address], capture_output=True, text=True, check=True, timeout=60
    )
    for name, error, seconds, growth_mib in json.loads(done.stdout):
        assert error in ("too_large", "deadline"), name
        assert seconds < 3.0, name
        assert growth_mib <= 64, name
