"""Direct quotations of a text, with their speaker and verb.

What counts: words between quotation marks that the text gives as somebody's own, namely
- an utterance with an attribution behind, before or between ("…," said X · X said: "…" · "…," X said, "…"),
- a whole sentence between marks that follows one of those, or that stands free behind a sentence about a person,
- the paragraphs of a quotation whose opening mark is repeated, each one row with the same speaker,
- a part of a sentence of three words or more, governed by a verb of speech (X called it "…").
What does not: scare quotes and terms ("so-called 'reset'"), titles of works, nicknames, slogans and signs, measures.

The speaker is the fullest name that stood in the text before; a pronoun or a role ("the mayor") counts where only one
person can be meant. "Police said", "a resident said" have a verb and no speaker, but a description of one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tasks.understand.attribution import Clauses, Voice
from tasks.understand.marks import Paragraph, Span, paragraphs
from tasks.understand.names import begins_sentence, names_in, sentence_end
from tasks.understand.people import People
from tasks.understand.shapes import ends_utterance, is_label, is_sentence, is_title
from tasks.understand.speakers import Stage
from tasks.understand.verbs import SPEECH
from warehouse.records import Quote

# Characters before a quotation that are looked at; keeps a paragraph of a thousand labels linear.
_REACH = 1000
_MIN_TAIL_WORDS = 4


@dataclass(slots=True)
class _Draft:
    span: Span
    voice: Voice
    whole: bool  # an utterance, not a part of a sentence


def find_quotes(text: str, language: str | None = None) -> tuple[Quote, ...]:
    """The direct quotations of a text, in order.

    Args:
        text: paragraphs separated by line ends; offsets are code points of it, as DuckDB's `substr` counts them.
        language: ISO 639-1, English when None. Parts of sentences and free-standing sentences are looked for in English
            only; of other languages than de, fr, es, it, pt nothing is returned.
    """
    code = (language or "en")[:2].lower()
    if code not in SPEECH:
        return ()
    parts = paragraphs(text)
    quoted = [(span.start, span.end) for part in parts for span in part.spans]
    return quotes_of(text, parts, People(text, names_in(text), quoted), code) if quoted else ()


def quotes_of(text: str, parts: Sequence[Paragraph], people: People, language: str) -> tuple[Quote, ...]:
    """As `find_quotes`, of a text that was taken apart already."""
    drafts = _Reader(text, people, language).read(parts)
    return tuple(
        Quote(
            position=position,
            char_start=draft.span.start,
            char_end=draft.span.end,
            quote=text[draft.span.start : draft.span.end],
            speaker=draft.voice.speaker,
            verb=draft.voice.verb,
            speaker_description=draft.voice.description,
        )
        for position, draft in enumerate(drafts)
    )


class _Reader:
    """Goes through the paragraphs of one text once, keeping what was decided last."""

    def __init__(self, text: str, people: People, language: str) -> None:
        self._text, self._language = text, language
        self._clauses = Clauses(text, people, language)
        self._drafts: list[_Draft] = []
        self._open: list[_Draft] = []  # paragraphs of one quotation whose speaker is not known yet

    def read(self, parts: Sequence[Paragraph]) -> list[_Draft]:
        before: list[tuple[int, int]] = []
        for part in parts:
            self._paragraph(part, Stage(part.start, tuple(before[:3])))
            before.insert(0, (part.start, part.end))
            del before[3:]
        return self._drafts

    def _paragraph(self, part: Paragraph, stage: Stage) -> None:
        last: _Draft | None = None
        from_above = self._above(part)
        at = part.start
        for number, span in enumerate(part.spans):
            at = max(at, span.open - _REACH)
            limit = part.spans[number + 1].open if number + 1 < len(part.spans) else part.end
            draft = self._decide(span, at, limit, stage, last, from_above if number == 0 else None)
            if draft is not None:
                self._drafts.append(draft)
                self._settle(draft, from_above if number == 0 else None)
            last = draft
            at = span.close if draft is not None else at

    def _above(self, part: Paragraph) -> _Draft | None:
        """The quotation of the paragraph above that goes on in this one."""
        if not (self._drafts and self._drafts[-1].span.unclosed and part.spans):
            return None
        above = self._drafts[-1]
        adjacent = not self._text[above.span.close : part.start].strip()
        return above if adjacent and part.spans[0].open == part.start else None

    def _settle(self, draft: _Draft, above: _Draft | None) -> None:
        """Give the paragraphs of one quotation the speaker that its last one names."""
        if above is None:
            self._open = []
        elif draft.voice.verb is not None:
            for earlier in self._open:
                earlier.voice = draft.voice
        if draft.span.unclosed and draft.voice.verb is None:
            self._open.append(draft)

    def _decide(
        self, span: Span, at: int, limit: int, stage: Stage, last: _Draft | None, above: _Draft | None
    ) -> _Draft | None:
        text = self._text
        words, before = text[span.start : span.end], text[at : span.open]
        if not any(c.isalpha() for c in words):
            return None
        voice: Voice | None = None
        introduced = before.rstrip()[-1:] == ":" or (
            before.rstrip()[-1:] == "," and words[0].isupper() and not is_title(words)
        )
        if introduced or span.unclosed or ends_utterance(words, text[span.close : span.close + 1]):
            voice = self._utterance(span, words, at, limit, stage, last, above)
        if voice is not None:
            return _Draft(span, voice, whole=True)
        if self._language != "en":
            return None
        voice = self._part(span, words, at, stage, last)
        if voice is None and words[-1] == "," and len(words.split()) >= _MIN_TAIL_WORDS:
            voice = self._clauses.behind(span, limit, stage)  # the increase should be “seen as good news,” she said
        return _Draft(span, voice, whole=False) if voice is not None else None

    def _utterance(
        self, span: Span, words: str, at: int, limit: int, stage: Stage, last: _Draft | None, above: _Draft | None
    ) -> Voice | None:
        text, before = self._text, self._text[at : span.open]
        opens = not before.strip() or begins_sentence(text, span.open) or before.rstrip()[-1] in ",:—–-"
        if not opens:
            return None
        if last is not None and last.whole and before.rstrip()[-1:] in {*",:—–-"} and self._one_clause(at, span.open):
            return last.voice  # interrupted
        if voice := self._clauses.before(at, span.open, stage):
            return voice
        if not span.unclosed and (voice := self._clauses.behind(span, limit, stage)):
            return voice
        if above is not None:
            return above.voice
        return self._free(span, words, at, stage, last)

    def _one_clause(self, start: int, end: int) -> bool:
        return sentence_end(self._text, start, end) >= end - 1

    def _free(self, span: Span, words: str, at: int, stage: Stage, last: _Draft | None) -> Voice | None:
        """A whole sentence without an attribution of its own."""
        text, before = self._text, self._text[at : span.open]
        if not (is_sentence(words) or span.unclosed) or not (
            begins_sentence(text, span.open) or not before.strip() or before.rstrip()[-1] == ":"
        ):
            return None
        if last is not None and last.whole:
            if not before.strip() or sentence_end(text, at, span.open) >= span.open - 1:
                return last.voice
            return self._clauses.subject(at, span.open, stage) or Voice(last.voice.speaker, None)
        if self._language != "en" or (is_title(words) and len(words.split()) > 1) or len(words.split()) < 2:
            return None
        if before.strip():
            return self._clauses.subject(at, span.open, stage)
        return self._alone(span, words, stage)

    def _alone(self, span: Span, words: str, stage: Stage) -> Voice | None:
        """A paragraph that begins with a quotation nobody is named for: the paragraph above may have said who."""
        if len(words.split()) < 4 and not span.unclosed:
            return None
        above = stage.previous[0] if stage.previous else (0, 0)
        if self._drafts and self._drafts[-1].span.close >= above[1] - 1:
            return Voice(None, None)
        last = self._drafts[-1] if self._drafts and self._drafts[-1].span.open >= above[0] else None
        if last is not None and last.whole and self._one_clause(last.span.close, above[1]):
            return last.voice  # “…,” Okafor said. ¶ “…”
        return self._clauses.subject(*above, stage, strict=True) or Voice(None, None)

    def _part(self, span: Span, words: str, at: int, stage: Stage, last: _Draft | None) -> Voice | None:
        _text, before = self._text, self._text[at : span.open]
        if is_label(before, words) or span.unclosed:
            return None
        voice = self._clauses.around(at, span.open, stage)
        same_sentence = last is not None and self._one_clause(at, span.open)
        if voice is None and last is not None and not last.whole and same_sentence and len(before.split()) <= 6:
            return last.voice
        if voice is not None and voice.speaker is None and last is not None and same_sentence:
            return Voice(last.voice.speaker, voice.verb, None if last.voice.speaker else voice.description)
        return voice
