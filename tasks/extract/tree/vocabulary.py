"""What class names, ids and test ids mean: the one list of their words, and a memory of the names already read.

A name is taken apart at hyphens, underscores and humps ("relatedLinks" is "related links"). Words count alone and
joined with their neighbours ("read-more", "read_more" and "readMore" are "readmore"), singular or plural. Names of
state ("has-related", "no-comments") mean nothing. Reading a word costs a lookup; a name or label met before costs one.
"""

from __future__ import annotations

import re
from functools import lru_cache

BOX = 1 << 0  # stands around a story: newsletter, share bar, comments, caption …
CAPTION = 1 << 1  # a picture's words
CREDIT = 1 << 2  # whom a picture is by
SPONSORED = 1 << 3
RELATED = 1 << 4  # other stories
NAVIGATION = 1 << 5
STANDFIRST = 1 << 6  # the introduction under the headline
FOREIGN = 1 << 7  # of the outlet, an author, a picture, a product: not of the story itself
DATED = 1 << 8
MODIFIED = 1 << 9
PUBLISHED = 1 << 10
BYLINE = 1 << 11
LOGO = 1 << 12  # the outlet's own heading
KICKER = 1 << 13  # the line over a headline
HIDDEN = 1 << 14  # for machines and screen readers
DECORATION = 1 << 15  # icons, avatars, logos
COMMENTS = 1 << 16  # readers' comments
PAYWALL = 1 << 17  # the offer to subscribe that ends a preview
EMBED = 1 << 19  # a post of a social network
SIDE = 1 << 18  # a column or corner beside the story

# Whole words and joined neighbours, singular.
_WORDS = {
    BOX: "newsletter emailsignup mailsignup signup related relatedarticle relatedcontent relatedlink relatedpost "
    "relatedstory relatedstories recommend recommended recommendation readmore readnext readalso readon alsoread "
    "seealso share sharing social socialshare authorbio authorbox authorinfo authorcard authorprofile abouttheauthor "
    "aboutauthor byline articletag taglist tagcloud tagslist comment promo inlinepromo outbrain taboola advert "
    "advertisement mostread mostpopular mostviewed trending topstory topstories morestory morestories morenews moreon "
    "morefrom morelike subscribe paywallteaser paywalloffer cookie consent breadcrumb imagecaption imagecredit "
    "photocaption photocredit caption captiontext captioncontainer mediacaption mediacredit copyright teaserlist "
    "teaserbox teasergroup teasercontainer articleteaser articlerecommendation affiliate partnerbox downloadapp "
    "apppromo followus printonly visuallyhidden sronly screenreadertext gallerycaption factcheckcta poll quiz donate "
    "donation jwplayer videoplayer videoplaylist factbox infobox faktabox readtime readingtime timestamp publishdate "
    "publisheddate datelinemeta wpcaptiontext adslot adunit adlabel adcontainer adwrapper",
    CAPTION: "caption figcaption legend bildunterschrift legende didascalia pie",
    NAVIGATION: "nav navbar navigation menu header footer breadcrumb topbar masthead social share sharing pagination "
    "skip login subscribe newsletter tag cookie consent legal",
    STANDFIRST: "standfirst lead lede leadtext intro introduction dek deck summary subtitle subheadline subhead "
    "subheading strapline vorspann anleser teasertext chapo chapeau excerpt sommario bajada entradilla subtitulo "
    "ingress manchet preamble kickertext abstract description perex sapo blurb tagline articlelead articleintro "
    "articlesummary articledescription articleteaser articlesubtitle articledek headlinesub",
    BYLINE: "byline bylinename bylinelink bylinetext author authorname authorlink authortext contributor "
    "contributorname pauthor",
    SPONSORED: "nativead paid",
    RELATED: "also promo",
    DATED: "data",
    COMMENTS: "comment commentlist commentthread usercomment disqus kommentar kommentare kommentarer "
    "commentaire comentario commento commenti reactie reacties комментарии yorumlar",
    PAYWALL: "paywall paywalloffer subscribewall regwall piano meter metered plusoffer subscriptionwall abowall",
}  # fmt: skip
# Stems that tell wherever they stand in a name.
_STEMS = {
    BOX: "mediaobjectcaption",
    CAPTION: "caption",
    CREDIT: "credit copyright byline source photographer author attribution rights agency owner quelle bildnachweis",
    SPONSORED: "sponsor taboola outbrain advert promoted partnercontent plista ligatus anzeige publicidad revcontent "
    "affiliate dianomi zergnet",
    RELATED: "related recommend teaser morefrom moreon morestor morenews morein readmore readnext readalso topstor "
    "trending popular mostread mostviewed latest inlinepromo inlinelink further suggest carousel",
    FOREIGN: "author bio site category image photo caption comment product term archive",
    SIDE: "sidebar widget",
    EMBED: "tweet instagrammedia tiktokembed fbpost blueskyembed mastodonembed threadspost telegrampost redditembed",
    DATED: "date time publish posted byline meta stamp datum fecha info submitted credit created",
    MODIFIED: "modif updat revis lastchange lastedit moddate aktualis aktualiz actualis actualiz aggiornat atualiz "
    "bijgewerkt oppdatert uppdat opdater geändert corrected",
    PUBLISHED: "publish entrydate posted",
    LOGO: "logo sitetitle sitename brand masthead visuallyhidden sronly screenreader",
    KICKER: "kicker eyebrow overline overtitle roofline topline pretitle preheadline supertitle spitzmarke dachzeile "
    "vorspann surtitre antetitulo antetítulo occhiello stikktittel vignette vignete visuallyhidden offscreen sronly "
    "screenreader",
    HIDDEN: "visuallyhidden sronly screenreader offscreen",
    DECORATION: "logo icon avatar sprite pixel spacer author emoji gravatar badge button",
}  # fmt: skip
_STATE = frozenset({"has", "no", "with", "without", "not"})
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WORD = re.compile(r"[^\W\d_]+")
_TOGETHER = 3  # words
_TERMS: dict[str, int] = {}
for _meaning, _names in _WORDS.items():
    for _name in _names.split():
        _TERMS[_name] = _TERMS.get(_name, 0) | _meaning
_KNOWN_BY = 3  # letters by which a stem is looked up
_STARTS: dict[str, list[tuple[str, int]]] = {}
for _meaning, _names in _STEMS.items():
    for _name in _names.split():
        _STARTS.setdefault(_name[:_KNOWN_BY], []).append((_name, _meaning))


@lru_cache(maxsize=1 << 14)
def meaning(label: str) -> int:
    """What a label (names apart by spaces) means: the constants above, joined by `|`."""
    found = 0
    for name in label.split():
        found |= of_name(name)
    return found


@lru_cache(maxsize=1 << 16)
def of_name(name: str) -> int:
    """What one class name or id means."""
    words = _WORD.findall(_HUMP.sub("-", name).lower())
    if not words or words[0] in _STATE:
        return 0
    found = 0
    for size in range(1, _TOGETHER + 1):
        for at in range(len(words) - size + 1):
            term = "".join(words[at : at + size])
            found |= _TERMS.get(term, 0) or (_TERMS.get(term[:-1], 0) if term[-1] == "s" else 0)
    whole = "".join(words)
    for at in range(len(whole) - _KNOWN_BY + 1):
        for stem, told in _STARTS.get(whole[at : at + _KNOWN_BY], ()):
            if whole.startswith(stem, at):
                found |= told
    return found


def names(label: str, wanted: int) -> list[str]:
    """The names in a label that mean what is wanted."""
    return [name for name in label.split() if of_name(name) & wanted]
