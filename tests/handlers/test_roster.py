"""Importing and exporting the roster on a real database."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from sqlalchemy import func, select

from bot.contact_words import NewContact
from bot.errors import Conflict
from bot.participants import Role
from bot.roster import BadRoster, Roster, read_roster, write_roster
from handlers.attendees import admit
from handlers.contacts import add_contact, remove_contact
from handlers.desk import Desk
from handlers.directory import leave
from handlers.identity import Profile, actor_of, the_machine
from handlers.objecting import Asked
from handlers.objections import object_to_access
from handlers.roster import Imported, export_roster, import_roster
from storage import directory
from storage.directory import Directory
from storage.tables import AuditRow, OutboxRow
from tests import lists
from tests.bot.test_roster import CONTACTS, PARTICIPANTS, rosters
from tests.cast import Cast
from tests.cast import cast as make_cast
from tests.lists import DAY, with_call

JANE = "jane@oecd.example"
MACHINE = the_machine("command line")
FILES = (PARTICIPANTS, CONTACTS)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Cast]:
    """A cast on a database in which there is nobody."""
    with make_cast(f"sqlite:///{tmp_path}/lap.db", people=False) as made:
        yield made


def imported(desk: Desk, files: tuple[bytes, bytes] = FILES) -> Imported:
    return import_roster(desk, MACHINE, *files)


def exported(desk: Desk) -> tuple[bytes, bytes]:
    done = export_roster(desk, MACHINE)
    return done.participants.encode(), done.contacts.encode()


def everybody(desk: Desk) -> Directory:
    with desk.store.read() as tx:
        return directory.everybody(tx)


def count(desk: Desk, table: type) -> int:
    with desk.store.read() as tx:
        return tx.execute(select(func.count()).select_from(table)).scalar_one()


def edited(old: str, new: str) -> tuple[bytes, bytes]:
    """The example's files with *new* for *old* wherever it stands."""
    return PARTICIPANTS.replace(old.encode(), new.encode()), CONTACTS.replace(old.encode(), new.encode())


def test_the_example_roster_comes_out_byte_for_byte_as_it_went_in(empty: Cast) -> None:
    done = imported(empty.desk)
    assert (len(done.participants_added), len(done.contacts_added)) == (51, 53)
    assert exported(empty.desk) == FILES


def test_importing_mails_nobody(empty: Cast) -> None:
    imported(empty.desk)
    assert count(empty.desk, OutboxRow) == 0


def test_importing_twice_changes_nothing_and_is_recorded_once(empty: Cast) -> None:
    imported(empty.desk)
    before = everybody(empty.desk)
    assert imported(empty.desk).changed_nothing
    assert (everybody(empty.desk), count(empty.desk, AuditRow)) == (before, 1)


def test_a_roster_with_a_problem_is_not_half_imported(empty: Cast) -> None:
    with pytest.raises(BadRoster):
        imported(empty.desk, edited("Asia/Tokyo", "Asia/Tokio"))
    assert everybody(empty.desk) == Directory((), ())


def test_a_changed_row_changes_its_contact_and_nothing_else(empty: Cast) -> None:
    imported(empty.desk)
    done = imported(empty.desk, edited('"Point of contact, jp-mic"', "Spam desk"))
    assert (done.contacts_changed, done.contacts_added, done.participants_changed) == (
        ("spam-enforcement@jp-mic.example",), (), ()
    )  # fmt: skip


def test_what_the_files_lack_is_named_and_stays(empty: Cast) -> None:
    imported(empty.desk)
    shorter = tuple(b"".join(line for line in f.splitlines(True) if b"apec" not in line) for f in FILES)
    done = imported(empty.desk, shorter)  # type: ignore[arg-type]
    assert (done.participants_lacking, done.contacts_lacking) == (("apec",), ("liaison@apec.example",))
    assert len(everybody(empty.desk).contacts) == 53


def test_who_came_by_a_command_stands_last_in_the_export(empty: Cast) -> None:
    imported(empty.desk)
    new = NewContact("jane@us-ftc.example", "Jane", "us-ftc")
    with empty.desk.store.read() as tx:
        found = directory.contact_by_email(tx, "secretariat@us-ftc.example")
    assert found is not None
    add_contact(empty.desk, empty.by_email(found[0].email), new)
    assert exported(empty.desk) == (PARTICIPANTS, CONTACTS + b"us-ftc,Jane,jane@us-ftc.example,contact,,\n")


def test_a_slack_user_of_the_roster_speaks_for_its_contact_from_any_team(empty: Cast) -> None:
    files = edited(
        "spam-enforcement@jp-mic.example,primary_contact,,",
        "spam-enforcement@jp-mic.example,primary_contact,,U024BE7LH",
    )
    imported(empty.desk, files)
    actor = actor_of(empty.desk, "T9", "U024BE7LH", None, lambda: Profile(None, full_member=False))
    assert actor is not None
    assert actor.contact.email == "spam-enforcement@jp-mic.example"
    assert exported(empty.desk) == files


def test_a_removed_contact_in_the_files_is_a_new_contact(cast: Cast) -> None:
    imported(cast.desk)
    remove_contact(cast.desk, cast.secretary, "secretariat@gb-oft.example")
    assert imported(cast.desk).contacts_added == ("secretariat@gb-oft.example",)


def test_a_participant_that_left_comes_back_with_the_files(cast: Cast) -> None:
    imported(cast.desk)
    leave(cast.desk, cast.secretary, "apec")
    done = imported(cast.desk)
    assert (done.participants_added, done.contacts_added) == (("apec",), ("liaison@apec.example",))


def test_a_participant_that_left_does_not_come_back_as_another_kind(cast: Cast) -> None:
    """What it proposed as an Agency is its own still: a company would read it."""
    imported(cast.desk)
    leave(cast.desk, cast.secretary, "apec")
    company = (
        edited("apec,observer,Asia-Pacific Economic Cooperation,,,", "apec,private_sector,APEC,SG,mobile_operator,")[0],
        edited("liaison@apec.example,liaison", "liaison@apec.example,spam_enforcement_contact")[1],
    )
    with pytest.raises(BadRoster) as refused:
        imported(cast.desk, company)
    assert refused.value.says.endswith(
        "apec took part as observer before, and what it shared then is still its own. A participant does not change "
        "its kind: give it another short name."
    )


def test_who_comes_back_with_the_files_is_objected_to_as_before_and_nobody_is_mailed(cast: Cast) -> None:
    imported(cast.desk)
    with_call(cast)
    add_contact(cast.desk, cast.secretary, NewContact(JANE, "Jane", "oecd"))
    object_to_access(cast.desk, cast.actor("nz-dia"), Asked(JANE, standing=True))
    remove_contact(cast.desk, cast.secretary, JANE)
    before = count(cast.desk, OutboxRow)
    imported(cast.desk, (PARTICIPANTS, CONTACTS + b"oecd,Jane,jane@oecd.example,contact,,\n"))
    assert count(cast.desk, OutboxRow) == before
    with pytest.raises(Conflict) as refused:
        admit(cast.desk, cast.secretary, (JANE,), DAY)
    assert "stays closed until it withdraws that" in refused.value.says


def test_whom_the_files_bring_too_late_for_an_announcement_is_named_and_invited_by_a_word_of_the_secretariat(
    cast: Cast,
) -> None:  # fmt: skip
    """They heard of a call by the reminder of the day before, and nothing could invite them."""
    imported(cast.desk)
    with_call(cast)
    more = b"gb-ico,Jo,jo@gb-ico.example,contact,,\noecd,Ann,ann@oecd.example,contact,,\n"
    named = imported(cast.desk, (PARTICIPANTS, CONTACTS + more)).uninvited
    again = NewContact("jo@gb-ico.example")
    invited = add_contact(cast.desk, cast.secretary, again).invited
    kinds = [s.kind for s in lists.leave(cast) if s.email == again.email]
    assert (named, invited, kinds) == ((again.email,), 1, ["welcome", "invitation", "invitation.held"])
    with pytest.raises(Conflict):
        add_contact(cast.desk, cast.secretary, again)


def test_an_address_that_speaks_for_another_organisation_here_is_refused_with_its_line(cast: Cast) -> None:
    add_contact(cast.desk, cast.secretary, NewContact("jane@x.example", "Jane", "us-ftc"))
    with pytest.raises(BadRoster) as refused:
        imported(cast.desk, (PARTICIPANTS, CONTACTS + b"gb-ico,Jane,jane@x.example,contact,,\n"))
    assert refused.value.says == (
        "Nothing was imported. The roster has 1 problem; mend it and import it again:\n"
        "contacts.csv:55: jane@x.example is a contact of us-ftc here already. Nobody speaks for two organisations: use "
        "another address, or remove the contact first."
    )


def test_rules_that_only_files_and_directory_together_break_are_told(cast: Cast) -> None:
    add_contact(
        cast.desk, cast.secretary,
        NewContact("jane@au-accc.example", "Jane", "au-accc", frozenset({Role.POINT_OF_CONTACT})),
    )  # fmt: skip
    moved = edited(
        "spam-enforcement@au-acma.example,primary_contact", "spam-enforcement@au-acma.example,point_of_contact"
    )
    imported(cast.desk, moved)
    add_contact(
        cast.desk, cast.secretary, NewContact("jane@au-accc.example", roles=frozenset({Role.PRIMARY_CONTACT}))
    )  # fmt: skip
    with pytest.raises(Conflict) as refused:
        imported(cast.desk)
    assert refused.value.says == (
        "Nothing was imported. With what is here already, the roster would break these rules:\n"
        "AU would have two primary contacts, jane@au-accc.example and spam-enforcement@au-acma.example. A country has "
        "one (Plan A.2): let one of them be a point of contact first, or replace it."
    )


def test_whom_the_setting_names_stays_the_secretariat_whatever_the_files_say(empty: Cast) -> None:
    first = empty.desk.settings.model_copy(update={"lap_secretariat": "spam-enforcement@gb-ico.example"})
    desk = replace(empty.desk, settings=first)
    imported(desk)
    assert imported(desk).changed_nothing
    ico = next(c for c in everybody(desk).contacts if c.email == "spam-enforcement@gb-ico.example")
    assert Role.SECRETARIAT in ico.roles


@settings(max_examples=25)
@given(rosters())
def test_what_was_imported_is_exported_as_it_was_written(roster: Roster) -> None:
    files = tuple(text.encode() for text in write_roster(roster))
    with TemporaryDirectory() as folder, make_cast(f"sqlite:///{folder}/lap.db", people=False) as made:
        import_roster(made.desk, MACHINE, *files)
        assert exported(made.desk) == files
        assert read_roster(*exported(made.desk)) == roster
