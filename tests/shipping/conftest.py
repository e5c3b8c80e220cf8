"""Made-up wheels and interpreters: what the builder downloads, without the network."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

Maker = Callable[..., Path]


def write_zip(path: Path, files: Mapping[str, str]) -> Path:
    """A ZIP of texts."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


@pytest.fixture
def make_wheel(tmp_path: Path) -> Maker:
    """Write a wheel: name, version, further files, lines of metadata."""

    def made(name: str, version: str = "1.0", files: Mapping[str, str] | None = None, *told: str) -> Path:
        stem = f"{name.replace('-', '_')}-{version}"
        metadata = "\n".join(("Metadata-Version: 2.4", f"Name: {name}", f"Version: {version}", *told, "", "text"))
        return write_zip(
            tmp_path / "wheels" / f"{stem}-py3-none-any.whl",
            {
                **(files or {}),
                f"{stem}.dist-info/METADATA": metadata,
                f"{stem}.dist-info/RECORD": "",
                f"{stem}.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            },
        )

    return made


@pytest.fixture
def embeddable(tmp_path: Path) -> Path:
    """What the official embeddable package holds, as far as the build looks."""
    return write_zip(
        tmp_path / "python-3.11.9-embed-amd64.zip",
        {
            "python.exe": "MZ",
            "pythonw.exe": "MZ",
            "python311.dll": "MZ",
            "python311.zip": "PK",
            "python311._pth": "python311.zip\n.\n\n# Uncomment to run site.main() automatically\n#import site\n",
        },
    )
