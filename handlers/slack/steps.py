"""Owns the Slack room of a call's steps: seen, and moved for one call; what each reminds of is ``handlers.steps``'."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.dates import is_date, read_date
from bot.errors import NotUnderstood
from bot.steps import NAMES, Step, StepState, read_step, word_of
from bot.when import read_moment, show
from handlers.slack.asked import Asked, Press, S, Verb, View
from handlers.slack.reply import Reply, escape
from handlers.steps import list_steps, move_step

STEPS = "Steps of “{title}”, {when}:"
STEP = "• `{word}` {name}: {due}{state}"
STATES = {StepState.DUE: "", StepState.DONE: " (told)", StepState.MISSED: " (missed)"}
MOVED_BY_HAND = " (moved)"
HOW = "To move one: `/lap step {date} {word} to DATE [HH:MM ZONE]`."
MOVED = "“{name}” of “{title}” is now due {due}; it was due {before}. Only the reminder moves, for this call alone."
FORM = (
    "I read {understood}. A step is moved like this: `/lap step 2027-02-16 list to 2027-01-28 09:00 Paris`. "
    "`/lap steps 2027-02-16` lists the steps with their words."
)


def steps(asked: Asked) -> Reply:
    """``/lap steps [CALL]``."""
    found, zone = list_steps(asked.desk, asked.actor, asked.text or None), asked.actor.zone
    lines = [STEPS.format(title=escape(found.view.title), when=show(found.view.start, zone))]
    lines += [_line(step, zone) for step in found.steps]
    waits = next((s for s in found.steps if s.state is StepState.DUE), None)
    if waits:
        lines.append(HOW.format(date=found.view.name, word=word_of(waits.kind)))
    return Reply("\n".join(lines))


def step(asked: Asked) -> Reply:
    """``/lap step CALL STEP to DATE [HH:MM ZONE]``."""
    before, to, after = f" {asked.text} ".partition(" to ")
    words = before.split()
    if not to or not after.strip() or not 1 <= len(words) <= 2:
        raise NotUnderstood(FORM.format(understood=f"“{asked.text}”" if asked.text else "no step"))
    call, word = words if len(words) == 2 else (None, words[0])
    moved = move_step(asked.desk, asked.actor, call, read_step(word), _when(asked, after.strip()))
    return Reply(
        MOVED.format(
            name=NAMES[moved.step.kind],
            title=escape(moved.view.title),
            due=show(moved.step.due_at, asked.actor.zone),
            before=show(moved.before, asked.actor.zone),
        )
    )


def _when(asked: Asked, text: str) -> datetime | date:
    now, zone = asked.desk.now(), asked.actor.zone
    if is_date(text):
        return read_date(text, today=now.astimezone(zone).date())
    return read_moment(text.split(), now=now, zone=zone)[0]


def _line(step: Step, zone: ZoneInfo) -> str:
    state = STATES[step.state] + (MOVED_BY_HAND if step.moved else "")
    return STEP.format(word=word_of(step.kind), name=NAMES[step.kind], due=show(step.due_at, zone), state=state)


VERBS: dict[str, Verb] = {
    "steps": Verb(steps, S, "steps [CALL]", "Lists the steps of a call's procedure, with when each is told."),
    "step": Verb(step, S, "step CALL STEP to DATE [HH:MM ZONE]", "Gives one step of one call a time of its own."),
}
PRESSES: dict[str, Press] = {}
VIEWS: dict[str, View] = {}
