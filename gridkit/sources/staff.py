"""Staff and volunteers read from an office's workbook: who works where, in which post, for how many hours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from gridkit import ledger
from gridkit.errors import TableError
from gridkit.language.phrases import Phrase, listed, template
from gridkit.ledger import Account
from gridkit.sources import contacts, registers
from gridkit.sources.reading import Reading
from gridkit.sources.tables import column_roles, dates, identifiers, personal, quantities

if TYPE_CHECKING:
    from collections.abc import Collection

    from gridkit.sources.files import vectors
    from gridkit.sources.reading import Order

COLUMNS: dict[str, tuple[str, ...]] = {
    "id": ("id", "staff_id", "工号", "编号"),
    "grid_id": (
        "grid_id",
        "grid",
        "网格",
        "网格编码",
        "网格编号",
        "所属网格",
        "负责网格",
        "所在网格",
        "责任网格",
        "包干网格",
        "网格名称",
        "网格号",
        "网格代码",
        "setor",
        "microárea",
        "sector",
        "secteur",
        "участок",
    ),
    "parent": (
        "parent",
        "community",
        "社区",
        "所属社区",
        "村社区",
        "所在社区",
        "社区名称",
        "村居",
        "所属村居",
        "district_id",
        "bairro",
        "comunidade",
        "barrio",
        "comunidad",
        "quartier",
        "quartiere",
        "район",
        "община",
    ),
    "post": (
        "post",
        "role",
        "position",
        "岗位",
        "职务",
        "类别",
        "人员类别",
        "岗位类型",
        "岗位名称",
        "岗位类别",
        "人员类型",
        "人员性质",
        "职位",
        "cargo",
        "função",
        "puesto",
        "poste",
        "funktion",
        "должность",
    ),
    "hours_per_week": (
        "hours_per_week",
        "weekly_hours",
        "每周工时",
        "周工时",
        "每周工作时长",
        "周工作时长",
        "horas semanais",
        "horas por semana",
        "carga horária semanal",
        "horas semanales",
        "heures par semaine",
        "wochenstunden",
        "часов в неделю",
    ),
    "hours_per_month": (
        "hours_per_month",
        "monthly_hours",
        "每月服务小时",
        "月服务时长",
        "每月工时",
        "月工时",
        "每月工作时长",
        "月工作时长",
        "每月服务时长",
        "horas mensais",
        "horas por mês",
        "horas mensuales",
        "horas al mes",
        "heures par mois",
        "monatsstunden",
        "часов в месяц",
    ),
    "skill": ("skill", "activity", "服务类别", "专长", "特长"),
    "language": ("language", "languages", "语言", "方言", "掌握语言", "idioma", "idiomas", "langue", "sprache", "язык"),
    "since": (
        "since",
        "from",
        "start",
        "到岗日期",
        "下沉开始日期",
        "下沉开始",
        "任职日期",
        "起始日期",
        "开始日期",
        "上岗日期",
        "上岗时间",
        "入职日期",
        "入职时间",
        "到岗时间",
        "任职时间",
        "聘用日期",
        "início",
        "data de início",
        "desde",
        "inicio",
        "fecha de inicio",
        "début",
        "beginn",
        "дата начала",
        "начало",
    ),
    "until": (
        "until",
        "to",
        "end",
        "离岗日期",
        "下沉截止日期",
        "下沉结束",
        "到期日期",
        "结束日期",
        "截止日期",
        "离岗时间",
        "离职日期",
        "离职时间",
        "到期时间",
        "退岗日期",
        "fim",
        "término",
        "data de término",
        "até",
        "hasta",
        "fecha de fin",
        "fin",
        "ende",
        "дата окончания",
        "конец",
    ),
    "unit": (
        "home_unit",
        "sent_by",
        "employer",
        "organisation",
        "派出单位",
        "选派单位",
        "所在单位",
        "工作单位",
        "órgão",
        "lotação",
        "entidad",
        "employeur",
        "dienststelle",
        "организация",
    ),
    "phone": (
        "office_phone",
        "office telephone",
        "办公电话",
        "值班电话",
        "工作电话",
        "telefone do escritório",
        "telefone institucional",
        "teléfono de oficina",
    ),
    "duties": ("duties", "tasks", "职责", "工作职责", "岗位职责"),
    "duties_en": ("duties_en",),
    "home_lon": ("home_lon", "住处经度", "居住地经度", "家庭住址经度"),
    "home_lat": ("home_lat", "住处纬度", "居住地纬度", "家庭住址纬度"),
}
"""Usual names of the columns. ``hours_per_week`` and ``hours_per_month`` are hours, ``since`` and ``until`` the first
and the last day of service, ``unit`` is the body that sends somebody, ``phone`` an office's, ``home_lon`` and
``home_lat`` (degrees) are where somebody lives: for the way to work alone, and kept nowhere; all else is text."""

_NUMBERS = ("hours_per_week", "hours_per_month")
HOME = ("home_lon", "home_lat")
_DAYS = ("since", "until")
_OF_OFFICES = ("phone", "duties", "duties_en")
_MOST_HOURS = 24.0 * 31


def read(
    source: vectors.Source | pd.DataFrame,
    columns: column_roles.Columns | None = None,
    *,
    encoding: str | None = None,
    keep: Collection[str] = (),
    dates_as: Order | None = None,
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return one row per person on the index ``staff_id`` without names, phones or identity numbers, and a report.

    Parameters
    ----------
    source
        A CSV or Excel file, ``FILE:SHEET``, or a DataFrame.
    columns
        For each role of :data:`COLUMNS` the names it may go by, tried before the usual ones.
    keep
        Columns to keep under their own names, the name of the person for instance.
    dates_as
        The order of day, month and year in dates of figures.

    Raises
    ------
    TableError
        When no column says where anybody works.
    """
    taken = Reading(encoding=encoding, dates=dates_as)
    frame, where = registers.opened(source, taken)
    found = column_roles.found(frame, column_roles.merged(columns, COLUMNS))
    if "grid_id" not in found and "parent" not in found:
        raise TableError(
            "no column says in which grid or community anybody works; its columns are {names}",
            where=where,
            mend="name it: --column {key}=COLUMN",
            key="grid_id",
            names=listed(frame.columns),
        )
    # An office's telephone is asked for under a name of its own; somebody's own number in it is left out all the same.
    offices = {found[role] for role in _OF_OFFICES if role in found}
    rest, gone = personal.dropped(frame, {*keep, *offices})
    roles_left = {role: name for role, name in found.items() if name in rest}
    table: dict[str, pd.Series[Any]] = {}
    own = 0
    more: list[str] = []
    for role, name in roles_left.items():
        if role in _OF_OFFICES:
            table[role], left = contacts.of_offices(rest[name])
            own += left
        elif role in _DAYS:
            days = dates.known(rest[name], reading=taken, where=where, few=registers.FEW)
            more += days.attrs["notes"]
            table[role] = days.dt.normalize()
        elif role in _NUMBERS:
            table[role] = quantities.read(rest[name], where=where)
        elif role in HOME:
            table[role] = quantities.read(rest[name], kind="degrees", where=where)
        elif role != "id":
            table[role] = column_roles.texts(rest[name])
    more += [contacts.left_out(own)] if own else []
    more += _faulty(table)
    table |= {name: rest[name] for name in keep if name in rest and name not in table}
    made = pd.DataFrame(table, index=rest.index)
    ids = rest[roles_left["id"]] if "id" in roles_left else None
    made.index, doubles = identifiers.named(ids, len(made), "staff_id")
    notes = [*frame.attrs.get("notes", []), *gone, *doubles, *more]
    made.attrs = {}
    lost = frame.attrs.get("lost", {})
    ledger.noted(made, Account(where, "staff", "rows", len(made) + sum(lost.values()), len(made), lost, tuple(notes)))
    return made, {"rows": len(made), "columns": roles_left, "notes": notes}


def _faulty(table: dict[str, pd.Series[Any]]) -> list[str]:
    """Return notes of what cannot be, and leave it out: days in the wrong order, hours below 0 or above a month's."""
    notes: list[str] = []
    if {"since", "until"} <= set(table):
        reversed_ = (table["until"] < table["since"]).to_numpy(dtype=bool)
        if reversed_.any():
            said = template(
                "{count} row ends before it begins: both days are taken as not known",
                "{count} rows end before they begin: both days are taken as not known",
            )
            notes.append(Phrase(said, count=int(reversed_.sum())))
            for role in _DAYS:
                table[role] = table[role].mask(reversed_)
    for role in set(_NUMBERS) & set(table):
        wrong = ((table[role] < 0) | (table[role] > _MOST_HOURS)).to_numpy(dtype=bool)
        if wrong.any():
            said = template(
                "{count} row has hours that cannot be: they are taken as not known",
                "{count} rows have hours that cannot be: they are taken as not known",
            )
            notes.append(Phrase(said, count=int(wrong.sum())))
            table[role] = table[role].mask(wrong)
    return notes
