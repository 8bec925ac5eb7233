"""A plan made public as one act: page, extract and note together, beside all that was published of it before."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gridkit import atomic
from gridkit.catalog import map_views
from gridkit.errors import UsageError
from gridkit.face import face
from gridkit.language.reader import language
from gridkit.recipes import published
from gridkit.recipes.map import drawn
from gridkit.recipes.plans import write_plan
from gridkit.recipes.progress import shown
from gridkit.render.papers import extract, note

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from gridkit.plan.plan import Plan
    from gridkit.project import Source
    from gridkit.recipes.progress import Progress

FILES = {"page": "map.html", "extract": "grids.xlsx", "note": "note.html"}


@dataclass(frozen=True)
class Publication:
    """What was published.

    Attributes
    ----------
    files
        The ``page``, the ``extract`` (a workbook of the public columns) and the ``note`` of what was withheld.
    plan
        The plan with this edition among its records, beside which the next one is judged. Where the plan was read from
        a file, that file has been written; else it is for the caller to write.
    report
        Numbers shown and withheld by column, and what the attack on all editions found: JSON-ready, for the office.
    """

    files: Mapping[str, Path]
    plan: Plan
    report: Mapping[str, Any] = field(default_factory=dict)


@face("publish")
def publish(  # noqa: PLR0913 - the public face
    plan: Plan,
    path: str | Path = "public",
    *,
    view: str = "public",
    title: str = "",
    approval: str = "",
    contacts: Source | None = None,
    names: bool = False,
    tiles: str | None = None,
    tiles_key: str = "",
    tiles_gcj02: bool = False,
    maps: str | Path | None = None,
    lang: str | None = None,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> Publication:
    """Publish a plan: a page, a workbook of its public columns, and a note of what was withheld.

    Parameters
    ----------
    plan
        A plan made by gridkit.split(...): a file, or postgresql://HOST/DB:SCHEMA. In Python the plan itself: see
        :func:`gridkit.read_plan`.
    view
        A map view for the public: see gridkit.maps(). A view of ``maps/``, or of the folder ``maps``, with ``audience =
        'public'`` and a ``least_count``.
    title
        Title of the page.
    approval
        Map-approval number (审图号) of what leaves the office.
    contacts
        Whom to turn to: a table of post, phone, hotline, office, duties by grid or community.
    names
        Show the names of staff on a public page too, as notice boards do, where the plan keeps them.
    tiles
        Base map from the network: tianditu, or an address with {x}, {y}, {z}.
    tiles_key
        Its key, written into the page.
    tiles_gcj02
        Its tiles are drawn in GCJ-02.
    maps
        A folder of your own map views (*.toml). They stand before the shipped ones.
    lang
        Language, such as en or zh.
    path
        The folder to write to.
    overwrite
        Replace the output if it exists.
    progress
        Called with the words of each stage and the share done. In a notebook a bar shows them without it.
    """
    tell, spoken = shown(progress), language(lang, plan.parameters.lang)
    chosen = map_views.maps().overlaid(maps)[view]
    if chosen.audience != "public":
        raise UsageError(
            "the map view {name} is for the office",
            where="--view",
            mend="publish a view with audience = 'public' and least_count = 10",
            name=view,
        )
    folder = atomic.folder(path)
    files = {name: atomic.refuse(folder / file, overwrite=overwrite) for name, file in FILES.items()}
    page = drawn(
        plan,
        view,
        title=title,
        approval=approval,
        contacts=contacts,
        names=names,
        tiles=tiles,
        tiles_key=tiles_key,
        tiles_gcj02=tiles_gcj02,
        maps=maps,
        lang=lang,
        progress=progress,
    )
    tell("computing what readers could compute", None)
    found = published.judged(page)
    kept = published.remembered(plan, page, view, "page, extract", found)
    told = note.facts(
        page.printed,
        chosen,
        plan,
        approval=approval,
        least=found.least,
        editions=found.editions,
        told=found.before.told,
    )
    bodies = {
        "page": page.to_html().encode(),
        "extract": extract.workbook(told, spoken),
        "note": note.html(told, spoken).encode(),
    }
    # The plan knows of an edition before anybody else does: after a failure it knows of one too many, never too few.
    if plan.origin is not None:
        write_plan(kept, plan.origin.path, overwrite=True)
    tell("writing the page, the extract and the note", None)
    hand_out({file: bodies[name] for name, file in files.items()}, overwrite=overwrite)
    return Publication(files, kept, {**told.report(), "files": {name: str(file) for name, file in files.items()}})


def hand_out(bodies: Mapping[Path, bytes], *, overwrite: bool) -> None:
    """Write the files of one publication, all or none of them."""
    with atomic.together(list(bodies), overwrite=overwrite) as drafts:
        for body, draft in zip(bodies.values(), drafts, strict=True):
            draft.write_bytes(body)
