"""A document in the manner of Chinese official papers, paragraph by paragraph, for Word or WPS."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

BODY, TITLE, HEAD = "仿宋", "宋体", "黑体"
BLANK_DAY = "　　年　　月　　日"
_BODY_SIZE, _TITLE_SIZE, _LINE = 16, 22, 28
# Control characters and halves of characters: no document may hold them, and nobody can see them.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_BREAKS = re.compile(r"[\t\n\v\f\r\x85]+")


def plain(text: str) -> str:
    r"""Text as one line without anything that cannot be seen.

    Examples:
        >>> plain("产值\x00有\n误")
        '产值有 误'
    """
    return _UNSEEN.sub("", _BREAKS.sub(" ", text)).strip(" ")


class Scribe:
    """A document being written; whatever is put into it goes in as plain text.

    Source:
        GB/T 9704—2012 for sizes, fonts and margins; a design choice, since no form is prescribed.
    """

    def __init__(self) -> None:
        import docx  # at the edge: only those who write a letter pay for it
        from docx.shared import Cm, Pt

        self._document = docx.Document()
        section = self._document.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.top_margin, section.bottom_margin = Cm(3.7), Cm(3.5)
        section.left_margin, section.right_margin = Cm(2.8), Cm(2.6)
        normal: Any = self._document.styles["Normal"]
        normal.font.size = Pt(_BODY_SIZE)
        _east_asian(normal, BODY)

    @property
    def content(self) -> bytes:
        """The document as it goes into a file."""
        memory = BytesIO()
        self._document.save(memory)
        return memory.getvalue()

    def title(self, text: str) -> None:
        """The title, in the middle."""
        self._centred(text, TITLE, _TITLE_SIZE)

    def subtitle(self, text: str) -> None:
        """What stands below the title."""
        self._centred(text, BODY, _BODY_SIZE)

    def heading(self, text: str) -> None:
        """The head of a part."""
        self.line(text, font=HEAD)

    def text(self, text: str) -> None:
        """Paragraphs as they were typed."""
        for paragraph in text.splitlines():
            if paragraph.strip():
                self.line(paragraph)

    def line(self, text: str, *, font: str = BODY, bold: bool = False, indent: bool = True) -> None:
        """One paragraph."""
        from docx.shared import Pt

        paragraph = self._paragraph(text, font, _BODY_SIZE, bold=bold)
        if indent:
            paragraph.paragraph_format.first_line_indent = Pt(2 * _BODY_SIZE)

    def right(self, text: str) -> None:
        """What stands on the right, such as who signs."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        self._paragraph(text, BODY, _BODY_SIZE).alignment = WD_ALIGN_PARAGRAPH.RIGHT

    def _centred(self, text: str, font: str, size: int) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        self._paragraph(text, font, size, bold=font == TITLE).alignment = WD_ALIGN_PARAGRAPH.CENTER

    def _paragraph(self, text: str, font: str, size: int, *, bold: bool = False) -> Any:
        from docx.shared import Pt

        paragraph = self._document.add_paragraph()
        paragraph.paragraph_format.line_spacing = Pt(max(_LINE, size * 1.5))
        paragraph.paragraph_format.space_after = Pt(0)
        run: Any = paragraph.add_run(plain(text))
        run.bold = bold
        run.font.size = Pt(size)
        _east_asian(run, font)
        return paragraph


def _east_asian(styled: Any, font: str) -> None:
    """Chinese text takes the East Asian font, which python-docx does not set by itself."""
    from docx.oxml.ns import qn

    styled.font.name = font
    styled.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
