"""What an outlet serves about its feeds, made up, and the search over it: for the tests of `dateline add`."""

from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime

from tasks.discover.asking import Asker
from tasks.discover.outlet import DiscoveredOutlet as Found
from tasks.discover.outlet import find_outlet
from tasks.fetch.client import Client
from tasks.fetch.policy import FetchPolicy
from tests.webserver import WebServer

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
TODAY = date(2026, 3, 4)
HOME = "http://a.test/"


def asker_of(connect_to: dict[str, str], **limits: int) -> Asker:
    client = Client(FetchPolicy(connect_to=connect_to, delay_s=0.0, deadline_s=3.0), sleep=lambda _: None)
    return Asker(client, **limits)  # type: ignore[arg-type]


def look(web: WebServer, url: str = HOME, *, alone: bool = False, **limits: int) -> Found:
    hosts = web.as_hosts("a.test", "www.a.test", "feeds.a.test")
    return find_outlet(asker_of(hosts, **limits), url, now=NOW, alone=alone)


def rss(*paths: str, title: str = "Gazette", ago: timedelta = timedelta(hours=1)) -> bytes:
    at = format_datetime(NOW - ago)
    items = "".join(f"<item><link>http://a.test{p}</link><pubDate>{at}</pubDate></item>" for p in paths)
    head = f"<title>{title}</title><link>http://a.test/</link><language>fr-CA</language>"
    return f'<rss version="2.0"><channel>{head}{items}</channel></rss>'.encode()


def page(*head: str, body: str = "", title: str = "Home | The A – since 1884") -> bytes:
    markup = "".join(head)
    return f"<!doctype html><html><head><title>{title}</title>{markup}</head><body>{body}</body></html>".encode()


def link(href: str, kind: str = "rss+xml", title: str = "") -> str:
    return f'<link rel="alternate" type="application/{kind}" title="{title}" href="{href}">'


def urlset(*paths: str, day: str = "2026-03-04", news: bool = False) -> bytes:
    said = f"<n:news><n:publication_date>{day}</n:publication_date><n:title>x</n:title></n:news>" if news else ""
    rows_ = "".join(f"<url><loc>http://a.test{p}</loc><lastmod>{day}</lastmod>{said}</url>" for p in paths)
    return f'<urlset xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">{rows_}</urlset>'.encode()


def verdicts(found: Found) -> dict[str, str]:
    """Path of each address with the reason why it is not used; "" for what is chosen."""
    return {f.probe.url.removeprefix("http://a.test"): f.reason for f in found.findings}
