"""What is only stored of a page, as Arrow: a worker makes one row of nested lists, the run makes tables of many rows.

    links, images, dates, signals, quotes … of one page | one row | rows of the batch's articles | a table each

Nothing decides on any of it, so it crosses to the run's process as the bytes of a record batch, and no object is made
there for each of 160 links. Links of the navigation (83 % of them) are kept by outlet: docs/decisions/0022.
pyarrow takes 0.15 s to import, once, in the process that workers are forked from.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from warehouse.records import Page

NAVIGATION = "navigation"
_TEXT, _PLACE, _FLAG, _TIME = pa.string(), pa.int32(), pa.bool_(), pa.timestamp("us", tz="UTC")


def _list_of(**fields: pa.DataType) -> pa.DataType:
    return pa.list_(pa.field("item", pa.struct(list(fields.items()))))


READ = pa.schema(
    {
        "article_links": _list_of(position=_PLACE, url=_TEXT, anchor=_TEXT, kind=_TEXT),
        NAVIGATION: _list_of(url=_TEXT, anchor=_TEXT),
        "article_images": _list_of(position=_PLACE, url=_TEXT, caption=_TEXT, credit=_TEXT),
        "article_dates": _list_of(
            role=_TEXT, signal=_TEXT, raw=_TEXT, instant=_TIME, zone_known=_FLAG, precision=_TEXT,
            chosen=_FLAG, conflict=_FLAG,
        ),
        "article_signals": _list_of(field=_TEXT, signal=_TEXT, raw=_TEXT, chosen=_FLAG),
    }
)  # fmt: skip
DERIVED = pa.schema(
    {
        "quotes": _list_of(
            position=_PLACE, char_start=_PLACE, char_end=_PLACE, quote=_TEXT, speaker=_TEXT, verb=_TEXT,
            speaker_description=_TEXT,
        ),
        "mentions": _list_of(kind=_TEXT, name=_TEXT, entity=_TEXT, char_start=_PLACE, char_end=_PLACE),
        "signatures": _list_of(bands=pa.list_(pa.uint32())),
    }
)  # fmt: skip
COMPANIONS = tuple(name for name in (*READ.names, *DERIVED.names) if name != NAVIGATION)


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One page's row of a record batch; it holds some of the columns of READ and DERIVED."""

    batch: pa.RecordBatch
    number: int

    def records(self, column: str) -> list[dict[str, Any]]:
        """The records of one column, as plain values."""
        found: list[dict[str, Any]] = self.batch.column(column)[self.number].as_py() or []
        return found


def read_row(page: Page) -> pa.RecordBatch:
    """Links, images, dates and signals of a page as one row."""
    kept = [link for link in page.links if link.kind != NAVIGATION]
    navigation = [link for link in page.links if link.kind == NAVIGATION]
    return _row(READ, (kept, navigation, page.images, page.dates, page.signals))


def derived_row(quotes: Sequence[Any], mentions: Sequence[Any], signatures: Sequence[Any]) -> pa.RecordBatch:
    """What was derived of a text as one row; `signatures` are none or one."""
    return _row(DERIVED, (quotes, mentions, signatures))


def nothing_derived() -> pa.RecordBatch:
    """The row of a text that could not be understood: no quotation, no mention, and nothing to be compared by."""
    return derived_row((), (), (SimpleNamespace(bands=()),))


def to_bytes(rows: Sequence[pa.RecordBatch]) -> bytes:
    """Rows of one schema as one record batch (Arrow's IPC stream)."""
    together = pa.Table.from_batches(rows).combine_chunks()
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, together.schema) as stream:
        stream.write_table(together)
    found: bytes = sink.getvalue().to_pybytes()
    return found


def from_bytes(sent: bytes) -> pa.RecordBatch:
    """The record batch that a worker sent."""
    with pa.ipc.open_stream(sent) as stream:
        return stream.read_next_batch()


def table_of(rows: Iterable[tuple[str, Row]], column: str) -> pa.Table:
    """One column of many articles' rows as a table: `article_id`, then the fields of its records.

    Args:
        rows: article_id and row; those without the column are passed over.
        column: of READ or DERIVED.
    """
    return _table(rows, column, "article_id")


def navigation_of(rows: Iterable[tuple[Row, str, datetime]]) -> pa.Table:
    """The navigation of many pages by outlet: source, url, anchor (of the first page), pages, first_seen, last_seen.

    Args:
        rows: each page's row, its source, and when it was captured, in the order of time.
    """
    given = list(rows)
    table = _table([(str(number), row) for number, (row, _, _) in enumerate(given)], NAVIGATION, "page")
    page = pc.cast(table["page"], pa.int32())
    whose = {
        "source": pa.array([source for _, source, _ in given], _TEXT).take(page),
        "seen": pa.array([seen for _, _, seen in given], _TIME).take(page),
    }
    listed = pa.table({**whose, "page": page, "url": table["url"], "anchor": table["anchor"]})
    counted = listed.group_by(["source", "url"], use_threads=False).aggregate(
        [("anchor", "first"), ("page", "count_distinct"), ("seen", "min"), ("seen", "max")]
    )
    return counted.rename_columns(["source", "url", "anchor", "pages", "first_seen", "last_seen"])


def _row(schema: pa.Schema, given: Sequence[Sequence[Any]]) -> pa.RecordBatch:
    columns = [_nested(field.type, records) for field, records in zip(schema, given, strict=True)]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _nested(kind: pa.ListType, records: Sequence[Any]) -> pa.Array:
    """One list of records: by column, since Arrow takes three times as long over a list of dicts."""
    fields = list(kind.value_type)
    arrays = [pa.array([getattr(record, field.name) for record in records], field.type) for field in fields]
    records_ = pa.StructArray.from_arrays(arrays, fields=fields)
    return pa.ListArray.from_arrays(pa.array([0, len(records)], _PLACE), records_)


def _table(rows: Iterable[tuple[str, Row]], column: str, key: str) -> pa.Table:
    fields = list((READ if column in READ.names else DERIVED).field(column).type.value_type)
    schema, parts = pa.schema([pa.field(key, _TEXT), *fields]), []
    having = (each for each in rows if column in each[1].batch.schema.names)
    for _, group in groupby(having, key=lambda each: id(each[1].batch)):
        some = list(group)
        nested = some[0][1].batch.column(column)
        if [row.number for _, row in some] != list(range(len(nested))):
            nested = nested.take(pa.array([row.number for _, row in some], _PLACE))
        owner = pa.array([ident for ident, _ in some], _TEXT).take(pc.list_parent_indices(nested))
        parts.append(pa.RecordBatch.from_arrays([owner, *nested.flatten().flatten()], schema=schema))
    return pa.Table.from_batches(parts, schema)
