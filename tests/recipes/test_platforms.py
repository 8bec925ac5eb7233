"""Exports of platforms where residents propose say the same in every version, language and format."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pandas as pd
import pytest
from towns import EAST, town

import gridkit as gk
from gridkit.errors import TableError
from gridkit.recipes.participation import facts

pytestmark = pytest.mark.filterwarnings("ignore")
REAL = Path(os.environ.get("GRIDKIT_REAL_DATA", "../shared/data"))


def told(plan):
    return {each["indicator"]: each for each in facts(plan)["lines"]}


def test_an_export_of_decidim_is_read_in_its_languages_and_versions():
    export = pd.DataFrame({
        "id": range(12), "state": ["accepted"] * 4 + ["rejected"] * 3 + ["not_answered"] * 4 + ["withdrawn"],
        "answer/en": ["yes, built", "yes", None, None, "no room", None, None, *[None] * 5],
        "answer/es": [None, None, "sí", None, None, None, None, *[None] * 5],
        "published_at": "2024-05-01 10:00:00", "latitude": None, "longitude": None,
    })  # fmt: skip
    found = told(gk.participation(town(), proposals=export))
    assert (found["answered"]["n"], found["answered"]["of"]) == (7, 11)
    assert (found["reasoned"]["n"], found["reasoned"]["of"]) == (4, 11)
    assert "linked" not in found
    newer = export.assign(answered_at=["2024-06-01"] * 8 + [None] * 4)
    assert told(gk.participation(town(), proposals=newer))["answered"]["n"] == 8


def flat(made, before=""):
    """Return a proposal as a row of a sheet: what is nested stands behind slashes."""
    row = {}
    for key, value in made.items():
        row |= flat(value, f"{before}{key}/") if isinstance(value, dict) else {f"{before}{key}": value}
    return row


def decidim(*, newer):
    """Return twelve proposals as Decidim exports them, of which seven are answered and one is withdrawn."""
    for at in range(12):
        answered, gone = at < 7, at == 11
        common = {
            "id": at + 1, "title": {"en": "A bench", "ca": ""}, "published_at": f"2024-03-{at + 1:02d} 10:00:00 UTC",
            "answer": {"en": "", "ca": "fet" if at < 3 else ""}, "meeting_urls": "", "comments": 2,
        }  # fmt: skip
        if newer:
            yield common | {
                "taxonomies": {"ids": "12,14", "12": {"en": "Parks"}, "14": {"en": "East"}},
                "state": "accepted" if answered else "not_answered", "answered_at": "2024-06-01" if answered else None,
                "withdrawn": gone, "withdrawn_at": "2024-05-01" if gone else None,
            }  # fmt: skip
        else:
            state = "withdrawn" if gone else "accepted" if answered else ""
            yield common | {"scope": {"id": 2, "name": {"en": "", "ca": "East"}}, "state": state}


@pytest.mark.parametrize("newer", [False, True])
@pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
def test_exports_of_decidim_say_the_same_in_every_version_and_format(tmp_path, kind, newer):
    rows, file = list(decidim(newer=newer)), tmp_path / f"proposals.{kind}"
    if kind == "json":
        file.write_text(json.dumps(rows), encoding="utf-8")
    else:
        table = pd.DataFrame([flat(row) for row in rows])
        table.to_csv(file, sep=";", index=False) if kind == "csv" else table.to_excel(file, index=False)
    plan = gk.participation(town(), proposals=file)
    found = told(plan)
    assert (found["answered"]["n"], found["answered"]["of"]) == (7, 11)
    assert (found["reasoned"]["n"], found["reasoned"]["of"]) == (3, 11)
    assert plan.layers["participation"].facts["nowhere"] == 0
    assert set(plan.brought["participation"]["parent"]) == {EAST}
    said = "4 proposals have neither a state nor an answer, and count as not answered"
    assert any(said in str(note) for note in facts(plan)["notes"]) == (not newer)


def test_exports_of_consul_retire_on_a_day_and_number_debates_like_proposals():
    proposals = pd.DataFrame({
        "id": range(1, 13), "cached_votes_up": 5, "created_at": "2024-03-01 10:00:00 UTC",
        "retired_at": [*[None] * 11, "2024-05-01 09:00:00 UTC"], "retired_reason": [*[None] * 11, "duplicated"],
    })  # fmt: skip
    comments = pd.DataFrame({
        "id": range(8), "commentable_id": [1, 2, 3, 4, 5, 6, 7, 8], "administrator_id": [9] * 6 + [None] * 2,
        "commentable_type": [
            "Proposal", "Decidim::Proposals::Proposal", "Debate", "Proposal", *["Poll"] * 3, "Proposal",
        ],
    })  # fmt: skip
    plan = gk.participation(town(), proposals=proposals, comments=comments)
    assert (told(plan)["answered"]["n"], told(plan)["answered"]["of"]) == (3, 11)
    assert any("4 comments are on something else than a proposal" in str(note) for note in facts(plan)["notes"])


def test_projects_of_consul_are_answered_where_it_is_said_whether_they_can_be_done():
    projects = pd.DataFrame({
        "id": range(12), "feasibility": ["feasible", "unfeasible", "undecided"] * 4,
        "unfeasibility_explanation": [None, "no room", None] * 4, "selected": False,
    })  # fmt: skip
    found = told(gk.participation(town(), proposals=projects))
    assert (found["answered"]["n"], found["reasoned"]["n"], found["answered"]["of"]) == (8, 4, 12)


@pytest.mark.skipif(not (REAL / "decide-madrid").is_dir(), reason="decide-madrid is not there")
def test_of_55_proposals_of_decide_madrid_two_were_answered():
    folder = REAL / "decide-madrid"
    plan = gk.participation(town(), proposals=folder / "proposals.csv", comments=folder / "comments.csv")
    found = told(plan)
    assert (found["answered"]["n"], found["answered"]["of"]) == (2, 55)
    assert found["answered"]["share_low"] == pytest.approx(0.0100, abs=1e-4)


def test_a_text_in_two_languages_is_one_column_and_an_own_column_wins():
    export = pd.DataFrame({
        "id": range(12), "state": ["accepted"] * 12, "state/en": ["rejected"] * 12,
        "answer/en": [None, " ", *["yes"] * 10], "answer/id": ["ya", None, *[None] * 10],
    })  # fmt: skip
    found = told(gk.participation(town(), proposals=export))
    assert (found["answered"]["n"], found["reasoned"]["n"]) == (12, 11)


def test_taxonomies_that_name_no_community_place_nothing():
    export = pd.DataFrame({"id": range(12), "state": ["accepted"] * 12, "taxonomies/12/en": ["Parks"] * 12})
    assert gk.participation(town(), proposals=export).layers["participation"].facts["nowhere"] == 12


def test_a_column_of_a_community_is_taken_before_a_taxonomy():
    export = pd.DataFrame(
        {"id": range(12), "state": ["accepted"] * 12, "taxonomies/12/en": ["西社区"] * 12, "community": ["East"] * 12}
    )
    assert set(gk.participation(town(), proposals=export).brought["participation"]["parent"]) == {EAST}


def test_comments_that_do_not_say_who_wrote_them_are_refused():
    proposals = pd.DataFrame({"id": range(12), "state": ["accepted"] * 12})
    with pytest.raises(TableError, match="no column says who commented"):
        gk.participation(town(), proposals=proposals, comments=pd.DataFrame({"proposal_id": [1, 2]}))
