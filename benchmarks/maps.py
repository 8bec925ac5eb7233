"""The map page against plain folium: size, hosts asked, page CPU until it is interactive, and Python time to write it.

``python benchmarks/maps.py`` prints the table; ``--large`` adds 10,000 grids with 100,000 incidents, ``--slow`` what
each act costs on a processor of a sixth of the speed. Both pages are
made from the same plan and opened in the same browser in the same run, so that the ratios hold on any machine. folium's
own page gets Leaflet, jQuery and d3 from installed XStatic packages instead of from their hosts (else it stays blank),
and empty files for the rest.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import folium

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from plans import Size, crooked_plan

from gridkit.catalog.map_views import maps
from gridkit.errors import OutputError
from gridkit.render.page.compose import compose
from gridkit.render.page.offline_figure import ASSETS, _find

if TYPE_CHECKING:
    from playwright.sync_api import Browser, CDPSession, Route

    from gridkit.plan.plan import Plan

USUAL = Size(side=64, incidents=10_000, attributes=10, pieces=46, buildings=0)
DISTRICT = Size(side=142, incidents=100_000, attributes=10, pieces=46, buildings=0)
"""5,041 grids."""
LARGE = Size(side=200, incidents=100_000, attributes=10, pieces=46, buildings=0)
VIEW = maps()["official"]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-features=WebUIOmniboxPopup",  # a page of its own for every window, which takes a core for seconds
]


def ordinary(plan: Plan, path: Path) -> None:
    """Write the map that folium's own guide leads to: choropleths, a popup per grid, a marker per incident, streets."""
    grids = plan.grids[["people", "geometry"]].join(plan.layers["further"].tables["grids"]).reset_index().to_crs(4326)
    middle = grids.geometry.union_all().centroid
    made = folium.Map([middle.y, middle.x], zoom_start=13)
    for column in ("people", "m0", "m1"):
        folium.Choropleth(
            grids, name=column, data=grids, columns=["grid_id", column], key_on="feature.properties.grid_id"
        ).add_to(made)
    fields = [column for column in grids if column != "geometry"]
    folium.GeoJson(grids, name="grids", popup=folium.GeoJsonPopup(fields)).add_to(made)
    folium.GeoJson(plan.backdrop["roads"][["name", "geometry"]].to_crs(4326), name="roads").add_to(made)
    points = plan.layers["incidents"].tables["points"].to_crs(4326)
    group = folium.FeatureGroup("incidents").add_to(made)
    for point, category, when in zip(points.geometry, points["category"], points["time"], strict=True):
        folium.CircleMarker([point.y, point.x], radius=3, popup=f"{category} {when}").add_to(group)
    folium.LayerControl().add_to(made)
    made.save(path)


def ours(plan: Plan, path: Path) -> None:
    """Write the official view."""
    compose(plan, VIEW).save(path, overwrite=True)


def written(write: Any, plan: Plan, path: Path, times: int) -> float:  # noqa: ANN401 - one of the two above
    """Return the CPU seconds of the quickest of some writings."""
    took = []
    for _ in range(times):
        started = time.process_time()
        write(plan, path)
        took.append(time.process_time() - started)
    return min(took)


def serve(asked: set[str], route: Route) -> None:
    """Answer a request from installed packages, and note its host."""
    asked.add(urlsplit(route.request.url).netloc)
    try:
        route.fulfill(path=_find(route.request.url, {}), headers={"Access-Control-Allow-Origin": "*"})
    except OutputError:
        route.fulfill(body="", status=200)


def opened(browser: Browser, path: Path, times: int) -> dict[str, Any]:
    """Return what a page asks for and costs: hosts, milliseconds of its main thread, nodes; medians of some runs."""
    runs = []
    for _ in range(times):
        context = browser.new_context(viewport={"width": 1366, "height": 768})
        page = context.new_page()
        hosts: set[str] = set()

        page.route(lambda url: url.startswith("http"), partial(serve, hosts))
        client = context.new_cdp_session(page)
        client.send("Performance.enable")
        page.goto(path.as_uri(), wait_until="load", timeout=120_000)
        page.wait_for_timeout(1500)
        metrics = {each["name"]: each["value"] for each in client.send("Performance.getMetrics")["metrics"]}
        runs.append({"ms": metrics["TaskDuration"] * 1000, "nodes": metrics["Nodes"], "hosts": len(hosts)})
        context.close()
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}


SLOWER = 6
READY = "html[data-ready]"
SETTLED = """() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 0))))"""
PAINTED = """() => { const [read] = performance.getEntriesByType('navigation'), at = (name) =>
performance.getEntriesByName(name)[0].startTime - read.responseEnd;
return ['first-contentful-paint', 'data-open', 'data-ready'].map(at); }"""
BEGAN = """new MutationObserver((changes) => changes.forEach(({ attributeName }) => requestAnimationFrame(() =>
setTimeout(() => performance.mark(attributeName), 0))))
.observe(document, { attributes: true, subtree: true, attributeFilter: ['data-open', 'data-ready'] });"""
"""The grids can be read and clicked on once the page is open; names are on them once it is ready."""
SHOW = """window.show = (on) => { const { layer } = gk.head.points.find(({ kind }) => kind === 'events');
gk.set({ off: { ...gk.state.off, [layer]: !on } }); };"""
DRAWN = ("first picture", "usable", "names on it")
ACTS = (
    # (what is done, as the page's own functions do it, what is got ready before it)
    ("click on a grid", "gk.select(7)", "gk.select(3)"),
    ("click, table open", "gk.select(9)", "gk.views.table() || gk.do.table(); gk.select(3)"),
    ("table opened", "gk.do.table()", "gk.views.table() && gk.do.table(); gk.select(-1)"),
    ("time slider", "gk.do.slide(null, { value: 30 * 1440 })", "show(true); gk.do.window(null, { value: 10080 })"),
    ("another measure", "gk.set({ measure: 2 })", "show(false); gk.set({ measure: 0 })"),
    ("closer by one zoom", "gk.map.setZoom(gk.map.getZoom() + 1, { animate: false })", "gk.do.whole()"),
)


def spent(client: CDPSession) -> float:
    """Return the milliseconds of processor that the page's main thread has used, whatever else the machine does."""
    metrics = {each["name"]: each["value"] for each in client.send("Performance.getMetrics")["metrics"]}
    return float(metrics["ThreadTime"] if "ThreadTime" in metrics else metrics["TaskDuration"]) * 1000


def drawn(browser: Browser, path: Path) -> list[float]:
    """Return the milliseconds of processor of the page's main thread to its first picture, to its use, to its names."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, offline=True)
    page = context.new_page()
    page.add_init_script(BEGAN)
    browser.start_tracing(page=page, categories=["toplevel", "loading", "devtools.timeline", "blink.user_timing"])
    page.goto(path.as_uri(), wait_until="load", timeout=180_000)
    page.wait_for_selector(READY, timeout=180_000)
    page.evaluate(SETTLED)
    events = json.loads(browser.stop_tracing())["traceEvents"]
    context.close()
    paint = next(each for each in events if each["name"] == "firstContentfulPaint")
    start = max(each["ts"] for each in events if each["name"] == "navigationStart" and each["ts"] < paint["ts"])
    marks = [next(each["ts"] for each in events if each["name"] == name) for name in ("data-open", "data-ready")]
    tasks = [
        (each["ts"], each.get("tdur", 0))
        for each in events
        if each["name"].endswith("RunTask")
        and (each["pid"], each["tid"]) == (paint["pid"], paint["tid"])
        and start <= each["ts"]
    ]
    return [sum(took for at, took in tasks if at <= end) / 1000 for end in (paint["ts"], *marks)]


def slow(browser: Browser, path: Path, times: int) -> dict[str, tuple[float, float]]:
    """Return what a page costs on a processor of a sixth of the speed: by the clock, and six times its own time.

    The clock runs under the browser's own throttle and includes whatever else the machine does at the time; processor
    time of the page's main thread is taken without it.
    """
    clock: dict[str, list[float]] = {}
    drawings = zip(*(drawn(browser, path) for _ in range(times)), strict=True)
    own = {name: [each * SLOWER for each in runs] for name, runs in zip(DRAWN, drawings, strict=True)}
    for rate in (SLOWER, 1):
        for _ in range(times):
            context = browser.new_context(viewport={"width": 1366, "height": 768}, offline=True)
            page = context.new_page()
            page.add_init_script(BEGAN)
            client = context.new_cdp_session(page)
            client.send("Performance.setTimeDomain", {"timeDomain": "threadTicks"})
            client.send("Performance.enable")
            client.send("Emulation.setCPUThrottlingRate", {"rate": rate})
            page.goto(path.as_uri(), wait_until="load", timeout=180_000)
            page.wait_for_selector(READY, timeout=180_000)
            page.evaluate(SETTLED)
            if rate != 1:
                for name, took in zip(DRAWN, page.evaluate(PAINTED), strict=True):
                    clock.setdefault(name, []).append(took)
            page.wait_for_timeout(500)
            page.evaluate(SHOW)
            for name, act, before in ACTS:
                page.evaluate(f"() => {{ {before} }}")
                page.evaluate(SETTLED)
                started, used = time.perf_counter(), spent(client)
                page.evaluate(f"() => {{ {act} }}")
                page.evaluate(SETTLED)
                if rate == 1:
                    own.setdefault(name, []).append((spent(client) - used) * SLOWER)
                else:
                    clock.setdefault(name, []).append((time.perf_counter() - started) * 1000)
            context.close()
    return {
        name: (statistics.median(runs), statistics.median(own.get(name, [float("nan")])))
        for name, runs in clock.items()
    }


def slowly(folder: Path, times: int) -> dict[str, dict[str, tuple[float, float]]]:
    """Return the cost of each act on pages of two sizes."""
    from playwright.sync_api import sync_playwright  # a driver process

    found = {}
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for size in (USUAL, DISTRICT):
            plan = crooked_plan(size)
            path = folder / "slow.html"
            ours(plan, path)
            title = f"{len(plan.grids):,} grids, {size.incidents:,} incidents, {path.stat().st_size / 1e6:.3f} MB"
            found[title] = slow(browser, path, times)
        browser.close()
    return found


def measured(size: Size, folder: Path, times: int, *, plain: bool) -> dict[str, dict[str, float]]:
    """Return the figures of both maps of one plan."""
    from playwright.sync_api import sync_playwright  # a driver process

    plan = crooked_plan(size)
    _ = plan.grids  # dissolving is the plan's work, not the map's
    found: dict[str, dict[str, float]] = {}
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for name, write in (("plain folium", ordinary), ("gridkit", ours)):
            if name == "gridkit" or plain:
                path = folder / f"{name.replace(' ', '-')}.html"
                seconds = written(write, plan, path, times if name == "gridkit" else 1)
                found[name] = {"MB": path.stat().st_size / 1e6, "python s": seconds, **opened(browser, path, times)}
        browser.close()
    return found


def main() -> None:
    """Print the figures and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--large", action="store_true", help="10,000 grids and 100,000 incidents as well (ours alone)")
    parser.add_argument("--slow", action="store_true", help="what each act costs on a slow processor, and nothing else")
    parser.add_argument("--times", type=int, default=3, help="runs whose median is printed")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    if options.slow:
        with tempfile.TemporaryDirectory() as folder:
            for title, acts in slowly(Path(folder), options.times).items():
                print(f"\n{title}\n{'':22}{'clock ms':>10}{'own ms x 6':>12}")
                for name, (clock, own_ms) in acts.items():
                    print(f"{name:22}{clock:10.0f}{own_ms:12.0f}")
        return
    with tempfile.TemporaryDirectory() as folder:
        found = {"1,000 grids, 10,000 incidents": measured(USUAL, Path(folder), options.times, plain=True)}
        if options.large:
            found["10,000 grids, 100,000 incidents"] = measured(LARGE, Path(folder), options.times, plain=False)
    own = sum(path.stat().st_size for path in ASSETS.iterdir() if path.suffix in (".js", ".css"))
    if options.json:
        print(json.dumps({"own bytes": own, **found}, indent=1))
        return
    for title, maps_ in found.items():
        print(f"\n{title}\n{'':14}{'MB':>8}{'hosts':>7}{'page ms':>9}{'nodes':>8}{'python s':>10}")
        for name, row in maps_.items():
            print(
                f"{name:14}{row['MB']:8.2f}{row['hosts']:7.0f}{row['ms']:9.0f}{row['nodes']:8.0f}"
                f"{row['python s']:10.2f}"
            )
        if "plain folium" in maps_:
            plain, own_page = maps_["plain folium"], maps_["gridkit"]
            print(f"{'ratio':14}" + "".join(f"{own_page[key] / plain[key]:{w}.3f}" for key, w in (("MB", 8),)), end="")
            print(f"{'':7}{own_page['ms'] / plain['ms']:9.3f}{'':8}{own_page['python s'] / plain['python s']:10.3f}")
    print(
        f"\nown scripts and styles: {own / 1000:.1f} kB in {len(list(ASSETS.glob('*.js')))} scripts and one style sheet"
    )


if __name__ == "__main__":
    main()
