"""What is derived from an article's text once it is settled: quotations, mentions, and the signature by which the same
story is found elsewhere.

Runs in worker processes.
"""

from __future__ import annotations

import pyarrow as pa

from tasks.base.columns import derived_row
from tasks.understand.signature import signature
from tasks.understand.understand import understand


def derive(text: str, language: str | None, spacy_model: str | None = None) -> pa.RecordBatch:
    """Derive everything from a body; one row of columns.DERIVED.

    Args:
        text: as it is stored; offsets are into it.
        language: BCP 47 code, where known.
        spacy_model: name of an installed spaCy model that finds the mentions instead of the rules.

    Raises:
        ModelMissing: there is no such model.
    """
    found = understand(text, language, spacy_model=spacy_model)
    return derived_row(found.quotes, found.mentions, [signature(text)])
