"""The list of what a folder is made of: name, version, licence and fingerprint of each part."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TypedDict

from shipping.interpreter import Interpreter
from shipping.wheels import PYTHON, Wheel


class Part(TypedDict):
    """One line of the list; ``file`` is what the fingerprint is of."""

    name: str
    version: str
    licence: str
    file: str
    sha256: str


def manifest(version: str, wheels: Iterable[Wheel], python: Interpreter | None) -> str:
    """The list as JSON, the same text for the same parts.

    Args:
        version: Of the project.
        wheels: Libraries in the folder.
        python: The interpreter in the folder; None when the IT department still has to put it there.
    """
    told = {
        "name": "jiqun",
        "version": version,
        "licence": "MIT",
        "system": "Windows x86-64",
        "python": _python(python) if python else {"version": PYTHON, "included": False},
        "libraries": [_part(wheel) for wheel in wheels],
    }
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def _python(python: Interpreter) -> dict[str, object]:
    return {
        "version": PYTHON,
        "included": True,
        "licence": "PSF-2.0",
        "file": python.archive,
        "sha256": python.sha256,
        "layout": python.layout.name.lower(),
        "window": python.window,
    }


def _part(wheel: Wheel) -> Part:
    return Part(
        name=wheel.name, version=wheel.version, licence=wheel.licence, file=wheel.path.name, sha256=wheel.sha256
    )
