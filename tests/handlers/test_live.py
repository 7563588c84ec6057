"""Running a call on a real database: where it stands, who is led in, who is there, and what `undo` takes back."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.audience import Record
from bot.calls import CallState
from bot.errors import NotEntitled
from bot.minutes import LineKind
from bot.topics import AudienceKind
from handlers.attendance import record_present
from handlers.calls import show_call
from handlers.gates import list_gates
from handlers.lines import enter_line
from handlers.links import page_link
from handlers.live import clear_gate, end_call, next_item, shut_gate, skip_item, start_call
from handlers.live_views import Quicker, Stopped
from handlers.looking import Wish
from handlers.objecting import Asked
from handlers.objections import object_to_access
from handlers.page import PageCall, show_page
from handlers.scribe import name_scribe
from handlers.undo import undo_last
from handlers.work import Reading
from storage import agenda, calls, directory
from storage.calls import Part
from storage.tables import CallRow, columns
from tests.bot.refusals import refusal_of
from tests.cast import Cast
from tests.held import note, running, to_closed_part
from tests.lists import DAY, START, leave, with_approved, with_call, with_item
from tests.slack_front import press, say, unmended


def record_of(cast: Cast, call_id: str) -> Record:
    with cast.desk.store.read() as tx:
        found = calls.one(tx, call_id, Part.LINES | Part.ATTENDANCE | Part.ITEMS)
    assert found is not None
    return found


def take_back(cast: Cast) -> str:
    """What `undo` says of the last thing that the secretary entered."""
    return undo_last(cast.desk, cast.secretary, Wish("undo", go=True)).said


def test_who_runs_no_call_is_told_whose_it_is_in_the_same_words_whether_one_is_on_or_not(cast: Cast) -> None:
    agency = cast.actor("fr-cnil")

    def refused() -> list[str]:
        acts = (lambda: start_call(cast.desk, agency, None), lambda: next_item(cast.desk, agency))
        with pytest.raises(NotEntitled):
            acts[0]()
        return [refusal_of(a) for a in acts]

    nothing_planned = refused()
    with_call(cast)
    cast.clock.at = START
    planned = refused()
    start_call(cast.desk, cast.secretary, None)
    assert (planned, refused()) == (nothing_planned, nothing_planned)
    assert set(planned) == {
        "No call is under way that is yours to run: the secretariat runs it, and the scribe whom it names. Ask the "
        "secretariat, at calls@lap.example."
    }


def test_what_is_on_stays_on_at_a_shut_gate_to_who_may_not_know_of_it(cast: Cast) -> None:
    """A page that said that the call is on, and no part of it, told a guest of the gate, and so that it goes on."""
    running(cast)
    next_item(cast.desk, cast.secretary)
    readers = [cast.actor("harbour-bank"), cast.actor("fr-cnil"), cast.secretary]
    before, page = [show_call(cast.desk, who, DAY) for who in readers], own_page(cast, "harbour-bank")
    shut_gate(cast.desk, cast.secretary)
    after = [show_call(cast.desk, who, DAY) for who in readers]
    assert [s.now is not None for s in (*before, *after)] == [True, True, True, True, False, False]
    assert (after[0], own_page(cast, "harbour-bank")) == (before[0], page)


def own_page(cast: Cast, name: str) -> list[PageCall]:
    """The coming calls on somebody's page."""
    with cast.desk.store.begin() as tx:
        address = page_link(Reading(cast.desk, tx, cast.actor(name), cast.clock()), cast.actor(name).contact.id)
    page = show_page(cast.desk, address.rpartition("/")[2])
    assert page is not None
    return [replace(call, form=None) for call in page.calls]


def test_a_started_call_shows_its_first_part_its_items_and_who_is_expected(cast: Cast) -> None:
    running(cast)
    cast.clock.at = START - timedelta(minutes=1)
    call_id = with_approved(cast, "harbour-bank", start=START + timedelta(days=1))
    cast.clock.at = START + timedelta(days=1)
    begun = start_call(cast.desk, cast.secretary, "2027-02-17")
    assert (begun.view.id, begun.segment.title, begun.item) == (call_id, "Reports", None)
    assert len(begun.expected.agencies) == 33
    assert begun.expected.guests == ("Harbour Bank (Spam enforcement contact)",)


def test_next_goes_to_the_item_and_stops_before_other_people(cast: Cast) -> None:
    running(cast)
    first = next_item(cast.desk, cast.secretary)
    assert first.item is not None
    assert first.item.title == "Phishing of banks"
    cast.clock.advance(seconds=2)
    with pytest.raises(Stopped) as stopped:
        next_item(cast.desk, cast.secretary)
    assert (stopped.value.name, stopped.value.says) == (
        DAY,
        "“Reports” ends here. The next part, “Agencies”, has other people: `/lap gate` shuts the door and lists who "
        "must go and who may come. Nothing has changed yet.",
    )


def test_two_who_say_next_within_a_second_move_the_call_once_and_the_second_reads_where_it_stands(cast: Cast) -> None:
    running(cast)
    name_scribe(cast.desk, cast.secretary, "fr-cnil")
    next_item(cast.desk, cast.secretary)
    with pytest.raises(Quicker, match=r"^Somebody was quicker, so nothing was moved\.$") as quicker:
        next_item(cast.desk, cast.actor("fr-cnil"))
    assert quicker.value.stands.item is not None
    answer = say(cast, cast.actor("fr-cnil"), "next").text.splitlines()
    assert answer[0] == "Somebody was quicker, so nothing was moved. The call stands here:"
    assert "Phishing of banks" in answer[1]


def test_who_cleared_the_gate_goes_on_at_once(cast: Cast) -> None:
    call_id = running(cast)
    with_item(cast, call_id, "fr-cnil", "Operation Kiwi", part_at=1)
    to_closed_part(cast)
    on = next_item(cast.desk, cast.secretary)
    assert on.item is not None
    assert on.item.title == "Operation Kiwi"


def test_a_press_names_the_place_that_it_leaves_however_late_it_comes(cast: Cast) -> None:
    running(cast)
    opening = say(cast, cast.secretary, "next").buttons
    assert [b.action for b in opening] == ["next", "skip", "gate"]
    cast.clock.advance(minutes=3)
    with cast.desk.store.read() as tx:
        segment = calls.running(tx)[0].call.segments[0].id
    for verb in ("next", "skip"):
        answer = press(cast, cast.secretary, verb, f"{DAY} {segment}").text
        assert answer.startswith("Somebody was quicker, so nothing was moved. The call stands here:\nNow: ")
    assert press(cast, cast.secretary, "next", opening[0].value).text.startswith("“Reports” ends here.")


def test_an_item_that_was_passed_over_counts_as_not_taken(cast: Cast) -> None:
    call_id = running(cast)
    with_item(cast, call_id, "meridian-net", "Numbers on sale")
    passed = skip_item(cast.desk, cast.secretary)
    assert passed.item is not None
    cast.clock.advance(minutes=5)
    last = skip_item(cast.desk, cast.secretary)
    assert (last.moved, last.skipped) == (False, passed.item.reference)
    assert refusal_of(lambda: next_item(cast.desk, cast.secretary)) is not None
    to_closed_part(cast)
    left_over = {i.reference for i in end_call(cast.desk, cast.secretary).left_over}
    assert left_over == {passed.skipped, last.skipped}


def test_a_repeated_request_moves_the_call_once(cast: Cast) -> None:
    running(cast)
    secretary = cast.again(cast.secretary, "T1")
    next_item(cast.desk, secretary)
    cast.clock.advance(seconds=2)
    assert refusal_of(lambda: next_item(cast.desk, secretary)) == f"This was already done: `{DAY}`."


def test_the_gate_names_the_guests_who_must_go_those_who_are_there_first(cast: Cast) -> None:
    running(cast)
    record_present(cast.desk, cast.secretary, "meridian-net")
    found = shut_gate(cast.desk, cast.secretary)
    assert [(g.name, g.here) for g in found.must_go] == [
        ("Meridian Net (Spam enforcement contact)", True),
        ("Harbour Bank (Spam enforcement contact)", False),
        ("Organisation for Economic Co-operation and Development (Liaison)", False),
    ]
    assert (found.may_come, len(found.may_stay)) == ((), 33)


def test_who_may_not_hear_the_part_is_refused_by_name_and_the_others_are_recorded(cast: Cast) -> None:
    call_id = running(cast)
    there = record_present(cast.desk, cast.secretary, "fr-cnil Harbour Bank paybridge nobody-here")
    assert (there.recorded, there.not_listed) == (("fr-cnil", "harbour-bank"), ("Paybridge",))
    assert there.not_found == (
        "I know nobody called “nobody-here”. Give a short name, a full name or an e-mail address; `/lap directory` "
        "lists them.",
    )
    again = record_present(cast.desk, cast.secretary, "fr-cnil gb-ico")
    assert (again.recorded, again.already) == (("gb-ico",), ("fr-cnil",))
    present = {a.participant_id for a in record_of(cast, call_id).attendance}
    assert present == {"p-fr-cnil", "p-harbour-bank", "p-gb-ico"}


def test_where_nobody_can_be_recorded_it_is_said_why(cast: Cast) -> None:
    running(cast)
    to_closed_part(cast)
    assert refusal_of(lambda: record_present(cast.desk, cast.secretary, "harbour-bank oecd")) == (
        "Nobody was recorded. Harbour Bank, Organisation for Economic Co-operation and Development are not on the list "
        "for this part. Ask them to leave the call before it goes on."
    )


def test_an_objection_during_the_call_takes_the_name_off_the_part_under_way(cast: Cast) -> None:
    running(cast)
    object_to_access(cast.desk, cast.actor("fr-cnil"), Asked("harbour-bank"))
    assert refusal_of(lambda: record_present(cast.desk, cast.secretary, "harbour-bank")) == (
        "Nobody was recorded. Harbour Bank is not on the list for this part. Ask it to leave the call before it "
        "goes on."
    )


def test_a_line_stands_in_the_part_and_item_under_way(cast: Cast) -> None:
    call_id = running(cast)
    opening = note(cast, "welcome")
    found = next_item(cast.desk, cast.secretary)
    assert found.item is not None
    about = note(cast, "harbour-bank: phishing is up")
    entries = {line.reference: (line.item, line.speaker_id) for line in record_of(cast, call_id).lines}
    assert entries == {opening: (None, None), about: (found.item.reference, "p-harbour-bank")}


def test_of_a_red_text_the_record_keeps_nothing(cast: Cast) -> None:
    call_id = running(cast)
    note(cast, "TLP:RED the name of the informant")
    assert [line.text for line in record_of(cast, call_id).lines] == [""]


def test_under_a_closed_item_of_a_joint_part_a_line_is_closed(cast: Cast) -> None:
    record = record_of(cast, running(cast))
    with cast.desk.store.begin() as tx:
        agenda.save(tx, [replace(record.items[0], audience=AudienceKind.AGENCIES)])
    next_item(cast.desk, cast.secretary)
    assert enter_line(cast.desk, cast.secretary, LineKind.NOTE, "said aside").line.closed


def test_without_a_running_call_every_verb_says_what_starts_one(cast: Cast) -> None:
    with_call(cast)
    says = (
        "No call is running. `/lap start` starts the next one, from an hour before its time. What is missing of one "
        "that ended is entered with its part until the minutes are sent, as in `/lap note CALL/N TEXT` or `/lap here "
        "CALL/N WHO...`; a line that stands is changed with `/lap correct LINE TEXT`."
    )
    s = cast.secretary
    tries = [
        lambda: next_item(cast.desk, s),
        lambda: shut_gate(cast.desk, s),
        lambda: clear_gate(cast.desk, s),
        lambda: end_call(cast.desk, s),
        lambda: record_present(cast.desk, s, "fr-cnil"),
        lambda: enter_line(cast.desk, s, LineKind.NOTE, "x"),
    ]
    assert [refusal_of(one) for one in tries] == [says] * 6


def test_where_two_calls_run_the_verb_names_one(cast: Cast) -> None:
    running(cast)
    with_call(cast, START + timedelta(days=1))
    start_call(cast.desk, cast.secretary, "2027-02-17", early=True)
    assert refusal_of(lambda: next_item(cast.desk, cast.secretary)) == (
        "2 calls are running: `2027-02-16` Case updates; `2027-02-17` Case updates. Write the date of the one that you "
        "mean right after the verb, as in `/lap next 2027-02-16`."
    )
    entered = enter_line(cast.desk, cast.secretary, LineKind.NOTE, "2027-02-17 agreed")
    assert (entered.line.text, entered.segment.id) == (
        "TLP:AMBER agreed",
        record_of(cast, latest(cast)).call.segments[0].id,
    )


def latest(cast: Cast) -> str:
    with cast.desk.store.read() as tx:
        c = columns(CallRow)
        return str(tx.execute(select(c.id).order_by(c.start.desc()).limit(1)).scalar_one())


OF_IT = (
    "", "calls", f"call {DAY}", f"yes {DAY}", "yes", "bring", f'bring jane@else.example "Jane Doe" to {DAY}', "q+",
    f"ask oecd to {DAY}", f'propose {DAY} cases 5 "One more"', "item {item} withdraw",
)  # fmt: skip
"""What one asks and tries of a call while it may be on, and what is refused once it is over."""


def tried(cast: Cast, name: str, item: str) -> list[str]:
    return [unmended(say(cast, cast.actor(name), line.format(item=item))) for line in OF_IT]


def test_a_guest_is_answered_behind_its_part_as_once_the_call_has_ended(cast: Cast) -> None:
    [item] = record_of(cast, running(cast)).items
    leave(cast)
    in_its_part = tried(cast, "meridian-net", item.reference)
    to_closed_part(cast)
    goes_on = tried(cast, "harbour-bank", item.reference)
    end_call(cast.desk, cast.secretary)
    assert tried(cast, "harbour-bank", item.reference) == goes_on
    assert goes_on[3].startswith("That call is over")
    assert f"The call of `{item.reference}` is over" in goes_on[-1]
    assert "Now: “Reports”" in in_its_part[0]


def test_an_agency_that_the_last_part_leaves_out_is_answered_there_as_once_the_call_has_ended(cast: Cast) -> None:
    with_approved(cast)
    for line in (
        f'segment add {DAY} agencies 10 "Among two" only fr-cnil us-fcc go', f"start {DAY} now", "gate", "clear",
        "gate", "clear",
    ):  # fmt: skip
        say(cast, cast.secretary, line)
    heard, goes_on = (tried(cast, name, "ITM222") for name in ("fr-cnil", "nz-dia"))
    end_call(cast.desk, cast.secretary)
    assert tried(cast, "nz-dia", "ITM222") == goes_on
    assert ("running now" in heard[2], "running now" in goes_on[2], ", held" in goes_on[2]) == (True, False, True)


def test_an_ended_call_is_held_and_tells_when_its_draft_is_due(cast: Cast) -> None:
    call_id = running(cast)
    over = end_call(cast.desk, cast.secretary)
    assert (over.name, over.draft_due, over.unconfirmed) == (DAY, START + timedelta(days=7, minutes=90), ())
    assert record_of(cast, call_id).call.state is CallState.HELD


def test_undo_takes_back_the_last_line_attendance_and_gate_by_name(cast: Cast) -> None:
    call_id = running(cast)
    reference = note(cast, "the list was agreed")
    told = [take_back(cast)]
    record_present(cast.desk, cast.secretary, "fr-cnil gb-ico")
    told.append(take_back(cast))
    shut_gate(cast.desk, cast.secretary)
    told.append(take_back(cast))
    assert told == [
        f"The note `{reference}` was taken back: TLP:AMBER the list was agreed",
        "Taken back: fr-cnil, gb-ico are no longer recorded as being there.",
        "The gate is open again: “Reports” goes on.",
    ]
    record = record_of(cast, call_id)
    assert record.call.live is not None
    assert (record.attendance, record.call.live.cleared) == ((), True)
    assert [line.taken_back_at is None for line in record.lines] == [False]


def test_a_line_taken_back_can_be_entered_again(cast: Cast) -> None:
    call_id = running(cast)
    note(cast, "the list was agreed")
    take_back(cast)
    again = note(cast, "the list was agreed")
    standing = [line.reference for line in record_of(cast, call_id).lines if line.taken_back_at is None]
    assert standing == [again]


def test_each_gate_is_on_the_record_with_its_times_and_by_whom(cast: Cast) -> None:
    running(cast)
    name_scribe(cast.desk, cast.secretary, "fr-cnil")
    scribe = cast.actor("fr-cnil")
    with cast.desk.store.begin() as tx:
        for actor in (scribe, cast.secretary):
            directory.link_slack_user(tx, "T1", actor.user, actor.contact.id, "roster", cast.clock(), confirmed=True)
    shut_gate(cast.desk, cast.secretary)
    cast.clock.advance(minutes=1)
    take_back(cast)
    cast.clock.advance(minutes=20)
    shut_gate(cast.desk, scribe)
    cast.clock.advance(minutes=2)
    clear_gate(cast.desk, cast.secretary)
    found = list_gates(cast.desk, scribe, DAY).gates
    assert [(g.shut_at - START, (g.cleared_at or START) - START, g.reopened) for g in found] == [
        (timedelta(), timedelta(minutes=1), True),
        (timedelta(minutes=21), timedelta(minutes=23), False),
    ]
    assert found[1].shut_by.startswith("Commission nationale")
    assert found[1].cleared_by.startswith("Federal Trade Commission")
    answer = say(cast, cast.secretary, f"gates {DAY}").text.splitlines()
    assert answer[0] == "The gates of “Case updates” (`2027-02-16`):"
    assert "cleared 08:23 America/New_York (13:23 UTC) by Federal Trade Commission" in answer[2]
    refused = {say(cast, cast.actor("gb-ico"), f"gates {day}").text for day in (DAY, "2030-01-01")}
    assert len(refused) == 1
