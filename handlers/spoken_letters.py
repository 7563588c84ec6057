"""Owns what people are told of the lines that they say during a call: a reaction, or why one was not entered."""

from collections.abc import Sequence

from bot.confidentiality import may_carry, strictest_in
from bot.notices import Notice, Reaction
from bot.participants import Contact, Participant
from bot.said import OF_ANOTHER, Said, State
from bot.spoken import BY_FORM
from handlers.carrying import carried
from handlers.composing import Compose
from handlers.said import NOT_ENTERED, SEEN
from handlers.work import Reading
from storage import said as rows
from storage.outbox import Errand

ENTERED, DONE = "Entered as `{reference}`.", "Done: `{word}`."
NOT_TAKEN = "Not entered"
YOU_TYPED = "You typed: {text}"
NOT_REPEATED = "What you typed is not repeated here, because of {label}: it stands where you typed it."


def compose_seen(work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant) -> Notice | None:
    """The reaction to a line; nothing of one that no longer counts."""
    it = _said(work, errands)
    if it is None or it.channel_id is None or it.ts is None or it.state in (State.NOT_THEN, State.REFUSED):
        return None
    accepted = BY_FORM[it.form]
    made = it.reference and it.form not in OF_ANOTHER
    words = (ENTERED if made else DONE).format(reference=it.reference, word=accepted.words[0])
    return Notice(words, (), reaction=Reaction(it.channel_id, it.ts, accepted.reaction), only_for=it.user)


def compose_not_entered(
    work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant
) -> Notice | None:
    """Why a line was not entered, with what was typed, for who typed it alone; nothing of one that counts by now. What
    the message may not carry is on no page either, since it was not entered."""
    it = _said(work, errands)
    if it is None or it.state not in (State.NOT_THEN, State.REFUSED):
        return None
    word = BY_FORM[it.form].words[0]
    typed = f"{word} {it.text}" if not it.text.startswith(BY_FORM[it.form].words) else it.text
    label = strictest_in(it.text) or work.desk.procedure.labels.default
    if may_carry(label, work.desk.procedure.labels.highest(work.actor.way)):
        again = YOU_TYPED.format(text=carried(work, typed, label))
    else:
        again = NOT_REPEATED.format(label=label)
    return Notice(NOT_TAKEN, (it.why, *([again] if it.text else [])), only_for=it.user)


def _said(work: Reading, errands: Sequence[Errand]) -> Said | None:
    return rows.one(work.tx, errands[0].subject)


NOTICES: dict[str, Compose] = {SEEN: compose_seen, NOT_ENTERED: compose_not_entered}
