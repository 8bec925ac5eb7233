"""The scorecard of a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from gridkit.commands.console import Console


def scorecard(
    console: Console,
    *,
    plan: Path,
    path: Path,
    overwrite: bool,
    json: bool,
    **choices: Any,  # noqa: ANN401 - options
) -> None:
    """Write the scorecard of a plan, and print its lines with what is missing."""
    from gridkit.atomic import refuse
    from gridkit.catalog.definitions import PILLARS
    from gridkit.language.labels import code
    from gridkit.language.phrases import LIST, joined
    from gridkit.measure.share import sentence
    from gridkit.plan.lines import titled
    from gridkit.recipes import plans
    from gridkit.recipes import scorecard as recipe

    refuse(path, overwrite=overwrite)
    with console.progress() as progress:
        held = plans.read_plan(plan)
        facts = recipe.facts(recipe.written(held, path, overwrite=overwrite, **choices, progress=progress))
    body: dict[str, Any] = dict(facts)
    if not json:
        for pillar in PILLARS:
            rows = facts[pillar]
            body[pillar] = [
                {
                    "indicator": code("indicator", each["indicator"]),
                    "told": sentence({**each, "source": titled(held, str(each["source"]))}),
                }
                for each in rows
            ]
        body["missing"] = [
            {
                "indicator": joined([code("indicator", name) for name in each["indicators"]], LIST),
                "supplier": each["supplier"],
                "command": each["command"],
            }
            for each in facts["missing"]
        ]
        body.pop("trends")
    console.show("scorecard", str(plan), body, as_json=json)
    console.say("{path} is written", path=path)
