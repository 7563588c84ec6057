"""Owns the running and held calls that tests of the live room, of minutes and of actions start from."""

from datetime import timedelta

from sqlalchemy import update

from bot.minutes import LineKind
from handlers import live
from handlers.attendance import record_present
from handlers.lines import enter_line
from handlers.minutes import adopt_minutes, send_minutes
from storage.tables import OutboxRow, OutboxState, columns
from tests.cast import Cast
from tests.lists import DAY, START, Sent, leave, with_approved, with_item


def running(cast: Cast, *names: str) -> str:
    """The call of ``lists`` with its guests approved and one item of Harbour Bank, begun on time; its id."""
    call_id = with_approved(cast, *names)
    with_item(cast, call_id, "harbour-bank")
    cast.clock.at = START
    live.start_call(cast.desk, cast.secretary, None)
    return call_id


def note(cast: Cast, text: str, kind: LineKind = LineKind.NOTE) -> str:
    """Enters a line a second after the one before; its reference."""
    cast.clock.advance(seconds=1)
    return enter_line(cast.desk, cast.secretary, kind, text).line.reference


def to_closed_part(cast: Cast) -> None:
    """Goes through the gate to the closed part."""
    live.shut_gate(cast.desk, cast.secretary)
    live.clear_gate(cast.desk, cast.secretary)


def held(cast: Cast) -> tuple[str, str, str]:
    """A call held with a line of Harbour Bank and a joint one, and a closed one in its second part: references."""
    running(cast)
    record_present(cast.desk, cast.secretary, "fr-cnil harbour-bank")
    own, joint = note(cast, "harbour-bank: phishing is up"), note(cast, "the list was agreed", LineKind.DECISION)
    to_closed_part(cast)
    closed = note(cast, "fr-cnil: a raid is near")
    cast.clock.at = START + timedelta(minutes=90)
    live.end_call(cast.desk, cast.secretary)
    return own, joint, closed


def sent(cast: Cast) -> tuple[str, str, str]:
    """The same with its minutes sent."""
    lines = held(cast)
    send_minutes(cast.desk, cast.secretary, DAY)
    return lines


def adopted(cast: Cast) -> tuple[str, str, str]:
    """The same with its minutes adopted after the silence."""
    lines = sent(cast)
    cast.clock.advance(days=15)
    adopt_minutes(cast.desk, cast.secretary, DAY)
    return lines


def leaves(cast: Cast, *kinds: str) -> list[Sent]:
    """Delivers what is due now of those kinds; all else that is due, such as invitations, is let go."""
    t = columns(OutboxRow)
    with cast.desk.store.begin() as tx:
        others = update(OutboxRow).where(t.kind.not_in(kinds), t.state == OutboxState.DUE)
        tx.execute(others.values(state=OutboxState.DROPPED))
    return leave(cast)
