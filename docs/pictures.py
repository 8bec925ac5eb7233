"""Pictures of every map view, made from the demonstration, for the documentation and for whoever changes the page.

``python docs/pictures.py`` writes docs/pictures/*.jpg: each view on a desk, the official one on a phone, in the dark
and in grey, its print and an atlas page (through PDF, when pdftoppm is installed). Look at all of them before a change
goes in: overlapping labels, clipped cards and missing letters are defects.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import gridkit
from gridkit.recipes.refresh import scored
from gridkit.render.page.compose import Choices
from gridkit.synthetic.departments import NETS

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from gridkit.plan.plan import Plan

OUT = Path(__file__).with_name("pictures")
DESK, PHONE = (1366, 768), (360, 740)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@dataclass(frozen=True)
class Shot:
    """One picture: of which view, on which screen, after which steps of the page's own functions."""

    name: str
    view: str
    size: tuple[int, int] = DESK
    steps: str = ""
    lang: str = "zh"


CARD = "gk.select(Math.min(20, gk.plans[0].ids.length - 1), { go: true });"
SHOTS = (
    Shot("planner", "planner", steps=f"{CARD} gk.set({{ cell: gk.plans[0].members[gk.state.grid][0] }});"),
    Shot("official", "official", steps=CARD),
    Shot("official-en", "official", lang="en", steps="gk.set({ measure: 1 }); gk.do.table();"),
    Shot("official-heat", "official", steps="show('heat');"),
    Shot("official-clusters", "official", steps="show('clusters');"),
    Shot("official-dark", "official", steps="gk.set({ theme: 'dark' });"),
    Shot("official-grey", "official", steps="document.documentElement.style.filter = 'grayscale(1)'; " + CARD),
    Shot("official-phone", "official", PHONE),
    Shot("official-phone-card", "official", PHONE, CARD),
    Shot("official-phone-panel", "official", PHONE, "document.getElementById('gk-tab').click();"),
    Shot("public", "public"),
    Shot("public-phone-card", "public", PHONE, CARD),
    Shot("compare", "compare"),
    Shot("compare-en", "compare", lang="en", steps="gk.do.swiping();"),
    Shot(
        "planner-en", "planner", lang="en", steps=f"{CARD} gk.set({{ cell: gk.plans[0].members[gk.state.grid][0] }});"
    ),
    Shot("emergency", "emergency"),
    Shot("departments", "departments"),
    Shot("response", "response"),
    Shot("scorecard", "scorecard"),
    Shot("sharing", "sharing"),
    Shot("atlas", "atlas"),
)
SHOW = """window.show = mode => { const l = gk.head.points.find(l => l.kind === 'events');
gk.state.modes[l.layer] = mode; gk.set({ off: { ...gk.state.off, [l.layer]: false } }); };"""


def laden(demo: Path, plan: Plan) -> tuple[Plan, Plan]:
    """Return the demonstration's plan with what its departments and its register of activities bring; and its flood."""
    held = gridkit.departments_overlay(plan, {name: f"{demo / 'nets.gpkg'}:{name}" for name in NETS})
    held = gridkit.response(held, demo / "orders.csv", datum="gcj02")
    held = gridkit.ingest(held, {"民政": demo / "civil.xlsx", "卫健": demo / "health.csv"})
    held = gridkit.participation(held, activities=demo / "activities.csv", proposals=demo / "proposals.csv")
    return scored(held), gridkit.emergency(plan, zones=f"{demo / 'zones.gpkg'}:flood", practice="flood")


def pages(folder: Path) -> None:
    """Write every view of the demonstration's plan in both languages."""
    gridkit.demo(folder / "demo", lang="zh")
    plan = gridkit.read_plan(folder / "demo" / "plan.gpkg")  # what is published of a plan is remembered in its file
    before = folder / "demo" / "grids_last_year.gpkg"
    full, flood = laden(folder / "demo", plan)
    of = dict.fromkeys(("departments", "response", "sharing", "scorecard"), full) | {"emergency": flood}
    for view in gridkit.maps():
        for lang in ("zh", "en"):
            against = before if view == "compare" else None
            made = gridkit.map(of.get(view, plan), view, against=against, choices=Choices(lang=lang))
            made.save(folder / f"{view}-{lang}.html")


def real(folder: Path) -> bool:
    """Write the planner's view of Sao Paulo's centre, where its files are (GRIDKIT_REAL_DATA); say whether they are."""
    data = Path(os.environ.get("GRIDKIT_REAL_DATA") or OUT.parents[2] / "shared" / "data") / "sao-paulo-centre"
    hexagons = data / "spo_hexgrid_EPSG32723.gpkg.zip"
    if not hexagons.exists():
        return False
    people = f"{hexagons}:population"
    plan = gridkit.split(hexagons, osm=data / "spo_osm.pbf", people=people, target=1600, title="São Paulo, centro")
    plan = gridkit.layer(plan, "incidents", data=data / "ocorrencias-transito-pmsp-2015.csv")
    gridkit.map(plan, "planner", choices=Choices(lang="en")).save(folder / "sao-paulo-en.html")
    return True


def take(browser: Browser, folder: Path, shot: Shot) -> None:
    """Take one picture."""
    page = browser.new_page(viewport={"width": shot.size[0], "height": shot.size[1]})
    page.goto((folder / f"{shot.view}-{shot.lang}.html").as_uri())
    page.wait_for_selector("html[data-ready]")
    page.evaluate(f"() => {{ {SHOW} {shot.steps} }}")
    page.wait_for_timeout(900)
    page.screenshot(path=OUT / f"{shot.name}.jpg", type="jpeg", quality=78)
    page.close()


def paper(browser: Browser, folder: Path, view: str, name: str, number: int) -> None:
    """Print a view to PDF and turn one page of it into a picture."""
    page = browser.new_page(viewport={"width": DESK[0], "height": DESK[1]})
    page.goto((folder / f"{view}-zh.html").as_uri())
    page.wait_for_selector("html[data-ready]")
    page.pdf(path=folder / f"{name}.pdf", prefer_css_page_size=True, print_background=True)
    page.close()
    command = ["pdftoppm", "-r", "90", "-f", str(number), "-l", str(number), "-jpeg", "-singlefile"]
    subprocess.run([*command, str(folder / f"{name}.pdf"), str(OUT / name)], check=True)  # noqa: S603 - fixed words


def main() -> None:
    """Take them all."""
    from playwright.sync_api import sync_playwright  # a driver process

    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as driver:
        folder = Path(scratch)
        pages(folder)
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for shot in SHOTS:
            take(browser, folder, shot)
        if real(folder):
            take(browser, folder, Shot("sao-paulo", "sao-paulo", lang="en"))
        if shutil.which("pdftoppm"):
            paper(browser, folder, "official", "official-print", 1)
            paper(browser, folder, "atlas", "atlas-page", 3)
        browser.close()


if __name__ == "__main__":
    main()
