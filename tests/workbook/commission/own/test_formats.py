"""Formats are joined so that each means afterwards what it meant before, whatever the two tables look like."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from workbook.commission.own.formats import Formats
from workbook.commission.own.formattable import FormatTable, meaning

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
COLOURS = ["FF000000", "FFC00000", "FF00B050"]
CODES = ["0.00", "yyyy-mm-dd", '0"万元"', "[Red]-0;0", "@"]
IGNORABLE = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac"

fonts = st.builds(
    lambda size, colour, bold: (
        f'<font>{"<b/>" * bold}<sz val="{size}"/><color rgb="{colour}"/><name val="等线"/></font>'
    ),
    st.integers(9, 12),
    st.sampled_from(COLOURS),
    st.booleans(),
)
fills = st.builds(
    lambda colour: f'<fill><patternFill patternType="solid"><fgColor rgb="{colour}"/></patternFill></fill>',
    st.sampled_from(COLOURS),
)
borders = st.builds(
    lambda kind: f'<border><left style="{kind}"/><right/><top/><bottom/></border>', st.sampled_from(["thin", "thick"])
)
formats = st.lists(
    st.fixed_dictionaries(
        {
            "numFmtId": st.sampled_from([0, 2, 14, 43, 164, 165, 166, 170, 999]),
            "fontId": st.integers(0, 5),
            "fillId": st.integers(0, 3),
            "borderId": st.integers(0, 3),
            "xfId": st.integers(0, 3),
            "quotePrefix": st.integers(0, 1),
        }
    ),
    min_size=1,
    max_size=8,
)


@st.composite
def tables(draw: st.DrawFn, *, ours: bool = False) -> bytes:
    """A table of formats with numbers of its own, some of which lead nowhere; ours all lead somewhere, none to Excel's."""
    numbers = [164, 165, 166, 170] if ours else [43, 164, 165, 166, 170]
    codes = draw(st.dictionaries(st.sampled_from(numbers), st.sampled_from(CODES)))
    names = draw(st.lists(st.sampled_from(["重点", "次要", "合计"]), unique=True))
    lists: dict[str, list[str]] = {
        "numFmts": [f"<numFmt numFmtId='{at}' formatCode='{code}'/>" for at, code in codes.items()],
        "fonts": draw(st.lists(fonts, min_size=1, max_size=4)),
        "fills": draw(st.lists(fills, min_size=1, max_size=3)),
        "borders": draw(st.lists(borders, min_size=1, max_size=2)),
        "cellStyleXfs": [
            '<xf numFmtId="0" fontId="0"/>',
            *(f'<xf numFmtId="2" fontId="{at}"/>' for at, _ in enumerate(names)),
        ],
        "cellStyles": [
            f'<cellStyle name="{draw(st.sampled_from(["Normal", "常规"]))}" xfId="0" builtinId="0"/>',
            *(f'<cellStyle name="{name}" xfId="{at}"/>' for at, name in enumerate(names, 1)),
        ],
        "dxfs": [f"<dxf>{font}</dxf>" for font in draw(st.lists(fonts, max_size=3))],
    }
    ends = {"fontId": "fonts", "fillId": "fills", "borderId": "borders", "xfId": "cellStyleXfs"} if ours else {}
    within = [told | {key: told[key] % len(lists[end]) for key, end in ends.items()} for told in draw(formats)]
    lists["cellXfs"] = [_format(told) for told in within]
    body = "".join(f'<{key} count="{len(one)}">{"".join(one)}</{key}>' for key, one in lists.items() if one)
    return f'<styleSheet xmlns="{MAIN}" xmlns:x="{IGNORABLE}">{body}</styleSheet>'.encode()


def _format(told: dict[str, int]) -> str:
    inner = '<alignment horizontal="center" x:odd="1"/>' if told["fontId"] % 2 else ""
    attributes = "".join(f' {key}="{value}"' for key, value in told.items())
    return f"<xf{attributes}>{inner}</xf>"


@settings(max_examples=60)
@given(tables(), tables(ours=True))
def test_each_format_means_afterwards_what_it_meant_before(old: bytes, new: bytes) -> None:
    before, ours = FormatTable.of(old), FormatTable.of(new)
    formats_ = Formats(before, ours)
    moved = {at: formats_.cell(at) for at in range(len(before.lists["cellXfs"]))}
    conditional = {at: formats_.differential(at) for at in range(len(before.lists["dxfs"]))}
    after = FormatTable.of(formats_.joined())
    for at, now in moved.items():
        assert meaning(after, now) == meaning(before, at)
    for at, found in conditional.items():
        assert found is not None
        assert after.lists["dxfs"][found] == before.lists["dxfs"][at]


@settings(max_examples=60)
@given(tables(), tables(ours=True))
def test_formats_of_ours_keep_their_numbers(old: bytes, new: bytes) -> None:
    before, ours = FormatTable.of(old), FormatTable.of(new)
    formats_ = Formats(before, ours)
    for at in range(len(before.lists["cellXfs"])):
        formats_.cell(at)
    after = FormatTable.of(formats_.joined())
    for name, items in ours.lists.items():
        assert after.lists[name][: len(items)] == items
        assert f'<{name} count="{len(after.lists[name])}"'.encode() in after.data or not after.lists[name]


@settings(max_examples=60)
@given(tables(), tables(ours=True))
def test_joining_again_adds_nothing_else(old: bytes, new: bytes) -> None:
    """The law by which masters do not grow from one collection to the next."""
    before, ours = FormatTable.of(old), FormatTable.of(new)
    first = Formats(before, ours)
    used = sorted({first.cell(at) for at in range(len(before.lists["cellXfs"]))})
    once = first.joined()
    again = Formats(FormatTable.of(once), ours)
    assert [again.cell(at) for at in used] == used
    assert again.joined() == once
