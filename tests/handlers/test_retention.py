"""Each kind of record is deleted when its time in the procedure file is over, no day before, and never while held."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select, text, update

from bot.contact_words import NewContact
from bot.replies import Mail, MailKind
from bot.retention import cutoff
from bot.said import State as SaidState
from bot.spoken import Form
from bot.terms import RetentionTerms
from handlers import retention
from handlers.action_changes import mark_done
from handlers.actions import give_action
from handlers.attendance import record_present
from handlers.audit import verify_record
from handlers.contacts import add_contact, confirm_contact, remove_contact
from handlers.correcting import correct_line
from handlers.desk import the_clock
from handlers.erasing import erase_subject
from handlers.holds import add_hold, lift_hold
from handlers.identity import the_machine
from handlers.live import end_call
from handlers.minutes import adopt_minutes, read_minutes, send_minutes
from handlers.objecting import Asked
from handlers.objections import object_to_access, objections
from handlers.retention import sweep
from handlers.ticking import tick
from storage import mailed
from storage import retention as rules
from storage.erasing import ONLY_THEIRS
from storage.store import Tx
from storage.tables import AgendaItemRow, ContactRow, SaidRow, columns, metadata
from tests.bot.refusals import refusal_of
from tests.cast import Cast
from tests.delivered import deliver_quietly
from tests.held import note, running
from tests.lists import DAY, START, with_approved
from tests.remembered import remembered
from tests.slack_front import say

MACHINE = the_machine("command line")
JANE = "jane@harbour-bank.example"
DATABASES = ["cast", pytest.param("postgres_cast", marks=pytest.mark.postgres)]
TABLES = {
    "agendas": ("agenda_item",),
    "attendance": ("attendance", "invitation", "list_change", "list_before"),
    "objections": ("objection",),
    "minutes": ("minute_entry", "correction", "admission", "place"),
    "actions": ("action_item", "action_change"),
    "messages": ("outbox",),
    "exposure": ("exposure",),
}


@remembered
def lived(cast: Cast) -> Cast:
    """A call held, minuted and followed up, with an objection to it, all of it told; Jane, who left since."""
    add_contact(cast.desk, cast.secretary, NewContact(JANE, "Jane Roe", "harbour-bank"))
    running(cast)
    record_present(cast.desk, cast.secretary, "fr-cnil harbour-bank")
    line = note(cast, "harbour-bank: phishing is up")
    action = give_action(cast.desk, cast.secretary, "fr-cnil by +14d Send the numbers").reference
    object_to_access(cast.desk, cast.actor("nz-dia"), Asked("oecd", calls=((DAY, ()),)))
    cast.clock.at = START + timedelta(minutes=90)
    end_call(cast.desk, cast.secretary)
    mark_done(cast.desk, cast.actor("fr-cnil"), action)
    send_minutes(cast.desk, cast.secretary, DAY)
    correct_line(cast.desk, cast.actor("fr-cnil"), line, "phishing is up again")
    remove_contact(cast.desk, cast.secretary, JANE)
    cast.clock.advance(hours=24)
    deliver_quietly(cast)
    cast.clock.advance(minutes=1)
    deliver_quietly(cast)  # the word that all of it has left
    return cast


@pytest.fixture
def old(cast: Cast) -> Cast:
    return lived(cast)


def count(cast: Cast, *tables: str) -> list[int]:
    with cast.desk.store.read() as tx:
        return [tx.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() for table in tables]


def swept(cast: Cast, months: int, **more: float) -> int:
    """Sweeps, as often as there is something to, so many months after the last act, and then some."""
    cast.clock.at = START + relativedelta(months=months) + timedelta(**more)
    total = 0
    while once := sweep(cast.desk, the_clock()):
        total += once
    return total


# --- each kind ---


@pytest.mark.parametrize("kind", TABLES)
def test_a_kind_goes_when_its_months_are_over_and_no_day_before(old: Cast, kind: str) -> None:
    months = getattr(old.desk.procedure.retention, kind)
    before = count(old, *TABLES[kind])
    swept(old, months, days=-1)
    at_the_end = count(old, *TABLES[kind])
    swept(old, months, days=2)
    assert (min(before) > 0, at_the_end, sum(count(old, *TABLES[kind]))) == (True, before, 0)


def test_every_kind_of_the_procedure_file_has_its_rule() -> None:
    of_their_own = {"audit", "contacts", "proxies"}
    assert {rule.kind for rule in rules.RULES} | of_their_own == {f.name for f in fields(RetentionTerms)}


def test_every_table_that_leads_to_a_person_or_a_call_ages_or_goes_with_the_person() -> None:
    """One that is new has to be given its rule in ``storage.retention`` or ``storage.erasing``."""
    ruled = {rule.table.__tablename__ for rule in rules.RULES} | {table.__tablename__ for table in ONLY_THEIRS}
    # A call's dates, parts and scribe are kept: who is erased is a former contact of an organisation there.
    # To which call somebody was bound stays with them, so that they are never taken for more.
    skeleton = {"contact", "hold", "call", "segment", "step", "earlier_date", "proxy"}
    leading = {
        table.name
        for table in metadata.tables.values()
        if {key.column.table.name for key in table.foreign_keys} & {"contact", "call", "minute_entry"}
    }
    assert leading - ruled == skeleton


def test_the_details_of_the_audit_record_are_emptied_and_its_chain_holds(old: Cast) -> None:
    months = old.desk.procedure.retention.audit
    swept(old, months, days=-1)
    kept = details(old)
    swept(old, months, days=2)
    erased = verify_record(old.desk, MACHINE).erased
    assert (len(kept) > 1, set(kept) & set(details(old)), erased >= len(kept)) == (True, set(), True)


def details(cast: Cast) -> list[int]:
    """The entries of the life itself that still have their detail."""
    with cast.desk.store.read() as tx:
        query = "SELECT number FROM audit WHERE detail <> '' AND act NOT IN ('retention', 'subject.erase')"
        return list(tx.execute(text(query)).scalars())


def test_who_left_is_erased_when_their_months_are_over(old: Cast) -> None:
    months = old.desk.procedure.retention.contacts
    swept(old, months, days=-1)
    before = name_of(old)
    swept(old, months, days=2)
    assert (before, name_of(old)) == (["Jane Roe"], ["former contact of harbour-bank"])


def name_of(cast: Cast) -> list[str]:
    k = columns(ContactRow)
    with cast.desk.store.read() as tx:
        return list(tx.execute(select(k.name).where(k.removed_at.is_not(None))).scalars())


def test_who_came_back_under_the_same_address_is_not_erased(old: Cast) -> None:
    add_contact(old.desk, old.secretary, NewContact(JANE, "Jane Roe", "harbour-bank"))
    swept(old, 36)
    assert name_of(old) == ["Jane Roe"]


def test_what_left_of_a_call_is_kept_until_long_after_it(cast: Cast) -> None:
    """The posts that left in Slack are given neutral words where somebody loses a part, however long ago they left."""
    months = cast.desk.procedure.retention.exposure
    with_approved(cast, "oecd", start=START + relativedelta(months=months + 3))
    deliver_quietly(cast)
    left = count(cast, "exposure")
    swept(cast, months, days=2)
    before = count(cast, "exposure")
    swept(cast, 2 * months + 3, days=2)
    assert (left > [0], before, count(cast, "exposure")) == (True, left, [0])


def test_who_is_asked_for_again_is_not_erased(old: Cast) -> None:
    old.clock.at = START + relativedelta(months=35)
    asked = add_contact(old.desk, old.actor("harbour-bank"), NewContact(JANE, "Jane Roe")).reference
    swept(old, 36)
    assert (name_of(old), confirm_contact(old.desk, old.secretary, asked).contact.email) == (["Jane Roe"], JANE)


def test_an_open_action_stays_until_it_is_done(cast: Cast) -> None:
    running(cast)
    give_action(cast.desk, cast.secretary, "fr-cnil by +14d Send the numbers")
    swept(cast, 200)
    assert count(cast, "action_item") == [1]


def test_an_objection_that_stands_stays(cast: Cast) -> None:
    object_to_access(cast.desk, cast.actor("nz-dia"), Asked("oecd", standing=True))
    swept(cast, 200)
    assert len(objections(cast.desk, cast.secretary)) == 1


def test_a_line_under_a_closed_item_stays_closed_when_the_item_has_gone(old: Cast) -> None:
    """Until then the item itself closes its lines."""
    old.clock.advance(days=15)
    adopt_minutes(old.desk, old.secretary, DAY)
    bank, i = old.actor("harbour-bank"), columns(AgendaItemRow)
    with old.desk.store.begin() as tx:
        tx.execute(text("UPDATE minute_entry SET item = (SELECT reference FROM agenda_item)"))
    open_to_the_bank = "phishing" in str(read_minutes(old.desk, bank, DAY))
    with old.desk.store.begin() as tx:
        tx.execute(update(AgendaItemRow).where(i.call_id.is_not(None)).values(audience="agencies"))
    closed = "phishing" in str(read_minutes(old.desk, bank, DAY))
    swept(old, 61)
    assert (open_to_the_bank, closed, "phishing" in str(read_minutes(old.desk, bank, DAY))) == (True, False, False)


def test_what_an_objection_closed_stays_closed_when_the_objection_has_gone(old: Cast) -> None:
    old.clock.advance(days=15)
    adopt_minutes(old.desk, old.secretary, DAY)
    oecd = old.actor("oecd")
    before = refusal_of(lambda: read_minutes(old.desk, oecd, DAY))
    swept(old, 25)
    assert (before is None, refusal_of(lambda: read_minutes(old.desk, oecd, DAY))) == (False, before)


def test_minutes_whose_lines_have_gone_do_not_say_that_nothing_was_minuted(old: Cast) -> None:
    says = "What was minuted in this part, if anything was, is kept no longer."
    before = say(old, old.secretary, f"minutes {DAY}").text
    swept(old, 121)
    after = say(old, old.secretary, f"minutes {DAY}").text
    assert (says in before, after.count(says), "Nothing was minuted" in after) == (False, 2, False)


# --- how ---


def test_a_batch_is_bounded_and_the_next_goes_on(old: Cast) -> None:
    old.clock.at = START + relativedelta(months=13)
    with old.desk.store.begin() as tx:
        cutoffs = {f.name: cutoff(old.clock(), 13 if f.name == "messages" else 1200) for f in fields(RetentionTerms)}
        cutoffs["messages"] = old.clock()
        once = rules.sweep(tx, cutoffs, retention.Held(), 7)
    assert once == {"messages": 7}


def test_a_day_is_swept_once_by_the_beat_and_told(old: Cast) -> None:
    old.clock.at = START + relativedelta(months=25)
    first = tick(old.desk)
    rest = [tick(old.desk).swept for _ in range(5)]
    assert (first.swept > 0, rest[-1], f"their time is over: {first.swept}" in str(first)) == (True, 0, True)


def test_what_was_deleted_is_counted_on_the_audit_record(old: Cast) -> None:
    gone = count(old, "objection")[0]
    swept(old, 25)
    with old.desk.store.read() as tx:
        told = list(tx.execute(text("SELECT detail FROM audit WHERE act = 'retention'")).scalars())
    assert any(f'"objections": {gone}' in detail for detail in told)


@pytest.mark.parametrize("about", [DAY, None])
def test_nothing_of_what_is_held_goes_and_all_of_it_when_the_hold_is_lifted(old: Cast, about: str | None) -> None:
    tables = [table for kind in TABLES for table in TABLES[kind] if kind not in ("messages", "exposure")]
    before = count(old, *tables)
    hold = add_hold(old.desk, MACHINE, "Request of the court", about)
    swept(old, 200)
    held, names = count(old, *tables), name_of(old)
    lift_hold(old.desk, MACHINE, hold.reference)
    swept(old, 200, days=1)
    assert (held, names, sum(count(old, *tables))) == (before, ["Jane Roe"], 0)


def test_a_held_persons_calls_are_kept_with_them(old: Cast) -> None:
    add_hold(old.desk, MACHINE, "Request of the court", "abuse-desk@harbour-bank.example")
    before = count(old, "minute_entry", "admission", "objection")
    swept(old, 200)
    assert count(old, "minute_entry", "admission", "objection") == before


def test_who_came_back_and_left_again_is_held_under_both_entries(old: Cast) -> None:
    add_contact(old.desk, old.secretary, NewContact(JANE, "Jane Roe", "harbour-bank"))
    old.clock.advance(days=1)
    remove_contact(old.desk, old.secretary, JANE)
    old.clock.advance(minutes=10)
    deliver_quietly(old)
    hold = add_hold(old.desk, MACHINE, "Request of the court", JANE)
    swept(old, 200)
    held, names = count(old, "list_change"), name_of(old)
    lift_hold(old.desk, MACHINE, hold.reference)
    swept(old, 200, days=1)
    assert (names, held) == (["Jane Roe", "Jane Roe"], [1])
    assert set(name_of(old)) == {"former contact of harbour-bank"}


KIM = "kim@harbour-bank.example"


def kim_came_and_left(cast: Cast) -> None:
    """Harbour Bank asked for Kim as a contact, who was confirmed, and left."""
    asked = add_contact(cast.desk, cast.actor("harbour-bank"), NewContact(KIM, "Kim Lee", "harbour-bank"))
    confirm_contact(cast.desk, cast.secretary, asked.reference)
    remove_contact(cast.desk, cast.secretary, KIM)


def test_what_was_asked_for_and_written_under_a_held_persons_address_stays(old: Cast) -> None:
    kim_came_and_left(old)
    with old.desk.store.begin() as tx:
        mailed.add(
            tx, Mail("MAAAA1", old.clock(), MailKind.WORDS, KIM.upper(), "Kim", None, False, "Hello", "", True), None
        )
    hold = add_hold(old.desk, MACHINE, "Request of the court", KIM)
    swept(old, 200)
    held = count(old, "contact_request", "mail")
    lift_hold(old.desk, MACHINE, hold.reference)
    swept(old, 200, days=1)
    assert (held, count(old, "contact_request", "mail")) == ([1, 1], [0, 0])


def test_who_only_wrote_during_a_call_is_not_erased_while_the_call_is_held(old: Cast) -> None:
    kim_came_and_left(old)
    t, k = columns(SaidRow), columns(ContactRow)
    with old.desk.store.begin() as tx:
        kim = tx.execute(select(k.id).where(k.email == KIM)).scalar_one()
        call_id = tx.execute(text("SELECT id FROM call")).scalar_one()
        line = {"contact_id": kim, "call_id": call_id, "at": old.clock(), "text": "agreed", "user": "U-kim"}
        tx.execute(insert(SaidRow).values(id="said-1", form=Form.AGREED, state=SaidState.ENTERED, **line))
    hold = add_hold(old.desk, MACHINE, "Request of the court", DAY)
    refused = refusal_of(lambda: erase_subject(old.desk, MACHINE, KIM))
    with old.desk.store.read() as tx:
        kept = tx.execute(select(t.text).where(t.contact_id == kim)).scalar_one()
    assert (kept, f"`{hold.reference}`" in (refused or "")) == ("agreed", True)


def test_a_last_batch_that_is_full_leaves_no_words_in_the_index_either(old: Cast) -> None:
    """SQLite keeps words that are gone in the index until it is rebuilt."""
    old.clock.at = START + relativedelta(months=200)
    cutoffs = {f.name: cutoff(old.clock(), 1) for f in fields(RetentionTerms)}
    with old.desk.store.begin() as tx:
        attempt = tx.begin_nested()
        every = sum(rules.sweep(tx, cutoffs, retention.Held(), 10_000).values())
        attempt.rollback()
    with old.desk.store.begin() as tx:
        before = _indexed(tx, b"phish")
        rules.sweep(tx, cutoffs, retention.Held(), every)
        assert (before, _indexed(tx, b"phish")) == (True, False)


def _indexed(tx: Tx, stem: bytes) -> bool:
    """Whether the pages of the index have these bytes in them."""
    return any(stem in block for block in tx.execute(text("SELECT block FROM archive_words_data")).scalars())


@pytest.mark.parametrize("database", DATABASES)
def test_a_sweep_is_the_same_on_both_databases(request: pytest.FixtureRequest, database: str) -> None:
    cast: Cast = lived(request.getfixturevalue(database))
    swept(cast, 200)
    assert sum(count(cast, *(table for kind in TABLES for table in TABLES[kind]))) == 0


# --- the rule ---


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)), st.integers(1, 1199))
def test_more_months_keep_longer(now: datetime, months: int) -> None:
    moment = now.replace(tzinfo=UTC)
    assert cutoff(moment, months + 1) < cutoff(moment, months) < moment
