"""An archived response, inert: as text, and as a rendering in which nothing runs and nothing is asked for.

The wall is the browser's: the answer's own Content-Security-Policy puts the document into a sandbox without scripts,
forms and navigation (which also ends `<meta http-equiv=refresh>`), and allows no request but its own inline styles.
What a policy does not cover, such as connections that `<link rel=preconnect>` opens, is taken out of the markup.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lxml import html
from lxml.etree import LxmlError

from flows.explore.pages import Asked, NotThere, Page, found
from flows.explore.snapshots import View
from tasks.archive.errors import LostCapture
from tasks.archive.payload import binary_kind
from tasks.archive.reading import read_body
from tasks.extract.encoding.charset import decode

_MOST = 2_000_000  # characters of markup that are shown
_ATTRIBUTES = frozenset(
    [
        "align",
        "alt",
        "bgcolor",
        "border",
        "cellpadding",
        "cellspacing",
        "class",
        "color",
        "colspan",
        "datetime",
        "dir",
        "face",
        "height",
        "id",
        "lang",
        "rowspan",
        "size",
        "span",
        "start",
        "style",
        "title",
        "type",
        "valign",
        "width",
    ]
)
_REMOVED = frozenset(
    [
        "applet",
        "audio",
        "base",
        "button",
        "embed",
        "frame",
        "frameset",
        "iframe",
        "img",
        "input",
        "link",
        "math",
        "meta",
        "noscript",
        "object",
        "picture",
        "portal",
        "script",
        "select",
        "source",
        "svg",
        "template",
        "textarea",
        "track",
        "video",
    ]
)
RENDERED = "sandbox; default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'self'"


def capture_page(view: View, asked: Asked) -> Page:
    """What is known of an archived response.

    Raises:
        NotThere: the snapshot has none of that id.
    """
    part = view.ask("capture", capture_id=asked.named["id"])
    row = found(part, "capture")
    return Page("capture.html", f"Capture of {row['url']}", (part,), {"capture": row})


def article_capture_page(view: View, asked: Asked) -> Page:
    """The archived response that an article was read from.

    Raises:
        NotThere: the article is not there.
    """
    article = found(view.ask("article", article_id=asked.named["id"]), "article")
    part = view.ask("capture", capture_id=article["capture_id"])
    shown = {"article": article, "tab": "capture", "capture": part.row}
    return Page("article_capture.html", f"Capture of {article['headline'] or article['url']}", (part,), shown)


def markup(archive: Path, capture: dict[str, Any]) -> str:
    """The archived page as text, cut where it is very long.

    Raises:
        NotThere: it cannot be read from the archive, or is no text.
    """
    try:
        body, content_type = read_body(
            archive, str(capture["warc_file"]), int(capture["warc_offset"] or 0), int(capture["warc_length"] or 0)
        )
    except LostCapture as error:
        raise NotThere(f"the capture cannot be read: {error}") from None
    if kind := binary_kind(body):
        raise NotThere(f"the capture is no text but {kind}")
    return str(decode(body[: 4 * _MOST], content_type)[0][:_MOST])


def rendering(text: str) -> str:
    """The page with what it says and its own inline styles, and nothing that could run, move or ask for something."""
    try:
        page = html.document_fromstring(text)
    except (LxmlError, ValueError):
        return "<!doctype html><title>empty</title><p>The capture holds no markup.</p>"
    for element in list(page.iter()):
        if not isinstance(element.tag, str) or element.tag.lower() in _REMOVED or ":" in element.tag:
            _drop(element)
        else:
            for name in [name for name in element.attrib if name.lower() not in _ATTRIBUTES]:
                del element.attrib[name]
    return f"<!doctype html>\n{html.tostring(page, encoding='unicode')}"


def _drop(element: Any) -> None:
    """Take an element out, and leave the text after it."""
    if element.getparent() is not None:
        element.drop_tree()
