"""An erasure leaves no name, address or account anywhere, keeps what others need, and does not break the chain."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from bot.contact_words import NewContact
from bot.item_changes import Change, Do
from bot.proposing import read_proposal
from bot.replies import Incoming
from bot.said import Said, State
from bot.spoken import Form
from bot.zones import find_zone
from handlers.agenda import propose_item
from handlers.agenda_changes import change_item
from handlers.attendee_views import attendees
from handlers.audit import verify_record
from handlers.contacts import add_contact, confirm_contact, remove_contact
from handlers.desk import the_clock
from handlers.directory import set_zone
from handlers.erasing import erase_subject
from handlers.identity import the_machine
from handlers.linking import link_contact
from handlers.mailed import Place, take_mail
from handlers.objecting import Asked
from handlers.objections import object_to_access
from handlers.retention import sweep
from storage import said
from storage.subjects import whole
from tests.bot.refusals import refusal_of
from tests.cast import Cast
from tests.delivered import deliver_quietly
from tests.lists import DAY, with_approved
from tests.remembered import remembered

MACHINE = the_machine("command line")
OUTSIDER = "sam@elsewhere.example"
EMAIL, NAME, USER = "jane.roe@harbour-bank.example", "Jane Q. Roe", "U0JANEROE1"
DATABASES = ["cast", pytest.param("postgres_cast", marks=[pytest.mark.postgres, pytest.mark.long])]


@remembered
def without_jane(cast: Cast) -> None:
    add_contact(cast.desk, cast.secretary, NewContact(EMAIL, NAME, "harbour-bank"))
    link_contact(cast.desk, cast.secretary, EMAIL, USER)
    with_approved(cast, EMAIL)
    jane = replace(cast.by_email(EMAIL), user=USER)
    set_zone(cast.desk, jane, find_zone("Paris"))
    propose_item(cast.desk, jane, read_proposal(f'training 10 "Ask {EMAIL} about it"', cast.desk.procedure.topics))
    saw = propose_item(cast.desk, jane, read_proposal(f'training 10 "What {NAME} saw"', cast.desk.procedure.topics))
    change_item(cast.desk, jane, saw.item.reference, Change(Do.HARM, words=f'vulnerable "{EMAIL}"'))
    other = cast.actor("fr-cnil")
    with cast.desk.store.begin() as tx:
        typed = Said(
            "said-1", None, "G1", "1.000001", cast.clock(), other.user, other.contact.id, Form.INFO,
            f"{EMAIL} reports", State.REFUSED, why=f"I know nobody called “{EMAIL}”.",
        )  # fmt: skip
        said.put(tx, [typed])
    deliver_quietly(cast)
    object_to_access(cast.desk, cast.actor("nz-dia"), Asked(EMAIL, calls=((DAY, ()),)))
    remove_contact(cast.desk, cast.secretary, EMAIL)
    deliver_quietly(cast)


@pytest.fixture(params=DATABASES)
def left(request: pytest.FixtureRequest) -> Cast:
    """A cast that Jane was of: invited, linked, with a proposal that names her address, objected to, told; and gone."""
    return without_jane(request.getfixturevalue(request.param))


def found(cast: Cast, word: str) -> set[str]:
    """Every table and column that has *word* in it."""
    store = cast.desk.store
    with store.read() as tx:
        return {
            f"{table}.{column['name']}"
            for table in inspect(tx).get_table_names()
            for column in inspect(tx).get_columns(table)
            for (value,) in tx.execute(text(f'SELECT "{column["name"]}" FROM "{table}"'))
            if word.lower() in str(value).lower()
        }


def test_before_the_erasure_she_is_in_many_places(left: Cast) -> None:
    places = {table.split(".")[0] for word in (EMAIL, NAME, USER) for table in found(left, word)}
    assert places >= {"contact", "audit", "agenda_item", "outbox"}


def test_after_the_erasure_only_her_name_in_what_she_wrote_is_left_and_told(left: Cast) -> None:
    done = erase_subject(left.desk, MACHINE, EMAIL)
    assert (found(left, EMAIL), found(left, USER), found(left, NAME)) == (set(), set(), {"agenda_item.title"})
    assert (done.former, len(done.mentions)) == (("former contact of harbour-bank",), 1)


@pytest.mark.parametrize("left", ["cast"], indirect=True)
def test_nothing_of_her_is_left_in_the_bytes_of_the_file(left: Cast) -> None:
    file = left.desk.store.file
    assert file is not None
    assert in_bytes(file, EMAIL, USER) == {EMAIL, USER}
    erase_subject(left.desk, MACHINE, EMAIL)
    left.desk.store.close()  # as the command does, which nothing else runs beside
    assert in_bytes(file, EMAIL, USER) == set()


def in_bytes(file: Path, *words: str) -> set[str]:
    """Which of *words* stand anywhere in a database's file or its log."""
    raw = b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))
    return {word for word in words if word.encode() in raw}


def test_the_chain_holds_after_an_erasure(left: Cast) -> None:
    details = erase_subject(left.desk, MACHINE, EMAIL).details
    assert (verify_record(left.desk, MACHINE).erased, details > 3) == (details, True)


def test_what_others_need_stays_under_a_pseudonym(left: Cast) -> None:
    kept = ("invitation", "list_change", "objection", "exposure", "audit")
    counted = [count(left, table) for table in kept]
    erase_subject(left.desk, MACHINE, EMAIL)
    after = [count(left, table) for table in kept]
    assert (after, min(counted) > 0) == ([*counted[:-1], counted[-1] + 1], True)


def test_others_keep_all_that_is_theirs(left: Cast) -> None:
    before = found(left, "meridian-net.example") | found(left, "Europe/Paris")
    erase_subject(left.desk, MACHINE, EMAIL)
    assert "contact.email" in found(left, "meridian-net.example")
    assert before - found(left, "meridian-net.example") - found(left, "Europe/Paris") <= {"audit.detail"}


@pytest.mark.parametrize("spelling", [EMAIL.upper(), f"  {EMAIL} ", "Jane.Roe@Harbour-Bank.example"])
def test_an_address_is_the_same_in_every_spelling(left: Cast, spelling: str) -> None:
    erase_subject(left.desk, MACHINE, spelling)
    assert found(left, EMAIL) == set()


def test_a_second_erasure_finds_nothing_more(left: Cast) -> None:
    erase_subject(left.desk, MACHINE, EMAIL)
    assert refusal_of(lambda: erase_subject(left.desk, MACHINE, EMAIL)) == (
        f"Nothing is kept under the address {EMAIL}: it was erased already, or is nobody's. See that it is spelt right."
    )


def test_what_still_waited_for_who_was_erased_is_dropped_and_ages_away(left: Cast) -> None:
    object_to_access(left.desk, left.actor("nz-dia"), Asked("oecd", calls=((DAY, ()),)))
    with left.desk.store.begin() as tx:
        jane = tx.execute(text("SELECT id FROM contact WHERE email = :email"), {"email": EMAIL}).scalar_one()
        tx.execute(text("UPDATE outbox SET contact_id = :jane WHERE state = 'due'"), {"jane": jane})
    erase_subject(left.desk, MACHINE, EMAIL)
    left.clock.advance(days=800)
    while sweep(left.desk, the_clock()):
        pass
    assert count(left, "outbox") == 0


def test_who_is_still_a_contact_is_removed_first(cast: Cast) -> None:
    email = "abuse-desk@harbour-bank.example"
    assert refusal_of(lambda: erase_subject(cast.desk, MACHINE, email)) == (
        f"{email} is still a contact of harbour-bank, so nothing was erased. Remove the contact first, with `/lap "
        f'contact remove {email}`, or name a successor with `/lap contact replace {email} by EMAIL "NAME"`; then send '
        "the same again."
    )


def test_who_came_back_keeps_the_accounts_of_today(cast: Cast) -> None:
    """The Slack user of somebody erased who speaks for another contact now is that contact's."""
    add_contact(cast.desk, cast.secretary, NewContact(EMAIL, NAME, "harbour-bank"))
    link_contact(cast.desk, cast.secretary, EMAIL, USER)
    remove_contact(cast.desk, cast.secretary, EMAIL)
    add_contact(cast.desk, cast.secretary, NewContact("jane@meridian-net.example", NAME, "meridian-net"))
    link_contact(cast.desk, cast.secretary, "jane@meridian-net.example", USER)
    erase_subject(cast.desk, MACHINE, EMAIL)
    assert "slack_user.user_id" in found(cast, USER)


def test_whom_their_organisation_still_asks_for_is_asked_for_no_longer_once_erased(cast: Cast) -> None:
    """A wish without a name, confirmed, made a contact without name and address."""
    add_contact(cast.desk, cast.secretary, NewContact(EMAIL, NAME, "harbour-bank"))
    remove_contact(cast.desk, cast.secretary, EMAIL)
    asked = add_contact(cast.desk, cast.actor("harbour-bank"), NewContact(EMAIL, NAME)).reference
    erase_subject(cast.desk, MACHINE, EMAIL)
    assert refusal_of(lambda: confirm_contact(cast.desk, cast.secretary, asked)) == (
        f"Nothing waits under `{asked}`: it was confirmed already, or is not asked for."
    )


def test_who_was_only_asked_for_or_only_wrote_is_erased_too(cast: Cast) -> None:
    asked = add_contact(cast.desk, cast.actor("harbour-bank"), NewContact(EMAIL, NAME)).reference
    take_mail(cast.desk, the_clock(), Incoming(sender=OUTSIDER, subject="Who are you?"), Place("INBOX", 7, 1))
    before = (found(cast, EMAIL), found(cast, OUTSIDER))
    done = [erase_subject(cast.desk, MACHINE, email).former for email in (EMAIL, OUTSIDER)]
    assert (all(before), done, found(cast, EMAIL), found(cast, NAME), found(cast, OUTSIDER)) == (
        True, [(), ()], set(), set(), set()
    )  # fmt: skip
    assert refusal_of(lambda: confirm_contact(cast.desk, cast.secretary, asked)) is not None
    assert verify_record(cast.desk, MACHINE).erased == 1


@pytest.mark.parametrize("other", [f"m{EMAIL}", f"mary-{EMAIL}", f"{EMAIL}.nz", EMAIL.replace("@", ".b@")])
def test_whose_address_has_theirs_in_it_stays_whole(left: Cast, other: str) -> None:
    """What was typed of them was taken out, and what the record has of them."""
    add_contact(left.desk, left.secretary, NewContact(other, "Mary Roe", "harbour-bank"))
    ask = f'training 10 "Ask {other} first"'
    propose_item(left.desk, left.by_email(other), read_proposal(ask, left.desk.procedure.topics))
    before = found(left, other)
    erase_subject(left.desk, MACHINE, EMAIL)
    assert (found(left, other), {"agenda_item.title", "audit.detail"} <= before) == (before, True)


@pytest.mark.parametrize("said", ["{}", "see {}.", "<mailto:{}|{}>", "{}, {}\n{}", "致{}を"])
def test_an_address_is_found_wherever_it_stands(said: str) -> None:
    assert "@" not in re.sub(whole(EMAIL), "", said.replace("{}", EMAIL.title()), flags=re.IGNORECASE)


@pytest.mark.parametrize("email", ["", "  "])
def test_no_address_is_nobodys(left: Cast, email: str) -> None:
    assert refusal_of(lambda: erase_subject(left.desk, MACHINE, email)) is not None


def test_a_list_shows_the_former_contact(left: Cast) -> None:
    erase_subject(left.desk, MACHINE, EMAIL)
    names = {listed.name for _, part in attendees(left.desk, left.secretary, DAY).parts for listed in part}
    assert not {name for name in names if "Jane" in name}


def count(cast: Cast, table: str) -> int:
    with cast.desk.store.read() as tx:
        return tx.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
