"""Pages from templates: a Jinja environment with the outlets' ways of writing dates, names and JSON-LD."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from newsroom import blocks, bylines, dates, jsonld
from newsroom.outlets import Outlet
from newsroom.stories import Story, slugify

_TEASERS = 4
_PLAIN = {None, "slow", "variants", "redirected"}  # stories that other pages may point to in every edition


@cache
def environment() -> Environment:
    """The templates; compiled as they are used."""
    env = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    env.filters |= dates.FILTERS | bylines.FILTERS | jsonld.FILTERS | {"grouped": blocks.grouped, "slugify": slugify}
    return env


def render(template: str, **context: Any) -> str:
    """A template of templates/ with these values."""
    return environment().get_template(template).render(context)


class Pages:
    """One outlet's pages. What stands around a story is taken from the first edition, so that it never changes."""

    def __init__(self, outlet: Outlet, first_edition: Sequence[Story], anchor: datetime) -> None:
        self._outlet = outlet
        self._pointed_to = [story for story in first_edition if story.case in _PLAIN]
        self._sections = list(dict.fromkeys(s.section for s in first_edition if s.case != "members"))
        self._anchor = anchor

    def article(self, story: Story, template: str = "article.html") -> str:
        """A story on its outlet's own template."""
        return self._page(
            f"{self._outlet.id}/{template}",
            story=story,
            top=self._top(story),
            related=self._related(story),
            charset="iso-8859-1" if story.case == "lying_charset" else "utf-8",
        )

    def front(self, stories: Sequence[Story], section: str | None = None) -> str:
        """The home page, or a section's."""
        shown = [story for story in stories if section in (None, story.section)]
        return self._page("front.html", stories=shown, section=section)

    def plain(self, template: str, **context: Any) -> str:
        """A page about the outlet, an error page or a wall."""
        return self._page(template, **context)

    @property
    def sections(self) -> list[str]:
        """Names of the outlet's sections."""
        return self._sections

    def _page(self, template: str, **context: Any) -> str:
        basics = {"outlet": self._outlet, "now": self._anchor, "charset": "utf-8", "sections": self._links()}
        return render(template, **(basics | context))

    def _links(self) -> list[tuple[str, str]]:
        form = self._outlet.section_path
        return [(name, form.format(section=slugify(name))) for name in self._sections]

    def _top(self, story: Story) -> list[Story]:
        return [s for s in self._pointed_to if s.number != story.number][:_TEASERS]

    def _related(self, story: Story) -> list[Story]:
        others = [s for s in reversed(self._pointed_to) if s.number != story.number]
        return sorted(others, key=lambda s: s.section != story.section)[:3]
