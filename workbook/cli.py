"""The front door of the terminal; ``jiqun --help`` lists its commands."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from enum import IntEnum
from pathlib import Path
from typing import Any, NoReturn

from toolkit.errors import PolicyError, ToolkitError, WorkbookError
from toolkit.messages import CATALOGUE, Severity
from toolkit.packs import Pack, pack_at, packs
from workbook import __version__, terminal
from workbook.check import Checked, Shelf, check_file, compared, shelf
from workbook.layout import Layout, lay_out
from workbook.progress import progress
from workbook.records import layout_record, record, unreadable
from workbook.sealing import write_check_seal

RESULT_SUFFIX = "-校验结果"
_COPY = re.compile(rf"{RESULT_SUFFIX}(（\d+）)?$")


class Exit(IntEnum):
    """What the process tells its caller; for ``collect`` 1 means that some files were left out."""

    CLEAN = 0
    DATA_ERRORS = 1
    UNUSABLE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: Without the program's name; None takes them from the process.

    Returns:
        0 everything evaluated without data errors, 1 data errors found (``collect``: some files left out), 2 a file
        could not be read or the call was wrong.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except BrokenPipeError:  # whoever read along has seen enough
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - stays open until the process ends
        return Exit.UNUSABLE
    except KeyboardInterrupt:
        return _refuse("已中断；已写完的文件保留")
    except (ToolkitError, OSError) as error:
        return _refuse(_complaint(error))


def _complaint(error: ToolkitError | OSError) -> str:
    """What went wrong and what to do, for whoever typed the command."""
    if isinstance(error, PolicyError):
        return f"规则数据有误：{error}"
    if isinstance(error, OSError):
        return f"无法读写 {error.filename or ''}。请检查路径、权限和磁盘空间，并确认文件夹处没有同名文件"
    return str(error)


def _refuse(told: str) -> int:
    print(told, file=sys.stderr)
    return Exit.UNUSABLE


# --- what was asked --------------------------------------------------------------------------------------------

# argparse speaks English; these are the sentences a user can provoke.
_CHINESE = (
    (r"the following arguments are required: (.*)", r"缺少参数：\1"),
    (r"unrecognized arguments: (.*)", r"不认识的参数：\1"),
    (r"argument (.*): expected one argument", r"参数 \1 后面应有一个值"),
    (r"argument (.*): invalid choice: (.*) \(choose from (.*)\)", r"参数 \1 的值 \2 不在 \3 之中"),
    (r"argument (.*): invalid (?:int|_count) value: (.*)", r"参数 \1 应为正整数，实为 \2"),
    (r"ambiguous option: (.*) could match (.*)", r"参数 \1 不明确，可能是 \2"),
)


class _Parser(argparse.ArgumentParser):
    """Chinese headings, Chinese complaints, and a complaint that ends with the next step."""

    def __init__(self, **options: Any) -> None:
        super().__init__(formatter_class=argparse.RawDescriptionHelpFormatter, add_help=False, **options)
        self._positionals.title, self._optionals.title = "参数", "选项"
        self.add_argument("-h", "--help", action="help", help="显示本说明")

    def format_help(self) -> str:
        return super().format_help().replace("usage: ", "用法：", 1)

    def error(self, message: str) -> NoReturn:
        for english, chinese in _CHINESE:
            message = re.sub(english, chinese, message)
        print(f"{message}\n请运行 {self.prog} --help 查看用法", file=sys.stderr)
        raise SystemExit(Exit.UNUSABLE)


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


_EXAMPLES = """示例：
  jiqun template -o 空白申报工作簿.xlsx            生成空白申报工作簿
  jiqun check 申报工作簿.xlsx                      校验、评价，结果写入副本
  jiqun check 收件/*.xlsx -o 结果                  一次校验多份
  jiqun collect 收件 -o 总表.xlsx                  汇总成总表
  jiqun explain 6.2-08                             说明一条规则
  jiqun check --help                               查看某个命令的说明

退出码：0 正常；1 check 发现数据错误，或 collect 有文件未汇总；2 文件无法读写或命令有误
"""


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="jiqun", description="中小企业特色产业集群：申报工作簿的生成、校验、评价和汇总", epilog=_EXAMPLES
    )
    parser.add_argument("--version", action="version", version=f"jiqun {__version__}", help="显示版本")
    commands = parser.add_subparsers(title="命令", metavar="命令", required=True, parser_class=_Parser)

    template = _command(commands, "template", _template, "生成空白申报工作簿")
    template.add_argument("-o", "--output", type=Path, required=True, metavar="文件", help="写到哪个 .xlsx 文件")
    _choice_of_rules(template)

    check = _command(commands, "check", _check, "校验并评价申报工作簿；原件不动，结果写入副本")
    check.add_argument("files", nargs="+", metavar="文件", help="申报工作簿，可以是多个或带通配符")
    check.add_argument("-o", "--output", type=Path, metavar="文件夹", help="副本写到哪里；不写则在原件旁边")
    check.add_argument("--earlier", type=Path, metavar="文件", help="该集群以前年度的工作簿，核对同年数据有无修订")
    check.add_argument("--json", action="store_true", help="每份文件输出一行 JSON；不指定 -o 时不写副本")
    _pack(check)

    migrate = _command(commands, "migrate", _migrate, "把旧版工作簿的内容带入新版工作簿；原件不动")
    migrate.add_argument("file", type=Path, metavar="文件", help="旧版申报工作簿")
    migrate.add_argument("-o", "--output", type=Path, required=True, metavar="文件", help="新版写到哪个 .xlsx 文件")
    _choice_of_rules(migrate)

    seal = _command(commands, "seal", _seal, "用密钥给申报工作簿加封；原件不动，封好的写入副本")
    seal.add_argument("file", type=Path, metavar="文件", help="已完成初审的申报工作簿")
    seal.add_argument("--key", type=Path, required=True, metavar="文件", help="本区的密钥文件，勿与工作簿一同发送")
    seal.add_argument("--signer", required=True, metavar="单位", help="加封单位，如 浦东新区科经委")
    seal.add_argument("-o", "--output", type=Path, required=True, metavar="文件", help="封好的副本写到哪个 .xlsx 文件")
    _pack(seal)

    verify = _command(commands, "verify", _verify, "用密钥核对封签：加封后有没有改动")
    verify.add_argument("file", type=Path, metavar="文件", help="已加封的申报工作簿")
    verify.add_argument("--key", type=Path, required=True, metavar="文件", help="加封所用的密钥文件")
    _pack(verify)

    key = _command(commands, "key", _key, "生成加封用的密钥文件")
    key.add_argument("-o", "--output", type=Path, required=True, metavar="文件", help="写到哪个文件")

    collect = _command(commands, "collect", _collect, "把一个文件夹中的申报工作簿汇总成总表")
    collect.add_argument("folder", type=Path, metavar="文件夹", help="收到的申报工作簿，含下级文件夹")
    collect.add_argument("-o", "--output", type=Path, required=True, metavar="文件", help="总表写到哪个 .xlsx 文件")
    _choice_of_rules(collect)

    explain = _command(commands, "explain", _explain, "说明一条规则或一个问题代码")
    explain.add_argument("rule", nargs="?", metavar="编号", help="规则如 6.2-08，问题代码如 F2；不写则列出全部规则")
    explain.add_argument("--all", action="store_true", help="逐条说明全部规则（Markdown）")
    explain.add_argument("--errors", action="store_true", help="列出全部问题代码（Markdown）")
    _choice_of_rules(explain)

    layout = _command(commands, "layout", _layout, "列出工作簿中每个填报项和表格的位置")
    layout.add_argument("--json", action="store_true", help="输出 JSON")
    _choice_of_rules(layout)

    sample = _command(commands, "sample", _sample, "生成填好的样例工作簿（企业和人员均为虚构）")
    sample.add_argument("-o", "--output", type=Path, required=True, metavar="文件夹", help="写到哪个文件夹")
    sample.add_argument("--count", type=_count, default=6, metavar="份数", help="生成几份，默认 6")
    sample.add_argument("--seed", type=int, default=2026, metavar="种子", help="同一种子得到同样的内容")
    outcomes = ("met", "short", "incomplete", "mixed")
    sample.add_argument(
        "--outcome",
        choices=outcomes,
        default="mixed",
        metavar="结果",
        help="met 达标、short 有短板、incomplete 信息不全、mixed 轮流",
    )
    sample.add_argument("--firms", type=_count, metavar="家数", help="每份名录的企业数，默认随机")
    _choice_of_rules(sample)
    return parser


def _command(commands: Any, name: str, run: Any, told: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=told, description=told)
    parser.set_defaults(run=run)
    return parser


def _pack(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--pack", type=Path, metavar="文件夹", help="另用一个规则包（含 policy.json 和 seasons）")


def _choice_of_rules(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--policy", default="shanghai-2024", metavar="规则", help="规则包，默认 shanghai-2024")
    parser.add_argument("--season", metavar="年度", help="申报年度，默认最近一年")
    _pack(parser)


def _chosen(options: argparse.Namespace) -> Layout:
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


def _known(options: argparse.Namespace) -> Shelf:
    """What workbooks may belong to: everything that ships, and the pack given on the call."""
    return shelf(pack_at(options.pack)) if options.pack else shelf()


# --- commands --------------------------------------------------------------------------------------------------


def _template(options: argparse.Namespace) -> int:
    from workbook.template import write_template

    layout = _chosen(options)
    if options.output.exists():
        raise WorkbookError("W10", name=options.output.name)
    options.output.parent.mkdir(parents=True, exist_ok=True)
    write_template(layout, options.output)
    print(f"已生成空白申报工作簿：{options.output}")
    print(f"下一步：在 Excel 或 WPS 中填写后，运行 jiqun check {options.output.name}")
    return Exit.CLEAN


def _explain(options: argparse.Namespace) -> int:
    from workbook.explain import error_list, explain, explain_code, handbook, overview

    if options.errors or options.rule in CATALOGUE:
        print("\n".join(error_list() if options.errors else explain_code(options.rule)))
        return Exit.CLEAN
    layout = _chosen(options)
    told = explain(layout, options.rule) if options.rule else handbook(layout) if options.all else overview(layout)
    for line in told:
        print(line)
    return Exit.CLEAN


def _layout(options: argparse.Namespace) -> int:
    layout = _chosen(options)
    if options.json:
        print(json.dumps(layout_record(layout), ensure_ascii=False, indent=1))
        return Exit.CLEAN
    for place in layout.inputs.values():
        print(f"{place.area.reference:<32} {place.name:<28} {place.field.label}（{place.field.unit or '—'}）")
    for table in layout.tables.values():
        print(f"{table.area.reference:<32} {table.name:<28} 表：{table.table.label}")
    return Exit.CLEAN


def _sample(options: argparse.Namespace) -> int:
    from workbook.sample import Outcome, write_samples

    layout = _chosen(options)
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


def _check(options: argparse.Namespace) -> int:
    known, files = _known(options), list(_files(options.files))
    if not files:
        return _refuse("没有可校验的文件。请检查文件名和通配符")
    earlier = check_file(options.earlier, known) if options.earlier else None
    return max(_check_one(source, known, earlier, options) for source in progress(files, len(files), "校验"))


def _files(given: Iterable[str]) -> Iterator[Path]:
    """The files named, wildcards resolved for shells that do not; Excel's lock files are no workbooks."""
    for text in given:
        path = Path(text)
        wild = not path.exists() and any(char in path.name for char in "*?")
        found = sorted(path.parent.glob(path.name)) if wild else [path]
        yield from (file for file in found if not file.name.startswith("~$") and not (wild and _is_copy(file)))


def _check_one(source: Path, known: Shelf, earlier: Checked | None, options: argparse.Namespace) -> Exit:
    try:
        checked = check_file(source, known)
        checked = compared(checked, earlier) if earlier else checked
        copy = None if options.json and not options.output else _annotate(checked, options.output)
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


def _annotate(checked: Checked, folder: Path | None) -> Path:
    """Write the results into a copy; never over the original, nor over an earlier copy somebody may have worked on."""
    from workbook.results import write_results

    target = _free(folder or checked.source.parent, checked.source)
    target.parent.mkdir(parents=True, exist_ok=True)
    write_results(checked.book, checked.layout, checked.submission, checked.evaluation, _stamp(checked))
    write_check_seal(checked.book, checked.snapshot, _now())
    checked.book.save(target)
    return target


def _is_copy(path: Path) -> bool:
    """Whether a file bears the name of a copy with results; a wildcard passes these over."""
    return _COPY.search(path.stem) is not None


def _free(folder: Path, source: Path) -> Path:
    stem = _COPY.sub("", source.stem)
    names = (f"{stem}{RESULT_SUFFIX}{mark}.xlsx" for mark in ("", *(f"（{n}）" for n in range(2, 10_000))))
    return next(folder / name for name in names if not (folder / name).exists())


def _stamp(checked: Checked) -> str:
    identity = checked.identity
    return (
        f"规则 {identity.policy}，年度 {identity.season}，模板 {identity.template}；工具 jiqun {__version__}；"
        f"校验时间 {_now()}；原件指纹 {checked.sha256[:12]}"
    )


def _now() -> str:
    return f"{datetime.now().astimezone():%Y-%m-%d %H:%M}"


def _migrate(options: argparse.Namespace) -> int:
    from workbook.migrate import Fate, migrate, write_notes
    from workbook.template import write_template

    notes_file = options.output.with_name(f"{options.output.stem}-迁移说明.csv")
    for target in (options.output, notes_file):
        if target.exists():
            raise WorkbookError("W10", name=target.name)
    checked, layout = check_file(options.file, _known(options)), _chosen(options)
    done = migrate(checked, layout)
    options.output.parent.mkdir(parents=True, exist_ok=True)
    write_template(layout, options.output, done.answers)
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


def _key(options: argparse.Namespace) -> int:
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


def _seal(options: argparse.Namespace) -> int:
    from workbook.sealing import read_key, sign, write_district_seal

    key = read_key(options.key)
    if options.output.exists():
        raise WorkbookError("W10", name=options.output.name)
    checked = check_file(options.file, _known(options))
    seal = sign(checked.identity, checked.whole_snapshot, key, options.signer, _now())
    write_district_seal(checked.book, seal)
    options.output.parent.mkdir(parents=True, exist_ok=True)
    checked.book.save(options.output)
    print(f"已加封（{seal.signer}，{seal.time}，密钥 {seal.key}）：{options.output}")
    return Exit.CLEAN


def _verify(options: argparse.Namespace) -> int:
    from workbook.sealing import holds, read_district_seal, read_key

    key = read_key(options.key)
    checked = check_file(options.file, _known(options))
    seal = read_district_seal(checked.book)
    if seal is None:
        return _refuse(f"✗ {options.file.name} 未加封。请退回加封后再报送")
    if not holds(seal, checked.identity, checked.whole_snapshot, key):
        print(f"✗ {options.file.name} 的封签不符：加封后有改动，或所用密钥不是 {seal.key}。请与加封单位核对")
        return Exit.DATA_ERRORS
    print(f"✓ {options.file.name} 的封签相符：{seal.signer}，{seal.time}，加封后没有改动")
    return Exit.CLEAN


def _collect(options: argparse.Namespace) -> int:
    from workbook.master import collect

    if not options.folder.is_dir():
        return _refuse(f"没有文件夹 {options.folder}。请检查路径")
    layout = _chosen(options)
    result = collect(options.folder, options.output, layout, _known(options))
    print(f"已汇总 {result.accepted} 个集群，{result.rejected} 份文件未汇总（原因见“导入日志”）：{options.output}")
    if result.backup:
        print(f"原总表已备份：{result.backup}")
    for name, reason in result.refused:
        print(f"  ✗ {name}：{reason}", file=sys.stderr)
    return Exit.DATA_ERRORS if result.rejected else Exit.CLEAN
