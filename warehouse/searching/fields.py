"""The fields of the index.

    headline, text             words as they stand, with their places: for phrases and beginnings
    headline_XX, text_XX       stems, of articles in the language XX; xx: words, of all others
    author, agency, section,   words as they stand
    keyword, speaker, place
    source, language, id       whole values
    published                  seconds since 1970, of publication or else of first sight
    id_high, id_low            the article's id in two halves: read 100 times as fast as a stored value
    mark                       hash of what was indexed, for `verify`

Collections are no field: what belongs to one may change without an article's changing, so a search names their sources.
"""

from __future__ import annotations

from uuid import UUID

from tantivy import Index, Schema, SchemaBuilder

from warehouse.searching.analysis import OTHER, STEMMERS, exact, stemmer

FORMAT = 1  # of this schema and of the analysis: an index of another one is made anew
NAMES = ("author", "agency", "section", "keyword", "speaker", "place")
BODIES = ("headline", "text")
_SIGN = 1 << 63  # the engine's integers are signed


def schema() -> Schema:
    """What `FORMAT` stands for."""
    builder = SchemaBuilder()
    builder.add_text_field("id", tokenizer_name="raw", index_option="basic")
    for name in (*BODIES, *NAMES):
        builder.add_text_field(name, tokenizer_name="exact", index_option="position")
    for language in (*STEMMERS, OTHER):
        for name in BODIES:
            builder.add_text_field(f"{name}_{language}", tokenizer_name=f"stem_{language}", index_option="freq")
    for name in ("source", "language"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("published", fast=True, indexed=True)
    for name in ("id_high", "id_low", "mark"):
        builder.add_integer_field(name, fast=True)
    return builder.build()


def register(index: Index) -> Index:
    """Tell an index how to cut words; has to be done each time that it is opened."""
    index.register_tokenizer("exact", exact())
    for language in (*STEMMERS, OTHER):
        index.register_tokenizer(f"stem_{language}", stemmer(language))
    return index


def halves(ident: UUID) -> tuple[int, int]:
    """An id as two signed integers."""
    return (ident.int >> 64) - _SIGN, (ident.int & (1 << 64) - 1) - _SIGN


def whole(high: int, low: int) -> UUID:
    """The id of two halves."""
    return UUID(int=(high + _SIGN << 64) + low + _SIGN)
