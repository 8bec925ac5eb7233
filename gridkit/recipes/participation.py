"""Participation on a plan: who starts what, what became of proposals, how many take part."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from gridkit import provenance
from gridkit.catalog import definitions
from gridkit.errors import UsageError
from gridkit.face import face, several
from gridkit.language.phrases import Phrase
from gridkit.ledger import Ledger
from gridkit.measure.incidents.classes import plain
from gridkit.measure.participation import proposals as proposed
from gridkit.measure.participation.initiators import SIDES
from gridkit.measure.share import Share
from gridkit.plan import lines
from gridkit.recipes import platforms
from gridkit.recipes.layer import derived, measured, told
from gridkit.recipes.participation_counts import Counted
from gridkit.recipes.progress import shown
from gridkit.sources.reading import Reading

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gridkit.catalog.definitions import ParticipationLayer
    from gridkit.plan.plan import Plan
    from gridkit.project import Source
    from gridkit.recipes.progress import Progress

LAYER = "participation"


@face("participation")
def participation(  # noqa: PLR0913 - the public face
    plan: Plan,
    *,
    activities: Source | Sequence[Source] = (),
    proposals: Source | Sequence[Source] = (),
    comments: Source | None = None,
    counts: Source | None = None,
    givers: Source | None = None,
    initiators: Mapping[str, str] | None = None,
    crs: str | None = None,
    datum: str | None = None,
    encoding: str | None = None,
    columns: Mapping[str, str] | None = None,
    dates: Literal["dmy", "mdy", "ymd", "1904"] | None = None,
    progress: Progress | None = None,
) -> Plan:
    """Return the plan with what residents start, propose and take part in, as counts.

    Parameters
    ----------
    plan
        A plan made by gridkit.split(...): a file, or postgresql://HOST/DB:SCHEMA. In Python the plan itself: see
        :func:`gridkit.read_plan`.
    activities
        A register of activities: date, who started it, hours, and grid, community, address or coordinates; several are
        one.
    proposals
        Proposals and what became of them: a register, or an export of Decidim or Consul; several are one.
    comments
        Comments on the proposals, with who wrote them: one of the administration answers.
    counts
        Counts by grid or community: households taking part, volunteers, organisations, building heads, households
        covered, households whose only tie is the worker.
    givers
        Hours of each giver, by a number: only the share of the tenth that gives most is kept.
    initiators
        Whom a word means that says who started something: residents, organisations or administration; one or several.
    crs
        CRS of inputs that name none, such as EPSG:4528. Work is done in metres whatever the inputs are in.
    datum
        Datum of longitudes and latitudes: wgs84, cgcs2000, gcj02 or bd09. Of one input alone as people=gcj02, of
        several as district=gcj02,people=bd09.
    encoding
        Encoding of text.
    columns
        The column that plays a role, such as time=REPORTED; one or several. By the role's name: ``{'time':
        'reported'}``.
    dates
        The order of dates in figures: dmy, mdy or ymd; 1904 where numbers are days that Excel of a Mac counted.
    progress
        Called with the words of each stage and the share done. In a notebook a bar shows them without it.
    """
    say = shown(progress)
    say("reading data", None)
    definition = _worded(definitions.layers()[LAYER], initiators or {})
    reading = Reading(crs=crs, datum=datum, encoding=encoding, columns=columns or {}, dates=dates)
    if not any((several(activities), several(proposals), counts is not None, givers is not None)):
        raise UsageError("no table is given", mend="name one: gridkit participation PLAN --activities TABLE")
    if comments is not None and not several(proposals):
        raise UsageError("--comments go with proposals", mend="name these too: --proposals TABLE")
    with provenance.recording() as record, provenance.role(LAYER):
        read = Counted(plan, definition, reading)
        for each in several(activities):
            read.table(each, definition.activities, read.activities)
        officials = None
        if comments is not None:
            officials, notes = platforms.officials(comments, definition, reading)
            read.notes += notes
        for each in several(proposals):
            read.table(each, definition.proposals, lambda held, rows: read.proposals(held, rows, officials))
        if counts is not None:
            read.table(counts, definition.counts, read.counts)
        shares = {} if givers is None else read.giving(givers)
    accounts = Ledger(tuple(read.accounts))
    for said in accounts.warnings():
        warnings.warn(said, stacklevel=3)
    say("measuring", None)
    held = plan.having(brought={**plan.brought, LAYER: read.together()})
    laid = told(measured(held, definition, definitions.layers()), {"notes": read.notes})
    step = provenance.step(LAYER, {"rows": int(held.brought[LAYER]["rows"].sum())}, record.inputs, ledger=accounts)
    return derived(lines.kept(held.with_layer(laid), LAYER, shares)).with_step(step)


def _worded(definition: ParticipationLayer, more: Mapping[str, str]) -> ParticipationLayer:
    """Return the definition with further words for who starts something."""
    words = {side: tuple(every) for side, every in definition.initiators.items()}
    for word, side in more.items():
        if side not in SIDES:
            raise UsageError(
                "{word!r} cannot be {side!r}",
                where="--initiator",
                mend="write WORD=residents, WORD=organisations or WORD=administration",
                word=word,
                side=side,
            )
        words = {name: tuple(each for each in every if plain(each) != plain(word)) for name, every in words.items()}
        words[side] = (*words[side], word)
    return replace(definition, initiators=words)


def edits_answered(plan: Plan) -> dict[str, Share]:
    """Return the lines of what became of the opinions that came in on the plan itself."""
    held = plan.records.get("comments")
    if held is None:
        return {}
    newest = held["time"].dropna().max() if "time" in held else None
    asof = str(newest)[:10] if isinstance(newest, str) else ""
    found = proposed.of_comments(pd.DataFrame(held))
    return {
        f"opinions_{name}": Share(n, of, str(Phrase("opinions on the plan")), asof) for name, (n, of) in found.items()
    }


def facts(plan: Plan) -> dict[str, Any]:
    """Return the lines of a plan's participation, those that were kept beside the layer and of opinions too."""
    from gridkit.measure.share import listed

    layer = plan.layers[LAYER]
    kept = lines.lines(plan)
    more = kept[kept["command"] == LAYER].drop(columns="command").astype(object)
    read = dict(layer.facts)
    read.pop("behind", None)
    notes = read.pop("read", {}).get("notes", [])
    every = [*read.pop("lines"), *more.where(more.notna(), None).to_dict("records"), *listed(edits_answered(plan))]
    return {"lines": [each for each in every if each["why"] != "missing"], **read, "notes": notes}
