"""The clause that says who spoke: behind a quotation ("…," said X), before it (X said: "…") or around a part of one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tasks.understand.lexicon import word_set
from tasks.understand.marks import Span
from tasks.understand.names import sentence_end, sentence_start
from tasks.understand.people import People
from tasks.understand.speakers import Stage, described, speaker_of
from tasks.understand.verbs import FRAGMENT_PATTERN, PARTICIPLES, SPEECH_PATTERN

# Longest clause looked at behind and before a quotation; the longest true one seen on the development pages has 214.
_BEHIND_CHARS = 280
_BEFORE_CHARS = 400
_JOINT = re.compile(r"[\s,—–-]*")
_AUXILIARY = re.compile(r"(?:a|ha|hat|ont|han|avait|l’a|l'a|hatte|haben|as?|fait)\s+$")
_DETERMINER = (
    r"the|an?|one|another|his|her|their|my|our|its|this|that|some|many|several|both|two|three|four|he|she|they|we|i|it|"
    r"der|die|das|ein|eine|le|la|les|l’|un|une|el|los|una|il|lo|gli|o|os|as|uma|um|er|sie|él|ella|ele|ela|elle|police"
)
_SUBJECT = re.compile(rf"(?:{_DETERMINER})\b|[^\W\d_a-z]|[“‘\"]", re.IGNORECASE)
_LOWER_SUBJECT = re.compile(rf"(?:{_DETERMINER})\b", re.IGNORECASE)
_FINITE = re.compile(r" (?:is|was|were|are|be|been|sold|will|would|which|if|because)\b")
_CORE = word_set("said says added adds told wrote tweeted asked")
_COMPLEMENT = re.compile(
    r"\s+(?:that|he|she|they|it|the|there|his|her|we|i|if|whether|to (?!reporters|the|\w+ (?:News|TV))|about)\b",
    re.IGNORECASE,
)
_NOT_SPEAKING = re.compile(r"\s+(?:to|if|about|whether|by|that|for)\b", re.IGNORECASE)
_TAIL = re.compile(
    r"\s*$|\s+(?:in|on|at|during|after|to|of|before|from|via|with|as|by|through|outside|later|when|while|that|last|this|\w+ly)\b"
    r"|\s+(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b"
)
_TELLING = re.compile(r"(?:tell|told|ask|remind|warn|urg|advis)", re.IGNORECASE)
_ACCORDING = re.compile(r"\baccording to ", re.IGNORECASE)
# "was called", "have to declare", "could say": the words that follow are nobody's yet.
_PASSIVE = re.compile(
    r"\b(?:(?:is|are|was|were|be|been|being|can|could|may|might|must|should|not)\s+(?:\w+ly\s+)?|"
    r"(?:have|has|had|need|needs|required|able|ought)\s+to\s+)$",
    re.IGNORECASE,
)


_OF_ONE = re.compile(r"(?:der|des|dem|den) \w+$")  # "ein Sprecher der Polizei": whose, not who


@dataclass(frozen=True, slots=True)
class Voice:
    """Who is said to have spoken (None: nobody who can be named), and by which verb (None: by none)."""

    speaker: str | None
    verb: str | None
    description: str | None = None  # of a speaker whom nobody names


class Clauses:
    """Reads the clauses around the quotations of one text in one language."""

    def __init__(self, text: str, people: People, language: str) -> None:
        self._text, self._people = text, people
        self._speech = SPEECH_PATTERN[language]

    def behind(self, span: Span, limit: int, stage: Stage) -> Voice | None:
        """The clause behind a quotation: “…,” said X · “…,” X, a baker, said · “…,” she said."""
        text, start = self._text, span.close
        end = sentence_end(text, start, min(limit, start + _BEHIND_CHARS))
        begin = _JOINT.match(text, start, end).end()  # type: ignore[union-attr]
        for verb in self._speech.finditer(text, begin, end):
            if verb.start() == begin or _AUXILIARY.fullmatch(text[begin : verb.start()]):
                return self._inverted(verb, end, stage)
            if not self._can_be_subject(begin, verb, whole=text[span.end - 1] in ".!?"):
                return None
            return self._voice(begin, verb.start(), verb[0], stage)
        according = _ACCORDING.match(text, begin, end)
        if according:
            return self._voice(according.end(), end, "according to", stage, inverted=True)
        return None

    def _inverted(self, verb: re.Match[str], end: int, stage: Stage) -> Voice | None:
        text, start = self._text, verb.end() + 1
        if _NOT_SPEAKING.match(text, verb.end()) or not text[start:end].strip():
            return None
        lower = text[start].islower() and not _LOWER_SUBJECT.match(text, start)
        if lower and verb[0].lower() not in _CORE and text[verb.start()].islower() and len(text[start:end].split()) > 6:
            return None
        if text[verb.start()].isupper():
            return None  # "Says" at a sentence's start
        return self._voice(start, end, verb[0], stage, inverted=True)

    def _can_be_subject(self, begin: int, verb: re.Match[str], *, whole: bool) -> bool:
        text = self._text
        subject = text[begin : verb.start()]
        head = re.split(r"[,(—–]", subject)[0]
        if len(head.split()) > 10 or _FINITE.search(" " + head.lower()):
            return False
        if whole and _COMPLEMENT.match(text, verb.end()):
            return False
        if not subject[0].islower() or _LOWER_SUBJECT.match(subject):
            return bool(_SUBJECT.match(subject)) or subject[0].isupper()
        named = bool(self._people.between(begin, begin + len(head)))
        return (named or len(head.split()) <= 3) and verb[0].lower() in _CORE

    def before(self, start: int, end: int, stage: Stage) -> Voice | None:
        """The clause before a quotation, which ends with a comma or colon: X said, “…” · According to X, “…”."""
        text = self._text
        begin, stop = self._sentence(start, end)
        if text[stop - 1 : stop] not in {",", ":"}:
            return None
        according = _ACCORDING.search(text, begin, stop)
        if according and not self._speech.search(text, according.end(), stop):
            return self._voice(according.end(), stop, "according to", stage, inverted=True)
        for verb in (*self._last(PARTICIPLES, begin, stop), *self._last(self._speech, begin, stop)):
            rest = text[verb.end() : stop - 1]
            close = bool(_TAIL.match(rest)) or bool(_TELLING.match(verb[0]))
            if len(rest.split()) <= 14 and (close or text[stop - 1] == ":"):
                return self._voice(begin, verb.start(), verb[0], stage)
        return None

    def _last(self, pattern: re.Pattern[str], start: int, end: int) -> list[re.Match[str]]:
        return list(pattern.finditer(self._text, start, end))[::-1]

    def around(self, start: int, end: int, stage: Stage) -> Voice | None:
        """The clause whose object is a part of somebody's words: X called it “…” · X said he could not “…”."""
        text = self._text
        begin, _ = self._sentence(start, end)
        for verb in self._last(FRAGMENT_PATTERN, begin, end):
            if _PASSIVE.search(text, begin, verb.start()):
                continue
            if len(text[verb.end() : end].split()) <= 25:
                return self._voice(begin, verb.start(), verb[0], stage)
        return None

    def subject(self, start: int, end: int, stage: Stage, *, strict: bool = False) -> Voice | None:
        """Whom the last sentence before a free-standing quotation is about: Solheim shrugs. “…”.

        Args:
            strict: the person must be the sentence's subject, not only the one person it names.
        """
        text = self._text
        begin = (
            self._sentence(start, len(text[start:end].rstrip()) + start - 1)[0] if text[start:end].strip() else start
        )
        pronoun = re.match(r"\s*(he|she)\b", text[begin:end], re.IGNORECASE)
        if pronoun:
            return Voice(speaker_of(self._people, text, begin, begin + pronoun.end(), stage), None)
        persons = self._people.persons(begin, end)
        opening = [person for at, person in persons if self._people.opens_sentence(at)]
        if opening or (not strict and len({person for _, person in persons}) == 1):
            return Voice(opening[0] if opening else persons[0][1], None)
        return None

    def _sentence(self, start: int, end: int) -> tuple[int, int]:
        text = self._text
        start = max(start, end - _BEFORE_CHARS)
        begin = sentence_start(text, start, end)
        stop = end - (len(text[begin:end]) - len(text[begin:end].rstrip()))
        return begin, stop

    def _voice(self, start: int, end: int, verb: str, stage: Stage, *, inverted: bool = False) -> Voice:
        speaker = speaker_of(self._people, self._text, start, end, stage, inverted=inverted)
        if speaker and _OF_ONE.match(speaker):
            speaker = None
        said = None if speaker else described(self._text[start:end], inverted=inverted)
        return Voice(speaker, verb.lower(), said)
