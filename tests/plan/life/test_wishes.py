from towns import town

from gridkit.plan.life.edits_file import Comment, EditSheet, Hold, Recall, Settling, Wish
from gridkit.plan.life.feedback import conflicts, take
from gridkit.plan.life.wishes import kept

TOWN = town(6, 3)
PAN, REN = "panpan01", "renren01"


def act(kind, number, writer=PAN, author="", **what):
    time = f"2026-11-29T04:00:{number:02d}.000Z"
    return kind(id=f"{writer}-{number}", author=author, time=time, **what)


def move(number, unit="u0200", to="W10", writer=PAN, **more):
    return act(Wish, number, writer, unit_id=unit, was=TOWN.units["grid_id"][unit], to=to, **more)


def recall(number, *of, kind="undo", writer=PAN):
    return act(Recall, number, writer, act=kind, of=of)


def taken(*logs, plan=TOWN):
    for acts in logs:
        plan = take(plan, [EditSheet("gridkit-edits", 2, TOWN.digest, acts=acts, source="a.json")], rebase=True)
    return plan


def statuses(plan):
    return kept(plan)["status"].to_dict()


def test_what_was_taken_back_before_it_was_sent_is_not_asked_for():
    assert kept(taken((move(1), recall(2, f"{PAN}-1")))).empty


def test_what_was_applied_and_then_taken_back_is_undone_and_done_again():
    log = [move(1)]
    plan = taken(log)
    assert plan.units["grid_id"]["u0200"] == "W10"
    for number, (kind, grid) in enumerate([("undo", "W00"), ("redo", "W10"), ("undo", "W00")], 2):
        log.append(recall(number, f"{PAN}-1", kind=kind))
        plan = taken(log, plan=plan)
        assert plan.units["grid_id"]["u0200"] == grid
        assert taken(log, plan=plan).records["comments"].equals(plan.records["comments"])
    assert set(statuses(plan).values()) == {"accepted"}


def test_a_lock_that_was_applied_and_then_taken_back_is_lifted():
    lock = act(Hold, 1, grid_id="W00")
    plan = taken((lock,))
    assert plan.units["lock"].notna().sum() == 9
    assert taken((lock, recall(2, f"{PAN}-1")), plan=plan).units["lock"].isna().all()


def test_a_side_that_waits_is_withdrawn_by_its_author_and_the_other_waits_on():
    sides = (move(1), move(2, to="E01", writer=REN))
    plan = taken(sides)
    assert set(statuses(plan).values()) == {"open"}
    after = taken((*sides, recall(3, f"{REN}-2", writer=REN)), plan=plan)
    assert statuses(after) == {f"{PAN}-1": "open", f"{REN}-2": "withdrawn"}
    assert conflicts(after).index.tolist() == [f"{PAN}-1"], "what waits is listed until somebody decides"
    again = taken(
        (*sides, recall(3, f"{REN}-2", writer=REN), recall(4, f"{REN}-2", writer=REN, kind="redo")), plan=after
    )
    assert statuses(again) == {f"{PAN}-1": "open", f"{REN}-2": "open"}


def test_whoever_comes_second_is_not_declined_for_it():
    for other in ("W00", "E01"):
        plan = taken((move(1),), (move(2, to=other, writer=REN),))
        assert statuses(plan) == {f"{PAN}-1": "accepted", f"{REN}-2": "open"}
        assert "meanwhile" in kept(plan).loc[f"{REN}-2", "reason"]
        assert conflicts(plan).index.tolist() == [f"{REN}-2"]


def test_whoever_wants_to_move_what_others_locked_first_waits_for_a_decision():
    locked = act(Hold, 1, grid_id="W00", unit_id="u0200")
    plan = taken((locked,), (move(2, writer=REN),))
    assert statuses(plan) == {f"{PAN}-1": "accepted", f"{REN}-2": "open"}
    assert "stay as it is" in kept(plan).loc[f"{REN}-2", "reason"]
    own = taken((locked,), (move(2),))
    assert statuses(own)[f"{PAN}-2"] == "declined", "who locked it himself is told so"


def test_a_name_given_after_the_import_is_written_to_what_was_said():
    plan = taken((move(1),), (move(1, author="Pan"),))
    assert kept(plan)["author"].tolist() == ["Pan"]


def test_a_comment_is_settled_by_anyone_and_found_under_its_id():
    note = act(Comment, 1, text="hm", author="Pan")
    plan = taken((note,), (note, act(Settling, 2, REN, of=f"{PAN}-1", status="accepted")))
    assert statuses(plan) == {f"{PAN}-1": "accepted"}
    assert statuses(taken((note, act(Settling, 2, REN, of=f"{PAN}-1", status="declined")))) == {f"{PAN}-1": "declined"}
