"""What becomes of lines by the time at which each was typed: places, scribes, corrections and what is taken back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.places import History, Place, Scribing, sorted_history
from bot.said import Fate, Said, State, moved_by, settle
from bot.spoken import Form

BEGAN = datetime(2027, 2, 16, 13, 0, tzinfo=UTC)
SECRETARY, ANN, BEA = "secretary", "ann", "bea"


def at(second: float) -> datetime:
    return BEGAN + timedelta(seconds=second)


HISTORY = sorted_history(
    [
        Place("c", at(0), "s1", None, True),
        Place("c", at(100), "s1", "ITEM01", True),
        Place("c", at(200), "s1", "ITEM01", False),
        Place("c", at(230), "s2", None, True),
    ],
    [Scribing("c", at(0), ANN)],
)


def runs(contact_id: str, scribe_id: str | None) -> bool:
    return contact_id in (SECRETARY, scribe_id)


def line(second: float, who: str, form: Form, text: str = "", reference: str = "") -> Said:
    return Said(f"{second:07.2f}", "c", "G1", f"{second}", at(second), f"U-{who}", who, form, text, reference=reference)


def settled(*lines: Said, history: History = HISTORY) -> list[tuple[State, str, str | None]]:
    """The state, words and item of each of *lines*, in the order given."""
    fates = settle(lines, history, runs)
    found = (fates[s.id] for s in lines)
    return [(f.state, f.text, f.place.item if f.place else None) for f in found]


def states(*lines: Said) -> list[State]:
    return [state for state, _, _ in settled(*lines)]


def test_a_line_belongs_to_the_item_that_was_current_when_it_was_typed() -> None:
    found = settled(line(50, SECRETARY, Form.INFO, "early"), line(150, SECRETARY, Form.INFO, "later"))
    assert found == [(State.ENTERED, "early", None), (State.ENTERED, "later", "ITEM01")]


def test_a_line_typed_while_the_gate_was_shut_or_before_the_start_has_no_place() -> None:
    lines = [line(210, SECRETARY, Form.INFO, "x"), line(-5, SECRETARY, Form.INFO, "y")]
    assert states(*lines) == [State.NOT_THEN, State.NOT_THEN]


def test_only_who_runs_the_call_enters_lines() -> None:
    lines = [line(1, ANN, Form.INFO, "x"), line(2, BEA, Form.INFO, "y"), line(3, SECRETARY, Form.AGREED, "z")]
    assert states(*lines) == [State.ENTERED, State.NOT_THEN, State.ENTERED]


def test_a_topic_moves_what_is_typed_after_it_until_the_call_moves() -> None:
    found = settled(
        line(10, SECRETARY, Form.TOPIC, "ITEM02", "ITEM02"),
        line(20, ANN, Form.INFO, "on it"),
        line(110, ANN, Form.INFO, "next came"),
    )
    assert [item for _, _, item in found[1:]] == ["ITEM02", "ITEM01"]


def test_the_role_passes_on_at_the_moment_of_the_line_that_passes_it() -> None:
    lines = [
        line(10, ANN, Form.CHAIR, "bea", BEA),
        line(11, ANN, Form.INFO, "lost the role mid-sentence"),
        line(12, BEA, Form.INFO, "has it"),
        line(9, BEA, Form.INFO, "had it not yet"),
    ]
    assert states(*lines) == [State.ENTERED, State.NOT_THEN, State.ENTERED, State.NOT_THEN]


def test_who_does_not_run_the_call_passes_nothing_on() -> None:
    lines = [line(10, BEA, Form.CHAIR, "bea", BEA), line(12, BEA, Form.INFO, "x")]
    assert states(*lines) == [State.NOT_THEN, State.NOT_THEN]


def test_a_correction_changes_the_last_line_of_its_author_alone() -> None:
    found = settled(
        line(1, SECRETARY, Form.INFO, "by Firday"),
        line(2, ANN, Form.INFO, "on Firday"),
        line(3, SECRETARY, Form.CORRECT, "s/Firday/Friday/"),
    )
    assert [text for _, text, _ in found[:2]] == ["by Friday", "on Firday"]


def test_a_correction_of_what_the_last_line_does_not_hold_is_none() -> None:
    lines = [
        line(1, ANN, Form.INFO, "by Firday"),
        line(2, ANN, Form.INFO, "agreed"),
        line(3, ANN, Form.CORRECT, "s/Firday/Friday/"),
        line(4, ANN, Form.CORRECT, "s/agreed//"),
    ]
    assert states(*lines) == [State.ENTERED, State.ENTERED, State.NOT_THEN, State.NOT_THEN]


def test_undo_takes_back_one_line_after_another_and_then_nothing() -> None:
    lines = [
        line(1, ANN, Form.INFO, "one"),
        line(2, ANN, Form.AGREED, "two"),
        line(3, ANN, Form.UNDO),
        line(4, ANN, Form.UNDO),
        line(5, ANN, Form.UNDO),
    ]
    assert states(*lines) == [State.TAKEN_BACK, State.TAKEN_BACK, State.ENTERED, State.ENTERED, State.NOT_THEN]


def test_undo_after_a_correction_takes_the_correction_back_and_a_second_one_the_line() -> None:
    typed = [
        line(1, ANN, Form.INFO, "by Firday"),
        line(2, ANN, Form.CORRECT, "s/Firday/Friday/"),
        line(3, ANN, Form.CORRECT, "s/by/on/"),
    ]
    found = []
    for n in range(4):
        fates = settle([*typed, *(line(10 + k, ANN, Form.UNDO) for k in range(n))], HISTORY, runs)
        found.append((fates[typed[0].id].text, fates[typed[0].id].state, fates[typed[2].id].state))
    assert found == [
        ("on Friday", State.ENTERED, State.ENTERED),
        ("by Friday", State.ENTERED, State.TAKEN_BACK),
        ("by Firday", State.ENTERED, State.TAKEN_BACK),
        ("by Firday", State.TAKEN_BACK, State.TAKEN_BACK),
    ]


def test_undo_takes_back_what_came_last_of_a_line_and_a_correction_before_it() -> None:
    typed = [
        line(1, ANN, Form.INFO, "by Firday"),
        line(2, ANN, Form.CORRECT, "s/Firday/Friday/"),
        line(3, ANN, Form.INFO, "two"),
        line(4, ANN, Form.UNDO),
    ]
    fates = settle(typed, HISTORY, runs)
    assert (fates[typed[0].id].text, fates[typed[2].id].state) == ("by Friday", State.TAKEN_BACK)


def test_who_gave_itself_an_action_takes_it_back_without_running_the_call() -> None:
    given = replace(line(1, BEA, Form.ACTION, "bea send it"), state=State.ENTERED)
    assert states(given, line(2, BEA, Form.UNDO)) == [State.TAKEN_BACK, State.ENTERED]


def test_what_was_refused_is_no_line_that_could_be_undone() -> None:
    gone = replace(line(2, ANN, Form.INFO, "two"), state=State.REFUSED)
    fates = settle([line(1, ANN, Form.INFO, "one"), gone, line(3, ANN, Form.UNDO)], HISTORY, runs)
    assert (gone.id in fates, fates[line(1, ANN, Form.INFO).id].state) == (False, State.TAKEN_BACK)


def test_a_topic_and_a_chair_are_written_into_the_history_with_their_own_moment() -> None:
    topic, chair = line(150, ANN, Form.TOPIC, "x", "ITEM02"), line(151, ANN, Form.CHAIR, "bea", BEA)
    made = [moved_by(it, Fate(State.ENTERED), HISTORY) for it in (topic, chair)]
    assert made == [Place("c", at(150), "s1", "ITEM02", True), Scribing("c", at(151), BEA)]


def test_what_was_not_then_moves_nothing() -> None:
    assert moved_by(line(150, BEA, Form.TOPIC, "x", "ITEM02"), Fate(State.NOT_THEN), HISTORY) is None


FORMS = [Form.INFO, Form.AGREED, Form.CORRECT, Form.UNDO, Form.TOPIC, Form.CHAIR]
TEXTS = {Form.CORRECT: "s/a/b/", Form.INFO: "a a", Form.AGREED: "a"}
NAMED = {Form.TOPIC: "ITEM02", Form.CHAIR: BEA}
spoken = st.tuples(st.integers(0, 300), st.sampled_from([SECRETARY, ANN, BEA]), st.sampled_from(FORMS)).map(
    lambda t: line(t[0], t[1], t[2], TEXTS.get(t[2], ""), NAMED.get(t[2], ""))
)
scripts = st.lists(spoken, max_size=12, unique_by=lambda s: s.id)


@given(scripts, st.randoms(use_true_random=False))
def test_the_order_in_which_lines_come_changes_nothing(lines: list[Said], chance: object) -> None:
    shuffled = list(lines)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert settle(shuffled, HISTORY, runs) == settle(lines, HISTORY, runs)


@given(scripts, spoken)
def test_a_line_changes_nothing_that_was_typed_before_it_by_others(lines: list[Said], new: Said) -> None:
    """But for who may take back and correct, which passes on with the role."""
    lines = [s for s in lines if s.id != new.id and new.form is not Form.CHAIR]
    before, after = settle(lines, HISTORY, runs), settle([*lines, new], HISTORY, runs)
    others = [s.id for s in lines if s.at < new.at and s.contact_id != new.contact_id]
    assert {i: after[i] for i in others} == {i: before[i] for i in others}


@given(scripts)
def test_what_lines_make_of_the_history_places_later_ones_as_the_lines_themselves_do(lines: list[Said]) -> None:
    """A line that comes last in time is placed by the history alone, as if all had been seen together."""
    lines = [s for s in lines if s.at < at(199)]
    fates = settle(lines, HISTORY, runs)
    made = [m for s in sorted(lines, key=lambda s: s.at) if (m := moved_by(s, fates[s.id], HISTORY))]
    known = sorted_history(
        [*HISTORY.places, *(m for m in made if isinstance(m, Place))],
        [*HISTORY.scribes, *(m for m in made if isinstance(m, Scribing))],
    )
    last = line(199, ANN, Form.INFO, "last")
    assert settle([last], known, runs)[last.id] == settle([*lines, last], HISTORY, runs)[last.id]
