"""From the tree of a search to the engine's query."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from tantivy import Occur, Query, Schema

from warehouse.errors import BadSearch
from warehouse.searching.analysis import stems, without_possessive, words
from warehouse.searching.fields import BODIES
from warehouse.searching.query_tree import PREFIX, WORD, Any, Node, Not, Term, terms

_LANGUAGE = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True, slots=True)
class Names:
    """What `source:` and `collection:` may name: the sources, and the collections with the sources of each."""

    sources: frozenset[str] = frozenset()
    collections: Mapping[str, frozenset[str]] = field(default_factory=dict)


class Compiler:
    """Makes queries for an index.

    Args:
        schema: of the index.
        languages: those with articles in the index, as `analysis.stemmed_as` names them.
        names: of sources and collections.
    """

    def __init__(self, schema: Schema, languages: Iterable[str], names: Names) -> None:
        self._schema, self._languages, self._names = schema, tuple(languages), names

    def query(self, node: Node) -> Query:
        """The engine's query.

        Raises:
            BadSearch: a source, a collection or a language is not there.
        """
        if isinstance(node, Term):
            return self._term(node)
        if isinstance(node, Any):
            return either([self.query(each) for each in node.nodes])
        if isinstance(node, Not):
            return both([Query.all_query()], without=[self.query(node.node)])
        wanted = [self.query(each) for each in node.nodes if not isinstance(each, Not)]
        without = [self.query(each.node) for each in node.nodes if isinstance(each, Not)]
        return both(wanted or [Query.all_query()], without=without)

    def of_sources(self, names: Iterable[str]) -> Query:
        """Articles of any of these sources."""
        return self._values("source", sorted(names))

    def _term(self, term: Term) -> Query:
        special: dict[str, Callable[[Term], Query]] = {
            "source": lambda t: self.of_sources(self._sources(t)),
            "collection": lambda t: self.of_sources(self._collected(t)),
            "language": self._language,
        }
        if term.field in special:
            return special[term.field](term)
        if term.field in BODIES:
            return self._body(term.field, term)
        if term.field:
            return self._words(term.field, term)
        return either([self._body("headline", term), self._body("text", term)])

    def _body(self, field: str, term: Term) -> Query:
        """A term in headline or text: a single word by its stem in each language, all else as it stands."""
        text = without_possessive(term.text)
        if term.kind != WORD or len(words(text)) != 1:
            return self._words(field, replace(term, text=text))
        found = ((language, stems(language, text)) for language in self._languages)
        by_stem = [Query.term_query(self._schema, f"{field}_{code}", stem[0], "freq") for code, stem in found if stem]
        return either(by_stem) if by_stem else Query.empty_query()

    def _words(self, field: str, term: Term) -> Query:
        found = list(words(term.text))
        if not found:
            return Query.empty_query()
        if term.kind == PREFIX:
            return self._beginning(field, found, term.slop)
        if len(found) == 1:
            return Query.term_query(self._schema, field, found[0], "position")
        return Query.phrase_query(self._schema, field, list(found), term.slop)

    def _beginning(self, field: str, found: list[str], slop: int) -> Query:
        last = f"{found[-1]}.*"  # words are letters and digits: nothing in them means something to a regular expression
        if len(found) == 1:
            return Query.regex_query(self._schema, field, last)
        return Query.regex_phrase_query(self._schema, field, [*found[:-1], last], slop)

    def _sources(self, term: Term) -> frozenset[str]:
        return frozenset(chosen(term.text, self._names.sources, what="source", is_prefix=term.kind == PREFIX))

    def _collected(self, term: Term) -> frozenset[str]:
        known = self._names.collections
        return frozenset().union(
            *(known[name] for name in chosen(term.text, known, what="collection", is_prefix=term.kind == PREFIX))
        )

    def _language(self, term: Term) -> Query:
        code = term.text.lower().partition("-")[0]
        if not _LANGUAGE.fullmatch(code):
            raise BadSearch(f"language:{term.text} is no code of a language; write two letters, such as language:de")
        return self._values("language", [code])

    def _values(self, field: str, values: list[str]) -> Query:
        if not values:
            return Query.empty_query()
        return Query.const_score_query(Query.term_set_query(self._schema, field, values), 0.0)


def chosen(said: str, known: Iterable[str], *, what: str, is_prefix: bool = False) -> list[str]:
    """The names that are meant, in any case of letters.

    Args:
        said: as typed.
        known: all names.
        what: "source" or "collection", for the message.
        is_prefix: whether all that begin so are meant.

    Raises:
        BadSearch: there is none.
    """
    by_lower = {name.lower(): name for name in known}
    wanted = said.lower()
    found = [name for low, name in by_lower.items() if low == wanted or (is_prefix and low.startswith(wanted))]
    if found:
        return found
    near = difflib.get_close_matches(wanted, by_lower, n=1)
    some = ", ".join(sorted(by_lower.values())[:8])
    hint = f"did you mean {by_lower[near[0]]!r}?" if near else f"there are {some}" if some else "there is none yet"
    raise BadSearch(f"no {what} is called {said!r}; {hint}")


def both(wanted: list[Query], *, without: Iterable[Query] = ()) -> Query:
    """What all of `wanted` and none of `without` match."""
    excluded = [(Occur.MustNot, each) for each in without]
    if len(wanted) == 1 and not excluded:
        return wanted[0]
    return Query.boolean_query([*((Occur.Must, each) for each in wanted), *excluded])


def either(queries: list[Query]) -> Query:
    """What at least one of the queries matches."""
    if len(queries) == 1:
        return queries[0]
    return Query.boolean_query([(Occur.Should, each) for each in queries])


def has_rank(node: Node) -> bool:
    """Whether relevance says anything: a search for a source or for what is not there finds all equally."""
    return any(term.field not in {"source", "collection", "language"} for term in terms(node, wanted_only=True))
