"""A ledger of forms: which forms a grid fills in, how often and how long it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridkit import ledger
from gridkit.errors import TableError
from gridkit.language.phrases import Phrase, listed, template
from gridkit.ledger import Account
from gridkit.sources import registers
from gridkit.sources.reading import Reading
from gridkit.sources.tables import column_roles, durations, quantities
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gridkit.catalog.workload import Time
    from gridkit.sources.files import vectors

COLUMNS: dict[str, tuple[str, ...]] = {
    "form": (
        "form",
        "name",
        "kind",
        "table",
        "报表名称",
        "表格名称",
        "报表",
        "表格",
        "台账名称",
        "名称",
        "formulário",
        "ficha",
        "formulario",
        "formulaire",
        "formular",
        "форма",
        "отчёт",
        "отчет",
        "название",
    ),
    "a_year": (
        "a_year",
        "times_a_year",
        "times per year",
        "每年次数",
        "年填报次数",
        "次数",
        "times",
        "vezes por ano",
        "veces al año",
        "fois par an",
        "mal im jahr",
        "раз в год",
    ),
    "every": (
        "every",
        "frequency",
        "how often",
        "频次",
        "填报频次",
        "周期",
        "报送周期",
        "periodicidade",
        "frequência",
        "periodicidad",
        "frecuencia",
        "périodicité",
        "fréquence",
        "häufigkeit",
        "периодичность",
        "частота",
    ),
    "minutes": (
        "minutes",
        "minutes_each",
        "每次用时",
        "每次分钟",
        "用时",
        "耗时",
        "填报用时",
        "分钟",
        "minutos",
        "tempo",
        "tiempo",
        "durée",
        "dauer",
        "minuten",
        "минуты",
        "минут",
        "время",
    ),
    "asked_by": (
        "asked_by",
        "department",
        "要求部门",
        "部门",
        "报送单位",
        "órgão solicitante",
        "solicitado por",
        "pedido por",
        "demandé par",
        "angefordert von",
        "кто запрашивает",
        "ведомство",
    ),
    "grid_id": ("grid_id", "grid", "网格", "网格编码", "setor", "microárea", "sector", "secteur", "участок"),
}
"""Usual names of the columns: ``a_year`` or ``every`` says how often, ``minutes`` how long one time takes."""
EVERY = {
    "day": (
        "daily",
        "every day",
        "day",
        "每日",
        "每天",
        "日报",
        "日",
        "diária",
        "diário",
        "diario",
        "diaria",
        "quotidien",
        "täglich",
        "ежедневно",
        "каждый день",
    ),
    "week": (
        "weekly",
        "every week",
        "week",
        "每周",
        "周报",
        "周",
        "semanal",
        "hebdomadaire",
        "wöchentlich",
        "еженедельно",
    ),
    "fortnight": ("fortnightly", "biweekly", "半月", "每半月", "quinzenal", "quincenal", "раз в две недели"),
    "month": (
        "monthly",
        "every month",
        "month",
        "每月",
        "月报",
        "月",
        "mensal",
        "mensual",
        "mensuel",
        "monatlich",
        "ежемесячно",
    ),
    "quarter": (
        "quarterly",
        "every quarter",
        "quarter",
        "每季",
        "每季度",
        "季报",
        "季",
        "trimestral",
        "trimestriel",
        "vierteljährlich",
        "ежеквартально",
    ),
    "half": (
        "half-yearly",
        "twice a year",
        "每半年",
        "半年",
        "半年报",
        "semestral",
        "semestriel",
        "halbjährlich",
        "раз в полгода",
    ),
    "year": (
        "yearly",
        "annually",
        "every year",
        "year",
        "每年",
        "年报",
        "年",
        "anual",
        "annuel",
        "jährlich",
        "ежегодно",
    ),
}
"""The words of how often a form is due."""


def read(
    source: vectors.Source | pd.DataFrame,
    time: Time,
    *,
    columns: Mapping[str, str] | None = None,
    encoding: str | None = None,
) -> pd.DataFrame:
    """Return one row per kind of form: ``form``, ``a_year``, ``minutes``, and ``asked_by``, ``grid_id`` where known.

    A form without a number of times, or without minutes, is kept and counted as not known.

    Parameters
    ----------
    source
        A CSV or Excel file, ``FILE:SHEET``, or a DataFrame.
    time
        A worker's year: what is due daily is due on every working day of it.

    Raises
    ------
    TableError
        When no column says how often or how long.
    """
    frame, where = registers.opened(source, Reading(encoding=encoding))
    found = column_roles.found(frame, column_roles.merged(dict(columns or {}), COLUMNS))
    if "minutes" not in found or not {"a_year", "every"} & set(found):
        raise TableError(
            "no column says how often a form is due and how many minutes it takes; its columns are {names}",
            where=where,
            mend="name them a_year or every, and minutes: 每年次数 or 频次, and 用时",
            names=listed(frame.columns),
        )
    made = pd.DataFrame(index=frame.index)
    for role in ("form", "asked_by", "grid_id"):
        if role in found:
            made[role] = column_roles.texts(frame[found[role]])
    made["a_year"] = _a_year(frame, found, time, where)
    made["minutes"] = _positive(_minutes(frame, found["minutes"], where))
    bare = int((made["a_year"].isna() | made["minutes"].isna()).sum())
    notes = list(frame.attrs.get("notes", []))
    if bare:
        said = template(
            "{count} form does not say how often or how long: its hours are not known",
            "{count} forms do not say how often or how long: their hours are not known",
        )
        notes.append(Phrase(said, count=bare))
    lost = frame.attrs.get("lost", {})
    made.index = pd.Index([f"form-{at + 1}" for at in range(len(made))], name="form_id", dtype=TEXT)
    ledger.noted(made, Account(where, "forms", "rows", len(made) + sum(lost.values()), len(made), lost, tuple(notes)))
    return made


def _minutes(frame: pd.DataFrame, name: str, where: str) -> pd.Series[float]:
    """Return how long one time takes: minutes, where no cell, column of units, heading or line above says hours."""
    above = durations.unit_above(frame.attrs.get("titles", ())) or "minutes"
    return durations.minutes(frame[name], where=where, bare=above, heading=durations.headed(frame, name))


def _a_year(frame: pd.DataFrame, found: Mapping[str, str], time: Time, where: str) -> pd.Series[float]:
    """Return how many times a year: as said, else by the word for how often."""
    times = pd.Series(np.nan, index=frame.index)
    if "a_year" in found:
        times = _positive(quantities.read(frame[found["a_year"]], where=where))
    if "every" not in found:
        return times
    often = {
        "day": time.weeks.value * time.days_per_week.value * time.worked,
        "week": time.weeks.value,
        "fortnight": 24.0,
        "month": 12.0,
        "quarter": 4.0,
        "half": 2.0,
        "year": 1.0,
    }
    words = {word: often[name] for name, called in EVERY.items() for word in called}
    said = frame[found["every"]].map(lambda cell: words.get(str(cell).strip().casefold()), na_action="ignore")
    return times.where(times.notna(), pd.to_numeric(said))


def _positive(values: pd.Series[float]) -> pd.Series[float]:
    """Return numbers without those below 0, which are none."""
    return values.where(~(values < 0))
