"""Owns changing the label of an item, a line, an action or a report; its meaning is ``bot.confidentiality``'s."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from bot import audience, editions
from bot.amending import correction_of
from bot.confidentiality import Tlp, relabelled
from bot.errors import Conflict, NotFound
from bot.exposures import NONE_IN_FLIGHT, InFlight
from bot.words import fold_reference
from handlers import posting
from handlers.act import act
from handlers.agenda import speaks_for
from handlers.carrying import labelled
from handlers.edition_lines import TOO_STRICT, GoneFrom, asking_for, gone_from, told_gone
from handlers.lines import words_of
from handlers.looking import digest_of
from handlers.work import Reading, Writing
from storage import actions, agenda, calls, directory, reports, requests
from storage import minutes as lines
from storage.calls import Part

NOTHING = (
    "I know no item, line or action `{reference}` for you. `/lap agenda`, `/lap minutes` and `/lap actions` show what "
    "you may read, with the references."
)
NO_WORDS = (
    "The words of `{reference}` were never minuted. Give them with their label: "
    "`/lap correct {reference} {label} TEXT`."
)
CHANGED_SINCE = "`{reference}` was labelled anew since, so it was left as it is."
OTHER_WORDS = (
    "`{reference}` says something else since, under the label that it has now, so that was left as it is. "
    "`/lap label {reference} {label}` gives it the other one, where that is yours to do."
)
TAKEN_BACK = "`{reference}` has its label again: {text}"
STAYS = "`{reference}` keeps the label that somebody else gave it, too: {text}"


@dataclass(frozen=True, slots=True)
class Relabelled:
    """A text with its new label directly before it, and the one that it had; ``hat`` names whom the person acted for
    where that is not plain; ``gone_from``: the named editions that hold it no longer."""

    reference: str
    was: Tlp
    label: Tlp
    text: str
    hat: str = ""
    gone_from: tuple[GoneFrom, ...] = ()
    in_flight: InFlight = NONE_IN_FLIGHT


@dataclass(frozen=True, slots=True)
class _Text:
    """What carries a label: whose words they are (a participant's id), how they read and are kept with another one;
    ``words``: what it says, and since when, told by no door; ``is_on``: an item of a call that runs, whose title a post
    in the Agencies' channels may show; ``is_the_desks``: the secretariat entered it itself; ``gone``: the named
    editions that do not hold it with another label."""

    reference: str
    label: Tlp
    words: str
    originator_id: str | None
    is_read: bool
    told: Callable[[Tlp], str]
    keep: Callable[[Tlp], None]
    call_id: str | None = None
    is_on: bool = False
    is_the_desks: bool = False
    gone: Callable[[Tlp], tuple[GoneFrom, ...]] = lambda label: ()


@act
def set_label(work: Writing, asked: str, wanted: Tlp, org: str | None = None) -> Relabelled:
    """Labels an item, a line, an action or a report anew: whoever may read it raises its label, only the organisation
    whose words they are lowers it (barrier.md); the secretariat may enter that for it (*org*).

    The label that somebody else gave it is given it again: it then stays when they take theirs back. Raises NotFound
    alike for what is not there and what is not the reader's to know, NotEntitled, and Conflict for the label that it
    has else already and for a line that would show words that were never minuted.
    """
    hat = speaks_for(work, org) if org else None
    it = _find(work, fold_reference(asked))
    if it is None or not it.is_read:
        raise NotFound(NOTHING.format(reference=fold_reference(asked)))
    speaker = hat.participant if hat else work.actor.participant
    if not _is_anothers(work, it, wanted):
        own = it.originator_id == speaker.id and (hat is not None or not work.reader.secretariat or it.is_the_desks)
        it.keep(relabelled(it.reference, it.label, wanted, originator=own))
        _narrowed(work, it, wanted)
    work.record("label", it.reference, label=wanted, was=it.label, by_id=speaker.id)
    work.can_be_undone("label", f"{it.reference} {it.label} {wanted} {digest_of(words=it.words)}")
    return Relabelled(
        it.reference, it.label, wanted, it.told(wanted), speaker.name if hat else "", gone_from=it.gone(wanted)
    )


def _is_anothers(work: Reading, it: _Text, wanted: Tlp) -> bool:
    """Whether the text has that label by the word of somebody else, who can still take it back: who gives it again has
    it stay when they do."""
    return wanted is it.label and requests.others_entered(work.tx, work.actor.user, "label", it.reference)


def _narrowed(work: Writing, it: _Text, wanted: Tlp) -> None:
    """Says of a stricter label whoever the text may be leaving for: to whom it is carried, doors decide."""
    if wanted.strictness > it.label.strictness:
        work.narrow((c.id for c in directory.everybody(work.tx).everyone), it.call_id, lost=False)
        if it.is_on and it.call_id:
            posting.tell(work, it.call_id)


def _find(work: Writing, reference: str) -> _Text | None:
    return _item(work, reference) or _line(work, reference) or _action(work, reference) or _report(work, reference)


def _item(work: Writing, reference: str) -> _Text | None:
    found = agenda.find(work.tx, reference)
    if found is None:
        return None
    item = found.item
    record = calls.one(work.tx, item.call_id, Part.LIST | Part.ITEMS) if item.call_id else None
    return _Text(
        reference, item.label, item.title, item.proposer_id,
        audience.cut_item(work.reader, record, item, work.now) is not None,
        lambda label: labelled(work, item.title, label),
        lambda label: agenda.save(work.tx, [replace(item, label=label)]), item.call_id,
        record is not None and record.call.running, audience.opens_item(work.reader, item),
    )  # fmt: skip


def _line(work: Writing, reference: str) -> _Text | None:
    line = lines.find(work.tx, reference)
    record = calls.one(work.tx, line.call_id, Part.LIST | Part.ITEMS) if line else None
    if line is None or record is None:
        return None

    def keep(label: Tlp) -> None:
        after = replace(line, label=label)
        if line.label is Tlp.RED and not after.is_minuted:
            raise Conflict(NO_WORDS.format(reference=reference, label=label))
        lines.save(work.tx, after)
        made = correction_of(line, work.reader.participant_id, work.now)
        lines.keep_corrections(work.tx, {work.desk.new_id(): made})

    def gone(label: Tlp) -> tuple[GoneFrom, ...]:
        kept = asking_for(work, [reference]) if line.label in editions.LABELS and label is not line.label else []
        if not kept:
            return ()
        before = replace(calls.with_parts(work.tx, record, Part.LINES), lines=(line,))
        return gone_from(work, kept, before, replace(before, lines=(replace(line, label=label),)), reference)

    seen = line.taken_back_at is None and audience.sees_line(work.reader, record, line, work.now)
    return _Text(
        reference, line.label, f"{line.corrected_at} {line.text}", line.speaker_id, seen,
        lambda label: words_of(work, replace(line, label=label)), keep, line.call_id, gone=gone,
    )  # fmt: skip


def _action(work: Writing, reference: str) -> _Text | None:
    action = actions.find(work.tx, reference)
    record = calls.one(work.tx, action.call_id, Part.LIST | Part.ITEMS) if action else None
    if action is None or record is None:
        return None
    return _Text(
        reference, action.label, action.task, action.by_id, audience.sees_action(work.reader, record, action, work.now),
        lambda label: labelled(work, action.task, label),
        lambda label: actions.save(work.tx, replace(action, label=label)), action.call_id, is_the_desks=True,
    )  # fmt: skip


def _report(work: Writing, reference: str) -> _Text | None:
    report = reports.find(work.tx, reference)
    if report is None:
        return None
    record = calls.one(work.tx, report.call_id) if report.call_id else None
    seen = audience.cut_reports(work.reader, [report], [record] if record else [], work.now)
    return _Text(
        reference, report.label, report.text, report.participant_id, bool(seen),
        lambda label: labelled(work, report.text, label),
        lambda label: reports.save(work.tx, replace(report, label=label)), report.call_id,
    )  # fmt: skip


def undo_label(work: Writing, subject: str) -> str:
    """Gives a text the label that it had, where nobody has labelled it anew since, nor given it other words, which
    were written under the label that it has; returns what names it.

    Who may read it no longer is answered as if it were not there, as ``set_label`` does.
    """
    reference, was, label, words = subject.split(" ")
    it = _find(work, reference)
    if it is None or not it.is_read:
        raise NotFound(NOTHING.format(reference=reference))
    if it.label != label or requests.entered_since(work.tx, work.undone, "label", reference):
        raise Conflict(CHANGED_SINCE.format(reference=reference))
    if digest_of(words=it.words) != words:
        raise Conflict(OTHER_WORDS.format(reference=reference, label=was))
    if was == label:
        return STAYS.format(reference=reference, text=it.told(it.label))
    it.keep(Tlp(was))
    _narrowed(work, it, Tlp(was))
    text = TAKEN_BACK.format(reference=reference, text=it.told(Tlp(was)))
    return "\n".join(filter(None, (text, told_gone(it.gone(Tlp(was)), TOO_STRICT))))


UNDO: Mapping[str, Callable[[Writing, str], str]] = {"label": undo_label}
