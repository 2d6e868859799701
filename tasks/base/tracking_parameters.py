"""Parameters that say how a reader came, not what is read: they are taken out of every address.

An exact name stands here when its vendor documents it as a click, campaign or session identifier; the vendor stands
beside it. There are no prefixes and no values: `sc_itemid` chooses the page where `sc_channel` does not, `from=2` may
be the second page, and `feed=rss2` is the feed itself. A parameter that is not here stays in the address; where it does
not choose the content, the pages themselves show that they are one article (tasks.decide.identity).
"""

import re

_BY_VENDOR = {
    "Google: Analytics' campaign fields, click ids of its advertising services, cross-domain measurement": (
        "utm_source utm_medium utm_campaign utm_term utm_content utm_id utm_source_platform "
        "utm_creative_format utm_marketing_tactic gclid gclsrc dclid gbraid wbraid gad_source gad_campaignid "
        "srsltid _ga _gl _gac gs_lcrp "
    ),
    "AMP: what viewers and caches add": ("amp_js_v amp_gsa usqp aoh ampshare "),
    "Meta: click id, Open Graph actions, Instagram's shares": (
        "fbclid fb_action_ids fb_action_types fb_source fb_ref igshid igsh "
    ),
    "Microsoft Advertising's auto-tagging; ocid is the campaign at MSN and the BBC": ("msclkid ocid "),
    "X / Twitter: click id; what its embedded posts add": ("twclid __twitter_impression ref_src ref_url "),
    "TikTok, LinkedIn, Pinterest, Reddit, Snap: click ids in their pixels' documentation": (
        "ttclid li_fat_id epik rdt_cid sccid "
    ),
    "Yandex Direct and Metrica, Openstat": ("yclid ysclid ymclid _openstat "),
    "Matomo, once Piwik: its list of campaign parameters": (
        "mtm_campaign mtm_cid mtm_content mtm_group mtm_keyword mtm_kwd mtm_medium mtm_placement mtm_source "
        "matomo_campaign matomo_kwd matomo_keyword piwik_campaign piwik_kwd piwik_keyword pk_campaign pk_kwd "
        "pk_keyword pk_source pk_medium pk_content pk_cid "
    ),
    "Adobe Analytics and Advertising: s_cid, s_kwcid, ef_id; Target and Campaign": ("s_cid s_kwcid ef_id "),
    "Amazon's campaign codes: sc_channel and its like; no others of that prefix": (
        "sc_channel sc_campaign sc_publisher sc_content sc_funnel sc_medium sc_outcome sc_segment "
    ),
    "comScore: ns_mchannel and its like (BBC and others)": ("ns_mchannel ns_source ns_campaign ns_linkname ns_fee "),
    "AT Internet / Piano: campaigns; xtor, xtref and xtcr are the older form": (
        "at_medium at_campaign at_campaign_type at_platform at_variant at_network at_term at_creation "
        "at_format at_general_placement at_detail_placement at_recipient_id at_recipient_list at_emailtype "
        "at_send_date at_link_id at_link_type at_link_origin at_ptr_name at_bbc_team at_custom1 at_custom2 "
        "at_custom3 at_custom4 xtor xtref xtcr "
    ),
    "Webtrekk / Mapp and Webtrends: campaign parameters": ("wt_mc wt_zmc wt.mc_id wt.mc_ev wt.tsrc wt.nav "),
    "Mail: Mailchimp, Marketo, HubSpot, Olytics, Vero, Listrak, Klaviyo, ConvertKit, Blueshift, Marketing Cloud": (
        "mc_cid mc_eid mkt_tok _hsenc _hsmi __hstc __hssc __hsfp hsctatracking hsa_acc hsa_ad hsa_cam hsa_grp "
        "hsa_kw hsa_la hsa_mt hsa_net hsa_ol hsa_src hsa_tgt hsa_ver oly_enc_id oly_anon_id vero_conv vero_id "
        "trk_contact trk_msg trk_module trk_sid _kx ck_subscriber_id bsft_clkid bsft_uid bsft_eid bsft_mid "
        "spjobid spmailingid spuserid spreportid "
    ),
    "Branch, Outbrain, Taboola, Marin, Yahoo's consent service": (
        "_branch_match_id _branch_referrer dicbo tblci mkwid pcrid guccounter guce_referrer guce_referrer_sig "
    ),
    "Share links and feeds of New York Times, Dow Jones, CBS, CNN, Financial Times; Cloudflare's challenge": (
        "smid smtyp smprod cxrecs_s ftag ftcamp tpcc __cf_chl_tk "
    ),
}
_NAMES = frozenset(name for names in _BY_VENDOR.values() for name in names.split())

# A session identifies a reader, never a page: PHP, Servlet specification 7.1.3, ASP, ColdFusion, Zen Cart. `session_id`
# is not here: a conference numbers its sessions.
_SESSIONS = frozenset(["phpsessid", "jsessionid", "aspsessionid", "cftoken", "cfid", "zenid"])
_PATH_SESSION = re.compile(r";(?:jsessionid|phpsessid)=[^/;?]*|/\((?:[SAF]\([a-z0-9]{20,}\))+\)", re.IGNORECASE)


def is_tracking(piece: str) -> bool:
    """Whether one `name=value` piece of a query is there for tracking or sessions; names count in any case."""
    name = piece.partition("=")[0].lower()
    return name in _NAMES or name in _SESSIONS


def without_session(path: str) -> str:
    """The path without `;jsessionid=…` (Servlet specification 7.1.3) and ASP.NET's `/(S(…))` cookieless sessions."""
    before = ""
    while path != before:
        before, path = path, _PATH_SESSION.sub("", path)
    return path
