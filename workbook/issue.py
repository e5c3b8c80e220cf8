"""Takes down the present version of every template as it is given out: run by ``dev.py texts``, never by users."""

from __future__ import annotations

import shutil
from pathlib import Path

from toolkit.packs import packs
from workbook.engines.files import FileBook
from workbook.issued import issued, record
from workbook.layout import lay_out
from workbook.template import blank_workbook


def main() -> None:
    """Write ``templates/<policy>/issued/<version>/``; earlier versions are never touched."""
    for pack in packs().values():
        folder = Path(str(pack.folder))
        policy = pack.policy
        target = folder / "issued" / policy.template_version
        target.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / "policy.json", target / "policy.json")
        for season in pack.seasons.values():
            layout = lay_out(policy, season)
            known = issued(FileBook(blank_workbook(layout)))
            (target / f"{season.id}.json").write_text(record(known, layout), encoding="utf-8")


if __name__ == "__main__":
    main()
