"""Whether a page breaks off in front of a paywall: by what it says is paid, and by an offer that ends its text.

JSON-LD may name the part of the page that is paid (https://schema.org/hasPart, cssSelector). Where that part is there
and has text, the page delivers its story, whatever it costs elsewhere. Where it is missing, or an offer follows the
story's last paragraph, the page breaks off, however long the preview is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml.html import HtmlElement

from tasks.extract.signals.jsonld import as_list
from tasks.extract.signals.jsonld import text_of as json_text
from tasks.extract.signals.page_signals import Sources
from tasks.extract.tree.index import CHROME, PageTree
from tasks.extract.tree.vocabulary import PAYWALL

OFFER = re.compile(
    r"(?:subscribe|sign in|log in|register|become a member|"
    r"create an? (?:free )?account)[^.]{0,40}(?:to (?:continue|read|keep|unlock|access)|for full access)|"
    r"(?:continue|keep) reading (?:this article )?(?:with|by|for)|this (?:article|content|story) is (?:for|"
    r"only available to|exclusive to) (?:subscribers|members)|"
    r"already a (?:subscriber|member)|jetzt (?:abonnieren|weiterlesen|testen)|weiterlesen mit|"
    r"mit (?:plus|premium)[- ]abo|"
    r"nur für abonnenten|exklusiv für abonnenten|"
    r"(?:article|contenu) réservé aux abonnés|pour lire la suite|suscr[ií]bete para|solo para suscriptores|"
    r"contenuto riservato agli abbonati|abbonati per|"
    r"exclusivo para assinantes|para continuar (?:lendo|leyendo)",
    re.IGNORECASE,
)
_SELECTOR = re.compile(r"[.#]([\w-]+)")
_DELIVERED_CHARS = 200  # of the paid part; less is its first line
_OFFER_CHARS = 600
_TAGS = ("p", "h2", "h3", "h4", "strong", "button")
_BOXES = ("div", "section", "aside", "form")


@dataclass(frozen=True, slots=True)
class Wall:
    """What tells of a paywall: whether the paid part is on the page (None: not said), and what offers say."""

    delivered: bool | None
    offers: tuple[str, ...]
    is_labelled: bool = False  # a box that is called a wall, and asks to subscribe or register


def read(sources: Sources) -> Wall:
    """Look at a page before anything is taken out of it."""
    page = sources.page
    boxes = [each for each in page.of(*_BOXES) if page.means(each, PAYWALL)]
    asking = any(OFFER.search(text) for each in boxes if len(text := page.text(each)) <= _OFFER_CHARS)
    return Wall(delivered=_delivered(sources), offers=tuple(_offers(sources, boxes)), is_labelled=asking)


def _delivered(sources: Sources) -> bool | None:
    named = {name for part in as_list(sources.article.get("hasPart")) if isinstance(part, dict)
             if str(part.get("isAccessibleForFree")).rsplit("/", 1)[-1].lower() == "false"
             for selector in as_list(part.get("cssSelector"))
             for name in _SELECTOR.findall(json_text(selector) or "")}  # fmt: skip
    if not named:
        return None
    page = sources.page
    parts = [e for e in page.elements if named & {*(e.get("class") or "").split(), e.get("id") or ""}]
    return sum(len(page.text(part)) for part in parts) >= _DELIVERED_CHARS


def _offers(sources: Sources, boxes: list[HtmlElement]) -> list[str]:
    """The texts of elements after the heading that offer a subscription, in document order."""
    page = sources.page
    start = page.place[sources.heading] if sources.heading is not None else 0
    found = []
    for element in (*boxes, *page.of(*_TAGS)):
        if page.place[element] < start or page.stands_in(element, CHROME) or not _is_offer(page, element):
            continue
        found.append(page.text(element))
    return found


def _is_offer(page: PageTree, element: HtmlElement) -> bool:
    if page.means(element, PAYWALL):
        return 0 < len(page.text(element)) <= _OFFER_CHARS
    text = element.text or ""
    return len(text) <= _OFFER_CHARS and bool(OFFER.search(text)) and len(page.text(element)) <= _OFFER_CHARS
