"""Contacts come, change hands and go: who may say so, what passes on, what ends, and who is told."""

from datetime import timedelta
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from bot.contact_words import NewContact
from bot.errors import Conflict, NotEntitled, NotUnderstood, Refusal
from bot.participants import Contact, Role, broken_rules
from bot.topics import AudienceKind
from bot.when import read_moment
from handlers.actions import give_action
from handlers.announcing import announce_call
from handlers.attendees import admit
from handlers.calls import add_call, list_calls, show_call
from handlers.circulation import approve_list, circulate
from handlers.contacts import Done, add_contact, confirm_contact, remove_contact, replace_contact
from handlers.desk import Actor
from handlers.directory import add_participant, leave
from handlers.identity import the_machine
from handlers.live import end_call, start_call
from handlers.minutes import send_minutes
from handlers.objecting import Asked
from handlers.objections import object_to_access, withdraw_objection
from handlers.roster import export_roster, import_roster
from handlers.segments import add_segment
from storage import directory, links, objections
from storage.directory import Directory
from storage.tables import ActionItemRow, OutboxRow, columns
from tests import lists
from tests.bench.life import FRAME
from tests.bench.statement_row import MOST
from tests.bot.refusals import refusal_of
from tests.cast import Cast
from tests.cast import cast as make_cast
from tests.handlers.newcomers import BANK
from tests.held import leaves, running
from tests.statements import heard
from tests.told import Told

ICO = "spam-enforcement@gb-ico.example"
DESK, COLLEAGUE = "abuse-desk@harbour-bank.example", "colleague@harbour-bank.example"
CALL = "2027-02-16"
OF_THE_BANK, JOE = NewContact("jane@harbour-bank.example", "Jane Doe", "harbour-bank"), "joe@harbour-bank.example"
JANE = NewContact("Jane@gb-ico.example", "Jane Doe", "gb-ico", frozenset({Role.POINT_OF_CONTACT}))


def announced(cast: Cast) -> None:
    start, _ = read_moment([CALL, "13:00", "UTC"], now=cast.clock(), zone=cast.secretary.zone)
    add_call(cast.desk, cast.secretary, start, 90, "Members' call")
    add_segment(cast.desk, cast.secretary, CALL, AudienceKind.JOINT, 30, "Reports")
    announce_call(cast.desk, cast.secretary, CALL)


def approved(cast: Cast, who: str = "harbour-bank") -> None:
    announced(cast)
    admit(cast.desk, cast.secretary, [who], CALL)
    circulate(cast.desk, cast.secretary, CALL, None)
    approve_list(cast.desk, cast.secretary, CALL, early=True)


def everybody(cast: Cast) -> Directory:
    with cast.desk.store.read() as tx:
        return directory.everybody(tx)


def entry(cast: Cast, email: str) -> Contact | None:
    return next((c for c in everybody(cast).contacts if c.email == email), None)


def kinds(told: Told) -> list[tuple[str, str, str]]:
    """Kind, e-mail and the subject's first words of what is told by mail now."""
    return [(k, to, n.subject.split(":")[0]) for k, door, to, n in told.now() if door.value == "mail"]


# --- added ---


def test_the_secretariat_adds_a_contact_at_once_with_the_organisations_zone(cast: Cast) -> None:
    add_contact(cast.desk, cast.secretary, JANE)
    jane = entry(cast, "jane@gb-ico.example")
    assert jane is not None
    assert (jane.name, jane.zone, jane.roles, jane.attending) == (
        "Jane Doe", "Europe/London", frozenset({Role.POINT_OF_CONTACT}), True
    )  # fmt: skip


def test_adding_a_contact_mails_nobody_where_no_call_is_announced(cast: Cast) -> None:
    told = Told(cast)
    add_contact(cast.desk, cast.secretary, JANE)
    assert told.now() == []


def test_a_new_agency_contact_is_welcomed_and_then_invited_to_the_coming_calls(cast: Cast) -> None:
    announced(cast)
    told = Told(cast)
    told.now()
    done = add_contact(cast.desk, cast.secretary, JANE)
    assert done.invited == 1
    assert kinds(told) == [
        ("welcome", "jane@gb-ico.example", "Who writes to you, and why"),
        ("invitation", "jane@gb-ico.example", "Invitation"),
    ]


def test_a_new_contact_of_a_representative_waits_for_a_list_to_be_invited(cast: Cast) -> None:
    approved(cast)
    told = Told(cast)
    told.now()
    add_contact(cast.desk, cast.secretary, NewContact("jane@harbour-bank.example", "Jane", "harbour-bank"))
    assert told.now() == []


def test_an_address_that_is_there_already_gets_the_new_roles_and_keeps_the_rest(cast: Cast) -> None:
    point = frozenset({Role.POINT_OF_CONTACT})
    add_contact(cast.desk, cast.secretary, NewContact("spam-enforcement@us-ftc.example", roles=point))
    changed = entry(cast, "spam-enforcement@us-ftc.example")
    assert changed is not None
    assert (changed.id, changed.name, changed.roles) == (
        "c-spam-enforcement@us-ftc.example", "Point of contact, us-ftc", point
    )  # fmt: skip


REFUSED = [
    (NewContact("jane", "Jane", "gb-ico"), NotUnderstood, "“jane” is no e-mail address that I can use. Write it as "
     "name@organisation.example."),
    (NewContact("j@x.example", "Jane"), NotUnderstood, 'For which organisation? Add it, as in `/lap contact add '
     'j@x.example "Jane" for us-ftc`.'),
    (NewContact(DESK, "Jane", "gb-ico"), Conflict, "abuse-desk@harbour-bank.example is a contact of Harbour Bank "
     "already. Nobody speaks for two organisations: use another address, or send `/lap contact remove "
     "abuse-desk@harbour-bank.example` first."),
    (NewContact("j@x.example", "Jane", "harbour-bank", frozenset({Role.SECRETARIAT})), NotUnderstood, "A contact of "
     "Harbour Bank is no secretariat. It may be spam enforcement contact, or none."),
    (NewContact("j@x.example", "Jane", "gb-ico", frozenset({Role.PRIMARY_CONTACT})), Conflict, "GB would have two "
     "primary contacts, j@x.example and spam-enforcement@gb-oft.example. A country has one (Plan A.2): let one of them "
     "be a point of contact first, or replace it."),
    (NewContact(ICO, organisation="gb-ico"), Conflict, f"{ICO} is a contact of Information Commissioner's Office "
     "already, and nothing in that would change."),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "kind", "says"), REFUSED)
def test_a_contact_that_cannot_be_added_is_refused(
    cast: Cast, asked: NewContact, kind: type[Refusal], says: str
) -> None:
    with pytest.raises(kind) as refused:
        add_contact(cast.desk, cast.secretary, asked)
    assert refused.value.says == says


# --- asked for ---


def asked_by(cast: Cast, actor: Actor) -> Done:
    return add_contact(cast.desk, actor, NewContact("jane@harbour-bank.example", "Jane Doe"))


def test_a_representative_asks_for_a_contact_and_nothing_changes_yet(cast: Cast) -> None:
    done = asked_by(cast, cast.actor("harbour-bank"))
    assert (done.waits, entry(cast, "jane@harbour-bank.example")) == (True, None)


def test_the_secretariat_is_told_of_a_request_by_mail_and_in_slack_with_the_line_that_confirms_it(cast: Cast) -> None:
    told = Told(cast)
    done = asked_by(cast, cast.actor("harbour-bank"))
    given = [g for g in told.now() if g[0] != "welcome"]  # nobody had written to the secretariat before
    assert sorted((door.value, to) for _, door, to, _ in given) == [
        (door, f"secretariat@{org}.example") for door in ("mail", "slack") for org in ("gb-oft", "us-ftc")
    ]
    notice = given[0][3]
    assert notice.paragraphs == (
        "Spam enforcement contact, harbour-bank (Harbour Bank) asks that Jane Doe, jane@harbour-bank.example, be a "
        "contact of Harbour Bank.",
        "Nothing changes until you confirm it: press the button in Slack, or type there: "
        '/lap contact add jane@harbour-bank.example "Jane Doe" for harbour-bank zone Europe/London',
    )
    assert [(b.action, b.value) for b in notice.buttons] == [("contact.add", done.reference)]


def test_a_request_is_done_once_the_secretariat_confirms_it_and_its_asker_is_told(cast: Cast) -> None:
    told = Told(cast)
    done = asked_by(cast, cast.actor("harbour-bank"))
    confirm_contact(cast.desk, cast.secretary, done.reference)
    assert entry(cast, "jane@harbour-bank.example") is not None
    assert kinds(told) == [
        ("welcome", DESK, "Who writes to you, and why"),
        ("contact.confirmed", DESK, "Confirmed"),
    ]


def test_a_request_is_confirmed_once(cast: Cast) -> None:
    reference = asked_by(cast, cast.actor("harbour-bank")).reference
    confirm_contact(cast.desk, cast.secretary, reference)
    with pytest.raises(Conflict) as refused:
        confirm_contact(cast.desk, cast.secretary, reference)
    assert refused.value.says == f"Nothing waits under `{reference}`: it was confirmed already, or is not asked for."


def test_a_wish_hands_on_no_seat_that_was_given_since_it_was_asked_for(cast: Cast) -> None:
    asked = replace_contact(cast.desk, cast.actor("gb-ico"), ICO, "new@gb-ico.example", "New").reference
    seats = frozenset({Role.POINT_OF_CONTACT, Role.SECRETARIAT})
    add_contact(cast.desk, cast.secretary, NewContact(ICO, roles=seats))
    assert refusal_of(lambda: confirm_contact(cast.desk, cast.secretary, asked)) == (
        "Point of contact, gb-ico is of the secretariat since this was asked for, and a wish hands on no seat of it "
        f'(Plan C). Where you mean that, send `/lap contact replace {ICO} by new@gb-ico.example "New"`.'
    )


def test_a_wish_takes_no_seat_away_that_was_given_since_it_was_asked_for(cast: Cast) -> None:
    asked = add_contact(cast.desk, cast.actor("gb-ico"), NewContact(ICO, "Another name")).reference
    seats = frozenset({Role.POINT_OF_CONTACT, Role.SECRETARIAT})
    add_contact(cast.desk, cast.secretary, NewContact(ICO, roles=seats))
    done = confirm_contact(cast.desk, cast.secretary, asked).contact
    assert (done.name, done.roles) == ("Another name", seats)


def test_only_the_secretariat_confirms_a_request(cast: Cast) -> None:
    reference = asked_by(cast, cast.actor("harbour-bank")).reference
    with pytest.raises(NotEntitled):
        confirm_contact(cast.desk, cast.actor("gb-ico"), reference)


def test_an_organisation_enters_only_its_own_people(cast: Cast) -> None:
    with pytest.raises(NotEntitled) as refused:
        add_contact(cast.desk, cast.actor("harbour-bank"), NewContact("j@x.example", "J", "gb-ico"))
    assert (
        refused.value.says == "You speak for Harbour Bank. Only the secretariat enters contacts of other organisations."
    )


def test_an_agency_cannot_give_itself_the_secretariats_role(cast: Cast) -> None:
    asked = NewContact("j@gb-ico.example", "J", roles=frozenset({Role.SECRETARIAT}))
    with pytest.raises(NotEntitled) as refused:
        add_contact(cast.desk, cast.actor("gb-ico"), asked)
    assert refused.value.says == (
        "Only the secretariat gives or takes the secretariat's role (Plan C). Ask it to, at calls@lap.example."
    )


def test_a_strangers_address_and_one_of_somebody_else_are_refused_in_the_same_words(cast: Cast) -> None:
    says = [
        refusal_of(lambda email=email: remove_contact(cast.desk, cast.actor("harbour-bank"), email))
        for email in (ICO, "nobody@nowhere.example")
    ]
    assert says == [
        f"{email} is no contact of Harbour Bank. `/lap directory harbour-bank` lists them."
        for email in (ICO, "nobody@nowhere.example")
    ]


# --- replaced ---


def test_a_successor_has_the_roles_and_the_predecessor_is_nobody(cast: Cast) -> None:
    replace_contact(cast.desk, cast.secretary, "secretariat@us-ftc.example", "new@us-ftc.example", "New")
    new = entry(cast, "new@us-ftc.example")
    assert new is not None
    assert (new.roles, new.zone) == (frozenset({Role.SECRETARIAT}), "America/New_York")
    assert entry(cast, "secretariat@us-ftc.example") is None


def test_coming_invitations_pass_to_the_successor_and_leave_the_predecessors_calendar(cast: Cast) -> None:
    announced(cast)
    told = Told(cast)
    told.now()
    replace_contact(cast.desk, cast.secretary, ICO, "new@gb-ico.example", "New")
    given = [(k, to, n.copy.cancelled if n.copy else None) for k, door, to, n in told.now() if door.value == "mail"]
    assert sorted(given, key=str) == sorted(
        [
            ("invitation", ICO, True),
            ("welcome", "new@gb-ico.example", None),
            ("invitation", "new@gb-ico.example", False),
        ],
        key=str,
    )


def test_a_successor_comes_before_the_announcement_has_left_too(cast: Cast) -> None:
    announced(cast)
    replace_contact(cast.desk, cast.secretary, ICO, "new@gb-ico.example", "New")
    given = [(k, to) for k, to, _ in kinds(Told(cast)) if "gb-ico" in to]
    assert given == [("welcome", "new@gb-ico.example"), ("invitation", "new@gb-ico.example")]


def test_a_representatives_place_on_a_list_passes_to_the_successor(cast: Cast) -> None:
    approved(cast)
    told = Told(cast)
    told.now()
    replace_contact(cast.desk, cast.secretary, DESK, "new@harbour-bank.example", "New")
    given = [(k, to) for k, to, _ in kinds(told) if "harbour" in to]
    assert sorted(given) == [
        ("invitation", DESK), ("invitation", "new@harbour-bank.example"), ("welcome", "new@harbour-bank.example")
    ]  # fmt: skip


def test_agencies_read_that_one_name_left_the_list_and_another_joined(cast: Cast) -> None:
    approved(cast)
    told = Told(cast)
    told.now()
    replace_contact(cast.desk, cast.secretary, DESK, "new@harbour-bank.example", "New")
    told.now()
    cast.clock.advance(days=1)
    notice = next(n for to, n in told.mails("list_change") if to == ICO)
    assert notice.paragraphs == (
        "The list for Tue 16 Feb 2027 has changed: Harbour Bank (Spam enforcement contact) is no longer "
        "expected in Reports.",
        "The list for Tue 16 Feb 2027 has changed: Harbour Bank (New) is now expected in Reports.",
    )


def test_links_do_not_pass_to_the_successor(cast: Cast) -> None:
    announced(cast)
    Told(cast).now()
    before = holders_of_links(cast)
    replace_contact(cast.desk, cast.secretary, ICO, "new@gb-ico.example", "New")
    assert (before, holders_of_links(cast)) == ([ICO] * 3, [None] * 3)  # to join, the page, the feed


def holders_of_links(cast: Cast) -> list[str | None]:
    """To whom each link leads that was printed for the same contact."""
    with cast.desk.store.read() as tx:
        printed = links.of_person(tx, f"c-{ICO}")
        found = [links.holder(tx, one.token_sha256, one.purpose) for one in printed]
    return [one.contact.email if one else None for one in found]


def test_open_actions_pass_to_the_successor_and_done_ones_stay(cast: Cast) -> None:
    announced(cast)
    t = columns(ActionItemRow)
    with cast.desk.store.begin() as tx:
        call_id = tx.exec_driver_sql("SELECT id FROM call").scalar()
        for reference, state in (("AAAA22", "open"), ("AAAA33", "done")):
            values = {
                "reference": reference, "call_id": call_id, "segment_id": "s", "task": "x", "owner_id": "p-gb-ico",
                "owner_contact_id": f"c-{ICO}", "due": cast.clock().date(), "state": state, "confirmed": True,
                "entered_by": "x", "entered_at": cast.clock(), "label": "TLP:AMBER",
                "ended_at": cast.clock() if state == "done" else None,
            }  # fmt: skip
            tx.execute(ActionItemRow.__table__.insert().values(**values))  # type: ignore[attr-defined]
    done = replace_contact(cast.desk, cast.secretary, ICO, "new@gb-ico.example", "New")
    with cast.desk.store.read() as tx:
        owners = dict(tx.execute(select(t.reference, t.owner_contact_id)).all())  # type: ignore[arg-type]
    assert owners == {"AAAA22": done.contact.id, "AAAA33": f"c-{ICO}"}


@pytest.mark.parametrize("which", ["cast", pytest.param("postgres_cast", marks=pytest.mark.postgres)])
def test_a_successor_is_told_what_its_organisation_was_still_to_be_told_and_asked(
    request: pytest.FixtureRequest, which: str
) -> None:
    cast: Cast = request.getfixturevalue(which)
    running(cast)
    give_action(cast.desk, cast.secretary, "gb-ico by +14d Send the numbers")
    end_call(cast.desk, cast.secretary)
    send_minutes(cast.desk, cast.secretary, CALL)
    replace_contact(cast.desk, cast.secretary, ICO, "new@gb-ico.example", "New")
    cast.clock.advance(minutes=10)
    told = [s for s in leaves(cast, "welcome", "circulation", "minutes", "action_given") if "gb-ico" in s.email]
    assert {s.email for s in told} == {"new@gb-ico.example"}
    assert {s.kind for s in told} == {"welcome", "circulation", "minutes", "action_given"}


def test_a_successor_is_told_what_was_taken_up_to_be_sent_and_had_not_been_made_yet(cast: Cast) -> None:
    running(cast)
    give_action(cast.desk, cast.secretary, "gb-ico by +14d Send the numbers")
    end_call(cast.desk, cast.secretary)
    send_minutes(cast.desk, cast.secretary, CALL)
    cast.clock.advance(minutes=10)
    with cast.desk.store.begin() as tx:
        taken = update(OutboxRow).where(columns(OutboxRow).kind == "action_given")
        tx.execute(taken.values(leased_until=cast.clock() + timedelta(minutes=2)))  # as ``claim`` does
    replace_contact(cast.desk, cast.secretary, ICO, "new@gb-ico.example", "New")
    cast.clock.advance(minutes=10)
    told = [s for s in leaves(cast, "welcome", "action_given") if "gb-ico" in s.email]
    assert {(s.email, s.kind) for s in told} == {("new@gb-ico.example", kind) for kind in ("welcome", "action_given")}


def test_who_leaves_an_action_places_and_an_objection_is_replaced_in_as_many_statements_as_any_command(
    cast: Cast,
) -> None:
    """It took thirteen in Slack, where who acts and what was entered are two more."""
    running(cast)
    give_action(cast.desk, cast.secretary, f"{DESK} by +14d Send the numbers")
    end_call(cast.desk, cast.secretary)
    later = lists.START + timedelta(days=60)
    lists.with_approved(cast, DESK, start=later)
    add_contact(cast.desk, cast.secretary, NewContact(COLLEAGUE, "A colleague", "harbour-bank"))
    add_contact(cast.desk, cast.secretary, NewContact("new@harbour-bank.example", "New", "harbour-bank"))
    for who in (DESK, "new@harbour-bank.example"):
        object_to_access(cast.desk, cast.actor("fr-cnil"), Asked(who, calls=((f"{later:%Y-%m-%d}", ("2",)),)))
    object_to_access(cast.desk, cast.actor("jp-mic"), Asked(DESK, calls=((f"{later:%Y-%m-%d}", ("2",)),)))
    remove_contact(cast.desk, cast.secretary, "new@harbour-bank.example")
    secretary = cast.secretary
    with heard(cast.desk.store) as sent:
        replace_contact(cast.desk, secretary, DESK, "new@harbour-bank.example", "New")
    assert [s.split()[1] for s in sent if s.startswith("UPDATE")] == ["action_item", "admission"]
    assert len([s for s in sent if s.startswith("INSERT INTO objection ")]) == 1
    assert len([s for s in sent if not s.startswith(FRAME)]) <= MOST - 2


def test_an_organisation_asks_for_a_successor_and_the_secretariat_confirms(cast: Cast) -> None:
    asked = replace_contact(cast.desk, cast.actor("gb-ico"), ICO, "new@gb-ico.example", "New")
    assert entry(cast, ICO) is not None
    confirm_contact(cast.desk, cast.secretary, asked.reference)
    assert (entry(cast, ICO), entry(cast, "new@gb-ico.example") is None) == (None, False)


def test_nobody_takes_their_own_place(cast: Cast) -> None:
    with pytest.raises(Conflict) as refused:
        replace_contact(cast.desk, cast.secretary, ICO, ICO, "Same")
    assert refused.value.says == (
        f"{ICO} is that contact's address already. Give the address of who comes in its place."
    )


# --- removed ---


def second(cast: Cast, organisation: str) -> str:
    email = f"second@{organisation}.example"
    add_contact(cast.desk, cast.secretary, NewContact(email, "Second", organisation))
    return email


def test_a_removed_contact_is_nobody_and_its_calendar_follows(cast: Cast) -> None:
    announced(cast)
    second(cast, "gb-ico")
    told = Told(cast)
    told.now()
    remove_contact(cast.desk, cast.secretary, ICO)
    assert entry(cast, ICO) is None
    assert [(to, n.copy.cancelled if n.copy else None) for to, n in told.mails()] == [(ICO, True)]


def test_a_removed_representative_is_off_the_lists_to_come_and_told_in_the_words_of_every_cause(cast: Cast) -> None:
    approved(cast)
    second(cast, "harbour-bank")
    told = Told(cast)
    told.now()
    remove_contact(cast.desk, cast.secretary, DESK)
    assert told.mails() == []
    cast.clock.advance(seconds=120)
    assert [(to, n.paragraphs[0]) for to, n in told.mails()] == [
        (DESK, "Your invitation for Tue 16 Feb 2027 has been withdrawn.")
    ]


def test_an_organisation_removes_its_own_people_at_once_and_the_secretariat_is_told(cast: Cast) -> None:
    email = second(cast, "gb-ico")
    told = Told(cast)
    remove_contact(cast.desk, cast.actor("gb-ico"), email)
    assert entry(cast, email) is None
    assert [to for to, _ in told.mails("contact.removed")] == [
        "secretariat@gb-oft.example", "secretariat@us-ftc.example"
    ]  # fmt: skip


def test_what_was_still_to_be_told_is_not_told_to_somebody_removed(cast: Cast) -> None:
    announced(cast)
    admit(cast.desk, cast.secretary, ["harbour-bank"], CALL)
    circulate(cast.desk, cast.secretary, CALL, None)
    second(cast, "gb-ico")
    remove_contact(cast.desk, cast.secretary, ICO)
    assert ICO not in [to for to, _ in Told(cast).mails()]


def test_the_last_who_attends_for_an_organisation_stays(cast: Cast) -> None:
    with pytest.raises(Conflict) as refused:
        remove_contact(cast.desk, cast.secretary, ICO)
    assert refused.value.says == (
        "Nobody of Information Commissioner's Office would attend the calls. Name somebody in their place first."
    )


def test_the_last_secretariat_contact_can_never_be_removed(cast: Cast) -> None:
    remove_contact(cast.desk, cast.secretary, "secretariat@gb-oft.example")
    with pytest.raises(Conflict) as refused:
        remove_contact(cast.desk, cast.secretary, "secretariat@us-ftc.example")
    assert refused.value.says == (
        "Nobody would be the secretariat any more (Plan C). Give somebody else that role first."
    )


def test_a_refused_act_leaves_everything_as_it_was(cast: Cast) -> None:
    before = everybody(cast)
    refusal_of(lambda: remove_contact(cast.desk, cast.secretary, ICO))
    assert everybody(cast) == before


def test_who_comes_back_after_being_removed_is_objected_to_as_before(cast: Cast) -> None:
    approved(cast)
    person = NewContact("joe@harbour-bank.example", "Joe Doe", "harbour-bank", frozenset())
    add_contact(cast.desk, cast.secretary, person)
    object_to_access(cast.desk, cast.actor("fr-cnil"), Asked(person.email, standing=True))
    remove_contact(cast.desk, cast.actor("harbour-bank"), person.email)
    back = add_contact(cast.desk, cast.secretary, person).contact
    with cast.desk.store.read() as tx:
        assert [o.contact_id for o in objections.of_agency(tx, None)] == [back.id]


@pytest.mark.parametrize("listed", [(DESK, COLLEAGUE), (COLLEAGUE,)])
def test_a_colleague_who_takes_the_place_of_somebody_objected_to_is_taken_off_and_told(
    cast: Cast, listed: tuple[str, ...]
) -> None:  # fmt: skip
    """Approved still, they were in again with the objection's end, uncirculated; and nobody told them."""
    add_contact(cast.desk, cast.secretary, NewContact(COLLEAGUE, "Colleague", "harbour-bank"))
    lists.with_approved(cast, *listed)
    lists.leave(cast)
    object_to_access(cast.desk, cast.actor("fr-cnil"), Asked(DESK, standing=True))
    replace_contact(cast.desk, cast.secretary, DESK, COLLEAGUE, "")
    cast.clock.advance(minutes=3)
    told = {"has been withdrawn" in s.text for s in lists.leave(cast) if s.email == COLLEAGUE}
    withdraw_objection(cast.desk, cast.actor("fr-cnil"), objected_to(cast)[COLLEAGUE])
    heard = list_calls(cast.desk, cast.by_email(COLLEAGUE))
    assert (told, heard, set(objected_to(cast))) == ({True}, (), {DESK})


def objected_to(cast: Cast) -> dict[str, str]:
    """The references of the objections to people that stand, by whose address it is or was."""
    with cast.desk.store.read() as tx:
        standing, known = objections.of_agency(tx, None), directory.everybody(tx, past=True)
    people = {one.reference: known.contact(one.contact_id or "") for one in standing}
    return {who.email: reference for reference, who in people.items() if who is not None}


def barred(cast: Cast, email: str) -> bool:
    said = refusal_of(lambda: admit(cast.desk, cast.secretary, [email], CALL))
    return "stays closed until it withdraws that" in str(said)


def jane_objected_to(cast: Cast, who: NewContact = OF_THE_BANK) -> str:
    """France objects to her, who is at the bank beside its desk and a colleague; returns the reference."""
    for one in (who, NewContact(COLLEAGUE, "Colleague", "harbour-bank")):
        add_contact(cast.desk, cast.secretary, one)
    return object_to_access(cast.desk, cast.actor("fr-cnil"), Asked(who.email, standing=True)).references[0]


@pytest.mark.parametrize("way", ["word", "files", "place"])
def test_who_was_replaced_comes_back_objected_to_as_before_and_so_is_their_successor(cast: Cast, way: str) -> None:
    """The objection was to the successor alone then, so that who it was raised to was free under the same address."""
    approved(cast)
    reference, machine = jane_objected_to(cast), the_machine("command line")
    files = export_roster(cast.desk, machine)
    replace_contact(cast.desk, cast.secretary, OF_THE_BANK.email, JOE, "Joe")
    if way == "word":
        add_contact(cast.desk, cast.secretary, OF_THE_BANK)
    elif way == "files":
        import_roster(cast.desk, machine, files.participants.encode(), files.contacts.encode())
    else:
        replace_contact(cast.desk, cast.secretary, COLLEAGUE, OF_THE_BANK.email, "Jane Doe")
    with cast.desk.store.read() as tx:
        against = {o.contact_id: o.reference for o in objections.of_agency(tx, None)}
    back, joe = (cast.by_email(email).contact.id for email in (OF_THE_BANK.email, JOE))
    assert (against.keys(), against[back], barred(cast, JOE), barred(cast, OF_THE_BANK.email)) == (
        {back, joe}, reference, True, True
    )  # fmt: skip


def test_each_of_the_two_objections_is_withdrawn_by_itself(cast: Cast) -> None:
    approved(cast)
    reference = jane_objected_to(cast)
    replace_contact(cast.desk, cast.secretary, OF_THE_BANK.email, JOE, "Joe")
    withdraw_objection(cast.desk, cast.actor("fr-cnil"), reference)
    add_contact(cast.desk, cast.secretary, OF_THE_BANK)
    added = admit(cast.desk, cast.secretary, [OF_THE_BANK.email], CALL).added
    assert (len(added), barred(cast, JOE), set(objected_to(cast))) == (1, True, {JOE})


def test_a_second_change_of_hands_adds_no_second_objection_to_who_was_there_before(cast: Cast) -> None:
    reference = jane_objected_to(cast)
    replace_contact(cast.desk, cast.secretary, OF_THE_BANK.email, JOE, "Joe")
    replace_contact(cast.desk, cast.secretary, JOE, OF_THE_BANK.email, "Jane Doe")
    with cast.desk.store.read() as tx:
        standing = objections.of_agency(tx, None)
    assert sorted(o.follows or "" for o in standing) == ["", reference]
    assert objected_to(cast)[OF_THE_BANK.email] == reference


def test_who_is_objected_to_takes_no_place_that_a_colleague_leaves_them(cast: Cast) -> None:
    """They were approved in it, uncirculated, once the objection was withdrawn."""
    reference = jane_objected_to(cast)
    lists.with_approved(cast, COLLEAGUE)
    remove_contact(cast.desk, cast.secretary, OF_THE_BANK.email)
    replace_contact(cast.desk, cast.secretary, COLLEAGUE, OF_THE_BANK.email, "Jane Doe")
    withdraw_objection(cast.desk, cast.actor("fr-cnil"), reference)
    assert list_calls(cast.desk, cast.by_email(OF_THE_BANK.email)) == ()


def test_only_the_agency_is_told_that_a_successor_is_objected_to_and_what_each_objection_names(cast: Cast) -> None:
    reference = jane_objected_to(cast)
    lists.leave(cast)
    cast.clock.advance(minutes=3)
    lists.leave(cast)
    replace_contact(cast.desk, cast.secretary, OF_THE_BANK.email, JOE, "Joe")
    [told] = [s for s in lists.leave(cast) if s.kind == "objection_record"]
    assert (told.email, told.notice.paragraphs[1]) == (
        "spam-enforcement@fr-cnil.example",
        f"The person named here came in the place of Harbour Bank (Jane Doe, no contact now), whom the objection "
        f"{reference} names. {reference} goes on, for when the earlier one comes back: each of the two is withdrawn by "
        "itself.",
    )


def test_a_successor_keeps_what_they_were_given_of_calls_that_have_ended(cast: Cast) -> None:
    """An objection reaches calls that have not ended: the one to the successor is raised now."""
    add_contact(cast.desk, cast.secretary, NewContact(COLLEAGUE, "Colleague", "harbour-bank"))
    object_to_access(cast.desk, cast.actor("fr-cnil"), Asked(DESK, standing=True))
    lists.with_approved(cast, COLLEAGUE)
    cast.clock.at = lists.START
    start_call(cast.desk, cast.secretary, CALL)
    cast.clock.advance(minutes=10)
    end_call(cast.desk, cast.secretary)
    cast.clock.advance(minutes=5)
    before = show_call(cast.desk, cast.by_email(COLLEAGUE), CALL).view.segments
    replace_contact(cast.desk, cast.secretary, DESK, COLLEAGUE, "")
    assert show_call(cast.desk, cast.by_email(COLLEAGUE), CALL).view.segments == before != ()


# --- the law ---

ORGANISATIONS = ("us-ftc", "us-fcc", "gb-oft", "harbour-bank", "oecd")
EMAILS = [f"{name}@{org}.example" for org in ORGANISATIONS[:4] for name in ("a", "spam-enforcement", "secretariat")]
ROLES = st.frozensets(st.sampled_from(list(Role)), max_size=2)
STEPS = st.one_of(
    st.tuples(st.just("add"), st.sampled_from(EMAILS), st.sampled_from(ORGANISATIONS), ROLES),
    st.tuples(st.just("replace"), st.sampled_from(EMAILS), st.sampled_from(EMAILS)),
    st.tuples(st.just("remove"), st.sampled_from(EMAILS)),
    st.tuples(st.just("leave"), st.sampled_from(ORGANISATIONS)),
    st.tuples(st.just("join")),
)


@settings(max_examples=20)
@given(steps=st.lists(STEPS, min_size=1, max_size=12))
def test_no_sequence_of_changes_leaves_a_directory_that_breaks_a_rule(steps: list[tuple[object, ...]]) -> None:
    with TemporaryDirectory() as folder, make_cast(f"sqlite:///{folder}/lap.db") as cast:
        for word, *rest in steps:
            refusal_of(lambda word=word, rest=rest: _do(cast, str(word), rest))
        known = everybody(cast)
        assert broken_rules(known.participants, known.contacts) == ()


def _do(cast: Cast, word: str, rest: list[object]) -> object:
    desk, actor = cast.desk, cast.secretary if entry(cast, "secretariat@us-ftc.example") else cast.actor("gb-ico")
    if word == "add":
        return add_contact(desk, actor, NewContact(str(rest[0]), "X", str(rest[1]), rest[2]))  # type: ignore[arg-type]
    if word == "replace":
        return replace_contact(desk, actor, str(rest[0]), str(rest[1]), "X")
    if word == "remove":
        return remove_contact(desk, actor, str(rest[0]))
    if word == "leave":
        return leave(desk, actor, str(rest[0]))
    return add_participant(desk, actor, BANK)
