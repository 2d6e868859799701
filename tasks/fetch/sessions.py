"""requests sessions, one per host, over guarded transports; the least recently used are closed beyond a bound."""

import threading
from collections import OrderedDict
from contextlib import AbstractContextManager

import requests

from tasks.base.urls import host_of
from tasks.fetch.addresses import Resolver
from tasks.fetch.answers import Answer
from tasks.fetch.policy import FetchPolicy
from tasks.fetch.transport import Exchange, Opener, Transport, tls_context

_KEPT = 256  # hosts with idle connections, at most


def kept_hosts(limit: int | None = None) -> int:
    """How many hosts may have idle connections: a quarter of the files that this process may have open.

    Args:
        limit: of open files; default that of this process (macOS and some services have 256, most others 1,024).
    """
    if limit is None:
        limit = _open_files()
    return _KEPT if limit <= 0 else max(8, min(_KEPT, limit // 4))


def _open_files() -> int:
    try:
        import resource
    except ImportError:  # Windows
        return 0
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


class Sessions:
    """Sends one request at a time per thread; knows nothing of redirects, bodies or manners."""

    def __init__(self, policy: FetchPolicy, resolver: Resolver) -> None:
        self._policy = policy
        self._opener = Opener(policy, resolver)
        self._context = tls_context(policy)
        self._sessions: OrderedDict[str, requests.Session] = OrderedDict()
        self._lock = threading.Lock()
        self._kept = kept_hosts()

    def serving(self, exchange: Exchange) -> AbstractContextManager[None]:
        """What is sent inside belongs to `exchange`, whose clock runs."""
        return self._opener.serving(exchange)

    def send(self, url: str, headers: dict[str, str], cookies: requests.cookies.RequestsCookieJar) -> Answer:
        """The answer's head; its cookies go into `cookies`. Raises whatever requests, urllib3 or the guard raise."""
        session = self._session(host_of(url))
        request = session.prepare_request(requests.Request("GET", url, headers=headers))
        request.url = url  # prepare_url would spell it in its own way
        cookie = cookie_header(cookies, request)
        if cookie:
            request.headers["Cookie"] = cookie
        # Not session.send: without redirects it still reads a redirect's whole body into memory.
        response = session.get_adapter(url).send(request, stream=True, timeout=self._policy.timeout_s, verify=True)
        requests.cookies.extract_cookies_to_jar(cookies, request, response.raw)  # type: ignore[no-untyped-call]
        return Answer(response)

    def close(self) -> None:
        """Closes all idle connections."""
        with self._lock:
            sessions = list(self._sessions.values())
            self._sessions.clear()
        for session in sessions:
            session.close()

    def _session(self, host: str) -> requests.Session:
        with self._lock:
            session = self._sessions.pop(host, None) or self._new_session()
            self._sessions[host] = session
            oldest = self._sessions.popitem(last=False)[1] if len(self._sessions) > self._kept else None
        if oldest is not None:
            oldest.close()
        return session

    def _new_session(self) -> requests.Session:
        session = requests.Session()
        session.trust_env = False  # neither .netrc nor proxies of the environment
        session.headers.clear()
        transport = Transport(self._opener, self._context)
        session.mount("http://", transport)
        session.mount("https://", transport)
        return session


def cookie_header(cookies: requests.cookies.RequestsCookieJar, request: requests.PreparedRequest) -> str:
    """What the jar has to say to the request's server; empty when nothing."""
    return requests.cookies.get_cookie_header(cookies, request) or ""  # type: ignore[no-untyped-call]
