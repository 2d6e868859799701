"""Addresses that outlets give one page besides its own: for print, phones, AMP, all on one page. Pure.

Such an address says only that two pages may be one; their texts decide (tasks.decide.identity).
"""

from __future__ import annotations

import re

import ada_url

from tasks.base.urls import InvalidUrl, article_id, identity

_WORD = (
    r"print(?:able|erfriendly|view|version|mode)?|druck(?:en|version|ansicht)?|imprimer|imprimir|stampa|amp|mobile?|"
    r"touch|full|all|single(?:page)?|onepage|komplett(?:ansicht)?|noamp|output(?:type)?|view(?:all|mode)?|showall|page"
)
_SEGMENT = re.compile(rf"(?:{_WORD})(?:\.s?html?|\.php|\.aspx?)?", re.IGNORECASE)
_PARAMETER = re.compile(rf"(?:is|do|for|_)?(?:{_WORD})(?:=[^&]*)?", re.IGNORECASE)
_ENDING = re.compile(r"(?:[-_.](?:print|druck|amp|mobile?))(?=\.s?html?$|$)", re.IGNORECASE)
_HOSTS = ("m", "mobile", "mobil", "amp", "print", "touch", "wap")


def is_twin_form(url: str) -> bool:
    """Whether an address looks like another form of some page: /print, ?print=1, m.paper.example, -amp.html."""
    return bool(_plain(url) - {identity(url)})


def related(url: str) -> frozenset[str]:
    """article_ids of the addresses that this one may be another form of; its own is not among them.

    Raises:
        InvalidUrl: it is no address.
    """
    return frozenset(article_id(each) for each in _plain(url) | {_without_query(url)}) - {article_id(url)}


def _plain(url: str) -> set[str]:
    """The identity of the address without the marks of a twin; that of the address itself where it has none."""
    parsed = ada_url.URL(identity(url))
    label, _, rest = parsed.hostname.partition(".")
    host = rest if label in _HOSTS and "." in rest else parsed.hostname
    path = "/".join(part for part in parsed.pathname.split("/") if not _SEGMENT.fullmatch(part))
    query = "&".join(p for p in parsed.search.removeprefix("?").split("&") if p and not _PARAMETER.fullmatch(p))
    port = f":{parsed.port}" if parsed.port else ""
    try:
        return {identity(f"https://{host}{port}{_ENDING.sub('', path) or '/'}{'?' + query if query else ''}")}
    except InvalidUrl:
        return {identity(url)}


def _without_query(url: str) -> str:
    return identity(url).partition("?")[0]
