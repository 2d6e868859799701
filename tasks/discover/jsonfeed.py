"""JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1), leniently: what is not as the specification says is left out."""

import json
from typing import Any

from tasks.discover.errors import NotAFeed
from tasks.discover.values import Entry, Feed, absolute, text_of


def read_json_feed(body: bytes, url: str) -> Feed:
    """The feed; raises NotAFeed when the JSON is broken, too deep or of another kind. JSON is whole or not at all."""
    try:
        document = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise NotAFeed("not_a_feed", f"{url} is no JSON: {error}") from None
    version = document.get("version") if isinstance(document, dict) else None
    items = document.get("items") if isinstance(document, dict) else None
    if not isinstance(version, str) or "jsonfeed.org/version/" not in version or not isinstance(items, list):
        raise NotAFeed("not_a_feed", f"{url} is JSON, but no JSON Feed")
    entries = tuple(_entry(item, url) for item in items if isinstance(item, dict))
    return Feed(title=text_of(document.get("title")), kind="json", entries=entries)


def _entry(item: dict[str, Any], url: str) -> Entry:
    identifier = item.get("id")
    return Entry(
        url=absolute(item.get("url") or item.get("external_url") or identifier, url) or "",
        title=text_of(item.get("title")),
        published_raw=text_of(item.get("date_published")),
        updated_raw=text_of(item.get("date_modified")),
        author=_author(item),
        id=str(identifier) if isinstance(identifier, str | int | float) else None,
    )


def _author(item: dict[str, Any]) -> str | None:
    """1.1 has a list, 1.0 had one object."""
    authors = item.get("authors")
    people = authors if isinstance(authors, list) else [item.get("author")]
    names = [text_of(person.get("name")) for person in people if isinstance(person, dict)]
    return ", ".join(name for name in names if name) or None
