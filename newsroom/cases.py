"""The awkward pages, by name: who has them, what is listed besides the article, and what a run should make of them.

variants        the feed lists the article four times: plainly, with utm parameters, as AMP, without the last slash
redirected      the feed lists the article and an older address that answers 301 to it
gone            listed, and 404 from the first edition on
gone_later      an article in edition 1, 404 in edition 2, still listed
slow            answers after 0.3 s
cut_gzip        a gzip body without its end, and a Content-Length that agrees with what is sent
members         listed, and disallowed by robots.txt
paywall         two short paragraphs and isAccessibleForFree = false
hostile_title   markup, a spreadsheet formula and terminal escapes in the headline
bot_wall        "Checking your browser", with status 200
lying_charset   windows-1252 bytes labelled iso-8859-1, and a NUL in the text
far_future      every date that the feed and the page give is in 2099
consent_wall    the same consent text at every address, with status 200
"""

from __future__ import annotations

from types import MappingProxyType

SLOW_S = 0.3

# Cases of stories that are told elsewhere; (outlet, slug).
ASSIGNED = MappingProxyType(
    {
        ("harbor-ledger", "swim-lessons-every-fourth-grader"): "variants",
        ("kvrn", "bear-in-the-bakery"): "redirected",
        ("kvrn", "jail-levy-recount"): "slow",
        ("meridian-post", "parking-app-fines"): "gone_later",  # young enough to be looked at again within six hours
    }
)
GONE = MappingProxyType(
    {"harbor-ledger": (("lantern-parade-photo-gallery", "Photos: The lantern parade on Capstan Street"),)}
)
CONSENT = (
    ("the-names-behind-the-breakwater", "The names behind the breakwater"),
    ("what-the-minister-wrote-on-the-order-paper", "What the minister wrote on the order paper"),
    ("a-dinner-for-eleven", "A dinner for eleven"),
)

# Outcomes in edition 1 and 2; None: not looked at again unless it is due. What is not named: loaded, then unchanged.
OUTCOMES: MappingProxyType[str, tuple[str, str | None]] = MappingProxyType(
    {
        "gone": ("failed", None),
        "gone_later": ("loaded", "failed"),
        "cut_gzip": ("failed", None),
        "members": ("skipped", "skipped"),
        "bot_wall": ("rejected", None),
        "consent_wall": ("rejected", None),
        "variant": ("duplicate", "duplicate"),
    }
)
