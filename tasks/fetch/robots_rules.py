"""What a robots.txt says, by RFC 9309: groups, the longest match, and the delay it asks for. Pure.

Where the RFC leaves room, Google's open-source parser decides, because robots.txt files are tested against it: common
misspellings count, a missing colon is forgiven, and `Allow: /x/index.html` also allows `/x/`. Unlike protego 0.7 an
unknown record (Crawl-delay, Sitemap) never ends a group (section 2.2.4), and a user-agent line counts up to the first
character that no product token has (section 2.2.1).
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

import ada_url

from tasks.base.urls import escaped

MAX_ROBOTS = 500 * 1024  # section 2.5: at least 500 KiB must be read; nothing after it counts

_KEYS = {
    **dict.fromkeys(("user-agent", "useragent", "user agent"), "user-agent"),
    **dict.fromkeys(("disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw"), "disallow"),
    "allow": "allow",
    **dict.fromkeys(("sitemap", "site-map"), "sitemap"),
    **dict.fromkeys(("crawl-delay", "crawldelay", "crawl delay"), "crawl-delay"),
}
_LINE = re.compile(r"\r\n|\r|\n")
_TOKEN = re.compile(r"[A-Za-z_-]*")
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


@dataclass(frozen=True, slots=True)
class RobotsRule:
    """One Allow or Disallow line: `pattern` in normal form, `written` as it stands in the file."""

    allow: bool
    pattern: str
    written: str

    @property
    def weight(self) -> tuple[int, bool]:
        """Section 2.2.2: the most octets win, and Allow wins a tie."""
        return len(self.pattern), self.allow

    def matches(self, path: str) -> bool:
        """Whether the pattern matches `path` (normal form, with query); linear for each `*`, no backtracking."""
        anchored = self.pattern.endswith("$")
        first, *parts = (self.pattern[:-1] if anchored else self.pattern).split("*")
        if not path.startswith(first):
            return False
        if not parts:
            return not anchored or path == first
        return _parts_follow(path, len(first), parts, anchored)


@dataclass(slots=True)
class _Group:
    agents: set[str]
    rules: list[RobotsRule]
    delay: float | None = None


@dataclass(frozen=True, slots=True)
class RobotsFile:
    """A parsed robots.txt."""

    groups: tuple[_Group, ...]
    sitemaps: tuple[str, ...]

    def rule_for(self, agent: str, url: str) -> RobotsRule | None:
        """The rule that decides whether `agent` (a product token) may fetch `url`; None when none matches."""
        path = normal_path(url)
        matching = (rule for group in self._groups_of(agent) for rule in group.rules if rule.matches(path))
        return max(matching, key=lambda rule: rule.weight, default=None)

    def allows(self, agent: str, url: str) -> bool:
        """Section 2.2.2: allowed unless the deciding rule says Disallow."""
        rule = self.rule_for(agent, url)
        return rule is None or rule.allow

    def crawl_delay(self, agent: str) -> float | None:
        """Seconds between requests that the agent's groups ask for (the largest); None when they do not."""
        return max((group.delay for group in self._groups_of(agent) if group.delay is not None), default=None)

    def _groups_of(self, agent: str) -> list[_Group]:
        """Section 2.2.1: all groups that name the agent, merged; without any, those of `*`."""
        named = [group for group in self.groups if agent.lower() in group.agents]
        return named or [group for group in self.groups if "*" in group.agents]


def parse_robots(body: bytes) -> RobotsFile:
    """Reads anything: what is no record is passed over. Only the first MAX_ROBOTS bytes count, up to a whole line."""
    groups: list[_Group] = []
    sitemaps: list[str] = []
    naming = False
    for key, value, written in _records(_head(body)):
        if key == "sitemap":
            sitemaps.append(value)
        elif key == "user-agent":
            if not naming:
                groups.append(_Group(set(), []))
            groups[-1].agents.add(_agent(value))
            naming = True
        elif groups and key == "crawl-delay":
            groups[-1].delay = _seconds(value, groups[-1].delay)
        elif groups:
            naming = False
            groups[-1].rules.extend(_rules(key == "allow", value, written))
    return RobotsFile(tuple(groups), tuple(sitemaps))


def _records(body: bytes) -> Iterator[tuple[str, str, str]]:
    """Known records as (key, value, the line as written)."""
    for line in _LINE.split(_text(body)):
        written = line.partition("#")[0].strip()
        key, colon, value = written.partition(":")
        if not colon:
            words = written.split()
            key, value = (words[0], words[1]) if len(words) == 2 else ("", "")
        known = _KEYS.get(" ".join(key.split()).lower())
        if known:
            yield known, value.strip(), written


def _head(body: bytes) -> bytes:
    if len(body) <= MAX_ROBOTS:
        return body
    head = body[:MAX_ROBOTS]
    return head[: max(head.rfind(b"\n"), head.rfind(b"\r")) + 1]  # half a line could be `Disallow: /`


def _text(body: bytes) -> str:
    for bom, encoding in _BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(encoding, "replace")
    return body.decode("utf-8", "surrogateescape")


def _agent(value: str) -> str:
    if value == "*" or value[:2].strip() == "*":
        return "*"
    found = _TOKEN.match(value)
    return found[0].lower() if found else ""


def _rules(allow: bool, value: str, written: str) -> Iterator[RobotsRule]:
    if not value:
        return
    pattern = normal_pattern(value)
    yield RobotsRule(allow, pattern, written)
    if allow and pattern.endswith("/index.html"):
        yield RobotsRule(allow, pattern.removesuffix("index.html") + "$", written)


def normal_pattern(value: str) -> str:
    """Section 2.2.2: escapes of unreserved octets undone, others upper-case; a `$` that is not the last is a dollar."""
    anchored = value.endswith("$")
    inner = escaped(value.removesuffix("$")).replace("$", "%24")
    return f"{inner}$" if anchored else inner


def normal_path(url: str) -> str:
    """Path and query in the pattern's normal form; `*` and `$` stand for themselves and so become escapes."""
    try:
        parsed = ada_url.URL(url)
    except (ValueError, UnicodeEncodeError):
        return "/"
    return escaped(parsed.pathname + parsed.search).replace("*", "%2A").replace("$", "%24")


def _parts_follow(path: str, position: int, parts: list[str], anchored: bool) -> bool:
    for part in parts[:-1]:
        found = path.find(part, position)
        if found < 0:
            return False
        position = found + len(part)
    last = parts[-1]
    if anchored:
        return len(path) - len(last) >= position and path.endswith(last)
    return path.find(last, position) >= 0


def _seconds(value: str, otherwise: float | None) -> float | None:
    try:
        seconds = float(value)
    except ValueError:
        return otherwise
    return seconds if 0 <= seconds < float("inf") else otherwise
