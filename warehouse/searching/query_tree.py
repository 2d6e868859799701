"""What a search asks for, as a tree; `grammar.parse` makes it from what a person typed.

Node
├── Term     a word, a phrase or the beginning of a word, in one field or in headline and text
├── Not      whatever the node within does not match
├── All      what all of the nodes match
└── Any      what at least one of the nodes matches
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

WORD, PREFIX, PHRASE = "word", "prefix", "phrase"


@dataclass(frozen=True, slots=True)
class Term:
    """One thing to look for.

    Attributes:
        text: as typed, without quotation marks and star.
        kind: WORD, PREFIX (all that begin so; of a phrase, its last word) or PHRASE.
        field: one of `fields.FIELDS`; None for headline and text.
        slop: how many other words may stand between those of a phrase.
    """

    text: str
    kind: str = WORD
    field: str | None = None
    slop: int = 0


@dataclass(frozen=True, slots=True)
class Not:
    """Whatever `node` does not match."""

    node: Node


@dataclass(frozen=True, slots=True)
class All:
    """What all of `nodes` match."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """What at least one of `nodes` matches."""

    nodes: tuple[Node, ...]


Node: TypeAlias = Term | Not | All | Any


def terms(node: Node, *, wanted_only: bool = False) -> Iterator[Term]:
    """The terms of a tree from left to right; with `wanted_only` without those that must not be there."""
    if isinstance(node, Term):
        yield node
    elif isinstance(node, Not):
        if not wanted_only:
            yield from terms(node.node)
    else:
        for each in node.nodes:
            yield from terms(each, wanted_only=wanted_only)


def written(node: Node) -> str:
    """The tree as a person would type it, with all parentheses; the same tree comes from it again."""
    if isinstance(node, Term):
        return _term(node)
    if isinstance(node, Not):
        return f"-{_within(node.node)}"
    return (" OR " if isinstance(node, Any) else " ").join(map(_within, node.nodes))


def _within(node: Node) -> str:
    return f"({written(node)})" if isinstance(node, All | Any) else written(node)


def _term(term: Term) -> str:
    star = "*" if term.kind == PREFIX else ""
    is_quoted = term.kind == PHRASE or any(map(str.isspace, term.text))
    text = f'"{term.text}{star}"' if is_quoted else f"{term.text}{star}"
    near = f"~{term.slop}" if term.slop else ""
    return f"{term.field}:{text}{near}" if term.field else f"{text}{near}"
