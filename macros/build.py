"""Build what the district installs: the workbench and the add-in."""

from __future__ import annotations

from pathlib import Path

from macros.addin import addin
from macros.desk import workbench
from macros.package import finished
from macros.project import SOURCES
from macros.texts import ADDIN, WORKBENCH


def workbench_package() -> bytes:
    """The finished workbench; the same bytes for the same sources."""
    return finished(workbench(), ribbon())


def addin_package() -> bytes:
    """The finished add-in; the same bytes for the same sources."""
    return finished(addin(), ribbon(), addin=True)


def ribbon() -> bytes:
    """The ribbon's XML as it goes into both."""
    return (SOURCES / "ribbon.xml").read_bytes()


def build(folder: Path) -> tuple[Path, ...]:
    """Write both into a folder.

    Args:
        folder: Made where it is missing; files of the same names are replaced.

    Returns:
        What was written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    products = {folder / WORKBENCH: workbench_package(), folder / ADDIN: addin_package()}
    for path, package in products.items():
        path.write_bytes(package)
    return tuple(products)
