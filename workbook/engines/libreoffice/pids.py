"""Which process listens on a pipe: xlwings tells applications apart by their process, and UNO does not say."""

from __future__ import annotations

from pathlib import Path


def pid_behind(pipe: str) -> int | None:
    """The process that listens on a pipe.

    Args:
        pipe: The pipe's name.

    Returns:
        Its number; None where the system does not tell (anything but Linux) or does not tell us.
    """
    try:
        sockets = Path("/proc/net/unix").read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return None
    ending = f"_{pipe}"
    wanted = {f"socket:[{line.split()[6]}]" for line in sockets if line.endswith(ending)}
    if not wanted:
        return None
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and _holds(process / "fd", wanted):
            return int(process.name)
    return None


def _holds(descriptors: Path, wanted: set[str]) -> bool:
    try:
        return any(str(entry.readlink()) in wanted for entry in descriptors.iterdir())
    except OSError:
        return False
