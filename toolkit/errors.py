"""The exceptions that mean «we cannot go on»; trouble inside data is a value, see ``toolkit.submission.Problem``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from toolkit.messages import Explanation, explain


class ToolkitError(Exception):
    """Root of every error this project raises on purpose."""


class PolicyError(ToolkitError):
    """A policy pack or a season is wrong.

    Args:
        reason: What is wrong, in English: policy packs are written by engineers.
        path: Where it stands, e.g. ``criteria[3].rules[1].threshold``; grows as the error rises.
    """

    def __init__(self, reason: str, path: str = "") -> None:
        super().__init__(reason, path)
        self.reason = reason
        self.path = path

    def within(self, step: str) -> PolicyError:
        """The same error seen from one level further out."""
        joint = "" if not self.path or self.path.startswith("[") else "."
        return PolicyError(self.reason, f"{step}{joint}{self.path}")

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}" if self.path else self.reason


@contextmanager
def at(step: str) -> Iterator[None]:
    """Let a policy error that rises say through which part it came.

    Examples:
        >>> with at("rules[1]"), at("threshold"):
        ...     raise PolicyError("out of order", "values")
        Traceback (most recent call last):
        toolkit.errors.PolicyError: rules[1].threshold.values: out of order
    """
    try:
        yield
    except PolicyError as error:
        raise error.within(step) from None


class WorkbookError(ToolkitError):
    """A file cannot be used at all; ``code`` names the entry of the message catalogue.

    Args:
        code: A ``W…`` code of ``toolkit.messages``.
        context: The values its sentences need.
    """

    def __init__(self, code: str, **context: object) -> None:
        super().__init__(code, context)
        self.code = code
        self.context = context

    @property
    def explanation(self) -> Explanation:
        """Title, expected, found and next step, in Chinese."""
        return explain(self.code, self.context)

    def __str__(self) -> str:
        return str(self.explanation)


class UnsafeWorkbook(WorkbookError):
    """The package is outside the limits, or holds what we refuse to carry."""


class UnreadableWorkbook(WorkbookError):
    """The file is missing, damaged, encrypted or of another kind."""


class WrongTemplate(WorkbookError):
    """A sound workbook, but not one of ours, or of a version or season we do not know."""


class ExcelUnavailable(WorkbookError):
    """No spreadsheet program that can be driven is at hand; the way through the file is always open."""
