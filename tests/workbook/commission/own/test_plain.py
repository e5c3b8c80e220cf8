"""However a part is spelt, its plain form says the same and patterns can be trusted with it."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.errors import UnreadableWorkbook, UnsafeWorkbook
from workbook.commission.own.plain import attributes_of, content_of, each_tag, plain, text_of
from workbook.package.limits import LIMITS, Budget

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
SIMPLE = f'<worksheet xmlns="{MAIN}" xmlns:r="u:r"><c r="A1" r:id="1"><f>a&amp;b</f></c><e/></worksheet>'


def made(text: str) -> bytes:
    return plain((text.encode(),), "x.xml", Budget(LIMITS))


def tree(data: bytes | str) -> str:
    return ET.canonicalize(data.decode() if isinstance(data, bytes) else data)


def names(data: bytes) -> list[str]:
    """The elements after the first three, with their namespaces."""
    return [one.tag for one in ET.fromstring(data).iter()][3:]  # noqa: S314 - made here


def test_what_is_plain_stays_to_the_byte() -> None:
    assert made(SIMPLE) == SIMPLE.encode()


@pytest.mark.parametrize(
    "text",
    [
        SIMPLE.replace("<e/>", "<!-- <c r='B1'/> --><e/>").replace("a&amp;b", "<![CDATA[a&b]]>"),
        SIMPLE.replace("<", "<s:").replace("<s:/", "</s:").replace("xmlns=", "xmlns:s="),
        SIMPLE.replace("<", "<s:").replace("<s:/", "</s:").replace("xmlns=", "xmlns:s=").replace('"', "'"),
        SIMPLE.replace("<c", f'<s:c xmlns:s="{MAIN}"').replace("</c", "</s:c"),
        SIMPLE.replace(MAIN, STRICT),
        SIMPLE.replace("<e/>", "<?odd <c/> ?><e></e>"),
    ],
    ids=["comments", "prefix", "prefix in other quotes", "prefix beside the default", "strict", "instruction"],
)
def test_other_spellings_come_out_plain(text: str) -> None:
    found = made(text)
    assert tree(found) == tree(SIMPLE)
    assert not [mark for mark in (b"<!", b"s:c", b"purl", b"?odd") if mark in found]


def test_a_default_namespace_within_gets_a_prefix() -> None:
    inner = '<x14 xmlns="u:14"><f>1</f><y xmlns="u:15" a="&#10;"/></x14>'
    found = made(SIMPLE.replace("<e/>", inner))
    assert found.count(b"<f>") == 1
    assert names(found) == ["{u:14}x14", "{u:14}f", "{u:15}y"]
    assert b'a="&#10;"' in found


def test_a_prefix_may_change_its_meaning() -> None:
    found = made(SIMPLE.replace("<e/>", '<!----><r:a xmlns:r="u:other"><r:b/></r:a><r:c/>'))
    assert names(found) == ["{u:other}a", "{u:other}b", "{u:r}c"]


def test_a_document_type_is_refused() -> None:
    with pytest.raises(UnsafeWorkbook):
        made(f"<!DOCTYPE a>{SIMPLE}")


@pytest.mark.parametrize("text", [SIMPLE[:-3], "", "<a></b>", "<!-- --><a>"])
def test_what_is_not_well_formed_is_refused(text: str) -> None:
    with pytest.raises(UnreadableWorkbook):
        made(text)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_content_means_the_text_it_was_made_of(text: str) -> None:
    assert text_of(content_of(text)) == text
    assert attributes_of(b" a=\"%s\" b='1'" % content_of(text)) == {"a": text, "b": "1"}


def test_only_tags_that_are_named_change() -> None:
    data = b'<a x="1>2"/><x:a x="2"/><ab x="3"/><a>x</a>'
    assert each_tag(data, lambda _, told: {"x": None, "y": told.get("x")}, "a") == (
        b'<a y="1&gt;2"/><x:a y="2"/><ab x="3"/><a>x</a>'
    )
