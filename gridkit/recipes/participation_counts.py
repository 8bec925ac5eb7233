"""Tables of participation, reduced to counts by place and month as they are read: no name goes further."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd

from gridkit import errors
from gridkit.catalog.presets import presets
from gridkit.errors import TableError
from gridkit.language.phrases import Phrase, series, template
from gridkit.measure.departments.joined import joined
from gridkit.measure.participation import proposals as proposed
from gridkit.measure.participation.giving import top_tenth
from gridkit.measure.participation.indicators import COUNTS
from gridkit.measure.participation.initiators import UNKNOWN, WHO, sides
from gridkit.measure.participation.remainder import UPPER, remainder
from gridkit.measure.share import LEAST, Share
from gridkit.plan.directory import directory
from gridkit.recipes import platforms
from gridkit.recipes.days import asof
from gridkit.recipes.layer import subdistricts
from gridkit.sources import ballots, gate, holdings, registers
from gridkit.sources.tables import cells, quantities
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from gridkit.catalog.definitions import ParticipationLayer
    from gridkit.ledger import Account
    from gridkit.plan.plan import Plan
    from gridkit.project import Source
    from gridkit.sources.holdings import Holding
    from gridkit.sources.reading import Reading

_TOLD = 3
"""A word that means nobody is told where it stands in so many rows: else it may be a name."""
_MOST_TOLD = 12
_COUNTED = ("taking_part", "covered", "only_worker", "building_heads", "volunteers", "organisations")
_OF_HOUSEHOLDS = ("taking_part", "covered", "only_worker")
_PLACED = (*holdings.KEYS, "updated", "lon", "lat", "x", "y", "wkt")


class Counted:
    """Tables as they are read, reduced to counts one after the other."""

    def __init__(self, plan: Plan, definition: ParticipationLayer, reading: Reading) -> None:
        self.plan, self.definition, self.reading = plan, definition, reading
        self.places, self.upper = directory(plan), subdistricts(plan)
        self.parts: list[pd.DataFrame] = []
        self.accounts: list[Account] = []
        self.notes: list[str] = []

    def table(
        self,
        source: Any,  # noqa: ANN401 - whatever the gate takes
        columns: Mapping[str, Sequence[str]],
        reduced: Callable[[Holding, pd.DataFrame], pd.DataFrame],
    ) -> None:
        """Read one table, find where its rows belong, and keep the counts of them."""
        own = {role: name for role, name in self.reading.columns.items() if role in columns or role in _PLACED}
        where = _called(source)
        if ballots.is_ballots(source):
            source = self._projects(source, where, columns)
        held = holdings.read(
            gate.taken(source),
            where,
            {**columns, **self.definition.places},
            crs=self.plan.crs,
            reading=replace(self.reading, columns=own),
            district=self.plan.districts,
        )
        held = platforms.of_taxonomies(platforms.one_language(held, {**columns, **self.definition.places}), self.places)
        if not len(held.rows):
            self.notes.append(Phrase("{where}: it has no row", where=where))
        elif "updated" not in held.roles:
            self.notes.append(Phrase("{where}: no column says when; nothing of it is told by month", where=where))
        found = self._of_subdistricts(held, joined(held, self.places))
        keys = pd.DataFrame(
            {
                "grid_id": found["grid_id"],
                "unit_id": found["unit_id"],
                "parent": found["community"],
                "month": held.dated.dt.strftime("%Y-%m"),
            }
        ).astype("object")
        made = reduced(held, keys.where(keys.notna(), None))
        self.parts.append(made.assign(source=where, asof=asof(held.dated)))
        unplaced = int((found["grid_id"].isna() & found["community"].isna()).sum())
        if unplaced:
            self.notes.append(
                Phrase(
                    "{where}: {count} row belongs to no grid and no community",
                    "",
                    "{where}: {count} rows belong to no grid and no community",
                    where=where,
                    count=unplaced,
                )
            )
        self.notes += [*held.notes]
        self.accounts.append(held.account(len(found), {}))

    def _of_subdistricts(self, held: Holding, found: pd.DataFrame) -> pd.DataFrame:
        """Return where rows belong, those of a subdistrict alone in it: its own name is no other spelling of another.

        Where a subdistrict is called like one of its communities, the community is meant.
        """
        if "community" not in held.roles:
            return found
        said = held.rows[held.roles["community"]].astype(TEXT).str.strip()
        lower = {name for names in self.places.communities.values() for name in names}
        named = said.isin(set(self.upper.values()) - lower - set(self.places.communities))
        own = named & found["match"].isin(["", "community"])
        if not own.any():
            return found
        nobody = {"match": "", "why": "community", "grid_id": None, "unit_id": None}
        found = found.assign(**{name: found[name].mask(own, value) for name, value in nobody.items()})
        return found.assign(community=found["community"].mask(own, UPPER + said))

    def _projects(self, source: Any, where: str, columns: Mapping[str, Sequence[str]]) -> Any:  # noqa: ANN401
        """Return the projects of a file of ballots as a table."""
        if "state" not in columns:
            raise TableError(
                "it holds the ballots of a budget, whose projects are proposals",
                where=where,
                mend="give it as one: --proposals FILE",
            )
        found = ballots.read(source)
        self.notes += [Phrase("{where}: {said}", where=where, said=note) for note in found.notes]
        table = gate.taken(found.projects)
        errors.call(table, where)
        return table

    # -------------------------------------------------------------- reduced
    def activities(self, held: Holding, keys: pd.DataFrame) -> pd.DataFrame:
        """Return activities and their hours by place, month and who started them."""
        if "initiator" in held.roles:
            values = held.rows[held.roles["initiator"]]
            who = sides(values, self.definition.initiators)
            self._unknown(values, who, held.table)
        else:
            who = pd.Series(UNKNOWN, index=held.rows.index)
            said = Phrase("{where}: no column says who started what; all are unknown", where=held.table)
            self.notes.append(said)
        hours = self._numbers(held, "hours")
        made = pd.DataFrame({"rows": 1.0, "activities": 1.0}, index=held.rows.index)
        nobody = (who == UNKNOWN).all()
        for each in WHO:
            # None is not nought: where no row says who started it, nothing is known of any side.
            own = np.nan if nobody and each != UNKNOWN else (who == each).astype(float)
            made[f"by_{each}"] = own
            made[f"hours_{each}"] = np.nan if hours is None else hours * own
        made["hours"] = np.nan if hours is None else hours
        return _grouped(made, keys)

    def proposals(self, held: Holding, keys: pd.DataFrame, officials: pd.Series[Any] | None) -> pd.DataFrame:
        """Return proposals by place and month, and what became of them."""
        names = ("state", "answered", "answer", "result", "progress", "withdrawn")
        rows = pd.DataFrame({name: held.rows[held.roles[name]] for name in names if name in held.roles})
        rows = rows.reindex(held.rows.index)
        if officials is not None and "id" in held.roles:
            numbers = held.rows[held.roles["id"]].astype(TEXT).str.strip().str.removesuffix(".0")
            rows["official"] = numbers.map(officials).fillna(0).astype(float)
        found = proposed.fates(rows, self.definition.states)
        strange = proposed.strange(rows, self.definition.states)
        if len(strange):
            named = series(f"{word} ({count})" for word, count in strange.head(_MOST_TOLD).items())
            said = "{where}: states that no list knows say nothing of an answer: {names}"
            self.notes.append(Phrase(said, where=held.table, names=named))
        silent = int((proposed.silent(rows) & (found["answered"] == 0)).sum())
        if silent:
            self.notes.append(
                Phrase(
                    "{where}: {count} proposal has neither a state nor an answer, and counts as not answered",
                    "",
                    "{where}: {count} proposals have neither a state nor an answer, and count as not answered",
                    where=held.table,
                    count=silent,
                )
            )
        missing = [fate for fate in proposed.FATES if found[fate].isna().all()]
        if missing:
            said = Phrase("{where}: nothing says which proposals were {fates}", where=held.table, fates=_fates(missing))
            self.notes.append(said)
        withdrawn = int(found["withdrawn"].sum())
        if withdrawn:
            self.notes.append(
                Phrase(
                    "{where}: {count} proposal was withdrawn and does not count",
                    "",
                    "{where}: {count} proposals were withdrawn and do not count",
                    where=held.table,
                    count=withdrawn,
                )
            )
        known = (found["withdrawn"] == 0).astype(float)
        made = pd.DataFrame({"rows": 1.0, "proposals": known}, index=held.rows.index)
        for fate in proposed.FATES:
            said_of = found[fate].notna() & (known > 0)
            made[fate] = found[fate].where(said_of)
            made[f"{fate}_known"] = said_of.astype(float).where(said_of)
        return _grouped(made, keys)

    def counts(self, held: Holding, keys: pd.DataFrame) -> pd.DataFrame:
        """Return counts of grids and communities with what they are of; the newest row of each place counts."""
        place = keys["grid_id"].where(keys["grid_id"].notna(), keys["parent"])
        order = held.dated.reset_index(drop=True).sort_values(na_position="first", kind="stable").index
        last = ~place.iloc[order].duplicated(keep="last")
        latest = last.index[last & place.iloc[order].notna()]
        older = len(place) - len(latest) - int(place.isna().sum())
        if older:
            self.notes.append(
                Phrase(
                    "{where}: {count} older row of a place is replaced by its newest",
                    "",
                    "{where}: {count} older rows of a place are replaced by its newest",
                    where=held.table,
                    count=older,
                )
            )
        made = pd.DataFrame({"rows": 1.0}, index=held.rows.index)
        asked = self._numbers(held, "asked")
        households, people = self._people(keys, "households"), self._people(keys, "people")
        numbers = presets()[self.plan.parameters.preset or "cn-social"].numbers
        for name in _COUNTED:
            values = self._numbers(held, name)
            if values is None:
                continue
            of = self._of(name, asked, households, people, keys, numbers)
            if of is None:
                continue
            wrong = (values > of) if name in _OF_HOUSEHOLDS else pd.Series(data=False, index=values.index)
            if wrong.any():
                self.notes.append(
                    Phrase(
                        "{where}: {count} row counts more households than there are, and is left out of {what}",
                        "",
                        "{where}: {count} rows count more households than there are, and are left out of {what}",
                        where=held.table,
                        count=int(wrong.sum()),
                        what=held.roles[name],
                    )
                )
            both = values.notna() & of.notna() & ~wrong
            self._of_unknown(name, held, int((values.notna() & of.isna() & place.notna()).sum()))
            made[name], made[f"{name}_of"] = values.where(both), of.where(both)
        left = remainder(made.loc[latest], keys.loc[latest], self.upper, _OF_HOUSEHOLDS)
        if left.taken:
            said = "{where}: rows of a whole area stand beside rows of its parts: what these leave of it counts"
            self.notes.append(Phrase(said, where=held.table))
        for name, count in left.apart.items():
            self.notes.append(
                Phrase(
                    "{where}: {count} area has less in {what} than its parts together: the parts count",
                    "",
                    "{where}: {count} areas have less in {what} than their parts together: the parts count",
                    where=held.table,
                    count=count,
                    what=held.roles[name],
                )
            )
        return _grouped(left.made, keys.loc[latest])

    def _of(
        self,
        name: str,
        asked: pd.Series[Any] | None,
        households: pd.Series[Any],
        people: pd.Series[Any],
        keys: pd.DataFrame,
        numbers: Mapping[str, Any],
    ) -> pd.Series[Any] | None:
        """Return what a count is of: households asked or there, or the target of the preset."""
        if name in _OF_HOUSEHOLDS:
            return households if asked is None else asked.where(asked.notna(), households)
        needed = {
            "building_heads": "households_per_building_head",
            "volunteers": "volunteers_per_person",
            "organisations": "organisations_per_community",
        }[name]
        if needed not in numbers:
            said = Phrase(
                "the preset has no target for {what}: [numbers.{name}]", what=Phrase(name, "label"), name=needed
            )
            self.notes.append(said)
            return None
        target = numbers[needed].value
        if name == "building_heads":
            return pd.Series(np.ceil(households / target), dtype=float)
        if name == "volunteers":
            return pd.Series(people * target, dtype=float)
        several = pd.Series(list(self.upper.values()), dtype=object).value_counts()
        many = keys["parent"].map({UPPER + str(name): count for name, count in several.items()}).fillna(1.0)
        of = pd.Series(target * many.astype(float), dtype=float)
        return of.where(keys["grid_id"].isna() & keys["parent"].notna())

    def giving(self, source: Source) -> dict[str, Share]:
        """Return the share of hours of the tenth that gives most; of fewer than a hundred givers it is of too few."""
        found = registers.read(
            source,
            self.definition.givers,
            reading=self.reading,
            needed=("hours",),
        )
        rows = found.rows.assign(hours=found.hours("hours"))
        held = replace(found, rows=rows).without(rows["hours"].isna(), "blank")
        held = held.without(held.rows["hours"] < 0, "negative")
        own = held.rows["hours"]
        by = own.groupby(held.texts("id").fillna("?").to_numpy()).sum() if "id" in held else own
        tenth = top_tenth(by)
        self.accounts.append(held.account("givers"))
        enough = tenth["top"] >= LEAST or tenth["givers"] == 0
        n, of = (tenth["top_hours"], tenth["hours"]) if enough else (0.0, 0.0)
        return {"top_tenth": Share(n, of, held.name, binomial=False)}

    def _of_unknown(self, name: str, held: Holding, count: int) -> None:
        """Say of how many counts nobody knows what they are of."""
        if not count or name == "volunteers":
            return
        asked = template(
            "{where}: {count} row of {what} is left out: nobody knows of how many households (give a column of them)",
            "{where}: {count} rows of {what} are left out: nobody knows of how many households (give a column of them)",
        )
        whole = template(
            "{where}: {count} row of {what} is left out: its target is one of whole communities",
            "{where}: {count} rows of {what} are left out: their target is one of whole communities",
        )
        said = whole if name == "organisations" else asked
        self.notes.append(Phrase(said, where=held.table, count=count, what=held.roles[name]))

    # -------------------------------------------------------------- cells
    def _numbers(self, held: Holding, role: str) -> pd.Series[Any] | None:
        """Return a column of numbers, null where blank, below nought or no number; None where there is none."""
        if role not in held.roles:
            return None
        values = held.rows[held.roles[role]]
        try:
            made = (held.hours(role) if role == "hours" else quantities.read(values, where=held.table)).astype(float)
        except TableError as error:
            made = pd.to_numeric(values, errors="coerce").astype(float)
            self.notes.append(Phrase("cells are no numbers and unknown: {error}", error=error))
        below = made < 0
        if below.any():
            self.notes.append(
                Phrase(
                    "{where}: {count} number is below nought and unknown",
                    "",
                    "{where}: {count} numbers are below nought and unknown",
                    where=held.table,
                    count=int(below.sum()),
                )
            )
        return made.where(~below)

    def _people(self, keys: pd.DataFrame, column: str) -> pd.Series[Any]:
        """Return the people or households of each row's grid, else of its community, as the plan has them."""
        grids = self.plan.grids
        if column not in grids:
            return pd.Series(np.nan, index=keys.index)
        own = keys["grid_id"].map(grids[column])
        below = grids.groupby("parent")[column].sum(min_count=1)
        above = below.groupby(below.index.map(self.upper)).sum(min_count=1).add_prefix(UPPER)
        whole = keys["parent"].map(pd.concat([below, above]).to_dict())
        return own.where(keys["grid_id"].notna(), whole).astype(float)

    def _unknown(self, values: pd.Series[Any], who: pd.Series[Any], where: str) -> None:
        """Say which cells mean nobody that is known, where they are words of a form and no names."""
        missing = (who == UNKNOWN) & ~cells.blanks(values)
        often = values[missing].astype(TEXT).str.strip().value_counts()
        often = often[often >= _TOLD].head(_MOST_TOLD)
        blank = int(cells.blanks(values).sum())
        if blank:
            self.notes.append(
                Phrase(
                    "{where}: {count} row does not say who started it",
                    "",
                    "{where}: {count} rows do not say who started it",
                    where=where,
                    count=blank,
                )
            )
        if missing.any():
            named = series(f"{word} ({count})" for word, count in often.items()) or "–"
            said = template(
                "{where}: {count} row names somebody whom no list knows: {names}; say who it is: --initiator WORD=SIDE",
                "{where}: {count} rows name somebody whom no list knows: {names}; say who it is: --initiator WORD=SIDE",
            )
            self.notes.append(Phrase(said, where=where, count=int(missing.sum()), names=named))

    def together(self) -> gpd.GeoDataFrame:
        """Return all counts as rows with a point where the unit is known."""
        table = pd.concat(self.parts, ignore_index=True) if self.parts else pd.DataFrame({"rows": [], "unit_id": []})
        for name in ("grid_id", "unit_id", "parent", "month", "source", "asof"):
            values = table[name] if name in table else pd.Series(index=table.index, dtype=object)
            table[name] = values.astype("object").where(values.notna(), None).astype(TEXT)
        for name in COUNTS:
            table[name] = table[name].astype(float) if name in table else np.nan
        middles: Any = self.plan.units.representative_point()
        points = middles.reindex(table["unit_id"].fillna("")).to_numpy()
        made = gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(points, crs=self.plan.crs), crs=self.plan.crs)
        made.index = pd.Index([f"row-{at + 1}" for at in range(len(made))], name="row_id", dtype=TEXT)
        return made


def _grouped(made: pd.DataFrame, keys: pd.DataFrame) -> pd.DataFrame:
    """Return counts summed by place and month; what no row knows stays unknown."""
    names = list(keys.columns)
    whole = made.join(keys).groupby(names, dropna=False, sort=True).sum(min_count=1)
    return whole.reset_index()


def _called(source: Any) -> str:  # noqa: ANN401 - whatever the gate takes
    return Path(str(source)).name if isinstance(source, str | Path) else "the DataFrame"


def _fates(names: Sequence[str]) -> Phrase:
    from gridkit.language.labels import code
    from gridkit.language.phrases import LIST
    from gridkit.language.phrases import joined as listed

    return Phrase("{list}", list=listed([code("indicator", name) for name in names], LIST))
