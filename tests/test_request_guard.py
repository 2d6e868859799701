"""The layer in front of Prefect's server, by itself: who is refused, who is let on, and what a browser is given."""

import asyncio
import base64
from typing import Any

import pytest

from flows.service.request_guard import RequestGuard, host_name

AUTH = "dateline:a secret"
ALLOWED = f"Basic {base64.b64encode(AUTH.encode()).decode()}"


def asked(
    method: str = "GET",
    path: str = "/api/flows",
    query: str = "",
    kind: str = "http",
    answer: Any = (),  # its headers
    **headers: str,
) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    """What the application behind it saw, if it was asked, and what was answered."""
    seen: list[dict[str, Any]] = []
    sent: list[dict[str, Any]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope)
        await send({"type": "http.response.start", "status": 200, "headers": list(answer)})

    async def receive() -> dict[str, Any]:
        return {"type": f"{kind}.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    given = [(name.replace("_", "-").lower().encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": kind, "method": method, "path": path, "query_string": query.encode(), "headers": given}
    guard = RequestGuard(app, auth=AUTH, port=4200, origins=["https://news.example/prefect/api"])
    asyncio.run(guard(scope, receive, send))
    return (seen[0] if seen else None), sent


def header(message: dict[str, Any], name: str) -> str | None:
    return next((value.decode() for key, value in message["headers"] if key.decode() == name), None)


@pytest.mark.parametrize(
    ("host", "is_let_in"),
    [
        ("127.0.0.1:4200", True), ("localhost:5250", True), ("[::1]:4200", True), ("LOCALHOST", True),
        ("news.example", True), ("news.example:443", True), ("localhost.", True),
        ("evil.example", False), ("evil.example:4200", False), ("127.0.0.1.evil.example", False), ("", False),
        ("localhost, evil.example", False), ("127.0.0.1@evil.example", False), ("evil.example/127.0.0.1", False),
        ("0.0.0.0:4200", False), ("2130706433", False),
    ],
)  # fmt: skip
def test_only_names_of_loopback_and_of_the_owner_are_answered(host: str, is_let_in: bool) -> None:
    for kind, method in (("http", "GET"), ("http", "POST"), ("websocket", "GET")):
        seen, sent = asked(method=method, kind=kind, host=host)
        assert (seen is not None) is is_let_in
        if not is_let_in:
            assert sent[0].get("status", sent[0].get("code")) in (403, 1008)


def test_two_host_headers_are_none() -> None:
    guard_host = "127.0.0.1:4200, 127.0.0.1:4200"
    assert asked(host=guard_host)[0] is None


@pytest.mark.parametrize(
    ("origin", "is_let_in"),
    [
        (None, True), ("http://127.0.0.1:4200", True), ("https://news.example", True),
        ("https://evil.example", False), ("null", False), ("http://127.0.0.1:4201", False),
        ("http://localhost:4200", False), ("https://news.example.evil.example", False), ("", False),
    ],
)  # fmt: skip
def test_a_page_of_another_origin_changes_nothing_and_opens_no_socket(origin: str | None, is_let_in: bool) -> None:
    headers = {"host": "127.0.0.1:4200"} | ({} if origin is None else {"origin": origin})
    for kind, method in (("http", "POST"), ("http", "PATCH"), ("http", "DELETE"), ("websocket", "GET")):
        assert (asked(method=method, kind=kind, **headers)[0] is not None) is is_let_in


def test_the_token_becomes_a_cookie_and_the_cookie_the_password() -> None:
    _, [start, _] = asked(path="/runs", query="token=a+secret&x=1", host="127.0.0.1:4200")
    assert (start["status"], header(start, "location")) == (303, "/runs?x=1")
    cookie = header(start, "set-cookie") or ""
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "secret" not in cookie
    seen, _ = asked(host="127.0.0.1:4200", cookie=f"other=1; {cookie.partition(';')[0]}", authorization="Basic eDp5")
    assert seen is not None
    assert [value.decode() for name, value in seen["headers"] if name == b"authorization"] == [ALLOWED]


@pytest.mark.parametrize(
    "cookie", ["dateline-4200=guessed", "dateline-4200=", "dateline-4201=x", '"', "dateline-4200=é"]
)
def test_another_cookie_is_worth_nothing(cookie: str) -> None:
    seen, _ = asked(host="127.0.0.1:4200", cookie=cookie)
    assert seen is not None
    assert not [value for name, value in seen["headers"] if name == b"authorization"]


def test_a_wrong_token_is_refused_and_gets_no_cookie() -> None:
    for query in ("token=guessed", "token=", "token=%C3%A9"):
        seen, [start, _] = asked(path="/", query=query, host="127.0.0.1:4200")
        assert (seen, start["status"], header(start, "set-cookie")) == (None, 403, None)


@pytest.mark.parametrize("path", ["//evil.example/x", "/\\evil.example", "/a b\r\nX: y"])
def test_the_redirect_stays_on_this_server(path: str) -> None:
    _, [start, _] = asked(path=path, query="token=a+secret", host="127.0.0.1:4200")
    location = header(start, "location") or ""
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))
    assert "\n" not in location


def test_no_page_may_frame_an_answer() -> None:
    for headers in ({"host": "127.0.0.1:4200"}, {"host": "evil.example"}):
        _, [start, *_] = asked(**headers)
        assert header(start, "x-frame-options") == "DENY"
        assert header(start, "content-security-policy") == "frame-ancestors 'none'"


def test_an_answer_that_says_who_may_frame_it_is_not_contradicted() -> None:
    given = [(b"Content-Security-Policy", b"sandbox; frame-ancestors 'self'")]
    _, [start, *_] = asked(host="127.0.0.1:4200", answer=given)
    assert [value for name, value in start["headers"] if name.lower() == b"content-security-policy"] == [given[0][1]]
    assert header(start, "x-frame-options") is None
    assert header(start, "x-content-type-options") == "nosniff"


def test_a_host_without_its_port() -> None:
    assert [host_name(each) for each in ("A.example:80", "[::1]:80", "[::1]", "a:b", " a. ")] == [
        "a.example", "[::1]", "[::1]", "a:b", "a",
    ]  # fmt: skip
