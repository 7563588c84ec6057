"""Proves the acts on a call's list on the example roster: admitted, taken off, looked at, a part chosen, explained."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from bot.errors import Refusal
from bot.topics import AudienceKind
from handlers.act import act
from handlers.announcing import cancel_call, move_call
from handlers.attendee_views import attendees
from handlers.attendees import admit, unadmit, undo_admit, undo_unadmit
from handlers.calls import show_call
from handlers.circulation import approve_list, circulate
from handlers.desk import Actor
from handlers.objecting import Asked
from handlers.objections import object_to_access
from handlers.segments import PartChange, add_segment, change_segment
from handlers.windows import why, window
from handlers.work import Writing
from storage.tables import SegmentRow, columns
from tests.bot.refusals import refusal_of
from tests.cast import Cast
from tests.lists import DAY, START, arrive, leave, told, with_approved, with_call, with_item, with_names
from tests.slack_front import say

WITHDRAWN = "Your invitation for Tue 16 Feb 2027 has been withdrawn."


def shown(cast: Cast, actor: Actor) -> dict[str, list[tuple[str, str]]]:
    """The list that somebody sees, by part."""
    seen = attendees(cast.desk, actor, DAY)
    return {s.title: [(n.name.split(" (")[0], n.state) for n in names] for s, names in seen.parts if names}


@act
def undo(work: Writing, act_name: str, reference: str) -> str:
    """What the ``undo`` verb runs."""
    return {"admit": undo_admit, "unadmit": undo_unadmit}[act_name](work, reference)


# --- admit ---


def test_many_are_admitted_at_once_and_nobody_is_told(cast: Cast) -> None:
    with_call(cast)
    arrive(cast)
    done = admit(cast.desk, cast.secretary, "harbour-bank oecd Meridian Net".split(), DAY)
    assert ([n.name.split(" (")[0] for n in done.added], leave(cast)) == (
        ["Harbour Bank", "Meridian Net", "Organisation for Economic Co-operation and Development"],
        [],
    )


def test_a_sector_is_admitted_in_one_word(cast: Cast) -> None:
    with_call(cast)
    done = admit(cast.desk, cast.secretary, ["courier_service", "mobile operators"], DAY)
    assert [n.name.split(" (")[0] for n in done.added] == ["Savanna Mobile", "Swift Courier"]


def test_everybody_as_at_another_call_is_admitted_in_one_word(cast: Cast) -> None:
    with_approved(cast)
    with_call(cast, datetime(2027, 3, 16, 13, 0, tzinfo=UTC))
    done = admit(cast.desk, cast.secretary, ["polar-telecom"], "2027-03-16", (), [DAY])
    assert [n.contact_id for n in done.added] == [
        "c-abuse-desk@harbour-bank.example",
        "c-abuse-desk@meridian-net.example",
        "c-liaison@oecd.example",
        "c-abuse-desk@polar-telecom.example",
    ]


def test_an_observer_comes_to_a_closed_part_by_name(cast: Cast) -> None:
    with_call(cast)
    admit(cast.desk, cast.secretary, ["itu"], DAY, ["2"])
    assert shown(cast, cast.secretary) == {
        "Agencies": [("International Telecommunication Union", "proposed, not circulated yet")]
    }


def test_who_cannot_be_admitted_is_told_with_why_and_the_others_are(cast: Cast) -> None:
    with_call(cast)
    done = admit(cast.desk, cast.secretary, ["harbour-bank", "us-fcc"], DAY)
    assert done.left_out == (
        (
            "Federal Communications Commission (Point of contact)",
            "an Agency is invited with the call itself, when it is announced",
        ),
    )


def test_admitting_nobody_is_refused_with_why(cast: Cast) -> None:
    with_names(cast, "oecd")
    assert refusal_of(lambda: admit(cast.desk, cast.secretary, ["oecd"], DAY)) == (
        "Nobody was admitted to Case updates. "
        "Organisation for Economic Co-operation and Development (Liaison): already on the list."
    )


def test_only_the_secretariat_admits(cast: Cast) -> None:
    with_call(cast)
    assert refusal_of(lambda: admit(cast.desk, cast.actor("fr-cnil"), ["oecd"], DAY)) == (
        "Only the secretariat can admit somebody to a call. Ask it to, at calls@lap.example."
    )


def test_a_call_that_is_over_admits_nobody(cast: Cast) -> None:
    with_call(cast)
    cast.clock.at = START + timedelta(hours=2)
    assert refusal_of(lambda: admit(cast.desk, cast.secretary, ["oecd"], DAY)) == (
        "“Case updates” is over, so its list stays as it is. `/lap calls` lists what is planned."
    )


def test_taking_an_admission_back_leaves_the_list_as_it_was(cast: Cast) -> None:
    with_names(cast, "oecd")
    reference = admit(cast.desk, cast.secretary, ["harbour-bank"], DAY).reference
    says = undo(cast.desk, cast.secretary, "admit", reference)
    assert (says, list(shown(cast, cast.secretary).values())) == (
        f"The admission `{reference}` was taken back: 1 person off the list of Case updates, and nobody was told.",
        [[("Organisation for Economic Co-operation and Development", "proposed, not circulated yet")]],
    )


def test_an_admission_that_was_circulated_is_not_taken_back_in_silence(cast: Cast) -> None:
    with_call(cast)
    reference = admit(cast.desk, cast.secretary, ["harbour-bank"], DAY).reference
    circulate(cast.desk, cast.secretary, DAY, None)
    assert refusal_of(lambda: undo(cast.desk, cast.secretary, "admit", reference)) == (
        "Some of those names were circulated since, so admitting them cannot be taken back in silence. "
        "`/lap unadmit` takes a name off."
    )


# --- unadmit ---


def test_taking_off_closes_access_at_once_and_tells_two_minutes_later(cast: Cast) -> None:
    with_approved(cast)
    arrive(cast)
    unadmit(cast.desk, cast.secretary, ["harbour-bank"], DAY)
    at_once = told(leave(cast), "harbour-bank")
    cast.clock.advance(seconds=120)
    assert (at_once, told(leave(cast), "harbour-bank")) == ([], [WITHDRAWN])


def test_taking_off_shortly_before_the_part_tells_at_once(cast: Cast) -> None:
    with_approved(cast)
    arrive(cast)
    cast.clock.at = START - timedelta(minutes=14)
    arrive(cast)
    unadmit(cast.desk, cast.secretary, ["harbour-bank"], DAY)
    assert told(leave(cast), "harbour-bank") == [WITHDRAWN]


def test_taken_back_in_time_nobody_ever_learns_of_it(cast: Cast) -> None:
    with_approved(cast)
    arrive(cast)
    before = shown(cast, cast.secretary)
    reference = unadmit(cast.desk, cast.secretary, ["harbour-bank"], DAY).reference
    cast.clock.advance(seconds=60)
    says = undo(cast.desk, cast.secretary, "unadmit", reference)
    cast.clock.advance(days=1)
    assert (says, shown(cast, cast.secretary), [s for s in leave(cast) if s.kind != "digest"]) == (
        f"Taking names off (`{reference}`) was taken back: the list of Case updates is as it was before.",
        before,
        [],
    )


def test_taken_back_in_time_the_list_is_not_marked_changed(cast: Cast) -> None:
    with_approved(cast)
    reference = unadmit(cast.desk, cast.secretary, ["harbour-bank"], DAY).reference
    marked = attendees(cast.desk, cast.secretary, DAY).changed
    undo(cast.desk, cast.secretary, "unadmit", reference)
    assert (marked, attendees(cast.desk, cast.secretary, DAY).changed) == (True, False)


def test_after_the_notice_it_cannot_be_taken_back(cast: Cast) -> None:
    with_approved(cast)
    reference = unadmit(cast.desk, cast.secretary, ["harbour-bank"], DAY).reference
    cast.clock.advance(seconds=120)
    assert refusal_of(lambda: undo(cast.desk, cast.secretary, "unadmit", reference)) == (
        "Word of that has left, so it cannot be taken back as if it had not been. An objection is ended with "
        "`/lap withdraw` and its reference; a name comes back with `/lap admit`, `/lap circulate` and `/lap approve`."
    )


def test_what_has_left_is_not_taken_back_after_the_clock_was_set_back(cast: Cast) -> None:
    with_approved(cast)
    arrive(cast)
    reference = unadmit(cast.desk, cast.secretary, ["harbour-bank"], DAY).reference
    cast.clock.advance(seconds=120)
    assert [s.email for s in arrive(cast) if s.notice.copy] == [cast.actor("harbour-bank").contact.email]
    cast.clock.advance(hours=-1)
    assert refusal_of(lambda: undo(cast.desk, cast.secretary, "unadmit", reference)).startswith("Word of that has left")


def test_no_approval_that_a_second_act_took_comes_back_though_the_clock_ran_ahead_meanwhile(cast: Cast) -> None:
    """The second look at what nobody was told of went by a clock that had run past the notice time."""
    with_approved(cast)
    cast.clock.advance(minutes=5)
    arrive(cast)
    other, began = cast.by_email("secretariat@gb-oft.example"), cast.clock.at
    reference = unadmit(cast.desk, cast.secretary, ["oecd"], DAY).reference
    cast.clock.advance(hours=1)
    admit(cast.desk, other, ["oecd"], DAY)
    circulate(cast.desk, other, DAY, None)
    approve_list(cast.desk, other, DAY, early=True)
    unadmit(cast.desk, other, ["oecd"], DAY)
    cast.clock.at = began + timedelta(minutes=1)
    undo(cast.desk, cast.secretary, "unadmit", reference)
    assert sorted(states(cast)) == ["approved", "approved", "proposed, not circulated yet"]


def test_what_has_not_left_is_taken_back_also_after_the_clock_was_set_back(cast: Cast) -> None:
    with_approved(cast)
    arrive(cast)
    reference = unadmit(cast.desk, cast.secretary, ["harbour-bank"], DAY).reference
    cast.clock.advance(hours=-1)
    assert "is as it was before" in undo(cast.desk, cast.secretary, "unadmit", reference)


def test_a_name_that_is_not_on_the_list_is_not_taken_off_it(cast: Cast) -> None:
    with_names(cast, "oecd")
    assert refusal_of(lambda: unadmit(cast.desk, cast.secretary, ["harbour-bank"], DAY)) == (
        f"Of those you named nobody is on the list of Case updates. `/lap attendees {DAY}` shows who is."
    )


# --- what agencies are told of a changed list ---


def test_agencies_read_in_the_next_digest_that_a_name_left_and_not_why(cast: Cast) -> None:
    with_approved(cast)
    unadmit(cast.desk, cast.secretary, ["harbour-bank"], DAY)
    arrive(cast)
    cast.clock.at = datetime(2027, 1, 5, 7, 0, tzinfo=UTC)
    line = (
        "The list for Tue 16 Feb 2027 has changed: Harbour Bank (Spam enforcement contact) "
        "is no longer expected in Reports."
    )
    assert told(leave(cast), "fr-cnil") == [line]


def test_the_agency_with_an_item_in_that_part_reads_it_at_once(cast: Cast) -> None:
    with_item(cast, with_approved(cast), "fr-cnil")
    arrive(cast)
    unadmit(cast.desk, cast.secretary, ["harbour-bank"], DAY)
    now = leave(cast)
    assert (len(told(now, "fr-cnil")), told(now, "us-fcc")) == (1, [])


def test_the_subject_of_a_changed_list_names_the_call_and_its_local_time(cast: Cast) -> None:
    with_approved(cast)
    unadmit(cast.desk, cast.secretary, ["harbour-bank"], DAY)
    cast.clock.advance(days=1)
    (subject,) = {s.notice.subject for s in leave(cast) if s.kind == "list_change" and "fr-cnil" in s.email}
    assert subject == "Attendee list changed: Case updates, Tue 16 Feb 2027, 14:00 Europe/Paris (13:00 UTC)"


def test_a_name_that_left_and_came_back_before_the_digest_is_not_told(cast: Cast) -> None:
    with_approved(cast)
    reference = unadmit(cast.desk, cast.secretary, ["harbour-bank"], DAY).reference
    undo(cast.desk, cast.secretary, "unadmit", reference)
    arrive(cast)
    cast.clock.at = datetime(2027, 1, 5, 7, 0, tzinfo=UTC)
    assert told(leave(cast), "fr-cnil") == []


def test_a_name_that_nobody_was_told_of_leaves_without_a_word(cast: Cast) -> None:
    with_names(cast)
    arrive(cast)
    unadmit(cast.desk, cast.secretary, ["harbour-bank"], DAY)
    cast.clock.advance(days=2)
    assert [s for s in leave(cast) if s.kind == "list_change"] == []


# --- the list ---


def test_an_agency_sees_the_names_that_were_circulated_and_no_others(cast: Cast) -> None:
    with_names(cast, "oecd")
    circulate(cast.desk, cast.secretary, DAY, None)
    admit(cast.desk, cast.secretary, ["harbour-bank"], DAY)
    assert shown(cast, cast.actor("fr-cnil")) == {
        "Reports": [("Organisation for Economic Co-operation and Development", "proposed")]
    }


def test_the_times_of_a_list_are_not_told_to_who_sees_no_name_of_it(cast: Cast) -> None:
    with_names(cast)
    assert attendees(cast.desk, cast.actor("fr-cnil"), DAY).circulated_at is None


@pytest.mark.parametrize("guest", ["harbour-bank", "oecd"])
def test_guests_are_told_whose_verb_it_is(cast: Cast, guest: str) -> None:
    with_approved(cast)
    with pytest.raises(Refusal) as refused:
        attendees(cast.desk, cast.actor(guest), DAY)
    assert refused.value.says == (
        "Attendee lists are for the secretariat and the Agencies. Your own part: `/lap calls`."
    )


# --- a gap, and the telephone ---


def test_the_secretariat_chooses_both_blocks_and_is_warned_of_the_gap(cast: Cast) -> None:
    with_call(cast)
    add_segment(cast.desk, cast.secretary, DAY, AudienceKind.JOINT, 20, "Training")
    change_segment(cast.desk, cast.secretary, f"{DAY}/2", PartChange(by=1))
    admit(cast.desk, cast.secretary, ["oecd"], DAY)
    circulate(cast.desk, cast.secretary, DAY, None)
    approve_list(cast.desk, cast.secretary, DAY, early=True)
    one = window(cast.desk, cast.secretary, "oecd", DAY, ["3"])
    both = window(cast.desk, cast.secretary, "oecd", DAY, ["1", "3"])
    assert (one.gap, len(one.spans), both.gap, len(both.spans)) == (False, 1, True, 2)


def test_a_part_that_somebody_is_not_listed_for_cannot_be_chosen(cast: Cast) -> None:
    with_names(cast, "oecd")
    assert refusal_of(lambda: window(cast.desk, cast.secretary, "oecd", DAY, ["2"])) == (
        "Organisation for Economic Co-operation and Development is not on the list of Agencies. "
        f"`/lap attendees {DAY}` shows who is on which."
    )


def test_the_words_for_the_telephone_are_those_of_the_mail(cast: Cast) -> None:
    with_approved(cast)
    arrive(cast)
    unadmit(cast.desk, cast.secretary, ["harbour-bank"], DAY)
    cast.clock.advance(seconds=120)
    mail = next(s for s in leave(cast) if "harbour-bank" in s.email)
    assert why(cast.desk, cast.secretary, "harbour-bank").says == mail.notice.paragraphs


@pytest.mark.parametrize("objected", [False, True])
def test_an_observer_is_named_in_the_words_whatever_the_cause(cast: Cast, objected: bool) -> None:
    with_approved(cast)
    arrive(cast)
    if objected:
        object_to_access(cast.desk, cast.actor("fr-cnil"), Asked("oecd", calls=((DAY, ()),)))
    else:
        unadmit(cast.desk, cast.secretary, ["oecd"], DAY)
    cast.clock.advance(seconds=120)
    mail = next(s.notice for s in leave(cast) if "oecd" in s.email and s.door == "mail")
    reasons = (
        "Representatives and observers join parts of calls by invitation (Plan B.3); invitations may change up to the "
        "start and during the call, and the secretariat gives no reasons for single changes. You can still send "
        "proposals and reports. Questions: calls@lap.example."
    )
    assert mail.paragraphs == (WITHDRAWN, reasons)
    assert why(cast.desk, cast.secretary, "oecd").says == (WITHDRAWN, reasons)


def test_only_other_times_are_told_on_the_telephone_as_other_times(cast: Cast) -> None:
    with_approved(cast, "harbour-bank")
    arrive(cast)
    change_segment(cast.desk, cast.secretary, f"{DAY}/1", PartChange(minutes=20))
    cast.clock.advance(seconds=120)
    arrive(cast)
    shorter = why(cast.desk, cast.secretary, "harbour-bank").says[0]
    with cast.desk.store.begin() as tx:
        tx.execute(update(SegmentRow).where(columns(SegmentRow).title == "Reports").values(title="News"))
    change_segment(cast.desk, cast.secretary, f"{DAY}/2", PartChange(minutes=60))  # all calendars are looked at anew
    cast.clock.advance(seconds=120)
    (renewed,) = (s.notice for s in leave(cast) if s.kind == "invitation" and "harbour-bank" in s.email)
    span = "Tue 16 Feb 2027, 13:00-13:20 Europe/London (13:00-13:20 UTC)"
    assert (shorter, renewed.subject) == (
        f"Your invitation for Tue 16 Feb 2027 now runs {span}.",
        "New title: News, Tue 16 Feb 2027, 13:00 Europe/London (13:00 UTC)",
    )
    assert why(cast.desk, cast.secretary, "harbour-bank").says[0] == (
        f"Your invitation for Tue 16 Feb 2027 stands as it was sent: {span}."
    )


def test_while_the_notice_waits_the_telephone_tells_nothing_new(cast: Cast) -> None:
    with_approved(cast)
    arrive(cast)
    unadmit(cast.desk, cast.secretary, ["harbour-bank"], DAY)
    assert why(cast.desk, cast.secretary, "harbour-bank").says[0] == (
        "Your invitation for Tue 16 Feb 2027 stands as it was sent: "
        "Tue 16 Feb 2027, 13:00-13:30 Europe/London (13:00-13:30 UTC)."
    )


def test_after_the_call_the_telephone_names_no_invitation_that_stands(cast: Cast) -> None:
    with_approved(cast)
    arrive(cast)
    cast.clock.advance(days=60)
    assert why(cast.desk, cast.secretary, "harbour-bank").says[0] == "You hold no invitation to a call at present."


# --- a part that is gone ---

GONE_LINE = (
    "The list for Tue 16 Feb 2027 has changed: Harbour Bank (Spam enforcement contact) "
    "is no longer expected in Reports."
)


def test_agencies_read_that_nobody_is_expected_any_longer_in_a_part_that_was_removed(cast: Cast) -> None:
    with_item(cast, with_approved(cast, "harbour-bank"), "fr-cnil")
    arrive(cast)
    change_segment(cast.desk, cast.secretary, f"{DAY}/1", PartChange(remove=True))
    assert list_changes_read(cast, "fr-cnil", "us-fcc") == [[GONE_LINE], []]
    cast.clock.advance(days=1)
    assert list_changes_read(cast, "fr-cnil", "us-fcc") == [[], [GONE_LINE]]


def list_changes_read(cast: Cast, *names: str) -> list[list[str]]:
    sent = [s for s in leave(cast) if s.kind == "list_change"]
    return [told(sent, name) for name in names]


def test_the_day_of_a_changed_list_is_that_of_the_parts_that_its_reader_hears(cast: Cast) -> None:
    """Behind midnight: the call's own day told an Agency of a part before, which is for another one."""
    with_call(cast, START.replace(hour=23, minute=30))
    add_segment(cast.desk, cast.secretary, DAY, AudienceKind.AGENCIES, 60, "Raid", ["fr-cnil"])
    change_segment(cast.desk, cast.secretary, f"{DAY}/1", PartChange(by=1))
    admit(cast.desk, cast.secretary, ["harbour-bank"], DAY)
    circulate(cast.desk, cast.secretary, DAY, None)
    arrive(cast)
    unadmit(cast.desk, cast.secretary, ["harbour-bank"], DAY)
    cast.clock.advance(days=1)
    (line,) = list_changes_read(cast, "gb-ico")[0]
    assert line == GONE_LINE.replace("Tue 16", "Wed 17")


def test_who_hears_nothing_of_a_call_any_more_reads_no_day_of_its_list(cast: Cast) -> None:
    """The call's own day, before midnight, told of a part that had never been theirs."""
    for line in (
        f'call add {DAY} 23:30 UTC for 90 "Case updates"',
        f'segment add {DAY} agencies 60 "Raid" only fr-cnil',
        f"segment {DAY}/Agencies remove",
        f'segment add {DAY} joint 10 "Case" only us-fcc oecd', f"segment {DAY}/Case down",
        f"announce {DAY} go", f"admit oecd to {DAY}", f"circulate {DAY} go",
    ):  # fmt: skip
        say(cast, cast.secretary, line)
    arrive(cast)
    leave(cast)
    say(cast, cast.secretary, f"segment {DAY}/2 remove go")
    cast.clock.advance(days=1)
    (gone,) = [s.text for s in leave(cast) if s.kind == "list_change" and "us-fcc" in s.email]
    assert "\nThe list has changed: Organisation for Economic Co-operation and Development " in gone
    assert (gone.split("\n")[0], "/lap attendees" in gone) == ("Attendee list changed", False)


def test_of_a_removed_part_for_named_agencies_the_others_read_nothing(cast: Cast) -> None:
    with_call(cast)
    add_segment(cast.desk, cast.secretary, DAY, AudienceKind.JOINT, 10, "Case", ["us-ftc", "us-fcc", "oecd"])
    admit(cast.desk, cast.secretary, ["oecd"], DAY, ["2"])
    circulate(cast.desk, cast.secretary, DAY, None)
    arrive(cast)
    change_segment(cast.desk, cast.secretary, f"{DAY}/2", PartChange(remove=True))
    cast.clock.advance(days=1)
    assert [len(lines) for lines in list_changes_read(cast, "us-fcc", "fr-cnil")] == [1, 0]


# --- a slip that nobody was told of yet ---


@pytest.mark.parametrize("act_on", ["move", "cancel"])
def test_what_else_changes_is_told_with_a_name_taken_off_and_not_before_it(cast: Cast, act_on: str) -> None:
    with_approved(cast, "harbour-bank")
    arrive(cast)
    unadmit(cast.desk, cast.secretary, ["harbour-bank"], DAY)
    if act_on == "move":
        move_call(cast.desk, cast.secretary, DAY, START + timedelta(hours=2))
    else:
        cancel_call(cast.desk, cast.secretary, DAY)
    assert told(leave(cast), "harbour-bank") == []
    cast.clock.advance(minutes=2)
    assert told(leave(cast), "harbour-bank") == ["Your invitation for Tue 16 Feb 2027 has been withdrawn."]


# --- the list of a part that one does not hear ---


def test_an_agency_learns_nothing_of_the_list_of_a_part_that_it_does_not_hear(cast: Cast) -> None:
    with_call(cast)
    add_segment(cast.desk, cast.secretary, DAY, AudienceKind.JOINT, 10, "Case", ["us-ftc", "us-fcc", "oecd"])
    before = show_call(cast.desk, cast.actor("fr-cnil"), DAY).prepared
    admit(cast.desk, cast.secretary, ["oecd"], DAY, ["2"])
    circulate(cast.desk, cast.secretary, DAY, None)
    approve_list(cast.desk, cast.secretary, DAY, early=True)
    assert show_call(cast.desk, cast.actor("fr-cnil"), DAY).prepared == before
    unadmit(cast.desk, cast.secretary, ["oecd"], DAY)
    assert show_call(cast.desk, cast.actor("fr-cnil"), DAY).prepared == before


def test_that_a_list_was_approved_early_is_the_secretariats_to_know(cast: Cast) -> None:
    with_approved(cast)
    shown = [show_call(cast.desk, who, DAY).prepared for who in (cast.secretary, cast.actor("fr-cnil"))]
    assert [it.list.early for it in shown if it] == [True, False]


# --- who keeps which part ---


def with_a_gap(cast: Cast) -> None:
    """Harbour Bank approved for the first and the last of three joint parts, which the second lies between."""
    with_call(cast)
    add_segment(cast.desk, cast.secretary, DAY, AudienceKind.JOINT, 20, "Middle")
    add_segment(cast.desk, cast.secretary, DAY, AudienceKind.JOINT, 10, "Trends")
    admit(cast.desk, cast.secretary, ["harbour-bank"], DAY, ["1", "2", "3"])
    circulate(cast.desk, cast.secretary, DAY, None)
    approve_list(cast.desk, cast.secretary, DAY, early=True)
    arrive(cast)


def states(cast: Cast) -> list[str]:
    return [n.state for _, names in attendees(cast.desk, cast.secretary, DAY).parts for n in names]


def test_the_list_says_which_part_somebody_is_approved_for_and_does_not_keep(cast: Cast) -> None:
    with_a_gap(cast)
    unadmit(cast.desk, cast.secretary, ["harbour-bank"], DAY, ["2"])
    assert states(cast) == ["approved", "approved, keeps another part"]
    window(cast.desk, cast.secretary, "harbour-bank", DAY, ["3"])
    assert states(cast) == ["approved, keeps another part", "approved"]


def test_a_part_that_an_objection_bars_cannot_be_the_one_to_keep(cast: Cast) -> None:
    with_a_gap(cast)
    object_to_access(cast.desk, cast.actor("fr-cnil"), Asked("harbour-bank", calls=((DAY, ("2",)),)))
    assert refusal_of(lambda: window(cast.desk, cast.secretary, "harbour-bank", DAY, ["2"])) == (
        "Harbour Bank may not join Middle as it stands, so it cannot be the part to keep. "
        f"`/lap attendees {DAY}` says why."
    )
    kept = window(cast.desk, cast.secretary, "harbour-bank", DAY, ["1"])
    assert (kept.spans, kept.gap) == (((START, START + timedelta(minutes=30)),), False)


def test_a_wider_choice_is_told_once_no_more_is_likely_to_change(cast: Cast) -> None:
    with_a_gap(cast)
    unadmit(cast.desk, cast.secretary, ["harbour-bank"], DAY, ["2"])
    cast.clock.advance(minutes=2)
    leave(cast)
    kept = window(cast.desk, cast.secretary, "harbour-bank", DAY, ["1", "3"])
    assert (kept.gap, told(leave(cast), "harbour-bank")) == (True, [])
    cast.clock.advance(minutes=1)
    assert len(told(leave(cast), "harbour-bank")) == 2
