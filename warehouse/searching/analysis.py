"""Words of a text as the index has them: without case and accents, and their stems where a language has a stemmer.

Letters of scripts that put no blanks between words (Han, Kana, Thai …) are words of their own; several of them in a row
are looked for as a phrase.
"""

from __future__ import annotations

import functools
import re
import unicodedata

from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

# Snowball's algorithms as the engine has them, by ISO 639-1 code.
STEMMERS = {
    "ar": "arabic", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish", "fi": "finnish",
    "fr": "french", "hu": "hungarian", "it": "italian", "nl": "dutch", "no": "norwegian",
    "pt": "portuguese", "ro": "romanian", "ru": "russian", "sv": "swedish", "ta": "tamil", "tr": "turkish",
}  # fmt: skip
OTHER = "xx"  # stands for all languages without a stemmer
_SAME = {"nb": "no", "nn": "no"}
_LONGEST = 40  # letters: longer ones are addresses and keys, which nobody types
_NO_BLANKS = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]"
)
# The engine folds Latin letters. Of other scripts: accents, breves and points that readers leave out.
_TO_FOLD = re.compile("[\u0130\u0370-\u03ff\u0400-\u052f\u0590-\u06ff\u1f00-\u1fff]")
_MARKS = re.compile("[\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u064b-\u065f\u0670\u0640]")
_ACCENTED = re.compile("[\u00c0-\u024f\u1e00-\u1fff\u0386-\u038f\u03ac-\u03b0\u03cc-\u03ceЁёЙйЇїЎў]")
_WORD = re.compile(r"[^\W_]+")
_POSSESSIVE = re.compile(r"['’]s$", re.IGNORECASE)


def stemmed_as(language: str | None) -> str:
    """The code by which words of an article in that language are stemmed: a key of STEMMERS, or OTHER."""
    code = (language or "").lower().partition("-")[0]
    code = _SAME.get(code, code)
    return code if code in STEMMERS else OTHER


def prepared(text: str) -> str:
    """The text as the stemmers take it: composed letters, blanks between those of scripts without."""
    if text.isascii():
        return text
    composed = text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)
    return _NO_BLANKS.sub(r" \g<0> ", composed)


def folded(text: str) -> str:
    """A prepared text without the accents that the engine does not fold itself."""
    if text.isascii() or not _TO_FOLD.search(text):
        return text
    return unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", text)))


@functools.cache
def exact() -> TextAnalyzer:
    """Cuts a folded text into its words."""
    return _cut().filter(Filter.lowercase()).filter(Filter.ascii_fold()).build()


@functools.cache
def stemmer(language: str) -> TextAnalyzer:
    """Cuts a prepared text into stems; accents fall after that, because the stemmers go by them.

    Args:
        language: a key of STEMMERS, or OTHER, whose words stay as they are.
    """
    if language == OTHER:
        return exact()
    cut = _cut().filter(Filter.lowercase()).filter(Filter.stemmer(STEMMERS[language]))
    return cut.filter(Filter.ascii_fold()).build()


def _cut() -> TextAnalyzerBuilder:
    return TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.remove_long(_LONGEST * 4))  # bytes


@functools.lru_cache(maxsize=50_000)
def words(text: str) -> tuple[str, ...]:
    """The words of a text as the index has them."""
    return tuple(exact().analyze(folded(prepared(text))))


@functools.lru_cache(maxsize=50_000)
def stems(language: str, text: str) -> tuple[str, ...]:
    """The stems of a text's words."""
    return tuple(stemmer(language).analyze(to_stem(language, prepared(text))))


def to_stem(language: str, text: str) -> str:
    """What the stemmer gets of a prepared text: folded where nothing is stemmed."""
    return folded(text) if language == OTHER else text


def unaccented(text: str) -> str:
    """The words of a prepared text that have accents, without them: who types none finds them too.

    `elections` has another stem than `élections` in some languages, so both are indexed.
    """
    if text.isascii():
        return ""
    parts = {part for part in text.split() if not part.isascii()}
    with_accents = {word for part in parts for word in _WORD.findall(part) if _ACCENTED.search(word)}
    return " ".join(plain for word in with_accents for plain in words(word))


def without_possessive(word: str) -> str:
    """`mayor's` as `mayor`: the index has the s as a word of its own."""
    return _POSSESSIVE.sub("", word)
