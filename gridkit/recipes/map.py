"""A plan drawn as a map, by a view of maps/."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from gridkit.catalog import map_views
from gridkit.errors import UsageError
from gridkit.face import face
from gridkit.recipes.layer import SCORECARD, layer
from gridkit.recipes.plans import plan_of
from gridkit.recipes.progress import shown
from gridkit.recipes.refresh import current, scored
from gridkit.render.page.compose import Choices, compose
from gridkit.render.page.tiles import TIANDITU, Tiles
from gridkit.sources import contacts as contacts_of

if TYPE_CHECKING:
    from pathlib import Path

    from gridkit.plan.plan import Plan
    from gridkit.project import Source
    from gridkit.recipes.progress import Progress
    from gridkit.render.page.compose import GridMap


def tiles_of(name: str | None, *, key: str = "", gcj02: bool = False) -> Tiles | None:
    """Return a base map from the network by name (``tianditu``) or address; None where none is asked for.

    Raises
    ------
    UsageError
        When an address does not say where x, y and z go.
    """
    if name is None:
        return None
    if name == "tianditu":
        return replace(TIANDITU, key=key)
    if not all(part in name for part in ("{x}", "{y}", "{z}")):
        raise UsageError(
            "{name!r} is no base map",
            where="--tiles",
            mend="write tianditu, or an address with {{x}}, {{y}} and {{z}}",
            name=name,
        )
    return Tiles(name, urlsplit(name).netloc, key=key, gcj02=gcj02)


def balanced(plan: Plan) -> Plan:
    """Return a plan with its balance measured on the grids it has now."""
    return plan if "balance" in plan.layers and "balance" not in plan.stale else layer(plan, "balance")


def of_choices(*places: Any, **given: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:  # noqa: ANN401 - any arguments
    """Return the arguments of a map with the choices of its page (``choices``) taken apart where they are keywords."""
    choices = given.get("choices")
    if isinstance(choices, Choices):
        own = {name: getattr(choices, name) for name in ("lang", "title", "approval")}
        given = {**{name: value for name, value in own.items() if value}, **given}
    return places, given


@face("map", meant=of_choices)
def map(  # noqa: PLR0913 - the public face
    plan: Plan,
    view: str = "planner",
    *,
    crs: str | None = None,
    title: str = "",
    approval: str = "",
    against: Source | Plan | None = None,
    contacts: Source | None = None,
    names: bool = False,
    tiles: str | None = None,
    tiles_key: str = "",
    tiles_gcj02: bool = False,
    city: str = "",
    maps: str | Path | None = None,
    lang: str | None = None,
    choices: Choices | None = None,
    progress: Progress | None = None,
) -> GridMap:
    """Return a plan as a folium map that is saved as one offline page.

    Its balance is measured now where no layer of it has been laid, or the grids have changed since. A public page is
    remembered in the plan's file as it is saved: see :func:`gridkit.publish`.

    Parameters
    ----------
    plan
        A plan made by gridkit.split(...): a file, or postgresql://HOST/DB:SCHEMA. In Python the plan itself: see
        :func:`gridkit.read_plan`.
    crs
        CRS of inputs that name none, such as EPSG:4528. Work is done in metres whatever the inputs are in.
    view
        A map view: see gridkit.maps(). A view of ``maps/``, or of the folder ``maps``.
    title
        Title of the page.
    approval
        Map-approval number (审图号) of what leaves the office.
    against
        A second plan to compare with.
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
    city
        A file of vector tiles (PMTiles) beside the page: streets at all zooms. A page that is opened from a disk asks
        its reader for it.
    maps
        A folder of your own map views (*.toml). They stand before the shipped ones.
    lang
        Language, such as en or zh.
    choices
        What else the page is told: attribution, assets, tiles of any server.
    progress
        Called with the words of each stage and the share done. In a notebook a bar shows them without it.
    """
    given = dict(locals())
    page = drawn(**given)
    if page.withheld is not None:
        from gridkit.recipes.published import kept_in_file  # the judge of all editions, for public pages alone

        page.keep = partial(kept_in_file, plan, page, view)
    return page


def drawn(  # noqa: PLR0913 - as the public face
    plan: Plan,
    view: str,
    *,
    title: str = "",
    approval: str = "",
    against: Source | Plan | None = None,
    crs: str | None = None,
    contacts: Source | None = None,
    names: bool = False,
    tiles: str | None = None,
    tiles_key: str = "",
    tiles_gcj02: bool = False,
    city: str = "",
    maps: str | Path | None = None,
    lang: str | None = None,
    choices: Choices | None = None,
    progress: Progress | None = None,
) -> GridMap:
    """Return a plan as a map, as :func:`map` does; nothing is remembered of it."""
    chosen = map_views.maps().overlaid(maps)[view]
    tell = shown(progress)
    fresh = balanced(current(plan, progress=tell))
    other = None if against is None else plan_of(against, fresh, said=crs)
    before = None if other is None else balanced(current(other, progress=tell))
    tell("drawing the map", None)
    if SCORECARD in chosen.layers:
        fresh = scored(fresh)
    decided = replace(
        choices or Choices(),
        city=city or (choices.city if choices else ""),
        lang=lang or "",
        title=title,
        approval=approval,
        names=names,
    )
    if contacts is not None:
        decided = replace(decided, contacts=contacts_of.read(contacts))
    if tiles is not None:
        decided = replace(decided, tiles=tiles_of(tiles, key=tiles_key, gcj02=tiles_gcj02))
    return compose(fresh, chosen, other=before, choices=decided)
