"""People, organizations and places in invented stories; a spaCy model in place of the rules."""

from __future__ import annotations

import pickle
import sys
from types import ModuleType, SimpleNamespace

import pytest

from tasks.understand.errors import ModelMissing
from tasks.understand.mentions import find_mentions
from tasks.understand.models import mentions_with_spacy
from tasks.understand.understand import understand
from warehouse.records import Mention

STORY = """VELDEN, Ohio — Mayor Ann Hale met French President Luc Moreau in Paris on Monday.

The National Water Agency (NWA) had asked the University of Wexcombe and Norvant Systems Inc. for help.
Mr Dunne, who works for the NWA, was late. “Hale never sleeps,” said Bo Ray, 44, a baker in Lower Pell.
Moreau flew on to Berlin.

The Lesotho Constitution is older than Hale. A constitution can wait. He likes Reading, and reading."""

EXPECTED = [
    ("place", "VELDEN", "VELDEN"),
    ("place", "Ohio", "Ohio"),
    ("person", "Ann Hale", "Ann Hale"),
    ("person", "Luc Moreau", "Luc Moreau"),
    ("place", "Paris", "Paris"),
    ("organization", "National Water Agency", "National Water Agency"),
    ("organization", "National Water Agency", "NWA"),
    ("organization", "University of Wexcombe", "University of Wexcombe"),
    ("organization", "Norvant Systems Inc.", "Norvant Systems Inc."),
    ("person", "Dunne", "Dunne"),
    ("organization", "National Water Agency", "NWA"),
    ("person", "Ann Hale", "Hale"),
    ("person", "Bo Ray", "Bo Ray"),
    ("place", "Lower Pell", "Lower Pell"),
    ("person", "Luc Moreau", "Moreau"),
    ("place", "Berlin", "Berlin"),
    ("person", "Ann Hale", "Hale"),
]


def listed(text: str, mentions: tuple[Mention, ...]) -> list[tuple[str, str, str]]:
    return [(m.kind, m.name, text[m.char_start : m.char_end]) for m in mentions]


def test_story() -> None:
    assert listed(STORY, find_mentions(STORY, "en")) == EXPECTED


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("WELLINGTON, New Zealand (NPA) — Rates stay.", [("place", "WELLINGTON"), ("place", "New Zealand")]),
        ("The U.S. and South Korea agreed.", [("place", "U.S."), ("place", "South Korea")]),
        ("Georgia Pratt said so. Pratt lives in Georgia.",
         [("person", "Georgia Pratt"), ("person", "Georgia Pratt"), ("place", "Georgia")]),
        ("Jo Reed and her brother Al Reed came. Reed left.", [("person", "Reed")]),
        ("Chief Justice Mary Orr ruled.", [("person", "Mary Orr")]),
        ("Attorney General Ed Day and Dr. Mary Orr", [("person", "Ed Day"), ("person", "Mary Orr")]),
        ("He drove along Mill Street to Duval County.", [("place", "Mill Street"), ("place", "Duval County")]),
        ("The Velden Police Department and the Ministry of Defence",
         [("organization", "Velden Police Department"), ("organization", "Ministry of Defence")]),
        ("Breaking News Today And More Stories", []),
        ("On Monday the Senate met.", []),
    ],
)  # fmt: skip
def test_cases(text: str, expected: list[tuple[str, str]]) -> None:
    mentions = find_mentions(text)
    found = [(m.kind, m.name) for m in mentions]
    assert [row for row in found if row in expected] == expected
    if not expected:
        assert found == []
    for mention in mentions:  # each stands where its offsets say, in full or by its last word
        said = text[mention.char_start : mention.char_end]
        assert said, mention
        assert mention.name.endswith(said), mention
    starts = [m.char_start for m in mentions]
    assert starts == sorted(set(starts))


def test_languages_that_capitalise_nouns_yield_nothing() -> None:
    assert find_mentions("Der Rat der Stadt Velden in Ohio", "de") == ()


def test_a_speaker_is_a_person() -> None:
    text = "“It rains,” said Kofi Anane."
    assert listed(text, understand(text).mentions) == [("person", "Kofi Anane", "Kofi Anane")]


@pytest.fixture
def spacy(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    def load(name: str, exclude: list[str]) -> object:
        if name != "toy":
            raise OSError(f"[E050] Can't find model {name!r}")
        entity = SimpleNamespace(label_="GPE", text="Velden", start_char=3, end_char=9)
        number = SimpleNamespace(label_="CARDINAL", text="two", start_char=10, end_char=13)
        return lambda _: SimpleNamespace(ents=[entity, number])

    module = ModuleType("spacy")
    monkeypatch.setattr(module, "load", load, raising=False)
    monkeypatch.setitem(sys.modules, "spacy", module)
    mentions_with_spacy.cache_clear()
    return module


def test_a_spacy_model_by_name(spacy: ModuleType) -> None:
    mentions = understand("In Velden two", spacy_model="toy").mentions
    assert mentions == (Mention(kind="place", name="Velden", entity="Velden", char_start=3, char_end=9),)


def test_a_model_that_is_not_installed(spacy: ModuleType) -> None:
    with pytest.raises(ModelMissing, match=r"'nope'.*no such model.*spacy download nope"):
        understand("In Velden", spacy_model="nope")


def test_without_spacy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "spacy", None)
    mentions_with_spacy.cache_clear()
    with pytest.raises(ModelMissing, match="spaCy is not installed") as caught:
        mentions_with_spacy("en_core_web_sm")
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)  # noqa: S301 — our own bytes


@pytest.mark.parametrize(
    ("language", "text", "speakers"),
    [
        (
            "de",
            "„Das Geld ist da“, sagte Finanzminister Karl Ode. „Wir zahlen“, betonte Ode.",
            ["Karl Ode", "Karl Ode"],
        ),
        (
            "de",
            "„Wir waren da“, sagte Feuerwehr-Sprecherin Lena Roth. „Alle sind wohlauf“, so Roth.",
            ["Lena Roth"] * 2,
        ),
        ("de", "„Das ist falsch“, warnte Professor Anna Berg von der Universität Nordmeer.", ["Anna Berg"]),
        (
            "fr",
            "La maire Ingrid Solberg a parlé. « Nous commençons en mars », a déclaré Mme Solberg. « Personne ne perdra "
            "sa place », a-t-elle ajouté.",
            ["Ingrid Solberg"] * 2,
        ),
        ("fr", "Le ministre des Finances Karl Ode a répondu : « L'argent est là pour tous. »", ["Karl Ode"]),
        (
            "en",
            "José García was silent. “It was not me,” Jose Garcia said. “I was at sea,” Garcia added.",
            ["José García"] * 2,
        ),
    ],
)
def test_a_speaker_is_named_without_titles_and_in_one_spelling(language: str, text: str, speakers: list[str]) -> None:
    assert [quote.speaker for quote in understand(text, language).quotes] == speakers


@pytest.mark.parametrize(
    ("language", "text", "described"),
    [
        (
            "en",
            "A senior official, speaking on condition of anonymity, said, “The deal is close now.”",
            "a senior official",
        ),
        ("de", "Ein Sprecher der Polizei sagte: „Zwei Männer wurden festgenommen.“", "ein Sprecher der Polizei"),
        ("fr", "« Ils crient toute la nuit », raconte une habitante qui souhaite rester anonyme.", "une habitante"),
    ],
)
def test_who_spoke_without_a_name_is_described(language: str, text: str, described: str) -> None:
    (quote,) = understand(text, language).quotes
    assert (quote.speaker, quote.speaker_description) == (None, described)


def test_one_person_is_one_entity() -> None:
    text = "Mayor Ingrid Solberg spoke. Solberg left. “We start,” Ms Solberg said."
    assert {mention.entity for mention in find_mentions(text)} == {"Ingrid Solberg"}
    stranger = "Mr Hale spoke first on Monday. Tom Hale, 54, then left for the harbour."
    assert {mention.entity for mention in find_mentions(stranger)} == {"Tom Hale"}
