"""What the parts of one page are packed for: its plans, its view, and the layers of them that it shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gridkit.render.page.payload import spoken

if TYPE_CHECKING:
    import pandas as pd

    from gridkit.catalog.map_views import MapView
    from gridkit.plan.plan import Layer, Plan
    from gridkit.render.withhold import Withheld


@dataclass(frozen=True)
class PageView:
    """What the parts of one page are packed for: its plans and its view."""

    plans: tuple[Plan, ...]
    view: MapView
    contacts: pd.DataFrame | None = None
    kept: list[Withheld] = field(default_factory=list)
    names: bool = False

    @property
    def public(self) -> bool:
        """Whether anybody may see the page."""
        return self.view.audience == "public"


def layers_of(page: PageView, plan: Plan) -> list[Layer]:
    """Return the layers of a plan that a page shows, in the view's order."""
    return [plan.layers[name] for name in page.view.layers if name in plan.layers]


def titles(page: PageView) -> dict[str, list[str]]:
    """Return the titles of the layers on the page."""
    return {layer.definition.name: spoken(layer.definition.title) for layer in layers_of(page, page.plans[0])}
