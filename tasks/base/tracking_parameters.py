"""Parameters that say how a reader came, not what is read: they are taken out of every address.

A name stands here when its vendor documents it as a click, campaign or session identifier, or when news sites use it
for nothing else. Names that also select content (`id`, `p`, `page`, `story`) never do; `ref`, `source` and the like
count only with a value that can be nothing but a channel.
"""

import re

_PREFIXES = (
    "utm_",  # Urchin / Google Analytics campaign fields
    "mtm_",  # Matomo
    "matomo_",
    "pk_",  # Piwik
    "piwik_",
    "hsa_",  # HubSpot ads
    "__hs",  # HubSpot cookies in links
    "ns_",  # comScore (BBC and others: ns_mchannel, ns_source, ns_campaign)
    "at_",  # AT Internet / Piano (BBC: at_medium, at_campaign)
    "oly_",  # Olytics
    "vero_",
    "trk_",
    "sc_",  # Adobe SiteCatalyst campaign codes (sc_channel, sc_campaign …)
    "wt_",  # Webtrekk / Mapp, Webtrends
    "wt.",
    "stm_",
    "fb_",  # Facebook action ids (fb_action_ids, fb_source, fb_ref)
)

_NAMES = frozenset(
    [
        "fbclid",
        "gclid",
        "gclsrc",
        "dclid",
        "gbraid",
        "wbraid",
        "gad_source",
        "gad_campaignid",
        "srsltid",
        "gs_lcrp",
        "msclkid",
        "twclid",
        "ttclid",
        "li_fat_id",
        "igshid",
        "igsh",
        "epik",
        "yclid",
        "ysclid",
        "ymclid",
        "_openstat",
        "rdt_cid",
        "sccid",
        "scid",
        "mc_cid",
        "mc_eid",
        "mkt_tok",
        "mkwid",
        "pcrid",
        "_hsenc",
        "_hsmi",
        "hsctatracking",
        "ck_subscriber_id",
        "bsft_clkid",
        "bsft_uid",
        "_ga",
        "_gl",
        "_gac",
        "ga_source",
        "ga_medium",
        "ga_term",
        "ga_content",
        "ga_campaign",
        "ga_place",
        "icid",
        "ncid",
        "cid_source",
        "cmp",
        "cmpid",
        "cmp_id",
        "cmpgn",
        "campaign_id",
        "s_cid",
        "s_kwcid",
        "wt_mc",
        "xtor",
        "xtref",
        "xtcr",
        "ito",
        "ocid",
        "smid",
        "smtyp",
        "smprod",
        "tpcc",
        "taid",
        "ftag",
        "ftcamp",
        "cxrecs_s",
        "mod_source",
        "__twitter_impression",
        "__tn__",
        "guccounter",
        "guce_referrer",
        "guce_referrer_sig",
        "traffic_source",
        "ref_src",
        "ref_url",
        "_branch_match_id",
        "_branch_referrer",
        "dicbo",
        "spm_id",
        "spjobid",
        "spmailingid",
        "spuserid",
        "spreportid",
        "recip_id",
        "email_subject",
        "emci",
        "emdi",
        "ceid",
        "soc_src",
        "soc_trk",
        "partner_rss",
        "sh_kit",
        "share_id",
        "sharetype",
        "__cf_chl_tk",
    ]
)

# A session identifies a reader, never a page.
_SESSIONS = frozenset(
    ["phpsessid", "jsessionid", "aspsessionid", "sessionid", "session_id", "sid_session", "cftoken", "cfid", "zenid"]
)
_PATH_SESSION = re.compile(r";(?:jsessionid|phpsessid)=[^/;?]*|/\((?:[SAF]\([a-z0-9]{20,}\))+\)", re.IGNORECASE)

_CHANNEL_NAMES = frozenset(
    ["ref", "source", "src", "from", "partner", "via", "origin", "referrer", "referer", "feed", "rss"]
)
_CHANNELS = frozenset(
    [
        "rss",
        "rss2",
        "rssfeed",
        "feed",
        "feeds",
        "atom",
        "1",
        "true",
        "twitter",
        "x",
        "t.co",
        "facebook",
        "fb",
        "instagram",
        "linkedin",
        "whatsapp",
        "telegram",
        "reddit",
        "email",
        "mail",
        "newsletter",
        "share",
        "social",
        "googlenews",
        "google-news",
        "google_news",
        "news-feed",
        "homepage",
        "hp",
        "home",
        "push",
        "appshare",
    ]
)


def is_tracking(piece: str) -> bool:
    """Whether one `name=value` piece of a query is there for tracking or sessions; names count in any case."""
    name, _, value = piece.partition("=")
    name = name.lower()
    if name in _CHANNEL_NAMES:
        return value.lower() in _CHANNELS
    return name in _NAMES or name in _SESSIONS or name.startswith(_PREFIXES)


def without_session(path: str) -> str:
    """The path without `;jsessionid=…` (Servlet specification 7.1.3) and ASP.NET's `/(S(…))` cookieless sessions."""
    before = ""
    while path != before:
        before, path = path, _PATH_SESSION.sub("", path)
    return path
