"""The letter with which a round is returned, as a document that officials edit in Word or WPS, number and seal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path

from toolkit.review import Item
from workbook.check import Checked
from workbook.package.patch import replace_file
from workbook.review import Returned
from workbook.scribe import BLANK_DAY, Scribe

_NUMERALS = "一二三四五六七八九十"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What the letter says.

    Attributes:
        sender, addressee: The district's department, and the operator.
        deadline: The day by which to hand in again, in words.
        required, told: What is to be mended, and what is said for information.
        workbook: File that goes with it.
    """

    title: str
    number: int
    sender: str
    addressee: str
    opening: str
    opinion: str
    deadline: str
    officer: str
    required: tuple[Item, ...]
    told: tuple[Item, ...]
    workbook: str


def letter_of(checked: Checked, returned: Returned, workbook: str, today: date) -> Letter:
    """The letter of a round that was returned.

    Args:
        checked: The workbook as it was handed in.
        returned: The round.
        workbook: Name of the file that goes back to the operator.
        today: A deadline that has passed is left for the officer to fill in.

    Source:
        沪经信规范〔2024〕1号 第八条: the operator applies to its district, which reviews. The form of the letter is a
        design choice in the manner of GB/T 9704—2012.
    """
    policy, season = checked.layout.policy, checked.layout.season

    def text(role: str) -> str:
        return checked.submission.text(policy.role(role))

    deadline = season.district_deadline
    received = returned.review.day("received_on")
    when = f"，已于{_day(received)}收到" if received else "收悉"
    required = tuple(item for item in returned.items if item.required)
    return Letter(
        title=f"关于退回{policy.scheme}申报材料补正的通知",
        number=returned.round.number,
        sender=text("department") or f"{text('district')}主管部门",
        addressee=text("operator") or "（运营管理机构）",
        opening=(
            f"你单位报送的“{text('cluster') or '（未填集群名称）'}”{season.year}年度{policy.scheme}申报材料{when}。"
            f"依据《{policy.title}》（{policy.document}），经初审，尚有 {len(required)} 项须补正，现予退回。"
        ),
        opinion=returned.review.text("recommendation"),
        deadline=_day(deadline) if deadline and today <= deadline else BLANK_DAY,
        officer=returned.review.text("reviewer"),
        required=required,
        told=tuple(item for item in returned.items if not item.required),
        workbook=workbook,
    )


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def write_letter(letter: Letter, target: Path) -> None:
    """Write the letter.

    Args:
        letter: What it says; whatever an operator typed goes in as plain text.
        target: A .docx file; replaced at once or not at all.

    Raises:
        WorkbookError: The file cannot be written.
    """
    replace_file(target, [letter_bytes(letter)])


def letter_bytes(letter: Letter) -> bytes:
    """The same as bytes."""
    scribe = Scribe()
    scribe.title(letter.title)
    scribe.subtitle(f"（第 {letter.number} 轮）")
    scribe.line(f"{letter.addressee}：", indent=False)
    scribe.line(letter.opening)
    parts = iter(_NUMERALS)
    if letter.opinion.strip():
        scribe.heading(f"{next(parts)}、初审意见")
        scribe.text(letter.opinion)
    _items(scribe, f"{next(parts)}、须补正的事项", letter.required)
    if letter.told:
        _items(scribe, f"{next(parts)}、系统判定情况（供参考）", letter.told)
    scribe.heading(f"{next(parts)}、补正要求")
    scribe.line(
        f"请在随附的工作簿“{letter.workbook}”中补正，勿另用其他文件，勿增删工作表和行列；"
        f"补正后校验无误，连同佐证材料于{letter.deadline}前重新报送。逾期或者未按要求补正的，按有关规定办理。"
    )
    if letter.officer:
        scribe.line(f"经办人：{letter.officer}")
    scribe.line("")
    scribe.right(f"{letter.sender}（盖章）")
    scribe.right(BLANK_DAY)
    return scribe.content


def _items(scribe: Scribe, heading: str, items: Sequence[Item]) -> None:
    """Sheet by sheet, in the order of the first item of each; numbered throughout."""
    scribe.heading(heading)
    order = list(dict.fromkeys(item.location.sheet for item in items))
    number = 0
    for sheet, some in groupby(sorted(items, key=lambda item: order.index(item.location.sheet)), _sheet):
        scribe.line(f"工作表“{sheet}”", bold=True)
        for item in some:
            number += 1
            clause = f"（{item.clause}）" if item.clause else ""
            scribe.line(f"{number}. {item.location.cell}{clause}：{item.what}。{_ending(item.todo)}")


def _sheet(item: Item) -> str:
    return item.location.sheet


def _ending(text: str) -> str:
    """A sentence with its full stop."""
    return text if text.endswith(("。", "！", "？")) else f"{text}。"
