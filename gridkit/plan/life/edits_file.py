"""What people send back from a map: a log of acts, in the JSON that both sides know.

::

    read(path) -> EditSheet     the exported JSON, or the annotated HTML itself; the old form is told as acts
    schema() -> dict            the JSON schema, shipped as ``edits.schema.json``

A log only grows. Each act has an id of its own, its author and its time, and taking something back is an act as well.
What becomes of several people's logs is told in ``log.py``.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

from gridkit.catalog.registry import STRICT, faults
from gridkit.errors import SourceError, TableError

if TYPE_CHECKING:
    from collections.abc import Iterator

VERSION = 2
ISLAND = "gridkit-edits"
"""The id of the script element that holds the edits in an annotated map."""
LARGEST = 200_000_000
"""A file of more bytes than this is no map that gridkit made."""
_Id = Annotated[str, Field(min_length=1, max_length=200)]
_Text = Annotated[str, Field(max_length=10_000)]
_Status = Literal["open", "accepted", "declined"]
_Longitude = Annotated[float, Field(ge=-180, le=180)]
_Latitude = Annotated[float, Field(ge=-90, le=90)]


# ------------------------------------------------------------------ acts
@dataclass(frozen=True, kw_only=True)
class _Act:
    """What every act has.

    Attributes
    ----------
    id
        Its own among the acts of all logs: the writer's key and a running number, as in ``k3x9q2aa-7``.
    author
        Who did it; empty where no name was given.
    time
        When, ISO 8601 in UTC; later than that of any act its author had before him.
    """

    id: _Id
    author: _Text = ""
    time: _Text = ""


@dataclass(frozen=True, kw_only=True)
class Wish(_Act):
    """A unit, with the whole of its compound, should move to another grid; to its own grid: it should stay."""

    __pydantic_config__ = STRICT

    act: Literal["move"] = "move"
    unit_id: _Id
    was: Annotated[_Id, Field(alias="from")]
    to: _Id
    reason: _Text = ""


@dataclass(frozen=True, kw_only=True)
class Hold(_Act):
    """A grid, or one unit, should stay as it is, or no longer has to."""

    __pydantic_config__ = STRICT

    act: Literal["lock"] = "lock"
    grid_id: _Id
    unit_id: _Text | None = None
    locked: bool = True
    reason: _Text = ""


@dataclass(frozen=True, kw_only=True)
class Comment(_Act):
    """Something said about a place, a grid or a unit."""

    __pydantic_config__ = STRICT

    act: Literal["comment"] = "comment"
    text: _Text
    grid_id: _Text | None = None
    unit_id: _Text | None = None
    lon: _Longitude | None = None
    lat: _Latitude | None = None


@dataclass(frozen=True, kw_only=True)
class Settling(_Act):
    """A comment got another status, whoever wrote it."""

    __pydantic_config__ = STRICT

    act: Literal["status"] = "status"
    of: _Id
    status: _Status


@dataclass(frozen=True, kw_only=True)
class Recall(_Act):
    """Acts of the same author are taken back, or made good again."""

    __pydantic_config__ = STRICT

    act: Literal["undo", "redo"]
    of: tuple[_Id, ...]


Act = Wish | Hold | Comment | Settling | Recall
_Acts = Annotated[tuple[Annotated[Act, Field(discriminator="act")], ...], Field(max_length=100_000)]


@dataclass(frozen=True)
class EditSheet:
    """All that somebody sends back about one plan, named by its digest: his own acts, and those he had before him."""

    __pydantic_config__ = STRICT

    schema: Literal["gridkit-edits"]
    version: Literal[2]
    plan: _Id
    author: _Text = ""
    exported: _Text = ""
    acts: _Acts = ()
    source: Annotated[str, Field(exclude=True)] = ""
    """The file it was read from; not part of the file."""


# ------------------------------------------------------------------ the old form
@dataclass(frozen=True)
class _OldWish:
    __pydantic_config__ = STRICT

    unit_id: _Id
    was: Annotated[_Id, Field(alias="from")]
    to: _Id
    reason: _Text = ""
    time: _Text = ""


@dataclass(frozen=True)
class _OldHold:
    __pydantic_config__ = STRICT

    grid_id: _Id
    unit_id: _Text | None = None
    locked: bool = True
    reason: _Text = ""
    time: _Text = ""


@dataclass(frozen=True)
class _OldComment:
    __pydantic_config__ = STRICT

    id: _Id
    text: _Text
    grid_id: _Text | None = None
    unit_id: _Text | None = None
    lon: _Longitude | None = None
    lat: _Latitude | None = None
    author: _Text = ""
    time: _Text = ""
    status: _Status = "open"


@dataclass(frozen=True)
class _OldSheet:
    """The state that one person's edits came to, as maps exported it before they kept a log."""

    __pydantic_config__ = STRICT

    schema: Literal["gridkit-edits"]
    version: Literal[1]
    plan: _Id
    author: _Text = ""
    exported: _Text = ""
    moves: tuple[_OldWish, ...] = ()
    locks: tuple[_OldHold, ...] = ()
    comments: tuple[_OldComment, ...] = ()

    def acts(self) -> Iterator[Act]:
        """Yield what it says as acts, whose ids are always the same; locks come last, as they were set last."""
        for wish in self.moves:
            name = _named("move", self.author, wish.unit_id, wish.was, wish.to, wish.time, wish.reason)
            who: dict[str, Any] = {"id": name, "author": self.author, "time": wish.time}
            yield Wish(**who, unit_id=wish.unit_id, was=wish.was, to=wish.to, reason=wish.reason)
        for note in self.comments:
            about = {key: getattr(note, key) for key in ("text", "grid_id", "unit_id", "lon", "lat")}
            yield Comment(id=note.id, author=note.author or self.author, time=note.time, **about)
            if note.status != "open":
                name = _named("status", self.author, note.id, note.text, note.status, note.time, "")
                yield Settling(id=name, author=self.author, time=note.time, of=note.id, status=note.status)
        for hold in self.locks:
            kind, unit = "lock" if hold.locked else "free", hold.unit_id or ""
            name = _named(kind, self.author, unit, hold.grid_id, "", hold.time, hold.reason)
            who = {"id": name, "author": self.author, "time": hold.time}
            yield Hold(**who, grid_id=hold.grid_id, unit_id=unit or None, locked=hold.locked, reason=hold.reason)


def _named(kind: str, *said: str) -> str:
    """Return an id that the same wish always gets."""
    return f"{kind}-{hashlib.sha256(json.dumps([kind, *said]).encode()).hexdigest()[:10]}"


# ------------------------------------------------------------------ reading
def schema() -> dict[str, Any]:
    """Return the JSON schema of an edits file."""
    made = TypeAdapter(EditSheet).json_schema(by_alias=True)
    made["properties"].pop("source")
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"urn:gridkit:edits:{VERSION}"}
    return {**head, **made, "title": "Edits of a gridkit plan, as its map exports them"}


def read(path: Path | str) -> EditSheet:
    """Return the edits in a JSON file, or in a map that was saved with them.

    Raises
    ------
    SourceError
        When the file is missing, is neither, or holds no edits.
    TableError
        When the edits break their schema; every fault is named by its path.
    """
    path = Path(path)
    if not path.is_file():
        raise SourceError("there is no such file", where=path, mend="check the name")
    if path.stat().st_size > LARGEST:
        raise SourceError("the file is too large to be edits of a map", where=path, mend="name the exported edits.json")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(
            "this is no UTF-8 text: {why}", where=path, mend="export the edits again", why=error
        ) from error
    if text.lstrip()[:1] == "<":
        text = _island(text, path)
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SourceError("this is not JSON: {why}", where=path, mend="export the edits again", why=error) from error
    return _checked(document, path)


def _island(page: str, path: Path) -> str:
    found = re.search(rf"<script\b[^>]*\bid=[\"']?{ISLAND}[\"']?[^>]*>(.*?)</script>", page, re.DOTALL | re.IGNORECASE)
    if found is None:
        raise SourceError(
            "the page holds no edits", where=path, mend='use "save annotated copy" or "export edits" on the map'
        )
    return found[1]


def _checked(document: object, path: Path) -> EditSheet:
    old = isinstance(document, dict) and document.get("version") == 1
    try:
        sheet = TypeAdapter(_OldSheet if old else EditSheet).validate_python(document)
    except ValidationError as error:
        raise TableError("{faults}", where=path, mend="see edits.schema.json", faults=faults(error, 5)) from error
    if isinstance(sheet, _OldSheet):
        acts = tuple(sheet.acts())
        sheet = EditSheet("gridkit-edits", 2, sheet.plan, sheet.author, sheet.exported, acts)
    return replace(sheet, source=path.name)
