"""What becomes of an action: taken on or declined, moved, handed over, dropped, escalated; its history, and undo."""

from datetime import date, datetime

import pytest
from sqlalchemy import update

from bot.actions import ActionState, ChangeKind
from bot.procedure import read_procedure
from handlers.action_changes import accept_action, decline_action, drop_action, hand_over, mark_done, move_due
from handlers.action_reminders import remind_of_actions
from handlers.actions import confirm_action, give_action, list_actions, show_action
from handlers.attendance import record_present
from handlers.desk import the_clock
from handlers.feed import read_feed
from handlers.kept_feeds import KeptFeeds
from handlers.live import end_call
from handlers.looking import Wish
from handlers.minutes import send_minutes
from handlers.objecting import Asked
from handlers.objections import object_to_access
from handlers.undo import undo_last
from storage.tables import SegmentRow
from tests.bot.refusals import refusal_of
from tests.cast import Cast
from tests.held import leaves, running, to_closed_part
from tests.links import FEED, printed
from tests.lists import DAY, START
from tests.slack_front import say

SEATS = ["secretariat@gb-oft.example", "secretariat@us-ftc.example"]
CNIL = "Commission nationale de l'informatique et des libertés"


def given(cast: Cast, text: str) -> str:
    return give_action(cast.desk, cast.secretary, text).reference


def ended(cast: Cast) -> None:
    """The call ended and its minutes sent, so that every Agency reads what was given in its parts."""
    end_call(cast.desk, cast.secretary)
    send_minutes(cast.desk, cast.secretary, DAY)


def read_by(cast: Cast, short_name: str, which: str = "") -> list[str]:
    return [a.reference for a in list_actions(cast.desk, cast.actor(short_name), which).actions]


def mails(cast: Cast, *kinds: str, seconds: int = 60) -> dict[str, str]:
    """What left by mail of those kinds after *seconds*, by address."""
    cast.clock.advance(seconds=seconds)
    return {s.email: s.text for s in leaves(cast, *kinds) if s.door == "mail"}


def history(cast: Cast, short_name: str, reference: str) -> list[tuple[str, str | None, str]]:
    """Each change as that organisation reads it: what, by whom, and why."""
    return [(c.kind.value, c.by, c.why) for c in show_action(cast.desk, cast.actor(short_name), reference).changes]


# --- who was absent accepts or declines ---


def test_an_owner_that_was_there_has_taken_it_on_and_one_that_was_not_is_asked(cast: Cast) -> None:
    running(cast)
    record_present(cast.desk, cast.secretary, "fr-cnil")
    views = [give_action(cast.desk, cast.secretary, f"{who} by +7d One") for who in ("fr-cnil", "gb-ico")]
    assert [v.state for v in views] == [ActionState.OPEN, ActionState.PROPOSED]
    told = mails(cast, "action_given")
    asked = [f"`/lap accept {v.reference}`" in text for v, text in zip(views, told.values(), strict=True)]
    assert (list(told), asked) == (
        ["spam-enforcement@fr-cnil.example", "spam-enforcement@gb-ico.example"],
        [False, True],
    )
    assert accept_action(cast.desk, cast.actor("gb-ico"), views[1].reference).state is ActionState.OPEN


def test_under_the_chatham_house_rule_nothing_tells_who_was_there(cast: Cast) -> None:
    running(cast)
    with cast.desk.store.begin() as tx:
        tx.execute(update(SegmentRow).values(chatham=True))
    record_present(cast.desk, cast.secretary, "fr-cnil")
    views = [give_action(cast.desk, cast.secretary, f"{who} by +7d One") for who in ("fr-cnil", "gb-ico")]
    assert {v.state for v in views} == {ActionState.PROPOSED}


def test_a_declined_action_goes_back_to_the_secretariat_with_its_words_and_on_to_somebody_else(cast: Cast) -> None:
    running(cast)
    reference = given(cast, "fr-cnil by +7d Send the numbers")
    leaves(cast)
    decline_action(cast.desk, cast.actor("fr-cnil"), reference, "no staff before May")
    told = mails(cast, "action_changed")
    assert sorted(told) == SEATS
    assert (
        f"`{reference}` TLP:AMBER Send the numbers ({CNIL}): declined, because: no staff before May.\n"
        f"`/lap give {reference} to WHO` gives it to somebody else"
    ) in told[SEATS[0]]
    assert [read_by(cast, "fr-cnil", which) for which in ("", "declined", "mine")] == [[], [reference], [reference]]
    given_on = hand_over(cast.desk, cast.secretary, reference, "gb-ico")
    assert (given_on.owner, given_on.state) == ("Information Commissioner's Office", ActionState.PROPOSED)
    assert (read_by(cast, "gb-ico"), read_by(cast, "fr-cnil")) == ([reference], [])


def test_only_the_secretariat_drops_an_action_and_its_owner_is_told_why_where_it_heard_the_part(cast: Cast) -> None:
    running(cast)
    record_present(cast.desk, cast.secretary, "harbour-bank fr-cnil")
    heard = given(cast, "harbour-bank by +7d Send the numbers")
    to_closed_part(cast)
    unheard = given(cast, "harbour-bank by +7d Keep the logs")
    confirm_action(cast.desk, cast.secretary, unheard)
    assert refusal_of(lambda: drop_action(cast.desk, cast.actor("harbour-bank"), heard, "why not")) == (
        "Only the secretariat can drop an action. Ask it to, at calls@lap.example."
    )
    assert refusal_of(lambda: drop_action(cast.desk, cast.secretary, heard, " ")) == (
        f"Why is `{heard}` dropped? Say so after `because`, as in `/lap drop {heard} because It was overtaken.`"
    )
    leaves(cast)
    drop_action(cast.desk, cast.secretary, heard, "The numbers came")
    drop_action(cast.desk, cast.secretary, unheard, "The raid was yesterday")
    told = mails(cast, "action_changed")["abuse-desk@harbour-bank.example"]
    assert f"`{heard}` TLP:AMBER Send the numbers (Harbour Bank): dropped, because: The numbers came." in told
    assert f"`{unheard}` TLP:AMBER Keep the logs (Harbour Bank): dropped." in told
    assert history(cast, "harbour-bank", unheard) == [("given", "", ""), ("dropped", "", "")]
    assert refusal_of(lambda: mark_done(cast.desk, cast.secretary, heard)) == (
        f"`{heard}` is dropped already. `/lap actions` lists what is open."
    )


# --- handed over ---


def test_a_new_owner_that_does_not_hear_the_part_reads_nothing_before_the_words_are_confirmed(cast: Cast) -> None:
    running(cast)
    to_closed_part(cast)
    reference = given(cast, "fr-cnil by +7d Keep the logs of the raid")
    ended(cast)
    leaves(cast)
    by_owner = hand_over(cast.desk, cast.actor("fr-cnil"), reference, "Harbour Bank")
    assert (by_owner.waits, read_by(cast, "harbour-bank"), mails(cast, "action_given")) == (False, [], {})
    assert refusal_of(lambda: show_action(cast.desk, cast.actor("harbour-bank"), reference)) == (
        f"I know no action `{reference}` for you. `/lap actions` lists what you may read, with the references."
    )
    assert [a.waits for a in list_actions(cast.desk, cast.secretary).actions] == [True]
    confirm_action(cast.desk, cast.secretary, reference)
    assert list(mails(cast, "action_given")) == ["abuse-desk@harbour-bank.example"]
    assert history(cast, "harbour-bank", reference) == [("given", "", "")]


def test_the_secretariat_is_told_that_the_words_for_a_new_owner_wait(cast: Cast) -> None:
    running(cast)
    to_closed_part(cast)
    reference = given(cast, "fr-cnil by +7d Keep the logs")
    leaves(cast)
    hand_over(cast.desk, cast.actor("fr-cnil"), reference, "harbour-bank")
    cast.clock.advance(seconds=60)
    told = {s.email: s.notice for s in leaves(cast, "action_changed")}
    assert sorted(told) == SEATS
    assert {b.action for n in told.values() for b in n.buttons} == {"action.confirm"}


def test_who_hands_over_reads_the_same_whether_or_not_an_objection_keeps_the_new_owner_out(cast: Cast) -> None:
    """That there was an objection only the objecting Agency and the secretariat know (B.3)."""
    running(cast)
    first, second = given(cast, "fr-cnil by +7d One"), given(cast, "fr-cnil by +7d One")
    before = hand_over(cast.desk, cast.actor("fr-cnil"), first, "harbour-bank")
    object_to_access(cast.desk, cast.actor("nz-dia"), Asked("harbour-bank"))
    after = hand_over(cast.desk, cast.actor("fr-cnil"), second, "harbour-bank")
    assert (before.waits, before.state, before.owner) == (after.waits, after.state, after.owner)
    assert read_by(cast, "harbour-bank") == []


def test_an_old_owner_that_is_no_agency_reads_it_no_more_and_is_told_no_more_than_that(cast: Cast) -> None:
    running(cast)
    reference = given(cast, "harbour-bank by +7d Send the numbers")
    leaves(cast, "action_given")
    cast.clock.advance(seconds=60)
    leaves(cast, "action_given")
    hand_over(cast.desk, cast.secretary, reference, "fr-cnil")
    told = mails(cast, "action_given", "action_changed")
    assert sorted(told) == ["abuse-desk@harbour-bank.example", "spam-enforcement@fr-cnil.example"]
    assert told["abuse-desk@harbour-bank.example"].startswith(
        f"Action {reference}: no longer yours\n`{reference}` is no longer yours to do.\n"
    )
    assert (read_by(cast, "harbour-bank"), read_by(cast, "fr-cnil")) == ([], [reference])


def test_a_guest_names_nobody_but_its_own_people(cast: Cast) -> None:
    running(cast)
    reference = given(cast, "harbour-bank by +7d Send the numbers")
    refused = [
        refusal_of(lambda w=w: hand_over(cast.desk, cast.actor("harbour-bank"), reference, w))
        for w in ("fr-cnil", "no-such")
    ]
    assert refused == [
        f"I know nobody of your organisation called “{w}”, and within it you hand an action over. "
        f"`/lap decline {reference}` leaves it to the secretariat, which can give it to others."
        for w in ("fr-cnil", "no-such")
    ]
    own = hand_over(cast.desk, cast.actor("harbour-bank"), reference, "abuse-desk@harbour-bank.example")
    assert own.owner == "Harbour Bank (Spam enforcement contact)"


# --- history and undo ---


def test_the_history_names_who_changed_it_for_agencies_of_its_part_and_hides_confirmed_words(cast: Cast) -> None:
    running(cast)
    to_closed_part(cast)
    reference = given(cast, "harbour-bank by +7d Keep the logs")
    confirm_action(cast.desk, cast.secretary, reference)
    accept_action(cast.desk, cast.actor("harbour-bank"), reference)
    move_due(cast.desk, cast.actor("harbour-bank"), reference, "+21d")
    hand_over(cast.desk, cast.secretary, reference, "fr-cnil")
    ended(cast)
    kinds = ["given", "accepted", "moved", "handed over"]
    assert history(cast, "gb-ico", reference) == list(
        zip(kinds, ["", "harbour-bank", "harbour-bank", ""], [""] * 4, strict=True)
    )
    seen = show_action(cast.desk, cast.secretary, reference)
    assert [c.kind for c in seen.changes] == [
        ChangeKind.GIVEN, ChangeKind.CONFIRMED, ChangeKind.ACCEPTED, ChangeKind.MOVED, ChangeKind.HANDED_OVER,
    ]  # fmt: skip
    assert [c.due for c in seen.changes][2:4] == [date(2027, 2, 23), date(2027, 3, 9)]


CHANGES = {
    "accept": lambda cast, r: accept_action(cast.desk, cast.secretary, r),
    "decline": lambda cast, r: decline_action(cast.desk, cast.secretary, r),
    "done": lambda cast, r: mark_done(cast.desk, cast.secretary, r),
    "due": lambda cast, r: move_due(cast.desk, cast.secretary, r, "+21d"),
    "give": lambda cast, r: hand_over(cast.desk, cast.secretary, r, "gb-ico"),
    "drop": lambda cast, r: drop_action(cast.desk, cast.secretary, r, "overtaken"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_taken_back_whole_before_anybody_is_told(cast: Cast, name: str) -> None:
    running(cast)
    reference = given(cast, "fr-cnil by +7d Send the numbers")
    cast.clock.advance(seconds=60)
    leaves(cast, "action_given")
    before = show_action(cast.desk, cast.secretary, reference)
    CHANGES[name](cast, reference)
    said = undo_last(cast.desk, cast.secretary, Wish("undo", go=True)).said
    assert said == (
        f"The action `{reference}` is proposed again, due Tue 23 Feb 2027: TLP:AMBER Send the numbers ({CNIL})."
    )
    assert show_action(cast.desk, cast.secretary, reference) == before
    assert mails(cast, "action_changed", "action_given") == {}


def test_what_people_were_told_is_not_taken_back(cast: Cast) -> None:
    running(cast)
    reference = given(cast, "fr-cnil by +7d Send the numbers")
    hand_over(cast.desk, cast.secretary, reference, "gb-ico")
    assert list(mails(cast, "action_given")) == ["spam-enforcement@gb-ico.example"]
    assert refusal_of(lambda: undo_last(cast.desk, cast.secretary, Wish("undo", go=True))) == (
        f"People were told already that `{reference}` is handed over, so that stays. `/lap give {reference} to WHO` "
        "hands it on."
    )


# --- overdue ---


def told_on(cast: Cast, month: int, day: int) -> list[str]:
    """Who is told by mail that something is overdue on that day at the hour of the digest."""
    cast.clock.at = datetime(2027, month, day, 7, 0, tzinfo=START.tzinfo)
    remind_of_actions(cast.desk, the_clock())
    sent = leaves(cast, "action_overdue", "action_reminder")
    return sorted(s.email for s in sent if s.door == "mail" and "verdue" in s.text.partition("\n")[0])


def accepted(cast: Cast, text: str = "fr-cnil by 2027-03-01 Send the numbers") -> str:
    running(cast)
    record_present(cast.desk, cast.secretary, "fr-cnil")
    return given(cast, text)


def test_an_overdue_action_goes_to_the_point_of_contact_and_then_to_the_secretariat_once_each(cast: Cast) -> None:
    accepted(cast)
    days = [(3, 2), (3, 7), (3, 8), (3, 9), (3, 14), (3, 15), (3, 16), (4, 30)]
    assert [told_on(cast, *day) for day in days] == [
        [], [], ["spam-enforcement@fr-cnil.example"], [], [], SEATS, [], []
    ]  # fmt: skip


def test_after_a_downtime_the_secretariat_is_told_as_many_days_later_as_ever(cast: Cast) -> None:
    accepted(cast)
    given(cast, "fr-cnil by 2027-03-02 Send the names")
    cast.clock.advance(minutes=2)
    leaves(cast, "action_given")
    days = [(4, 20), (4, 21), (4, 26), (4, 27), (4, 28)]
    assert [told_on(cast, *day) for day in days] == [["spam-enforcement@fr-cnil.example"], [], [], SEATS, []]


def test_nobody_but_its_owner_hears_of_what_was_never_accepted_and_another_date_begins_anew(cast: Cast) -> None:
    running(cast)
    proposed = given(cast, "gb-ico by 2027-03-01 Send the numbers")
    assert [told_on(cast, *day) for day in [(3, 8), (3, 15)]] == [[], []]
    move_due(cast.desk, cast.actor("gb-ico"), proposed, "2027-03-20")
    assert [told_on(cast, *day) for day in [(3, 26), (3, 27), (4, 3)]] == [
        [], ["spam-enforcement@gb-ico.example"], SEATS
    ]  # fmt: skip


def test_what_an_owner_that_leaves_had_open_is_left_over_for_the_secretariat_which_is_told_first(cast: Cast) -> None:
    taken_on = accepted(cast)
    proposed = given(cast, "fr-cnil by 2027-04-01 Send the names")
    done = given(cast, "fr-cnil by 2027-04-01 Send the dates")
    mark_done(cast.desk, cast.secretary, done)
    ended(cast)
    cast.clock.advance(minutes=2)
    leaves(cast)
    assert (
        "`/lap actions declined` lists what is left over."
        in say(cast, cast.secretary, "participant leave fr-cnil").text
    )
    assert "• 2 actions are left over, declined or of an owner that left" in say(cast, cast.secretary, "").text
    listed = say(cast, cast.secretary, "actions declined").text.splitlines()
    assert [line.endswith(" (its owner no longer takes part)") for line in listed] == [True, True, False]
    assert [told_on(cast, *day) for day in [(3, 7), (3, 8), (3, 15), (3, 30)]] == [[], SEATS, [], []]
    dropped = drop_action(cast.desk, cast.secretary, taken_on, "the office was closed")
    assert (dropped.owner, dropped.gone, dropped.waits) == (CNIL, False, False)
    hand_over(cast.desk, cast.secretary, proposed, "gb-ico")
    assert read_by(cast, "us-ftc", "declined") == []


def test_whose_owner_left_is_listed_as_such_for_the_secretariat_alone(cast: Cast) -> None:
    """Under the Chatham House Rule nobody else knows whose an action is, and who left is plain to see."""
    reference = accepted(cast)
    ended(cast)
    with cast.desk.store.begin() as tx:
        tx.execute(update(SegmentRow).values(chatham=True))
    say(cast, cast.secretary, "participant leave fr-cnil")
    assert [read_by(cast, who, "declined") for who in ("us-ftc", "gb-ico")] == [[], []]
    seen = [list_actions(cast.desk, who, which).actions for who, which in (
        (cast.secretary, "declined"), (cast.secretary, ""), (cast.actor("gb-ico"), ""))]  # fmt: skip
    assert [[(a.reference, a.gone) for a in views] for views in seen] == [
        [(reference, True)],
        [(reference, True)],
        [(reference, False)],
    ]


def test_of_two_changes_each_names_the_owner_of_its_time_in_their_order(cast: Cast) -> None:
    running(cast)
    reference = given(cast, "fr-cnil by +7d Send the numbers")
    ended(cast)
    cast.clock.advance(minutes=2)
    leaves(cast)
    hand_over(cast.desk, cast.actor("fr-cnil"), reference, "gb-ico")
    decline_action(cast.desk, cast.actor("gb-ico"), reference)
    hand_over(cast.desk, cast.secretary, reference, "fr-cnil")
    told = mails(cast, "action_changed")[SEATS[0]]
    ico = "Information Commissioner's Office"
    handed, declined = (
        f"`{reference}` TLP:AMBER Send the numbers{how}" for how in (f": handed over to {ico}.", f" ({ico}): declined.")
    )
    assert 0 < told.find(handed) < told.find(declined)


def test_the_days_stand_in_the_procedure_file_and_follow_one_another() -> None:
    assert refusal_of(lambda: read_procedure("[reminders]\naction_secretariat_days_after = 7\n")) == (
        "The procedure file is not in force.\n"
        "Line 2, [reminders] action_secretariat_days_after: 7 is not after action_point_days_after, 7; write 8 or "
        "more.\n"
        "`lap procedure` prints a correct one."
    )


# --- the calendar ---


def test_a_feed_holds_what_is_to_do_what_is_done_and_what_is_off_and_nothing_that_is_anothers(cast: Cast) -> None:
    running(cast)
    names = ("open", "done", "dropped", "declined", "moved on")
    found = {n: given(cast, f"harbour-bank by +7d {n}") for n in names}
    bank, desk = cast.actor("harbour-bank"), cast.desk
    mark_done(desk, bank, found["done"])
    decline_action(desk, bank, found["declined"])
    drop_action(desk, cast.secretary, found["dropped"], "overtaken")
    hand_over(desk, cast.secretary, found["moved on"], "fr-cnil")
    feed = read_feed(desk, printed(cast, bank, FEED), KeptFeeds())
    assert feed is not None
    tasks = [part.decode() for part in feed.body.split(b"BEGIN:VTODO")[1:]]
    states = {n: t.partition("STATUS:")[2].split("\r\n")[0] for n, r in found.items() for t in tasks if r in t}
    assert states == {"open": "NEEDS-ACTION", "done": "COMPLETED", "dropped": "CANCELLED", "declined": "CANCELLED"}
