"""Filled-in slips and walking sheets as somebody typed them: a table with a row for each box that was ticked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from gridkit.errors import TableError
from gridkit.language.phrases import listed
from gridkit.sources import registers
from gridkit.sources.tables import column_roles, dates

if TYPE_CHECKING:
    from gridkit.sources.files.vectors import Source

COLUMNS: dict[str, tuple[str, ...]] = {
    "segment": ("border", "segment", "界线", "界线编号", "段号"),
    "right": ("right or wrong", "right", "verdict", "核对结果", "无误或有误", "核对"),
    "follows": ("it follows instead", "follows", "实际界线为"),
    "called": ("its name", "feature name", "地物名称", "名称"),
    "slip": ("slip no.", "slip", "slip_no", "编号", "表号"),
    "grid": ("grid", "grid_id", "网格", "网格名称", "网格编码"),
    "box": ("box", "tick", "选项", "勾选"),
    "units": ("units", "unit", "地块", "地块编号"),
    "to": ("to grid", "to_grid", "to", "划入网格", "建议归属"),
    "text": ("words", "because", "text", "reason", "remark", "意见内容", "意见", "理由", "备注"),
    "name": ("name or office", "name", "from", "author", "walked by", "姓名或单位", "姓名", "提出人", "走线人"),
    "date": ("date", "walked on", "日期", "走线日期"),
    "code": ("check code", "check_code", "校验码"),
}
"""Usual headings of the columns, those of our own papers first."""


_SAYING = ("segment", "grid", "box", "units", "to", "text", "right", "follows", "called")
"""Columns of which one at least says something in a row that is a row."""


def blank(lang: str) -> pd.DataFrame:
    """Return a table without rows, headed as the papers are in a language: what is filled in, and read by :func:`read`.

    Examples
    --------
    >>> list(blank("en"))[5:8], list(blank("zh"))[5:8]
    (['grid', 'box', 'units'], ['网格', '选项', '地块'])
    """
    chinese = lang.startswith("zh")
    heads = [next((name for name in names if name.isascii() != chinese), names[0]) for names in COLUMNS.values()]
    return pd.DataFrame(columns=heads, dtype=object)


def read(source: Source | pd.DataFrame) -> pd.DataFrame:
    """Return the rows as text, one column for each of :data:`COLUMNS`, empty where nothing stands; days are ISO 8601.

    ``where`` says of each row where it stands, as a person counts rows: the headings are row 1.

    Raises
    ------
    TableError
        When no column says which grid or which border a row is about, or a date is none.
    """
    frame, where = registers.opened(source)
    found = column_roles.found(frame, column_roles.merged(None, COLUMNS))
    if not {"grid", "segment"} & set(found):
        raise TableError(
            "no column says which grid or which border a row is about; its columns are {names}",
            where=where,
            mend="head one grid (网格) or border (界线), as the slips and walking sheets do",
            names=listed(frame.columns),
        )
    table = pd.DataFrame(
        {role: _texts(frame[found[role]]) if role in found else "" for role in COLUMNS}, index=frame.index
    ).astype(object)
    if "date" in found:
        days = dates.read(frame[found["date"]].astype(object).where(frame[found["date"]].notna(), None), where=where)
        table["date"] = ["" if pd.isna(day) else day.date().isoformat() for day in days]
    table["where"] = [f"{where}, {number}" for number in range(2, len(table) + 2)]
    said = (
        table[["segment", "grid", "box", "units", "to", "text", "right", "follows", "called"]].astype(bool).any(axis=1)
    )
    return table[said].reset_index(drop=True)


def _texts(values: pd.Series) -> pd.Series:
    """Return cells as text; a number without decimals has none."""

    def text(value: Any) -> str:  # noqa: ANN401 - a cell
        if value is None or pd.isna(value):
            return ""
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        return str(value).strip()

    return values.astype(object).map(text)
