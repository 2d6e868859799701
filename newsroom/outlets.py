"""The invented outlets: their names, hosts, clocks and addresses. Hosts are under .example (RFC 2606 section 3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta, timezone
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """One outlet: what stands in its masthead, and how its addresses are made."""

    id: str
    title: str
    host: str
    path: str  # of an article; {slug} {section} {number} {day:%Y/%m/%d}
    tagline: str
    place: str
    language: str = "en"
    zone: timezone = timezone.utc  # noqa: UP017 - of the type timezone, which datetime.UTC is as well
    feeds: tuple[str, ...] = ()  # paths
    sitemaps: tuple[str, ...] = ()
    robots_sitemaps: tuple[str, ...] = ()  # what robots.txt names
    disallow: tuple[str, ...] = ("/search",)
    own_dateline: str = "{place} — "
    wire_dateline: str = "{place} ({agency}) — "
    section_path: str = "/section/{section}/"
    media_path: str = "/media/{number}/{slug}.png"

    @property
    def home(self) -> str:
        return f"http://{self.host}/"

    def url(self, path: str) -> str:
        """The absolute address of a path on this outlet; never with a port."""
        return f"http://{self.host}{path}"

    def source(self) -> dict[str, Any]:
        """The outlet as a [[source]] table of dateline.toml."""
        return {
            "name": self.id,
            "title": self.title,
            "url": self.home,
            "feeds": [self.url(path) for path in self.feeds],
            "sitemaps": [self.url(path) for path in self.sitemaps],
            "language": self.language,
        }


def _hours(count: int) -> timezone:
    return timezone(timedelta(hours=count))


OUTLETS = (
    Outlet(
        id="harbor-ledger",
        title="The Harbor Ledger",
        host="www.harborledger.example",
        path="/{day:%Y/%m/%d}/{slug}/",
        tagline="Port Averill’s newspaper since 1884",
        place="Port Averill",
        zone=_hours(-8),
        feeds=("/feed/",),
        robots_sitemaps=("/sitemap_index.xml",),
        disallow=("/wp-admin/", "/search/"),
        section_path="/category/{section}/",
        media_path="/wp-content/uploads/{day:%Y/%m}/{slug}.png",
    ),
    Outlet(
        id="kvrn",
        title="KVRN News 6",
        host="www.kvrn.example",
        path="/{number}/{slug}/",
        tagline="Live. Local. On your side of the valley.",
        place="Varrin City",
        zone=_hours(-8),
        feeds=("/rss/news.xml",),
        robots_sitemaps=("/sitemap.xml",),
    ),
    Outlet(
        id="meridian-post",
        title="The Meridian Post",
        host="www.meridianpost.example",
        path="/{section}/{slug}_{number}.html",
        tagline="The paper of record, corrected daily",
        place="Meridian",
        zone=_hours(1),
        feeds=("/atom.xml",),
        sitemaps=("/sitemap-news.xml",),
        robots_sitemaps=("/sitemap-news.xml",),
        disallow=("/members/", "/search"),
        section_path="/{section}/",
    ),
    Outlet(
        id="plainsfield-courier",
        title="Plainsfield Courier",
        host="www.plainsfieldcourier.example",
        path="/{section}/article_{number:08x}.html",
        tagline="Serving Sedge County and the plains beyond",
        place="Plainsfield",
        zone=_hours(-6),
        feeds=("/search/?f=rss&t=article",),
        robots_sitemaps=("/sitemap.xml",),
        disallow=("/admin/", "/users/"),
    ),
    Outlet(
        id="nordhafener-tagblatt",
        title="Nordhafener Tagblatt",
        host="www.nordhafener-tagblatt.example",
        path="/{section}/{slug}-id{number}.html",
        tagline="Unabhängige Zeitung für Nordhafen und die Küste",
        place="Nordhafen",
        language="de",
        zone=_hours(1),
        feeds=("/rss/nachrichten.xml",),
        robots_sitemaps=("/sitemap.xml",),
        disallow=("/suche/", "/abo/"),
        wire_dateline="{place} ({agency}) - ",
        section_path="/{section}/",
    ),
    Outlet(
        id="upland-gazette",
        title="Upland Gazette",
        host="www.uplandgazette.example",
        path="/{day:%Y/%m/%d}/{slug}.html",
        tagline="Printed on Fridays in High Tarn",
        place="High Tarn",
        sitemaps=("/sitemap.xml",),
        robots_sitemaps=("/sitemap.xml",),
        disallow=("/cgi-bin/",),
    ),
    Outlet(
        id="the-junction",
        title="The Junction",
        host="thejunction.example",
        path="/posts/{slug}",
        tagline="How things that move are made to move",
        place="Port Ansel",
        zone=_hours(1),
        feeds=("/feed.json",),
        robots_sitemaps=("/sitemap.xml",),
        disallow=("/drafts/",),
    ),
    Outlet(
        id="closed-circle",
        title="The Closed Circle",
        host="www.closedcircle.example",
        path="/dossiers/{slug}",
        tagline="For those who know",
        place="Meridian",
        zone=_hours(1),
        feeds=("/feed/",),
        sitemaps=("/sitemap.xml",),
        robots_sitemaps=("/sitemap.xml",),
        disallow=("/account/",),
    ),
)
BY_ID = {outlet.id: outlet for outlet in OUTLETS}
BY_HOST = {outlet.host: outlet for outlet in OUTLETS}
AGENCIES = {"NPA": "Northern Press Agency", "npa": "Nördliche Presse-Agentur"}
