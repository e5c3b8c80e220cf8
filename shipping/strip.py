"""What of a wheel does not travel: what only developers need, what antivirus dislikes, what we may not pass on."""

from __future__ import annotations

from pathlib import PurePosixPath

# Folders left out wherever they stand.
_FOLDERS = frozenset({"tests", "test", "Demos", "demos", "include", "__pycache__", "f2py", "distutils", "_pyinstaller"})
_SUFFIXES = frozenset(
    {".pdb", ".pyi", ".pyx", ".pxd", ".pxi", ".h", ".c", ".cpp", ".lib", ".a", ".chm", ".exe", ".pth", ".pyc"}
)
# Of the metadata, only what tells what it is and under which licence.
_LICENCES = ("licen", "copying", "notice", "authors")

# Distribution → paths below which nothing is needed.
_OUT: dict[str, tuple[str, ...]] = {
    # `pro` is not free for offices; the rest is its add-in, its templates and the server of its functions: nothing that
    # we use, and some of it is quarantined on sight.
    "xlwings": (
        "xlwings/pro",
        "xlwings/addin",
        "xlwings/js",
        "xlwings/html",
        "xlwings/rest",
        "xlwings/quickstart_standalone.xlsm",
        "xlwings/quickstart.xlsm",
        "xlwings/quickstart_addin.xlam",
        "xlwings/quickstart_addin_ribbon.xlam",
        "xlwings/xlwings.bas",
        "xlwings/xlwings_custom_addin.bas",
        "xlwings/xlwingslib.cp311-win_amd64.pyd",
    ),
    # Of pywin32, COM: no editor, no web server, no databases, no services.
    "pywin32": (
        "pythonwin",
        "isapi",
        "adodbapi",
        "win32comext",
        "win32/scripts",
        "win32/libs",
        "win32com/libs",
        "win32com/HTML",
        "win32com/makegw",
    ),
}


def travels(distribution: str, path: PurePosixPath) -> bool:
    """Whether a file of a wheel goes into the folder.

    Args:
        distribution: Normalised name of the distribution, e.g. ``xlwings``.
        path: The file's place in the wheel.
    """
    if path.parts[0].endswith(".data"):
        return False
    if path.parts[0].endswith(".dist-info"):
        return _tells(PurePosixPath(*path.parts[1:]))
    if _FOLDERS.intersection(path.parts[:-1]) or path.suffix.lower() in _SUFFIXES:
        return False
    return not any(path.is_relative_to(out) for out in _OUT.get(distribution, ()))


def _tells(path: PurePosixPath) -> bool:
    """Whether a file of the metadata says what this is and who may use it."""
    return path.name == "METADATA" or any(mark in part.lower() for part in path.parts for mark in _LICENCES)
