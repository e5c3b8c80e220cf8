"""What is measured before anything is believed."""

from __future__ import annotations

import hashlib
import io
import struct
import tracemalloc
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.errors import UnreadableWorkbook, UnsafeWorkbook, WorkbookError
from workbook.package.guard import LIMITS, Limits, open_archive
from workbook.package.stream import read

Build = Callable[..., bytes]
Pack = Callable[[Mapping[str, str | bytes]], bytes]

MB = 1024 * 1024
TYPES = "[Content_Types].xml"
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)


def refusal(source: Path | bytes, limits: Limits = LIMITS) -> WorkbookError:
    """The error with which a file is refused."""
    with pytest.raises(WorkbookError) as caught:
        open_archive(source, limits)
    # Every refusal must be able to speak: a sentence with a blank would fail here.
    assert str(caught.value)
    return caught.value


def central(data: bytes, name: str) -> int:
    """Offset of the central record of an entry."""
    return data.rindex(name.encode()) - 46


def with_bytes(data: bytes, at: int, new: bytes) -> bytes:
    return data[:at] + new + data[at + len(new) :]


class TestSource:
    def test_a_missing_file_is_w01_and_named(self, tmp_path: Path) -> None:
        error = refusal(tmp_path / "没有.xlsx")
        assert error.code == "W01"
        assert "没有.xlsx" in str(error)

    def test_a_folder_is_w01(self, tmp_path: Path) -> None:
        assert refusal(tmp_path).code == "W01"

    def test_a_path_with_a_nul_is_w01(self) -> None:
        assert refusal(Path("a\0b.xlsx")).code == "W01"

    def test_a_path_and_its_bytes_give_the_same_archive(self, tmp_path: Path, build: Build) -> None:
        path = tmp_path / "a.xlsx"
        path.write_bytes(build())
        assert open_archive(path) == open_archive(path.read_bytes())


class TestKind:
    @pytest.mark.parametrize(
        ("data", "kind"),
        [
            (b"", "空文件"),
            ("企业名称,产值\n甲,1\n".encode(), "CSV"),
            ("企业名称,产值\n甲,1\n".encode("gb18030"), "CSV"),
            ("企业名称\t产值".encode("utf-16"), "CSV"),
            # The cut at 4,096 bytes falls inside a character.
            (("x" + "企业," * 2000).encode(), "CSV"),
            ("企业".encode(), "纯文本"),
            (b"<html><body><table><tr><td>1</td></tr></table></body></html>", "HTML"),
            (b"\xef\xbb\xbf<!DOCTYPE html>\n<html>", "HTML"),
            (
                b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
                "Excel 2003 XML",
            ),
            (b"%PDF-1.7\n", "PDF"),
            (b"\x89PNG\r\n\x1a\n", "PNG"),
            (b"\xff\xd8\xff\xe0", "JPEG"),
            (b"Rar!\x1a\x07\x01\x00", "RAR"),
            (OLE + "Workbook\0".encode("utf-16-le"), ".xls"),
            (OLE + "WordDocument\0".encode("utf-16-le"), ".doc"),
            (OLE, "旧版 Office"),
            (bytes(range(200, 256)) + b"\0\1\2", "无法识别"),
            (b"PK\5\6" + bytes(18), "空的 zip"),
        ],
    )
    def test_what_is_no_zip_is_told_by_its_content(self, data: bytes, kind: str) -> None:
        error = refusal(data)
        assert isinstance(error, UnreadableWorkbook)
        assert error.code == "W02"
        assert kind in str(error)

    @pytest.mark.parametrize(
        ("name", "kind"),
        [
            ("照片.jpg", "普通 zip"),
            ("mimetype", "OpenDocument"),
            ("Index/Document.iwa", "Numbers"),
            ("OFD.xml", "OFD"),
        ],
    )
    def test_a_zip_without_content_types_is_no_workbook(self, pack: Pack, name: str, kind: str) -> None:
        error = refusal(pack({name: b"x"}))
        assert error.code == "W02"
        assert kind in str(error)

    def test_a_workbook_with_a_password_is_w03_and_not_an_old_excel(self) -> None:
        data = OLE + "Workbook\0".encode("utf-16-le") + "EncryptedPackage".encode("utf-16-le")
        assert refusal(data).code == "W03"

    def test_a_zip_whose_entries_need_a_password_is_w03(self, build: Build) -> None:
        data = build()
        at = central(data, "xl/workbook.xml") + 8
        assert refusal(with_bytes(data, at, b"\1\0")).code == "W03"


class TestLimits:
    def test_a_file_just_over_the_limit_is_refused_and_one_at_it_is_not(self, tmp_path: Path, build: Build) -> None:
        path = tmp_path / "a.xlsx"
        path.write_bytes(build())
        size = path.stat().st_size
        open_archive(path, Limits(file_bytes=size))
        for source in (path, path.read_bytes()):
            error = refusal(source, Limits(file_bytes=size - 1))
            assert error.code == "W04"
            assert "文件大小" in str(error)

    def test_a_message_never_calls_the_limit_itself_too_much(self) -> None:
        error = refusal(b"x" * (25 * MB + 1))
        assert error.context["limit"] == "25 MB"
        assert error.context["actual"] == "25.1 MB"

    def test_a_thousand_entries_pass_and_one_more_does_not(self, pack: Pack) -> None:
        parts = {TYPES: b"", **{f"x{number}": b"" for number in range(999)}}
        open_archive(pack(parts))
        assert refusal(pack({**parts, "one more": b""})).context["actual"] == "1001 个"

    def test_an_entry_over_its_limit_is_refused(self, pack: Pack) -> None:
        data = pack({TYPES: b"", "big": bytes(range(256)) * 4})
        open_archive(data, Limits(entry_bytes=1024))
        assert "big" in str(refusal(data, Limits(entry_bytes=1023)))

    def test_the_total_is_limited_though_each_entry_is_small(self, pack: Pack) -> None:
        data = pack({TYPES: b"", "a": b"x" * 600, "b": b"x" * 600})
        open_archive(data, Limits(total_bytes=1200))
        assert "全部内容" in str(refusal(data, Limits(total_bytes=1199)))

    def test_a_bomb_is_refused_by_its_ratio(self, pack: Pack) -> None:
        error = refusal(pack({TYPES: b"", "bomb": bytes(20 * MB)}))
        assert isinstance(error, UnsafeWorkbook)
        assert "压缩倍数" in str(error)

    def test_a_small_part_may_compress_as_well_as_it_likes(self, pack: Pack) -> None:
        archive = open_archive(pack({TYPES: b"", "zeros": bytes(MB)}))
        assert archive.entries["zeros"].size > LIMITS.ratio * archive.entries["zeros"].packed


class TestLies:
    @pytest.mark.parametrize("claim", [0, 1, 3, 5000])
    def test_a_size_that_is_not_true_is_found_out_when_reading(self, pack: Pack, claim: int) -> None:
        data = pack({TYPES: b"", "part": b"0123456789" * 100})
        data = with_bytes(data, central(data, "part") + 24, struct.pack("<L", claim))
        with pytest.raises(UnreadableWorkbook, match="W05"):
            open_archive(data).read("part")

    def test_no_more_is_unpacked_than_was_claimed(self, pack: Pack) -> None:
        data = pack({TYPES: b"", "part": bytes(MB)})
        archive = open_archive(with_bytes(data, central(data, "part") + 24, struct.pack("<L", 10)))
        tracemalloc.start()
        with pytest.raises(UnreadableWorkbook):
            archive.read("part")
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < MB // 4

    def test_a_wrong_checksum_is_found_out_when_reading(self, pack: Pack) -> None:
        data = pack({TYPES: b"", "part": b"0123456789"})
        data = with_bytes(data, central(data, "part") + 16, b"abcd")
        with pytest.raises(UnreadableWorkbook, match="W05"):
            open_archive(data).read("part")

    def test_a_method_excel_does_not_use_is_refused(self, pack: Pack) -> None:
        data = pack({TYPES: b"", "part": b"0123456789"})
        data = with_bytes(data, central(data, "part") + 10, struct.pack("<H", 14))
        with pytest.raises(UnreadableWorkbook, match="压缩方式"):
            open_archive(data).read("part")

    def test_a_local_header_of_another_name_is_refused(self, pack: Pack) -> None:
        data = pack({TYPES: b"", "part": b""})
        assert refusal(with_bytes(data, data.index(b"part"), b"trap")).code == "W05"

    def test_overlapping_entries_are_refused(self, pack: Pack) -> None:
        data = pack({TYPES: b"", "a": b"x", "b": b"x"})
        shared = data.index(b"a", data.index(b"PK\3\4", 10)) - 30
        at = central(data, "b")
        data = with_bytes(data, at + 42, struct.pack("<L", shared))
        data = with_bytes(data, at + 46, b"a")
        assert refusal(data).code == "W05"

    def test_a_count_that_is_not_true_is_refused(self, build: Build) -> None:
        data = build()
        assert refusal(with_bytes(data, len(data) - 14, struct.pack("<HH", 3, 3))).code == "W05"


class TestNames:
    @pytest.mark.parametrize(
        "name", ["/xl/a.xml", "../a.xml", "xl/../../a.xml", "xl\\a.xml", "C:/a.xml", "a\nb", "./a"]
    )
    def test_a_name_that_leads_elsewhere_is_refused(self, pack: Pack, name: str) -> None:
        error = refusal(pack({TYPES: b"", name: b""}))
        assert isinstance(error, UnsafeWorkbook)
        assert error.code == "W06"
        assert "名称异常" in str(error)

    @pytest.mark.parametrize("second", ["xl/a.xml", "XL/A.xml"])
    @pytest.mark.filterwarnings("ignore:Duplicate name")
    def test_two_entries_of_one_name_are_refused(self, second: str) -> None:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            for name in (TYPES, "xl/a.xml", second):
                archive.writestr(name, b"")
        assert "重名" in str(refusal(file.getvalue()))

    @pytest.mark.parametrize("name", ["xl/vbaProject.bin", "XL/VBAPROJECT.BIN", "xl/macrosheets/sheet1.xml"])
    def test_macros_are_refused(self, build: Build, name: str) -> None:
        error = refusal(build(parts={name: b"x"}))
        assert error.code == "W06"
        assert "宏" in str(error)

    @pytest.mark.parametrize(
        "name",
        [
            "xl/externalLinks/externalLink1.xml",
            "xl/embeddings/oleObject1.bin",
            "xl/printerSettings/printerSettings1.bin",
            "xl/media/",
        ],
    )
    def test_what_pasting_brings_in_is_no_reason_to_refuse(self, build: Build, name: str) -> None:
        assert name in open_archive(build(parts={name: b""})).names


class TestDamage:
    def test_a_file_cut_anywhere_is_w05(self, build: Build) -> None:
        data = build()
        for length in range(4, len(data), 97):
            assert refusal(data[:length]).code == "W05", length

    @given(at=st.integers(0), junk=st.binary(min_size=1, max_size=8))
    def test_damage_anywhere_is_a_workbook_error_or_harmless(self, build: Build, at: int, junk: bytes) -> None:
        data = build('<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>1.5</v></c></row>')
        try:
            package = read(with_bytes(data, at % len(data), junk))
            for sheet in package.sheets:
                package.cells(sheet.name)
        except WorkbookError as error:
            assert str(error)  # noqa: PT017 - any other exception is what must not come


class TestArchive:
    def test_contents_are_those_the_standard_library_reads(self, build: Build) -> None:
        data = build("<row/>" * 1000)
        archive = open_archive(data)
        with zipfile.ZipFile(io.BytesIO(data)) as oracle:
            assert list(archive.names) == oracle.namelist()
            assert {name: archive.read(name) for name in archive.names} == {
                name: oracle.read(name) for name in archive.names
            }

    def test_stored_entries_are_read_too(self) -> None:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr(TYPES, b"stored")
        assert open_archive(file.getvalue()).read(TYPES) == b"stored"

    def test_the_64_bit_form_some_writers_always_use_is_read(self) -> None:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive, archive.open(TYPES, "w", force_zip64=True) as entry:
            entry.write(b"wide")
        data = file.getvalue()
        at = central(data, TYPES)
        record = bytearray(data[at : data.rindex(b"PK\5\6")])
        extra = struct.pack("<HHQQQ", 1, 24, 4, 4, 0)
        struct.pack_into("<LL", record, 20, 0xFFFFFFFF, 0xFFFFFFFF)
        struct.pack_into("<H", record, 30, len(extra))
        struct.pack_into("<L", record, 42, 0xFFFFFFFF)
        record += extra
        end64 = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, len(record), at)
        locator = struct.pack("<4sLQL", b"PK\6\7", 0, at + len(record), 1)
        end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
        assert open_archive(data[:at] + bytes(record) + end64 + locator + end).read(TYPES) == b"wide"

    def test_the_fingerprint_is_that_of_the_file(self, build: Build) -> None:
        data = build()
        assert open_archive(data).sha256 == hashlib.sha256(data).hexdigest()

    def test_an_entry_is_found_whatever_its_case(self, build: Build) -> None:
        assert open_archive(build()).find("XL/Workbook.XML") == "xl/workbook.xml"
