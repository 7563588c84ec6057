"""Owns the words in which Slack shows agenda items and agendas; what they show was cut by the acts."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.agenda import ItemState
from bot.audience import CallView, SegmentView
from bot.codenames import code_name
from bot.item_changes import Do
from bot.topics import AudienceKind
from bot.when import show_date, show_span
from handlers.agenda_changes import Changed
from handlers.agenda_views import ActionView, AgendaView, ItemView, Lacking, Placed
from handlers.papers import Papers
from handlers.slack.reply import escape

HEARD = {
    AudienceKind.AGENCIES: "closed, only Agencies hear it",
    AudienceKind.JOINT: "joint, also the representatives and observers invited to its part hear it",
}
MARK = {AudienceKind.AGENCIES: "closed", AudienceKind.JOINT: "joint"}
STATES = {
    ItemState.PROPOSED: "waits for the secretariat",
    ItemState.ACCEPTED: "accepted",
    ItemState.DECLINED: "declined",
    ItemState.DEFERRED: "deferred, comes back on a later agenda",
    ItemState.WITHDRAWN: "withdrawn",
}

PROPOSED = "Proposed{hat}: `{item}` {text}\nTopic {topic}, {minutes} minutes.{call} Audience: {heard}.\n{wait} {change}"
WAITS = "The secretariat decides whether it is taken; you are told by mail."
POOLED = (
    "It lies in the pool, from which the secretariat takes items for a call; you are told by mail what becomes of it."
)
CHANGE_IT = (
    'Change it: `/lap item {item} "NEW TITLE"`{other}. Take it back: `/lap item {item} withdraw`, or `/lap undo`.'
)
FOR_CALL = " For the call “{title}”, {span}."

DID = {
    Do.ACCEPT: "Accepted",
    Do.DECLINE: "Declined",
    Do.DEFER: "Deferred",
    Do.WITHDRAW: "Withdrawn",
    Do.MINUTES: "Changed",
    Do.UP: "Moved up",
    Do.DOWN: "Moved down",
    Do.TO: "Placed",
    Do.CLOSED: "Closed",
    Do.JOINT: "Opened",
    Do.TITLE: "Changed",
    Do.HARM: "Stated",
    Do.CONFIRM: "Confirmed",
}
CHANGED = "{did}{hat}: `{item}` {text}\nTopic {topic}, {minutes} minutes.{case} Audience: {heard}.{call}{part}"
CASE = " Stated: {case}."
DOUBT = (
    "\n“{doubt}” looks like a name. Titles travel in mails and lists, so a code name is safer: "
    '`/lap item {item} "{code}"` gives it one, and you say on the call what it stands for.'
)
PART = " Part {number}, {title}{mark}, {span}."
UNPLACED = "\nIt stands in no part yet: `/lap agenda build {day}` places it, or `/lap item {item} to {day}/N`."
COMES_BACK = "\nIt comes back when the next agenda is built, or with `/lap item {item} accept`."
CLOSED_THERE = (
    "\nIt is marked closed in that joint part: the guests there do not see it. Only {name} can open it; "
    "`/lap item {item} joint` asks for that."
)
ITEM = (
    "`{item}` {text}\nTopic {topic}, {minutes} minutes, proposed by {proposer}; {state}.{confirmed}{case}{heard}{call}"
    "{papers}"
)
PAPERS = "\nPapers: {count}, `/lap paper {item}`."
CLOSED_HERE = "\nIt is marked closed in that joint part: the guests there do not see it."
TOO_FULL = "\nThat part now has {over} minutes too many: shorten an item, move one, or make the part longer."
ASKED = (
    "`{item}` {text}\nNothing was opened: only {name}, which proposed it, can do that. It has been asked, by mail and "
    "in Slack. It stays closed until it says so."
)

CONFIRMED = "presenter confirmed"
NO_CALL = "You are invited to no call at the moment."
NO_ITEMS = "  No items yet."
UNPLACED_HEAD = "*Accepted, in no part yet*"
WAITING_HEAD = "*Waiting for the secretariat* (`/lap item ITEM accept`, `decline`, `defer` or `to CALL/N`)"
POOL_HEAD = "*In the pool, for any call*"
OWN_HEAD = "*Your other proposals*"
ACTIONS_HEAD = "*Open actions*"
LACKING_HEAD = "*No time for*"
KEPT_HEAD = "*Not brought here: proposed for a call of fewer Agencies, only their proposers can*"
OVERFULL = "_These items need {over} minutes more than the part has._"
NOWHERE = "no part of this call may hear it"
LACKS = "{minutes} minutes are lacking"


def proposed_text(placed: Placed, zone: ZoneInfo) -> str:
    item, call = placed.item, placed.call
    other = {AudienceKind.AGENCIES: f", `/lap item {item.reference} joint`"}
    told = PROPOSED.format(
        hat=_hat(placed.hat),
        item=item.reference,
        text=escape(item.text),
        topic=item.topic,
        minutes=item.minutes,
        heard=HEARD[item.audience or AudienceKind.JOINT],
        call=FOR_CALL.format(title=escape(call.title), span=show_span(call.start, call.end, zone)) if call else "",
        wait=WAITS if call else POOLED,
        change=CHANGE_IT.format(
            item=item.reference,
            other=other.get(item.audience, f", `/lap item {item.reference} closed`") if item.audience else "",
        ),
    )
    return told + _doubt(placed.doubt, item)


def changed_text(changed: Changed, zone: ZoneInfo) -> str:
    item, call, part = changed.item, changed.call, changed.part
    if changed.asked:
        return ASKED.format(item=item.reference, text=escape(item.text), name=escape(item.proposer))
    told = CHANGED.format(
        did=DID[changed.do],
        hat=_hat(changed.hat),
        item=item.reference,
        text=escape(item.text),
        topic=item.topic,
        minutes=item.minutes,
        case=CASE.format(case=escape(item.case)) if item.case else "",
        heard=HEARD[item.audience or AudienceKind.JOINT],
        call=FOR_CALL.format(title=escape(call.title), span=show_span(call.start, call.end, zone)) if call else "",
        part=_part(part, zone),
    )
    if item.state is ItemState.DEFERRED:
        told += COMES_BACK.format(item=item.reference)
    if call and not part and changed.do in (Do.ACCEPT, Do.TO):
        told += UNPLACED.format(item=item.reference, day=call.name)
    if item.closed_there and not item.own:
        told += CLOSED_THERE.format(item=item.reference, name=escape(item.proposer))
    return told + (TOO_FULL.format(over=changed.over) if changed.over else "") + _doubt(changed.doubt, item)


def item_text(it: Papers, zone: ZoneInfo) -> str:
    """One item as it stands: what it is, who hears it, where it is to be called, and how its papers are read."""
    item = it.item
    told = ITEM.format(
        item=item.reference,
        text=escape(item.text),
        topic=item.topic,
        minutes=item.minutes,
        proposer=escape(item.proposer),
        state=STATES[item.state],
        confirmed=f" {CONFIRMED.capitalize()}." if item.confirmed else "",
        case=CASE.format(case=escape(item.case)) if item.case else "",
        heard=f" Audience: {HEARD[item.audience]}." if item.audience else "",
        call=_where(it, zone),
        papers=PAPERS.format(count=len(it.papers), item=item.reference) if it.papers else "",
    )
    return told + (CLOSED_HERE if item.closed_there else "")


def _where(it: Papers, zone: ZoneInfo) -> str:
    """Where an item is to be called: its part, and of which call, where that is another name."""
    if it.call is None:
        return ""
    if it.part is None:
        return FOR_CALL.format(title=escape(it.call.title), span=show_span(it.call.start, it.call.end, zone))
    return f" “{escape(it.call.title)}”:{_part(it.part, zone)}" if it.call.whole else _part(it.part, zone)


def _part(part: SegmentView | None, zone: ZoneInfo) -> str:
    """' Part 2, Cases (closed), 13:30-14:30'; who hears it for those who may know of closed parts alone."""
    if part is None:
        return ""
    mark = f" ({MARK[part.audience]})" if part.audience else ""
    return PART.format(
        number=part.number, title=escape(part.title), mark=mark, span=show_span(part.start, part.end, zone)
    )


def _doubt(doubt: str, item: ItemView) -> str:
    return DOUBT.format(doubt=escape(doubt), item=item.reference, code=code_name(item.reference)) if doubt else ""


def agenda_text(shown: AgendaView, zone: ZoneInfo) -> str:
    """The whole agenda as one text: parts with their planned times, then what waits, then open actions."""
    lines = [_title(shown.call, zone) if shown.call else NO_CALL]
    for part in shown.parts:
        segment = part.segment
        mark = f" ({MARK[segment.audience]})" if segment.audience else ""
        lines.append(
            f"*{segment.number}. {escape(segment.title)}*{mark}, {show_span(segment.start, segment.end, zone)}"
        )
        lines.extend([_line(i, marked=i.closed_there) for i in part.items] or [NO_ITEMS])
        over = sum(i.minutes for i in part.items) - (segment.end - segment.start) // timedelta(minutes=1)
        lines.extend([OVERFULL.format(over=over)] if segment.audience and over > 0 else [])
    lines += _list(UNPLACED_HEAD, [_line(i) for i in shown.unplaced])
    lines += _list(LACKING_HEAD, [_lacks(left) for left in shown.lacking])
    lines += _list(KEPT_HEAD, [_line(i) for i in shown.kept])
    lines += _list(WAITING_HEAD, [_line(i, state=i.state is ItemState.DEFERRED) for i in shown.waiting])
    lines += _list(POOL_HEAD, [_line(i) for i in shown.pool])
    lines += _list(OWN_HEAD, [_line(i, state=True) for i in shown.own])
    lines += _list(ACTIONS_HEAD, [_action(a) for a in shown.actions])
    return "\n".join(lines)


def _action(action: ActionView) -> str:
    late = ", overdue" if action.overdue else ""
    return escape(f"• `{action.reference}` {action.text} ({action.owner}, due {show_date(action.due)}{late})")


def _title(call: CallView, zone: ZoneInfo) -> str:
    return f"*{escape(call.title)}*, {show_span(call.start, call.end, zone)}"


def _line(item: ItemView, *, marked: bool = True, state: bool = False) -> str:
    facts = [item.topic, f"{item.minutes} min", item.proposer]
    facts += [MARK[item.audience]] if item.audience and marked else []
    facts += [STATES[item.state]] if state else []
    facts += ["opening asked for"] if item.consent_asked else []
    facts += [item.case] if item.case else []
    facts += [CONFIRMED] if item.confirmed else []
    return escape(f"• `{item.reference}` {item.text} ({', '.join(facts)})")


def _lacks(left: Lacking) -> str:
    why = LACKS.format(minutes=left.minutes) if left.minutes is not None else NOWHERE
    return f"{_line(left.item)}: {why}"


def _list(head: str, lines: list[str]) -> list[str]:
    return [head, *lines] if lines else []


def _hat(hat: str) -> str:
    return f" for {escape(hat)}" if hat else ""
