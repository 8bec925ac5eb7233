"""What a plan counts for: a draft, approved or issued; from when until when it is in force; the body in charge of it.

A standing is given to the grids as they are. Grids drawn otherwise since are a draft again, whatever changed them.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from gridkit.language.labels import code
from gridkit.language.numbers import moment
from gridkit.language.phrases import Phrase, spoken

STAGES = ("draft", "approved", "issued")
DRAFT, ISSUED = STAGES[0], STAGES[-1]
COLUMNS = ("standing", "since", "until", "body")


@dataclass(frozen=True)
class Standing:
    """What a plan counts for.

    Attributes
    ----------
    stage
        One of :data:`STAGES`: being worked on, approved by whoever decides, or issued and in force by its dates.
    since, until
        The first and the last day in force, ISO 8601; empty where it was not said.
    body
        The body in charge.
    digest
        The digest of the grids it was given to.
    """

    stage: str = DRAFT
    since: str = ""
    until: str = ""
    body: str = ""
    digest: str = ""

    @property
    def facts(self) -> dict[str, str]:
        """The standing for a report: what was not said is left out."""
        own = dict(zip(COLUMNS, (self.stage, self.since, self.until, self.body), strict=True))
        return {name: value for name, value in own.items() if value}

    def said(self, lang: str) -> str:
        """Return the standing in one line, dates as a language writes them."""
        parts = (spoken(code("standing", self.stage), lang), self.span(lang), self.body)
        return " · ".join(str(part) for part in parts if part)

    def span(self, lang: str) -> str:
        """Return from when until when it is in force; nothing where no day was said."""
        dates = {name: moment(value, lang) for name, value in (("since", self.since), ("until", self.until))}
        span = (
            Phrase("in force {since} to {until}", **dates)
            if self.since and self.until
            else Phrase("in force from {since}", **dates)
            if self.since
            else Phrase("in force until {until}", **dates)
            if self.until
            else ""
        )
        return str(spoken(span, lang))


def standing_of(standings: tuple[Standing, ...], digest: str) -> Standing:
    """Return what grids count for: what was given to them last, else a draft in the same body's charge."""
    last = standings[-1] if standings else Standing()
    return last if last.digest == digest else Standing(body=last.body)


def as_json(standings: tuple[Standing, ...]) -> list[dict[str, Any]]:
    """Return standings as a plan's file keeps them."""
    return [asdict(each) for each in standings]
