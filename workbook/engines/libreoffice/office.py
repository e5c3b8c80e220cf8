"""LibreOffice as a process: start one of our own, or reach the one the user has open."""

from __future__ import annotations

import contextlib
import getpass
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from workbook.engines.libreoffice import runtime
from workbook.engines.libreoffice.batch import Batch, is_scratch
from workbook.engines.libreoffice.errors import LibreOfficeUnavailable, foreign
from workbook.engines.libreoffice.pids import pid_behind

STARTS_WITHIN = 60.0
ENDS_WITHIN = 10.0
_CONNECTION = "pipe,name={};urp;StarOffice.ComponentContext"
# Every workbook is recalculated on loading, as Excel does with files of other programs.
_SETTINGS = """\
<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


class Office:
    """A connection to one LibreOffice.

    Args:
        pipe: The name of the pipe it listens on.
        process: The process that we started, if it was us.
        profile: The folder of its profile that goes when it goes.
        headless: Whether it has no windows.
    """

    def __init__(
        self,
        pipe: str,
        *,
        process: subprocess.Popen[bytes] | None = None,
        profile: tempfile.TemporaryDirectory[str] | None = None,
        headless: bool = False,
        within: float = STARTS_WITHIN,
    ) -> None:
        self.pipe = pipe
        self.process = process
        self.headless = headless
        self._profile = profile
        self.context = connected(pipe, process=process, within=within)
        self.desktop = self.create("com.sun.star.frame.Desktop")
        self.batch = Batch(self.desktop)
        self.pid = pid_behind(pipe) or (process.pid if process else -(1 + secrets.randbelow(2**30)))
        # What Excel keeps per application and LibreOffice does not keep at all.
        self.state: dict[str, Any] = {"display_alerts": True, "enable_events": True, "interactive": True}
        self.indicators: list[Any] = []
        self.active: Any = None
        self.opened: set[Path] = set()
        self.caller: subprocess.Popen[bytes] | None = None

    @property
    def ours(self) -> bool:
        """Whether we started it."""
        return self.process is not None

    def create(self, service: str) -> Any:
        """An object of one of the office's services."""
        return self.context.ServiceManager.createInstanceWithContext(service, self.context)

    def alive(self) -> bool:
        """Whether it still answers."""
        if self.process is not None and self.process.poll() is not None:
            return False
        try:
            return bool(self.desktop.getImplementationName())
        except foreign(AttributeError):  # without an answer, no object has any attribute
            return False

    def documents(self) -> list[Any]:
        """The open spreadsheets of the user, in the order they were opened, as Excel counts them."""
        found = []
        components = self.desktop.Components.createEnumeration()
        while components.hasMoreElements():
            document = components.nextElement()
            number = _number(document)
            found += [(number, document)] if number else []
        return [document for _, document in sorted(found, key=lambda pair: pair[0])]

    def let_go(self) -> None:
        """Leave the office to its user."""
        self.batch.close()

    def quit(self) -> None:
        """End an office of ours, nothing saved; leave another to its user."""
        with contextlib.suppress(*foreign()):
            self.let_go()
            if self.ours:
                for document in self.documents():
                    document.close(True)
        if self.process is None:
            return
        # The program starts a second process, so only it can end both.
        with contextlib.suppress(*foreign()):
            self.desktop.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(ENDS_WITHIN)
        self.kill()

    def kill(self) -> None:
        """End the processes of an office of ours, whatever they are doing."""
        if self.process is None:
            raise PermissionError("this office was not started by us")
        end(self.process)
        for path in self.opened:
            path.with_name(f".~lock.{path.name}#").unlink(missing_ok=True)
        if self._profile is not None:
            with contextlib.suppress(OSError):
                self._profile.cleanup()


def _number(document: Any) -> int:
    """When it was opened, counted; 0 of what is no spreadsheet of the user's, or is just being closed."""
    try:
        return int(document.RuntimeUID) if _is_spreadsheet(document) and not is_scratch(document) else 0
    except foreign(AttributeError, TypeError):
        return 0


def _is_spreadsheet(document: Any) -> bool:
    return hasattr(document, "supportsService") and document.supportsService("com.sun.star.sheet.SpreadsheetDocument")


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process that leads a group, and the group."""
    if sys.platform == "win32":
        command = ["taskkill", "/F", "/T", "/PID", str(process.pid)]
        subprocess.run(command, check=False, capture_output=True)  # noqa: S603 - a program of the system
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def connected(pipe: str, *, process: subprocess.Popen[bytes] | None = None, within: float = STARTS_WITHIN) -> Any:
    """The component context of the office that listens on a pipe.

    Args:
        pipe: The pipe's name.
        process: Give up when it ends.
        within: Seconds to wait.

    Returns:
        The remote context.

    Raises:
        LibreOfficeUnavailable: ``no-connection``.
    """
    local = runtime.uno().getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    deadline = time.monotonic() + within
    while True:
        try:
            return resolver.resolve("uno:" + _CONNECTION.format(pipe))
        except foreign() as error:
            ended = process is not None and process.poll() is not None
            if ended or time.monotonic() >= deadline:
                why = "it ended while starting" if ended else "nothing listens there"
                raise LibreOfficeUnavailable("no-connection", f"no connection to the pipe {pipe!r}: {why}") from error
            time.sleep(0.1)


def program_of(program: str | Path | None = None) -> str:
    """The program ``soffice``.

    Raises:
        LibreOfficeUnavailable: ``no-office``.
    """
    usual = [shutil.which("soffice"), shutil.which("libreoffice")]
    if sys.platform == "win32":
        roots = [os.environ.get(name) for name in ("ProgramFiles", "ProgramW6432", "ProgramFiles(x86)")]
        usual += [str(Path(root) / "LibreOffice" / "program" / "soffice.exe") for root in roots if root]
    usual += ["/Applications/LibreOffice.app/Contents/MacOS/soffice", "/opt/libreoffice/program/soffice"]
    for candidate in [str(program)] if program else usual:
        if candidate and (found := shutil.which(candidate)):
            return found
    raise LibreOfficeUnavailable("no-office", f"no LibreOffice at {program}" if program else "no LibreOffice found")


def started(
    program: str | Path | None = None,
    profile: str | Path | None = None,
    *,
    headless: bool = True,
    within: float = STARTS_WITHIN,
) -> Office:
    """Start an office with a pipe of its own.

    Args:
        program: ``soffice``; looked for if left out.
        profile: Its profile's folder; by default a new one that goes with the office.
        headless: Without windows.
        within: Seconds it may take.

    Returns:
        The office.

    Raises:
        LibreOfficeUnavailable: Any of its reasons.
    """
    runtime.uno()
    command = [program_of(program)]
    temporary = None
    if profile is None:
        temporary = tempfile.TemporaryDirectory(prefix="xlwings-libreoffice-", ignore_cleanup_errors=True)
        profile = temporary.name
        (Path(profile) / "user").mkdir()
        (Path(profile) / "user" / "registrymodifications.xcu").write_text(_SETTINGS, "utf-8")
    pipe = f"xlwings-{secrets.token_hex(6)}"
    command += [_installation(profile), "--norestore", "--nologo", "--nodefault", "--nofirststartwizard"]
    command += [f"--accept={_CONNECTION.format(pipe)}", *(["--headless"] if headless else [])]
    process = subprocess.Popen(  # noqa: S603 - the office itself
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        return Office(pipe, process=process, profile=temporary, headless=headless, within=within)
    except BaseException:
        end(process)
        if temporary is not None:
            temporary.cleanup()
        raise


def _installation(profile: str | Path) -> str:
    return f"-env:UserInstallation={Path(profile).resolve().as_uri()}"


def well_known_pipe() -> str:
    """The pipe that a user's running office is told to listen on."""
    return "xlwings-libreoffice-" + re.sub(r"\W", "-", getpass.getuser(), flags=re.ASCII)


def default_profile() -> Path:
    """Where LibreOffice keeps the user's profile."""
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA", "~")).expanduser() / "LibreOffice" / "4"
    if sys.platform == "darwin":
        return Path("~/Library/Application Support/LibreOffice/4").expanduser()
    return Path(os.environ.get("XDG_CONFIG_HOME") or "~/.config").expanduser() / "libreoffice" / "4"


def running(
    program: str | Path | None = None, profile: str | Path | None = None, *, within: float = STARTS_WITHIN
) -> Office:
    """Reach the office that the user has open, listening or not.

    A running office takes over the arguments of a second call, and so begins to listen.

    Args:
        program: ``soffice``; looked for if left out.
        profile: Its profile's folder; by default the user's.
        within: Seconds to wait.

    Returns:
        The office.

    Raises:
        LibreOfficeUnavailable: ``no-connection`` if none is open, or any other reason.
    """
    pipe = well_known_pipe()
    if profile is not None:
        # Two profiles are two offices.
        pipe += "-" + re.sub(r"\W", "", str(profile), flags=re.ASCII)[-24:]
    with contextlib.suppress(LibreOfficeUnavailable):
        runtime.uno()
        return Office(pipe, within=0)
    runtime.uno()
    # While it runs it holds this lock. Without this look, a second call would start an office nobody asked for.
    if not (Path(profile or default_profile()) / ".lock").exists():
        raise LibreOfficeUnavailable("no-connection", "LibreOffice is not running")
    command = [program_of(program), *([_installation(profile)] if profile else [])]
    command += ["--nodefault", "--nologo", "--norestore", f"--accept={_CONNECTION.format(pipe)}"]
    call = subprocess.Popen(  # noqa: S603 - the office itself
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    office = Office(pipe, within=within)
    # It ends when the running office has taken over; if the lock was a dead office's, it is the office now.
    with contextlib.suppress(subprocess.TimeoutExpired):
        call.wait(1)
    office.caller = call
    return office
