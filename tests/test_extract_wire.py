"""Datelines in six languages, and credits at a story's end."""

from __future__ import annotations

import pytest

from tasks.extract.fields.wire import agency_in, is_spoken, read_dateline

DATELINES = [
    ("MOSCOW (AP) — Russian forces", "MOSCOW", "AP"),
    ("PARIS, 3 mai (AFP) - Le gouvernement", "PARIS", "AFP"),
    ("(Reuters) - Shares fell", None, "Reuters"),
    ("BERLIN (dpa) - Die Regierung", "BERLIN", "dpa"),
    ("WASHINGTON (Reuters) - The U.S.", "WASHINGTON", "Reuters"),
    ("NEW YORK, Feb 1 (Reuters) - Stocks", "NEW YORK", "Reuters"),
    ("LONDON, March 3, 2023 (AFP) – Britain", "LONDON", "AFP"),
    ("WEST PALM BEACH, Fla. (AP) — Emergency", "WEST PALM BEACH, Fla.", "AP"),
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
    ("BERLIN (npa) - Die Länder", "BERLIN", None),
    ("HAMBURG (jm/kul) – Der Senat", "HAMBURG", None),
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
    ("TOKYO (Kyodo) -- Prime Minister", "TOKYO", "Kyodo"),
    ("SEOUL, March 5 (Yonhap) -- South Korea", "SEOUL", "Yonhap"),
    ("BEIJING, Nov. 12 (Xinhua) -- China", "BEIJING", "Xinhua"),
    ("New Delhi, Mar 3 (PTI) The Supreme Court", "New Delhi", "PTI"),
    ("New Delhi [India], March 3 (ANI): The Union", "New Delhi [India]", "ANI"),
    ("MUMBAI: The High Court", "MUMBAI", None),
    ("TORONTO - A man", "TORONTO", None),
    ("MOSCOW, May 2. /TASS/. Russian oil", "MOSCOW", "TASS"),
    ("MOSCOW. Dec 3 (Interfax) - Gas", "MOSCOW", "Interfax"),
    ("ANKARA (AA) - The ministry", "ANKARA", "Anadolu"),
    ("SYDNEY, AAP - Police", "SYDNEY", "AAP"),
    ("LONDON (PA Media) — The", "LONDON", "PA"),
    ("(UPI) -- A judge", None, "UPI"),
    ("Hamburg/Berlin (dpa) – Nach", "Hamburg/Berlin", "dpa"),
    ("Düsseldorf (dpa/lnw) - In", "Düsseldorf", "dpa"),
    ("Bern (sda) Der Bundesrat", "Bern", "sda"),
    ("BERN (Keystone-SDA) - Der", "BERN", "sda"),
    ("Frankfurt a.M. (epd). Die", "Frankfurt a.M.", "epd"),
    ("WIEN. (apa) Der", "WIEN", "APA"),
    ("HANOI, 20. Mai (Xinhua) -- Vietnam", "HANOI", "Xinhua"),
    ("Bruxelles, 4 avr 2024 (AFP) - La", "Bruxelles", "AFP"),
    ("Montréal (La Presse Canadienne) — Le", "Montréal", "CP"),
    ("Berne, 12 mars (ATS) - Le", "Berne", "sda"),
    ("(AFP) - Le ministre", None, "AFP"),
    ("PARIS (Agence France-Presse) — Le", "PARIS", "AFP"),
    ("MADRID, 12 Mar. (EUROPA PRESS) - El", "MADRID", "Europa Press"),
    ("Ciudad de México, 4 may (Notimex).- La", "Ciudad de México", "Notimex"),
    ("Washington, 5 ene (EFE) .- El", "Washington", "EFE"),
    ("CARACAS.- El gobierno", "CARACAS", None),
    ("Bogotá, 3 de mayo de 2024 (AFP) - El", "Bogotá", "AFP"),
    ("(Adnkronos) - Il presidente", None, "Adnkronos"),
    ("AGI - Il presidente", None, "AGI"),
    ("BRUXELLES (ANSA-AFP) - La", "BRUXELLES", "ANSA"),
    ("Roma, 12 mar. (askanews) - Il", "Roma", "askanews"),
    ("Lisboa, 03 mai 2024 (Lusa) – A", "Lisboa", "Lusa"),
    ("SÃO PAULO - O prefeito", "SÃO PAULO", None),
    ("Rio de Janeiro, 12 mar (EFE) – A", "Rio de Janeiro", "EFE"),
    ("Luanda, 4 Mai (Angop) - O", "Luanda", "Angop"),
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
    "COVID-19 — What we know",
    "BMW – der Konzern",
    "UPDATE 2 - Shares fall",
    "LIVE: The minister speaks",
    "SPD (rot) - Die Partei",
    "NASA — the agency — said",
    "WM 2026 – Das Finale",
    "CDU: Die Partei",
    "FC BAYERN - DORTMUND 3:1",
    "HEIDENHEIM - KÖLN 0:2",
    "EXKLUSIV - Das Papier",
    "WHAT WE KNOW: The",
    "KEY POINTS: Rates",
    "TOP STORY — Fire",
    "ZEIT ONLINE: Frau",
    "WHO: Zahlen steigen",
    "II. WELTKRIEG – Das",
    "Montag (dpa) – Der Tag",
    "AFP-Fotos: Das",
    "VIENNA SAUSAGES — a staple",
    "WASHINGTON has — again — refused",
    "Paris – das klingt nach Liebe",
    "Rom (lat. Roma) ist",
    "(CNN) is a channel",
    "(See photo) The",
    "EU-Kommission (EK) - Die",
    "I — like many — wondered",
]


@pytest.mark.parametrize(("text", "place", "agency"), DATELINES)
def test_dateline(text: str, place: str | None, agency: str | None) -> None:
    found = read_dateline(text)
    assert (found.dateline, found.agency) == (place, agency)


def test_enough_datelines() -> None:
    assert len(DATELINES) >= 40
    assert len(NO_DATELINES) >= 25


def test_speakers_of_an_interview_are_no_places() -> None:
    assert is_spoken(["MERKEL: Nein.", "Es regnete.", "MERKEL: Vielleicht."])
    assert not is_spoken(["MUMBAI: The High Court", "It rained.", "He said: no."])


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
        ("This report by The Canadian Press was first published May 3, 2024.", "CP"),
        ("With inputs from PTI", "PTI"),
        ("(With agency inputs) (ANI)", "ANI"),
        ("Reporting by John Smith; Editing by Ann Lee; Reuters", "Reuters"),
        ("(Reporting by Ann Lee; Editing by Bo Ray)", None),
        ("Riproduzione riservata © Copyright ANSA", "ANSA"),
        ("© Copyright 2024 Adnkronos", "Adnkronos"),
        ("Copyright © 2024, The Associated Press", "AP"),
        ("— The Associated Press", "AP"),
        ("Associated Press writer Ann Lee contributed to this report.", "AP"),
        ("(APA/dpa)", "APA"),
        ("Mit dpa-Material", "dpa"),
        ("©2024 dpa-infocom GmbH", "dpa"),
        ("Fonte: Lusa", "Lusa"),
        ("(Con información de Europa Press)", "Europa Press"),
        ("© KEYSTONE-SDA", "sda"),
        ("Die Nachrichtenagentur dpa berichtete zuerst.", None),
        ("He was quoted by TASS.", None),
        ("He works for Reuters", None),
        ("", None),
    ],
)
def test_credit_at_the_end(text: str, agency: str | None) -> None:
    assert agency_in([text]) == agency
