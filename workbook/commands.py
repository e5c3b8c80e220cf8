"""What each command of the terminal does, once its arguments are understood."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from enum import IntEnum
from pathlib import Path

from toolkit.errors import PolicyError, WorkbookError
from toolkit.messages import CATALOGUE, Severity
from toolkit.packs import Pack, pack_at, packs
from workbook import terminal
from workbook.check import Checked, Shelf, check_file, compared, shelf
from workbook.copies import annotate, is_copy
from workbook.layout import Layout, lay_out
from workbook.progress import progress
from workbook.records import layout_record, record, unreadable


class Exit(IntEnum):
    """What the process tells its caller; for ``collect`` 1 means that some files were left out."""

    CLEAN = 0
    DATA_ERRORS = 1
    UNUSABLE = 2


def refuse(told: str) -> int:
    """Say why nothing was done."""
    print(told, file=sys.stderr)
    return Exit.UNUSABLE


def chosen(options: argparse.Namespace) -> Layout:
    """The layout of the policy and season that were asked for.

    Raises:
        PolicyError: There is no such pack or season.
    """
    found = _packs(options)
    if options.policy not in found and not options.pack:
        raise PolicyError(f"没有规则包 {options.policy}，现有 {'、'.join(found)}")
    pack = pack_at(options.pack) if options.pack else found[options.policy]
    seasons = pack.seasons
    season = options.season or max(seasons, default="")
    if season not in seasons:
        raise PolicyError(f"没有申报年度 {season or '（空）'}，现有 {'、'.join(seasons) or '无'}")
    return lay_out(pack.policy, seasons[season])


def _packs(options: argparse.Namespace) -> dict[str, Pack]:
    return {} if options.pack else packs()


def known_packs(options: argparse.Namespace) -> Shelf:
    """What workbooks may belong to: everything that ships, and the pack given on the call."""
    return shelf(pack_at(options.pack)) if options.pack else shelf()


def run_template(options: argparse.Namespace) -> int:
    """Write the blank workbook."""
    from workbook.template import write_template

    layout = chosen(options)
    if options.output.exists():
        raise WorkbookError("W10", name=options.output.name)
    options.output.parent.mkdir(parents=True, exist_ok=True)
    write_template(layout, options.output)
    print(f"已生成空白申报工作簿：{options.output}")
    print(f"下一步：在 Excel 或 WPS 中填写后，运行 jiqun check {options.output.name}")
    return Exit.CLEAN


def run_explain(options: argparse.Namespace) -> int:
    """Tell one rule or one message, or all of them."""
    from workbook.explain import error_list, explain, explain_code, handbook, overview

    if options.errors or options.rule in CATALOGUE:
        print("\n".join(error_list() if options.errors else explain_code(options.rule)))
        return Exit.CLEAN
    layout = chosen(options)
    if options.dataset:
        from workbook.commission.schema import page

        print("\n".join(page(layout.policy, layout.season)))
        return Exit.CLEAN
    told = explain(layout, options.rule) if options.rule else handbook(layout) if options.all else overview(layout)
    for line in told:
        print(line)
    return Exit.CLEAN


def run_layout(options: argparse.Namespace) -> int:
    """List every input and table with its place."""
    layout = chosen(options)
    if options.json:
        print(json.dumps(layout_record(layout), ensure_ascii=False, indent=1))
        return Exit.CLEAN
    for place in layout.inputs.values():
        print(f"{place.area.reference:<32} {place.name:<28} {place.field.label}（{place.field.unit or '—'}）")
    for table in layout.tables.values():
        print(f"{table.area.reference:<32} {table.name:<28} 表：{table.table.label}")
    return Exit.CLEAN


def run_sample(options: argparse.Namespace) -> int:
    """Write filled workbooks of invented clusters."""
    from workbook.sample import Outcome, write_samples

    layout = chosen(options)
    options.output.mkdir(parents=True, exist_ok=True)
    written = write_samples(
        layout,
        options.output,
        count=options.count,
        seed=options.seed,
        outcome=Outcome(options.outcome),
        firms=options.firms,
    )
    for _ in progress(written, options.count, "生成样例"):
        pass
    print(f"已生成 {options.count} 份样例：{options.output}")
    return Exit.CLEAN


def run_check(options: argparse.Namespace) -> int:
    """Check files one after the other; a file that cannot be used does not stop the rest."""
    known, files = known_packs(options), list(given_files(options.files))
    if not files:
        return refuse("没有可校验的文件。请检查文件名和通配符")
    earlier = check_file(options.earlier, known) if options.earlier else None
    return max(_check_one(source, known, earlier, options) for source in progress(files, len(files), "校验"))


def given_files(given: Iterable[str], *, skip: bool = True) -> Iterator[Path]:
    """The files named, wildcards resolved for shells that do not; Excel's lock files are no workbooks.

    Args:
        given: Paths and wildcards.
        skip: Whether wildcards pass over copies the tool has written.
    """
    for text in given:
        path = Path(text)
        wild = not path.exists() and any(char in path.name for char in "*?")
        found = sorted(path.parent.glob(path.name)) if wild else [path]
        yield from (file for file in found if not file.name.startswith("~$") and not (wild and skip and is_copy(file)))


def _check_one(source: Path, known: Shelf, earlier: Checked | None, options: argparse.Namespace) -> Exit:
    try:
        checked = check_file(source, known)
        checked = compared(checked, earlier) if earlier else checked
        copy = None if options.json and not options.output else annotate(checked, options.output)
    except WorkbookError as error:
        if options.json:
            print(json.dumps(unreadable(source, error), ensure_ascii=False))
        print(f"✗ {source.name}\n  {error}", file=sys.stderr)
        return Exit.UNUSABLE
    if options.json:
        print(json.dumps(record(checked), ensure_ascii=False))
    else:
        print("\n".join(terminal.told(checked, copy)))
    errors = any(problem.severity is Severity.ERROR for problem in checked.evaluation.problems)
    return Exit.DATA_ERRORS if errors else Exit.CLEAN


def run_migrate(options: argparse.Namespace) -> int:
    """Carry the answers of a workbook into a new one, and list what did not simply stay."""
    from workbook.migrate import Fate, carry_rounds, migrate, write_notes
    from workbook.template import write_template

    notes_file = options.output.with_name(f"{options.output.stem}-迁移说明.csv")
    for target in (options.output, notes_file):
        if target.exists():
            raise WorkbookError("W10", name=target.name)
    checked, layout = check_file(options.file, known_packs(options)), chosen(options)
    done = migrate(checked, layout)
    options.output.parent.mkdir(parents=True, exist_ok=True)
    write_template(layout, options.output, done.answers)
    carry_rounds(checked, layout, options.output)
    write_notes(done.notes, notes_file)
    counts = Counter(note.fate for note in done.notes)
    print(f"已带入 {done.carried} 格内容：{options.output}")
    print("  " + "，".join(f"{fate.value} {counts[fate]} 处" for fate in Fate))
    for note in done.notes:
        if note.fate in (Fate.DROPPED, Fate.CHANGED) or (note.fate is Fate.NEW and note.told == "必填"):
            print(f"  {note.fate.value}　{note.label}　{note.before or note.after}　{note.told}")
    print(f"逐项说明：{notes_file}")
    print(f"下一步：核对并补齐后，运行 jiqun check {options.output.name}")
    return Exit.CLEAN


def run_key(options: argparse.Namespace) -> int:
    """Make a key file; nothing is overwritten."""
    from workbook.sealing import make_key

    if options.output.exists():
        raise WorkbookError("W10", name=options.output.name)
    options.output.parent.mkdir(parents=True, exist_ok=True)
    # Readable by its owner alone from the first moment on, where the system knows owners.
    with os.fdopen(os.open(options.output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(make_key())
    print(f"已生成密钥：{options.output}")
    print("下一步：当面或经加密渠道交市级联系人留存一份；勿与工作簿一同发送，勿放入共享文件夹")
    return Exit.CLEAN


def run_verify(options: argparse.Namespace) -> int:
    """Tell whether a seal still holds."""
    from workbook.sealing import holds, read_district_seal, read_key

    key = read_key(options.key)
    checked = check_file(options.file, known_packs(options))
    seal = read_district_seal(checked.book)
    if seal is None:
        return refuse(f"✗ {options.file.name} 未加封。请退回加封后再报送")
    if not holds(seal, checked.identity, checked.whole_snapshot, key):
        print(f"✗ {options.file.name} 的封签不符：加封后有改动，或所用密钥不是 {seal.key}。请与加封单位核对")
        return Exit.DATA_ERRORS
    print(f"✓ {options.file.name} 的封签相符：{seal.signer}，{seal.time}，加封后没有改动")
    return Exit.CLEAN


def run_desk(options: argparse.Namespace) -> int:
    """Open the launcher."""
    try:
        import tkinter as tk

        from workbook.desk.window import open_desk
    except ImportError:
        return refuse("本机 Python 没有窗口组件（tkinter）。请改用 jiqun check 处理文件，或安装含 tkinter 的 Python")
    try:
        return open_desk(shelf(), list(given_files(options.files)))
    except tk.TclError:
        return refuse("没有可用的图形桌面，不能打开窗口。请改用 jiqun check 处理文件")
