"""Every sentence about bad input that a user can see, under its code: one catalogue, nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from toolkit.messages import carrying, contradictions, files, procedure, reviews, structure, values
from toolkit.messages.explanation import Explanation, Severity, Stage

__all__ = ["CATALOGUE", "Explanation", "Severity", "Stage", "explain"]

_SHELVES = (files, carrying, structure, values, contradictions, reviews, procedure)
CATALOGUE: Mapping[str, Explanation] = {
    code: replace(entry, code=code) for shelf in _SHELVES for code, entry in shelf.MESSAGES.items()
}


def explain(code: str, context: Mapping[str, object]) -> Explanation:
    """The message of ``code`` with its blanks filled in.

    Raises:
        KeyError: The code is not in the catalogue, or the context lacks a value it needs.
    """
    entry = CATALOGUE[code]
    texts = {word: getattr(entry, word).format_map(context) for word in ("title", "expected", "found", "hint")}
    return replace(entry, **texts)
