"""What a command found that stands for itself: headline facts, tables, and the plan that keeps them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gridkit.display import card, lines
from gridkit.language.labels import code
from gridkit.measure.share import sentence

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from gridkit.plan.plan import Plan


@dataclass(frozen=True)
class Told:
    """What was found.

    Attributes
    ----------
    name
        The command that found it.
    facts
        Headline numbers, JSON-ready.
    tables
        By name; nothing of a person is in them.
    plan
        The plan that keeps it; None where none was named.
    """

    name: str
    facts: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    plan: Plan | None = None

    def said(self) -> dict[str, Any]:
        """Return the facts as a person reads them: each line in a sentence."""
        told = [
            {"indicator": code("indicator", each["indicator"]), "told": sentence(each)}
            for each in self.facts.get("lines", ())
        ]
        return {**({"lines": told} if told else {}), **{k: v for k, v in self.facts.items() if k != "lines"}}

    def __repr__(self) -> str:
        return lines(self.name.capitalize(), self._facts())

    def _repr_html_(self) -> str:
        return card(self.name.capitalize(), self._facts(), next(iter(self.tables.values()), None))

    def _facts(self) -> dict[str, object]:
        plain = {name: value for name, value in self.facts.items() if isinstance(value, str | int | float)}
        return {**plain, **{name: len(table) for name, table in self.tables.items()}}
