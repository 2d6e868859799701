"""What a flow run is called and tagged in the Prefect UI. Importing it must not import Prefect."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence

from flows.base.flow_run import tags_of, this_run
from flows.base.observer import injected

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")  # Prefect's own "quick-otter", and "chi5-hotzuc-cloud" of its UI's form


def run_name(flow: str) -> str:
    """What a run is called: the flow, what it is about, and when (UTC); or as the person who started it typed."""
    from prefect import runtime

    typed = runtime.flow_run.name
    if typed and not _SLUG.fullmatch(typed):  # a retried run has its name already
        return str(typed)
    what = about(runtime.flow_run.parameters)
    return " · ".join([flow, *([what] if what else []), f"{injected().now():%Y-%m-%d %H:%M}"])


def about(parameters: dict[str, object]) -> str:
    """What a run's parameters ask for: its sources, else URLs, else WARC files, else all sources."""
    if "sources" not in parameters:
        return str(parameters.get("source") or "")
    names = parameters["sources"]
    if isinstance(names, list) and names:
        return listed(names)
    return "urls" if parameters.get("urls") else "warc" if parameters.get("warcs") else "all sources"


def listed(names: Sequence[str]) -> str:
    """Three names at most, and how many more there are."""
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more


def tag_run(sources: Sequence[str]) -> None:
    """Tag this flow run as ours and with its sources, where it is not yet: the UI lists the runs of a tag.

    Runs of a schedule have the tags of their deployment, and cost no request here.
    """
    from prefect.client.orchestration import get_client

    mine = this_run()
    if mine is None:
        return
    missing = [tag for tag in tags_of(sources) if tag not in mine.tags]
    if not missing:
        return
    with contextlib.suppress(Exception), get_client(sync_client=True) as client:  # the window, not the work
        client.update_flow_run(mine.id, tags=[*mine.tags, *missing])
