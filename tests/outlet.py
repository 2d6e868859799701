"""A paper with a feed and a sitemap that say what the test wants, on a real loopback server, by a clock of its own."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import tomlkit

from tests.conftest import ORPHANS, UNBALANCED, rows
from tests.webserver import WebServer

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)  # a Wednesday
STORY = "".join(f"<p>The council of Brackwater voted on item {n} after an hour of argument.</p>" for n in range(12))


class Outlet:
    """A paper with twelve stories whose feed shows three of them and whose sitemap shows all that are out."""

    def __init__(self, web: WebServer, folder: Path) -> None:
        self.web, self.home = web, folder
        self.config = folder / "dateline.toml"
        source = {"name": "paper", "feeds": ["http://paper.test/feed"], "sitemaps": ["http://paper.test/sitemap.xml"]}
        source["collections"] = ["valley"]
        fetch = {"delay": "0s", "connect_to": web.as_hosts("paper.test")}
        self.config.write_text(tomlkit.dumps({"fetch": fetch, "source": [source]}))
        for number in range(12):
            title = f"Council votes on item {number} of its long agenda"
            web.add(
                f"/{number}",
                f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>{STORY}"
                f"<p>Item {number} passed.</p></article></body></html>".encode(),
            )

    def publish(self, feed: range, sitemap: range) -> None:
        items = "".join(f"<item><title>t</title><link>http://paper.test/{n}</link></item>" for n in feed)
        self.web.add("/feed", f'<rss version="2.0"><channel>{items}</channel></rss>'.encode())
        urls = "".join(f"<url><loc>http://paper.test/{n}</loc></url>" for n in sitemap)
        self.web.add("/sitemap.xml", f"<urlset>{urls}</urlset>".encode())

    def rows(self, sql: str, *, drifted: bool = False) -> list[tuple[object, ...]]:
        """Of the snapshot, whose ledger balances; `drifted` when articles have been read again by another extractor."""
        found = self.home / "dateline.duckdb"
        assert rows(found, UNBALANCED) == []
        assert drifted or rows(found, ORPHANS) == []
        return rows(found, sql)


def at(hours: float) -> datetime:
    return NOW + timedelta(hours=hours)
