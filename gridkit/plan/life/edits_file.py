"""What one person sends back from a map: moves, locks and comments, in the JSON that both sides know.

::

    read(path) -> EditSheet         the exported JSON, or the annotated HTML itself
    schema() -> dict            the JSON schema, shipped as ``edits.schema.json``
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from gridkit.catalog.registry import faults
from gridkit.errors import SourceError, TableError

SCHEMA, VERSION = "gridkit-edits", 1
ISLAND = "gridkit-edits"
"""The id of the script element that holds the edits in an annotated map."""
LARGEST = 200_000_000
"""A file of more bytes than this is no map that gridkit made."""
_STRICT = ConfigDict(extra="forbid")
_Id = Annotated[str, Field(min_length=1, max_length=200)]
_Text = Annotated[str, Field(max_length=10_000)]


@dataclass(frozen=True)
class Wish:
    """A unit that should move to another grid."""

    __pydantic_config__ = _STRICT

    unit_id: _Id
    was: Annotated[_Id, Field(alias="from")]
    to: _Id
    reason: _Text = ""
    time: _Text = ""


@dataclass(frozen=True)
class Hold:
    """A grid, or one unit, that should stay as it is, or no longer has to."""

    __pydantic_config__ = _STRICT

    grid_id: _Id
    unit_id: _Text | None = None
    locked: bool = True
    reason: _Text = ""
    time: _Text = ""


@dataclass(frozen=True)
class Comment:
    """Something said about a place, a grid or a unit."""

    __pydantic_config__ = _STRICT

    id: _Id
    text: _Text
    grid_id: _Text | None = None
    unit_id: _Text | None = None
    lon: Annotated[float, Field(ge=-180, le=180)] | None = None
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    author: _Text = ""
    time: _Text = ""
    status: Literal["open", "accepted", "declined"] = "open"


@dataclass(frozen=True)
class EditSheet:
    """All that one person sends back about one plan, named by its digest."""

    __pydantic_config__ = _STRICT

    schema: Literal["gridkit-edits"]
    version: Literal[1]
    plan: _Id
    author: _Text = ""
    exported: _Text = ""
    moves: tuple[Wish, ...] = ()
    locks: tuple[Hold, ...] = ()
    comments: tuple[Comment, ...] = ()
    source: Annotated[str, Field(exclude=True)] = ""
    """The file it was read from; not part of the file."""


def schema() -> dict[str, Any]:
    """Return the JSON schema of an edits file."""
    made = TypeAdapter(EditSheet).json_schema(by_alias=True)
    made["properties"].pop("source")
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "urn:gridkit:edits:1"}
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
    try:
        sheet: EditSheet = TypeAdapter(EditSheet).validate_python(document)
    except ValidationError as error:
        raise TableError("{faults}", where=path, mend="see edits.schema.json", faults=faults(error, 5)) from error
    return replace(sheet, source=path.name)
