"""The head of the audit record is mailed daily to those who keep it outside, and only to them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.audit import read_head
from bot.procedure import Procedure, read_procedure
from handlers.audit import verify_record
from handlers.directory import show_me
from handlers.examining import examine_procedure
from handlers.identity import the_machine
from handlers.mail.door import MailDoor
from handlers.mail.smtp import Smtp
from handlers.ticking import tick
from storage.tables import Door
from tests.cast import Cast
from tests.cast import cast as make_cast
from tests.workspace.mail import MailDrop

HEADS = ("keeper@bar.example", "notary@other.example")
PROCEDURE = read_procedure(f'[audit]\nheads = ["{HEADS[0]}", "{HEADS[1]}"]')
DATABASES = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(params=DATABASES)
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Cast]:
    """A cast whose head two addresses keep, with one entry, at 06:59 UTC."""
    url = f"sqlite:///{tmp_path}/lap.db" if request.param == "sqlite" else request.getfixturevalue("postgres")
    with make_cast(url, procedure=PROCEDURE) as cast:
        show_me(cast.desk, cast.actor("fr-cnil"), shown=True)
        cast.clock.at = datetime(2027, 1, 5, 6, 59, tzinfo=UTC)
        yield cast


def posting(cast: Cast, drop: MailDrop) -> Cast:
    door = MailDoor(Smtp(drop.url, timeout=3.0), cast.desk.settings, "London Action Plan")
    cast.desk = replace(cast.desk, send={Door.MAIL: door})
    return cast


def test_the_head_leaves_once_a_day_at_the_hour_of_the_digest(kept: Cast) -> None:
    with MailDrop() as drop:
        posting(kept, drop)
        told = [tick(kept.desk).heads]
        for minutes in (1, 5, 24 * 60, 5):
            kept.clock.advance(minutes=minutes)
            told.append(tick(kept.desk).heads)
        assert (told, sorted(m.to for m in drop.mails())) == ([0, 2, 0, 2, 0], sorted(HEADS * 2))


def test_a_mailed_head_says_since_when_it_stands_and_verifies(kept: Cast) -> None:
    with MailDrop() as drop:
        posting(kept, drop).clock.advance(hours=1)
        tick(kept.desk)
        (mail,) = drop.mails(HEADS[0])
    show_me(kept.desk, kept.actor("fr-cnil"), shown=False)
    head = read_head(mail.text.partition("--head ")[2].split()[0])
    assert head is not None
    assert verify_record(kept.desk, the_machine("test"), head).head.number == 2
    assert (mail.subject, "Last entry made: 2027-01-04 09:00:00 UTC" in mail.text) == (
        "Head of the audit record, entry 1", True
    )  # fmt: skip


def test_a_head_that_found_no_server_leaves_later_as_it_was(kept: Cast) -> None:
    with MailDrop() as drop:
        posting(kept, drop).clock.advance(hours=1)
        drop.down()
        tick(kept.desk)
        show_me(kept.desk, kept.actor("fr-cnil"), shown=False)
        drop.up()
        kept.clock.advance(minutes=10)
        tick(kept.desk)
        assert [m.subject for m in drop.mails(HEADS[1])] == ["Head of the audit record, entry 1"]


def test_a_head_that_waits_leaves_to_no_address_that_was_taken_out_of_the_procedure_file(kept: Cast) -> None:
    with MailDrop() as drop:
        posting(kept, drop).clock.advance(hours=1)
        drop.down()
        tick(kept.desk)
        drop.up()
        others = read_procedure(f'[audit]\nheads = ["{HEADS[0]}", "archive@third.example"]')
        kept.desk = replace(kept.desk, procedure=others)
        kept.clock.advance(minutes=10)
        tick(kept.desk)
        assert [len(drop.mails(address)) for address in HEADS] == [1, 0]


def test_an_address_that_is_refused_is_told_to_the_secretariat_with_where_to_mend_it(kept: Cast) -> None:
    with MailDrop() as drop:
        posting(kept, drop).clock.advance(hours=1)
        drop.refuse(HEADS[0])
        tick(kept.desk)
        (mail,) = [m for m in drop.mails("secretariat@us-ftc.example") if m.subject.startswith("Not delivered")]
    assert f"The daily head of the audit record could not be mailed to {HEADS[0]}." in mail.text
    assert "Give an address that works in [audit] heads of the procedure file" in mail.text


def test_without_addresses_nothing_leaves_and_the_doctor_warns(cast: Cast) -> None:
    cast.clock.advance(days=1)
    found = examine_procedure(cast.desk)[0]
    assert (tick(cast.desk).heads, found.well, found.says.split(".")[0]) == (0, True, "[audit] heads names no address")


def test_with_two_addresses_the_doctor_is_content(cast: Cast) -> None:
    procedure: Procedure = replace(Procedure.default(), audit=PROCEDURE.audit)
    assert examine_procedure(replace(cast.desk, procedure=procedure))[0].says == ""
