"""Archives that are the same bytes for the same files, so that a published checksum can be made again."""

from __future__ import annotations

import gzip
import hashlib
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

# The earliest a ZIP can tell; a date of today would make two builds of the same files differ.
EPOCH = (1980, 1, 1, 0, 0, 0)
_PLAIN, _RUNS = 0o644, 0o755
_CHUNK = 1 << 20


def files_of(folder: Path) -> Iterator[Path]:
    """All files and links below a folder, in an order that no file system decides."""
    found = (path for path in folder.rglob("*") if path.is_symlink() or path.is_file())
    return iter(sorted(found, key=lambda path: path.relative_to(folder).as_posix()))


def sha256(path: Path) -> str:
    """The fingerprint of a file, read piece by piece."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(_CHUNK):
            digest.update(piece)
    return digest.hexdigest()


def megabytes(path: Path) -> float:
    """The size of a file, or of all files below a folder."""
    files = files_of(path) if path.is_dir() else (path,)
    return sum(file.lstat().st_size for file in files) / 1e6


def zip_folder(folder: Path, target: Path) -> Path:
    """Pack a folder under its own name; names that are not ASCII carry the UTF-8 flag."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files_of(folder):
            entry = zipfile.ZipInfo(f"{folder.name}/{path.relative_to(folder).as_posix()}", EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = _PLAIN << 16
            archive.writestr(entry, path.read_bytes())
    return target


def tar_folder(folder: Path, target: Path) -> Path:
    """Pack a folder under its own name; links and the right to run are kept, owners and times are not."""
    with (
        target.open("wb") as raw,
        gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for path in files_of(folder):
            entry = archive.gettarinfo(path, f"{folder.name}/{path.relative_to(folder).as_posix()}")
            entry.uid = entry.gid = entry.mtime = 0
            entry.uname = entry.gname = ""
            entry.mode = _RUNS if entry.mode & 0o100 else _PLAIN
            if entry.isreg():
                with path.open("rb") as stream:
                    archive.addfile(entry, stream)
            else:
                archive.addfile(entry)
    return target


def write_checksum(archive: Path) -> Path:
    """Put the fingerprint of an archive beside it, in the form ``sha256sum -c`` reads."""
    target = archive.with_name(f"{archive.name}.sha256")
    target.write_text(f"{sha256(archive)}  {archive.name}\n", "utf-8")
    return target


def write_checksums(folder: Path, target: Path) -> Path:
    """List the fingerprints of all files of a folder but the list itself, in the form ``sha256sum -c`` reads."""
    lines = [
        f"{sha256(path)}  {path.relative_to(folder).as_posix()}\n"
        for path in files_of(folder)
        if path != target and not path.is_symlink()
    ]
    target.write_text("".join(lines), "utf-8")
    return target
