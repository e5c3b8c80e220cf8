"""The list of recognition: people propose and sign, the tool says what stands in the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from toolkit.standing import valid_until
from workbook.commission.decisions import NO, OPEN, RECOGNITION, YES, Proposal
from workbook.commission.experts.panel import by_cluster
from workbook.commission.guard import Standing, standings
from workbook.commission.settle import Cluster
from workbook.commission.sheets.column import Desk, Told, people, people_day, table
from workbook.commission.sheets.experts import panel_state
from workbook.commission.sheets.summary import cluster_key, identity, verdict_column
from workbook.commission.sheets.visits import drawn_clusters, visit_state
from workbook.commission.table import Alert, Column, Kind, Row, Table, Value

_CHECK = "check"
_UNTIL = "valid_until"
_SHOWN = 6


def recognition(desk: Desk) -> Table:
    """认定名单."""
    known = standings(desk, desk.clusters)
    drawn = drawn_clusters(desk)
    said = by_cluster(desk.opinions)

    def of(one: Cluster) -> Standing:
        return known[one.key]

    told: list[Told[Cluster]] = [
        *identity(desk),
        verdict_column(),
        Told(Column(id="missed", heading="硬性未达标", width=34, watched=True), lambda one: _missed(of(one))),
        Told(Column(id="formal", heading="形式审查", kind=Kind.VERDICT, width=12), lambda one: _formal(of(one))),
        Told(Column(id="experts", heading="专家评审", width=16), lambda one: panel_state(said.get(one.key, ()))),
        Told(Column(id="visit", heading="实地抽查", width=14), lambda one: visit_state(desk, drawn, one)),
        Told(Column(id="objections", heading="异议", kind=Kind.VERDICT, width=16), lambda one: _raised(of(one))),
        people("proposed", "拟认定", width=9, choices=(YES, NO, OPEN)),
        people("reason", "签批理由", width=30),
        people("signer", "签批人", width=10),
        people_day("signed_on", "签批日期"),
        Told(Column(id=_CHECK, heading="检查", kind=Kind.VERDICT, width=28)),
        people("document", "认定文号", width=20),
        people_day("valid_from", "有效期自"),
        Told(Column(id=_UNTIL, heading="有效期至", width=12)),
    ]
    columns = tuple(one.column for one in told)
    intro = (
        "拟认定由人工填写并签批；有硬性未达标、异议未办结或者形式审查未通过而拟认定的，须有签批理由和签批人，"
        "否则不进入公示名单；一票否决事项不适用"
    )
    after = _answered(columns, known)
    return table(RECOGNITION, intro, told, desk.clusters, cluster_key, after=after, alerts=(_ALERT,))


_ALERT = Alert(
    when=(
        'AND({proposed}="是",OR({missed}<>"",LEFT({formal},1)<>"✓",LEFT({objections},1)="✗"),'
        'OR({reason}="",{signer}=""))'
    ),
    columns=("proposed", "reason", "signer"),
)
"""The same while one types, as far as the row tells it: what must be written, or taken back, turns red."""


def _answered(columns: tuple[Column, ...], known: Mapping[str, Standing]) -> Callable[[Row], Row]:
    """Say of each row what follows from what people wrote in it."""
    ids = tuple(column.id for column in columns)

    def answered(row: Row) -> Row:
        said = dict(zip(ids, row.values, strict=True)) | {ids[at]: typed.value for at, typed in row.typed.items()}
        proposal, standing = Proposal.of(said), known.get(row.key)
        told: dict[str, Value] = {
            _CHECK: standing.answer(proposal) if standing else "",
            _UNTIL: valid_until(proposal.valid_from).isoformat() if proposal.valid_from else "",
        }
        values = tuple(told.get(one, value) for one, value in zip(ids, row.values, strict=True))
        return row._replace(values=values)

    return answered


def _missed(standing: Standing) -> str:
    named = (*standing.vetoes, *standing.missed)
    rest = f"；等 {len(named)} 条" if len(named) > _SHOWN else ""
    return "；".join(named[:_SHOWN]) + rest


_SIGNS = {"通过": "✓", "退回": "✗", "不通过": "✗"}


def _formal(standing: Standing) -> str:
    return f"{_SIGNS.get(standing.formal, '◇')} {standing.formal or '未审查'}"


def _raised(standing: Standing) -> str:
    counts = ((standing.open, "未办结"), (standing.upheld, "成立"))
    told = [f"{count} 件{what}" for count, what in counts if count]
    if told:
        return f"✗ {'，'.join(told)}"
    return f"✓ {len(standing.objections)} 件不成立" if standing.objections else "✓ 无异议"
