"""What sort of page it is: an article, something else worth keeping, or a wall in front of one."""

from __future__ import annotations

import re
from collections import Counter
from urllib.parse import unquote, urlsplit

from tasks.base.strings import key, squeeze
from tasks.extract.paywall import OFFER, Wall
from tasks.extract.signals.jsonld import as_list, is_article, types
from tasks.extract.signals.jsonld import text_of as json_text
from tasks.extract.signals.page_signals import Sources
from tasks.extract.tree.index import CHROME, PageTree
from warehouse import prose

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
_FORUM_TYPES = {"DiscussionForumPosting", "QAPage"}
_NEWS_TYPES = {"NewsArticle", "ReportageNewsArticle", "OpinionNewsArticle", "AnalysisNewsArticle", "BlogPosting"}
_FORUM_SOFTWARE = re.compile(
    r"discourse|vbulletin|xenforo|phpbb|nodebb|vanilla forums|flarum|invision|smf|mybb", re.IGNORECASE
)
_FORUM_HOST = re.compile(r"(?:forums?|community|answers|discuss|boards?)\.", re.IGNORECASE)
_FORUM_PATH = re.compile(r"/(?:forums?|threads?|discussions?|boards|viewtopic|showthread)(?:/|\.|$)", re.IGNORECASE)
_NOTICE_WORDS = 130
_NOTICE_BLOCKS = 4
_QUOTES = frozenset("“”„«»「」")  # stories quote people; notices do not
_STEM = 4
_SPACELESS = "\u0e00"  # from here on are scripts that set no spaces, and emoji
_ENDED = re.compile(r"[.!?…。！？।][\"'”’»“)]?$")
_SENTENCE_CHARS = 60  # of a block that can be prose; half of it in scripts without spaces
_MIN_PROSE_CHARS = 500
_MIN_STORY_CHARS = 200
_HEADLINE_WORDS = 5
_SHOWN = ("text", "time")  # dates that may be those of a list's entries
_MANY_LINKS = 12
_DATED_PROSE = 0.3  # of the text in sentences; less beside many links is a list, though a date stands in it
_UNDATED_PROSE = 0.75
_CHARS_A_LINK_WORD = 12  # twice what a word of a link has: prose must outweigh the links
_OFFER_BLOCKS = 4
_OFFER_CHARS = 400
_FRONT_TYPES = {"CollectionPage", "SearchResultsPage", "ItemList", "ProfilePage", "AboutPage", "ContactPage"}
_SHORT_WORDS = 60
WALL_WORDS = 250  # a wall says little; a real article on consent or captchas says more


def classify(
    sources: Sources,
    text: str,
    *,
    headline: str | None,
    links: list[int],
    is_cut: bool,
    dated_by: str | None,
    section: str | None = None,
) -> str:
    """The page's kind, one of records.Page.page_kind.

    Args:
        text: the extracted body.
        headline: what was decided to be it.
        links: how many words each teaser (a link with a headline-long anchor outside of the story) has.
        is_cut: whether the text breaks off in front of a paywall.
        dated_by: the signal that says when it was published.
        section: what was decided to be the story's section.
    """
    words = prose.words(text)
    title = squeeze(" ".join([sources.title, *sources.meta.get("og:title", ())]))
    if words < WALL_WORDS and (wall := _wall(sources, title, text, words)):
        return wall
    if _is_forum(sources) or _is_front(sources, text, headline or "", links, dated_by):
        return "section_front"
    if is_cut:
        return "paywall_teaser"
    if words < _NOTICE_WORDS and not _QUOTES & set(text) and _tells_else(sources, title, text):
        return "error_page"
    return _article_kind(sources, title, words, section or "")


def _tells_else(sources: Sources, title: str, text: str) -> bool:
    """Whether a short text has not one word of what the page says that it is about: a notice stands in its place.

    Asked where the page says enough, by the beginnings of words, or by pairs of characters in scripts without spaces.
    (Of 761 articles of the corpus it is true of none.)
    """
    about = [title, unquote(urlsplit(sources.url).path), *sources.meta.get("og:description", ())]
    about += [*sources.meta.get("description", ()), json_text(sources.article.get("description")) or ""]
    about += [json_text(item) or "" for item in as_list(sources.article.get("keywords"))]
    wanted = _stems(" ".join(about))
    return 0 < len(text.split("\n\n")) <= _NOTICE_BLOCKS and len(wanted) >= 2 and not wanted & _stems(text)


def _stems(text: str) -> set[str]:
    """The beginnings of longer words, enough for a word in several forms; of dense scripts every two characters."""
    words = key(re.sub(r"[^\w\s]|_", " ", text)).split()
    dense = [word for word in words if max(word) > _SPACELESS]
    pairs = {word[at : at + 2] for word in dense for at in range(len(word) - 1)}
    return pairs | {word[:_STEM] for word in words if len(word) >= _STEM and not word.isdigit()}


def without_offer(text: str, wall: Wall, free: bool | None) -> tuple[str, bool]:
    """The text without the offer that ends it, and whether it breaks off in front of a paywall."""
    offers = {key(offer) for offer in wall.offers}
    blocks = text.split("\n\n")
    kept = [
        block
        for at, block in enumerate(blocks)
        if not (len(blocks) - at <= _OFFER_BLOCKS and ((OFFER.search(block) and len(block) < _OFFER_CHARS)
                or any(key(block) in offer for offer in offers)))
    ]  # fmt: skip
    offered = len(kept) < len(blocks) or bool(offers)
    text = "\n\n".join(kept)
    if wall.delivered is not None and free is False:
        return text, not wall.delivered
    if free is False:
        return text, offered or prose.words(text) < 3 * _SHORT_WORDS
    return text, offered and free is None and (wall.is_labelled or prose.words(text) < WALL_WORDS)


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
    return prose.words(_visible(sources))


def _is_forum(sources: Sources) -> bool:
    """Whether the page is a thread or board: by schema.org's types, the software, or its address."""
    kinds = {kind for node in sources.nodes for kind in types(node)}
    if kinds & _NEWS_TYPES or (is_article(sources.article) and not kinds & _FORUM_TYPES):
        return False
    marked = {(element.get("itemtype") or "").rsplit("/", 1)[-1] for element in sources.page.having("itemtype")}
    if (kinds | marked) & _FORUM_TYPES:
        return True
    parts = urlsplit(sources.url)
    if _FORUM_SOFTWARE.search(sources.first("generator") or ""):
        return True
    return bool(_FORUM_HOST.match(parts.hostname or "") or _FORUM_PATH.search(parts.path))


def _is_front(sources: Sources, text: str, headline: str, links: list[int], dated_by: str | None) -> bool:
    """Whether the page lists others: it says so, or its words are those of links rather than prose.

    A page with a headline as long as a sentence and its prose in one place is a story, however many links are around.
    """
    described = any(is_article(node) and node.get("headline") for node in sources.nodes)
    if described or sources.first("article:published_time"):
        return False
    parts = urlsplit(sources.url)
    if not parts.path.strip("/") and not parts.query and not sources.article:
        return True
    kinds = {kind for node in sources.nodes for kind in types(node)}
    if kinds & _FRONT_TYPES and not sources.article.get("articleBody") and len(links) >= 5:
        return True
    told, length = _prose(text), len(text)
    if (sources.first("og:type") or "").lower() == "article" and (dated_by or told >= _MIN_PROSE_CHARS):
        return False
    if dated_by:
        least = _DATED_PROSE * length
        return len(links) >= _MANY_LINKS and (told < least or (dated_by in _SHOWN and _together(sources.page) < least))
    if _is_sentence(headline) and told >= _MIN_STORY_CHARS and _together(sources.page) >= _UNDATED_PROSE * length:
        return False
    return told < _MIN_PROSE_CHARS or told < _UNDATED_PROSE * length or told < _CHARS_A_LINK_WORD * sum(links)


def _is_sentence(headline: str) -> bool:
    """Whether a headline has the words of a sentence; names of sections and goods are shorter."""
    return headline.count(" ") + 1 >= _HEADLINE_WORDS or sum(c > _SPACELESS for c in headline) >= 2 * _HEADLINE_WORDS


def _together(page: PageTree) -> int:
    """How many characters of prose stand in one element, its own paragraphs side by side."""
    totals: Counter[int] = Counter()
    for element in page.of("p", "div", "td", "font", "center"):
        if element.tag != "p" and len((element.text or "").strip()) < _SENTENCE_CHARS:
            continue
        text = page.text(element)
        linked = sum(len(page.text(each)) for each in page.within(element, "a"))
        if len(text) >= _SENTENCE_CHARS and 2 * linked < len(text) and not page.stands_in(element, CHROME):
            totals[page.parent[page.place[element]]] += len(text)
    return max(totals.values(), default=0)


def _prose(text: str) -> int:
    """How many characters of the text stand in full sentences."""
    return sum(len(block) for block in text.split("\n\n") if len(block) >= _SENTENCE_CHARS and _ENDED.search(block))


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
