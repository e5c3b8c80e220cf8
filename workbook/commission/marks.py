"""How a written sheet says what it is, on the sheet itself, where every program that saves it leaves it alone."""

from __future__ import annotations

from typing import Final

KEY_MARK: Final = "key:"
"""Before the name of the table, in the hidden row of marks; its column holds the keys."""
DIGEST_MARK: Final = "digest:"
"""Before the ids of the columns a digest covers; its column holds the digests."""
KEY_HEADING: Final = "键"
DIGEST_HEADING: Final = "校验 "
"""Before the digest of the headings."""
TITLE_MARK: Final = "标题 "
"""Before the digest of a title or intro, in the hidden column of digests."""
PEOPLE_SIGN: Final = "✎ "
"""Before the heading of a column of people's, so that a grey print tells it."""
OWN_PREFIX: Final = "own_"
"""Before the number in the id of a column that people added."""
TABLE_NAME: Final = "tbl_"
PAGE_NAME: Final = "page_"
"""Before the number in the workbook-level name that points to a table's or a page's first cell."""
SYSTEM_SHEET: Final = "系统信息"
SYSTEM_MARK: Final = "jiqun:system"
CHARTS_MARK: Final = "charts:"
LIST_NAME: Final = "choices_"


def part_name(name: str, part: int) -> str:
    """The name of one of the sheets a long table is split into.

    Examples:
        >>> part_name("企业总名录", 1), part_name("企业总名录", 2)
        ('企业总名录', '企业总名录（2）')
    """
    return name if part == 1 else f"{name}（{part}）"


def is_own(identifier: str) -> bool:
    """Whether people added the column."""
    return identifier.startswith(OWN_PREFIX)
