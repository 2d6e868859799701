"""Lists of feeds as feed readers keep them: OPML 2.0, folders as collections. In and out without loss.

An outline with an xmlUrl is a feed, one without is a folder; folders within folders are "News > Regional". What OPML
has no attribute for (the source's name, sitemaps, selectors) stands in attributes of our own namespace, which readers
pass over. Selectors that FreshRSS keeps with a feed are taken over
(https://freshrss.github.io/FreshRSS/en/developers/OPML.html); it calls what is removed by two names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from lxml import etree

WITHIN = " > "
_OWN = "https://dateline.example/opml"
_PREFIX = f"{{{_OWN}}}"
_SELECT = (f"{_PREFIX}select", "cssfullcontent")
_REMOVE = (f"{_PREFIX}remove", "csscontentfilter", "cssfullcontentfilter")
_LARGEST = 20_000_000  # bytes
_DEEPEST = 20  # folders within folders


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedSource:
    """A source of such a list; `name` is None where the list is not ours."""

    title: str
    feeds: tuple[str, ...]
    url: str | None = None
    language: str | None = None
    collections: tuple[str, ...] = ()
    name: str | None = None
    sitemaps: tuple[str, ...] = ()
    select: tuple[str, ...] = ()  # CSS selectors as they stand there, good ones or not
    remove: tuple[str, ...] = ()


def read_opml(content: bytes) -> list[ListedSource]:
    """The sources of an OPML document, in its order; a feed in two folders is one source in two collections.

    Raises:
        ValueError: it is no OPML, or larger than 20 MB.
    """
    if len(content) > _LARGEST:
        raise ValueError(f"it has more than {_LARGEST // 1_000_000} MB")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ValueError(f"it is no XML: {error}") from None
    if root is None or _local(root) != "opml":
        raise ValueError(f"it is no OPML{'' if root is None else f': its root is <{_local(root)}>'}")
    body = next((child for child in root if _local(child) == "body"), root)
    found: dict[object, ListedSource] = {}
    for listed in _outlines(body, ()):
        key = _key(listed)
        found[key] = _merged(found[key], listed) if key in found else listed
    return list(found.values())


def _outlines(parent: etree._Element, folders: tuple[str, ...]) -> Iterator[ListedSource]:
    for outline in parent:
        if _local(outline) != "outline":
            continue
        given = {str(name).lower(): str(value).strip() for name, value in outline.attrib.items()}
        title, feed = given.get("title") or given.get("text") or "", given.get("xmlurl", "")
        is_source = bool(feed) or f"{_PREFIX}name" in given
        if is_source:
            yield _listed(given, title or feed, feed, folders)
        if len(outline) and len(folders) < _DEEPEST:
            yield from _outlines(outline, folders if is_source or not title else (*folders, " ".join(title.split())))


def _listed(given: dict[str, str], title: str, feed: str, folders: tuple[str, ...]) -> ListedSource:
    return ListedSource(
        title=title,
        feeds=(feed,) if feed else (),
        url=given.get("htmlurl") or None,
        language=given.get("language") or None,
        collections=(WITHIN.join(folders),) if folders else (),
        name=given.get(f"{_PREFIX}name") or None,
        sitemaps=tuple(given.get(f"{_PREFIX}sitemaps", "").split()),
        select=_selectors(given, _SELECT),
        remove=_selectors(given, _REMOVE),
    )


def _selectors(given: dict[str, str], names: Sequence[str]) -> tuple[str, ...]:
    """The lines of the first of these attributes, which may stand in any namespace."""
    local = {name.rpartition("}")[2]: value for name, value in given.items()}
    said = next(filter(None, (given.get(name) or local.get(name) for name in names)), "")
    return tuple(filter(None, map(str.strip, said.splitlines())))


def _key(listed: ListedSource) -> object:
    """What makes two outlines one source: our own name, or the feed."""
    return ("name", listed.name) if listed.name else ("feed", listed.feeds[0])


def _merged(one: ListedSource, other: ListedSource) -> ListedSource:
    feeds = tuple(dict.fromkeys((*one.feeds, *other.feeds)))
    return replace(one, feeds=feeds, collections=tuple(dict.fromkeys((*one.collections, *other.collections))))


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname.lower() if isinstance(element.tag, str) else ""


def write_opml(sources: Iterable[ListedSource], *, title: str) -> bytes:
    """An OPML 2.0 document. A source with two feeds is two outlines, one in two collections stands in both folders.

    Raises:
        ValueError: a text has characters that XML cannot hold.
    """
    root = etree.Element("opml", version="2.0", nsmap={"dateline": _OWN})
    etree.SubElement(etree.SubElement(root, "head"), "title").text = title
    body = etree.SubElement(root, "body")
    folders: dict[tuple[str, ...], etree._Element] = {(): body}
    for source in sources:
        for collection in source.collections or ("",):
            folder = _folder(folders, tuple(collection.split(WITHIN)) if collection else ())
            for feed in source.feeds or ("",):
                _outline(folder, source, feed)
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True))


def _folder(folders: dict[tuple[str, ...], etree._Element], path: tuple[str, ...]) -> etree._Element:
    if path not in folders:
        within = _folder(folders, path[:-1])
        folders[path] = etree.SubElement(within, "outline", text=path[-1], title=path[-1])
    return folders[path]


def _outline(folder: etree._Element, source: ListedSource, feed: str) -> None:
    outline = etree.SubElement(folder, "outline", text=source.title, title=source.title, type="rss")
    for name, value in (("xmlUrl", feed), ("htmlUrl", source.url), ("language", source.language)):
        if value:
            outline.set(name, value)
    if source.name:
        outline.set(f"{_PREFIX}name", source.name)
    if source.sitemaps:
        outline.set(f"{_PREFIX}sitemaps", " ".join(source.sitemaps))
    for name, lines in ((_SELECT[0], source.select), (_REMOVE[0], source.remove)):
        if lines:
            outline.set(name, "\n".join(lines))


def read_list(text: str) -> Sequence[str]:
    """The addresses of a plain list: one a line, what follows # is a remark."""
    lines = (line.partition(" #")[0].strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]
