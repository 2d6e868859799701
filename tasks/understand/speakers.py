"""Who the words before or behind a quotation make its speaker: the subject of the verb of speech."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tasks.understand.names import is_organisation
from tasks.understand.people import People
from tasks.understand.verbs import TEXT_NOUN

_PRONOUNS = "he|she|they|who|it|i|we|er|sie|il|elle|él|ella|lui|lei|ele|ela"
_AFTER_PRONOUN = "in|on|at|to|during|after|as|of|before|from|with|when|while|about|last|this|later"
_PRONOUN = re.compile(
    rf"(?:^|[\s,-])({_PRONOUNS})(?:[’'](?:s|d|ll))?"
    r"((?: (?:\w+ly|also|later|then|once|often|has|had|have|is|was|would|will))*)$",
    re.IGNORECASE,
)
_PART = re.compile(r"[^,;—–()]+")
_CUT = re.compile(r" (?:of|from|for|at|with|in|on|who|which|that|by|outside|near|to|during|after|before) ")
_LEAD = re.compile(r"^\s*(?:(?:and|but|while|as|when|whereas|because|yet|und|et|y|e|mais|aber)\s+)*", re.IGNORECASE)
_ASIDE = re.compile(
    r"(?:in|on|at|by|for|from|after|before|during|since|with|without|despite|under|over|asked|speaking|writing|opening|"
    r"earlier|"
    r"meanwhile|later|who|which|whose|when|while|where|according|last|this|\w+ing|a|an)\b",
    re.IGNORECASE,
)
_SOME = re.compile(r"\s*(?:an?|one|another|some|many|several|two|three)\b", re.IGNORECASE)
# "The Biden release", "a Sussex Police spokesman": the name is not who speaks.
_OWNED = re.compile(
    r" (?:[a-z]+ ){0,2}(?:campaign|release|administration|government|spokes\w+|source|aide|lawyer|attorney|office|"
    r"company|actor|actress|star|singer|host|"
    r"family|team|official|strategist|mother|father|sister|brother|wife|husband|son|daughter|friend|statement|"
    r"letter|account|advis[eo]r|"
    r"representative|caption|fan|supporter|voter|leader|resident|researcher|report|study|survey|poll|bill|law|"
    r"police)s?\b"
)
_WHEN = re.compile(
    r"\s(?:on|in|at|during|after|before|when|while|as|who|which|that|to|late|early|last|this|earlier|later|then|also|had|has|qui|que|quien|mit|"
    r"have|am|nach|in|au|en|el|il|alle)\b"
)
_INDEFINITE = re.compile(
    r"(?:an?|one|another|the|two|three|four|several|some|many|ein|eine|einer|der|die|das|un|une|una|uno|le|la|les|el|los|las|"
    r"il|lo|gli|um|uma|o|os|as)\s\w|l[’']\w",
    re.IGNORECASE,
)
_BESIDE = re.compile(r"(?:\w+ing|asked|who|which|qui) ", re.IGNORECASE)  # "speaking on condition of anonymity"
_DESCRIBED_WORDS = 12
_BARE_WORDS = 3  # "officials", "court documents"
_GENDER = {
    "he": "m",
    "she": "f",
    "er": "m",
    "il": "m",
    "elle": "f",
    "él": "m",
    "ella": "f",
    "lui": "m",
    "lei": "f",
    "ele": "m",
    "ela": "f",
}
# How many paragraphs back a pronoun may point.
_PARAGRAPHS_BACK = 2


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a quotation stands: what pronouns there may point to."""

    paragraph: int  # start of its paragraph
    previous: tuple[tuple[int, int], ...]  # (start, end) of the paragraphs before, nearest first


def speaker_of(people: People, text: str, start: int, end: int, stage: Stage, *, inverted: bool = False) -> str | None:
    """The person or organization that a subject, text[start:end], names; None when it names nobody or too many.

    Args:
        inverted: the subject follows its verb ("said Ana Reyes, the mayor of Pell"), so its first part counts.
    """
    start += len(_LEAD.match(text[start:end])[0])  # type: ignore[index]
    subject = text[start:end].strip().rstrip(",—– ")
    if inverted:
        pronoun = re.match(rf"({_PRONOUNS})(?=\s*(?:[,.;]|$)|\s(?:{_AFTER_PRONOUN})\b)", subject, re.IGNORECASE)
    else:
        pronoun = _PRONOUN.search(subject)
    if pronoun and not (pronoun[1].lower() == "who" and not inverted):
        return _pronoun(people, pronoun[1].lower(), start, stage)
    return _named(people, text, start, end) or people.by_role(_head(subject), start)


def described(subject: str, *, inverted: bool = False) -> str | None:
    """How a subject that names nobody describes who spoke: "a spokesman for the ministry", "officials".

    Args:
        subject: the words between the quotation and its verb, or, inverted, behind the verb.
    """
    parts = [part.strip(' .!?"“”’»') for part in _PART.findall(subject[_LEAD.match(subject).end() :])]  # type: ignore[union-attr]
    parts = [part for part in parts if part and not _BESIDE.match(part)]
    if not parts:
        return None
    said = _WHEN.split(parts[0] if inverted else parts[-1])[0].strip()
    words = said.split()
    if not words or len(words) > _DESCRIBED_WORDS or _PRONOUN.search(said) or not words[-1][0].isalpha():
        return None
    if not (_INDEFINITE.match(said) or (len(words) <= _BARE_WORDS and said[1:].islower())):
        return None
    return said[0].lower() + said[1:] if words[0].istitle() and _INDEFINITE.match(said) else said


def _head(subject: str) -> str:
    part = _PART.search(subject)
    head = _CUT.split(part[0])[0] if part else ""
    return re.sub(r"(?: (?:has|had|have|also|later|then|\w+ly))+$", "", head.strip())


def _named(people: People, text: str, start: int, end: int) -> str | None:
    behind: str | None = None  # "a spokesman for Skylark Airways": when no person is named
    for number, part in enumerate(_PART.finditer(text, start, end)):
        begin, stop = part.span()
        inside = part[0].lstrip()
        if TEXT_NOUN.search(inside) and (by := re.search(r" (?:by|from) ", part[0])):
            begin += by.end()
        elif _ASIDE.match(inside) and (number == 0 or not inside[0].isupper()) and not re.match(r"an? ", inside):
            continue
        elif cut := _CUT.search(part[0]):
            if re.match(r" ?(?:an?|the|one)\b", part[0]) and not people.between(begin, begin + cut.start()):
                behind = behind or _best(people, text, begin + cut.start(), stop, alone=False)
            stop = begin + cut.start()
        if (found := _best(people, text, begin, stop, alone=number == 0)) is not None:
            if not is_organisation(found):
                return found
            behind = behind or found  # "White House press secretary, Josh Earnest, said"
    return behind


def _best(people: People, text: str, start: int, end: int, *, alone: bool) -> str | None:
    names = [n for n in people.between(start, end) if not (people.possessive(n) or _OWNED.match(text[n.end : end]))]
    some = bool(_SOME.match(text, start, end))  # "a Virginia Republican" names nobody
    for name in sorted(names, key=lambda each: (is_organisation(each.text), -each.start)):  # an employer last
        if some and not people.knows(name.text, name.start):
            continue
        if " " in name.text or people.knows(name.text, name.start) or is_organisation(name.text):
            return people.full(name.text, name.start)
        if (alone and text[start:end].strip(" ,") == name.text) or name.titles:
            return people.full(name.text, name.start)
    return None


def _pronoun(people: People, pronoun: str, at: int, stage: Stage) -> str | None:
    """The one person a pronoun can mean; None for "they", "it", "we" and where two persons are possible."""
    if pronoun not in _GENDER:
        return None
    gender = _GENDER[pronoun]
    stretches = [(stage.paragraph, at), *stage.previous[:_PARAGRAPHS_BACK]]
    for start, end in stretches:
        persons = [(o, p) for o, p in people.persons(start, end) if people.gender(p) in {None, gender}]
        distinct = {person for _, person in persons}
        if people.strangers(start, end):
            return None
        if len(distinct) == 1:
            return persons[0][1]
        if distinct:
            return _subject(people, persons, gender)
    return None


def _subject(people: People, persons: list[tuple[int, str]], gender: str) -> str | None:
    sure = {person for _, person in persons if people.gender(person) == gender}
    if len(sure) == 1:
        return sure.pop()
    opening = [person for offset, person in persons if people.opens_sentence(offset)]
    return opening[-1] if opening else None
