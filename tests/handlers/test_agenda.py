"""Proposals and items on a real database: who may do what, who is told what, and what a guest never reads."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.agenda import ItemState
from bot.attendees import Admission, AdmissionState
from bot.calls import Call, CallKind, CallState, Segment
from bot.confidentiality import Tlp
from bot.contact_words import NewContact
from bot.errors import Conflict, NotEntitled, NotFound
from bot.item_changes import Change, Do
from bot.notices import Notice
from bot.participants import Contact
from bot.proposing import Typed, read_proposal
from bot.topics import AudienceKind
from handlers import invitations
from handlers.agenda import NOTICES, UNDO, ask_for, propose_item
from handlers.agenda_changes import change_item
from handlers.agenda_pages import build_agenda, show_agenda
from handlers.agenda_views import AgendaView, ItemView
from handlers.composing import Kinds
from handlers.contacts import add_contact, remove_contact
from handlers.delivery import deliver_all
from handlers.desk import Actor
from handlers.work import Writing
from storage import agenda, attendees, call_parts, calls
from storage.outbox import Errand
from storage.tables import Door, OutboxRow, columns
from tests.bot.refusals import refusal_of
from tests.cast import Cast

START = datetime(2027, 2, 16, 13, tzinfo=UTC)
JOINT = Segment("s-joint", "Reports", AudienceKind.JOINT, 30)
CLOSED = Segment("s-closed", "Agencies", AudienceKind.AGENCIES, 60)
CALL = Call("call-1", "The February call", CallKind.MEMBERS, CallState.ANNOUNCED, START, (JOINT, CLOSED))
LATER = replace(
    CALL, id="call-2", title="The April call", start=START + timedelta(days=63),
    segments=(replace(JOINT, id="s-2-joint"), replace(CLOSED, id="s-2-closed")),
)  # fmt: skip
UNKNOWN = "I know no item “{item}” for you. `/lap agenda` lists those that you can read, each with its reference."


@dataclass
class Told:
    """What left by one door, in order: to whom, and what."""

    notices: list[tuple[str, Notice]] = field(default_factory=list)

    def __call__(self, notice: Notice, errand: Errand, contact: Contact, dated: datetime) -> None:
        self.notices.append((contact.email, notice))


@dataclass
class Room:
    """A cast with a call in February and one in April, and a house that delivers what the agenda's acts tell."""

    cast: Cast
    mail: Told = field(default_factory=Told)
    slack: Told = field(default_factory=Told)

    def __post_init__(self) -> None:
        self.secretary = self.cast.secretary
        self.cnil, self.crtc = self.cast.actor("fr-cnil"), self.cast.actor("ca-crtc")
        self.bank, self.oecd = self.cast.actor("harbour-bank"), self.cast.actor("oecd")
        self.desk = self.cast.desk
        with self.desk.store.begin() as tx:
            calls.insert_calls(tx, [CALL, LATER], self.cast.clock())

    def propose(self, actor: Actor, line: str) -> ItemView:
        return propose_item(self.desk, actor, read_proposal(line, self.desk.procedure.topics)).item

    def do(self, actor: Actor, item: ItemView, change: Change) -> ItemView:
        return change_item(self.desk, actor, item.reference, change).item

    def accepted(self, actor: Actor, line: str) -> ItemView:
        return self.do(self.secretary, self.propose(actor, line), Change(Do.ACCEPT))

    def placed(self, actor: Actor, line: str, place: str) -> ItemView:
        call, _, part = place.partition("/")
        return self.do(self.secretary, self.propose(actor, line), Change(Do.TO, call=call, part=part))

    def approve(self, actor: Actor, *segments: Segment) -> None:
        now = self.cast.clock()
        admissions = [
            Admission("call-1", s.id, actor.contact.id, actor.participant.id, AdmissionState.APPROVED, now, now)
            for s in segments
        ]
        with self.desk.store.begin() as tx:
            attendees.insert_admissions(tx, admissions)
            calls.update_call(tx, "call-1", list_approved_at=now)

    def deliver(self) -> None:
        self.mail.notices.clear()
        self.slack.notices.clear()
        desk = replace(self.desk, send={Door.MAIL: self.mail, Door.SLACK: self.slack})
        deliver_all(desk, Kinds(NOTICES, frozenset()))

    def mailed(self, actor: Actor) -> list[Notice]:
        return [notice for who, notice in self.mail.notices if who == actor.contact.email]


@pytest.fixture
def room(cast: Cast) -> Room:
    return Room(cast)


def titles(shown: AgendaView) -> list[list[str]]:
    return [[i.title for i in part.items] for part in shown.parts]


def test_an_agencys_proposal_waits_closed_for_the_next_call_with_the_usual_label(room: Room) -> None:
    placed = propose_item(room.desk, room.cnil, read_proposal("cases 15 Robocalls", room.desk.procedure.topics))
    item = placed.item
    assert (item.title, item.minutes, item.audience, item.label, item.state) == (
        "Robocalls", 15, AudienceKind.AGENCIES, Tlp.AMBER, ItemState.PROPOSED,
    )  # fmt: skip
    assert placed.call is not None
    assert placed.call.title == "The February call"


def test_a_guests_proposal_goes_into_the_pool_and_says_nothing_of_a_call(room: Room) -> None:
    placed = propose_item(room.desk, room.bank, read_proposal("cases Fraud numbers", room.desk.procedure.topics))
    assert (placed.call, placed.item.audience) == (None, None)


@pytest.mark.parametrize("call", ["next", "2027-02-16", "2031-01-01"])
def test_a_guest_who_names_a_call_is_told_the_same_whether_it_exists_or_not(room: Room, call: str) -> None:
    assert refusal_of(lambda: room.propose(room.bank, f'{call} trends "Botnets"')) == (
        "Proposals of representatives and observers go into a pool, from which the secretariat takes them for a call. "
        "Leave the call out; a title that begins with “next” or “last” goes in quotes."
    )


def test_nobody_enters_something_for_another_organisation_but_the_secretariat(room: Room) -> None:
    for org in ("us-ftc", "nobody-at-all"):
        with pytest.raises(NotEntitled) as refused:
            room.propose(room.bank, f'trends "Botnets" for {org}')
        assert (
            refused.value.says
            == "You speak for Harbour Bank. Only the secretariat can enter something for another organisation."
        )


def test_the_secretariat_enters_a_proposal_for_an_agency_and_the_answer_names_it(room: Room) -> None:
    typed = read_proposal("cases Robocalls for fr-cnil", room.desk.procedure.topics)
    placed = propose_item(room.desk, room.secretary, typed)
    assert (placed.hat, placed.item.proposer) == (room.cnil.participant.name,) * 2


def test_a_title_that_ends_in_for_somebody_unknown_is_a_title(room: Room) -> None:
    assert room.propose(room.secretary, "cases Tips for consumers abroad").title == "Tips for consumers abroad"


def test_minutes_beyond_the_call_are_refused(room: Room) -> None:
    says = [refusal_of(lambda m=m: room.propose(room.cnil, f"cases {m} Robocalls")) for m in (0, 91)]
    assert says == [f"{m} minutes is not a length I can use: give 1 to 90 minutes, for example `30`." for m in (0, 91)]


def test_a_call_that_is_over_takes_no_proposal(room: Room) -> None:
    room.cast.clock.at = START + timedelta(days=1)
    assert refusal_of(lambda: room.propose(room.cnil, "2027-02-16 cases Robocalls")) == (
        "That call is over. Propose it for a coming one: leave the call out, or name one of `/lap calls`."
    )


def test_the_same_request_twice_proposes_once(room: Room) -> None:
    actor = room.cast.again(room.cnil, "trigger-1")
    item = room.propose(actor, "cases Robocalls")
    assert refusal_of(lambda: room.propose(actor, "cases Robocalls")) == f"This was already done: `{item.reference}`."
    assert len(show_agenda(room.desk, room.secretary, None).waiting) == 1


def test_the_secretariat_is_told_of_a_proposal_with_buttons_and_in_words(room: Room) -> None:
    item = room.propose(room.cnil, "cases Robocalls")
    room.deliver()
    (notice,) = room.mailed(room.secretary)
    when = "The February call, Tue 16 Feb 2027, 08:00 America/New_York (13:00 UTC)"
    assert (notice.subject, notice.items) == (f"Proposal {item.reference}, for {when}", ("TLP:AMBER Robocalls",))
    assert [b.action for b in notice.buttons] == ["item.accept", "item.decline"]
    assert f"`/lap item {item.reference} accept`" in notice.closing[0]


def test_a_text_above_what_a_door_may_carry_is_not_sent_by_it(room: Room) -> None:
    room.propose(room.cnil, "cases Robocalls TLP:RED")
    room.deliver()
    (notice,) = room.mailed(room.secretary)
    assert (notice.items, notice.label) == (("TLP:RED (on your page)",), None)


def test_an_item_that_is_not_yours_to_know_and_one_that_is_not_there_are_told_alike(room: Room) -> None:
    hidden = room.propose(room.cnil, "cases Robocalls").reference
    for reference in (hidden, "ABC234"):
        for actor in (room.crtc, room.bank):
            with pytest.raises(NotFound) as refused:
                change_item(room.desk, actor, reference, Change(Do.WITHDRAW))
            assert refused.value.says == UNKNOWN.format(item=reference)


def test_who_may_read_an_item_is_told_whose_it_is(room: Room) -> None:
    item = room.accepted(room.cnil, "cases Robocalls")
    assert refusal_of(lambda: room.do(room.crtc, item, Change(Do.WITHDRAW))) == (
        f"`{item.reference}` was proposed by {room.cnil.participant.name}: only it and the secretariat can change it."
    )


def test_an_accepted_item_is_read_by_every_agency_invited_and_no_guest(room: Room) -> None:
    room.placed(room.cnil, "cases Robocalls", "next/2")
    room.approve(room.bank, JOINT)
    assert titles(show_agenda(room.desk, room.crtc, None)) == [[], ["Robocalls"]]
    assert titles(show_agenda(room.desk, room.bank, None)) == [[]]


def test_a_pool_item_is_accepted_for_the_next_call_that_takes_its_guest(room: Room) -> None:
    with room.desk.store.begin() as tx:
        calls.update_call(tx, "call-1", kind=CallKind.LAW_ENFORCEMENT)
    item = room.propose(room.bank, "trends Botnets")
    changed = change_item(room.desk, room.secretary, item.reference, Change(Do.ACCEPT))
    assert changed.call is not None
    assert changed.call.title == "The April call"


def test_a_guest_is_told_that_its_proposal_is_accepted_and_no_date_that_it_may_not_know(room: Room) -> None:
    item = room.placed(room.bank, "trends Botnets", "next/1")
    room.deliver()
    (notice,) = room.mailed(room.bank)
    assert notice.subject == f"Your proposal {item.reference}: accepted"
    assert notice.facts == (("Item", item.reference), ("Topic", "B.3.a.ii trends"), ("Minutes", "10"))
    assert notice.paragraphs == (
        "Your proposal has been accepted.",
        "Invitations are sent separately: if you are to join the part in which it is heard, you get one.",
    )


def test_an_invited_guest_is_told_the_part_of_its_item_as_its_own_window_shows_it(room: Room) -> None:
    room.approve(room.bank, JOINT)
    room.placed(room.bank, "trends Botnets", "next/1")
    room.deliver()
    (notice,) = room.mailed(room.bank)
    assert notice.facts[3:] == (
        ("Call", "Reports, Tue 16 Feb 2027, 13:00-13:30 Europe/London (13:00-13:30 UTC)"),
        ("Part", "1. Reports"),
    )


def test_a_guest_whose_item_stands_in_a_closed_part_is_told_no_more_than_that_it_is_accepted(room: Room) -> None:
    room.approve(room.bank, JOINT)
    item = room.placed(room.bank, "trends Botnets", "next/2")
    shown = show_agenda(room.desk, room.bank, None)
    assert (titles(shown), [(i.reference, i.state) for i in shown.own]) == (
        [[]], [(item.reference, ItemState.ACCEPTED)],
    )  # fmt: skip


def test_an_agency_is_told_where_its_accepted_item_was_moved_to_and_not_that_it_is_accepted_again(room: Room) -> None:
    item = room.placed(room.cnil, "cases Robocalls", "next/2")
    room.deliver()
    room.do(room.secretary, item, Change(Do.TO, call="next", part="1"))
    room.deliver()
    (notice,) = room.mailed(room.cnil)
    when = "The February call, Tue 16 Feb 2027, 14:00 Europe/Paris (13:00 UTC)"
    assert (notice.subject, notice.paragraphs) == (
        f"Your proposal {item.reference}: moved, for {when}",
        ("Your proposal has been moved: it stands in “Reports” now.",),
    )


def test_a_guest_whose_item_was_moved_into_a_part_it_does_not_hear_is_told_no_more_than_that(room: Room) -> None:
    room.approve(room.bank, JOINT)
    item = room.placed(room.bank, "trends Botnets", "next/1")
    room.deliver()
    room.do(room.secretary, item, Change(Do.TO, call="next", part="2"))
    room.cast.clock.advance(minutes=3)
    room.deliver()
    (notice,) = room.mailed(room.bank)
    assert (notice.subject, notice.paragraphs[0], notice.facts[3:]) == (
        f"Your proposal {item.reference}: moved",
        "Your proposal has been moved.",
        (),
    )


def test_an_accepted_item_that_the_secretariat_shortens_is_told_as_changed(room: Room) -> None:
    item = room.accepted(room.cnil, "cases Robocalls")
    room.deliver()
    room.do(room.secretary, item, Change(Do.MINUTES, minutes=5))
    room.deliver()
    assert [n.paragraphs for n in room.mailed(room.cnil)] == [
        ("The secretariat has changed your proposal. It stands as follows.",)
    ]


@pytest.mark.parametrize(("do", "word"), [(Do.DECLINE, "declined"), (Do.DEFER, "deferred")])
def test_the_proposer_is_told_what_became_of_its_item(room: Room, do: Do, word: str) -> None:
    item = room.propose(room.cnil, "cases Robocalls")
    room.do(room.secretary, item, Change(do))
    room.deliver()
    assert [n.subject for n in room.mailed(room.cnil)] == [f"Your proposal {item.reference}: {word}"]


def test_what_is_told_is_what_is_true_when_it_is_sent(room: Room) -> None:
    item = room.accepted(room.cnil, "cases Robocalls")
    room.do(room.secretary, item, Change(Do.DECLINE))
    room.deliver()
    assert {n.subject for n in room.mailed(room.cnil)} == {f"Your proposal {item.reference}: declined"}


def test_the_secretariat_never_opens_an_item_but_asks_its_proposer(room: Room) -> None:
    item = room.placed(room.cnil, "cases Robocalls", "next/1")
    changed = change_item(room.desk, room.secretary, item.reference, Change(Do.JOINT))
    room.deliver()
    asked = [n for n in room.mailed(room.cnil) if n.buttons]
    assert changed.part is not None
    assert (changed.asked, changed.item.audience) == (True, AudienceKind.AGENCIES)
    assert [(n.subject, n.buttons[0].action, n.buttons[0].value) for n in asked] == [
        (
            f"May guests hear your item {item.reference}, for The February call, Tue 16 Feb 2027, 14:00 Europe/Paris "
            "(13:00 UTC)?",
            "item.consent",
            f"{item.reference} {changed.part.id}",
        )
    ]
    assert f"`/lap item {item.reference} joint`" in asked[0].closing[0]


def test_only_once_its_proposer_says_so_a_closed_item_is_read_by_the_guests_of_its_part(room: Room) -> None:
    room.approve(room.bank, JOINT)
    item = room.placed(room.cnil, "cases Robocalls", "next/1")
    before = titles(show_agenda(room.desk, room.bank, None))
    room.do(room.secretary, item, Change(Do.JOINT))
    asked = titles(show_agenda(room.desk, room.bank, None))
    room.do(room.cnil, item, Change(Do.JOINT))
    assert (before, asked, titles(show_agenda(room.desk, room.bank, None))) == ([[]], [[]], [["Robocalls"]])


def test_who_took_the_proposers_place_is_asked_for_consent_and_else_another_of_its_organisation(room: Room) -> None:
    item = room.placed(room.cnil, "cases Robocalls", "next/1")
    add_contact(room.desk, room.secretary, NewContact("second@fr-cnil.example", "Second", "fr-cnil"))
    remove_contact(room.desk, room.secretary, room.cnil.contact.email)
    room.do(room.secretary, item, Change(Do.JOINT))
    room.deliver()
    assert [who for who, n in room.mail.notices if n.subject.startswith("May guests hear your item")] == [
        "second@fr-cnil.example"
    ]


def test_the_secretariat_enters_an_agencys_word_in_its_name(room: Room) -> None:
    item = room.placed(room.cnil, "cases Robocalls", "next/1")
    changed = change_item(room.desk, room.secretary, item.reference, Change(Do.JOINT, org="fr-cnil"))
    assert (changed.asked, changed.item.audience, changed.hat) == (
        False, AudienceKind.JOINT, room.cnil.participant.name,
    )  # fmt: skip


def test_nobody_opens_an_item_in_the_name_of_another_agency(room: Room) -> None:
    item = room.placed(room.cnil, "cases Robocalls", "next/1")
    with pytest.raises(NotEntitled):
        change_item(room.desk, room.secretary, item.reference, Change(Do.JOINT, org="ca-crtc"))


def test_closing_takes_an_item_from_the_guests_at_once(room: Room) -> None:
    room.approve(room.bank, JOINT)
    item = room.placed(room.cnil, "trends Botnets", "next/1")
    room.do(room.secretary, item, Change(Do.CLOSED))
    assert titles(show_agenda(room.desk, room.bank, None)) == [[]]


def test_a_closed_item_put_into_a_joint_part_is_marked_closed_there(room: Room) -> None:
    assert room.placed(room.cnil, "cases Robocalls", "next/1").closed_there


def test_a_part_that_gets_too_full_is_told(room: Room) -> None:
    item = room.propose(room.cnil, "trends 40 Botnets")
    assert change_item(room.desk, room.secretary, item.reference, Change(Do.TO, call="next", part="1")).over == 10


def test_what_is_put_into_a_part_by_hand_stands_there_in_the_catalogues_order(room: Room) -> None:
    room.placed(room.cnil, 'A.3.d "Later topic"', "2027-02-16/2")
    room.placed(room.cnil, 'A.3.a "Cases"', "2027-02-16/2")
    assert titles(show_agenda(room.desk, room.secretary, "2027-02-16")) == [[], ["Cases", "Later topic"]]


def test_the_order_in_a_part_is_the_secretariats(room: Room) -> None:
    room.placed(room.cnil, "cases First", "next/2")
    second = room.placed(room.crtc, "cases Second", "next/2")
    room.do(room.secretary, second, Change(Do.UP))
    assert titles(show_agenda(room.desk, room.cnil, None))[1] == ["Second", "First"]


def test_an_item_of_a_call_of_few_agencies_is_not_taken_to_a_wider_one(room: Room) -> None:
    with room.desk.store.begin() as tx:
        calls.update_call(tx, "call-1", only=calls.joined(["p-fr-cnil", "p-us-ftc"]))
    item = room.accepted(room.cnil, "cases Robocalls")
    assert refusal_of(lambda: room.do(room.secretary, item, Change(Do.TO, call="2027-04-20", part="2"))) == (
        f"`{item.reference}` was proposed for a call of named Agencies, and that call is open to others. "
        f"Only its proposer can bring it there: ask {room.cnil.participant.name} to propose it for that call."
    )


def test_nothing_of_a_call_of_few_agencies_comes_back_on_a_wider_one(room: Room) -> None:
    with room.desk.store.begin() as tx:
        calls.update_call(tx, "call-1", only=calls.joined(["p-fr-cnil", "p-us-ftc"]))
    item = room.propose(room.cnil, "cases Robocalls")
    room.do(room.secretary, item, Change(Do.DEFER))
    built = build_agenda(room.desk, room.secretary, "2027-04-20")
    assert (titles(built), [i.reference for i in built.kept]) == ([[], []], [item.reference])


def test_building_places_what_was_accepted_and_lists_what_waits(room: Room) -> None:
    room.accepted(room.cnil, "developments A new law")
    room.accepted(room.crtc, "cases Robocalls")
    room.accepted(room.bank, "trends Botnets")
    room.propose(room.crtc, "cases Not decided")
    built = build_agenda(room.desk, room.secretary, None)
    assert titles(built) == [["Botnets"], ["Robocalls", "A new law"]]
    assert [i.title for i in built.waiting] == ["Not decided"]


def test_what_finds_no_time_is_told_with_the_minutes_lacking(room: Room) -> None:
    room.accepted(room.cnil, "cases 50 Long")
    room.accepted(room.crtc, "cases 25 Late")
    built = build_agenda(room.desk, room.secretary, None)
    assert [(left.item.title, left.minutes) for left in built.lacking] == [("Late", 15)]


def test_deferred_and_unplaced_items_come_back_on_the_next_calls_agenda(room: Room) -> None:
    deferred, unplaced = room.propose(room.cnil, "cases Deferred"), room.accepted(room.crtc, "cases Unplaced")
    room.do(room.secretary, deferred, Change(Do.DEFER))
    room.cast.clock.at = START + timedelta(days=2)
    room.deliver()
    assert titles(build_agenda(room.desk, room.secretary, None)) == [[], ["Deferred", "Unplaced"]]
    room.deliver()
    assert [n.subject for n in room.mailed(room.crtc)] == [
        f"Your proposal {unplaced.reference}: moved, for The April call, Tue 20 Apr 2027, 09:00 America/Toronto "
        "(13:00 UTC)"
    ]


def test_an_item_deferred_from_a_call_does_not_come_back_on_that_call(room: Room) -> None:
    room.do(room.secretary, room.propose(room.cnil, "cases Deferred"), Change(Do.DEFER))
    assert titles(build_agenda(room.desk, room.secretary, "2027-02-16")) == [[], []]


def test_building_twice_changes_and_tells_nothing_more(room: Room) -> None:
    room.accepted(room.cnil, "cases Robocalls")
    first = build_agenda(room.desk, room.secretary, None)
    room.deliver()
    second = build_agenda(room.desk, room.secretary, None)
    room.deliver()
    assert (titles(first), room.mail.notices) == (titles(second), [])


def test_only_the_secretariat_builds(room: Room) -> None:
    with pytest.raises(NotEntitled) as refused:
        build_agenda(room.desk, room.cnil, None)
    assert refused.value.says == "Only the secretariat can build an agenda. Ask it to, at calls@lap.example."


def test_an_agenda_that_is_over_is_not_built(room: Room) -> None:
    room.cast.clock.at = START + timedelta(days=1)
    with pytest.raises(Conflict):
        build_agenda(room.desk, room.secretary, "2027-02-16")


def test_a_gap_follows_the_guests_own_item(room: Room) -> None:
    first, second, third = (Segment(f"s{n}", f"Part {n}", kind, 30) for n, kind in enumerate(
        (AudienceKind.JOINT, AudienceKind.AGENCIES, AudienceKind.JOINT), 1
    ))  # fmt: skip
    with room.desk.store.begin() as tx:
        calls.remove_segments(tx, [s.id for s in CALL.segments])
        calls.rewrite_segments(tx, replace(CALL, segments=(first, second, third)))
    room.approve(room.bank, first, third)
    before = show_agenda(room.desk, room.bank, None)
    room.placed(room.bank, "trends Botnets", "2027-02-16/3")
    after = show_agenda(room.desk, room.bank, None)
    with room.desk.store.begin() as tx:
        told = set(tx.execute(select(columns(OutboxRow).kind)).scalars())
    assert [p.segment.title for p in before.parts] == ["Part 1"]
    assert [p.segment.title for p in after.parts] == ["Part 3"]
    assert invitations.KIND in told


def test_an_agency_asks_for_a_guest_and_nothing_is_admitted(room: Room) -> None:
    told = ask_for(room.desk, room.cnil, "harbour-bank", "next/1")
    room.deliver()
    (notice,) = room.mailed(room.secretary)
    with room.desk.store.read() as tx:
        assert call_parts.admissions_of(tx, ["call-1"]) == []
    assert told.name == "Harbour Bank"
    assert notice.paragraphs == (
        f"{room.cnil.participant.name} asks that Harbour Bank be admitted. Nothing has been admitted by this.",
    )
    assert [(b.action, b.value) for b in notice.buttons] == [("admit", "call-1")]
    assert notice.closing[0].startswith("To admit, send `/lap admit harbour-bank to 2027-02-16/1`.")


@pytest.mark.parametrize(
    ("who", "place", "says"),
    [
        (
            "harbour-bank",
            "next/2",
            "Harbour Bank cannot join that part: Agencies. Ask for a joint part, or leave the part out.",
        ),
        (
            "us-fcc",
            "next",
            "Federal Communications Commission is an Agency: Agencies are invited with the call. "
            "Ask for a representative or an observer.",
        ),
    ],
)
def test_asking_for_who_cannot_come_says_why(room: Room, who: str, place: str, says: str) -> None:
    assert refusal_of(lambda: ask_for(room.desk, room.cnil, who, place)) == says


def test_asking_for_a_guest_tells_an_agency_of_no_part_that_it_does_not_hear(room: Room) -> None:
    """It was taken where a joint part of others has the guest in it, and refused where there is none."""
    theirs = frozenset({room.crtc.participant.id, room.bank.participant.id})
    with room.desk.store.begin() as tx:
        hidden = replace(JOINT, only=theirs)
        calls.rewrite_segments(tx, replace(CALL, segments=(hidden, CLOSED)))
    assert refusal_of(lambda: ask_for(room.desk, room.cnil, "harbour-bank", "next")) == (
        "That call has no part yet that Harbour Bank can join. Ask the secretariat for a joint part, at "
        "calls@lap.example."
    )
    assert ask_for(room.desk, room.crtc, "harbour-bank", "next").name == "Harbour Bank"


def test_the_secretariat_admits_rather_than_asks(room: Room) -> None:
    assert refusal_of(lambda: ask_for(room.desk, room.secretary, "harbour-bank", "next")) == (
        "To admit somebody yourself, send `/lap admit harbour-bank to next`. To enter an Agency's question, "
        "say whose: `/lap ask harbour-bank to next for AGENCY`."
    )


def test_a_proposal_is_taken_back_while_nobody_decided_on_it(room: Room) -> None:
    item = room.propose(room.cnil, "cases Robocalls")
    with room.desk.store.begin() as tx:
        said = UNDO["propose"](Writing(room.desk, tx, room.cnil, room.cast.clock()), item.reference)
    assert said == f"Withdrawn: your proposal `{item.reference}` TLP:AMBER Robocalls"
    with room.desk.store.read() as tx:
        found = agenda.find(tx, item.reference)
    assert found is not None
    assert found.item.state is ItemState.WITHDRAWN


def test_a_proposal_that_was_decided_on_is_not_undone(room: Room) -> None:
    item = room.accepted(room.cnil, "cases Robocalls")
    with room.desk.store.begin() as tx:
        work = Writing(room.desk, tx, room.cnil, room.cast.clock())
        assert refusal_of(lambda: UNDO["propose"](work, item.reference)) == (
            f"Your proposal `{item.reference}` has been decided on meanwhile, so it was left as it is. "
            f"`/lap item {item.reference} withdraw` takes it back."
        )


def test_the_secretariat_learns_what_a_proposer_did_to_an_accepted_item(room: Room) -> None:
    item = room.accepted(room.cnil, "cases Robocalls")
    room.deliver()
    room.do(room.cnil, item, Change(Do.WITHDRAW))
    room.deliver()
    assert [n.subject for n in room.mailed(room.secretary)] == [
        f"Item {item.reference}: withdrawn by its proposer, for The February call, Tue 16 Feb 2027, 08:00 "
        "America/New_York (13:00 UTC)"
    ]


def test_nobody_invited_reads_a_proposal_of_others(room: Room) -> None:
    room.propose(room.cnil, "cases Robocalls")
    shown = show_agenda(room.desk, room.crtc, None)
    assert (titles(shown), shown.waiting, shown.own, shown.pool, shown.unplaced) == ([[], []], (), (), (), ())


def test_a_guest_without_an_invitation_still_reads_what_became_of_its_own(room: Room) -> None:
    item = room.propose(room.bank, "trends Botnets")
    room.do(room.secretary, item, Change(Do.DECLINE))
    shown = show_agenda(room.desk, room.bank, None)
    assert (shown.call, [(i.title, i.state) for i in shown.own]) == (None, [("Botnets", ItemState.DECLINED)])


def test_a_closed_item_makes_no_difference_to_a_guests_agenda(room: Room) -> None:
    room.approve(room.bank, JOINT)
    room.placed(room.crtc, "trends Botnets", "next/1")
    before = show_agenda(room.desk, room.bank, None)
    room.placed(room.cnil, "cases Secret", "next/1")
    room.placed(room.cnil, "cases Also secret", "next/2")
    room.accepted(room.cnil, "cases Unplaced secret")
    assert show_agenda(room.desk, room.bank, None) == before


def test_a_form_without_a_call_of_its_own_is_the_next_calls(room: Room) -> None:
    typed = Typed(room.desk.procedure.topics[0], title="Robocalls")
    assert [propose_item(room.desk, room.cnil, typed, call_id).call.title for call_id in (None, "call-2")] == [  # type: ignore[union-attr]
        "The February call", "The April call",
    ]  # fmt: skip
