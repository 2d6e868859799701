"""How a watch tells: a webhook, a mail, a feed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import requests

from warehouse.watching.watches import Watch

_ATOM = "http://www.w3.org/2005/Atom"
_TIMEOUT_S = 10.0
Articles = Sequence[Mapping[str, Any]]


def post(url: str, document: Mapping[str, Any], *, ident: str) -> None:
    """POST a document as JSON.

    Args:
        url: the owner's webhook.
        document: what is told.
        ident: the same whenever this document is sent again.

    Raises:
        OSError: it was not taken; the message names the host only, since addresses of webhooks are secrets.
    """
    host = urlsplit(url).hostname
    try:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.post(
                url, json=document, headers={"Idempotency-Key": ident}, timeout=_TIMEOUT_S, allow_redirects=False
            )
    except requests.RequestException as error:
        raise OSError(f"{host} did not take it ({type(error).__name__})") from None
    if not answer.ok or answer.is_redirect:
        raise OSError(f"{host} answered {answer.status_code}")


def send_mail(address: str, watch: Watch, articles: Articles) -> None:
    """Send a mail.

    Args:
        address: an Apprise address, mailtos://user:password@host?to=me@example.org.
        watch: whose it is.
        articles: what is told.

    Raises:
        OSError: it was not sent.
    """
    import apprise

    sender = apprise.Apprise()
    if not sender.add(address):
        raise OSError("its address cannot be read")
    title = f"{watch.name}: {len(articles)} new"
    if not sender.notify(title=title, body=mail_text(watch, articles), body_format=apprise.NotifyFormat.TEXT):
        raise OSError("the mail server did not take it")


def mail_text(watch: Watch, articles: Articles) -> str:
    """The text of a mail."""
    parts = [
        f"{each['headline']}\n{each['source']} · {each['published_at']}\n{each['url']}\n{each['excerpt']}"
        for each in articles
    ]
    return "\n\n".join([f"New for the watch {watch.name} ({watch.query}):", *parts])


def write_feed(folder: Path, watch: Watch, articles: Articles, *, now: datetime) -> Path:
    """Write the watch's feed (Atom, RFC 4287), and return its path: watch-NAME.xml.

    Args:
        folder: quality/ of the home.
        watch: whose it is.
        articles: its newest, the newest first.
        now: the clock.

    Raises:
        OSError: it cannot be written; what was there stands.
    """
    ET.register_namespace("", _ATOM)
    feed = ET.Element(f"{{{_ATOM}}}feed")
    _add(feed, "id", f"urn:dateline:watch:{watch.name}")
    _add(feed, "title", f"{watch.name}: {watch.query}")
    _add(feed, "updated", now.isoformat())
    for each in articles:
        _entry(ET.SubElement(feed, f"{{{_ATOM}}}entry"), each)
    path = folder / f"watch-{watch.name}.xml"
    new = path.with_suffix(".new")
    new.write_bytes(ET.tostring(feed, encoding="utf-8", xml_declaration=True))
    new.replace(path)
    return path


def _entry(entry: ET.Element, article: Mapping[str, Any]) -> None:
    _add(entry, "id", f"urn:uuid:{article['id']}")
    _add(entry, "title", article["headline"])
    _add(entry, "updated", article["published_at"])
    ET.SubElement(entry, f"{{{_ATOM}}}link", href=_clean(article["url"]))
    _add(ET.SubElement(entry, f"{{{_ATOM}}}author"), "name", article["source"])
    _add(entry, "summary", article["excerpt"])


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, f"{{{_ATOM}}}{name}").text = _clean(text)


def _clean(text: str) -> str:
    """Without the characters that XML 1.0 cannot hold."""
    return "".join(c for c in text if c in "\t\n\r" or (c >= "\x20" and c not in "\ufffe\uffff"))
