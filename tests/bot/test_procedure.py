"""The procedure file read and written, all that is wrong with one told at once, and the due times of a call's steps."""

import tomllib
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.confidentiality import Tlp
from bot.errors import NotUnderstood
from bot.procedure import (
    TABLES,
    Procedure,
    StepKind,
    default_text,
    due_times,
    procedure_text,
    read_procedure,
    working_days,
)
from bot.topics import AudienceKind, Topic
from tests.bot.refusals import refusal_of

PLAN = Procedure.default()
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2034, 12, 31), timezones=st.just(UTC))


def refusal(text: str) -> str:
    with pytest.raises(NotUnderstood) as refused:
        read_procedure(text)
    return refused.value.says


def refused_for(*problems: str) -> str:
    return "\n".join(["The procedure file is not in force.", *problems, "`lap procedure` prints a correct one."])


def test_the_default_names_the_plan_s_topics_and_audiences_in_order() -> None:
    assert [(t.clause, t.audience.value) for t in PLAN.topics] == [
        *[(f"A.3.{letter}", "agencies") for letter in "abcde"],
        ("A.3.f", "joint"),
        *[(f"B.3.a.{roman}", "joint") for roman in ("i", "ii", "iii", "iv", "v")],
        ("B.3.b", "joint"),
    ]


def test_the_default_steps_are_the_issue_s() -> None:
    assert {kind: getattr(PLAN.steps, kind) for kind in StepKind} == {
        StepKind.CALL_FOR_ITEMS: -30,
        StepKind.ITEMS_CLOSE: -15,
        StepKind.LIST_CIRCULATED: -14,
        StepKind.WINDOW_ENDS: -9,
        StepKind.APPROVAL: -8,
        StepKind.AGENDA_OUT: -5,
        StepKind.REMINDER_DAY: -1,
        StepKind.REMINDER_HOUR: 1,
        StepKind.DRAFT_MINUTES: 5,
        StepKind.MINUTES_ADOPTED: 15,
    }


def test_the_default_file_is_complete() -> None:
    written = tomllib.loads(default_text())
    assert {name: list(keys) for name, keys in written.items() if name != "topics"} == {
        name: [f.name for f in fields(table)] for name, table in TABLES.items()
    }


def test_the_default_is_printed_as_it_stands() -> None:
    assert procedure_text(PLAN) == default_text()


def test_a_file_needs_only_what_differs() -> None:
    read = read_procedure("[invitations]\nnotice_seconds = 0\n")
    assert read == replace(PLAN, invitations=replace(PLAN.invitations, notice_seconds=0))


def test_topics_of_a_file_replace_the_default_s() -> None:
    read = read_procedure('[topics]\n"X.1" = { word = "phishing", title = "Phishing", audience = "joint" }\n')
    assert read.topics == (Topic("X.1", "phishing", "Phishing", AudienceKind.JOINT),)


def test_labels_are_read_with_and_without_their_prefix() -> None:
    read = read_procedure('[labels]\nmail = "green"\ncalendar = "TLP:CLEAR"\n')
    assert (read.labels.mail, read.labels.calendar) == (Tlp.GREEN, Tlp.CLEAR)


@pytest.mark.parametrize("door", ["mail", "calendar"])
def test_red_text_is_never_mailed_whatever_the_file_says(door: str) -> None:
    assert refusal(f'[labels]\n{door} = "TLP:RED"\n') == refused_for(
        f"Line 2, [labels] {door}: TLP:RED is never mailed; write TLP:AMBER+STRICT or a lower one."
    )


def test_all_problems_are_told_at_once_with_their_lines() -> None:
    text = '[steps]\napproval = true\nwindow_end = -9\n[labels]\nmail = "BLUE"\n[bridge]\n'
    assert refusal(text) == refused_for(
        "Line 6, [bridge]: there is no such table; perhaps bridges is meant.",
        "Line 3, [steps] window_end: there is no such key; perhaps window_ends is meant.",
        "Line 2, [steps] approval: must be a whole number from -260 to -1, for example -8.",
        "Line 5, [labels] mail: “BLUE” is not a TLP 2.0 label. The labels are TLP:RED, TLP:AMBER+STRICT, TLP:AMBER, "
        "TLP:GREEN and TLP:CLEAR.",
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("steps = 3", "[steps]: must be a table, for example [steps] with call_for_items in it."),
        ("[audit]\nx = 1", "Line 2, [audit] x: there is no such key; there are heads."),
        (
            "[steps]\napproval = -8.0",
            "Line 2, [steps] approval: must be a whole number from -260 to -1, for example -8.",
        ),
        (
            "[retention]\nminutes = 0",
            "Line 2, [retention] minutes: must be a whole number from 1 to 1200, for example 120.",
        ),
        (
            "[reminders]\naction_days_after = [1, 1]",
            "Line 2, [reminders] action_days_after: must be a list of whole numbers of days up to 365, each once,"
            " for example [7, 1].",
        ),
        (
            '[bridges]\nurls = ["http://plain.example"]',
            "Line 2, [bridges] urls: must be a list of https links, each once,"
            ' for example ["https://meet.example/room-1"].',
        ),
        (
            '[bridges]\ndial_in = ["+44 20 7946 0000"]',
            "Line 2, [bridges] dial_in: must be a list of bridges, each a list of its link and its numbers, for example"
            ' [["https://meet.example/room-1", "+44 20 7946 0000, PIN 1234#"]].',
        ),
        (
            '[bridges]\ndial_in = [["https://a.example", "1"], ["https://a.example", "2"]]',
            "Line 2, [bridges] dial_in: names one bridge twice; write all its numbers behind one link.",
        ),
        (
            '[bridges]\nurls = ["https://a.example"]\ndial_in = [["https://b.example", "+44 20 7946 0000"]]',
            "Line 3, [bridges] dial_in: https://b.example is none of urls; write a bridge's link as it stands there.",
        ),
        (
            '[audit]\nheads = ["nobody"]',
            "Line 2, [audit] heads: must be a list of mail addresses, each once,"
            ' for example ["a@one.example", "b@two.example"].',
        ),
        (
            '[audit]\nheads = [["a"]]',
            "Line 2, [audit] heads: must be a list of mail addresses, each once,"
            ' for example ["a@one.example", "b@two.example"].',
        ),
        ('[texts]\nopening = ""', "Line 2, [texts] opening: must be a text of one line and at most 2000 characters."),
        ("[topics]", "Line 1, [topics]: must be a table with at least one topic."),
        (
            '[topics]\nA.3.a = { word = "cases", title = "Cases", audience = "agencies" }',
            "[topics] A: must have word, title and audience and nothing else; write the clause in quotes:"
            ' "A.3.a" = { word = "cases", title = "Cases", audience = "agencies" }.',
        ),
        (
            '[topics]\n"A 3" = { word = "cases", title = "Cases", audience = "agencies" }',
            "Line 2, [topics] A 3: a clause is letters and numbers between dots; write it in quotes, for example"
            ' "A.3.a" = { word = "cases", title = "Cases", audience = "agencies" }.',
        ),
        (
            '[topics]\n"A.3.a" = { word = "my cases", title = "Cases", audience = "agencies" }',
            'Line 2, [topics] A.3.a: word must be 3 to 31 small letters or hyphens, for example "cases".',
        ),
        (
            '[topics]\n"A.3.a" = { word = "cases", title = "Cases", audience = ["agencies"] }',
            'Line 2, [topics] A.3.a: audience must be "agencies" or "joint".',
        ),
        (
            '[topics]\n"A.3.a" = { word = "cases", title = "1", audience = "joint" }\n'
            '"A3a" = { word = "others", title = "2", audience = "joint" }',
            "Line 3, [topics] A3a: “a3a” already names A.3.a; each topic needs names of its own.",
        ),
        (
            '[topics]\n"A.3.a" = { word = "cases", title = "1", audience = "joint" }\n'
            '"A.3.b" = { word = "cases", title = "2", audience = "joint" }',
            "Line 3, [topics] A.3.b: “cases” already names A.3.a; each topic needs names of its own.",
        ),
        ("[steps]\napproval = -3", "[steps] agenda_out: -5 comes before approval, -3; write it not smaller."),
        (
            "[steps]\nwindow_ends = -11",
            "Line 2, [steps] window_ends: -11 is not 5 working days after list_circulated, -14;"
            " write -9 or later, or shorten [circulation] working_days.",
        ),
        (
            "[minutes]\nsilence_working_days = 11",
            "[steps] minutes_adopted: 15 is not 11 working days after draft_minutes, 5;"
            " write 16 or more, or shorten [minutes] silence_working_days.",
        ),
    ],
)
def test_a_wrong_key_is_refused_by_name_with_what_to_write(text: str, problem: str) -> None:
    assert refusal(text) == refused_for(problem)


def test_what_is_no_toml_is_refused_with_the_parser_s_place() -> None:
    assert refusal("[steps]\napproval = = 3") == (
        "The procedure file is not in force. It is not TOML: Invalid value (at line 2, column 12)."
        " `lap procedure` prints a correct one."
    )


@st.composite
def procedures(draw: st.DrawFn) -> Procedure:
    texts = st.text("abc äß\"\\'#=[]“🙂é‍", min_size=1, max_size=30).map(lambda t: f"x{t}x")
    words = draw(st.lists(st.from_regex(r"[a-z]{3,9}", fullmatch=True), min_size=1, max_size=5, unique=True))
    kinds = st.sampled_from(AudienceKind)
    labels = replace(PLAN.labels, mail=draw(st.sampled_from(list(Tlp)[1:])), default=draw(st.sampled_from(Tlp)))
    return replace(
        PLAN,
        topics=tuple(Topic(f"{n}.1", word, draw(texts), draw(kinds)) for n, word in enumerate(words)),
        steps=replace(
            PLAN.steps, call_for_items=draw(st.integers(-260, -15)), minutes_adopted=draw(st.integers(15, 260))
        ),
        invitations=replace(PLAN.invitations, merge_seconds=draw(st.integers(0, 3600))),
        reminders=replace(PLAN.reminders, action_days_before=tuple(draw(st.lists(st.integers(0, 365), unique=True)))),
        labels=labels,
        texts=replace(PLAN.texts, opening=draw(texts), network=draw(texts)),
    )


@given(procedures())
def test_a_written_procedure_is_read_back_as_the_same(procedure: Procedure) -> None:
    assert read_procedure(procedure_text(procedure)) == procedure


VALUES = st.recursive(
    st.booleans() | st.integers() | st.text(max_size=5) | st.floats(allow_nan=False),
    lambda v: st.lists(v, max_size=3),
    max_leaves=4,
)


@given(st.sampled_from([(name, f.name) for name, table in TABLES.items() for f in fields(table)]), VALUES)
def test_any_value_of_a_key_is_taken_or_refused_by_the_key_s_name(key: tuple[str, str], value: object) -> None:
    text = f"[{key[0]}]\n{key[1]} = {_written(value)}\n"
    told = refusal_of(lambda: read_procedure(text)) or key[1]
    assert key[1] in told or "[steps]" in told


def _written(value: object) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_written, value)) + "]"
    if isinstance(value, str):
        return '"' + "".join(f"\\U{ord(c):08x}" if not 0xD800 <= ord(c) <= 0xDFFF else "?" for c in value) + '"'
    return str(value).lower()


def test_working_days_pass_over_the_weekend() -> None:
    friday = datetime(2027, 2, 19, 13, 30, tzinfo=UTC)
    assert [working_days(friday, n) for n in (1, 5, -5, 0)] == [
        friday + timedelta(days=3),
        friday + timedelta(days=7),
        friday - timedelta(days=7),
        friday,
    ]


def test_five_working_days_begun_at_a_weekend_are_five_whole_days_from_monday() -> None:
    saturday, sunday = (datetime(2027, 2, day, 13, 30, tzinfo=UTC) for day in (20, 21))
    assert [working_days(begun, 5) for begun in (saturday, sunday)] == [datetime(2027, 3, 1, tzinfo=UTC)] * 2


def test_a_working_day_back_from_a_sunday_leads_to_friday() -> None:
    sunday = datetime(2027, 2, 21, 13, 30, tzinfo=UTC)
    assert working_days(sunday, -1) == sunday - timedelta(days=2)


@given(MOMENTS.filter(lambda m: m.weekday() < 5), st.integers(-260, 260))
def test_as_many_working_days_back_lead_back(moment: datetime, n: int) -> None:
    assert working_days(working_days(moment, n), -n) == moment


@given(MOMENTS, st.integers(0, 130), st.integers(0, 130))
def test_working_days_add_up(moment: datetime, one: int, two: int) -> None:
    assert working_days(working_days(moment, one), two) == working_days(moment, one + two)


@given(MOMENTS, st.integers(0, 23), st.integers(1, 60))
def test_between_two_moments_lies_as_much_working_time_as_was_asked_for(moment: datetime, hour: int, n: int) -> None:
    begun = moment.replace(hour=hour, minute=0, second=0, microsecond=0)
    hours = (working_days(begun, n) - begun) // timedelta(hours=1)
    assert sum((begun + timedelta(hours=h)).weekday() < 5 for h in range(hours)) == n * 24


def test_the_steps_of_a_call_are_due_in_working_days_from_it() -> None:
    start, end = datetime(2027, 2, 16, 13, 30, tzinfo=UTC), datetime(2027, 2, 16, 15, 0, tzinfo=UTC)
    assert {kind.value: f"{due:%m-%d %H:%M}" for kind, due in due_times(start, end, PLAN).items()} == {
        "call_for_items": "01-05 13:30",
        "items_close": "01-26 13:30",
        "list_circulated": "01-27 13:30",
        "window_ends": "02-03 13:30",
        "approval": "02-04 13:30",
        "agenda_out": "02-09 13:30",
        "reminder_day": "02-15 13:30",
        "reminder_hour": "02-16 12:30",
        "draft_minutes": "02-23 15:00",
        "minutes_adopted": "03-09 15:00",
    }


@given(MOMENTS, st.integers(1, 600))
def test_steps_are_due_in_their_order(start: datetime, minutes: int) -> None:
    due = due_times(start, start + timedelta(minutes=minutes), PLAN)
    assert list(due.items()) == sorted(due.items(), key=lambda step: (step[1], list(StepKind).index(step[0])))
