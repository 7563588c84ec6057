"""Planning, announcing, moving and cancelling calls on a real database: who may see what, and who is told."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.calls import CallKind, CallState
from bot.errors import NotEntitled, NotFound
from bot.procedure import StepKind, due_times
from bot.series import Quarter
from bot.topics import AudienceKind
from handlers.announcing import announce_call, cancel_call, move_call
from handlers.attendees import admit
from handlers.calls import NOTICES, add_call, list_calls, show_call
from handlers.circulation import approve_list, circulate
from handlers.desk import Actor
from handlers.looking import Wish
from handlers.quarters import quarters_to_watch
from handlers.segments import add_segment
from handlers.work import Reading
from storage.tables import CallRow, EarlierDateRow, OutboxRow, StepRow, columns
from tests.bot.refusals import refusal_of
from tests.cast import NOW, Cast
from tests.slack_front import say

START = datetime(2027, 2, 16, 13, 0, tzinfo=UTC)
NAME = "2027-02-16"


def planned(cast: Cast, start: datetime = START, title: str = "Members' call", **more: object) -> str:
    return add_call(cast.desk, cast.secretary, start, 90, title, **more).name  # type: ignore[arg-type]


def announced(cast: Cast, start: datetime = START, title: str = "Members' call", **more: object) -> str:
    name = planned(cast, start, title, **more)
    announce_call(cast.desk, cast.secretary, name)
    return name


def rows(cast: Cast, *chosen: object, table: type) -> list[tuple[object, ...]]:
    with cast.desk.store.read() as tx:
        return [tuple(row) for row in tx.execute(select(*chosen).select_from(table))]  # type: ignore[call-overload]


def told(cast: Cast, kind: str = "invitation") -> list[str]:
    t = columns(OutboxRow)
    return sorted(str(who) for who, what in rows(cast, t.contact_id, t.kind, table=OutboxRow) if what == kind)


def seen_by(cast: Cast, actor: Actor) -> list[str]:
    return [it.view.title for it in list_calls(cast.desk, actor)]


# --- planning ---


def test_a_new_call_is_a_draft_that_only_the_secretariat_sees(cast: Cast) -> None:
    planned(cast)
    readers = [cast.secretary, cast.actor("fr-cnil"), cast.actor("oecd"), cast.actor("harbour-bank")]
    assert [seen_by(cast, reader) for reader in readers] == [["Members' call"], [], [], []]
    assert told(cast) == []


def test_the_steps_of_a_call_are_due_rows_from_the_start(cast: Cast) -> None:
    planned(cast)
    t = columns(StepRow)
    found = dict(rows(cast, t.kind, t.due_at, table=StepRow))
    assert found == due_times(START, START + timedelta(minutes=90), cast.desk.procedure)
    assert set(found) == set(StepKind)


def test_a_second_call_of_a_day_is_named_with_its_hour(cast: Cast) -> None:
    planned(cast)
    assert planned(cast, START.replace(hour=16), "Training", kind=CallKind.TRAINING) == "2027-02-16T16"
    assert [it.name for it in list_calls(cast.desk, cast.secretary)] == ["2027-02-16T13", "2027-02-16T16"]
    assert show_call(cast.desk, cast.secretary, "2027-02-16T16").view.title == "Training"


REFUSED = [
    (NOW - timedelta(hours=1), 90, "A", "2027-01-04 08:00 UTC has gone by. Give a date and time that lie ahead."),
    (START, 0, "A", "0 minutes is not a length I can use: give 1 to 1440 minutes, for example `30`."),
    (START, 1441, "A", "1441 minutes is not a length I can use: give 1 to 1440 minutes, for example `30`."),
    (START, 90, "\u202e", 'A title is missing. Give it in quotes, for example `"Case updates"`.'),
    (
        START, 90, "x" * 201,
        "That title has 201 characters, and 200 fit. Shorten it by 1, and send the command again.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("start", "minutes", "title", "says"), REFUSED)
def test_what_cannot_be_planned_is_told_and_nothing_is_kept(
    cast: Cast, start: datetime, minutes: int, title: str, says: str
) -> None:
    assert refusal_of(lambda: add_call(cast.desk, cast.secretary, start, minutes, title)) == says
    assert rows(cast, columns(CallRow).id, table=CallRow) == []


def test_two_calls_of_one_hour_could_not_be_told_apart(cast: Cast) -> None:
    planned(cast)
    assert refusal_of(lambda: planned(cast, START.replace(minute=30), "Other")) == (
        "Tue 16 Feb 2027, 08:30 America/New_York (13:30 UTC) is taken: “Members' call” starts in that hour (UTC). "
        "Choose another hour, so that both can be named."
    )


def test_a_call_is_for_named_agencies_only_and_for_nobody_else(cast: Cast) -> None:
    planned(cast, only=["us-ftc", "gb-oft"])
    announce_call(cast.desk, cast.secretary, NAME)
    agencies = [cast.actor("gb-oft"), cast.actor("fr-cnil")]
    assert [seen_by(cast, agency) for agency in agencies] == [["Members' call"], []]
    assert refusal_of(lambda: planned(cast, START.replace(hour=9), only=["harbour-bank"])) == (
        "Harbour Bank is no Agency. `only` names the Agencies that a call is for; "
        "representatives and observers are admitted to parts of it, with `admit`."
    )


def test_planning_is_the_secretariats(cast: Cast) -> None:
    agency = cast.actor("fr-cnil")
    with pytest.raises(NotEntitled, match="Only the secretariat can plan a call"):
        add_call(cast.desk, agency, START, 90, "Members' call")


# --- announcing ---


def test_announcing_invites_the_attending_contacts_of_the_agencies_and_nobody_else(cast: Cast) -> None:
    announced(cast)
    people = {who.partition("@")[2] for who in told(cast)}
    assert (len(told(cast)), len(people)) == (35, 33)
    assert [who for who in told(cast) if who.startswith("c-abuse-desk@") or "liaison" in who] == []


def test_an_announced_call_is_seen_by_agencies_and_not_by_guests(cast: Cast) -> None:
    announced(cast)
    readers = [cast.actor("fr-cnil"), cast.actor("oecd"), cast.actor("harbour-bank")]
    assert [seen_by(cast, reader) for reader in readers] == [["Members' call"], [], []]


def test_a_title_names_the_earliest_draft(cast: Cast) -> None:
    later = START + timedelta(days=60)
    planned(cast, later)
    planned(cast)
    announce_call(cast.desk, cast.secretary, "members' CALL")
    assert announce_call(cast.desk, cast.secretary, "“Members' call”").view.start == later


def test_only_a_draft_that_lies_ahead_is_announced(cast: Cast) -> None:
    announced(cast)
    assert refusal_of(lambda: announce_call(cast.desk, cast.secretary, NAME)) == (
        "“Members' call” is announced already: only a draft is announced. `/lap calls` lists the drafts."
    )
    planned(cast, NOW + timedelta(hours=1), "Soon")
    cast.clock.advance(hours=2)
    assert refusal_of(lambda: announce_call(cast.desk, cast.secretary, "2027-01-04")) == (
        "2027-01-04 10:00 UTC has gone by. Give a date and time that lie ahead."
    )


def test_a_look_mails_nobody_and_its_go_does_exactly_what_was_shown(cast: Cast) -> None:
    planned(cast)
    shown = announce_call(cast.desk, cast.secretary, NAME, Wish("announce 2027-02-16"))
    assert (shown.weighed.go, shown.invited, told(cast)) == (False, 35, [])
    wish = Wish("announce 2027-02-16", go=True, reference=shown.weighed.reference)
    assert announce_call(cast.desk, cast.secretary, NAME, wish).weighed.go
    assert len(told(cast)) == 35


def test_a_call_that_changed_since_the_look_is_shown_again_and_stays(cast: Cast) -> None:
    planned(cast)
    shown = announce_call(cast.desk, cast.secretary, NAME, Wish("announce 2027-02-16"))
    add_segment(cast.desk, cast.secretary, NAME, AudienceKind.JOINT, 30, "Reports")
    wish = Wish("announce 2027-02-16", go=True, reference=shown.weighed.reference)
    again = announce_call(cast.desk, cast.secretary, NAME, wish)
    assert (again.weighed.go, again.weighed.changed, told(cast)) == (False, ("call",), [])


# --- moving ---


def test_a_moved_call_answers_to_its_old_date_for_those_who_had_been_told_it(cast: Cast) -> None:
    announced(cast)
    move_call(cast.desk, cast.secretary, NAME, START + timedelta(days=2))
    agency = cast.actor("fr-cnil")
    assert show_call(cast.desk, agency, NAME).name == "2027-02-18"
    with pytest.raises(NotFound):
        show_call(cast.desk, cast.actor("harbour-bank"), NAME)


def test_a_moved_draft_tells_nobody_and_forgets_its_old_date(cast: Cast) -> None:
    planned(cast)
    assert move_call(cast.desk, cast.secretary, NAME, START + timedelta(days=2), Wish("x")).quiet
    assert (told(cast), rows(cast, columns(EarlierDateRow).start, table=EarlierDateRow)) == ([], [])
    with pytest.raises(NotFound):
        show_call(cast.desk, cast.secretary, NAME)


def test_the_steps_move_with_the_call_unless_moved_by_hand(cast: Cast) -> None:
    planned(cast)
    to = START + timedelta(days=7)
    move_call(cast.desk, cast.secretary, NAME, to)
    t = columns(StepRow)
    assert dict(rows(cast, t.kind, t.due_at, table=StepRow)) == due_times(
        to, to + timedelta(minutes=90), cast.desk.procedure
    )


def test_a_call_is_not_moved_into_the_past_or_where_it_stands(cast: Cast) -> None:
    announced(cast)
    assert refusal_of(lambda: move_call(cast.desk, cast.secretary, NAME, NOW)) == (
        "2027-01-04 09:00 UTC has gone by. Give a date and time that lie ahead."
    )
    assert refusal_of(lambda: move_call(cast.desk, cast.secretary, NAME, START)) == (
        "“Members' call” starts at 2027-02-16 13:00 UTC already. Give another date or time."
    )


def test_moving_tells_everybody_who_holds_an_invitation_the_approved_guests_too(cast: Cast) -> None:
    with_guest(cast)
    before = told(cast)
    moved = move_call(cast.desk, cast.secretary, NAME, START + timedelta(days=2))
    assert "harbour-bank" in moved.organisations
    assert sorted(set(told(cast)) - set(before)) == []
    assert told(cast).count("c-abuse-desk@harbour-bank.example") == 2


def with_guest(cast: Cast) -> None:
    """A call announced with a joint part of 30 minutes first, and Harbour Bank approved for it."""
    planned(cast)
    add_segment(cast.desk, cast.secretary, NAME, AudienceKind.JOINT, 30, "Reports")
    announce_call(cast.desk, cast.secretary, NAME)
    admit(cast.desk, cast.secretary, ["harbour-bank"], NAME, ["1"])
    circulate(cast.desk, cast.secretary, NAME, None)
    approve_list(cast.desk, cast.secretary, NAME, early=True)


# --- cancelling ---


def test_a_cancelled_draft_vanishes_without_a_word(cast: Cast) -> None:
    planned(cast)
    assert cancel_call(cast.desk, cast.secretary, NAME, "", Wish("call cancel 2027-02-16")).weighed.go
    assert (told(cast), seen_by(cast, cast.secretary)) == ([], [])


def test_a_cancelled_call_is_gone_for_everybody_and_its_steps_with_it(cast: Cast) -> None:
    announced(cast)
    cancel_call(cast.desk, cast.secretary, NAME, "the host\nis away")
    assert [seen_by(cast, who) for who in (cast.secretary, cast.actor("fr-cnil"))] == [[], []]
    t, c = columns(StepRow), columns(CallRow)
    assert {state for (state,) in rows(cast, t.state, table=StepRow)} == {"missed"}
    assert rows(cast, c.state, c.cancelled_because, table=CallRow) == [(CallState.CANCELLED, "the host is away")]


def test_a_cancelled_call_is_not_cancelled_twice(cast: Cast) -> None:
    announced(cast)
    cancel_call(cast.desk, cast.secretary, NAME)
    assert refusal_of(lambda: cancel_call(cast.desk, cast.secretary, NAME)) == (
        "“Members' call” was cancelled, so it cannot be cancelled. `/lap call add` plans another."
    )


def test_a_reason_that_is_too_long_is_refused(cast: Cast) -> None:
    announced(cast)
    assert refusal_of(lambda: cancel_call(cast.desk, cast.secretary, NAME, "x" * 501)) == (
        "That reason has 501 characters, and 500 fit. Shorten it, and send the command again."
    )


# --- at least quarterly (A.3) ---


def test_the_answer_names_the_quarters_that_stay_without_a_call(cast: Cast) -> None:
    made = add_call(cast.desk, cast.secretary, START, 90, "Members' call")
    assert made.uncovered == (Quarter(2027, 2), Quarter(2027, 3), Quarter(2027, 4))


def test_moving_or_cancelling_a_quarters_only_call_is_told(cast: Cast) -> None:
    planned(cast)
    moved = move_call(cast.desk, cast.secretary, NAME, datetime(2027, 4, 6, 13, tzinfo=UTC))
    assert moved.uncovered == (Quarter(2027, 1), Quarter(2027, 3), Quarter(2027, 4))
    gone = cancel_call(cast.desk, cast.secretary, "2027-04-06")
    assert gone.uncovered == (Quarter(2027, 1), Quarter(2027, 2), Quarter(2027, 3), Quarter(2027, 4))


def to_watch(cast: Cast) -> list[Quarter]:
    with cast.desk.store.read() as tx:
        return quarters_to_watch(Reading(cast.desk, tx, cast.secretary, cast.clock()))


@pytest.mark.parametrize(
    ("at", "watched"),
    [
        (datetime(2027, 3, 3, 23, tzinfo=UTC), []),
        (datetime(2027, 3, 4, 0, tzinfo=UTC), [Quarter(2027, 1)]),
        (datetime(2027, 3, 31, 23, tzinfo=UTC), [Quarter(2027, 1)]),
        (datetime(2027, 4, 1, 0, tzinfo=UTC), []),
    ],
)
def test_a_quarter_is_watched_in_its_last_four_weeks(cast: Cast, at: datetime, watched: list[Quarter]) -> None:
    cast.clock.at = at
    assert to_watch(cast) == watched


def test_a_draft_whose_time_went_by_was_no_call(cast: Cast) -> None:
    planned(cast)
    cast.clock.at = datetime(2027, 3, 10, tzinfo=UTC)
    assert to_watch(cast) == [Quarter(2027, 1)]


def test_an_announced_call_serves_its_quarter(cast: Cast) -> None:
    announced(cast)
    cast.clock.at = datetime(2027, 3, 10, tzinfo=UTC)
    assert to_watch(cast) == []


# --- reading ---


def test_a_guest_sees_only_its_own_part_numbered_from_one(cast: Cast) -> None:
    with_guest(cast)
    shown = show_call(cast.desk, cast.actor("harbour-bank"), NAME)
    view = shown.view
    assert [(s.number, s.title, s.audience) for s in view.segments] == [(1, "Reports", None)]
    assert (view.title, view.start, view.end) == ("Reports", START, START + timedelta(minutes=30))
    assert (shown.kind, shown.names, shown.prepared, shown.running) == (None, {}, None, False)


def test_a_call_that_is_not_there_and_one_that_is_not_theirs_are_the_same_to_a_guest(cast: Cast) -> None:
    announced(cast)
    guest = cast.actor("harbour-bank")
    assert refusal_of(lambda: show_call(cast.desk, guest, NAME)) == refusal_of(
        lambda: show_call(cast.desk, guest, "2027-02-17")
    ).replace("2027-02-17", NAME)  # type: ignore[union-attr]


def test_agencies_and_the_secretariat_see_how_far_a_call_is_prepared(cast: Cast) -> None:
    with_guest(cast)
    prepared = [show_call(cast.desk, who, NAME).prepared for who in (cast.secretary, cast.actor("fr-cnil"))]
    assert [(p.people, p.list.approved_at is not None) for p in prepared if p] == [(1, True), (1, True)]


def test_a_call_can_be_read_while_nothing_can_be_written(cast: Cast) -> None:
    announced(cast)
    with cast.desk.store.begin():
        assert show_call(cast.desk, cast.actor("fr-cnil"), NAME).name == NAME


def test_every_errand_of_this_room_has_its_notice() -> None:
    assert set(NOTICES) == {"quarter", "series"}


def test_who_has_no_call_yet_that_has_begun_is_told_so_and_of_no_word_that_they_did_not_type(cast: Cast) -> None:
    assert [say(cast, cast.secretary, typed).text for typed in ("gates", "attendees last")] == [
        "No call of yours has begun yet. `/lap calls` lists yours."
    ] * 2
