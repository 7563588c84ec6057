"""Owns the standing items of new calls, which the procedure file names for each kind; others are ``agenda``'s."""

from collections.abc import Iterator

from bot.agenda import AgendaItem, ItemState, build
from bot.calls import Call
from bot.templates import item_topics
from handlers.work import Writing
from storage import agenda, directory


def plan_items(work: Writing, *drafts: Call) -> None:
    """Puts the standing items of their kind on the agendas of new calls, each in a part that may hear it; they are the
    secretariat's own. One that finds no time stands in no part yet. Nothing where nobody is of the secretariat."""
    procedure = work.desk.procedure
    wanted = [(call, item_topics(procedure.templates.items(call.kind), procedure.topics)) for call in drafts]
    if not any(items for _, items in wanted):
        return
    seats = [work.actor.contact] if work.reader.secretariat else directory.secretariat(work.tx)
    placed = list[AgendaItem]()
    for call, items in wanted if seats else ():
        new = [
            AgendaItem(
                work.desk.new_reference(), call.id, None, 0, topic.clause, item.title, item.minutes, topic.audience,
                procedure.labels.default, ItemState.ACCEPTED, seats[0].participant_id, seats[0].id, work.now,
                standing=True,
            )
            for item, topic in items
        ]  # fmt: skip
        placed += _in_their_parts(call, new, [t.clause for t in procedure.topics])
    agenda.add_all(work.tx, placed)


def _in_their_parts(call: Call, items: list[AgendaItem], catalogue: list[str]) -> Iterator[AgendaItem]:
    built = build(call, items, catalogue)
    yield from built.placed
    yield from (left.item for left in built.left_over)
