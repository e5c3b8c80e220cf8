"""The front door of the terminal; ``jiqun --help`` lists its commands."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from toolkit.errors import PolicyError, ToolkitError
from workbook import __version__
from workbook import commands as do
from workbook import commission_commands as commission_do
from workbook import comparison_commands as comparison_do
from workbook import experts_commands as experts_do
from workbook import review_commands as review_do
from workbook.commands import Exit


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
        return do.refuse("已中断；已写完的文件保留")
    except (ToolkitError, OSError) as error:
        return do.refuse(_complaint(error))


def _complaint(error: ToolkitError | OSError) -> str:
    """What went wrong and what to do, for whoever typed the command."""
    if isinstance(error, PolicyError):
        return f"规则数据有误：{error}"
    if isinstance(error, OSError):
        return f"无法读写 {error.filename or ''}。请检查路径、权限和磁盘空间，并确认文件夹处没有同名文件"
    return str(error)


# --- what was asked --------------------------------------------------------------------------------------------

# argparse speaks English; these are the sentences a user can provoke.
_CHINESE = (
    (r"the following arguments are required: (.*)", r"缺少参数：\1"),
    (r"unrecognized arguments: (.*)", r"不认识的参数：\1"),
    (r"argument (.*): expected one argument", r"参数 \1 后面应有一个值"),
    (r"argument (.*): invalid choice: (.*) \(choose from (.*)\)", r"参数 \1 的值 \2 不在 \3 之中"),
    (r"argument (.*): invalid (?:int|_count) value: (.*)", r"参数 \1 应为正整数，实为 \2"),
    (r"argument (.*): invalid _sample value: (.*)", r"参数 \1 应为集群数或百分比（如 12 或 10%），实为 \2"),
    (r"argument (.*): invalid _seed value: (.*)", r"参数 \1 应为 1 至 60 个字符，实为 \2"),
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


_LONGEST_SEED = 60


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _sample(text: str) -> str:
    plain = text.strip().replace("％", "%")
    if not re.fullmatch(r"[1-9][0-9]{0,5}|(100|[1-9][0-9]?)%", plain, re.ASCII):
        raise ValueError(text)
    return plain


def _seed(text: str) -> str:
    if not 1 <= len(text.strip()) <= _LONGEST_SEED or not text.isprintable():
        raise ValueError(text)
    return text.strip()


_EXAMPLES = """示例：
  jiqun template -o 空白申报工作簿.xlsx            生成空白申报工作簿
  jiqun check 申报工作簿.xlsx                      校验、评价，结果写入副本
  jiqun check 收件/*.xlsx -o 结果                  一次校验多份
  jiqun review --help                              区初审的各个步骤：准备、核对、出文、退回、加封
  jiqun collect 收件 -o 总表.xlsx                  汇总成总表
  jiqun compare 收件 --pack 草案 -o 报告.xlsx      改了规则，谁的判定会变
  jiqun experts --help                             专家评审：生成评审表
  jiqun explain 6.2-08                             说明一条规则
  jiqun check --help                               查看某个命令的说明

退出码：0 正常；1 check 发现数据错误，初审有尚缺事项，或 collect 有文件未汇总；2 文件无法读写或命令有误
"""


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="jiqun", description="中小企业特色产业集群：申报工作簿的生成、校验、评价和汇总", epilog=_EXAMPLES
    )
    parser.add_argument("--version", action="version", version=f"jiqun {__version__}", help="显示版本")
    commands = parser.add_subparsers(title="命令", metavar="命令", required=True, parser_class=_Parser)

    template = _command(commands, "template", do.run_template, "生成空白申报工作簿")
    template.add_argument("-o", "--output", type=Path, required=True, metavar="文件", help="写到哪个 .xlsx 文件")
    _choice_of_rules(template)

    check = _command(commands, "check", do.run_check, "校验并评价申报工作簿；原件不动，结果写入副本")
    check.add_argument("files", nargs="+", metavar="文件", help="申报工作簿，可以是多个或带通配符")
    check.add_argument("-o", "--output", type=Path, metavar="文件夹", help="副本写到哪里；不写则在原件旁边")
    check.add_argument("--earlier", type=Path, metavar="文件", help="该集群以前年度的工作簿，核对同年数据有无修订")
    check.add_argument("--json", action="store_true", help="每份文件输出一行 JSON；不指定 -o 时不写副本")
    _pack(check)

    migrate = _command(commands, "migrate", do.run_migrate, "把旧版工作簿的内容带入新版工作簿；原件不动")
    migrate.add_argument("file", type=Path, metavar="文件", help="旧版申报工作簿")
    migrate.add_argument("-o", "--output", type=Path, required=True, metavar="文件", help="新版写到哪个 .xlsx 文件")
    _choice_of_rules(migrate)

    _review(commands)

    verify = _command(commands, "verify", do.run_verify, "用密钥核对封签：加封后有没有改动")
    verify.add_argument("file", type=Path, metavar="文件", help="已加封的申报工作簿")
    verify.add_argument("--key", type=Path, required=True, metavar="文件", help="加封所用的密钥文件")
    _pack(verify)

    key = _command(commands, "key", do.run_key, "生成加封用的密钥文件")
    key.add_argument("-o", "--output", type=Path, required=True, metavar="文件", help="写到哪个文件")

    desk = _command(commands, "desk", do.run_desk, "打开初审工具窗口：对打开的工作簿或文件校验、评价、初审")
    desk.add_argument("files", nargs="*", metavar="文件", help="开始时列出的文件，可把文件拖到启动图标上")

    _collect(commands)
    _compare(commands)

    _experts(commands)

    explain = _command(commands, "explain", do.run_explain, "说明一条规则或一个问题代码")
    explain.add_argument("rule", nargs="?", metavar="编号", help="规则如 6.2-08，问题代码如 F2；不写则列出全部规则")
    explain.add_argument("--all", action="store_true", help="逐条说明全部规则（Markdown）")
    explain.add_argument("--dataset", action="store_true", help="列出数据集的表和列（Markdown）")
    explain.add_argument("--errors", action="store_true", help="列出全部问题代码（Markdown）")
    _choice_of_rules(explain)

    layout = _command(commands, "layout", do.run_layout, "列出工作簿中每个填报项和表格的位置")
    layout.add_argument("--json", action="store_true", help="输出 JSON")
    _choice_of_rules(layout)

    sample = _command(commands, "sample", do.run_sample, "生成填好的样例工作簿（企业和人员均为虚构）")
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


def _collect(commands: Any) -> None:
    """The commission's desk."""
    collect = _command(commands, "collect", commission_do.run_collect, "汇总收到的申报工作簿；总表中人工填写的内容保留")
    collect.add_argument(
        "folder", type=Path, metavar="文件夹", help="收到的申报工作簿，含下级文件夹；“撤回”文件夹中的不汇总"
    )
    collect.add_argument(
        "-o", "--output", type=Path, required=True, metavar="文件", help="总表，新建或更新；原件存入旁边的 archive"
    )
    collect.add_argument(
        "--key", type=Path, action="append", default=[], metavar="文件", help="核验封签的区密钥，可多次使用"
    )
    _workforce(collect)
    collect.add_argument(
        "--dataset", type=Path, metavar="文件夹", help="另写一份 Parquet 数据集，供统计分析；表和列见 docs/dataset.md"
    )
    collect.add_argument(
        "--sample",
        type=_sample,
        metavar="数量",
        help="实地抽查的集群数，如 12 或 10%%；不写则沿用总表原有的样本",
    )
    collect.add_argument("--seed", type=_seed, metavar="种子", help="抽样的种子；不写则沿用，首次由年度得出")
    _choice_of_rules(collect)


def _experts(commands: Any) -> None:
    """Review by experts."""
    told = "专家评审：生成评审表；交回的评审表放入收件文件夹，由 collect 汇总"
    experts: argparse.ArgumentParser = commands.add_parser("experts", help=told, description=told)
    steps = experts.add_subparsers(title="步骤", metavar="步骤", required=True, parser_class=_Parser)
    step = _command(steps, "prepare", experts_do.run_prepare, "为每位专家生成一份评审表，列入通过形式审查的集群")
    step.add_argument("folder", type=Path, metavar="文件夹", help="收到的申报工作簿，即 collect 所用的文件夹")
    step.add_argument("-m", "--master", type=Path, required=True, metavar="总表", help="已填写形式审查结论的总表")
    step.add_argument("-o", "--output", type=Path, required=True, metavar="文件夹", help="评审表写到哪里")
    step.add_argument("--list", type=Path, metavar="文件", help="专家名单，.xlsx 或 .csv，列名为姓名、单位、回避集群")
    step.add_argument("--expert", action="append", default=[], metavar="姓名", help="一位专家，可多次使用")
    step.add_argument(
        "--round", type=_count, default=1, metavar="轮次", help="第几轮评审，默认 1；同一专家以后一轮为准"
    )
    step.add_argument("--all", action="store_true", help="列入全部集群，不论是否通过形式审查")
    _choice_of_rules(step)


_COMPARED = """规则 A 在前，B 在后，按命令行中的先后：
  jiqun compare 收件 --pack 草案 -o 报告.xlsx
      A 为 shanghai-2024，B 为“草案”文件夹中的规则包（复制 templates/shanghai-2024 后改门槛或口径）
  jiqun compare 收件 --policy shanghai-2024 --policy national-2022 -o 报告.xlsx
      同样的答案，先按本市、再按国家级规则判定
  jiqun compare 收件 --season 2026 --season 2027 -o 报告.xlsx
      同一规则的两个年度：口径、评价基准日不同，谁的判定会变
"""


def _compare(commands: Any) -> None:
    """What a change of the rules would do."""
    told = "比较两套规则：哪些集群的判定会变、为什么、差多少；只读收件，不动总表和归档"
    compare = _command(commands, "compare", comparison_do.run_compare, told)
    compare.epilog = _COMPARED
    compare.add_argument("folder", type=Path, metavar="文件夹", help="收到的申报工作簿，含下级文件夹")
    compare.add_argument(
        "-o", "--output", type=Path, metavar="文件", help="报告写到哪个 .xlsx 文件；不写则只在屏幕上显示"
    )
    # Both go into one list: the order in which they were typed says which is A and which is B.
    compare.add_argument(
        "--policy", dest="sides", action="append", default=[], metavar="规则", help="随本工具发布的规则包，可写两次"
    )
    compare.add_argument(
        "--pack", dest="sides", action="append", type=Path, metavar="文件夹", help="文件夹中的规则包，如草案，可写两次"
    )
    compare.add_argument(
        "--season",
        action="append",
        default=[],
        metavar="年度",
        help="申报年度，写两次则依次用于 A、B；默认 A 最近一年，B 与 A 相同",
    )
    compare.add_argument("--json", action="store_true", help="结果输出为 JSON")
    _workforce(compare)


def _workforce(parser: argparse.ArgumentParser) -> None:
    """Who works."""
    parser.add_argument("--processes", type=_count, metavar="个数", help="同时使用几个进程，默认每个处理器核一个")
    parser.add_argument("--scheduler", default="", metavar="地址", help="改用 Dask 计算集群，如 tcp://主机:8786")


def _review(commands: Any) -> None:
    """The steps of the district's review, each a command of its own."""
    told = "区初审：准备、核对、退回补正、加封"
    review: argparse.ArgumentParser = commands.add_parser("review", help=told, description=told)
    steps = review.add_subparsers(title="步骤", metavar="步骤", required=True, parser_class=_Parser)
    for name, run, told in (
        (
            "prepare",
            review_do.run_prepare,
            "写入校验结果、初审核对事项和推荐意见草稿；原件不动，写入副本",
        ),
        ("check", review_do.run_check, "核对初审还差哪些事项；不写文件"),
        ("opinion", review_do.run_opinion, "把初审意见写成 Word 文档，供修改、用印；原件不动"),
        ("return", review_do.run_return, "退回补正：留存并清空本轮初审内容，写出退回副本和退回补正通知；原件不动"),
    ):
        step = _command(steps, name, run, told)
        step.add_argument("files", nargs="+", metavar="文件", help="申报工作簿，可以是多个或带通配符")
        if name != "check":
            step.add_argument("-o", "--output", type=Path, metavar="文件夹", help="写到哪里；不写则在原件旁边")
        _pack(step)
    seal = _command(steps, "seal", review_do.run_seal, "核对后用密钥加封；原件不动，封好的写入副本")
    seal.add_argument("file", type=Path, metavar="文件", help="已完成初审的申报工作簿")
    seal.add_argument("--key", type=Path, required=True, metavar="文件", help="本区的密钥文件，勿与工作簿一同发送")
    seal.add_argument("--signer", required=True, metavar="单位", help="加封单位，如 浦东新区科经委")
    seal.add_argument("-o", "--output", type=Path, required=True, metavar="文件", help="封好的副本写到哪个 .xlsx 文件")
    _pack(seal)


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
