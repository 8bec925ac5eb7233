"""What became of everything that was read: rows, people, metres in = used + lost, each loss by its reason."""

from __future__ import annotations

import json
import math
import warnings
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from gridkit.errors import GridkitWarning, TableError, UsageError, called, nearest
from gridkit.language import numbers
from gridkit.language.labels import file_names, word
from gridkit.language.numbers import Quantity, decimal
from gridkit.language.packing import packed, unpacked
from gridkit.language.phrases import LIST, Phrase, joined, listed

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

Counted = Literal["rows", "people", "households", "m", "m2"]

WARNED, STOPPED = 0.01, 0.10
"""The shares lost above which an account is warned of, and above which the command stops unless they are accepted."""

_ROUNDING = 1e-9


@dataclass(frozen=True)
class Reason:
    """Why something that was read is not used.

    Attributes
    ----------
    words
        The reason as a person reads it, after an amount: "3 without a partner".
    counts
        Whether it counts towards the limits. What was rightly left out (rows of totals, places outside) does not.
    based
        Whether it is one of those that might have been used all the same: places outside are (of unreadable ones nobody
        knows where they lie), and so is ground where a raster says nothing.
    """

    words: Phrase
    counts: bool = True
    based: bool = False


REASONS: dict[str, Reason] = {
    "unmatched": Reason(Phrase("matching nothing")),
    "blank": Reason(Phrase("without a value")),
    "doubled": Reason(Phrase("standing twice")),
    "uncovered": Reason(Phrase("not covered by the data")),
    "unreadable": Reason(Phrase("with a value that cannot be read")),
    "withheld": Reason(Phrase("with a withheld value")),
    "negative": Reason(Phrase("below zero")),
    "invalid": Reason(Phrase("with an impossible value")),
    "shapeless": Reason(Phrase("without a shape")),
    "nodata": Reason(Phrase("where the data says nothing, taken as nobody"), counts=False, based=True),
    "outside": Reason(Phrase("outside the district"), counts=False, based=True),
    "personal": Reason(Phrase("of personal data"), counts=False),
    "footer": Reason(Phrase("of totals or notes"), counts=False),
    "header": Reason(Phrase("repeating the header"), counts=False),
    "empty": Reason(Phrase("with nothing in it"), counts=False),
    "superseded": Reason(Phrase("replaced by a later version"), counts=False),
    "alike": Reason(Phrase("alike in everything, counted once as asked"), counts=False),
    "closed": Reason(Phrase("closed for good"), counts=False),
    "deleted": Reason(Phrase("marked as deleted"), counts=False),
    "other": Reason(Phrase("of another kind"), counts=False),
}
"""Every reason there is, by the name that ``--accept`` takes."""


@dataclass(frozen=True)
class Account:
    """What became of one source: all that was read is used, or lost for a reason.

    Parameters
    ----------
    source
        As the user named it: a file, ``FILE:LAYER``, "the GeoDataFrame".
    role
        What it was read as: people, totals, incidents, roads, facilities, districts.
    counted
        What the amounts are: rows, people, households, m or m2. One source may have several accounts.
    read, used
        Amounts before and after.
    lost
        The amount of each reason of :data:`REASONS`; reasons with an amount of 0 are left out.
    notes
        How it was read: the style of numbers that was decided, the encoding, how blanks were treated.

    Raises
    ------
    ValueError
        When the amounts do not add up (rows exactly, else to 1e-9 of what was read), or a reason is not known: a
        fault of the reader, never of its data.

    Examples
    --------
    >>> account = Account("people.csv", "people", "rows", read=12, used=9, lost={"unmatched": 2, "footer": 1})
    >>> print(account.sentence())
    people.csv (people): 12 rows read, 9 used; 2 rows matching nothing, 1 row of totals or notes
    >>> account.share()  # 2 of 11: the row of totals was never one of them
    0.18181818181818182
    """

    source: str
    role: str
    counted: Counted
    read: float
    used: float
    lost: Mapping[str, float] = field(default_factory=dict, hash=False)
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Leave out what is zero, and check that nothing is missing."""
        if unknown := set(self.lost) - set(REASONS):
            raise ValueError(f"no such reasons: {sorted(unknown)}")
        lost = {reason: self.lost[reason] for reason in REASONS if self.lost.get(reason)}
        object.__setattr__(self, "source", called(str(self.source)))
        object.__setattr__(self, "lost", lost)
        object.__setattr__(self, "notes", tuple(self.notes))
        gap = abs(self.read - self.used - math.fsum(lost.values()))
        allowed = 0 if self.counted == "rows" else _ROUNDING * max(abs(self.read), abs(self.used))
        if not gap <= allowed or min((0, *lost.values())) < 0:
            raise ValueError(f"{self.source}: {self.read} read is not {self.used} used and {lost} lost")

    def share(self, accepted: Iterable[str] = ()) -> float:
        """Return the share lost for reasons that count and are not accepted, of all that might have been used."""
        lost = math.fsum(self.counting(accepted).values())
        never = sum(
            amount for reason, amount in self.lost.items() if not (REASONS[reason].counts or REASONS[reason].based)
        )
        base = self.read - never
        return lost / base if lost and base else 0.0

    def counting(self, accepted: Iterable[str] = ()) -> dict[str, float]:
        """Return the losses that count towards the limits, without the reasons that are accepted."""
        but = set(accepted)
        return {reason: amount for reason, amount in self.lost.items() if REASONS[reason].counts and reason not in but}

    def sentence(self) -> str:
        """Return the account as one line."""
        line = Phrase(
            "{source} ({role}): {read} read, {used} used",
            source=self.source,
            role=word(self.role),
            read=_amount(self.read, self.counted),
            used=decimal(self.used, _digits(self.used)),
        )
        parts: list[str] = [line]
        if self.lost:
            parts.append(_losses(self.lost, self.counted))
        return joined([*parts, *self.notes])


@dataclass(frozen=True)
class Ledger:
    """The accounts of all that one command read, in the order in which it was read.

    Examples
    --------
    >>> book = Ledger((Account("a.csv", "people", "rows", 100, 98, {"blank": 2}),))
    >>> [str(warning) for warning in book.warnings()]
    ['a.csv (people): 2.0% of 100 rows lost: 2 rows without a value']
    >>> book.check()  # below 10 %
    """

    accounts: tuple[Account, ...] = ()

    def __iter__(self) -> Iterator[Account]:
        """Yield the accounts."""
        return iter(self.accounts)

    def __len__(self) -> int:
        """Return the number of accounts."""
        return len(self.accounts)

    def __add__(self, more: Iterable[Account]) -> Ledger:
        """Return the ledger with further accounts, each once."""
        return Ledger(tuple(dict.fromkeys((*self.accounts, *more))))

    def frame(self) -> pd.DataFrame:
        """Return one row per account and reason: source, role, counted, read, used, reason, lost, share, notes.

        An account without losses has one row, its reason empty.
        """
        rows = [
            (each.source, each.role, each.counted, each.read, each.used, reason, lost, lost / (each.read or 1), notes)
            for each in self
            for notes in ["; ".join(each.notes)]
            for reason, lost in (each.lost or {"": 0}).items()
        ]
        names = ["source", "role", "counted", "read", "used", "reason", "lost", "share", "notes"]
        return pd.DataFrame(rows, columns=names)

    def warnings(self) -> list[GridkitWarning]:
        """Return one warning for each account that lost more than 1 % for reasons that count."""
        return [
            GridkitWarning(
                "{share} of {read} lost: {losses}",
                where=_place(each),
                mend="",
                **_facts(each, each.counting()),
            )
            for each in self
            if each.share() > WARNED
        ]

    def check(self, accepted: Iterable[str] = ()) -> None:
        """Stop where an account lost more than 10 % for reasons that count and are not accepted.

        Parameters
        ----------
        accepted
            Names of :data:`REASONS`; ``all`` accepts every one.

        Raises
        ------
        TableError
            Naming the account, its losses, and the flag that accepts them.
        UsageError
            When an accepted reason is not known.
        """
        accepted = known(accepted)
        for each in self:
            if each.share(accepted) > STOPPED:
                lost = each.counting(accepted)
                raise TableError(
                    "{share} of {read} lost: {losses}",
                    where=_place(each),
                    mend="say what they stand for: --suppressed zero, mean or remainder (of --totals); "
                    "to leave them out, accept it: --accept {reasons}"
                    if _is_uncounted(each, lost)
                    else "if that is right, accept it: --accept {reasons}",
                    reasons=" --accept ".join(lost),
                    **_facts(each, lost),
                )

    def rows(self) -> list[dict[str, Any]]:
        """Return the accounts as rows for a report: amounts with their unit, losses and notes as phrases."""
        return [
            {
                "source": each.source,
                "role": word(each.role),
                "read": _amount(each.read, each.counted),
                "used": _amount(each.used, each.counted),
                "lost": _losses(each.lost, each.counted) if each.lost else "",
                "notes": joined(each.notes),
            }
            for each in self
        ]

    def notes(self, others: Iterable[str] = ()) -> list[str]:
        """Return notes each once, first ``others``: what several sources have noted alike names them.

        Examples
        --------
        >>> a, b = (Account(name, "people", "rows", 1, 1, notes=("no datum",)) for name in ("a.csv", "b.csv"))
        >>> Ledger((a, b)).notes(["no datum", "no street"])
        ['a.csv, b.csv: no datum', 'no street']
        """
        noted = self._noted()
        return [_named(note, noted.get(note, ())) for note in dict.fromkeys((*others, *noted))]

    def beside(self, report: Mapping[str, Any]) -> dict[str, Any]:
        """Return a report with the accounts beside it as ``ledger``, every note told once.

        What one source has noted stands in its account, what several have noted alike stands once in the report's
        ``notes`` and names them; lists of notes deeper in the report lose what is told there.
        """
        noted = self._noted()
        shared = {note: sources for note, sources in noted.items() if len(sources) > 1}
        own = [note for note in report.get("notes", ()) if note in shared or note not in noted]
        told = [_named(note, shared.get(note, ())) for note in dict.fromkeys((*own, *shared))]
        accounts = [replace(each, notes=tuple(note for note in each.notes if note not in shared)) for each in self]
        rest = {name: _without(value, noted) for name, value in report.items()}
        notes = {"notes": told} if told or "notes" in report else {}
        return {**rest, **notes, "ledger": Ledger(tuple(accounts)).rows()}

    def _noted(self) -> dict[str, list[str]]:
        """Return what the accounts have noted, in its order, each with its sources."""
        found: dict[str, list[str]] = {}
        for each in self:
            for note in each.notes:
                sources = found.setdefault(note, [])
                if each.source not in sources:
                    sources.append(each.source)
        return found

    def tell(self, accepted: Iterable[str] = ()) -> Ledger:
        """Warn of what is lost, stop where it is too much (:meth:`check`), and return the ledger.

        Warns
        -----
        GridkitWarning
            Where an account lost more than 1 %.
        """
        self.check(accepted)
        for said in self.warnings():
            warnings.warn(said, stacklevel=3)
        return self

    def to_json(self) -> list[dict[str, Any]]:
        """Return the ledger for JSON; notes keep their templates, so that they can be said in another language."""
        return [
            {
                "source": each.source,
                "role": each.role,
                "counted": each.counted,
                "read": each.read,
                "used": each.used,
                "lost": dict(each.lost),
                "notes": [packed(note) for note in each.notes],
            }
            for each in self
        ]

    @classmethod
    def from_json(cls, raw: str | Iterable[Mapping[str, Any]]) -> Ledger:
        """Return the ledger that :meth:`to_json` wrote, given as text or parsed."""
        rows = json.loads(raw) if isinstance(raw, str) else raw
        return cls(tuple(Account(**{**row, "notes": tuple(map(unpacked, row["notes"]))}) for row in rows))


def noted(frame: pd.DataFrame, *accounts: Account) -> None:
    """Write accounts into a table that was read, as the last thing its reader does: in ``frame.attrs["accounts"]``."""
    frame.attrs["accounts"] = (*frame.attrs.get("accounts", ()), *accounts)


def of(*read: Any) -> Ledger:  # noqa: ANN401 - tables, rasters, extracts
    """Return the ledger of what was read, each account once: tables by their attributes, others by ``accounts``."""
    every: list[Account] = []
    for each in read:
        held = each.attrs.get("accounts", ()) if isinstance(each, pd.DataFrame) else getattr(each, "accounts", ())
        every += held
    return Ledger() + every


def known(accepted: Iterable[str]) -> frozenset[str]:
    """Return the reasons that ``--accept`` names, ``all`` as every one.

    Raises
    ------
    UsageError
        When one is not known; the nearest is suggested.
    """
    names = frozenset(accepted)
    for name in sorted(names - {"all", *REASONS}):
        raise UsageError(
            "no loss is called {name!r}",
            where="--accept",
            mend="did you mean {near!r}?" if nearest(name, REASONS) else "choose from {names}",
            name=name,
            near=nearest(name, REASONS) or " ",
            names=listed(REASONS, len(REASONS)),
        )
    return frozenset(REASONS) if "all" in names else names


def _named(note: str, sources: Sequence[str]) -> str:
    """Return a note that names its sources where it has several."""
    names = file_names(sources).values()
    return Phrase("{where}: {what}", where=listed(names), what=note) if len(sources) > 1 else note


def _without(value: Any, told: Container[str]) -> Any:  # noqa: ANN401 - a report or any part of one
    """Return a part of a report without the notes that are told elsewhere."""
    if isinstance(value, list | tuple):
        return [_without(each, told) for each in value]
    if not isinstance(value, dict):
        return value
    left = {name: _without(each, told) for name, each in value.items()}
    if notes := value.get("notes"):
        left["notes"] = [note for note in notes if note not in told]
    # A list that is empty would say that nothing was noted.
    return {name: each for name, each in left.items() if each or name != "notes" or not notes}


def _is_uncounted(account: Account, lost: Iterable[str]) -> bool:
    """Return whether rows of people are lost for want of a count, which a rule may give them."""
    return account.role == "people" and account.counted == "rows" and bool({"withheld", "blank", "invalid"} & set(lost))


def _place(account: Account) -> Phrase:
    return Phrase("{source} ({role})", source=account.source, role=word(account.role))


def _facts(account: Account, lost: Mapping[str, float]) -> dict[str, object]:
    """Return what a sentence about the losses of an account names."""
    base = math.fsum(lost.values()) / share if (share := _share(account, lost)) else account.read
    return {
        "share": numbers.share(share, 1),
        "read": _amount(base, account.counted),
        "losses": _losses(lost, account.counted),
    }


def _share(account: Account, lost: Mapping[str, float]) -> float:
    return account.share(set(account.lost) - set(lost))


def _losses(lost: Mapping[str, float], counted: Counted) -> str:
    parts = [
        Phrase("{amount} {reason}", amount=_amount(amount, counted), reason=REASONS[reason].words)
        for reason, amount in lost.items()
    ]
    return joined(parts, LIST)


def _amount(amount: float, counted: Counted) -> Quantity:
    return Quantity(amount, counted, _digits(amount))


def _digits(amount: float) -> int:
    """Return the digits an amount is said with: none, or one where it is small and broken."""
    return 0 if amount == round(amount) or abs(amount) >= 100 else 1  # noqa: PLR2004 - three figures
