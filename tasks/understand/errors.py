"""What can go wrong when a text is understood.

UnderstandError
└── ModelMissing    the configured spaCy model, or spaCy, is not installed
"""

from __future__ import annotations


class UnderstandError(Exception):
    """Something the owner of the installation has to put right."""


class ModelMissing(UnderstandError):
    """spaCy or one of its models was asked for by name and is not there."""

    def __init__(self, model: str, missing: str) -> None:
        super().__init__(model, missing)
        self.model, self.missing = model, missing

    def __str__(self) -> str:
        return (
            f"cannot load the spaCy model {self.model!r}: {self.missing}. Install both where Dateline runs "
            f"(pip install spacy; python -m spacy download {self.model}), or take the setting away: "
            "the built-in rules need nothing"
        )
