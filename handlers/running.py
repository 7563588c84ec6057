"""Owns which call is meant that runs, or began and waits for its minutes, and that it is the actor's to run."""

from dataclasses import replace
from datetime import datetime

from bot import audience
from bot.audience import CallView, Record
from bot.calls import Call, Live
from bot.errors import Conflict, NotEntitled, NotFound
from handlers.finding import find_call, find_segment, is_named, name_in, read_call_date, split_call
from handlers.live_views import named_view
from handlers.work import Reading
from storage import calls
from storage.calls import Part

NOT_YOURS = (
    "No call is under way that is yours to run: the secretariat runs it, and the scribe whom it names. Ask the "
    "secretariat, at {address}."
)
NOTHING_RUNS = (
    "No call is running. `/lap start` starts the next one, from an hour before its time. What is missing of one that "
    "ended is entered with its part until the minutes are sent, as in `/lap note CALL/N TEXT` or `/lap here CALL/N "
    "WHO...`; a line that stands is changed with `/lap correct LINE TEXT`."
)
SEVERAL_RUN = (
    "{count} calls are running: {calls}. Write the date of the one that you mean right after the verb, as in "
    "`/lap next {example}`."
)
ANOTHER_RUNS = "“{asked}” is not the call that runs: that is {title}, `{name}`. Leave the name out, or give this one."
NOT_BEGUN = (
    "“{title}” was not begun yet, so nothing was said in it. `/lap start {name}` begins it, and once its time is "
    "over `/lap start {name} held` enters it, up to a day later; then what was written down on paper goes in."
)
SENT = "The minutes of “{title}” were sent already. `/lap correct LINE TEXT` puts right what they say."
NOT_THERE = (
    "Where the call stood when this form was opened is not there any more, so nothing was entered. Send it as a line: "
    "`/lap note CALL/N TEXT`, with the call's date and the number of the part."
)


def running_call(work: Reading, asked: str = "", parts: Part = Part.NONE) -> Record:
    """The call that runs and is the actor's to run, with those *parts*; where several do, the one that *asked* names
    by its date.

    Raises NotEntitled in the same words for who runs none, whether one is on or not; Conflict where none runs, where
    another is named than the one that runs, and where several run and none of them is named.
    """
    found = _run_by(work, parts)
    named = [r for r in found if _is_named(r.call, asked)] if asked else found
    if len(named) == 1:
        return named[0]
    if len(found) == 1:
        runs = named_view(work, found[0])
        raise Conflict(ANOTHER_RUNS.format(asked=asked, title=runs.title, name=runs.name))
    raise Conflict(_several(found))


def running_call_in(work: Reading, text: str, parts: Part = Part.NONE) -> tuple[Record, str]:
    """The call that runs, with those *parts*, and *text*; where several run its first word names one, and what follows
    is the text."""
    found = _run_by(work, parts)
    first, _, rest = text.partition(" ")
    if len(found) < 2:
        return found[0], text
    named = [r for r in found if _is_named(r.call, first)]
    if len(named) != 1:
        raise Conflict(_several(found))
    return named[0], rest.strip()


def placed_in(work: Reading, text: str, parts: Part = Part.NONE) -> tuple[Record, str]:
    """The call that *text* is to be entered in, standing where it belongs, and the words: the one that runs, or, where
    the first word names a part (``CALL/N``), that part of a call that began, until its minutes are sent.

    Raises as ``running_call_in`` does; NotFound for a call or part that is not there, Conflict where it is too early or
    too late for it.
    """
    first, _, rest = text.partition(" ")
    named, part = split_call(first)
    if part is None or not names_part(text):
        return running_call_in(work, text, parts)
    record, view, began = _begun(work, named, parts)
    there = Live(began, find_segment(record, view, part).id, None, cleared=True)
    return replace(record, call=replace(record.call, live=there)), rest.strip()


def names_part(text: str) -> bool:
    """Whether *text* begins with ``CALL/N``."""
    named, part = split_call(text.partition(" ")[0])
    return part is not None and part.isalnum() and read_call_date(named)[0] is not None


def begun_in(work: Reading, text: str, parts: Part = Part.NONE) -> tuple[Record, str]:
    """The call that *text* is to be entered for, and the words: the one that runs, or the one that the first word names
    by its date, which began, until its minutes are sent. Raises as ``placed_in`` does."""
    first, _, rest = text.partition(" ")
    named, _ = split_call(first)
    if read_call_date(named)[0] is None:
        return running_call_in(work, text, parts)
    return _begun(work, named, parts)[0], rest.strip()


def _begun(work: Reading, named: str, parts: Part) -> tuple[Record, CallView, datetime]:
    """The call of that date, as it is and as the reader sees it, and when it began (UTC)."""
    try:
        record, view = find_call(work, named, parts)
    except NotFound:
        check_runs(work, None)
        raise
    check_runs(work, record)
    if record.call.live is None:
        raise Conflict(NOT_BEGUN.format(title=view.title, name=view.name))
    if record.minutes.sent_at is not None:
        raise Conflict(SENT.format(title=view.title))
    return record, view, record.call.live.started_at


def stood_in(work: Reading, stood: tuple[str, str, str | None]) -> Record:
    """The call as it *stood*, at that part and item of it, for what was written down then: while it runs, and after it,
    until its minutes are sent.

    Raises NotEntitled for who does not run it, NotFound where one of the three is not there any more, Conflict.
    """
    call_id, segment_id, item = stood
    record = calls.one(work.tx, call_id, Part.ITEMS)
    check_runs(work, record)
    live = record.call.live if record else None
    parts = {s.id for s in record.call.segments} if record else set()
    items = {None, *(i.reference for i in record.items)} if record else set()
    if record is None or live is None or segment_id not in parts or item not in items:
        raise NotFound(NOT_THERE)
    refuse_sent(record)
    return replace(record, call=replace(record.call, live=Live(live.started_at, segment_id, item, cleared=True)))


def refuse_sent(record: Record) -> None:
    """Refuses a call whose minutes were sent: what they say stands."""
    if record.minutes.sent_at is not None:
        raise Conflict(SENT.format(title=record.call.title))


def running_now(work: Reading, parts: Part = Part.NONE) -> list[Record]:
    """The calls that run and are the actor's to run; perhaps none."""
    return [r for r in calls.running(work.tx, parts) if audience.runs(work.reader, r, work.now)]


def check_runs(work: Reading, record: Record | None) -> None:
    """Raises NotEntitled for who does not run that call, or no longer does; without one, for who is not the
    secretariat."""
    if record is None and work.reader.secretariat:
        return
    if record is None or not audience.runs(work.reader, record, work.now):
        raise NotEntitled(NOT_YOURS.format(address=work.desk.settings.mail_from))


def _run_by(work: Reading, parts: Part) -> list[Record]:
    """The calls that run now and are the actor's to run, one or more. Raises NotEntitled, and Conflict for none."""
    found = running_now(work, parts)
    if not found and not work.reader.secretariat:
        raise NotEntitled(NOT_YOURS.format(address=work.desk.settings.mail_from))
    if not found:
        raise Conflict(NOTHING_RUNS)
    return found


def _is_named(call: Call, asked: str) -> bool:
    return is_named([start for _, start, _ in call.spans()], asked)


def _several(found: list[Record]) -> str:
    names = [name_in(r.call.start, [o.call for o in found], r.call.id) for r in found]
    told = "; ".join(f"`{name}` {r.call.title}" for name, r in zip(names, found, strict=True))
    return SEVERAL_RUN.format(count=len(found), calls=told, example=names[0])
