"""The district's review: what it says, what still stands in its way, what a return asks to be mended, and a draft."""

from toolkit.review.draft import MARKER, opinion_draft
from toolkit.review.guards import guards
from toolkit.review.mending import Item, return_items
from toolkit.review.record import (
    RECOMMEND,
    REJECT,
    RETURN,
    Override,
    Review,
    characters,
    differing,
    read_review,
    without_district,
)

__all__ = [
    "MARKER",
    "RECOMMEND",
    "REJECT",
    "RETURN",
    "Item",
    "Override",
    "Review",
    "characters",
    "differing",
    "guards",
    "opinion_draft",
    "read_review",
    "return_items",
    "without_district",
]
