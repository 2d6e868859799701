"""What sort of page it is: an article, something else worth keeping, or a wall in front of one."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from tasks.base.strings import squeeze
from tasks.extract.signals.jsonld import as_list, is_article, types
from tasks.extract.signals.page_signals import Sources

_CONSENT = re.compile(
    r"before you continue|we (?:value|care about) your privacy|accept (?:all )?cookies|consent|cookie(?:s|"
    r" policy| settings)|datenschutz|"
    r"einwilligung|zustimm|mit werbung|pur-abo|consentement|accepter et continuer|consentimiento|aceptar|"
    r"consenso|accetta|privacidade|"
    r"manage (?:my )?(?:choices|preferences)|your (?:privacy|data) choices|partners (?:store|process)",
    re.IGNORECASE,
)
_BOT = re.compile(
    r"are you a (?:robot|human)|verify (?:that )?you are (?:a )?human|checking your browser|just a moment|"
    r"enable javascript and cookies|"
    r"access (?:to this page has been )?denied|unusual (?:traffic|activity)|captcha|ddos protection|"
    r"pardon our interruption|"
    r"attention required|request (?:has been )?blocked|please enable js|bot detection|security check|ray id|"
    r"incapsula|perimeterx|datadome",
    re.IGNORECASE,
)
_ERROR = re.compile(
    r"\b(?:404|410|500|502|503)\b.{0,30}(?:not found|error|gone|unavailable)|page (?:not found|cannot be found|"
    r"doesn.t exist|does not exist|you (?:requested|are looking for))|"
    r"not found|^error\b|seite (?:wurde )?nicht gefunden|seite existiert nicht|page (?:introuvable|non trouvée)|"
    r"página no encontrada|pagina non trovata|página não encontrada|"
    r"something went wrong|service unavailable|oops",
    re.IGNORECASE,
)
_PAYWALL = re.compile(
    r"(?:subscribe|sign in|log in|register|become a member|"
    r"create an? (?:free )?account)[^.]{0,40}(?:to (?:continue|read|keep|unlock|access)|for full access)|"
    r"(?:continue|keep) reading (?:this article )?(?:with|by|for)|this (?:article|content|story) is (?:for|"
    r"only available to|exclusive to) (?:subscribers|members)|"
    r"already a subscriber|jetzt (?:abonnieren|weiterlesen|testen)|weiterlesen mit|mit (?:plus|premium)[- ]abo|"
    r"nur für abonnenten|exklusiv für abonnenten|"
    r"(?:article|contenu) réservé aux abonnés|pour lire la suite|suscr[ií]bete para|solo para suscriptores|"
    r"contenuto riservato agli abbonati|abbonati per|"
    r"exclusivo para assinantes|para continuar (?:lendo|leyendo)",
    re.IGNORECASE,
)
_OPINION = re.compile(
    r"^(?:opinions?|commentary|comment|editorials?|op-?eds?|columns?|columnists?|letters|viewpoints?|meinung|"
    r"kommentare?|leitartikel|kolumnen?|debatten?|opinión|tribuna|tribunes?|chroniques?|édito(?:rial)?s?|"
    r"opinione|opinioni|editoriali|opinião|colunas?|comment ?is ?free|voices|perspectives?)$",
    re.IGNORECASE,
)
_LIVE = re.compile(
    r"(?:^|[/\-_])(?:live-?(?:blog|ticker|updates?)|liveticker|newsticker|en-direct|minuto-a-minuto|in-diretta|"
    r"ao-vivo)(?:$|[/\-_.])|\blive ?(?:blog|ticker|updates)\b|\bnews-?ticker\b",
    re.IGNORECASE,
)
_MEDIA_URL = re.compile(
    r"/(?:videos?|watch|galler(?:y|ies)|galerien?|bildergalerie|fotostrecke|photos?|pictures|slideshows?|"
    r"mediathek|podcasts?|audio|diaporama|fotogaler[ií]as?|fotogallery)(?:/|-|$)",
    re.IGNORECASE,
)
_FRONT_TYPES = {"CollectionPage", "SearchResultsPage", "ItemList", "ProfilePage", "AboutPage", "ContactPage"}
_SHORT_WORDS = 60
WALL_WORDS = 250  # a wall says little; a real article on consent or captchas says more


def decide(sources: Sources, text: str, *, links: int, free: bool | None, section: str | None = None) -> str:
    """The page's kind, one of records.Page.page_kind.

    Args:
        text: the extracted body.
        links: how many teasers (links with headline-long anchors outside of the story) the page has.
        free: isAccessibleForFree as claimed.
        section: what was decided to be the story's section.
    """
    words = len(text.split())
    title = squeeze(" ".join([sources.title, *sources.meta.get("og:title", ())]))
    if words < WALL_WORDS and (wall := _wall(sources, title, text, words)):
        return wall
    if _is_front(sources, words, links):
        return "section_front"
    if (free is False and words < 3 * _SHORT_WORDS) or (words < WALL_WORDS and _has_paywall(sources, text)):
        return "paywall_teaser"
    return _article_kind(sources, title, words, section or "")


def _wall(sources: Sources, title: str, text: str, words: int) -> str | None:
    described = bool(sources.article.get("headline") or sources.article.get("datePublished"))
    said = f"{title}\n{text[:1500]}"
    if not described:
        if _BOT.search(title) or (words < 80 and _BOT.search(_visible(sources))):
            return "bot_wall"
        if _ERROR.search(title) or (words < 40 and _ERROR.search(said)):
            return "error_page"
        if len(_CONSENT.findall(said)) >= 2 or (
            words < 40 and len(_CONSENT.findall(_visible(sources))) >= 2 and _own_words(sources) < 400
        ):
            return "consent_wall"
    return None


def _visible(sources: Sources) -> str:
    parts = [text for body in sources.page.of("body")[:1] for text in body.itertext()]
    return squeeze(" ".join(parts))[:4000]


def _own_words(sources: Sources) -> int:
    return len(_visible(sources).split())


def _has_paywall(sources: Sources, text: str) -> bool:
    return bool(_PAYWALL.search(text[-800:])) or (
        len(text.split()) < _SHORT_WORDS and bool(_PAYWALL.search(_visible(sources)))
    )


def _is_front(sources: Sources, words: int, links: int) -> bool:
    path = urlsplit(sources.url).path.strip("/")
    if not path and not sources.article:
        return True
    kinds = {kind for node in sources.nodes for kind in types(node)}
    described = any(is_article(node) and node.get("headline") for node in sources.nodes)
    if kinds & _FRONT_TYPES and not sources.article.get("articleBody") and not described and links >= 5:
        return True
    is_article_page = described or sources.first("og:type") == "article" or sources.first("article:published_time")
    return not is_article_page and links >= 12 and words < 8 * links and words < 400


def _article_kind(sources: Sources, title: str, words: int, section: str) -> str:
    kinds = set(types(sources.article))
    path = urlsplit(sources.url).path
    if "LiveBlogPosting" in kinds or _LIVE.search(path) or _LIVE.search(title):
        return "live_blog"
    if words < 2 * _SHORT_WORDS and _is_media(sources, path):
        return "media"
    sections = [str(s) for s in as_list(sources.article.get("articleSection"))] + sources.meta.get(
        "article:section", []
    )
    parts = [part for part in path.split("/")[1:-1] if part]
    if "OpinionNewsArticle" in kinds or any(_OPINION.match(part.strip()) for part in (section, *sections, *parts)):
        return "opinion"
    return "article"


def _is_media(sources: Sources, path: str) -> bool:
    kinds = {kind for node in sources.nodes for kind in types(node)}
    stated = (sources.first("og:type") or "").startswith(("video", "music"))
    return (
        stated
        or bool(_MEDIA_URL.search(path))
        or bool({"VideoObject", "ImageGallery", "MediaGallery"} & kinds and not sources.article)
    )
