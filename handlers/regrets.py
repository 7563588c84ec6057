"""Owns whose regrets are written down by whoever keeps the record; an answer to one's own invitation is
``answering``'s."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.audience import CallView
from bot.errors import Conflict, NotFound, NotUnderstood
from bot.words import split_words
from handlers.act import act
from handlers.attendance import NOBODY_RECORDED, NOTHING_BACK, in_words
from handlers.live_views import named_view
from handlers.naming import find_each
from handlers.roll import PARTS, with_table
from handlers.running import begun_in, check_runs, refuse_sent
from handlers.work import Writing
from storage import calls, directory
from storage import live as rows
from storage.calls import Part

WHO_REGRETS = "Who sent regrets? Name them after the word, as in `/lap regrets from fr-cnil gb-ico`."
NO_REGRETS = "Taken back: {names} {are} expected again."


@dataclass(frozen=True, slots=True)
class Regretted:
    """Whose regrets were written down for a call, by short name; ``already``: whose were before."""

    view: CallView
    recorded: tuple[str, ...]
    already: tuple[str, ...]
    not_found: tuple[str, ...]


@act
def record_regrets(work: Writing, text: str) -> Regretted:
    """Writes down who cannot come to the call that runs, as they told whoever keeps the record; afterwards, until the
    minutes are sent, with the call before the names.

    Raises NotUnderstood where nobody is named, Conflict where no call runs or nobody of those named is found.
    """
    record, named = begun_in(work, text, PARTS)
    record, table = with_table(work, record)
    if not named.strip():
        raise NotUnderstood(WHO_REGRETS)
    found, lost = find_each(work, [w.text for w in split_words(named)], table.people)
    names = {p.id: p.short_name for p in table.people.participants}
    known = {r.participant_id for r in record.regrets}
    ids = list(dict.fromkeys(w.participant.id for w in found))
    if not ids:
        raise Conflict(NOBODY_RECORDED.format(why=" ".join(lost)))
    new = [i for i in ids if i not in known]
    rows.add_regrets(work.tx, record.call.id, new, work.now)
    view = named_view(work, record)
    work.record("regrets", view.name, regrets=[names[i] for i in new])
    if new:
        work.can_be_undone("regrets", " ".join([record.call.id, *new]))
    already = tuple(names[i] for i in ids if i in known)
    return Regretted(view, tuple(names[i] for i in new), already, tuple(lost))


def undo_regrets(work: Writing, subject: str) -> str:
    """Takes regrets back that were written down."""
    call_id, *ids = subject.split()
    record = calls.one(work.tx, call_id, Part.FLOOR)
    check_runs(work, record)  # first: whether they stand tells what others did since
    known = {r.participant_id for r in record.regrets} & set(ids) if record else set()
    if record is None or not known:
        raise NotFound(NOTHING_BACK)
    refuse_sent(record)
    rows.drop_regrets(work.tx, call_id, known)
    return in_words(NO_REGRETS, [p.short_name for p in directory.named(work.tx, known)])


UNDO: Mapping[str, Callable[[Writing, str], str]] = {"regrets": undo_regrets}
