"""Where policy packs come from: the folders of ``templates/``, or one that somebody else keeps."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from toolkit.errors import PolicyError
from toolkit.exclusive import Exclusive, exclusives_of
from toolkit.policy import Policy
from toolkit.season import Season


@dataclass(frozen=True, slots=True)
class Issue:
    """A folder of ``issued/``: a version of a template, kept as given out so that its workbooks stay readable."""

    folder: Traversable

    @property
    def policy(self) -> Policy:
        """What that version asked for and how it was judged."""
        return Policy.from_dict(_read(self.folder / "policy.json"))

    def workbook(self, season: str) -> Traversable | None:
        """The record of its blank workbook of a season; None where none was given out."""
        file = self.folder / f"{season}.json"
        return file if file.is_file() else None


@dataclass(frozen=True, slots=True)
class Pack:
    """A folder of ``templates/``: the policy, its seasons and its worked examples."""

    folder: Traversable

    @property
    def policy(self) -> Policy:
        """The policy, checked for sense."""
        return Policy.from_dict(_read(self.folder / "policy.json"))

    @property
    def issued(self) -> Mapping[str, Issue]:
        """Template version → that version as it was given out; none is ever removed."""
        folder = self.folder / "issued"
        versions = sorted(folder.iterdir(), key=lambda one: one.name) if folder.is_dir() else []
        return {version.name: Issue(version) for version in versions if version.is_dir()}

    @property
    def seasons(self) -> dict[str, Season]:
        """Season id → season."""
        folder = self.folder / "seasons"
        files = sorted(folder.iterdir(), key=lambda file: file.name) if folder.is_dir() else []
        seasons = [Season.from_dict(_read(file)) for file in files if file.name.endswith(".json")]
        return {season.id: season for season in seasons}

    @property
    def exclusive(self) -> tuple[Exclusive, ...]:
        """What only one of its applicants should count; nothing where the pack does not say."""
        file = self.folder / "exclusive.json"
        return exclusives_of(_read(file), self.policy) if file.is_file() else ()


def packs() -> dict[str, Pack]:
    """The packs that ship with the product, by id."""
    root = resources.files("templates")
    return {entry.name: Pack(entry) for entry in root.iterdir() if (entry / "policy.json").is_file()}


def pack_at(folder: Path) -> Pack:
    """A pack that stands elsewhere; its shape is checked against the schemas before anything is built from it.

    Raises:
        PolicyError: The folder holds no policy, or one of the wrong shape.
    """
    if not (folder / "policy.json").is_file():
        raise PolicyError(f"no policy.json in {folder}")
    pack = Pack(folder)
    check_shape(_read(folder / "policy.json"), "policy")
    for file in sorted(folder.glob("seasons/*.json")):
        check_shape(_read(file), "season")
    if (folder / "exclusive.json").is_file():
        check_shape(_read(folder / "exclusive.json"), "exclusive")
    return pack


def check_shape(document: Any, schema: str) -> None:
    """Hold a document against ``templates/schema/<schema>.schema.json``.

    Raises:
        PolicyError: The first violation, with its path.
    """
    # At the edge: they take longer to import than a whole evaluation.
    import jsonschema
    import referencing

    files = {file.name: _read(file) for file in (resources.files("templates") / "schema").iterdir()}
    known = [(name, referencing.Resource.from_contents(rules)) for name, rules in files.items()]
    checker = jsonschema.Draft202012Validator(
        files[f"{schema}.schema.json"],
        registry=referencing.Registry().with_resources(known),
        format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER,
    )
    error = jsonschema.exceptions.best_match(checker.iter_errors(document))
    if error is not None:
        reason = "not allowed here" if error.schema == {"not": {}} else error.message
        raise PolicyError(reason, error.json_path.removeprefix("$").removeprefix("."))


def _read(file: Traversable) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise PolicyError(str(error), file.name) from None
