"""JSON-LD as pages really carry it: any nesting, broken JSON, several graphs, and the one node that is the article.

Source: https://www.w3.org/TR/json-ld11/#embedding-json-ld-in-html-documents, https://schema.org/NewsArticle
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any

from tasks.base.strings import key, plain

Node = dict[str, Any]
MAX_CHARS = 3_000_000  # of one script; the largest real one of the corpora has 1.3 million
MAX_NODES = 5_000
_WRAPPING = re.compile(
    r"^\s*(?:<!--|//<!\[CDATA\[|/\*<!\[CDATA\[\*/|<!\[CDATA\[)|(?:-->|//\]\]>|/\*\]\]>\*/|\]\]>)\s*;?\s*$"
)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_BAD_ESCAPE = re.compile(r"\\(?![\"\\/bfnrtu])")
_ARTICLE = re.compile(r"article|blogposting|reportage|posting$|^report$|^review$|factcheck|claimreview", re.IGNORECASE)
_ARTICLE_TYPE = re.compile(r'"@type"\s*:\s*"\w*(?:Article|BlogPosting)"')
_AUTHOR = re.compile(r'"author"\s*:\s*(?:[\[{][^\]}]{0,300}?"name"\s*:\s*)?"([^"\\\n]{1,200})"')
# Members that hold what is not the page: posts of a live blog, readers' comments, reviews of what it is about.
_PARTS = frozenset({"liveBlogUpdate", "comment", "comments", "review", "reviews", "itemReviewed", "itemListElement"})
_MEMBER = re.compile(
    r'"(headline|datePublished|dateModified|dateCreated|description|articleSection|inLanguage)"\s*:\s*'
    r'"([^"\\\n]{1,1000})"'
)
_OTHERS = frozenset({"Comment", "Event", "Review", "Question", "Answer", "Product", "Dataset"})
_DECODER = json.JSONDecoder(strict=False)


def nodes(scripts: Iterable[str]) -> list[Node]:
    """Every typed object in the scripts, outermost first, references by @id resolved to the object they name."""
    found: list[Node] = []
    for script in scripts:
        for value in _values(script):
            found.extend(_walk(value))
            if len(found) > MAX_NODES:
                return found[:MAX_NODES]
    return found


def types(node: Node) -> list[str]:
    """The node's types without their vocabulary: ["NewsArticle"]."""
    kinds = node.get("@type", node.get("type"))
    return [str(kind).rsplit("/", 1)[-1] for kind in as_list(kinds) if isinstance(kind, str)]


def is_article(node: Node) -> bool:
    """Whether the node is something written: an article, a posting, a report."""
    return any(_ARTICLE.search(kind) for kind in types(node))


def article(found: list[Node], *, urls: set[str], titles: set[str]) -> Node:
    """The node that describes this page, merged with its twins (same headline); empty when there is none.

    A page may carry the nodes of related articles too. The one whose URL is the page's wins, then one whose headline is
    among the page's titles (`strings.key`), then the one that says most.
    """
    candidates = [node for node in found if is_article(node) and not _is_another(node, urls, titles)]
    if not candidates:
        return {}
    best = max(candidates, key=lambda node: _rank(node, urls, titles))
    merged = dict(best)
    for twin in candidates:
        if twin is not best and _headline(twin) == _headline(best):
            for name, value in twin.items():
                merged.setdefault(name, value)
    return merged


def _is_another(node: Node, urls: set[str], titles: set[str]) -> bool:
    """Whether a node says that it is at another address, under a headline that has no word of the page's titles."""
    own, words = _urls(node), {word for word in _headline(node).split() if len(word) > 3}
    if not own or own & urls or not words or not titles:
        return False
    return not any(word in title for word in words for title in titles)


def is_page(node: Node, own: set[str]) -> bool:
    """Whether a node that is no article describes the page itself: a kind of web page, or of the page's addresses."""
    if any(kind.endswith("Page") or kind == "CreativeWork" for kind in types(node)):
        return not _urls(node) or bool(own & _urls(node))
    return bool(own & _urls(node)) and not any(kind in _OTHERS for kind in types(node))


def text_of(value: Any) -> str | None:
    """A value's text: a string, a number, {"@value": …}, {"name": …}, or the first of a list."""
    for item in as_list(value):
        if isinstance(item, dict):
            item = next(iter(as_list(item.get("@value") or item.get("name") or item.get("headline"))), None)
            item = item.get("@value") if isinstance(item, dict) else item
        if isinstance(item, str | int | float) and not isinstance(item, bool) and (text := plain(str(item))):
            return text
    return None


def as_list(value: Any) -> list[Any]:
    """The value as a flat list: JSON-LD allows one thing wherever it allows many, and lists of lists."""
    if value is None:
        return []
    if isinstance(value, dict):
        inner = value.get("@list", value.get("@set"))
        return [value] if inner is None else as_list(inner)
    if not isinstance(value, list):
        return [value]
    return [each for item in value[:MAX_NODES] for each in (as_list(item) if isinstance(item, list | dict) else [item])]


def resolve(found: list[Node], value: Any) -> list[Any]:
    """The value's items, each {"@id": …} reference replaced by the object with that id where the page has it."""
    known: dict[str, Node] = {}
    for node in found:
        if len(node) > 1 and isinstance(node.get("@id"), str) and not known.get(node["@id"], {}).get("name"):
            known[node["@id"]] = node
    return [_referent(item, known) for item in as_list(value)]


def _referent(item: Any, known: dict[str, Node]) -> Any:
    if isinstance(item, dict) and not item.get("name"):
        role = item.get("author") or item.get("creator")  # https://schema.org/Role
        item = role if isinstance(role, dict) else item
        return known.get(str(item.get("@id")), item)
    return item


def _rank(node: Node, urls: set[str], titles: set[str]) -> tuple[bool, bool, int]:
    told = sum(bool(node.get(name)) for name in ("headline", "datePublished", "author", "articleBody", "dateModified"))
    return (bool(_urls(node) & urls), _headline(node) in titles, told)


def _urls(node: Node) -> set[str]:
    claims = []
    for name in ("url", "@id", "mainEntityOfPage"):
        items = as_list(node.get(name))
        claims += [item.get("@id") or item.get("url") if isinstance(item, dict) else item for item in items]
    return {bare_url(claim) for claim in claims if isinstance(claim, str)}


def bare_url(url: str) -> str:
    """A URL for comparing: no scheme, www, query, fragment or last slash."""
    return re.sub(r"^(?:https?:)?//(?:www\.)?|[?#].*$", "", url.strip()).rstrip("/")


def _headline(node: Node) -> str:
    return key(text_of(node.get("headline")) or text_of(node.get("name")) or "")


def _values(script: str) -> Iterator[Any]:
    text = _WRAPPING.sub("", script.strip("\ufeff \t\r\n")).strip()
    if not text or len(text) > MAX_CHARS:
        return
    for attempt in (
        text,
        unescape(text) if "&quot;" in text else text,
        _TRAILING_COMMA.sub(r"\1", _BAD_ESCAPE.sub(r"\\\\", text)),
    ):
        values, whole = _decode(attempt)
        if whole:
            break
    if not whole and (saved := _salvage(text)):
        values = values or [saved]
    yield from values


def _salvage(text: str) -> Node | None:
    """The plain string members of an article whose JSON is broken elsewhere; linear in the text's length."""
    if not _ARTICLE_TYPE.search(text):
        return None
    node: Node = {"@type": "NewsArticle"}
    for name, value in _MEMBER.findall(text):
        node.setdefault(name, value)
    if author := _AUTHOR.search(text):
        node["author"] = {"@type": "Person", "name": author[1]}
    return node if len(node) > 1 else None


def _decode(text: str) -> tuple[list[Any], bool]:
    """The values that stand one after the other in the text, and whether nothing unreadable was left."""
    values: list[Any] = []
    at = 0
    while at < len(text):
        try:
            value, at = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            return values, False
        values.append(value)
        at += len(text[at:]) - len(text[at:].lstrip("; \t\r\n,"))
    return values, True


def _walk(value: Any) -> Iterator[Node]:
    queue = [value]
    while queue:
        item = queue.pop(0)
        if isinstance(item, str):  # an object written as a string
            item = next(iter(_decode(item)[0]), None)
        if isinstance(item, list):
            queue[:0] = item[:MAX_NODES]
        elif isinstance(item, dict):
            if "@type" in item or "headline" in item:
                yield item
            queue.extend(child for name, child in item.items() if isinstance(child, dict | list) and name not in _PARTS)
