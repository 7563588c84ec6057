"""Owns the Slack room of minutes: shown, sent and adopted; single lines are ``lines``'s."""

from bot.errors import NotUnderstood
from bot.silence import unasked
from bot.when import show
from bot.words import is_reference
from bot.words import read_minutes as read_number
from handlers import minutes as acts
from handlers.edition import Edition, paragraphs, told_line
from handlers.line_history import Became, LineHistory, show_line
from handlers.minutes import Leaving
from handlers.slack.asked import ALL, Asked, Press, Verb, View
from handlers.slack.look import look_at, press_of, wish_of
from handlers.slack.reply import Reply, escape, paged

HEAD = "Minutes of *{title}* (`{name}`), {when}: {state}."
DRAFT = "a draft that only the secretariat and the scribe see"
SENT = "sent on {sent}, to be adopted from {adopts}"
ADOPTED = "adopted on {adopted}"
NOTHING = "There are no minutes of {title}, {when}, for you to read."
DOCUMENTS = "As a file, for you alone: {links}"
CHANGE = "`/lap correct LINE TEXT` puts a line right."
LOOK_SEND = (
    "Sending the draft minutes of “{title}” (`{name}`): {lines}.\nThe whole goes to {people} of {count} Agencies: "
    "{agencies}.\n{guests}\nThe silence then runs until {adopts}."
)
DONE_SEND = (
    "The draft minutes of “{title}” (`{name}`) go to {people} of {count} Agencies. {guests} They can be adopted from "
    "{adopts}."
)
LOOK_ADOPT = (
    "Adopting the minutes of “{title}” (`{name}`): {lines}.\nThe edition of their parts goes to {people} of {count} "
    "Agencies: {agencies}.\n{guests}"
)
DONE_ADOPT = "The minutes of “{title}” (`{name}`) are adopted. They go to {people} of {count} Agencies. {guests}"
OWN_LINES = "The lines attributed to them go to: {guests}."
OWN_EDITION = "The edition of their own part goes to: {guests}."
NO_GUESTS = "No representative or observer gets any of it."
LATE = (
    "\nThe draft left only after the silence had ended, or has not left yet, for {agencies}: that silence says "
    "nothing, so ask there before you adopt."
)
WAITING = "\nStill to be confirmed before their owners read them: {actions}."
USAGE = "After `minutes` comes a call, as in `/lap minutes 2027-02-16`, or `send` or `adopt` and a call; not “{text}”."
MOST_NAMES = 60
LINE_HEAD = "{line}\nOf *{title}* (`{name}`){part}."
IN_PART = ", in “{part}”"
BECAME = {
    Became.ENTERED: "entered",
    Became.SENT: "sent to the Agencies",
    Became.CORRECTED: "corrected{by}; it said before: {text}",
    Became.LABELLED: "labelled anew{by}",
    Became.ADOPTED: "adopted",
    Became.AMENDED: "amended{by}; below it stands: {text}",
    Became.HELD: "held{by}",
    Became.RELEASED: "no longer held{by}",
}
BY = " by {who}"


def minutes(asked: Asked) -> Reply:
    """``/lap minutes [CALL|LINE]``, ``minutes send CALL``, ``minutes adopt CALL``."""
    word, _, rest = asked.text.partition(" ")
    if word.casefold() == "send":
        return _send(asked, rest.strip())
    if word.casefold() == "adopt":
        return _adopt(asked, rest.strip())
    if is_reference(asked.text):
        return _history(asked, show_line(asked.desk, asked.actor, asked.text))
    call, page = read_page(asked.text)
    if " " in call:
        raise NotUnderstood(USAGE.format(text=asked.text))
    it = acts.read_minutes(asked.desk, asked.actor, call or None)
    return paged(_edition(asked, it), f"minutes {it.name}", page)


def read_page(text: str) -> tuple[str, int]:
    """*text* without ``page N`` at its end, and N, else 1."""
    words = text.split()
    if len(words) > 1 and words[-2].casefold() == "page" and read_number(words[-1]) is not None:
        return " ".join(words[:-2]), read_number(words[-1]) or 0
    return text, 1


def _send(asked: Asked, call: str) -> Reply:
    it = acts.send_minutes(asked.desk, asked.actor, call, wish_of(asked))
    if it.weighed.go:
        return Reply(_leaving(asked, DONE_SEND, it, OWN_LINES))
    return look_at(asked, _leaving(asked, LOOK_SEND, it, OWN_LINES), it.weighed, "Send the minutes")


def _adopt(asked: Asked, call: str) -> Reply:
    it = acts.adopt_minutes(asked.desk, asked.actor, call, wish_of(asked))
    if it.weighed.go:
        return Reply(_leaving(asked, DONE_ADOPT, it, OWN_EDITION))
    return look_at(asked, _leaving(asked, LOOK_ADOPT, it, OWN_EDITION), it.weighed, "Adopt the minutes")


def _edition(asked: Asked, it: Edition) -> str:
    zone, record = asked.actor.zone, it.minutes
    when = show(it.view.start, zone)
    if not it.parts:
        return NOTHING.format(title=escape(it.view.title), when=when)
    if record.adopted_at is not None:
        state = ADOPTED.format(adopted=show(record.adopted_at, zone))
    elif record.sent_at is not None and record.adopts_at is not None:
        state = SENT.format(sent=show(record.sent_at, zone), adopts=show(record.adopts_at, zone))
    else:
        state = DRAFT
    head = HEAD.format(title=escape(it.view.title), name=it.name, when=when, state=state)
    stays = record.adopted_at is not None or asked.actor.reader.is_proxy
    foot, label = [] if stays else [CHANGE], [it.label] if it.label else []
    if it.documents:
        foot.append(DOCUMENTS.format(links=", ".join(f"<{url}|{name}>" for name, url in it.documents)))
    return "\n".join([*label, head, *map(escape, paragraphs(it, zone)), *foot, *label])


def _history(asked: Asked, it: LineHistory) -> Reply:
    """A line and what became of it, a line each."""
    zone = asked.actor.zone
    part = IN_PART.format(part=escape(it.part.title)) if it.part else ""
    line = escape(told_line(it.line, zone))
    head = LINE_HEAD.format(line=line, title=escape(it.view.title), name=it.view.name, part=part)
    changes = (
        f"• {show(c.at, zone)}: "
        + BECAME[c.became].format(by=BY.format(who=escape(c.by)) if c.by else "", text=escape(c.text))
        for c in it.changes
    )
    return paged("\n".join([head, *changes]), f"minutes {it.line.reference}")


def _leaving(asked: Asked, template: str, it: Leaving, guests_get: str) -> str:
    guests = "; ".join(f"{g.name}, {_counted(g.lines, 'line')}" for g in it.guests)
    text = template.format(
        title=escape(it.view.title),
        name=it.name,
        lines=_counted(it.lines, "line"),
        people=_counted(it.people, "person", "people"),
        count=len(it.agencies),
        agencies=escape(", ".join(it.agencies[:MOST_NAMES])) or "none",
        guests=guests_get.format(guests=escape(guests)) if guests else NO_GUESTS,
        adopts=show(it.adopts_at, asked.actor.zone) if it.adopts_at else "",
    )
    late = LATE.format(agencies=escape(unasked(it.late))) if it.late else ""
    return text + late + (WAITING.format(actions=", ".join(f"`{r}`" for r in it.waiting)) if it.waiting else "")


def _counted(count: int, one: str, several: str = "") -> str:
    return f"{count} {one if count == 1 else several or one + 's'}"


VERBS: dict[str, Verb] = {
    "minutes": Verb(
        minutes, ALL, "minutes [CALL] | minutes LINE | minutes send CALL | minutes adopt CALL",
        "Shows the minutes that you may read; of one line what became of it. The secretariat sends the draft, and "
        "adopts it after the silence.",
        True,
    ),
}  # fmt: skip
PRESSES: dict[str, Press] = {"minutes": press_of(minutes)}
VIEWS: dict[str, View] = {}
