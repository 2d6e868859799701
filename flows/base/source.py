"""One source of dateline.toml: an outlet, where its pages are announced, and what is special with it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from flows.base.source_headers import check_cookies, check_headers, check_value
from tasks.base.urls import InvalidUrl, normalise

_DURATION = re.compile(r"(?P<count>\d+(?:\.\d+)?)\s*(?P<unit>s|m|h|d)")
_PASSWORD = re.compile(r"(https?:[/\\]*)[^/\\?#\s]*@", re.IGNORECASE)
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_NAME = r"^[a-z0-9][a-z0-9._-]*$"
_COLLECTION = (
    r"^[^\s\x00-\x1f\x7f]([^\x00-\x1f\x7f]{0,98}[^\s\x00-\x1f\x7f])?$"  # as folders of feed readers are called
)
WITHIN = " > "


class Strict(BaseModel):
    """A table of the configuration: no other keys than these, and none changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(Strict):
    """One outlet: where its pages are announced."""

    name: str = Field(pattern=_NAME, description="short name: lower-case letters, digits, - . _")
    title: str | None = None
    url: str | None = None
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    language: str | None = None
    enabled: bool = True
    collections: tuple[Annotated[str, Field(pattern=_COLLECTION)], ...] = Field(
        (), description="names that stand for several sources, wherever a source can be named; A > B is within A"
    )
    schedule: str | None = Field(None, description="when `dateline up` ingests it; default what [schedule] says")
    expected_per_day: tuple[int, int] | None = Field(None, description="new articles a day, fewest and most: [20, 80]")
    delay: str | None = Field(None, description="between two requests to its sites, when more than [fetch] says")
    user_agent: str | None = Field(None, description="as its hosts know us; default what [fetch] says")
    headers: dict[str, str] = Field(default_factory=dict, description="sent to its hosts only; env:NAME, file:PATH")
    cookies: dict[str, str] = Field(default_factory=dict, description="sent to its hosts only; env:NAME or file:PATH")
    select: tuple[str, ...] = Field((), description="CSS selectors of what holds the story on its pages")
    remove: tuple[str, ...] = Field((), description="CSS selectors of what is taken out before the story is read")

    @field_validator("delay")
    @classmethod
    def _duration(cls, value: str | None) -> str | None:
        if value is not None:
            duration(value)
        return value

    @field_validator("user_agent")
    @classmethod
    def _is_one_line(cls, value: str | None) -> str | None:
        if value is not None:
            check_value("user_agent", value)
        return value

    @field_validator("headers", "cookies")
    @classmethod
    def _can_be_sent(cls, value: dict[str, str], info: ValidationInfo) -> dict[str, str]:
        (check_cookies if info.field_name == "cookies" else check_headers)(value)
        return value

    @field_validator("select", "remove", mode="before")
    @classmethod
    def _are_lists(cls, value: object) -> object:
        if isinstance(value, str):
            raise ValueError(f"a list of selectors is wanted, as in [{value!r}]")
        return value

    @field_validator("select", "remove")
    @classmethod
    def _can_select(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if value:
            from tasks.extract.selectors import check  # brings lxml, which most commands have no use for

            try:
                check(value)
            except ValueError as error:
                raise ValueError(f"of the source {info.data.get('name', '')!r}: {error}") from None
        return value

    @property
    def addresses(self) -> tuple[str, ...]:
        """Its own page, feeds and sitemaps."""
        return tuple(filter(None, (self.url, *self.feeds, *self.sitemaps)))

    @field_validator("feeds", "sitemaps")
    @classmethod
    def _addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        """Checked, and without a password: none is ever sent, and they would stand in the ledger that readers open."""
        for url in value:
            try:
                normalise(url)
            except InvalidUrl as error:
                raise ValueError(_PASSWORD.sub(r"\1", str(error))) from None
        return tuple(_PASSWORD.sub(r"\1", url) for url in value)

    @property
    def all_collections(self) -> tuple[str, ...]:
        """Its collections and those that they are within."""
        paths = (name.split(WITHIN) for name in self.collections)
        return tuple(dict.fromkeys(WITHIN.join(path[:end]) for path in paths for end in range(1, len(path) + 1)))

    @property
    def places(self) -> dict[str, tuple[str, ...]]:
        """Where its pages are announced, by kind (tasks.discover.announcers)."""
        return {"feed": self.feeds, "sitemap": self.sitemaps}


def duration(text: str) -> timedelta:
    """`90s`, `15m`, `6h`, `3d` as a time span.

    Raises:
        ValueError: it is none of these.
    """
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is no duration; write a number and s, m, h or d, as in 15m")
    return timedelta(seconds=float(match["count"]) * _SECONDS[match["unit"]])
