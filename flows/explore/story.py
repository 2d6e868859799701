"""A story cluster as a time line, and the stories that most outlets ran."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from flows.explore.pages import Asked, NotThere, Page
from flows.explore.snapshots import View

_TIMED = ("instant", "local")  # precisions that say who was earlier on a day


def story_page(view: View, asked: Asked) -> Page:
    """Who had it first, and who changed what.

    Raises:
        NotThere: there is no such story.
    """
    members = view.ask("story", cluster_id=asked.named["id"])
    revisions = view.ask("story_revisions", cluster_id=asked.named["id"])
    if not members.rows:
        raise NotThere("there is no such story in this snapshot")
    by_article: dict[Any, list[Any]] = defaultdict(list)
    for row in revisions.rows:
        by_article[row["article_id"]].append(row)
    origin = next((row for row in members.rows if row["is_origin"]), members.rows[0])
    timed = [row for row in members.rows if row["published_precision"] in _TIMED]
    shown: dict[str, Any] = {
        "members": members.rows,
        "origin": origin,
        "revisions": by_article,
        "first": next(iter(timed), None),
    }
    shown["outlets"] = len({row["source"] for row in members.rows})
    return Page("story.html", f"Story: {origin['headline'] or origin['url']}", (members, revisions), shown)


def stories_page(view: View, asked: Asked) -> Page:
    """The stories of the last days that most outlets ran."""
    days = asked.number("days", 7, most=3650)
    stories = view.ask("stories", days=days, rows=asked.number("rows", 50, most=1000))
    return Page("stories.html", "Stories", (stories,), {"stories": stories.rows, "days": days})
