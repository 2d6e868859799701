"""What can go wrong with the judgement itself, as opposed to the data.

JudgementError
└── EngineError     Great Expectations could not evaluate an expectation
"""

from __future__ import annotations


class JudgementError(Exception):
    """Any trouble with judging."""


class EngineError(JudgementError):
    """An expectation could not be evaluated; the data may be fine."""
