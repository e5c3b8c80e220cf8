"""What of a wheel travels."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from shipping.strip import travels


@pytest.mark.parametrize(
    ("distribution", "path"),
    [
        ("numpy", "numpy/__init__.py"),
        ("numpy", "numpy/testing/__init__.py"),  # pandas imports it
        ("numpy", "numpy/_core/_multiarray_umath.cp311-win_amd64.pyd"),
        ("numpy", "numpy.libs/msvcp140-0123.dll"),
        ("pandas", "pandas-3.0.dist-info/licenses/LICENSES/XSIMD_LICENSE"),
        ("openpyxl", "openpyxl-3.1.5.dist-info/LICENCE.rst"),
        ("jsonschema", "jsonschema-4.26.0.dist-info/METADATA"),
        ("pywin32", "pywin32_system32/pywintypes311.dll"),
        ("pywin32", "win32/lib/pywintypes.py"),
        ("pywin32", "win32com/client/__init__.py"),
        ("xlwings", "xlwings/_xlwindows.py"),
        ("tzdata", "tzdata/zoneinfo/Asia/Shanghai"),
    ],
)
def test_what_is_needed_or_tells_the_licence_travels(distribution: str, path: str) -> None:
    assert travels(distribution, PurePosixPath(path))


@pytest.mark.parametrize(
    ("distribution", "path"),
    [
        ("pandas", "pandas/tests/frame/test_api.py"),
        ("numpy", "numpy/_core/include/numpy/ndarrayobject.h"),
        ("numpy", "numpy/__init__.pyi"),
        ("numpy", "numpy/random/lib/npyrandom.lib"),
        ("rpds-py", "rpds/rpds.pdb"),
        ("jsonschema", "jsonschema/__pycache__/x.cpython-311.pyc"),
        ("jsonschema", "jsonschema-4.26.0.dist-info/RECORD"),
        ("jsonschema", "jsonschema-4.26.0.dist-info/entry_points.txt"),
        ("pywin32", "PyWin32.chm"),
        ("pywin32", "pywin32.pth"),
        ("pywin32", "pythonwin/win32ui.pyd"),
        ("pywin32", "win32/pythonservice.exe"),
        ("pywin32", "pywin32-312.data/scripts/pywin32_postinstall.py"),
        ("xlwings", "xlwings/addin/xlwings.xlam"),
        ("xlwings", "xlwings/pro/__init__.py"),
        ("xlwings", "xlwings-0.37.8.data/data/xlwings64-0.37.8.dll"),
    ],
)
def test_what_only_developers_need_or_nobody_may_pass_on_stays(distribution: str, path: str) -> None:
    assert not travels(distribution, PurePosixPath(path))


def test_a_folder_is_left_out_of_its_own_distribution_only() -> None:
    assert travels("other", PurePosixPath("xlwings/pro/__init__.py"))
    assert travels("xlwings", PurePosixPath("xlwings/process.py"))
