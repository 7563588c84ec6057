"""Proves the acts of objecting on the example roster: at once, for its scope, in its hat, withdrawn and undone."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.contact_words import NewContact
from bot.errors import NotFound, Refusal
from bot.topics import AudienceKind
from handlers.act import act
from handlers.attendee_views import attendees
from handlers.attendees import admit, unadmit, undo_unadmit
from handlers.circulation import approve_list, circulate
from handlers.contacts import add_contact, replace_contact
from handlers.desk import Actor
from handlers.directory import leave as leave_plan
from handlers.finding import SeveralPeople
from handlers.forms import objection_form
from handlers.live import end_call, start_call
from handlers.objecting import Asked
from handlers.objections import (
    Objected,
    look_at_objection,
    object_to_access,
    objections,
    undo_objection,
    withdraw_objection,
)
from handlers.segments import PartChange, change_segment
from handlers.work import Writing
from tests.bot.refusals import refusal_of
from tests.cast import Cast
from tests.lists import DAY, START, arrive, leave, told, with_approved, with_call, with_names
from tests.slack_front import say

WITHDRAWN = "Your invitation for Tue 16 Feb 2027 has been withdrawn."
BANK = "Harbour Bank (Spam enforcement contact)"


@act
def undo(work: Writing, subject: str) -> str:
    return undo_objection(work, subject)


@act
def put_back(work: Writing, reference: str) -> str:
    return undo_unadmit(work, reference)


def france(cast: Cast) -> Actor:
    return cast.actor("fr-cnil")


def object_by_france(cast: Cast, who: str = "harbour-bank", **more: object) -> Objected:
    return object_to_access(cast.desk, france(cast), Asked(who, **more))  # type: ignore[arg-type]


def names(cast: Cast, actor: Actor, day: str = DAY) -> dict[str, str]:
    """Who is on the list that somebody sees, with their state."""
    seen = attendees(cast.desk, actor, day)
    return {n.name: n.state for _, listed in seen.parts for n in listed}


# --- in effect ---


def test_an_objection_closes_access_at_once_and_tells_two_minutes_later(cast: Cast) -> None:
    with_approved(cast)
    arrive(cast)
    object_by_france(cast)
    at_once = told(leave(cast), "harbour-bank")
    cast.clock.advance(seconds=120)
    assert (at_once, told(leave(cast), "harbour-bank")) == ([], [WITHDRAWN])


def test_an_objection_holds_while_the_clock_stands_before_it_was_raised(cast: Cast) -> None:
    with_approved(cast)
    object_by_france(cast)
    cast.clock.advance(hours=-1)
    assert names(cast, france(cast)).keys() & {BANK} == set()


def test_an_objection_shortly_before_the_part_tells_at_once(cast: Cast) -> None:
    with_approved(cast)
    arrive(cast)
    cast.clock.at = START - timedelta(minutes=10)
    arrive(cast)
    object_by_france(cast)
    assert told(leave(cast), "harbour-bank") == [WITHDRAWN]


def test_every_other_approval_and_invitation_stands_untouched(cast: Cast) -> None:
    with_approved(cast)
    arrive(cast)
    object_by_france(cast)
    cast.clock.advance(seconds=120)
    invitations = {s.email for s in leave(cast) if s.kind == "invitation"}
    others = {n: state for n, state in names(cast, france(cast)).items() if n != BANK}
    assert (invitations, set(others.values())) == ({"abuse-desk@harbour-bank.example"}, {"approved"})


def test_the_list_is_marked_changed_since_approval(cast: Cast) -> None:
    with_approved(cast)
    object_by_france(cast)
    assert [attendees(cast.desk, who, DAY).changed for who in (cast.secretary, cast.actor("us-fcc"))] == [True, True]


def test_the_point_of_contact_and_the_secretariat_get_a_record_with_the_reason_and_nobody_else(cast: Cast) -> None:
    with_approved(cast)
    arrive(cast)
    done = object_by_france(cast, reason="A case is open against it.")
    records = [s for s in leave(cast) if s.kind == "objection_record"]
    seats = {"secretariat@gb-oft.example", "secretariat@us-ftc.example"}
    mine = next(s for s in records if s.email not in seats)
    assert ({s.email for s in records} - seats, mine.notice.facts) == (
        {"spam-enforcement@fr-cnil.example"},
        (
            ("Reference", done.references[0]),
            ("Against", "Harbour Bank"),
            ("For", "Case updates: Reports, Tue 16 Feb 2027, 14:00-14:30 Europe/Paris (13:00-13:30 UTC)"
                    " and Agencies, Tue 16 Feb 2027, 14:30-15:30 Europe/Paris (13:30-14:30 UTC)"),
            ("In effect since", "Mon 4 Jan 2027, 10:00 Europe/Paris (09:00 UTC)"),
            ("Reason given", "A case is open against it."),
        ),
    )  # fmt: skip


def test_without_a_scope_it_is_the_whole_next_call(cast: Cast) -> None:
    with_approved(cast)
    with_approved(cast, start=datetime(2027, 3, 16, 13, 0, tzinfo=UTC))
    object_by_france(cast)
    assert (BANK in names(cast, france(cast)), BANK in names(cast, france(cast), "2027-03-16")) == (False, True)


def test_without_a_scope_it_is_the_running_call(cast: Cast) -> None:
    with_approved(cast)
    with_approved(cast, start=datetime(2027, 3, 16, 13, 0, tzinfo=UTC))
    cast.clock.at = START + timedelta(minutes=5)
    assert object_by_france(cast).scopes[0].call == attendees(cast.desk, france(cast), DAY).call


def test_a_standing_objection_reaches_every_call_that_has_not_ended(cast: Cast) -> None:
    with_approved(cast)
    with_approved(cast, start=datetime(2027, 3, 16, 13, 0, tzinfo=UTC))
    object_by_france(cast, standing=True)
    assert [BANK in names(cast, france(cast), day) for day in (DAY, "2027-03-16")] == [False, False]


def test_a_standing_objection_reaches_later_calls_too(cast: Cast) -> None:
    with_call(cast)
    object_by_france(cast, standing=True)
    refusal = refusal_of(lambda: with_names(cast, "harbour-bank", start=datetime(2027, 4, 20, 13, 0, tzinfo=UTC)))
    assert refusal is not None
    assert "Commission nationale de l'informatique et des libertés objects" in refusal


def test_several_calls_in_one_line_are_an_objection_each(cast: Cast) -> None:
    with_approved(cast)
    with_approved(cast, start=datetime(2027, 3, 16, 13, 0, tzinfo=UTC))
    done = object_by_france(cast, calls=((DAY, ("1",)), ("2027-03-16", ())))
    assert (len(set(done.references)), [BANK in names(cast, france(cast), d) for d in (DAY, "2027-03-16")]) == (
        2,
        [False, False],
    )


def test_a_call_that_was_not_started_is_objected_to_as_long_as_it_can_be(cast: Cast) -> None:
    with_approved(cast)
    cast.clock.at = START + timedelta(hours=3)
    object_by_france(cast, calls=((DAY, ()),))
    begun = start_call(cast.desk, cast.secretary, DAY, early=True)
    assert [name for name in begun.expected.guests if "Harbour Bank" in name] == []
    assert len(begun.expected.guests) == 2


def test_a_call_that_ended_before_its_time_is_not_reached(cast: Cast) -> None:
    with_approved(cast)
    cast.clock.at = START
    start_call(cast.desk, cast.secretary, DAY)
    end_call(cast.desk, cast.secretary)
    assert refusal_of(lambda: object_by_france(cast, calls=((DAY, ()),))) == (
        "“Case updates” is over, so its list stays as it is. `/lap calls` lists what is planned."
    )


def test_a_call_that_ended_is_not_reached(cast: Cast) -> None:
    with_approved(cast)
    cast.clock.at = START + timedelta(days=1, hours=3)
    assert refusal_of(lambda: object_by_france(cast, calls=((DAY, ()),))) == (
        "“Case updates” is over, so its list stays as it is. `/lap calls` lists what is planned."
    )


def test_twice_the_same_is_answered_with_what_stands(cast: Cast) -> None:
    with_approved(cast)
    first = object_by_france(cast)
    second = object_by_france(cast)
    assert (second.already, second.references) == (True, first.references)


def test_a_person_is_named_only_where_the_organisation_has_several(cast: Cast) -> None:
    with_approved(cast)
    assert object_by_france(cast, "abuse-desk@harbour-bank.example").who == "Harbour Bank"


# --- whose ---


def test_the_secretariat_objects_only_for_an_agency(cast: Cast) -> None:
    with_approved(cast)
    assert refusal_of(lambda: object_to_access(cast.desk, cast.secretary, Asked("harbour-bank"))) == (
        "An objection is an Agency's (Plan B.3). To enter one for an Agency, name it at the end: "
        "`/lap object harbour-bank for fr-cnil`."
    )


def test_an_objection_that_the_secretariat_enters_is_the_agencys(cast: Cast) -> None:
    with_approved(cast)
    done = object_to_access(cast.desk, cast.secretary, Asked("harbour-bank for fr-cnil"))
    assert (done.agency, [o.scope.reference for o in objections(cast.desk, france(cast))]) == (
        "Commission nationale de l'informatique et des libertés",
        list(done.references),
    )


def test_names_that_hold_the_word_for_are_read_whole(cast: Cast) -> None:
    with_approved(cast)
    line = "Organisation for Economic Co-operation and Development for Authority for Consumers and Markets"
    done = object_to_access(cast.desk, cast.secretary, Asked(line))
    assert (done.agency, done.who) == (
        "Authority for Consumers and Markets",
        "Organisation for Economic Co-operation and Development",
    )


def test_an_agency_cannot_object_in_anothers_name(cast: Cast) -> None:
    with_approved(cast)
    assert refusal_of(lambda: object_by_france(cast, "harbour-bank for us-fcc")) == (
        "You speak for Commission nationale de l'informatique et des libertés. "
        "Only the secretariat can enter something for another Agency."
    )


def test_a_guest_cannot_object(cast: Cast) -> None:
    with_approved(cast)
    assert refusal_of(lambda: object_to_access(cast.desk, cast.actor("oecd"), Asked("harbour-bank"))) == (
        "Only an Agency objects to somebody's access (Plan B.3), and only an Agency withdraws that."
    )


def test_nobody_objects_to_an_agency(cast: Cast) -> None:
    with_approved(cast)
    assert refusal_of(lambda: object_by_france(cast, "us-fcc")) == (
        "Federal Communications Commission is an Agency, and Agencies are not objected to. "
        "The secretariat plans a part for named Agencies only."
    )


def test_two_who_may_be_meant_are_never_guessed(cast: Cast) -> None:
    with_approved(cast)
    with pytest.raises(SeveralPeople) as several:
        object_by_france(cast, "ca")
    assert len(several.value.found) == 3


# --- foreseen ---


def test_a_dry_run_tells_who_loses_what_and_changes_nothing(cast: Cast) -> None:
    with_approved(cast)
    arrive(cast)
    seen = look_at_objection(cast.desk, france(cast), Asked("harbour-bank"))
    cast.clock.advance(days=1)
    losing = [([n.name for n in one.names], one.told, one.readers) for one in seen.losing]
    assert (losing, [s.kind for s in leave(cast) if s.kind in ("invitation", "list_change")]) == (
        [([BANK], 1, 35)],
        [],
    )


def test_a_dry_run_does_not_tell_an_agency_of_names_that_were_not_circulated(cast: Cast) -> None:
    with_names(cast)
    assert look_at_objection(cast.desk, france(cast), Asked("harbour-bank")).losing == ()


# --- ended ---


def test_taken_back_in_time_everything_is_as_before_and_nobody_is_told(cast: Cast) -> None:
    with_approved(cast)
    arrive(cast)
    before = names(cast, cast.secretary)
    done = object_by_france(cast)
    cast.clock.advance(seconds=119)
    undo(cast.desk, france(cast), done.references[0])
    cast.clock.advance(days=1)
    kinds = {s.kind for s in leave(cast)} - {"digest", "reminder", "step"}
    assert (names(cast, cast.secretary), kinds) == (before, {"objection_record"})


def test_after_the_notice_it_cannot_be_taken_back_only_withdrawn(cast: Cast) -> None:
    with_approved(cast)
    done = object_by_france(cast)
    cast.clock.advance(seconds=120)
    assert refusal_of(lambda: undo(cast.desk, france(cast), done.references[0])) == (
        "Word of that has left, so it cannot be taken back as if it had not been. An objection is ended with "
        "`/lap withdraw` and its reference; a name comes back with `/lap admit`, `/lap circulate` and `/lap approve`."
    )


@pytest.mark.parametrize("only", ["", " only us-fcc de-bnetza"])
def test_taking_one_back_tells_nothing_of_a_call_that_its_agency_does_not_hear(cast: Cast, only: str) -> None:
    for line in (
        f'call add {DAY} 13:00 UTC for 60 "Few"{only}', f'segment add {DAY} joint 30 "Reports"', f"announce {DAY} go",
        f"admit harbour-bank to {DAY}", f"circulate {DAY} go", f"approve {DAY} early go",
    ):  # fmt: skip
        say(cast, cast.secretary, line)
    cast.clock.at = START - timedelta(minutes=5)
    arrive(cast)
    reference = object_by_france(cast, standing=True).references[0]
    told_at_once = told(leave(cast), "harbour-bank")
    says = say(cast, france(cast), "undo go").text
    undone = f"The objection `{reference}` was taken back before anybody was told: the list is as it was."
    assert (told_at_once, says == undone) == ([WITHDRAWN], bool(only))
    listed = say(cast, cast.secretary, f"attendees {DAY}").text
    assert (f"{BANK}: approved" in listed, f"{BANK}: proposed" in listed) == (False, True)


def test_taking_one_back_does_not_approve_whom_another_agency_objects_to(cast: Cast) -> None:
    with_approved(cast)
    first = object_by_france(cast)
    object_to_access(cast.desk, cast.actor("us-fcc"), Asked("harbour-bank"))
    undo(cast.desk, france(cast), first.references[0])
    second = objections(cast.desk, cast.actor("us-fcc"))[0].scope.reference
    withdraw_objection(cast.desk, cast.actor("us-fcc"), second)
    assert names(cast, cast.secretary)[BANK] == "proposed, not circulated yet"


def test_taking_one_back_does_not_bring_back_whom_the_secretariat_took_off(cast: Cast) -> None:
    with_approved(cast)
    done = object_by_france(cast)
    unadmit(cast.desk, cast.secretary, ["harbour-bank"], DAY)
    undo(cast.desk, france(cast), done.references[0])
    assert BANK not in names(cast, cast.secretary)


def test_withdrawing_puts_the_name_back_at_proposed_and_invites_nobody(cast: Cast) -> None:
    with_approved(cast)
    arrive(cast)
    done = object_by_france(cast)
    cast.clock.advance(seconds=120)
    arrive(cast)
    withdraw_objection(cast.desk, france(cast), done.references[0])
    back = names(cast, cast.secretary)[BANK], BANK in names(cast, france(cast))
    assert (back, told(leave(cast), "harbour-bank")) == (("proposed, not circulated yet", False), [])


def test_a_name_that_came_back_can_be_approved_again(cast: Cast) -> None:
    with_approved(cast)
    done = object_by_france(cast)
    withdraw_objection(cast.desk, france(cast), done.references[0])
    circulate(cast.desk, cast.secretary, DAY, None)
    approve_list(cast.desk, cast.secretary, DAY, early=True)
    assert names(cast, france(cast))[BANK] == "approved"


def test_two_objections_both_taken_back_leave_what_there_was(cast: Cast) -> None:
    with_approved(cast)
    before = names(cast, cast.secretary)
    first = object_by_france(cast)
    cast.clock.advance(seconds=30)
    second = object_to_access(cast.desk, cast.actor("us-fcc"), Asked("harbour-bank"))
    undo(cast.desk, france(cast), first.references[0])
    undo(cast.desk, cast.actor("us-fcc"), second.references[0])
    assert names(cast, cast.secretary) == before


def test_an_approval_that_was_seen_to_end_does_not_come_back_with_the_second_objection(cast: Cast) -> None:
    with_approved(cast)
    first = object_by_france(cast)
    cast.clock.advance(seconds=60)
    second = object_to_access(cast.desk, cast.actor("us-fcc"), Asked("harbour-bank"))
    undo(cast.desk, france(cast), first.references[0])
    cast.clock.advance(seconds=61)
    undo(cast.desk, cast.actor("us-fcc"), second.references[0])
    assert names(cast, cast.secretary)[BANK] == "proposed, not circulated yet"


def test_an_objection_withdrawn_leaves_no_approval_to_the_undo_of_another(cast: Cast) -> None:
    with_approved(cast)
    first = object_by_france(cast)
    second = object_to_access(cast.desk, cast.actor("us-fcc"), Asked("harbour-bank"))
    withdraw_objection(cast.desk, france(cast), first.references[0])
    undo(cast.desk, cast.actor("us-fcc"), second.references[0])
    assert names(cast, cast.secretary)[BANK] == "proposed, not circulated yet"


def test_a_guest_learns_from_a_refusal_of_no_name(cast: Cast) -> None:
    with_approved(cast)
    guest = cast.actor("oecd")
    says = {
        refusal_of(lambda asked=asked: object_to_access(cast.desk, guest, Asked(asked)))
        for asked in ("harbour-bank", "harbour-bank for us-fcc", "nobody-at-all", "nobody for nobody", "ca")
    }
    says |= {
        refusal_of(lambda agency=agency: objection_form(cast.desk, guest, None, agency)) for agency in ("us-fcc", "zz")
    }
    assert says == {"Only an Agency objects to somebody's access (Plan B.3), and only an Agency withdraws that."}


def test_the_secretariat_ends_the_objection_of_an_agency_that_left(cast: Cast) -> None:
    with_approved(cast)
    done = object_by_france(cast)
    leave_plan(cast.desk, cast.secretary, "fr-cnil")
    seen = [o.agency for o in objections(cast.desk, cast.secretary)]
    withdraw_objection(cast.desk, cast.secretary, done.references[0], "fr-cnil")
    assert (seen, objections(cast.desk, cast.secretary)) == (
        ["Commission nationale de l'informatique et des libertés"],
        (),
    )


def test_an_objection_to_a_person_holds_against_the_successor(cast: Cast) -> None:
    with_approved(cast)
    add_contact(cast.desk, cast.secretary, NewContact("alice@harbour-bank.example", "Alice A", "harbour-bank"))
    done = object_by_france(cast, "abuse-desk@harbour-bank.example")
    replace_contact(
        cast.desk, cast.secretary, "abuse-desk@harbour-bank.example", "bob@harbour-bank.example", "Bob B"
    )  # fmt: skip
    against = [o.who for o in objections(cast.desk, france(cast))]
    refused = refusal_of(lambda: admit(cast.desk, cast.secretary, ["bob@harbour-bank.example"], DAY))
    mine = done.references[0] in str(refused)
    assert (against, "Harbour Bank" in str(names(cast, cast.secretary)), mine, "stays closed" in str(refused)) == (
        ["Harbour Bank (Bob B)", "Harbour Bank (Spam enforcement contact, harbour-bank, no contact now)"],
        False,
        False,
        True,
    )


def test_whoever_takes_an_objection_to_a_person_back_takes_that_to_the_successor_back_too(cast: Cast) -> None:
    with_approved(cast)
    add_contact(cast.desk, cast.secretary, NewContact("alice@harbour-bank.example", "Alice A", "harbour-bank"))
    done = object_by_france(cast, "abuse-desk@harbour-bank.example")
    replace_contact(
        cast.desk, cast.secretary, "abuse-desk@harbour-bank.example", "bob@harbour-bank.example", "Bob B"
    )  # fmt: skip
    said = undo(cast.desk, france(cast), done.references[0])
    assert (said.count("`"), objections(cast.desk, france(cast))) == (4, ())


def test_undo_brings_nobody_back_into_a_part_that_is_gone(cast: Cast) -> None:
    with_approved(cast)
    reference = unadmit(cast.desk, cast.secretary, ["harbour-bank"], DAY).reference
    change_segment(cast.desk, cast.secretary, f"{DAY}/1", PartChange(remove=True))
    put_back(cast.desk, cast.secretary, reference)
    assert names(cast, cast.secretary) == {}


def test_undo_approves_nobody_for_a_part_that_was_closed_and_opened_since_and_says_so(cast: Cast) -> None:
    with_approved(cast)
    reference = unadmit(cast.desk, cast.secretary, ["harbour-bank"], DAY).reference
    for kind in (AudienceKind.AGENCIES, AudienceKind.JOINT):
        change_segment(cast.desk, cast.secretary, f"{DAY}/1", PartChange(audience=kind))
    says = put_back(cast.desk, cast.secretary, reference)
    assert (says, names(cast, cast.secretary)[BANK]) == (
        f"Taking names off (`{reference}`) was taken back, but not everybody on the list of Case updates is approved "
        "again: a part changed since, somebody was taken off again or is a contact no more, or an Agency objects. "
        "`/lap attendees` shows how it stands.",
        "proposed, not circulated yet",
    )


def test_undo_approves_nobody_for_a_part_that_was_closed_since(cast: Cast) -> None:
    with_approved(cast)
    reference = unadmit(cast.desk, cast.secretary, ["harbour-bank"], DAY).reference
    change_segment(cast.desk, cast.secretary, f"{DAY}/1", PartChange(audience=AudienceKind.AGENCIES))
    put_back(cast.desk, cast.secretary, reference)
    assert names(cast, cast.secretary)[BANK] == "proposed, not circulated yet"


def test_any_officer_of_the_agency_withdraws_and_no_other_agency_learns_whether_it_exists(cast: Cast) -> None:
    with_approved(cast)
    reference = object_by_france(cast).references[0]
    says = [
        refusal_of(lambda asked=asked: withdraw_objection(cast.desk, cast.actor("us-fcc"), asked))
        for asked in (reference, "ZZZ2ZZ")
    ]
    assert says == [
        f"I know no objection “{asked}” of yours. `/lap objections` lists them." for asked in (reference, "ZZZ2ZZ")
    ]


def test_the_secretariat_withdraws_only_in_the_agencys_name(cast: Cast) -> None:
    with_approved(cast)
    reference = object_by_france(cast).references[0]
    alone = refusal_of(lambda: withdraw_objection(cast.desk, cast.secretary, reference))
    done = withdraw_objection(cast.desk, cast.secretary, reference, "fr-cnil")
    assert (alone, done.agency) == (
        "Only the Agency that objected withdraws an objection. To enter that for it, name it at the end: "
        f"`/lap withdraw {reference} for fr-cnil`.",
        "Commission nationale de l'informatique et des libertés",
    )


def test_withdrawing_twice_tells_when_it_was(cast: Cast) -> None:
    with_approved(cast)
    reference = object_by_france(cast).references[0]
    withdraw_objection(cast.desk, france(cast), reference)
    assert refusal_of(lambda: withdraw_objection(cast.desk, france(cast), reference)) == (
        f"The objection `{reference}` was withdrawn already, on Mon 4 Jan 2027, 10:00 Europe/Paris (09:00 UTC). "
        "`/lap objections` lists what stands."
    )


def test_objections_are_shown_to_their_agency_and_the_secretariat_only(cast: Cast) -> None:
    with_approved(cast)
    object_by_france(cast, reason="A case is open.")
    seen = [[o.reason for o in objections(cast.desk, who)] for who in (france(cast), cast.secretary)]
    other = objections(cast.desk, cast.actor("us-fcc"))
    assert (seen, other, refusal_of(lambda: objections(cast.desk, cast.actor("oecd"))) is not None) == (
        [["A case is open."], ["A case is open."]],
        (),
        True,
    )


def test_a_standing_objection_ends_on_its_day(cast: Cast) -> None:
    with_approved(cast)
    object_by_france(cast, standing=True, until=cast.clock() + timedelta(days=3))
    cast.clock.advance(days=3)
    assert (objections(cast.desk, france(cast)), names(cast, cast.secretary)[BANK]) == (
        (),
        "proposed, not circulated yet",
    )


def test_an_objection_until_a_day_gone_by_is_refused(cast: Cast) -> None:
    with_approved(cast)
    with pytest.raises(Refusal) as refused:
        object_by_france(cast, standing=True, until=cast.clock())
    assert refused.value.says == (
        "Mon 4 Jan 2027, 10:00 Europe/Paris (09:00 UTC) has gone by. Give a date that lies ahead, as in "
        "`/lap object harbour-bank standing until 2028-01-31`."
    )


def test_where_no_call_is_planned_an_objection_needs_a_scope(cast: Cast) -> None:
    with pytest.raises(NotFound):
        object_by_france(cast)
