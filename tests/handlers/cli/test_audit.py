"""`lap audit verify`: what it says of a record that holds, and of one that somebody broke behind the program's back."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.audit import WHAT_NOW, Broken, Head, show_head
from bot.zones import find_zone
from handlers.agenda_pages import show_agenda
from handlers.calls import add_call
from handlers.cli.audit import verify_audit
from handlers.desk import NotNow
from handlers.directory import set_zone, show_me
from storage import audit
from storage.migrate import migrate
from storage.store import Store
from tests.cast import Cast
from tests.handlers.cli.processes import Ended, lap

Told = pytest.CaptureFixture[str]
DATABASES = ["cast", pytest.param("postgres_cast", marks=pytest.mark.postgres)]


@pytest.fixture(params=DATABASES)
def recorded(request: pytest.FixtureRequest) -> Cast:
    """A cast of whose people three acts are on the record."""
    cast: Cast = request.getfixturevalue(request.param)
    actor = cast.actor("fr-cnil")
    set_zone(cast.desk, actor, find_zone("Paris"))
    show_me(cast.desk, actor, shown=True)
    show_me(cast.desk, actor, shown=False)
    return cast


def head_of(cast: Cast) -> Head:
    with cast.desk.store.read() as tx:
        return audit.head(tx)


def tamper(cast: Cast, statement: str) -> None:
    """Changes the record as one can who may change the tables themselves."""
    away = (
        ["DROP TRIGGER IF EXISTS audit_kept", "DROP TRIGGER IF EXISTS audit_whole"]
        if cast.desk.store.is_sqlite
        else ["ALTER TABLE audit DISABLE TRIGGER ALL"]
    )
    with cast.desk.store.begin() as tx:
        for line in (*away, statement):
            tx.execute(text(line))


def broken(cast: Cast, mailed: Head | None = None) -> tuple[int, str]:
    with pytest.raises(Broken) as found:
        verify_audit(cast.desk, mailed)
    return found.value.number, found.value.says.removesuffix(f" {WHAT_NOW}")


def test_a_record_that_holds_is_counted_and_its_head_said(recorded: Cast, capsys: Told) -> None:
    assert verify_audit(recorded.desk, None) == 0
    assert capsys.readouterr().out == f"3 entries, head {head_of(recorded).hash}\n"


def test_erased_details_are_counted_and_a_mailed_head_is_found(recorded: Cast, capsys: Told) -> None:
    mailed = head_of(recorded)
    with recorded.desk.store.begin() as tx:
        tx.execute(text("UPDATE audit SET detail = '', salt = '' WHERE number < 3"))
    set_zone(recorded.desk, recorded.actor("fr-cnil"), find_zone("Paris"))
    assert verify_audit(recorded.desk, mailed) == 0
    assert capsys.readouterr().out.splitlines()[1:] == [
        "The detail of 2 was erased; the entries themselves are as they were made.",
        "The head that was mailed, entry 3, is in it.",
    ]


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        (
            "UPDATE audit SET act = 'object' WHERE number = 2",
            (2, "Entry 2 was changed: its hash is not that of what it says."),
        ),
        (
            "UPDATE audit SET at = '2026-01-04 09:00:00.000000' WHERE number = 2",
            (2, "Entry 2 was changed: its hash is not that of what it says."),
        ),
        (
            "UPDATE audit SET detail = '{}' WHERE number = 1",
            (1, "The detail of entry 1 was changed: the entry was made with another one."),
        ),
        (
            "UPDATE audit SET hash = '' WHERE number = 1",
            (1, "Entry 1 was changed: its hash is not that of what it says."),
        ),
        (
            "DELETE FROM audit WHERE number = 2",
            (2, "Entry 2 is missing: after entry 1 comes entry 3."),
        ),
        (
            "DELETE FROM audit WHERE number = 3",
            (3, "The chain ends with entry 2, but its head is entry 3: its end was cut off."),
        ),
        (
            "DELETE FROM audit_head",
            (4, "The chain ends with entry 3, but its head says otherwise: one of the two was changed."),
        ),
    ],
)  # fmt: skip
def test_a_broken_record_names_its_first_broken_entry(recorded: Cast, statement: str, found: tuple[int, str]) -> None:
    tamper(recorded, statement)
    assert broken(recorded) == found


@pytest.mark.parametrize("statement", ["DELETE FROM audit_head", "UPDATE audit_head SET number = 1"])
def test_nothing_is_entered_or_shown_behind_a_head_that_was_lost_or_set_back(recorded: Cast, statement: str) -> None:
    add_call(recorded.desk, recorded.secretary, datetime(2027, 3, 4, 13, tzinfo=UTC), 90, "Members' call")
    tamper(recorded, statement)
    with pytest.raises(NotNow) as undone:
        set_zone(recorded.desk, recorded.actor("fr-cnil"), find_zone("Auckland"))
    with pytest.raises(NotNow) as unseen:
        show_agenda(recorded.desk, recorded.secretary, "2027-03-04")
    assert [str(told.value).partition("; then")[0] for told in (undone, unseen)] == [
        "Nothing was changed: the audit record is damaged, and nothing can be put on it. Tell whoever runs the bot: "
        "`lap audit verify` says where",
        "Nothing is shown, as this look could not be put on the audit record: the audit record is damaged, and nothing "
        "can be put on it. Tell whoever runs the bot: `lap audit verify` says where",
    ]


@pytest.mark.parametrize("value", ["'yesterday'", "x'ff00'", "7"])
@pytest.mark.parametrize("column", ["at", "actor", "detail"])
def test_a_row_that_holds_what_no_column_should_is_told_in_words(cast: Cast, column: str, value: str) -> None:
    show_me(cast.desk, cast.actor("fr-cnil"), shown=True)
    tamper(cast, f"UPDATE audit SET {column} = {value}")
    number, says = broken(cast)
    assert (number, says.split(":")[0]) in [
        (1, "Entry 1 cannot be read"), (1, "Entry 1 was changed"), (1, "The detail of entry 1 was changed"),
    ]  # fmt: skip


def test_a_record_cut_at_both_places_shows_at_the_mailed_head(recorded: Cast) -> None:
    mailed = head_of(recorded)
    tamper(recorded, "DELETE FROM audit WHERE number = 3")
    tamper(recorded, "UPDATE audit_head SET number = 2, hash = (SELECT hash FROM audit WHERE number = 2)")
    assert broken(recorded, mailed) == (
        3, "The chain ends with entry 2, but the head that was mailed is entry 3: its end was cut off."
    )  # fmt: skip


# --- as a process ---


def test_the_command_ends_with_0_or_with_1_and_what_is_wrong(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/lap.db")
    migrate(store)
    whole, head = lap(tmp_path, "audit", "verify"), show_head(Head(1, "f" * 64))
    cut = lap(tmp_path, "audit", "verify", "--head", head)
    assert whole == Ended(0, f"0 entries, head {'0' * 64}\n", "")
    assert cut == Ended(
        1, "",
        "The chain ends with entry 0, but the head that was mailed is entry 1: its end was cut off. Keep a copy of the "
        "database as it is now, and compare it with a backup and with the heads that were mailed.\n",
    )  # fmt: skip
    store.close()


def test_a_head_that_is_none_is_wrong_use(tmp_path: Path) -> None:
    ended = lap(tmp_path, "audit", "verify", "--head", "7:abc")
    assert (ended.status, ended.err.splitlines()[-1]) == (
        2,
        "lap audit verify: error: argument --head: copy it from the mail: a number, a colon, and 64 letters and digits",
    )


def test_without_a_database_the_command_says_how_to_make_one(tmp_path: Path) -> None:
    ended = lap(tmp_path, "audit", "verify")
    assert (ended.status, ended.err) == (
        1, "There is no database at lap.db. `lap migrate` makes one, and so does `lap serve`.\n"
    )  # fmt: skip
