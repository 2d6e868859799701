"""News agencies by the names they go by, and the short form that `agency` holds."""

from __future__ import annotations

import re

from tasks.base.strings import key

# Short form: other names. Compared as letters (`strings.key` without spaces).
_AGENCIES = {
    "AP": "associated press|the associated press|ap news",
    "AFP": "agence france presse|agence france-presse|france presse|afp news",
    "Reuters": "thomson reuters|reuters news agency|reuters health",
    "dpa": "deutsche presse agentur|deutsche presse-agentur|dpa infocom|dpa tmn|dpa afx|lno dpa",
    "APA": "austria presse agentur|austria presseagentur",
    "sda": "keystone sda|schweizerische depeschenagentur|keystone-sda|ats",
    "SID": "sport informations dienst|sport-informations-dienst",
    "KNA": "katholische nachrichten agentur|katholische nachrichten-agentur",
    "epd": "evangelischer pressedienst",
    "EFE": "agencia efe|efe verde",
    "Europa Press": "europapress|agencia europa press",
    "ANSA": "agenzia ansa|ansa.it",
    "Adnkronos": "adnkronos",
    "LaPresse": "la presse agenzia",
    "AGI": "agenzia giornalistica italia",
    "Lusa": "agência lusa|agencia lusa|lusa news",
    "Agência Brasil": "agencia brasil",
    "Estadão Conteúdo": "estadao conteudo",
    "PA": "press association|pa media|pa news",
    "UPI": "united press international",
    "CP": "canadian press|the canadian press|la presse canadienne|presse canadienne",
    "AAP": "australian associated press",
    "PTI": "press trust of india",
    "ANI": "asian news international",
    "IANS": "indo asian news service|indo-asian news service",
    "Xinhua": "xinhua news agency",
    "TASS": "itar tass|itar-tass",
    "Interfax": "interfax ukraine",
    "Ukrinform": "",
    "Anadolu": "anadolu agency|anadolu ajansı|aa|aa news",
    "Kyodo": "kyodo news",
    "Jiji": "jiji press",
    "Yonhap": "yonhap news agency|yonhap news",
    "Bloomberg": "bloomberg news",
    "Belga": "agence belga",
    "ANP": "algemeen nederlands persbureau",
    "TT": "tidningarnas telegrambyrå",
    "NTB": "norsk telegrambyrå",
    "Ritzau": "ritzaus bureau",
    "STT": "",
    "PAP": "polska agencja prasowa",
    "CNW": "cnw group",
    "CNN": "cnn newsource|cnn wire",
    "SANews": "sanews.gov.za",
    "NAN": "news agency of nigeria",
    "WAM": "emirates news agency",
    "Folhapress": "",
    "Télam": "agencia telam",
    "Notimex": "",
    "AsiaNews": "",
    "askanews": "",
    "Angop": "agência angola press",
    "APS": "algérie presse service",
    "MAP": "maghreb arabe presse",
    "awp": "awp finanznachrichten",
    "dts": "dts nachrichtenagentur",
    "RIA": "ria novosti",
    "Bernama": "",
    "Antara": "",
    "VNA": "vietnam news agency",
    "SPA": "saudi press agency",
    "ČTK": "ctk",
    "TASR": "",
    "MTI": "",
    "Agerpres": "",
    "Hina": "",
    "BTA": "",
}


def _compact(name: str) -> str:
    return key(name).replace(" ", "")


# Outlets that also sell their news: an agency in a byline's brackets, not when they stand as an author.
_ALSO_OUTLETS = {"CNN", "Bloomberg"}
_BY_NAME = {
    _compact(name): short for short, names in _AGENCIES.items() for name in (short, *filter(None, names.split("|")))
}
_KIND = re.compile(r"\s+(?:nachrichtenagentur|news agency|presseagentur|agency|agencia|agence|agenzia)$", re.IGNORECASE)
_JOINED = re.compile(r"\s*(?:/|,|\+|&| und | and | et | y )\s*")


def agency_of(text: str, *, outlets: bool = False) -> str | None:
    """The agency a text names, alone or first of several ("dpa/lnw", "AFP, AP"); None when it is none of the known.

    Args:
        outlets: count also the agencies that are outlets first (CNN, Bloomberg).
    """
    for part in (text, *_JOINED.split(text)):
        short = _BY_NAME.get(_compact(_KIND.sub("", part).strip(" ()[]-–—.")))
        if short and (outlets or short not in _ALSO_OUTLETS):
            return short
    return None
