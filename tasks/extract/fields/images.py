"""An article's pictures, with what the caption says and whom it credits, apart."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from tasks.base.strings import squeeze
from tasks.extract.signals.jsonld import as_list
from tasks.extract.signals.jsonld import text_of as json_text
from tasks.extract.signals.page_signals import Sources, absolute
from tasks.extract.tree.index import CHROME, PageTree
from tasks.extract.tree.vocabulary import CAPTION, CREDIT, DECORATION, meaning
from warehouse.records import Image

MAX_IMAGES = 50
_IMAGE_TAGS = ("img", "amp-img")
_CREDIT_TAGS = ("span", "div", "p", "small", "cite", "em", "a")
_MAIN = frozenset({"article", "main"})
_CREDIT_WORD = (
    r"(?:(?:file |handout )?(?:photo|photos|image|images|picture|pictures|illustration|photograph|graphic|"
    r"screenshot|video)(?: credits?| courtesy| illustration)?"
    r"(?: by| from| via| courtesy of|:)|credits?:|photo credit:?|courtesy(?: of|:)|copyright|©|\(c\)|foto(?:s|"
    r"grafía|grafia)?(?: di| de|: |:| von)"
    r"|bild(?:er)?(?:quelle|nachweis)?:|quelle:|grafik:|crédits?(?: photo)? ?:|photo ?:|source ?:|fuente:|"
    r"fonte:|imagen:|imagem:|reprodução|divulgação)"
)
_AGENT = r"\b(?:images?|photo|press|reuters|ap|afp|dpa|pool|getty|shutterstock|epa|efe|imago)\b"
_BRACKETED = re.compile(
    rf"\s*[(\[]\s*(?P<credit>{_CREDIT_WORD}[^()\[\]]*"
    rf"|(?=[^()\[\]]*{_AGENT})[^()\[\]/]*(?:/|\bvia\b)[^()\[\]]*)[)\]]\s*\.?\s*$",
    re.IGNORECASE,
)
_TRAILING = re.compile(
    rf"(?:^|(?<=[.!?”\"’])\s+|\s+[|•·–—-]\s+|\s{{2,}}|\s+(?=©|Foto:|Bild:|Photo:|Credit:|Image:|Crédit|"
    rf"Quelle:))(?P<credit>{_CREDIT_WORD}\s*\S[^.]{{1,80}}\.?)$",
    re.IGNORECASE,
)
_NAME = r"(?:[A-Z]\.|[\w'’\-]+)"
_SLASHED = re.compile(rf"(?:^|(?<=[.!?”\"’])\s+)(?P<credit>(?:{_NAME} ){{0,4}}{_NAME}/(?:{_NAME} ?){{1,5}})$")
_FILE = re.compile(
    r"^\s*(?:https?:)?//?[^\s,{}]+\.(?:jpe?g|png|webp|avif|gif)(?:[?#!/]\S*)?\s*$|^https?://\S+$", re.IGNORECASE
)
_CANDIDATE = re.compile(r"([^\s,]\S*?[^\s,])(?:\s+([\d.]+)[wx])?\s*(?:,|$)")
_LEAD = re.compile(rf"^(?:{_CREDIT_WORD})\s*", re.IGNORECASE)


def find(sources: Sources) -> tuple[Image, ...]:
    """The pictures of the article: those in figures first in document order, and the one the page shows for sharing."""
    found: dict[str, tuple[str | None, str | None]] = {}
    lead = lead_image(sources)
    for url, caption, credit in _pictures(sources):
        if url not in found and len(found) < MAX_IMAGES:
            found[url] = (caption, credit)
    if lead and not any(_same(lead, url) for url in found):
        found = {lead: (None, None), **found}
    return tuple(
        Image(position=position, url=url, caption=caption, credit=credit)
        for position, (url, (caption, credit)) in enumerate(found.items())
    )


def lead_image(sources: Sources) -> str | None:
    """The image that the page puts forward: og:image, then JSON-LD, then twitter."""
    stated = sources.first("og:image", "og:image:url", "og:image:secure_url")
    if not stated:
        for item in as_list(sources.article.get("image")):
            stated = json_text(item.get("url") or item.get("contentUrl")) if isinstance(item, dict) else json_text(item)
            if stated:
                break
    return absolute(sources.url, stated or sources.first("twitter:image", "twitter:image:src", "parsely-image-url"))


def split_credit(text: str) -> tuple[str | None, str | None]:
    """Caption and credit of one text: "A bridge (Photo by Ann Lee)" -> ("A bridge", "Ann Lee")."""
    caption = squeeze(text)
    for pattern in (_BRACKETED, _TRAILING, _SLASHED):
        if match := pattern.search(caption):
            credit = _LEAD.sub("", match["credit"]).strip(" .:;,()")
            rest = caption[: match.start()].strip(" |•·–—-")
            return rest or None, credit or match["credit"].strip() or None
    return caption or None, None


def _pictures(sources: Sources) -> Iterator[tuple[str, str | None, str | None]]:
    page = sources.page
    for figure in page.of("figure"):
        if page.stands_in(figure, CHROME) or not (images := page.within(figure, *_IMAGE_TAGS)):
            continue
        url = _url(sources.url, images[0])
        if url:
            yield url, *_words(page, figure)
    for image in page.of(*_IMAGE_TAGS):
        if page.stands_in(image, CHROME) or not any(parent.tag in _MAIN for parent in page.ancestors(image)):
            continue
        url = _url(sources.url, image)
        if url and not (page.means(image, DECORATION) or meaning(url) & DECORATION or _small(image)):
            yield url, None, None


def _words(page: PageTree, figure: HtmlElement) -> tuple[str | None, str | None]:
    captions = page.within(figure, "figcaption")
    captions = captions or [e for e in page.within(figure, "div", "span", "p") if page.means(e, CAPTION)]
    if not captions:
        return None, None
    caption = captions[0]
    credits_ = [e for e in page.within(figure, *_CREDIT_TAGS) if e.tag == "cite" or _is_credit(page, e)]
    credits_.sort(key=lambda e: not page.holds(caption, e))
    whole = page.text(caption)
    for element in credits_:
        credit = page.text(element)
        if credit and not page.holds(caption, element):
            return whole, _LEAD.sub("", credit).strip(" .:;,()") or None
        if credit and credit in whole:
            rest = squeeze(whole.replace(credit, "", 1)).strip(" |•·()–—-")
            return rest or None, _LEAD.sub("", credit).strip(" .:;,()") or None
    return split_credit(whole)


def _is_credit(page: PageTree, element: HtmlElement) -> bool:
    return page.means(element, CREDIT) or bool(meaning(element.get("itemprop") or "") & CREDIT)


def _url(base: str, image: HtmlElement) -> str | None:
    """The address a reader's browser would end up with: the lazy one, the image's own, the largest of a set."""
    own = image.get("src") or ""
    lazy = [value for name, value in image.attrib.items() if name.startswith("data-") and _FILE.search(value)]
    sets = [value for name, value in image.attrib.items() if name.endswith("srcset")]
    for picture in image.iterancestors("picture"):  # libxml2 takes source for an element with an end
        sets += [source.get(name) or "" for source in picture.iter("source") for name in ("srcset", "data-srcset")]
    largest = [url for value in sets if (url := _largest(value))]
    is_shown = bool(own) and not own.startswith("data:") and not (image.get("data-srcset"))
    found = [*(url for url in lazy if " " not in url.strip()), *([own] if is_shown else []), *largest, own]
    return next((url for each in found if (url := absolute(base, each))), None)


def _largest(srcset: str) -> str | None:
    """The largest candidate of a srcset attribute (https://html.spec.whatwg.org/#srcset-attributes)."""
    found = [(float(size or 1), url) for url, size in _CANDIDATE.findall(srcset) if not url.startswith("data:")]
    return max(found, default=(0.0, None))[1]


def _small(image: HtmlElement) -> bool:
    sizes = [int(value) for name in ("width", "height") if (value := image.get(name) or "").isdigit()]
    return any(size < 80 for size in sizes)


def _same(one: str, other: str) -> bool:
    return one.split("?")[0].rsplit("/", 1)[-1] == other.split("?")[0].rsplit("/", 1)[-1]
