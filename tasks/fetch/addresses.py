"""The address guard: which addresses a crawler may connect to, and the only resolution that connections use.

A name is resolved once, every answer is checked, and the connection goes to a checked answer: nothing is resolved
again in between, so a resolver that changes its mind (DNS rebinding) gains nothing. Python's own flags are not
enough: `is_private` misses 100.64.0.0/10, `is_global` is true for multicast, fec0::/10 and the NAT64 and 6to4 forms
of loopback.

Sources: IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890 and its updates), IANA IPv6 Global Unicast
Allocations: of IPv6 only 2000::/3 is in use for unicast, so everything else is refused without being listed.
"""

import ipaddress
import socket
from collections.abc import Callable, Sequence
from typing import Any

from tasks.fetch.errors import BlockedAddress, FetchError
from tasks.fetch.policy import FetchPolicy

Resolver = Callable[..., Sequence[tuple[Any, ...]]]  # as socket.getaddrinfo
Address = tuple[int, tuple[Any, ...]]  # family, sockaddr

_DENIED_V4 = [
    ipaddress.IPv4Network(block)
    for block in (
        "0.0.0.0/8",  # this network, RFC 791
        "10.0.0.0/8",  # private, RFC 1918
        "100.64.0.0/10",  # carrier-grade NAT, RFC 6598
        "127.0.0.0/8",  # loopback, RFC 1122
        "168.63.129.16/32",  # Azure's platform endpoint: public space, but it answers inside a virtual machine
        "169.254.0.0/16",  # link-local, RFC 3927; metadata services of clouds
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments, RFC 6890
        "192.0.2.0/24",  # documentation, RFC 5737
        "192.31.196.0/24",  # AS112, RFC 7535
        "192.52.193.0/24",  # AMT, RFC 7450
        "192.88.99.0/24",  # 6to4 relays, RFC 7526
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112, RFC 7534
        "198.18.0.0/15",  # benchmarking, RFC 2544
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast, RFC 5771
        "240.0.0.0/4",  # reserved, and broadcast
    )
]
_UNICAST_V6 = ipaddress.IPv6Network("2000::/3")
_DENIED_V6 = [
    ipaddress.IPv6Network(block)
    for block in (
        "2001::/23",  # protocol assignments: Teredo, benchmarking, AMT, ORCHID, drone ids; RFC 2928
        "2001:db8::/32",  # documentation, RFC 3849
        "2002::/16",  # 6to4: any IPv4 address in disguise, RFC 3056
        "2620:4f:8000::/48",  # AS112, RFC 7534
        "3fff::/20",  # documentation, RFC 9637
    )
]


def is_public(ip: str) -> bool:
    """Whether `ip` (canonical text) is a unicast address of the public internet; False for anything unreadable."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in block for block in _DENIED_V4)
    if address.scope_id is not None or address not in _UNICAST_V6:
        return False
    return not any(address in block for block in _DENIED_V6)


def resolve_checked(
    host: str, port: int, policy: FetchPolicy, resolver: Resolver = socket.getaddrinfo
) -> list[Address]:
    """The addresses to try for `host`, in the resolver's order; all of them public unless the policy names the host.

    Raises BlockedAddress when any answer is not public (an answer that mixes public and private is an attack or a
    mistake), FetchError "dns" when there is no answer. Nothing is connected here.
    """
    host = host.lower().rstrip(".").strip("[]")
    named = policy.connect_to.get(host)
    if named is not None:
        target, _, target_port = named.rpartition(":")
        return _answers(target.strip("[]"), int(target_port), resolver)
    answers = _answers(host, port, resolver)
    if host not in policy.allow_private:
        _refuse_private(host, answers)
    return answers


def _answers(host: str, port: int, resolver: Resolver) -> list[Address]:
    try:
        found = resolver(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchError(f"{host} does not resolve: {error}", "dns") from None
    if not found:
        raise FetchError(f"{host} resolves to no address", "dns")
    return [(family, sockaddr) for family, _, _, _, sockaddr in found]


def _refuse_private(host: str, answers: list[Address]) -> None:
    for _, sockaddr in answers:
        if not is_public(str(sockaddr[0])):
            raise BlockedAddress(f"{host} is at {sockaddr[0]}, which is not a public address")
