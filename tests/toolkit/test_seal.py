"""What a check saw, and what has changed since: packed without loss, each change at its cell, nothing else told."""

from __future__ import annotations

import base64
import json
import zlib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.fields import split_slot
from toolkit.packs import packs
from toolkit.policy import Policy
from toolkit.seal import Change, Snapshot, changes, key_id, keyed_seal, same_seal, take_snapshot
from toolkit.submission import Location, Raw, RawAnswers, RawTable

TEXTS = st.dictionaries(st.text(max_size=8), st.text(min_size=1, max_size=12), max_size=6)
SNAPSHOTS = st.builds(
    Snapshot, TEXTS, st.dictionaries(st.text(max_size=5), st.dictionaries(st.text(), TEXTS), max_size=3)
)
CODES = ("91110000802100433B", "91310115MA1K35QR8L", "91310000MA1FL2TK9Q")


@pytest.fixture(scope="module")
def policy() -> Policy:
    return packs()["shanghai-2024"].policy


def roster(policy: Policy, *rows: dict[str, object], top: int = 7) -> RawTable:
    """A roster as it stands on its sheet, blank but for what is given."""
    slots = policy.tables["roster"].slots
    filled = [
        (
            str(i + 1),
            {key: Raw(row.get(key), Location("企业名录", top + i, 2 + j)) for j, key in enumerate(slots)},  # type: ignore[arg-type]  # any cell content
        )
        for i, row in enumerate(rows)
    ]
    return RawTable(tuple(filled), Location("企业名录", top, 2))


def answers(policy: Policy, area: object = Decimal(25), *rows: dict[str, object]) -> RawAnswers:
    inputs = {"area": Raw(area, Location("二 核心竞争力", 24, 3))}  # type: ignore[arg-type]  # any cell content
    return RawAnswers(inputs, {"roster": roster(policy, *rows)})


def firm(number: int, **cells: object) -> dict[str, object]:
    return {"uscc": CODES[number], "name": f"企业{number}", "staff": Decimal(7), **cells}


class TestSnapshot:
    @given(snapshot=SNAPSHOTS)
    def test_packing_loses_nothing(self, snapshot: Snapshot) -> None:
        unpacked = Snapshot.unpacked(snapshot.packed())
        assert unpacked == snapshot
        assert unpacked.fingerprint == snapshot.fingerprint

    @given(text=st.text(max_size=60))
    def test_rubbish_is_no_snapshot(self, text: str) -> None:
        assert Snapshot.unpacked(text) is None

    @pytest.mark.parametrize(
        "raw", [[], [1, {}], [2, {}, {}], [1, [], {}], [1, {"a": 1}, {}], [1, {}, {"t": {"r": 1}}]]
    )
    def test_json_of_another_shape_is_no_snapshot(self, raw: object) -> None:
        assert Snapshot.unpacked(base64.b64encode(zlib.compress(json.dumps(raw).encode())).decode()) is None

    def test_a_bomb_is_no_snapshot(self) -> None:
        bomb = base64.b64encode(zlib.compress(b'[1,{"a":"' + b" " * 50_000_000 + b'"},{}]', 9)).decode()
        assert Snapshot.unpacked(bomb) is None

    def test_what_the_district_fills_in_is_only_in_the_whole(self, policy: Policy) -> None:
        given_answers = RawAnswers({"reviewer": Raw("王", Location("区初审", 7, 3))}, {})
        assert take_snapshot(policy, given_answers).inputs == {}
        assert take_snapshot(policy, given_answers, district=True).inputs == {"reviewer": "王"}

    @pytest.mark.parametrize(
        ("value", "told"),
        [
            (Decimal("12.50"), "12.5"),
            (Decimal("1E+3"), "1000"),
            (Decimal("1E+999"), "1E+999"),
            (True, "TRUE"),
            (" 原样 ", " 原样 "),
            ("\u3000", None),
            (None, None),
        ],
    )
    def test_a_cell_is_told_as_it_stands(self, policy: Policy, value: object, told: str | None) -> None:
        assert take_snapshot(policy, answers(policy, value)).inputs.get("area") == told


class TestChanges:
    def told(self, policy: Policy, before: RawAnswers, after: RawAnswers) -> list[Change]:
        return list(changes(policy, take_snapshot(policy, before), after))

    def test_nothing_changed(self, policy: Policy) -> None:
        given_answers = answers(policy, Decimal(25), firm(0), firm(1))
        assert self.told(policy, given_answers, given_answers) == []

    def test_seven_became_twelve(self, policy: Policy) -> None:
        before = answers(policy, Decimal(25), firm(0), firm(1))
        after = answers(policy, Decimal(25), firm(0), firm(1, staff=Decimal(12)))
        column = 2 + policy.tables["roster"].slots.index("staff")
        assert self.told(policy, before, after) == [Change(Location("企业名录", 8, column), "staff", "7", "12")]

    @pytest.mark.parametrize(("before", "after"), [(None, Decimal(3)), (Decimal(3), None), (Decimal(3), "3亿")])
    def test_an_answer_came_went_or_became_text(self, policy: Policy, before: object, after: object) -> None:
        (change,) = self.told(policy, answers(policy, before), answers(policy, after))
        assert (change.key, change.before, change.after) == ("area", str(before or ""), str(after or ""))

    def test_the_order_of_enterprises_is_no_change(self, policy: Policy) -> None:
        before = answers(policy, None, firm(0), firm(1), firm(2))
        assert self.told(policy, before, answers(policy, None, firm(2), firm(0), firm(1))) == []

    def test_a_row_that_came_and_a_row_that_went(self, policy: Policy) -> None:
        before, after = answers(policy, None, firm(0), firm(1)), answers(policy, None, firm(1), firm(2))
        told = self.told(policy, before, after)
        assert [(one.key, one.before, one.after) for one in told] == [
            ("", "", "整行（企业2、" + CODES[2] + "）"),
            ("", "整行（企业0、" + CODES[0] + "）", ""),
        ]

    def test_two_rows_of_one_code_are_told_apart(self, policy: Policy) -> None:
        before = answers(policy, None, firm(0), firm(0, staff=Decimal(8)))
        after = answers(policy, None, firm(0), firm(0, staff=Decimal(9)))
        (change,) = self.told(policy, before, after)
        assert (change.before, change.after) == ("8", "9")

    @given(data=st.data())
    def test_each_cell_that_was_changed_is_told_and_no_other(self, policy: Policy, data: st.DataObject) -> None:
        slots = [slot for slot in policy.slots if policy.fields[split_slot(slot)[0]].filled_by == "operator"]
        keys = data.draw(st.lists(st.sampled_from(sorted(slots)), unique=True, min_size=1, max_size=8))
        values = st.one_of(st.none(), st.integers(-9, 9).map(Decimal), st.sampled_from(["甲", "乙"]))
        first = {key: Raw(data.draw(values), Location("表", i + 1, 1)) for i, key in enumerate(keys)}
        second = {key: raw._replace(value=data.draw(values)) for key, raw in first.items()}
        told = self.told(policy, RawAnswers(first, {}), RawAnswers(second, {}))
        assert {one.key for one in told} == {key for key in keys if first[key].value != second[key].value}


class TestKeyedSeal:
    KEY, OTHER = b"k" * 32, b"o" * 32
    SNAPSHOT = Snapshot({"area": "25"}, {})

    def test_the_same_key_over_the_same_answers_gives_the_same_seal(self) -> None:
        assert same_seal(keyed_seal(self.KEY, ["浦东"], self.SNAPSHOT), keyed_seal(self.KEY, ["浦东"], self.SNAPSHOT))

    @pytest.mark.parametrize(
        ("key", "told", "snapshot"),
        [
            (OTHER, ["浦东"], SNAPSHOT),
            (KEY, ["徐汇"], SNAPSHOT),
            (KEY, ["浦", "东"], SNAPSHOT),
            (KEY, ["浦东"], Snapshot({"area": "26"}, {})),
            (KEY, ["浦东"], Snapshot({}, {"area": {"25": {}}})),
        ],
    )
    def test_another_key_signer_or_answer_gives_another(self, key: bytes, told: list[str], snapshot: Snapshot) -> None:
        assert not same_seal(keyed_seal(self.KEY, ["浦东"], self.SNAPSHOT), keyed_seal(key, told, snapshot))

    def test_a_key_is_named_without_being_given_away(self) -> None:
        assert key_id(self.KEY) != key_id(self.OTHER)
        assert key_id(self.KEY) not in self.KEY.hex()
