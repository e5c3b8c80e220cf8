"""The letter with which a round is returned, as a document that officials edit in Word or WPS, number and seal."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.review import Item
from workbook.check import Checked
from workbook.package.patch import replace_file
from workbook.review import Returned

if TYPE_CHECKING:
    from docx.document import Document

BODY, TITLE, HEAD = "仿宋", "宋体", "黑体"
_BODY_SIZE, _TITLE_SIZE, _LINE = 16, 22, 28
# Control characters and halves of characters: no document may hold them, and nobody can see them.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_BREAKS = re.compile(r"[\t\n\v\f\r\x85]+")
_NUMERALS = "一二三四五六七八九十"
_BLANK_DAY = "　　年　　月　　日"


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
        deadline=_day(deadline) if deadline and today <= deadline else _BLANK_DAY,
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
    import docx  # at the edge: only those who write a letter pay for it

    document = docx.Document()
    _Scribe(document).write(letter)
    memory = BytesIO()
    document.save(memory)
    return memory.getvalue()


def plain(text: str) -> str:
    r"""Text as one line without anything that cannot be seen.

    Examples:
        >>> plain("产值\x00有\n误")
        '产值有 误'
    """
    return _UNSEEN.sub("", _BREAKS.sub(" ", text)).strip(" ")


@dataclass(frozen=True)
class _Scribe:
    """Puts paragraph after paragraph."""

    document: Document

    def write(self, letter: Letter) -> None:
        self._page()
        self._centred(letter.title, TITLE, _TITLE_SIZE)
        self._centred(f"（第 {letter.number} 轮）", BODY, _BODY_SIZE)
        self._line(f"{letter.addressee}：", indent=False)
        self._line(letter.opening)
        parts = iter(_NUMERALS)
        if letter.opinion.strip():
            self._line(f"{next(parts)}、初审意见", font=HEAD)
            for paragraph in letter.opinion.splitlines():
                if paragraph.strip():
                    self._line(paragraph)
        self._items(f"{next(parts)}、须补正的事项", letter.required)
        if letter.told:
            self._items(f"{next(parts)}、系统判定情况（供参考）", letter.told)
        self._line(f"{next(parts)}、补正要求", font=HEAD)
        self._line(
            f"请在随附的工作簿“{letter.workbook}”中补正，勿另用其他文件，勿增删工作表和行列；"
            f"补正后校验无误，连同佐证材料于{letter.deadline}前重新报送。逾期或者未按要求补正的，按有关规定办理。"
        )
        if letter.officer:
            self._line(f"经办人：{letter.officer}")
        self._line("")
        self._right(f"{letter.sender}（盖章）")
        self._right(_BLANK_DAY)

    def _items(self, heading: str, items: Sequence[Item]) -> None:
        """Sheet by sheet, in the order of the first item of each; numbered throughout."""
        self._line(heading, font=HEAD)
        order = list(dict.fromkeys(item.location.sheet for item in items))
        number = 0
        for sheet, some in groupby(sorted(items, key=lambda item: order.index(item.location.sheet)), _sheet):
            self._line(f"工作表“{sheet}”", bold=True)
            for item in some:
                number += 1
                clause = f"（{item.clause}）" if item.clause else ""
                self._line(f"{number}. {item.location.cell}{clause}：{item.what}。{_ending(item.todo)}")

    # Small strokes ---------------------------------------------------------------------------------------------

    def _page(self) -> None:
        from docx.shared import Cm, Pt

        section = self.document.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.top_margin, section.bottom_margin = Cm(3.7), Cm(3.5)
        section.left_margin, section.right_margin = Cm(2.8), Cm(2.6)
        normal: Any = self.document.styles["Normal"]
        normal.font.size = Pt(_BODY_SIZE)
        _east_asian(normal, BODY)

    def _centred(self, text: str, font: str, size: int) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        paragraph = self._paragraph(text, font, size, bold=font == TITLE)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER

    def _right(self, text: str) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        paragraph = self._paragraph(text, BODY, _BODY_SIZE)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT

    def _line(self, text: str, *, font: str = BODY, bold: bool = False, indent: bool = True) -> None:
        from docx.shared import Pt

        paragraph = self._paragraph(text, font, _BODY_SIZE, bold=bold)
        if indent:
            paragraph.paragraph_format.first_line_indent = Pt(2 * _BODY_SIZE)

    def _paragraph(self, text: str, font: str, size: int, *, bold: bool = False) -> Any:
        from docx.shared import Pt

        paragraph = self.document.add_paragraph()
        paragraph.paragraph_format.line_spacing = Pt(max(_LINE, size * 1.5))
        paragraph.paragraph_format.space_after = Pt(0)
        run: Any = paragraph.add_run(plain(text))
        run.bold = bold
        run.font.size = Pt(size)
        _east_asian(run, font)
        return paragraph


def _sheet(item: Item) -> str:
    return item.location.sheet


def _ending(text: str) -> str:
    """A sentence with its full stop."""
    return text if text.endswith(("。", "！", "？")) else f"{text}。"


def _east_asian(styled: Any, font: str) -> None:
    """Chinese text takes the East Asian font, which python-docx does not set by itself."""
    from docx.oxml.ns import qn

    styled.font.name = font
    styled.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
