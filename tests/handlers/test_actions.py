"""Action items on a real database: who is given one, who reads it, who changes it, and when its owner is reminded."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import insert, select

from bot.actions import ActionState
from bot.notices import Button
from bot.topics import AudienceKind
from handlers.action_changes import accept_action, hand_over, mark_done, move_due
from handlers.action_reminders import remind_of_actions
from handlers.actions import confirm_action, give_action, list_actions, show_action
from handlers.attendance import record_present
from handlers.desk import the_clock
from handlers.live import end_call, next_item
from handlers.looking import Wish
from handlers.minutes import send_minutes
from handlers.objecting import Asked
from handlers.objections import object_to_access
from handlers.ticking import beat
from handlers.undo import undo_last
from storage import agenda
from storage.call_parts import items_of
from storage.tables import ActionItemRow, columns
from tests.bot.refusals import refusal_of
from tests.cast import Cast
from tests.held import leaves, running, to_closed_part
from tests.lists import DAY, START, with_call

MINUTE = 60


def given(cast: Cast, text: str) -> str:
    return give_action(cast.desk, cast.secretary, text).reference


def read_by(cast: Cast, short_name: str, which: str = "") -> list[str]:
    return [a.reference for a in list_actions(cast.desk, cast.actor(short_name), which).actions]


def mails(cast: Cast, kind: str, seconds: int = MINUTE) -> dict[str, str]:
    """What left by mail of that kind after *seconds*, by address."""
    cast.clock.advance(seconds=seconds)
    return {s.email: s.text for s in leaves(cast, kind) if s.door == "mail"}


def take_back(cast: Cast) -> str:
    """What `undo` says of the last thing that the secretary entered."""
    return undo_last(cast.desk, cast.secretary, Wish("undo", go=True)).said


def test_who_hears_the_part_is_told_of_its_action_after_a_minute_in_task_owner_and_date(cast: Cast) -> None:
    running(cast)
    record_present(cast.desk, cast.secretary, "harbour-bank")
    reference = given(cast, "harbour-bank by +14d Send the numbers")
    assert mails(cast, "action_given", 0) == {}
    assert mails(cast, "action_given") == {
        "abuse-desk@harbour-bank.example": (
            "An action for you, due Tue 2 Mar 2027\n"
            "In the London Action Plan this is recorded for you to do.\n"
            f"`{reference}` TLP:AMBER Send the numbers. Owner: Harbour Bank. Due: Tue 2 Mar 2027.\n"
            f"When it is done, say so with `/lap done {reference}`; another date is `/lap due {reference} DATE`.\n"
            "Or answer this mail in words: the secretariat reads it.\nQuestions: calls@lap.example."
        )
    }


def test_several_actions_of_one_person_leave_in_one_message_with_a_button_each(cast: Cast) -> None:
    running(cast)
    record_present(cast.desk, cast.secretary, "fr-cnil")
    first, second = given(cast, "fr-cnil by +7d One"), given(cast, "fr-cnil by +8d Two")
    cast.clock.advance(seconds=MINUTE)
    told = [s for s in leaves(cast, "action_given") if s.door == "slack"]
    assert [s.notice.buttons for s in told] == [
        (Button("Done: TLP:AMBER One", "done", first), Button("Done: TLP:AMBER Two", "done", second))
    ]


def test_an_owner_who_does_not_hear_the_part_is_told_only_the_confirmed_words(cast: Cast) -> None:
    running(cast)
    to_closed_part(cast)
    it = give_action(cast.desk, cast.secretary, "Harbour Bank by +7d Preserve the logs")
    assert (it.waits, read_by(cast, "harbour-bank"), mails(cast, "action_given")) == (True, [], {})
    confirm_action(cast.desk, cast.secretary, it.reference)
    told = mails(cast, "action_given")
    assert list(told) == ["abuse-desk@harbour-bank.example"]
    assert "Agencies" not in told["abuse-desk@harbour-bank.example"]
    assert read_by(cast, "harbour-bank") == [it.reference]


def test_of_a_part_that_it_does_not_hear_an_owner_is_not_told_the_call(cast: Cast) -> None:
    running(cast)
    heard = given(cast, "harbour-bank by +7d Send the numbers")
    to_closed_part(cast)
    unheard = given(cast, "harbour-bank by +7d Preserve the logs")
    confirm_action(cast.desk, cast.secretary, unheard)
    guest = cast.actor("harbour-bank")
    listed = {a.reference: a.name for a in list_actions(cast.desk, guest).actions}
    assert listed == {heard: DAY, unheard: ""}
    assert [a.reference for a in list_actions(cast.desk, guest, asked=DAY).actions] == [heard]


def test_the_words_of_an_action_that_needs_none_are_not_confirmed(cast: Cast) -> None:
    running(cast)
    reference = given(cast, "fr-cnil by +7d Send the numbers")
    assert refusal_of(lambda: confirm_action(cast.desk, cast.secretary, reference)) == (
        f"`{reference}` needs no confirmation: Commission nationale de l'informatique et des libertés hears the part "
        "that it comes from, and is told."
    )


def test_an_objection_before_the_mail_left_keeps_it_from_leaving(cast: Cast) -> None:
    running(cast)
    given(cast, "harbour-bank by +7d Send the numbers")
    object_to_access(cast.desk, cast.actor("fr-cnil"), Asked("harbour-bank"))
    assert mails(cast, "action_given") == {}


def test_the_owner_is_the_longest_name_and_the_date_stands_anywhere(cast: Cast) -> None:
    running(cast)
    texts = [
        "Harbour Bank by +14d Send the numbers",
        "Harbour Bank Send the numbers by +14d",
        "by +14d Harbour Bank Send the numbers",
        '"Harbour Bank" by +14d "Send the numbers"',
        "abuse-desk@harbour-bank.example by +14d Send the numbers",
    ]
    views = [give_action(cast.desk, cast.secretary, text) for text in texts]
    assert {(v.task, v.due) for v in views} == {("Send the numbers", date(2027, 3, 2))}
    assert [v.owner for v in views] == [
        *["Harbour Bank"] * 4,
        "Harbour Bank (Spam enforcement contact)",
    ]


def test_next_is_the_day_of_the_next_announced_call(cast: Cast) -> None:
    running(cast)
    assert refusal_of(lambda: given(cast, "fr-cnil by next Report back")) == (
        "No later call is announced yet, so nothing can be due on its day. Give a date: `action WHO by +14d TEXT`, or "
        "`- +14d` at the end of an `ACTION:` line."
    )
    with_call(cast, START + timedelta(days=63))
    assert give_action(cast.desk, cast.secretary, "fr-cnil by next Report back").due == date(2027, 4, 20)


def test_what_cannot_be_given_is_refused_in_words(cast: Cast) -> None:
    running(cast)
    refused = [
        refusal_of(lambda text=text: given(cast, text))
        for text in ("Atlantis by next Send it", "fr-cnil by 2027-02-01 Send it", "gb by Fri Send it")
    ]
    assert refused == [
        "I know nobody called “Atlantis”. Give a short name, a full name or an e-mail address; `/lap directory` lists "
        "them.",
        "Mon 1 Feb 2027 has gone by. Give a date that lies ahead, for example `+14d`.",
        "“gb” may mean 2: `gb-ico` (Information Commissioner's Office); `gb-oft` (Office of Fair Trading). Say which, "
        "by short name or address.",
    ]


def test_other_agencies_read_an_action_once_the_minutes_are_sent_and_guests_only_their_own(cast: Cast) -> None:
    running(cast)
    reference = given(cast, "fr-cnil by +7d Send the numbers")
    before = [read_by(cast, who) for who in ("fr-cnil", "gb-ico", "harbour-bank")]
    end_call(cast.desk, cast.secretary)
    send_minutes(cast.desk, cast.secretary, DAY)
    after = [read_by(cast, who) for who in ("fr-cnil", "gb-ico", "harbour-bank")]
    assert (before, after) == ([[reference], [], []], [[reference], [reference], []])


def test_its_owner_and_the_secretariat_close_an_action_and_nobody_else(cast: Cast) -> None:
    running(cast)
    first, second = given(cast, "fr-cnil by +7d One"), given(cast, "fr-cnil by +7d Two")
    end_call(cast.desk, cast.secretary)
    send_minutes(cast.desk, cast.secretary, DAY)
    assert refusal_of(lambda: mark_done(cast.desk, cast.actor("gb-ico"), first)) == (
        f"`{first}` was given to Commission nationale de l'informatique et des libertés: only it and the secretariat "
        "can change it."
    )
    assert mark_done(cast.desk, cast.actor("fr-cnil"), first).state is ActionState.DONE
    assert mark_done(cast.desk, cast.secretary, second).state is ActionState.DONE
    assert read_by(cast, "fr-cnil") == []


def test_an_action_that_is_hidden_and_one_that_is_not_there_are_refused_in_the_same_words(cast: Cast) -> None:
    running(cast)
    reference = given(cast, "fr-cnil by +7d One")
    says = "I know no action `{}` for you. `/lap actions` lists what you may read, with the references."
    asked = [reference, "ZZZ999"]
    assert [refusal_of(lambda r=r: mark_done(cast.desk, cast.actor("harbour-bank"), r)) for r in asked] == [
        says.format(r) for r in asked
    ]


def test_an_owner_moves_the_date_and_the_secretariat_is_told(cast: Cast) -> None:
    running(cast)
    reference = given(cast, "fr-cnil by +7d Send the numbers")
    assert move_due(cast.desk, cast.actor("fr-cnil"), reference, "+21d").due == date(2027, 3, 9)
    told = mails(cast, "action_changed")
    assert sorted(told) == ["secretariat@gb-oft.example", "secretariat@us-ftc.example"]
    assert (
        f"`{reference}` TLP:AMBER Send the numbers (Commission nationale de l'informatique et des libertés): now due "
        "Tue 9 Mar" in (told["secretariat@us-ftc.example"])
    )
    assert told["secretariat@us-ftc.example"].startswith(f"Action {reference}: now due Tue 9 Mar 2027\n")


def test_an_action_is_taken_back_before_its_mail_leaves_and_not_after(cast: Cast) -> None:
    running(cast)
    reference = given(cast, "fr-cnil by +7d Send the numbers")
    who = "Commission nationale de l'informatique et des libertés"
    assert take_back(cast) == f"The action `{reference}` was taken back: TLP:AMBER Send the numbers ({who})."
    assert mails(cast, "action_given") == {}
    again = given(cast, "fr-cnil by +7d Send the numbers")
    assert list(mails(cast, "action_given")) == ["spam-enforcement@fr-cnil.example"]
    assert refusal_of(lambda: take_back(cast)) == (
        f"Word of `{again}` has left already, or something became of it since, so it stays. `/lap actions {again}` "
        f"shows its history, and `/lap done {again}` closes it."
    )


def test_an_action_that_was_handed_over_since_is_not_taken_back(cast: Cast) -> None:
    running(cast)
    to_closed_part(cast)
    reference = given(cast, "harbour-bank by +7d Keep the logs")
    ico = cast.actor("gb-ico")
    hand_over(cast.desk, replace(cast.secretary, user="another"), reference, "gb-ico")
    assert list(mails(cast, "action_given")) == ["spam-enforcement@gb-ico.example"]
    assert refusal_of(lambda: take_back(cast)).startswith(f"Word of `{reference}` has left already, or something")
    assert accept_action(cast.desk, ico, reference).state is ActionState.OPEN


def test_an_action_that_stands_in_minutes_that_were_sent_is_not_taken_back(cast: Cast) -> None:
    running(cast)
    to_closed_part(cast)
    reference = given(cast, "harbour-bank by +7d Keep the logs")
    other = replace(cast.secretary, user="another")
    end_call(cast.desk, other)
    send_minutes(cast.desk, other, DAY)
    assert refusal_of(lambda: take_back(cast)) == (
        f"The minutes were sent since with `{reference}` in them, so it stays. `/lap done {reference}` closes it; the "
        "secretariat can `/lap drop` it."
    )
    assert show_action(cast.desk, cast.actor("gb-ico"), reference).action.task == "Keep the logs"


def reminded(cast: Cast, day: date) -> list[str]:
    """Who was reminded by mail on that day at the hour of the digest, and what of; that it was given had left."""
    cast.clock.advance(minutes=2)
    leaves(cast, "action_given")
    cast.clock.at = datetime(day.year, day.month, day.day, 7, 0, tzinfo=START.tzinfo)
    remind_of_actions(cast.desk, the_clock())
    return [s.email for s in leaves(cast, "action_reminder") if s.door == "mail"]


def test_an_owner_is_reminded_on_the_days_of_the_procedure_once_each_and_never_once_done(cast: Cast) -> None:
    running(cast)
    reference = given(cast, "fr-cnil by 2027-03-16 Send the numbers")
    days = [date(2027, 3, 9), date(2027, 3, 9), date(2027, 3, 10), date(2027, 3, 15), date(2027, 3, 17)]
    found = [len(reminded(cast, day)) for day in days]
    mark_done(cast.desk, cast.actor("fr-cnil"), reference)
    assert (found, reminded(cast, date(2027, 3, 23))) == ([1, 0, 0, 1, 1], [])


def test_after_a_downtime_several_missed_reminders_come_as_one(cast: Cast) -> None:
    running(cast)
    given(cast, "fr-cnil by 2027-03-16 Send the numbers")
    given(cast, "fr-cnil by 2027-03-18 Send the names")
    assert reminded(cast, date(2027, 3, 20)) == ["spam-enforcement@fr-cnil.example"]
    assert reminded(cast, date(2027, 3, 20)) == []


def test_who_was_not_told_yet_that_it_was_given_is_not_told_in_one_minute_that_it_is_overdue(cast: Cast) -> None:
    """After a downtime over its date."""
    running(cast)
    record_present(cast.desk, cast.secretary, "fr-cnil")
    given(cast, "fr-cnil by 2027-02-17 Send the numbers")
    told: list[list[str]] = []
    for day in (25, 26, 27):
        cast.clock.at = START.replace(day=day, hour=7)
        remind_of_actions(cast.desk, the_clock())
        told.append(
            [s.kind for s in leaves(cast, "action_given", "action_reminder", "action_overdue") if s.door == "mail"]
        )
    assert told == [["action_given"], ["action_overdue"], []]


def test_after_a_downtime_a_thousand_actions_are_reminded_of_at_once(cast: Cast) -> None:
    running(cast)
    reference, t = given(cast, "fr-cnil by 2027-03-16 Send the numbers"), columns(ActionItemRow)
    with cast.desk.store.begin() as tx:
        made = dict(tx.execute(select(*t).where(t.reference == reference)).one()._mapping)
        tx.execute(insert(ActionItemRow), [made | {"reference": f"Z{n:05}"} for n in range(1000)])
    cast.clock.at = START.replace(month=3, day=20)
    assert remind_of_actions(cast.desk, the_clock()) == 1001


def test_nobody_is_reminded_of_words_that_wait_to_be_confirmed(cast: Cast) -> None:
    running(cast)
    to_closed_part(cast)
    given(cast, "harbour-bank by 2027-03-16 Preserve the logs")
    assert reminded(cast, date(2027, 3, 9)) == []


def test_an_overdue_action_is_listed_as_such_by_its_owners_date(cast: Cast) -> None:
    running(cast)
    reference = given(cast, "fr-cnil by 2027-02-23 Send the numbers")
    given(cast, "fr-cnil by 2027-03-23 Send the names")
    cast.clock.at = START.replace(month=2, day=24)
    assert read_by(cast, "fr-cnil", "overdue") == [reference]


def test_the_heartbeat_reminds_and_one_later_finds_nothing_due(cast: Cast) -> None:
    running(cast)
    given(cast, "fr-cnil by 2027-03-16 Send the numbers")
    cast.clock.advance(minutes=2)
    leaves(cast, "action_given")
    cast.clock.at = datetime(2027, 3, 9, 6, 59, tzinfo=START.tzinfo)
    early = beat(cast.desk).actions
    cast.clock.advance(minutes=1)
    assert [early, beat(cast.desk).actions, beat(cast.desk).actions] == [0, 1, 0]


def test_a_guest_reads_an_action_of_a_closed_item_only_once_its_words_are_confirmed(cast: Cast) -> None:
    call_id = running(cast)
    with cast.desk.store.begin() as tx:
        agenda.save(tx, [replace(i, audience=AudienceKind.AGENCIES) for i in items_of(tx, [call_id])])
    next_item(cast.desk, cast.secretary)
    reference = given(cast, "harbour-bank by +14d Keep the raid quiet")
    before = (mails(cast, "action_given"), read_by(cast, "harbour-bank"))
    confirm_action(cast.desk, cast.secretary, reference)
    assert (before, list(mails(cast, "action_given"))) == (({}, []), ["abuse-desk@harbour-bank.example"])
