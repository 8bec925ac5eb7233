"""Codes of grids: the template they follow, their numbering, and the rows where they are wrong.

::

    Template.of(text) .write(fields) .read(code)         the codec
    number(grids, districts, template) -> Series         codes of a new plan, west to east within north to south
    coded(plan, template) -> Plan                        the plan with these codes, grid ids replaced everywhere
    faults(codes, template, retired) -> DataFrame        malformed, doubled and reused codes by row
    check(codes, template, retired)                      the same as an error that names the rows
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridkit.errors import DefinitionError, TableError, UsageError
from gridkit.language import labels, phrases
from gridkit.language.labels import word
from gridkit.language.phrases import LIST, Phrase, joined
from gridkit.plan import brought
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from typing import Any

    import geopandas as gpd

    from gridkit.plan.plan import Plan

SEQUENCE = "seq"
_OF_THEN = ("published", "retired", "comments")
PLAIN = "G{seq:3}"
"""What grids are called where their district has no official code."""
_FIELD = re.compile(r"\{([a-z_]+):(\d+)\}")


# ------------------------------------------------------------------ the codec
@dataclass(frozen=True)
class Template:
    """A code as literal text and fields of digits of a fixed width: ``{county:6}{street:3}{community:3}{seq:3}``.

    Examples
    --------
    >>> unit = Template.of("{county:6}{street:3}{community:3}{seq:3}")
    >>> unit.write({"county": "320508", "street": "019", "community": "044", "seq": 7})
    '320508019044007'
    >>> unit.read("320508019044007")["seq"]
    '007'
    >>> Template.of("G{seq:3}").write({"seq": 12})
    'G012'
    """

    text: str
    parts: tuple[tuple[str, int], ...]
    """Fields with their widths; a literal has width 0."""

    @classmethod
    def of(cls, text: str) -> Template:
        """Return the template of a text; raise :class:`DefinitionError` when it is malformed or has no ``{seq:N}``."""
        parts: list[tuple[str, int]] = []
        end = 0
        for found in _FIELD.finditer(text):
            parts += [(text[end : found.start()], 0)] if found.start() > end else []
            parts.append((found[1], int(found[2])))
            end = found.end()
        parts += [(text[end:], 0)] if end < len(text) else []
        names = [name for name, width in parts if width]
        broken = any("{" in literal or "}" in literal for literal, width in parts if not width)
        if broken or names.count(SEQUENCE) != 1 or len(set(names)) != len(names) or "{" + SEQUENCE + ":0}" in text:
            raise DefinitionError(
                "the code template {text!r} is not one",
                mend="write fields of digits as {{name:width}}, each once, one of them {{seq:3}}",
                text=text,
            )
        return cls(text, tuple(parts))

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of the fields in order."""
        return tuple(name for name, width in self.parts if width)

    @property
    def width(self) -> int:
        """Characters of a code."""
        return sum(width or len(name) for name, width in self.parts)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        said = (f"(?P<{name}>[0-9]{{{width}}})" if width else re.escape(name) for name, width in self.parts)
        return re.compile("".join(said))

    @property
    def said(self) -> Phrase:
        """What the code is made of, in words.

        Examples
        --------
        >>> Template.of("{county:6}{street:3}{seq:3}").said
        'county: 6 digits, street or town: 3 digits, number: 3 digits'
        """
        told = [
            Phrase(
                "{name}: {count} digit", "", "{name}: {count} digits", name=labels.code("code_part", name), count=width
            )
            if width
            else name
            for name, width in self.parts
        ]
        return Phrase("{list}", list=joined(told, LIST))

    def write(self, fields: Mapping[str, str | int]) -> str:
        """Return the code of these fields, numbers padded with zeros.

        Raises
        ------
        TableError
            When a field is missing, holds something else than digits, or is too long for its width.
        """
        out = []
        for name, width in self.parts:
            if not width:
                out.append(name)
                continue
            value = str(fields.get(name, ""))
            if not (value.isascii() and value.isdigit() and len(value) <= width):
                raise TableError(
                    phrases.template(
                        "field {name} of the code is {value!r}, not up to {count} digit",
                        "field {name} of the code is {value!r}, not up to {count} digits",
                    ),
                    mend="keep codes as text, or choose a template with wider fields",
                    name=name,
                    value=value,
                    count=width,
                )
            out.append(value.zfill(width))
        return "".join(out)

    def read(self, code: object) -> dict[str, str] | None:
        """Return the fields of a code as text, or none when it does not follow the template."""
        found = self._pattern.fullmatch(code) if isinstance(code, str) else None
        return found.groupdict() if found else None

    def below(self, micro: str) -> Template:
        """Return the template of the parts of a grid: the own sequence becomes ``grid``, ``micro`` numbers the parts.

        Examples
        --------
        >>> Template.of("{community:3}{seq:3}").below("{seq:2}").text
        '{community:3}{grid:3}{seq:2}'
        """
        return Template.of(self.text.replace("{" + SEQUENCE + ":", "{grid:") + micro)


# ------------------------------------------------------------------ numbering
def number(
    grids: gpd.GeoDataFrame,
    districts: gpd.GeoDataFrame,
    template: str = PLAIN,
    *,
    plain: str = PLAIN,
    row_m: float | None = None,
    taken: Collection[str] = (),
) -> pd.Series:
    """Return the code of each grid: inside one parent west to east within rows, the rows north to south.

    Parameters
    ----------
    grids
        GRIDS with ``parent``, in a metric CRS.
    districts
        DISTRICTS; the fields of the template but ``seq`` are read from the column ``code``, else from ``district_id``,
        where those hold the digits the template wants (``320508019044`` for county, street and community).
    template, plain
        The template, and the one to use when a parent has no official code; then numbers run through the whole plan.
    row_m
        Height of a row in metres; by default that of a square of the median grid.
    taken
        Codes that may not be given again (in use, or retired).

    Raises
    ------
    TableError
        When a parent holds more grids than the sequence has numbers.
    """
    parents = grids["parent"].astype(TEXT)
    parent_of = parents.to_dict()
    form = Template.of(form_for(parents.unique().tolist(), districts, template, plain))
    prefixes = {str(parent): prefix or {} for parent, prefix in _official(districts, form).items()}
    order = reading_order(grids, districts, row_m)
    used = _used(form, taken)
    codes: dict[object, str] = {}
    for grid in order:
        prefix = prefixes.get(parent_of[grid], {})
        key = tuple(prefix.items())
        used[key] = used.get(key, 0) + 1
        codes[grid] = _sequenced(form, prefix, used[key], parent_of[grid])
    return pd.Series(codes, dtype=TEXT, name="code").reindex(grids.index)


def form_for(parents: Collection[str], districts: gpd.GeoDataFrame, template: str, plain: str = PLAIN) -> str:
    """Return the template when every parent has the official code it needs, else the plain one."""
    official = {str(parent): prefix for parent, prefix in _official(districts, Template.of(template)).items()}
    return template if all(official.get(parent) is not None for parent in parents) else plain


def reading_order(grids: gpd.GeoDataFrame, districts: gpd.GeoDataFrame, row_m: float | None = None) -> list[object]:
    """Return the ids of the grids parent by parent, in each west to east within rows from north to south.

    The parents themselves are read in the same way.
    """
    parents = grids["parent"].astype(TEXT)
    within = {str(name): place for place, name in enumerate(_rows(districts, None))}
    place = pd.Series([within.get(parent, len(within)) for parent in parents], index=grids.index)
    order: list[object] = []
    for number_ in sorted(place.unique()):
        order += _rows(grids[place == number_], row_m)
    return order


def _rows(frame: gpd.GeoDataFrame, row_m: float | None) -> list[object]:
    if row_m is not None and not row_m > 0:
        raise UsageError("rows of {row_m} m are none", mend="give a height above 0", row_m=row_m)
    points = frame.geometry.representative_point()
    height = row_m or float(np.sqrt(frame.area.median())) or 1.0
    south = points.y.to_numpy()
    row = np.floor((south.max() - south) / height)
    return frame.index[np.lexsort((-south, points.x.to_numpy(), row))].tolist()


def _official(districts: gpd.GeoDataFrame, form: Template) -> dict[object, dict[str, str] | None]:
    """Return the fields of the template but the sequence for each parent, none where it has no official code."""
    wanted = [(name, width) for name, width in form.parts if width and name != SEQUENCE]
    total = sum(width for _, width in wanted)
    ids = districts["code"] if "code" in districts else districts.index.to_series()
    return {parent: _cut(str(code), wanted, total) for parent, code in zip(districts.index, ids, strict=True)}


def _cut(code: str, wanted: list[tuple[str, int]], total: int) -> dict[str, str] | None:
    if total and not (code.isascii() and code.isdigit() and len(code) == total):
        return None
    fields, at = {}, 0
    for name, width in wanted:
        fields[name], at = code[at : at + width], at + width
    return fields


def _used(form: Template, taken: Iterable[str]) -> dict[tuple[tuple[str, str], ...], int]:
    """Return the highest sequence number given under each prefix."""
    used: dict[tuple[tuple[str, str], ...], int] = {}
    for code in taken:
        fields = form.read(code)
        if fields:
            key = tuple((name, value) for name, value in fields.items() if name != SEQUENCE)
            used[key] = max(used.get(key, 0), int(fields[SEQUENCE]))
    return used


def _sequenced(form: Template, prefix: Mapping[str, str], sequence: int, parent: str) -> str:
    width = dict(form.parts)[SEQUENCE]
    if len(str(sequence)) > width:
        raise TableError(
            phrases.template(
                "parent {parent} needs number {sequence}, but its codes have {count} digit for it",
                "parent {parent} needs number {sequence}, but its codes have {count} digits for it",
            ),
            mend="choose a template with a wider {{seq:N}}",
            parent=parent,
            sequence=sequence,
            count=width,
        )
    return form.write({**prefix, SEQUENCE: sequence})


def coded(plan: Plan, template: str, *, plain: str = PLAIN, row_m: float | None = None) -> Plan:
    """Return the plan with the codes of :func:`number` as its grid ids, in its units, attributes and layers."""
    form = form_for(plan.units["parent"].astype(TEXT).unique().tolist(), plan.districts, template, plain)
    codes = number(plan.grids, plan.districts, form, plain=plain, row_m=row_m, taken=plan.retired)
    return renamed(plan.having(parameters=replace(plan.parameters, template=form)), codes.to_dict())


def renamed(plan: Plan, names: Mapping[Any, str]) -> Plan:
    """Return the plan with grid ids replaced by ``names`` wherever they stand; ids not named stay."""
    units = plan.units.copy()
    for column in ("grid_id", "lock", "seed"):
        if column in units:
            units[column] = units[column].map(lambda grid: names.get(grid, grid))
    if "micro_id" in units:
        # A micro-grid is called like its grid with two digits more.
        ends = [(str(old), str(name)) for old, name in zip(plan.units["grid_id"], units["micro_id"], strict=True)]
        units["micro_id"] = [names.get(old, old) + name.removeprefix(old) for old, name in ends]
    layers = {
        name: replace(
            layer,
            definition=brought.asking(layer.definition, names),
            tables={part: brought.renamed(table, names) for part, table in layer.tables.items()},
            digest="",
        )
        for name, layer in plan.layers.items()
    }
    fresh = plan.with_ids(
        names,
        units=units,
        attributes=None if plan.attributes is None else brought.renamed(plan.attributes, names),
        layers=layers,
        # What was published and said, and which codes were given up, is told in the codes of then.
        records={
            name: table if name.startswith(_OF_THEN) else brought.renamed(table, names)
            for name, table in plan.records.items()
        },
        brought={name: brought.renamed(table, names) for name, table in plan.brought.items()},
    )
    stale = plan.stale
    return fresh.having(
        layers={
            name: replace(layer, digest="stale" if name in stale else fresh.state) for name, layer in layers.items()
        },
        made={name: state if name in stale else fresh.state for name, state in plan.made.items()},
    )


# ------------------------------------------------------------------ faults
def faults(codes: pd.Series, template: str, retired: Collection[str] = ()) -> pd.DataFrame:
    """Return the rows of a column of codes that are malformed, given twice, or were retired.

    Examples
    --------
    >>> faults(pd.Series(["G001", "G01", "G001", "G003"]), "G{seq:3}", retired=["G003"])["fault"].tolist()
    ['doubled', 'malformed', 'doubled', 'retired']
    """
    form = Template.of(template)
    bad = {
        "malformed": codes.map(lambda code: form.read(code) is None),
        "doubled": codes.duplicated(keep=False),
        "retired": codes.isin(list(retired)),
    }
    fault = pd.Series(np.select(list(bad.values()), list(bad), ""), index=codes.index)
    return pd.DataFrame({"code": codes, "fault": fault})[fault != ""]


def check(codes: pd.Series, template: str, retired: Collection[str] = (), *, where: object = "codes") -> None:
    """Raise :class:`TableError` naming the rows whose codes are malformed, given twice, or retired."""
    wrong = faults(codes, template, retired)
    if len(wrong):
        said = joined(
            [
                Phrase("row {row}: {code!r} is {fault}", row=row, code=each.code, fault=word(str(each.fault)))
                for row, each in zip(wrong.index, wrong.itertuples(), strict=True)
            ]
        )
        raise TableError(
            phrases.template("{count} code is wrong: {said}", "{count} codes are wrong: {said}"),
            where=where,
            mend="codes follow {template}; keep the column as text",
            count=len(wrong),
            said=said,
            template=template,
        )
