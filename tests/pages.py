"""What tests of pages share: a second plan beside one, and a page that is opened and clicked on."""

from __future__ import annotations

from dataclasses import replace


def other(plan):
    units = plan.units.copy()
    units.loc["u001002", "grid_id"] = units.loc["u001001", "grid_id"]
    layers = {name: replace(layer, digest="") for name, layer in plan.layers.items()}
    return replace(plan, units=units, layers=layers, parameters=replace(plan.parameters, title="调整方案"))


def wide(plan):
    """Return the plan with a range of size in which every unit may be moved."""
    return replace(plan, parameters=replace(plan.parameters, low=1, high=9000))


def go(page, path, fragment=""):
    page.goto(path.as_uri() + fragment)
    page.wait_for_selector("html[data-ready]", timeout=30_000)
    page.wait_for_timeout(120)


def click_grid(page, grid=0):
    spot = page.evaluate(
        """grid => { const q = gk.map.latLngToContainerPoint(gk.latlng(gk.plans[0].spots.at[grid]));
        const r = gk.at('map').getBoundingClientRect();
        return [q.x + r.left, q.y + r.top]; }""",
        grid,
    )
    page.mouse.click(*spot)
    page.wait_for_timeout(60)
