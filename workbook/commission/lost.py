"""未归位: what people left that has no place any more, until its row comes back or somebody deals with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Final, TypeVar

from workbook.commission.digest import clean
from workbook.commission.held import HeldRow, HeldTable, Piece, What, Why
from workbook.commission.table import Column, Owner, Row, Table, Typed, Value

_Word = TypeVar("_Word", What, Why)

LOST: Final = "未归位"
_INTRO: Final = (
    "写过的内容，原来的位置已不存在或不由人填写：集群的文件撤走后再收到的，自动回到原处；其余的处理后可以删除整行"
)
_TELLING: Final = (
    Column(id="sheet", heading="来源表", width=13),
    Column(id="words", heading="所在行", width=38),
    Column(id="column", heading="列", width=18),
    Column(id="kind", heading="类型", width=8),
    Column(id="content", heading="内容", width=48),
    Column(id="formula", heading="公式", width=20),
    Column(id="why", heading="原因", width=24),
    Column(id="author", heading="批注作者", width=10),
    Column(id="saved", heading="写入后总表保存于", width=18),
)
_PEOPLES: Final = (
    Column(id="handling", heading="处理情况", owner=Owner.PEOPLE, width=20),
    Column(id="remark", heading="备注", owner=Owner.PEOPLE, width=24),
)
# By these it finds its way back.
_RETURNING: Final = (
    Column(id="format", heading="数字格式", width=10, level=1, hidden=True),
    Column(id="key", heading="行标识", width=14, level=1, hidden=True),
    Column(id="columns", heading="列标识", width=14, level=1, hidden=True),
    Column(id="basis", heading="当时的数据", width=14, level=1, hidden=True),
)
_RETURN: Final = frozenset({Why.GONE, Why.NO_TABLE, Why.NO_COLUMN})


def lost_table(pieces: Iterable[Piece], order: Sequence[str]) -> Table:
    """The sheet.

    Args:
        pieces: In any order; equal ones are one.
        order: Names of the tables as they come in the master.
    """
    found = {key_of(piece): piece for piece in map(_tidied, pieces)}
    places = {name: at for at, name in enumerate(order)}

    def where(key: str) -> tuple[int, str, str, str, str]:
        piece = found[key]
        return places.get(piece.sheet, len(places)), piece.sheet, piece.words, piece.column, key

    rows = tuple(_row(key, found[key]) for key in sorted(found, key=where))
    return Table(name=LOST, intro=_INTRO, columns=(*_TELLING, *_PEOPLES, *_RETURNING), rows=rows, frozen=2)


def _tidied(piece: Piece) -> Piece:
    """A piece as a sheet can hold it, so that it is in its place and known again once it was read back."""
    value = piece.typed.value
    typed = piece.typed._replace(value=clean(value)) if isinstance(value, str) else piece.typed
    words, column, author = (clean(text) for text in (piece.words, piece.column, piece.author))
    return piece._replace(typed=typed, words=words, column=column, author=author)


def key_of(piece: Piece) -> str:
    """By which a piece is known: where it was and what it is, not when it was found."""
    if piece.id:
        return piece.id
    told = piece._replace(saved="", basis="")
    return blake2b(repr(told).encode("utf-8", "surrogatepass"), digest_size=10).hexdigest()


def _row(key: str, piece: Piece) -> Row:
    typed = piece.typed
    formula = typed.formula or (f"={typed.error}" if typed.error else "")
    telling = (piece.sheet, piece.words, piece.column, piece.kind.value, typed.value, formula, piece.why.value)
    rest = (typed.number_format, piece.key, " ".join(piece.columns), piece.basis)
    values: tuple[Value, ...] = (*telling, piece.author, piece.saved, None, None, *rest)
    return Row(key, tuple(None if value == "" else value for value in values))


def returns(piece: Piece) -> bool:
    """Whether it goes back to its place once that exists again."""
    return piece.why in _RETURN and bool(piece.key)


def pieces_of(held: HeldTable | None) -> list[Piece]:
    """What the sheet of before holds; what people mended on it counts as it stands now."""
    found: dict[str, Piece] = {}
    for row in held.rows if held is not None else ():
        piece = _piece(row)
        if piece.id and piece.id in found:
            # A row somebody copied: what they changed in it makes it another.
            piece = piece._replace(id="")
        found.setdefault(key_of(piece), piece)
    return list(found.values())


def _piece(row: HeldRow) -> Piece:
    def text(identifier: str) -> str:
        value = row.stands(identifier)
        return "" if value is None else str(value)

    formula = text("formula")
    error = formula[1:] if formula[1:2] == "#" else ""
    return Piece(
        sheet=text("sheet"),
        words=text("words"),
        column=text("column"),
        kind=_one_of(What, text("kind"), What.CONTENT),
        typed=Typed(row.stands("content"), "" if error else formula, text("format"), error),
        why=_one_of(Why, text("why"), Why.OUTSIDE),
        author=text("author"),
        saved=text("saved"),
        key=text("key"),
        columns=tuple(text("columns").split()),
        basis=text("basis"),
        id=row.key,
    )


def _one_of(kind: type[_Word], text: str, other: _Word) -> _Word:
    return next((one for one in kind if one.value == text), other)
