"""The guard: every spelling of an address that is not public, directly and behind redirects, and not one connection."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from tasks.fetch.addresses import is_public, resolve_checked
from tasks.fetch.client import Client
from tasks.fetch.errors import BlockedAddress, FetchError
from tasks.fetch.policy import FetchPolicy
from tests.webserver import WebServer

PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "93.184.216.34",
    "192.0.1.1",
    "100.128.0.1",
    "172.32.0.1",
    "198.20.0.1",
    "223.255.255.255",
]
PUBLIC += ["2606:4700:4700::1111", "2a00:1450:4001:81b::200e", "2001:4860:4860::8888", "2400:cb00::1"]

# Literal forms, as they stand in an address.
_LITERALS = """
127.0.0.1 127.1 127.0.1 127.255.255.254 0x7f.1 0x7f000001 0x7f.0.0.1 2130706433 017700000001 0177.0.0.1 0177.0.0.0x1
0.0.0.0 0 0.0.0.1 10.0.0.1 10.255.255.255 0xa.1 167772161 172.16.0.1 172.31.255.255 192.168.0.1 192.168.1
3232235777 100.64.0.1 100.127.255.254 169.254.169.254 0xa9fea9fe 2852039166 169.254.0.1 192.0.0.192 192.0.0.1 192.0.2.1
192.88.99.1 198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255
168.63.129.16 100.100.100.200 127.0.0.1. %31%32%37.0.0.1 127%2E0.0.1 １２７.0.0.1 127。0。0。1 ⑫7.0.0.1
[::1] [::] [0:0:0:0:0:0:0:1] [::ffff:127.0.0.1] [::ffff:7f00:1] [::ffff:10.0.0.1] [::127.0.0.1] [::ffff:0:127.0.0.1]
[64:ff9b::127.0.0.1] [64:ff9b::7f00:1] [64:ff9b::a9fe:a9fe] [64:ff9b:1::1] [2002:7f00:1::] [2002:a00:1::1]
[2001:0:7f00:1::] [fe80::1] [fec0::1] [fc00::1] [fd00:ec2::254] [ff02::1] [ff05::2] [100::1] [2001:db8::1]
[3fff::1] [5f00::1] [4000::1] [2001:2::1]
"""
LITERALS = _LITERALS.split()

# Names, and what their resolver says.
NAMES: dict[str, list[str]] = {
    "localhost": ["127.0.0.1"],
    "localhost.": ["127.0.0.1"],
    "LOCALHOST": ["127.0.0.1"],
    "paper.localhost": ["127.0.0.1"],
    "rebound.example": ["127.0.0.1"],
    "metadata.example": ["169.254.169.254"],
    "mixed.example": ["93.184.216.34", "127.0.0.1"],
    "mixed6.example": ["2606:4700:4700::1111", "::1"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "nat64.example": ["64:ff9b::7f00:1"],
    "scoped.example": ["fe80::1%lo"],
    "odd.example": ["not an address"],
    "cgnat.example": ["100.64.1.1"],
    "any.example": ["0.0.0.0"],  # noqa: S104 - data, nothing binds to it
}
HOSTS = [*LITERALS, *NAMES]


def answers(*addresses: str) -> list[tuple[Any, ...]]:
    """As getaddrinfo would put it."""
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in addresses]


def resolver(host: str, port: int, **_: Any) -> list[tuple[Any, ...]]:
    """Names of the table from the table, literals by the system, nothing else."""
    if host in NAMES:
        return answers(*NAMES[host])
    return list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST))


@pytest.fixture
def web() -> Iterator[WebServer]:
    with WebServer() as server:
        yield server


def guarded(web: WebServer, **changes: Any) -> Client:
    """start.test leads to the listener because the policy says so; nothing else may."""
    policy = FetchPolicy(
        connect_to=web.as_hosts("start.test", "hop.test"), delay_s=0.0, respect_robots=False, deadline_s=5.0, **changes
    )
    return Client(policy, resolver=resolver, sleep=lambda _: None)


@pytest.mark.parametrize("ip", PUBLIC)
def test_the_public_internet_is_allowed(ip: str) -> None:
    assert is_public(ip)


@pytest.mark.parametrize("ip", ["", "localhost", "1.2.3", "127.1", "fe80::1%eth0", "2606:4700::1%lo", "::ffff:8.8.8.8"])
def test_what_is_no_plain_address_is_not_public(ip: str) -> None:
    assert not is_public(ip)


def test_the_table_is_long_enough() -> None:
    assert len(HOSTS) >= 60


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_form_reaches_the_listener(web: WebServer, scheme: str) -> None:
    for host in HOSTS:
        fetched = guarded(web).get(f"{scheme}://{host}:{web.port}/ok")
        assert (fetched.outcome, fetched.error) == ("failed", "blocked_address"), host
    assert web.connections == 0


def test_no_redirect_reaches_it_either(web: WebServer) -> None:
    client = guarded(web)
    for number, host in enumerate(HOSTS):
        raw = host.encode().decode("latin-1")  # what a server that writes UTF-8 sends
        web.add(f"/to/{number}", b"", status=302, headers={"Location": f"http://{raw}:{web.port}/secret"})
        fetched = client.get(f"http://start.test/to/{number}")
        assert (fetched.outcome, fetched.error) == ("failed", "blocked_address"), host
    assert "/secret" not in web.paths()
    assert web.connections == 1  # the one to start.test


@pytest.mark.parametrize("hops", [1, 2, 3, 4, 5])
def test_no_hop_of_a_chain_does(web: WebServer, hops: int) -> None:
    for number in range(1, hops):
        host = "hop.test" if number % 2 else "start.test"
        web.add(f"/hop/{number}", b"", status=307, headers={"Location": f"http://{host}/hop/{number + 1}"})
    web.add(f"/hop/{hops}", b"", status=302, headers={"Location": f"//127.0.0.1:{web.port}/secret"})
    fetched = guarded(web).get("http://start.test/hop/1")
    assert fetched.error == "blocked_address"
    assert len(fetched.hops) == hops
    assert "/secret" not in web.paths()


def test_robots_txt_goes_through_the_guard(web: WebServer) -> None:
    policy = FetchPolicy(delay_s=0.0, deadline_s=5.0)
    fetched = Client(policy, resolver=resolver).get(f"http://rebound.example:{web.port}/ok")
    assert (fetched.outcome, fetched.error) == ("failed", "blocked_address")
    assert web.connections == 0


def test_a_robots_txt_that_redirects_inside_is_not_followed(web: WebServer) -> None:
    web.add("/robots.txt", b"", status=302, headers={"Location": f"http://127.0.0.1:{web.port}/inside"})
    fetched = Client(FetchPolicy(connect_to=web.as_hosts("start.test"), delay_s=0.0)).get("http://start.test/ok")
    assert (fetched.outcome, fetched.error) == ("failed", "blocked_address")
    assert web.paths() == ["/robots.txt"]


def test_what_is_checked_is_what_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """A resolver that says something public first and loopback ever after."""
    asked: list[str] = []
    tried: list[Any] = []

    def changing(host: str, port: int, **_: Any) -> list[tuple[Any, ...]]:
        asked.append(host)
        return answers("93.184.216.34") if len(asked) == 1 else answers("127.0.0.1")

    def no_network(self: socket.socket, address: Any) -> None:
        tried.append(address)
        raise ConnectionRefusedError("not in a test")

    monkeypatch.setattr(socket.socket, "connect", no_network)
    client = Client(FetchPolicy(respect_robots=False, delay_s=0.0), resolver=changing)
    assert client.get("http://changing.example/").error == "connect"
    assert client.get("http://changing.example/").error == "blocked_address"
    assert asked == ["changing.example"] * 2  # once per connection: nothing resolves again behind the check
    assert tried == [("93.184.216.34", 80)]


def test_a_host_that_the_config_names_may_be_private(web: WebServer) -> None:
    named = FetchPolicy(allow_private=("rebound.example",), delay_s=0.0)
    client = Client(named, resolver=lambda *_, **__: [(socket.AF_INET, 1, 6, "", ("127.0.0.1", web.port))])
    assert client.get("http://rebound.example/ok").outcome == "ok"
    assert client.get("http://other.example/ok").error == "blocked_address"


def test_connect_to_is_for_its_host_only(web: WebServer) -> None:
    assert guarded(web).get("http://start.test/ok").outcome == "ok"
    assert guarded(web).get(f"http://127.0.0.1:{web.port}/ok").error == "blocked_address"


def test_resolution_without_a_client() -> None:
    policy = FetchPolicy()
    found = resolve_checked("a.example", 80, policy, lambda *_, **__: answers("8.8.8.8", "1.1.1.1"))
    assert [sockaddr[0] for _, sockaddr in found] == ["8.8.8.8", "1.1.1.1"]
    with pytest.raises(BlockedAddress, match=r"10\.0\.0\.1"):
        resolve_checked("a.example", 80, policy, lambda *_, **__: answers("8.8.8.8", "10.0.0.1"))
    with pytest.raises(FetchError, match="no address"):
        resolve_checked("a.example", 80, policy, lambda *_, **__: [])
