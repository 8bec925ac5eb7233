"""Lines of a scorecard are kept with a plan, a command's new ones in place of its old; of few nothing is kept."""

from __future__ import annotations

from plans import Size, crooked_plan

from gridkit.measure.share import Share
from gridkit.plan.lines import RECORD, kept, lines, titled


def test_a_plan_without_lines_has_an_empty_table_of_the_same_columns(q_town):
    none = lines(q_town)
    assert none.empty
    assert none.dtypes.equals(lines(kept(q_town, "survival", {"left": Share(20, 50, "a.csv", "2026-01-01")})).dtypes)


def test_new_lines_of_a_command_take_the_place_of_its_old_ones_alone(q_town):
    plan = kept(q_town, "survival", {"left": Share(20, 50, "a.csv", "2026-01-01")})
    plan = kept(plan, "reciprocity", {"given": Share(5, 40, "b.csv")})
    plan = kept(plan, "survival", {"left": Share(30, 50), "stayed": Share(None, 50)})
    held = lines(plan)
    assert held.index.is_unique
    assert held.index.name == "line_id"
    assert list(zip(held["command"], held["indicator"], held["n"].fillna(-1), held["why"], strict=True)) == [
        ("reciprocity", "given", 5, ""),
        ("survival", "left", 30, ""),
        ("survival", "stayed", -1, "missing"),
    ]
    assert held["share"].iloc[:2].tolist() == [0.125, 0.6]


def test_of_few_people_nothing_stands_in_the_plans_file(q_town):
    plan = kept(q_town, "survival", {"left": Share(1, 2, "a.csv", persons=True)})
    (row,) = plan.records[RECORD].to_dict("records")
    assert row["why"] == "few"
    assert row["n"] != row["n"]
    assert row["of"] != row["of"]


def test_a_source_is_called_by_the_title_of_its_layer_else_by_what_it_means_else_by_its_own_name():
    plan = crooked_plan(Size(side=4, incidents=5))
    assert titled(plan, "clinics").said("zh") == "诊所"
    assert titled(plan, "opinions") == "opinions on the plan"
    assert titled(plan, "givers.csv") == "givers.csv"
