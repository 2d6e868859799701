"""The suite of staged articles: what each row must be (critical: the row is rejected) and ought to be (a flag).

Some rules are about a fact that no built-in says well; expectations.facts works it out as a column of its own, and the
expectation says which values are right.
"""

from __future__ import annotations

from expectations.facts import COLUMNS
from expectations.rules import BETWEEN, LENGTH, MATCH, NULL, ONE_OF, PRESENT, UNIQUE, always, critical, warning

SUITE = "articles"
KINDS = ("article", "opinion", "live_blog", "media", "paywall_teaser")
_KNOWN_KINDS = [*KINDS, "section_front", "consent_wall", "bot_wall", "error_page"]
_HTTP = r"^https?://[^\s/]+"
_NO = {"value_set": [False]}

_IDENTITY = (
    critical("article_id_present", PRESENT, "A row without identity can neither be found nor revised.",
             column="article_id"),
    critical("article_id_unique", UNIQUE, "Two rows of one article in a batch would count it twice.",
             column="article_id", shows="url"),
    critical("source_present", PRESENT, "An article of no source is missing from every comparison of outlets.",
             column="source", shows="url"),
    critical("capture_id_present", PRESENT, "A row that does not name its capture cannot be traced or replayed.",
             column="capture_id", shows="url"),
    critical("url_is_http", MATCH, "A row that cannot be traced to a page is worth nothing.",
             column="url", regex=_HTTP),
    critical("canonical_url_is_http", MATCH, "The identity of an article is made from its canonical address.",
             column="canonical_url", regex=_HTTP),
    critical("domain_present", PRESENT, "Without its site an article cannot be told from a copy at another one.",
             column="domain", shows="url"),
    critical("content_hash_is_sha256", MATCH, "Revisions are told by this hash; a broken one makes each look a change.",
             column="content_hash", regex=r"^[0-9a-f]{64}$"),
    critical("version_counts_from_one", BETWEEN, "Versions that do not count from one cannot be put in order.",
             column="version", min_value=1),
    critical("types_are_right", NULL, "A number where a text should be is our mistake, and compares with nothing.",
             column="wrong_type"),
    warning("content_hash_unique", UNIQUE,
            "The same headline and text at several URLs: a wall, or an article whose canonical link is missing.",
            column="content_hash", shows="url"),
    warning("url_short", BETWEEN, "Addresses of over 2,000 characters carry somebody's session, not an article's name.",
            column="url_length", max_value=2000),
)  # fmt: skip

_KIND = (
    critical("page_kind_present", PRESENT, "A page of no kind may be a wall, and would be counted as an article.",
             column="page_kind", shows="url"),
    critical("page_is_article", ONE_OF,
             "A consent wall, bot check or section front stored as an article is counted, quoted and clustered.",
             column="page_kind", value_set=list(KINDS)),
    warning("page_kind_known", ONE_OF, "A kind that the documentation does not name cannot be filtered on.",
            column="page_kind", value_set=_KNOWN_KINDS),
    critical("text_not_a_wall", ONE_OF,
             "The same short text at four addresses of one host is what stands before the stories, not a story.",
             column="is_wall", shows="same_text_elsewhere", **_NO),
    critical("text_not_a_notice", ONE_OF,
             "A text that begins with a cookie notice is the wall, not the story behind it.",
             column="begins_with_notice", shows="text", **_NO),
    warning("text_unique_on_host", BETWEEN, "The same body at another address of the host is counted twice.",
            column="same_text_elsewhere", max_value=0),
)  # fmt: skip

_HEADLINE = (
    critical("headline_present", PRESENT, "An article without a headline cannot be listed or compared.",
             column="headline", shows="url"),
    warning("headline_length", LENGTH,
            "A headline of a few letters or of a paragraph is usually something else on the page.",
            column="headline", min_value=8, max_value=300),
    critical("headline_not_outlet", ONE_OF,
             "The outlet's name as headline means that the page has no story, or that it was misread.",
             column="headline_is_outlet", shows="headline", **_NO),
    warning("headline_plain", ONE_OF,
            "Markup or control characters in a headline are a mistake of the outlet, or an attack.",
            column="headline_has_markup", shows="headline", **_NO),
)  # fmt: skip

_TEXT = (
    critical("text_present", LENGTH, "A row without text looks like an article and says nothing.",
             column="text", min_value=1, shows="page_kind"),
    critical("text_long_enough", BETWEEN,
             "Under twenty words there is no story: a caption, a teaser or a failed extraction.",
             column="word_count", min_value=20, shows="text"),
    warning("text_not_short", ONE_OF, "Under sixty words it may be a teaser; word counts over time would drop.",
            column="is_short", shows="word_count", **_NO),
    warning("text_not_huge", BETWEEN, "A body of over 200,000 characters is an archive or a whole site, not a story.",
            column="text_length", max_value=200_000),
    warning("text_not_repeating", BETWEEN, "A body that says its blocks twice doubles word counts and quotations.",
            column="repeated_share", max_value=0.34),
    warning("text_encoding_whole", BETWEEN, "Wrongly decoded text (\u00c3\u00bc for \u00fc) is found by no search.",
            column="damaged_share", max_value=0.002),
    warning("text_is_prose", BETWEEN, "A body with hardly a sentence is a menu, a table of results, a list of links.",
            column="prose_share", min_value=0.3),
)  # fmt: skip

_FIELDS = (
    warning("date_present", PRESENT, "An undated article falls out of every time series.",
            column="date_published", shows="url"),
    warning("date_not_in_future", ONE_OF, "A date more than a day ahead is a mistake of the page or of its reading.",
            column="date_in_future", shows="date_published", **_NO),
    warning("date_not_before_web", ONE_OF, "A date from before there was a web is a default value: 1970, year 1.",
            column="date_before_web", shows="date_published", **_NO),
    warning("modified_not_before_published", ONE_OF,
            "Changed before it was published: one of the two dates is something else.",
            column="modified_before_published", shows="date_modified", **_NO),
    warning("authors_present", BETWEEN,
            "Bylines are how syndication and beats are told apart; many go missing after a redesign.",
            column="author_count", min_value=1, shows="url"),
    warning("authors_are_names", NULL,
            "An address, a telephone number or a paragraph as author makes a person who does not exist.",
            column="odd_author"),
    warning("language_present", PRESENT, "Without its language an article is missing from comparisons by language.",
            column="language", shows="url"),
    warning("language_code", MATCH, "Anything but an ISO 639 code splits a language into several groups.",
            column="language", regex=r"^[a-z]{2,3}$"),
    warning("image_url_is_http", MATCH, "An image that has no address of the web cannot be shown or compared.",
            column="image_url", regex=_HTTP),
    warning("keywords_few", BETWEEN, "Over a hundred keywords are stuffing: every topic would match.",
            column="keyword_count", max_value=100),
)  # fmt: skip

RULES = (*always(COLUMNS, "articles"), *_IDENTITY, *_KIND, *_HEADLINE, *_TEXT, *_FIELDS)
