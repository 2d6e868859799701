"""Connections that go only to checked addresses and end at the deadline: what requests' sessions are mounted with.

    Exchange    the network time that one get() has, and the socket it is using; at the deadline that socket is shut,
                so that a server which drips bytes, headers or a TLS handshake cannot outlast it
    Transport   requests adapter whose urllib3 connections are opened by the guard (tasks.fetch.addresses)

The socket is shut down through a duplicate of its descriptor: TLS wrapping moves the descriptor to another object, and
shutting an SSLSocket down from another thread would race with its reader.
"""

import http.client
import ipaddress
import queue
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.poolmanager import PoolManager

from tasks.fetch.addresses import Resolver, resolve_checked
from tasks.fetch.errors import DeadlinePassed, FetchError
from tasks.fetch.policy import FetchPolicy

_INTERIM = (102, 103)  # Processing, Early Hints


class _Response(http.client.HTTPResponse):
    """Passes over answers that only say that more will come; http.client does so with 100 alone (RFC 9110, 15.2)."""

    def _read_status(self) -> tuple[str, int, str]:
        version, status, reason = super()._read_status()  # type: ignore[misc]  # not in typeshed
        while status in _INTERIM:
            http.client.parse_headers(self.fp)
            version, status, reason = super()._read_status()  # type: ignore[misc]
        return version, status, reason


class Exchange:
    """The network time left to one get(), over all its hops; waiting for our own politeness does not count."""

    def __init__(self, seconds: float) -> None:
        self.budget = seconds
        self.spent = 0.0
        self.expired = False
        self._began: float | None = None
        self._watched: socket.socket | None = None
        self._lock = threading.Lock()

    @property
    def left(self) -> float:
        """Seconds of network time left, never negative."""
        running = time.monotonic() - self._began if self._began is not None else 0.0
        return max(0.0, self.budget - self.spent - running)

    @contextmanager
    def running(self) -> Iterator[None]:
        """The clock runs; raises DeadlinePassed at once when nothing is left."""
        if self.left <= 0.0:
            raise DeadlinePassed(f"{self.budget:g} s of network time are over")
        timer = threading.Timer(self.left, self.stop)
        timer.daemon = True
        self._began = time.monotonic()
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            self.spent += time.monotonic() - self._began
            self._began = None
            self._unwatch()

    def watch(self, sock: socket.socket) -> None:
        """Shut `sock` down when the deadline passes."""
        duplicate = socket.fromfd(sock.fileno(), sock.family, sock.type)  # an SSLSocket has no dup()
        self._unwatch()
        with self._lock:
            self._watched = duplicate
            if self.expired:
                _shut(duplicate)

    def _unwatch(self) -> None:
        with self._lock:
            if self._watched is not None:
                self._watched.close()
                self._watched = None

    def stop(self) -> None:
        """The time is over, now."""
        with self._lock:
            self.expired = True
            if self._watched is not None:
                _shut(self._watched)


class Opener:
    """Opens sockets for the transport of one client; knows the exchange of the calling thread."""

    def __init__(self, policy: FetchPolicy, resolver: Resolver) -> None:
        self._policy = policy
        self._resolver = resolver
        self._local = threading.local()

    @contextmanager
    def serving(self, exchange: Exchange) -> Iterator[None]:
        """Connections opened or reused by this thread belong to `exchange`."""
        self._local.exchange = exchange
        try:
            with exchange.running():
                yield
        finally:
            self._local.exchange = None

    def watch(self, sock: socket.socket) -> None:
        """`sock` is about to be used by the calling thread's exchange."""
        self._local.exchange.watch(sock)

    def open(self, host: str, port: int) -> socket.socket:
        """A connected socket to the first checked address that answers; raises FetchError."""
        failure: OSError | None = None
        for family, sockaddr in resolve_checked(host, port, self._policy, self._resolve):
            try:
                return self._connected(family, sockaddr)
            except OSError as error:
                failure = error
        reason = "timeout" if isinstance(failure, TimeoutError) else "connect"
        raise FetchError(f"{host} port {port} cannot be connected: {failure}", reason)

    def _connected(self, family: int, sockaddr: tuple[Any, ...]) -> socket.socket:
        exchange: Exchange = self._local.exchange
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            sock.settimeout(max(0.001, min(self._policy.timeout_s, exchange.left)))
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.connect(sockaddr)
            sock.settimeout(self._policy.timeout_s)
            exchange.watch(sock)
        except BaseException:
            sock.close()
            raise
        return sock

    def _resolve(self, host: str, port: int, **options: Any) -> Sequence[tuple[Any, ...]]:
        """The resolver, bounded: getaddrinfo knows no timeout, and a dead name server costs it half a minute."""
        with suppress(ValueError):
            ipaddress.ip_address(host)
            return self._resolver(host, port, **options)
        answers: queue.SimpleQueue[Sequence[tuple[Any, ...]] | Exception] = queue.SimpleQueue()

        def ask() -> None:
            try:
                answers.put(self._resolver(host, port, **options))
            except Exception as error:
                answers.put(error)

        threading.Thread(target=ask, name=f"resolve {host}", daemon=True).start()
        try:
            answer = answers.get(timeout=min(self._policy.timeout_s, self._local.exchange.left))
        except queue.Empty:
            raise FetchError(f"the name server did not answer for {host}", "timeout") from None
        if isinstance(answer, Exception):
            raise answer
        return answer


class Transport(HTTPAdapter):
    """requests adapter over guarded connections, with one TLS context for all hosts (loading roots costs 20 ms)."""

    def __init__(self, opener: Opener, context: ssl.SSLContext) -> None:
        self._opener = opener
        self._context = context
        super().__init__(pool_connections=2, pool_maxsize=2)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: Any) -> None:
        """As in requests, but with pools whose connections are guarded."""
        self.poolmanager = PoolManager(num_pools=connections, maxsize=maxsize, block=block, **pool_kwargs)
        self.poolmanager.pool_classes_by_scheme = _pool_classes(self._opener)

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: Any, cert: Any = None
    ) -> tuple[Any, Any]:
        """As in requests, with our context for every https host: certificates are always verified."""
        host_params, _ = super().build_connection_pool_key_attributes(request, verify, cert)
        tls = {"ssl_context": self._context} if host_params["scheme"] == "https" else {}
        return host_params, tls

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Nothing: the context verifies, and requests would load the roots anew for every connection."""


def tls_context(policy: FetchPolicy) -> ssl.SSLContext:
    """Verification against certifi's roots and, if the policy names one, another bundle."""
    context = ssl.create_default_context(cafile=DEFAULT_CA_BUNDLE_PATH)
    if policy.ca_bundle:
        context.load_verify_locations(policy.ca_bundle)
    return context


def _pool_classes(opener: Opener) -> Mapping[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        response_class = _Response

        def _new_conn(self) -> socket.socket:
            return opener.open(self.host, int(self.port or 80))

        def request(self, *args: Any, **options: Any) -> None:
            if self.sock is not None:  # a connection that was kept alive
                opener.watch(self.sock)
            super().request(*args, **options)

    class Secure(HTTPSConnection):
        response_class = _Response

        def _new_conn(self) -> socket.socket:
            return opener.open(self.host, int(self.port or 443))

        def request(self, *args: Any, **options: Any) -> None:
            if self.sock is not None:
                opener.watch(self.sock)
            super().request(*args, **options)

    plain = type("PlainPool", (HTTPConnectionPool,), {"ConnectionCls": Plain})
    secure = type("SecurePool", (HTTPSConnectionPool,), {"ConnectionCls": Secure})
    return {"http": plain, "https": secure}


def _shut(sock: socket.socket) -> None:
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
