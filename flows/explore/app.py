"""The pages as an ASGI application: which address is which page, and what is answered when something is not there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import resources
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl

import anyio.to_thread
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from flows.base.errors import EdgeError
from flows.base.settings import Settings
from flows.explore import article, capture, charts, found, name, runs, source, story
from flows.explore.pages import Asked, Handler, NotThere, Page
from flows.explore.rendering import FORMS, as_form, as_html, environment
from flows.explore.snapshots import Snapshots, View
from warehouse.errors import BadSearch, NoWarehouse, QueryFailed, WarehouseError

AddWatch = Callable[[str, str, bool], None]
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_NONE: Mapping[str, str] = MappingProxyType({})
_LONGEST_FORM = 50_000  # bytes
_STATIC = {"style.css": "text/css; charset=utf-8", "icon.svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Explorer:
    """What the pages need.

    Attributes:
        snapshots: what is published.
        settings: reads dateline.toml anew.
        add_watch: keeps a standing query: name, search, whether it has a feed.
        prefect_ui: the address of the Prefect UI; None while it is not known.
    """

    snapshots: Snapshots
    settings: Callable[[], Settings]
    add_watch: AddWatch
    prefect_ui: Callable[[], str | None]


def application(explorer: Explorer) -> Starlette:
    """The application; who may ask it is the guard's matter (`serving`)."""
    pages = _Pages(explorer)
    handlers: dict[str, Handler] = {
        "/search": found.search_page,
        "/article/{id:uuid}": article.article_page,
        "/article/{id:uuid}/changes": article.changes_page,
        "/article/{id:uuid}/provenance": article.provenance_page,
        "/article/{id:uuid}/names": article.names_page,
        "/article/{id:uuid}/links": article.links_page,
        "/article/{id:uuid}/capture": capture.article_capture_page,
        "/capture/{id:uuid}": capture.capture_page,
        "/story/{id:uuid}": story.story_page,
        "/stories": story.stories_page,
        "/name": name.name_page,
        "/name/over-time": name.over_time_page,
        "/source": source.source_page(explorer.settings),
        "/sources": source.sources_page,
        "/run/{id:uuid}": runs.run_page,
        "/runs": runs.runs_page,
        "/alarms": runs.alarms_page,
    }
    routes = [Route("/", pages.endpoint(found.search_page))]
    for path, handler in handlers.items():
        routes += [Route(f"{path}.{{form}}", pages.endpoint(handler)), Route(path, pages.endpoint(handler))]
    routes += [
        Route("/capture/{id:uuid}/text", pages.capture_text),
        Route("/capture/{id:uuid}/rendering", pages.capture_rendering),
        Route("/watch", pages.watch, methods=["POST"]),
        Route("/static/{file}", _static),
        Route("/{rest:path}", pages.endpoint(_nothing)),
    ]
    return Starlette(routes=routes)


def _nothing(_: View, asked: Asked) -> Page:
    raise NotThere(f"there is no page {asked.path[:200]}")


class _Pages:
    """Answers, each from the snapshot of the moment."""

    def __init__(self, explorer: Explorer) -> None:
        self._explorer, self._templates = explorer, environment()

    def endpoint(self, handler: Handler) -> Callable[[Request], Response]:
        """A page in all its forms."""

        def answer(request: Request) -> Response:
            asked = _asked(request)
            return self._guarded(asked, lambda view: self._page(view, handler, asked, request.path_params.get("form")))

        return answer

    def _guarded(self, asked: Asked, answer: Callable[[View], Response]) -> Response:
        try:
            with self._explorer.snapshots.view(asked.text("run") or None) as view:
                return answer(view)
        except NotThere as why:
            return self._trouble(asked, 404, "Not there", str(why))
        except (BadSearch, EdgeError) as why:
            return self._trouble(asked, 400, "That cannot be meant", str(why))
        except NoWarehouse:
            said = "Nothing has been published yet: the first `dateline ingest` does, and this page shows it then."
            return self._trouble(asked, 503, "Nothing to show yet", said)
        except QueryFailed as why:
            return self._trouble(asked, 503, "This took too long, or could not be asked", str(why))
        except WarehouseError as why:
            return self._trouble(asked, 503, "The snapshot cannot be read", str(why))

    def _page(self, view: View, handler: Handler, asked: Asked, form: str | None) -> Response:
        if form is not None and form not in FORMS:
            raise NotThere(f"a page has the forms {', '.join(FORMS)}; .{form[:20]} is none of them")
        page = handler(view, asked)
        if form:
            headers = {"Content-Security-Policy": charts.POLICY} if form == "svg" else {}
            return _answer(as_form(form, view, page, asked), FORMS[form], headers=headers)
        return _answer(as_html(self._templates, page, asked, self._shared(view)))

    def _shared(self, view: View | None) -> dict[str, Any]:
        return {"view": view, "prefect": self._explorer.prefect_ui()}

    def _trouble(self, asked: Asked, status: int, title: str, why: str) -> Response:
        page = Page("trouble.html", title, (), {"why": why})
        return _answer(as_html(self._templates, page, asked, self._shared(None)), status=status)

    def capture_text(self, request: Request) -> Response:
        """An archived page's markup as text."""
        asked = _asked(request)
        return self._guarded(asked, lambda view: _answer(self._markup(view, asked), "text/plain; charset=utf-8"))

    def capture_rendering(self, request: Request) -> Response:
        """An archived page as it looked without scripts, pictures and style sheets, for a frame of ours."""
        asked = _asked(request)

        def answer(view: View) -> Response:
            headers = {"Content-Security-Policy": capture.RENDERED, "X-DNS-Prefetch-Control": "off"}
            return _answer(capture.rendering(self._markup(view, asked)), headers=headers)

        return self._guarded(asked, answer)

    def _markup(self, view: View, asked: Asked) -> str:
        row = capture.capture_page(view, asked).parts[0].row or {}
        return capture.markup(self._explorer.snapshots.home.archive, row)

    async def watch(self, request: Request) -> Response:
        """Keep a standing query, and go back to the search."""
        given = await _form(request)
        return await anyio.to_thread.run_sync(self._watch, _asked(request), given)

    def _watch(self, asked: Asked, given: dict[str, str]) -> Response:
        try:
            self._explorer.add_watch(given.get("name", ""), given.get("query", ""), given.get("feed") == "1")
        except (BadSearch, EdgeError) as why:
            return self._trouble(asked, 400, "No watch was added", str(why))
        except WarehouseError as why:
            return self._trouble(asked, 503, "No watch was added", str(why))
        pairs = tuple(pair for pair in asked.pairs if pair[0] != "watched")
        back = Asked("/search", pairs=pairs).address(None, watched=given.get("name"))
        return RedirectResponse(back, status_code=303)


def _asked(request: Request) -> Asked:
    path = request.url.path
    if form := request.path_params.get("form"):
        path = path.removesuffix(f".{form}")
    pairs = tuple(parse_qsl(request.url.query, keep_blank_values=True, max_num_fields=200))
    return Asked("/search" if path == "/" else path, dict(request.path_params), pairs)


async def _form(request: Request) -> dict[str, str]:
    """What a form of ours sends; nothing when it is longer than any of them."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _LONGEST_FORM:
            return {}
    return dict(parse_qsl(body.decode("utf-8", "replace"), max_num_fields=20))


def _answer(
    text: str, kind: str = "text/html; charset=utf-8", *, status: int = 200, headers: Mapping[str, str] = _NONE
) -> Response:
    said = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store", "Content-Type": kind, **headers}
    return Response(text.encode("utf-8", "replace"), status_code=status, headers=said)


def _static(request: Request) -> Response:
    name = str(request.path_params["file"])
    if name not in _STATIC:
        return Response("there is no such file\n", status_code=404, media_type="text/plain")
    text = resources.files("flows.explore").joinpath("static", name).read_text(encoding="utf-8")
    return _answer(text, _STATIC[name], headers={"Cache-Control": "no-cache"})
