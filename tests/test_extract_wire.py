"""Datelines in six languages, and credits at a story's end."""

from __future__ import annotations

import pytest

from tasks.extract.wire import agency_in, read_dateline

DATELINES = [
    ("MOSCOW (AP) — Russian forces", "MOSCOW", "AP"),
    ("PARIS, 3 mai (AFP) - Le gouvernement", "PARIS", "AFP"),
    ("(Reuters) - Shares fell", None, "Reuters"),
    ("BERLIN (dpa) - Die Regierung", "BERLIN", "dpa"),
    ("WASHINGTON (Reuters) - The U.S.", "WASHINGTON", "Reuters"),
    ("NEW YORK, Feb 1 (Reuters) - Stocks", "NEW YORK", "Reuters"),
    ("LONDON, March 3, 2023 (AFP) – Britain", "LONDON", "AFP"),
    ("WEST PALM BEACH, Fla. (AP) — Emergency", "WEST PALM BEACH, Fla", "AP"),
    ("ST. LOUIS, MO (KTVI) – A man", "ST. LOUIS, MO", "KTVI"),
    ("WASHINGTON — The Senate", "WASHINGTON", None),
    ("JERUSALEM: Israel said", "JERUSALEM", None),
    ("DUBAI (WXYZ) -- Oil prices", "DUBAI", "WXYZ"),
    ("HONOLULU, Dec. 23 (UPI) — Researchers", "HONOLULU", "UPI"),
    ("Berlin (dpa/tmn) - Wer im Winter", "Berlin", "dpa"),
    ("Frankfurt/Main (dpa) - Der Dax", "Frankfurt/Main", "dpa"),
    ("Wien (APA) – Der Nationalrat", "Wien", "APA"),
    ("Montpellier (SID) – Tennis-Olympiasieger", "Montpellier", "SID"),
    ("Köln (KNA) Der Vatikan hat", "Köln", "KNA"),
    ("Frankfurt am Main (epd). Die Kirche", "Frankfurt am Main", "epd"),
    ("MÜNCHEN – Der Stadtrat", "MÜNCHEN", None),
    ("Zürich (awp) - Die UBS", "Zürich", "awp"),
    ("Paris (AFP) - Le président", "Paris", "AFP"),
    ("LYON, 12 février (Reuters) - La police", "LYON", "Reuters"),
    ("BRUXELLES (Belga) - Le roi", "BRUXELLES", "Belga"),
    ("GENÈVE (ats) - Le Conseil", "GENÈVE", "sda"),
    ("MARSEILLE — Le procès", "MARSEILLE", None),
    ("Saint-Denis (AFP) – Les Bleus", "Saint-Denis", "AFP"),
    ("Madrid, 4 may (EFE).- El Gobierno", "Madrid", "EFE"),
    ("MADRID, 3 (EUROPA PRESS) El presidente", "MADRID", "Europa Press"),
    ("Buenos Aires, 12 de marzo (Télam) - El dólar", "Buenos Aires", "Télam"),
    ("CIUDAD DE MÉXICO (AP) — La presidenta", "CIUDAD DE MÉXICO", "AP"),
    ("BOGOTÁ (Reuters) - El gobierno", "BOGOTÁ", "Reuters"),
    ("LA HABANA, 5 abr (Xinhua) -- Cuba", "LA HABANA", "Xinhua"),
    ("ROMA (ANSA) - Il governo", "ROMA", "ANSA"),
    ("(ANSA) - ROMA, 12 MAR - Il premier", "ROMA", "ANSA"),
    ("Milano, 3 mag. (Adnkronos) - La Borsa", "Milano", "Adnkronos"),
    ("ROMA (Reuters) - Italia", "ROMA", "Reuters"),
    ("NAPOLI – Il sindaco", "NAPOLI", None),
    ("Roma, 5 apr. (LaPresse) - Il ministro", "Roma", "LaPresse"),
    ("Lisboa, 10 mar 2024 (Lusa) - O Governo", "Lisboa", "Lusa"),
    ("BRASÍLIA (Reuters) - O presidente", "BRASÍLIA", "Reuters"),
    ("SÃO PAULO, SP (FOLHAPRESS) - A polícia", "SÃO PAULO, SP", "Folhapress"),
    ("RIO DE JANEIRO (AFP) – O carnaval", "RIO DE JANEIRO", "AFP"),
    ("Porto, 2 de maio (Lusa) – A câmara", "Porto", "Lusa"),
    ("BRASÍLIA — O Senado", "BRASÍLIA", None),
]
NO_DATELINES = [
    "The European Payments Initiative (EPI) says",
    "WARNING GRAPHIC DETAIL: Brave",
    "Bernau (Barnim): Ein bisschen",
    "He said — and meant it",
    "NATO (the alliance) said",
    "Spoiler (Alarm) - x",
    "BREAKING — Fire in town",
    "IT’s around 8pm",
    "Tennis – das Finale",
]


@pytest.mark.parametrize(("text", "place", "agency"), DATELINES)
def test_dateline(text: str, place: str | None, agency: str | None) -> None:
    found = read_dateline(text)
    assert (found.dateline, found.agency) == (place, agency)


def test_enough_datelines() -> None:
    assert len(DATELINES) >= 40


@pytest.mark.parametrize("text", NO_DATELINES)
def test_what_is_no_dateline(text: str) -> None:
    found = read_dateline(text)
    assert (found.dateline, found.agency) == (None, None)


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        ("© 2024 AFP", "AFP"),
        ("(©AFP)", "AFP"),
        ("Copyright 2024 The Associated Press. All rights reserved. This material may not be published.", "AP"),
        ("(dpa)", "dpa"),
        ("dpa/lnw", "dpa"),
        ("© dpa-infocom, dpa:240501-99-876543/2", "dpa"),
        ("Mit Material von dpa", "dpa"),
        ("Quelle: AFP", "AFP"),
        ("avec AFP", "AFP"),
        ("Con información de EFE", "EFE"),
        ("Com informações da Reuters", "Reuters"),
        ("Source: Reuters", "Reuters"),
        ("He works for Reuters", None),
        ("", None),
    ],
)
def test_credit_at_the_end(text: str, agency: str | None) -> None:
    assert agency_in([text]) == agency
