"""Call series on a real database: a year drafted at once, kept filled by the heartbeat, ended with its later calls."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.calls import CallState
from bot.errors import NotEntitled
from bot.notices import Notice
from bot.participants import Participant
from bot.series import Cadence, Quarter
from handlers.announcing import announce_call, cancel_call, move_call
from handlers.calls import add_call
from handlers.desk import Actor
from handlers.looking import Wish
from handlers.planning_undone import UNDO
from handlers.quarters import compose as compose_quarter
from handlers.series import add_series, end_series, fill_all_series, list_series
from handlers.series import compose as compose_shift
from handlers.work import Reading
from storage import directory
from storage.outbox import Errand
from storage.tables import CallRow, Door, OutboxRow, columns
from tests.bot.refusals import refusal_of
from tests.cast import NOW, Cast
from tests.delivered import deliver_quietly

PARIS, NEW_YORK = ZoneInfo("Europe/Paris"), ZoneInfo("America/New_York")
FIRST = datetime(2027, 2, 16, 13, 0, tzinfo=UTC)
TITLE = "Members' call"


def added(cast: Cast, first: datetime = FIRST, zone: ZoneInfo = PARIS, title: str = TITLE) -> list[str]:
    return [d.name for d in add_series(cast.desk, cast.secretary, Cadence.BIMONTHLY, title, first, zone, 90).days]


def of_state(cast: Cast, state: CallState) -> list[datetime]:
    t = columns(CallRow)
    with cast.desk.store.read() as tx:
        return list(tx.execute(select(t.start).where(t.state == state).order_by(t.start)).scalars())


def errands(cast: Cast) -> list[tuple[str, str]]:
    t = columns(OutboxRow)
    with cast.desk.store.read() as tx:
        return [tuple(row) for row in tx.execute(select(t.kind, t.contact_id).order_by(t.kind, t.contact_id))]


def test_a_year_is_drafted_at_once_and_nobody_is_told(cast: Cast) -> None:
    assert added(cast) == ["2027-02-16", "2027-04-20", "2027-06-15", "2027-08-17", "2027-10-19", "2027-12-21"]
    assert [start.hour for start in of_state(cast, CallState.DRAFT)] == [13, 12, 12, 12, 12, 13]
    assert errands(cast) == []


def test_the_answer_says_what_the_year_asks_of_whom(cast: Cast) -> None:
    year = add_series(cast.desk, cast.secretary, Cadence.QUARTERLY, TITLE, FIRST, PARIS, 90)
    first = year.days[0]
    assert (f"{first.earliest:%a %H:%M}", f"{first.latest:%a %H:%M}") == ("Tue 07:00", "Wed 02:00")
    nights = {night.hours.zone: night.members for night in year.nights}
    assert nights["Pacific/Auckland"] == ("nz-dia",)
    assert "Europe/Paris" not in nights
    assert year.uncovered == ()


def test_a_date_that_a_clock_change_skips_moves_to_the_first_time_there_is(cast: Cast) -> None:
    # New York's clocks go forward on the second Sunday of March 2028.
    first = datetime(2027, 11, 14, 2, 30, tzinfo=NEW_YORK).astimezone(UTC)
    year = add_series(cast.desk, cast.secretary, Cadence.BIMONTHLY, TITLE, first, NEW_YORK, 60)
    shifted = [(d.name, f"{d.start.astimezone(NEW_YORK):%H:%M}") for d in year.days if d.shifted]
    assert shifted == [("2028-03-12", "03:00")]


def test_a_series_needs_a_title_of_its_own_and_dates_ahead(cast: Cast) -> None:
    added(cast)
    assert refusal_of(lambda: added(cast, FIRST + timedelta(days=1), title="members' CALL")) == (
        "There is a series “members' CALL” already. Give this one another title, or end that one: "
        "`/lap series end members' CALL`."
    )
    assert refusal_of(lambda: added(cast, NOW - timedelta(days=1), title="Other")) == (
        "2027-01-03 09:00 UTC has gone by. Give a date and time that lie ahead."
    )


def test_one_taken_hour_refuses_the_whole_series(cast: Cast) -> None:
    added(cast)
    assert refusal_of(lambda: added(cast, title="Other")) == (
        "Tue 16 Feb 2027, 08:00 America/New_York (13:00 UTC) is taken: “Members' call” starts in that hour (UTC). "
        "Choose another hour, so that both can be named."
    )
    assert len(of_state(cast, CallState.DRAFT)) == 6


def test_series_are_the_secretariats(cast: Cast) -> None:
    agency = cast.actor("fr-cnil")
    for act in (lambda: list_series(cast.desk, agency), lambda: end_series(cast.desk, agency, TITLE)):
        with pytest.raises(NotEntitled):
            act()


def test_the_list_names_what_lies_ahead(cast: Cast) -> None:
    added(cast)
    announce_call(cast.desk, cast.secretary, "2027-02-16")
    cancel_call(cast.desk, cast.secretary, "2027-04-20")
    (running,) = list_series(cast.desk, cast.secretary)
    assert [(name, state) for name, _, state in running.ahead][:2] == [
        ("2027-02-16", CallState.ANNOUNCED),
        ("2027-06-15", CallState.DRAFT),
    ]


# --- kept filled ---


def test_filling_twice_drafts_once(cast: Cast) -> None:
    added(cast)
    assert fill_all_series(cast.desk, cast.secretary) == ()
    cast.clock.at = datetime(2027, 4, 25, 9, tzinfo=UTC)
    drafted = [c.start.date() for c in fill_all_series(cast.desk, cast.secretary)]
    assert drafted == [date(2028, 2, 15), date(2028, 4, 18)]
    assert fill_all_series(cast.desk, cast.secretary) == ()


def test_what_was_moved_or_cancelled_is_not_drafted_again(cast: Cast) -> None:
    added(cast)
    move_call(cast.desk, cast.secretary, "2027-12-21", datetime(2027, 12, 14, 13, tzinfo=UTC))
    cancel_call(cast.desk, cast.secretary, "2027-10-19")
    cast.clock.at = datetime(2027, 2, 20, tzinfo=UTC)
    assert [c.start.date() for c in fill_all_series(cast.desk, cast.secretary)] == [date(2028, 2, 15)]


def notice_for(cast: Cast, actor: Actor, compose: object, errand: Errand) -> Notice | None:
    with cast.desk.store.read() as tx:
        work = Reading(cast.desk, tx, actor, cast.clock())
        found = directory.contact_by_id(tx, errand.contact_id)
        assert found is not None
        contact, participant = found
        assert isinstance(participant, Participant)
        return compose(work, [errand], contact, participant)  # type: ignore[operator, no-any-return]


def errand(cast: Cast, kind: str, subject: str, call_id: str | None = None) -> Errand:
    contact = cast.secretary.contact.id
    return Errand("e1", kind, Door.MAIL, contact, call_id, subject, 0, False, cast.clock(), cast.clock())


def test_the_secretariat_is_told_of_a_call_that_was_filled_in_at_another_hour(cast: Cast) -> None:
    first = datetime(2027, 1, 10, 2, 30, tzinfo=NEW_YORK).astimezone(UTC)  # a second Sunday, as clock changes are
    added(cast, first, NEW_YORK)
    assert errands(cast) == []
    cast.clock.at = datetime(2027, 3, 15, tzinfo=UTC)
    assert [c.start.date() for c in fill_all_series(cast.desk, cast.secretary)] == [date(2028, 1, 9), date(2028, 3, 12)]
    assert errands(cast) == [("series", "c-secretariat@gb-oft.example"), ("series", "c-secretariat@us-ftc.example")]


def test_the_notice_of_another_hour_says_which_and_what_to_do(cast: Cast) -> None:
    first = datetime(2027, 11, 14, 2, 30, tzinfo=NEW_YORK).astimezone(UTC)
    added(cast, first, NEW_YORK)
    t = columns(CallRow)
    with cast.desk.store.read() as tx:
        (call_id,) = tx.execute(select(t.id).where(t.start == datetime(2028, 3, 12, 7, tzinfo=UTC))).scalars()
    told = errand(cast, "series", "2028-03-12T07:00:00+00:00", call_id)
    notice = notice_for(cast, cast.secretary, compose_shift, told)
    assert notice == Notice(
        "A call of “Members' call” was drafted at another hour",
        (
            "Clocks skip 02:30 in America/New_York on 2028-03-12, so that call of “Members' call” starts at the first "
            "time that exists: Sun 12 Mar 2028, 03:00 America/New_York (07:00 UTC). Nobody has been told of it yet. "
            "To choose another time: `/lap call move 2028-03-12 to 2028-03-12 HH:MM America/New_York`.",
        ),
    )
    move_call(cast.desk, cast.secretary, "2028-03-12", datetime(2028, 3, 13, 7, tzinfo=UTC))
    assert notice_for(cast, cast.secretary, compose_shift, told) is None
    cancel_call(cast.desk, cast.secretary, "2028-03-13")
    gone = errand(cast, "series", "2028-03-13T07:00:00+00:00", call_id)
    assert notice_for(cast, cast.secretary, compose_shift, gone) is None


def test_a_call_is_not_filled_in_where_another_starts_in_that_hour(cast: Cast) -> None:
    """A date and an hour name one call: neither could be announced, moved or cancelled any more."""
    added(cast)
    add_call(cast.desk, cast.secretary, datetime(2028, 2, 15, 13, 15, tzinfo=UTC), 60, "Extra")
    cast.clock.at = datetime(2027, 2, 20, tzinfo=UTC)
    [made] = fill_all_series(cast.desk, cast.secretary)
    assert (made.start, len(errands(cast))) == (datetime(2028, 2, 15, 14, tzinfo=UTC), 2)
    notice = notice_for(cast, cast.secretary, compose_shift, errand(cast, "series", made.start.isoformat(), made.id))
    assert notice is not None
    assert notice.paragraphs == (
        "Another call starts in the hour of 14:00 in Europe/Paris on 2028-02-15, so that call of “Members' call” was "
        "drafted for the next free one: Tue 15 Feb 2028, 09:00 America/New_York (14:00 UTC). Nobody has been told of "
        "it yet. To choose another time: `/lap call move 2028-02-15T14 to 2028-02-15 HH:MM Europe/Paris`; where the "
        "other one is meant in its place, `/lap call cancel 2028-02-15T14`.",
    )
    assert announce_call(cast.desk, cast.secretary, "2028-02-15T14").view.start == made.start


def test_the_notice_of_a_quarter_is_sent_only_while_it_stays_without_a_call(cast: Cast) -> None:
    about = errand(cast, "quarter", str(Quarter(2027, 1)))
    notice = notice_for(cast, cast.secretary, compose_quarter, about)
    assert notice == Notice(
        "No call in Q1 2027",
        (
            "No call is planned from Fri 1 Jan 2027 to Wed 31 Mar 2027 (Q1 2027). The Plan asks for calls at least "
            "quarterly (A.3). Plan one with `/lap call add`, or a year of them with `/lap series add`; "
            "or answer this mail.",
        ),
    )
    added(cast)
    assert notice_for(cast, cast.secretary, compose_quarter, about) is None


# --- ended ---


def test_ending_a_series_of_drafts_needs_no_look_and_tells_nobody(cast: Cast) -> None:
    added(cast)
    ending = end_series(cast.desk, cast.secretary, "“members' call”", Wish("series end"))
    assert (ending.weighed.go, len(ending.drafts), errands(cast)) == (True, 6, [])
    assert (of_state(cast, CallState.DRAFT), list_series(cast.desk, cast.secretary)) == ([], ())
    assert ending.uncovered == (Quarter(2027, 1), Quarter(2027, 2), Quarter(2027, 3), Quarter(2027, 4))


def test_ending_a_series_withdraws_the_invitations_of_its_later_calls_after_a_look(cast: Cast) -> None:
    added(cast)
    announce_call(cast.desk, cast.secretary, "2027-02-16")
    deliver_quietly(cast)
    before = len(errands(cast))
    look = end_series(cast.desk, cast.secretary, TITLE, Wish("series end"))
    assert (look.weighed.go, look.people, len(look.announced), len(errands(cast))) == (False, 35, 1, before)
    done = end_series(cast.desk, cast.secretary, TITLE, Wish("series end", True, look.weighed.reference))
    assert done.weighed.go
    assert len([kind for kind, _ in errands(cast) if kind == "invitation"]) >= 2 * 35


def test_a_call_whose_time_has_come_outlives_its_series(cast: Cast) -> None:
    added(cast)
    announce_call(cast.desk, cast.secretary, "2027-02-16")
    cast.clock.at = FIRST + timedelta(minutes=5)
    end_series(cast.desk, cast.secretary, TITLE)
    assert of_state(cast, CallState.ANNOUNCED) == [FIRST]


def test_an_unknown_series_is_answered_with_those_that_run(cast: Cast) -> None:
    assert refusal_of(lambda: end_series(cast.desk, cast.secretary, "X")) == (
        "No series is running. `/lap series add` plans a year of calls at once."
    )
    added(cast)
    assert refusal_of(lambda: end_series(cast.desk, cast.secretary, "X")) == (
        "There is no running series “X”. The running ones: “Members' call”. Name one by its title."
    )


def test_every_act_of_planning_that_is_journalled_says_what_undo_does_to_it() -> None:
    acts = {"call.add", "call.announce", "call.move", "call.cancel", "series.add", "series.end"}
    assert acts | {"segment.add", "segment.change", "segment.consent"} == set(UNDO)
