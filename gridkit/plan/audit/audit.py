"""The audit of a plan: one verdict per rule of division, and the places at fault.

::

    audit(plan, preset) -> Audit                       a plan of gridkit
    audit(polygons, preset, around=Around(...))        any polygon layer as a plan: the grids a city already has
    Audit.table(lang) .findings .failed .report()     what it says
    Audit.kept(plan) -> Plan                           the plan with the findings as a layer of its file
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

import geopandas as gpd
import numpy as np
import pandas as pd

from gridkit.display import card, lines, listed, same
from gridkit.errors import DefinitionError, nearest
from gridkit.language import labels
from gridkit.language.phrases import listed as shortly
from gridkit.language.phrases import series
from gridkit.plan.audit.audited import Around, Audited
from gridkit.plan.audit.titles import PRINCIPLES, Principle
from gridkit.plan.plan import Plan
from gridkit.plan.records import FINDINGS
from gridkit.tables import PLACED_BY, TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from gridkit.catalog.presets import Preset, Rule
    from gridkit.language.phrases import Phrase
    from gridkit.plan.audit.rules import Measured

Verdict = Literal["PASS", "WARN", "FAIL", "N/A"]
SHOWN = 6
"""So many grids at fault are named in a table."""
SCHEMA, VERSION = "gridkit-audit", 1


@dataclass(frozen=True)
class Judged:
    """One rule with what was measured and the verdict."""

    name: str
    principle: Principle
    rule: Rule
    value: float | None
    verdict: Verdict
    why: Phrase
    grids: tuple[str, ...] = ()
    """The grids at fault."""
    reasons: Mapping[str, Phrase] = field(default_factory=dict)
    """Why each of them is, where it is known."""

    def told(self, lang: str) -> dict[str, str]:
        """Return why each grid at fault is, where it is known of it alone."""
        return {name: why.said(lang) for name, why in self.reasons.items()}

    def row(self, lang: str) -> dict[str, Any]:
        """Return the rule as one row of a table."""
        return {
            "number": self.principle.number,
            "title": self.principle.title.said(lang),
            "value": self.value,
            "unit": self.principle.unit.said(lang),
            "warn": self.rule.warn,
            "fail": self.rule.fail,
            "limit": self.rule.limit,
            "verdict": self.verdict,
            "grids": shortly(self.grids, SHOWN),
            "note": self.why.said(lang),
            "source": labels.source(self.rule.source).said(lang),
            "verified": self.rule.verified,
        }


@dataclass(frozen=True)
class Audit:
    """The verdicts in the order of the rules, and the places at fault (FINDINGS) in the plan's CRS."""

    preset: str
    digest: str
    judged: tuple[Judged, ...]
    findings: gpd.GeoDataFrame

    @property
    def failed(self) -> bool:
        """Whether any rule failed."""
        return any(each.verdict == "FAIL" for each in self.judged)

    @property
    def verdicts(self) -> dict[str, Verdict]:
        """The verdict of each rule by its name."""
        return {each.name: each.verdict for each in self.judged}

    def __repr__(self) -> str:
        counts: dict[str, object] = {
            verdict: list(self.verdicts.values()).count(verdict) for verdict in dict.fromkeys(self.verdicts.values())
        }
        failed = listed(name for name, verdict in self.verdicts.items() if verdict == "FAIL")
        return lines(f"Audit by {self.preset}", {**counts, "failed": failed, "findings": len(self.findings)})

    def _repr_html_(self) -> str:
        shown = self.table()[["number", "title", "value", "unit", "verdict", "note"]]
        return card(f"Audit by {self.preset}", {"findings": len(self.findings)}, shown, most=len(shown))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Audit) and same(self, other) if self is not other else True

    def __hash__(self) -> int:
        return hash((self.preset, self.digest))

    def table(self, lang: str = "en") -> pd.DataFrame:
        """Return one row per rule: number, title, value, unit, thresholds, verdict, note, source."""
        rows = pd.DataFrame([each.row(lang) for each in self.judged])
        return rows.set_axis(pd.Index([each.name for each in self.judged], name="rule"))

    def report(self) -> dict[str, Any]:
        """Return the audit as JSON-ready values; schema ``gridkit-audit``, version 1."""
        found = self.findings["rule"].value_counts()
        rules = [
            {
                "rule": each.name,
                **each.row("en"),
                "title": each.principle.title.by_language(),
                "findings": int(found.get(each.name, 0)),
                "grids": list(each.grids),
                **({"reasons": each.told("en")} if each.reasons else {}),
            }
            for each in self.judged
        ]
        head = {"schema": SCHEMA, "version": VERSION, "preset": self.preset, "plan": self.digest}
        return {**head, "failed": self.failed, "rules": rules}

    def kept(self, plan: Plan) -> Plan:
        """Return the plan with the findings among its records, for its file and its map."""
        return plan.with_record("findings", self.findings).with_made("findings")


def audit(
    subject: Plan | gpd.GeoDataFrame, preset: Preset, *, around: Around | None = None, check_with: str | None = None
) -> Audit:
    """Judge a plan, or any polygons as one, by the rules of a preset.

    Parameters
    ----------
    subject
        A plan; or polygons in a metric CRS with their code in ``grid_id`` or the index, and ``people``, ``households``
        and ``parent`` where they are known.
    preset
        Its rules and thresholds; its band too, where the plan has none of its own.
    around
        What is known around polygons; a plan brings its own.
    check_with
        A second column of the units by which grids are to lie in the band; what the plan was split with when None.

    Raises
    ------
    DefinitionError
        When the preset names a rule that is not there.
    """
    _check_names(preset)
    asked = _asked(subject, preset, around or Around())
    asked = replace(asked, other=check_with) if check_with else asked
    asked = replace(asked, off={way: preset.number(f"off_{way}") for way in PLACED_BY})
    judged, found = [], []
    for name, principle in PRINCIPLES.items():
        if name not in preset.rules:
            continue
        rule = preset.rules[name]
        measured = principle.judge(asked, rule)
        verdict = _verdict(principle, rule, measured)
        faults = measured.places if verdict in ("WARN", "FAIL") else None
        judged.append(
            Judged(name, principle, rule, measured.value, verdict, measured.why, _grids_of(faults), measured.reasons)
        )
        if faults is not None:
            found.append(_found(principle, verdict, faults))
    digest = subject.digest if isinstance(subject, Plan) else ""
    return Audit(preset.name, digest, tuple(judged), _findings(found, asked))


def _grids_of(faults: gpd.GeoDataFrame | None) -> tuple[str, ...]:
    """Return the grids at fault, each once, sorted."""
    return () if faults is None else tuple(sorted({str(name) for name in faults["grid_id"].dropna()}))


def _asked(subject: Plan | gpd.GeoDataFrame, preset: Preset, around: Around) -> Audited:
    if isinstance(subject, Plan):
        own = subject.parameters
        measure = preset.measure if own.band is None else own.measure
        bare = Audited.of_plan(subject, measure, own.band, own.template)
        return _banded(bare, preset) if own.band is None else bare
    return _banded(Audited.of_polygons(subject, around, preset.measure, None), preset)


def _banded(audited: Audited, preset: Preset) -> Audited:
    """Return the audited with the preset's band around its mean."""
    values = audited.measured
    mean = float(values.mean()) if values is not None else 0.0
    return replace(audited, band=preset.band.of(mean) if mean or not preset.band.relative else None)


def _verdict(principle: Principle, rule: Rule, measured: Measured) -> Verdict:
    if measured.value is None or (rule.warn is None and rule.fail is None):
        return "N/A"
    sign = -1 if principle.lower_is_worse else 1

    def passes(threshold: float | None) -> bool:
        return threshold is not None and sign * measured.value > sign * threshold  # type: ignore[operator]

    return "FAIL" if passes(rule.fail) else "WARN" if passes(rule.warn) else "PASS"


def _found(principle: Principle, verdict: Verdict, places: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    grids = places["grid_id"].astype(object).where(places["grid_id"].notna(), None)
    return gpd.GeoDataFrame(
        {"rule": principle.name, "verdict": verdict, "grid_id": grids, "value": places["value"].astype(float)},
        geometry=places.geometry.to_numpy(),
        crs=places.crs,
    )


def _findings(found: list[gpd.GeoDataFrame], audited: Audited) -> gpd.GeoDataFrame:
    columns = {name: pd.Series(dtype=TEXT) for name in ("rule", "verdict", "grid_id")}
    empty = gpd.GeoDataFrame({**columns, "value": pd.Series(dtype=float)}, geometry=gpd.GeoSeries([], crs=audited.crs))
    table = gpd.GeoDataFrame(pd.concat(found, ignore_index=True)) if found else empty
    names = pd.Index([f"f{number}" for number in np.arange(1, len(table) + 1)], dtype=TEXT, name=FINDINGS.index)
    for name in columns:
        table[name] = table[name].astype(TEXT)
    return table.set_axis(names)


def _check_names(preset: Preset) -> None:
    for name in preset.rules:
        if name not in PRINCIPLES:
            near = nearest(name, PRINCIPLES)
            raise DefinitionError(
                "preset {preset} has a rule {name!r} that is not there",
                mend="did you mean {near!r}? there are: {all}" if near else "there are: {all}",
                preset=preset.name,
                name=name,
                near=near,
                all=series(PRINCIPLES),
            )
