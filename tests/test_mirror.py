"""The tests mirror the package: a module that decides much has a test file of its own name, at the place of its own."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MOST = 12
"""Ways out of branches that a module may have without a test file of its own."""

ELSEWHERE = {
    "commands/edits.py": "judged in commands/test_typing_in.py and recipes/test_edits.py",
    **dict.fromkeys(
        ["measure/departments/joined.py", "measure/departments/doubles.py", "sources/holdings.py"],
        "judged by what becomes of tables with planted faults, in recipes/test_ingest.py",
    ),
    "catalog/deliveries.py": "judged by what is delivered and refused, in render/test_delivery.py",
    "measure/emergency/layer.py": "judged by what a plan in an emergency says, in recipes/test_emergency.py",
    "measure/incidents/layer.py": "judged layer by layer in test_exposure.py and test_precision.py",
    "measure/scorecard/known.py": "judged on the whole card, in test_card.py and recipes/test_scorecard.py",
    "render/papers/scorecard.py": "written and read back in recipes/test_scorecard.py",
    "recipes/layer.py": "judged by what each kind of layer says, in test_cli.py and the layers' own tests",
    "measure/privacy/changed.py": "judged by what two editions of a card tell, in measure/scorecard/test_editions.py",
    **dict.fromkeys(
        ["sources/registers.py", "sources/tables/month_names.py"],
        "judged by tables with a column for each month, in sources/test_months.py",
    ),
    "measure/response/layer.py": "judged by what a plan with orders says, in recipes/test_response.py",
    "partition/exact/column_generation.py": "judged by what it proves, in test_prove.py and test_set_partition.py",
    "plan/audit/audited.py": "judged by the rules that ask it, in test_rules.py, and in test_planted_faults.py",
    "plan/life/shared.py": "judged by departments' tables of parts put together, in plan/life/test_gathered.py",
    "plan/objectives.py": "judged on towns with known answers, in recipes/test_objectives.py",
    "recipes/households.py": "judged by who is visited and where, in recipes/test_visits.py",
    "render/flow.py": "drawn on paper and on the page, in recipes/test_response.py",
    "recipes/published.py": "judged by what is published, in test_publish.py and plan/test_published.py",
    "recipes/map.py": "judged by what it draws, in test_publish.py and in the browser",
    "recipes/split.py": "the whole command, in test_cli.py and recipes/test_edge_of_units.py",
    "store/contents.py": "judged by plans that come back, in test_geopackage.py and test_postgis.py",
    **dict.fromkeys(
        [
            "recipes/papers.py",
            *(f"render/papers/{name}.py" for name in ("atlas", "board", "grid_list", "scheme", "slips")),
        ],
        "read back paper by paper in render/papers/test_set.py",
    ),
    "render/page/offline_figure.py": "judged in render/page/test_compose.py and in the browser",
    "render/delivery_table.py": "judged by what is delivered and refused, in render/test_delivery.py",
    "sources/osm/osm_pass.py": "judged by its tables, in test_extract.py",
    "sources/people/rasters.py": "judged by people conserved, in test_population.py and test_no_data.py",
    "sources/tables/column_roles.py": "judged table by table in test_read.py and test_personal.py",
}
"""Modules whose tests bear another name, and why; the made-up district is judged as a whole, in test_synthetic.py."""


def own_test(module: Path) -> Path:
    """Return the test file that mirrors a module."""
    below = module.relative_to(ROOT / "gridkit")
    return ROOT / "tests" / below.parent / f"test_{below.stem}.py"


def branches(text: str) -> int:
    """Return how many ways lead out of the branches of a module, as coverage counts them."""
    kinds = (ast.If, ast.For, ast.While, ast.match_case)
    return 2 * sum(isinstance(node, kinds) for node in ast.walk(ast.parse(text)))


def unmirrored() -> dict[str, int]:
    """Return the modules with more than so many branches and no test file of their own, with their branches."""
    found = {}
    for module in sorted((ROOT / "gridkit").rglob("*.py")):
        name = module.relative_to(ROOT / "gridkit").as_posix()
        if module.stem == "__init__" or name.startswith("synthetic/") or own_test(module).exists():
            continue
        if (count := branches(module.read_text(encoding="utf-8"))) > MOST:
            found[name] = count
    return found


def test_a_module_that_decides_much_has_a_test_file_of_its_name() -> None:
    without = {name: count for name, count in unmirrored().items() if name not in ELSEWHERE}
    assert not without, "write tests/<same folders>/test_<same name>.py for these (branches)"


def test_no_exception_outlives_its_reason() -> None:
    assert set(ELSEWHERE) <= set(unmirrored()), "these have a test file, few branches, or are gone: take them out"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("x = 1 if y else 2", 0),
        ("if x:\n    pass\nelif y:\n    pass", 4),
        ("for x in y:\n    while x:\n        pass", 4),
        ("match x:\n    case 1:\n        pass\n    case _:\n        pass", 4),
    ],
)
def test_branches_are_counted_by_statement(text: str, count: int) -> None:
    assert branches(text) == count
