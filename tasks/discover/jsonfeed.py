"""JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1), leniently: what is not as the specification says is left out."""

import json
from collections.abc import Iterable
from typing import Any

from tasks.discover.errors import NotAFeed
from tasks.discover.feedlimits import MAX_ENTRIES
from tasks.discover.values import Feed, FeedEntry, absolute, text_of

_MAX_SAID = 2000  # characters of a summary
_MAX_TEXT = 200_000  # characters of an item's text
_MAX_LIST = 30


def read_json_feed(body: bytes, url: str) -> Feed:
    """The feed; raises NotAFeed when the JSON is broken, too deep or of another kind. JSON is whole or not at all."""
    try:
        # Numbers stay text: Python refuses integers of more than 4,300 digits.
        document = json.loads(body.decode("utf-8", "replace").lstrip("\ufeff"), parse_int=str, parse_float=str)
    except (ValueError, RecursionError) as error:
        raise NotAFeed("not_a_feed", f"{url} is no JSON: {error}") from None
    version = document.get("version") if isinstance(document, dict) else None
    items = document.get("items") if isinstance(document, dict) else None
    if not isinstance(version, str) or "jsonfeed.org/version/" not in version or not isinstance(items, list):
        raise NotAFeed("not_a_feed", f"{url} is JSON, but no JSON Feed")
    home, own = absolute(document.get("home_page_url"), url), _authors(document)
    return Feed(
        title=text_of(document.get("title")),
        kind="json",
        entries=tuple(_entry(item, home or url, own) for item in _ends(items) if isinstance(item, dict)),
        home=home,
        language=text_of(document.get("language")),
    )


def _ends(items: list[Any]) -> list[Any]:
    """Both ends of a list that is longer than anybody reads: the newest items stand at one of them."""
    return items if len(items) <= 2 * MAX_ENTRIES else [*items[: MAX_ENTRIES + 1], *items[-MAX_ENTRIES:]]


def _entry(item: dict[str, Any], base: str, authors: tuple[str, ...]) -> FeedEntry:
    ident = text_of(item.get("id"))
    is_address = (ident or "").lower().startswith(("http://", "https://"))
    links = (item.get("url"), item.get("external_url"), ident if is_address else None)
    return FeedEntry(
        url=next((address for link in links if (address := absolute(link, base))), ""),
        title=text_of(item.get("title")),
        published_raw=text_of(item.get("date_published")),
        updated_raw=text_of(item.get("date_modified")),
        authors=_authors(item) or authors,
        id=ident,
        description=(text_of(item.get("summary")) or "")[:_MAX_SAID] or None,
        categories=_each_once(text_of(tag) for tag in _list(item.get("tags"))),
        enclosures=_each_once(absolute(each.get("url"), base) for each in _objects(item.get("attachments"))),
        content=(text_of(item.get("content_html")) or text_of(item.get("content_text")) or "")[:_MAX_TEXT] or None,
    )


def _authors(said: dict[str, Any]) -> tuple[str, ...]:
    """1.1 has a list, 1.0 had one object."""
    people = said.get("authors")
    named = people if isinstance(people, list) and people else [said.get("author")]
    return _each_once(text_of(p.get("name") if isinstance(p, dict) else p) for p in _list(named))


def _list(value: object) -> list[Any]:
    return value[:_MAX_LIST] if isinstance(value, list) else []


def _objects(value: object) -> list[dict[str, Any]]:
    return [each for each in _list(value) if isinstance(each, dict)]


def _each_once(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value[:300] for value in values if value))
