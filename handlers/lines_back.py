"""Owns taking lines of a draft back, and bringing them back; how they are entered is ``lines``'."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.errors import Conflict, NotFound
from bot.minutes import LineKind
from handlers.act import act
from handlers.lines import check_seen, fetch_line, words_of
from handlers.running import check_runs
from handlers.work import Writing
from storage import calls, said
from storage import minutes as rows

ENTERED_SINCE = "The minutes were sent since, so that line stays. `/lap correct {reference} TEXT` changes what it says."
GONE = "`{reference}` is no longer there, so there is nothing to take back."
SENT_WITHOUT = (
    "The minutes were sent since without `{reference}`, so it stays out. `/lap correct LINE TEXT` puts its words into "
    "another line."
)
BROUGHT_BACK = "The {kind} `{reference}` stands again: {text}"
TAKING_BACK = "line.back"
TAKEN_BACK = "The {kind} `{reference}` was taken back: {text}"


def undo_line(work: Writing, reference: str) -> str:
    """Takes a line back, before the minutes were sent; returns what names it."""
    line = rows.find(work.tx, reference)
    record = calls.one(work.tx, line.call_id) if line else None
    check_runs(work, record)  # first: whether it stands tells what others did since
    if line is None or record is None or line.taken_back_at is not None:
        raise NotFound(GONE.format(reference=reference))
    if record.minutes.sent_at is not None:
        raise Conflict(ENTERED_SINCE.format(reference=reference))
    rows.save(work.tx, replace(line, taken_back_at=work.now))
    said.withdraw(work.tx, line.call_id, line.reference)
    return TAKEN_BACK.format(kind=line.kind, reference=reference, text=words_of(work, line))


@act
def take_back_line(work: Writing, reference: str) -> str:
    """Takes any line of a draft back, whoever of those who keep it entered it; returns what names it. ``undo`` brings
    it back. Raises NotFound for a line that is not this reader's to know, NotEntitled for who does not run the call,
    Conflict once the minutes were sent."""
    line, record, _ = fetch_line(work, reference)
    check_seen(work, line, record)
    check_runs(work, record)
    if record.minutes.sent_at is not None:
        raise Conflict(ENTERED_SINCE.format(reference=line.reference))
    rows.save(work.tx, replace(line, taken_back_at=work.now))
    said.withdraw(work.tx, line.call_id, line.reference)
    work.record("take back", line.reference)
    work.can_be_undone(TAKING_BACK, line.reference)
    return TAKEN_BACK.format(kind=line.kind, reference=line.reference, text=words_of(work, line))


def bring_back_line(work: Writing, reference: str) -> str:
    """Brings a line back that was taken back by mistake, before the minutes were sent; returns what names it."""
    line = rows.find(work.tx, reference)
    record = calls.one(work.tx, line.call_id) if line else None
    check_runs(work, record)
    if line is None or record is None or line.taken_back_at is None:
        raise NotFound(GONE.format(reference=reference))
    if record.minutes.sent_at is not None:
        raise Conflict(SENT_WITHOUT.format(reference=reference))
    rows.save(work.tx, replace(line, taken_back_at=None))
    said.withdraw(work.tx, line.call_id, line.reference, back=True)
    return BROUGHT_BACK.format(kind=line.kind, reference=reference, text=words_of(work, line))


UNDO: Mapping[str, Callable[[Writing, str], str]] = {
    **dict.fromkeys(LineKind, undo_line),
    TAKING_BACK: bring_back_line,
}
