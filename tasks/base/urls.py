"""What an address is: the form that is requested, the form that tells articles apart, and the site it belongs to.

    requestable(url)         as it can be sent, with nothing taken away that could matter to the server
    normalise(url)           without what says how a reader came: still the same resource for every server that follows
                             the standards (scheme, www., order of the query, slashes and AMP forms stay as they are)
    identity(url)            one string for all the addresses of one article of an outlet; not to be requested
    article_id(url)          UUID of the identity
    registrable_domain(url)  what a request is polite to, and what "the same site" means

Parsing is ada-url's (WHATWG URL standard); percent-encoding is then brought to RFC 3986 section 6.2.2, so that what is
sent is a valid RFC 3986 address however it was written. Both forms are idempotent.

    UrlError
      InvalidUrl      not an absolute http(s) address
"""

import hashlib
import ipaddress
import re
import uuid
from collections.abc import Mapping
from functools import lru_cache

import ada_url
import tldextract

from tasks.base.tracking_parameters import is_tracking, without_session

MAX_URL = 4096  # characters; browsers and proxies agree on at least 2,048, and the warehouse need not keep data: URLs

_extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)

_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})?")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_NOT_RFC3986 = re.compile(r"[^!#$%&'()*+,\-./0-9:;=?@A-Z_a-z~]")

_AMP_CACHE = re.compile(r"^https?://[^/]+\.cdn\.ampproject\.org/[civ]/(s/)?(.+)$")
_AMP_VIEWER = re.compile(r"^https?://(?:www\.)?google\.[a-z.]{2,6}/amp/(s/)?(.+)$")
_AMP_PARAMETER = re.compile(r"(?:amp|outputtype=amp|amp=(?:1|true)?|_amp=(?:1|true)?)", re.IGNORECASE)
_AMP_PATH = re.compile(
    r"(?<=[^/])(?:/amp(?=/|$)|\.amp/?$|/amp\.html?$|\.amp(?=\.html?$))|^/amp(?=/[^/])", re.IGNORECASE
)
_DEFAULT_PAGE = re.compile(r"/index\.(?:s?html?|php)$", re.IGNORECASE)


class UrlError(ValueError):
    """An address that cannot be used."""


class InvalidUrl(UrlError):
    """Not an absolute http or https address; the message shows it and says why."""

    def __init__(self, url: str, why: str) -> None:
        super().__init__(url, why)
        self.url = url
        self.why = why

    def __str__(self) -> str:
        return f"{self.url[:200]!r} is not a usable address: {self.why}"


def parse(url: str, base: str | None = None) -> ada_url.URL:
    """The address by the WHATWG URL standard, http(s) only; raises InvalidUrl."""
    try:
        parsed = ada_url.URL(url, base) if base is not None else ada_url.URL(url)
    except (ValueError, UnicodeEncodeError):
        raise InvalidUrl(url, "it does not parse; an absolute address begins with http:// or https://") from None
    if parsed.protocol not in ("http:", "https:"):
        raise InvalidUrl(url, f"only http and https are fetched, not {parsed.protocol}")
    return parsed


def join(base: str, reference: str) -> str:
    """`reference` as found on a page, feed or Location header of `base`, absolute and normalised; raises InvalidUrl."""
    return normalise(parse(reference, base).href)


def requestable(url: str, base: str | None = None) -> str:
    """`url` as it can be sent, with nothing taken away that could matter to the server; raises InvalidUrl.

    What a Location header or a configured feed says is requested so: credentials and fragment go, the rest is spelled
    in RFC 3986's normal form.
    """
    return "".join(_parts(url, base))


@lru_cache(maxsize=4096)
def normalise(url: str) -> str:
    """The requestable normal form; raises InvalidUrl.

    Fragment, credentials, default port, the host's trailing dot, tracking parameters and session ids go;
    percent-encoding follows RFC 3986 section 6.2.2; AMP caches and viewers are unwrapped to the publisher's own
    address, which they embed.
    """
    if len(url) > MAX_URL:
        raise InvalidUrl(url, f"longer than {MAX_URL} characters")
    site, path, search = _parts(_unwrapped(url))
    shorter = without_session(path) if ";" in path or "(" in path else path
    if shorter != path:  # what is left may have dot segments that it did not have before
        return normalise(f"{site}{shorter or '/'}{search}")
    normal = f"{site}{path}{_query(search.removeprefix('?'))}"
    if len(normal) > MAX_URL:
        raise InvalidUrl(url, f"longer than {MAX_URL} characters when it is escaped")
    return normal


@lru_cache(maxsize=4096)
def identity(url: str) -> str:
    """The address under which an article is known, whichever of its forms was met; raises InvalidUrl.

    On top of `normalise`: https, no www. or amp. host, no AMP path or parameter, no doubled or trailing slash, no
    index.html, query sorted by name with empty values bare. Never requested: some hosts answer on their www. name only.
    """
    before, known = "", normalise(url)
    while known != before:  # what one removal uncovers, such as /amp behind /..amp, is removed as well
        before, known = known, _bare(normalise(known))
    return known


def article_id(canonical_url: str) -> str:
    """UUID string: the first 128 bits of SHA-256 over `identity(canonical_url)` in UTF-8; raises InvalidUrl."""
    return str(uuid.UUID(bytes=hashlib.sha256(identity(canonical_url).encode()).digest()[:16]))


def host_of(url: str) -> str:
    """The address's host name, lower case, IPv6 without brackets; raises InvalidUrl."""
    host: str = parse(url).hostname
    return host.rstrip(".").strip("[]")


def registrable_domain(url: str) -> str:
    """The shortest name that somebody can register (publicsuffix.org, the snapshot bundled with tldextract).

    Private suffixes count (alice.github.io and bob.github.io are two sites); a name under no known suffix, such as
    paper.test, is cut to two labels (the list's default rule `*`); an IP address and a single label are their own
    domain.
    """
    return _registrable(host_of(url))


@lru_cache(maxsize=4096)
def _registrable(host: str) -> str:
    if _is_address(host) or "." not in host:
        return host
    parts = _extract(host)
    if parts.suffix:
        return f"{parts.domain}.{parts.suffix}" if parts.domain else host
    return ".".join(host.split(".")[-2:])


def source_of(url: str, sources: Mapping[str, str]) -> str:
    """The name of the source that a page belongs to; its site's registrable domain where it is nobody's.

    Args:
        url: the page.
        sources: host or registrable domain to name (`flows.base.settings.sites`); the longest that fits counts.
    """
    host, domain = host_of(url), registrable_domain(url)
    while len(host) > len(domain) and host not in sources:
        host = host.partition(".")[2]
    return sources.get(host, domain)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _parts(url: str, base: str | None = None) -> tuple[str, str, str]:
    """Scheme with host and port, path, and query with its question mark, each in normal form; raises InvalidUrl."""
    parsed = parse(url, base)
    host = parsed.hostname.rstrip(".")
    if not host:
        raise InvalidUrl(url, "it names no host")
    port = parsed.port
    site = f"{parsed.protocol}//{host}:{port}" if port else f"{parsed.protocol}//{host}"
    return site, escaped(parsed.pathname), escaped(parsed.search)


def _unwrapped(url: str) -> str:
    """The publisher's address inside a Google AMP cache or viewer address, at most twice nested."""
    for _ in range(2 if "amp" in url else 0):
        found = _AMP_CACHE.match(url) or _AMP_VIEWER.match(url)
        if found is None:
            break
        url = f"http{'s' if found[1] else ''}://{found[2]}"
    return url


def escaped(part: str) -> str:
    """A path or query by RFC 3986 section 6.2.2: unreserved characters bare, hex in upper case, the rest escaped."""
    if "%" in part:
        part = _ESCAPE.sub(_one_escape, part)
    return _NOT_RFC3986.sub(
        lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "surrogateescape")), part
    )


def _one_escape(found: re.Match[str]) -> str:
    if found[1] is None:
        return "%25"
    char = chr(int(found[1], 16))
    return char if char in _UNRESERVED else f"%{found[1].upper()}"


def _query(query: str) -> str:
    if not query:
        return ""
    kept = [piece for piece in query.split("&") if piece and not is_tracking(piece)]
    return f"?{'&'.join(kept)}" if kept else ""


def _sorted(query: str) -> str:
    pieces = (piece.removesuffix("=") if piece.count("=") == 1 else piece for piece in query.split("&"))
    kept = sorted(piece for piece in pieces if piece and not _AMP_PARAMETER.fullmatch(piece))
    return f"?{'&'.join(kept)}" if kept else ""


def _bare(normal: str) -> str:
    parsed = ada_url.URL(normal)
    host = _bare_host(parsed.hostname)
    port = f":{parsed.port}" if parsed.port not in ("", "80", "443") else ""
    return f"https://{host}{port}{_bare_path(parsed.pathname)}{_sorted(parsed.search.removeprefix('?'))}"


def _bare_host(host: str) -> str:
    """Without www. and amp., as long as what is left is still under a registrable domain (www.co.uk is not)."""
    while True:
        label, _, rest = host.partition(".")
        if label not in ("www", "amp") or "." not in rest or _registrable(host) == host:
            return host
        host = rest


def _bare_path(path: str) -> str:
    before = None
    while path != before:
        before = path
        path = re.sub(r"/{2,}", "/", path)
        path = _AMP_PATH.sub("", path)
        path = _DEFAULT_PAGE.sub("", path).rstrip("/")
    return path or "/"
