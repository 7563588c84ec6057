"""Owns the Slack room of the words of meeting bots, typed after ``/lap``: the same acts as lines of the channel."""

from bot.line_words import TooLong
from bot.spoken import ACCEPTED, BY_FORM, Accepted, Form, May, read_spoken
from handlers.action_views import ActionView
from handlers.agenda_views import Placed
from handlers.answering import Answered
from handlers.attendance import Present
from handlers.lines import Entered
from handlers.queue import Queue
from handlers.regrets import Regretted
from handlers.said import Line, Spoke
from handlers.settled import KINDS as LINE_KINDS
from handlers.slack import queue as queue_room
from handlers.slack.actions import given_reply
from handlers.slack.agenda_texts import proposed_text
from handlers.slack.asked import ALL, RUN, Asked, Press, Verb, View
from handlers.slack.invitations import answered_reply
from handlers.slack.lines import entered_text, in_lines
from handlers.slack.reply import Reply, escape, paged
from handlers.slack.roll import regretted_text, there_text
from handlers.spoken import LINE_BACK, RESTORED, speak

HEAD = (
    "Words for the channel of the calls while one runs: as a line, where the bot reads lines there, after its name, "
    "or after `/lap`. Words in capitals are yours to fill in. A reaction says that a line was entered; why one was "
    "not, a message to you alone. A line belongs to the item that was current when you typed it."
)
WHO = {
    May.RUNS: "For who runs the call: the secretariat and its scribe.",
    May.OWN: "For any Agency, about itself; about others for who runs the call.",
    May.AUTHOR: "For who entered it.",
    May.ALL: "For everybody.",
}
MARKS = "A label may stand first or last: `TLP:RED` is not minuted. `[closed]` keeps a line to the Agencies."
CORRECTED = "Corrected. It now says: {text}"
CHAIRED = "{text} is the scribe now, and is told so."
TOPIC = "The call is at `{reference}` now."
DONE = "Done: `{word}`."
NOT_READ = "I could not read that. {usage}"


def words(asked: Asked) -> Reply:
    """``/lap words``: the one table of accepted forms."""
    lines = [f"*{WHO[may]}*\n" + "\n".join(_usage(a) for a in ACCEPTED if a.may is may) for may in May]
    return paged("\n".join([HEAD, *lines, MARKS]), "words")


def say(asked: Asked) -> Reply:
    """``/lap #agreed TEXT`` and its like."""
    spoken = read_spoken(asked.line) or read_spoken(f"#{asked.line}")
    if spoken is None:
        accepted = next(a for a in ACCEPTED if a.words[0].casefold() == asked.verb)
        return Reply(NOT_READ.format(usage=_usage(accepted)))
    try:
        return _reply(asked, speak(asked.desk, asked.actor, Line(spoken)))
    except TooLong as long:
        return in_lines(asked, LINE_KINDS[spoken.form], long)


def _reply(asked: Asked, it: Spoke) -> Reply:
    done = it.done
    if isinstance(done, Entered):
        return Reply(entered_text(done))
    if isinstance(done, ActionView):
        return given_reply(done)
    if isinstance(done, Placed):
        return Reply(proposed_text(done, asked.actor.zone))
    if isinstance(done, Answered):
        return answered_reply(asked.actor, done)
    if isinstance(done, Queue):
        return Reply(queue_room.said(done, asked.actor))
    if isinstance(done, Present):
        return Reply(there_text(asked.actor, done))
    if isinstance(done, Regretted):
        return Reply(regretted_text(done))
    texts = {
        Form.UNDO: RESTORED if it.restored else LINE_BACK,
        Form.CORRECT: CORRECTED,
        Form.TOPIC: TOPIC,
        Form.CHAIR: CHAIRED,
    }
    text = texts.get(it.form, DONE)
    return Reply(text.format(text=escape(it.text), reference=it.reference, word=BY_FORM[it.form].words[0]))


def _usage(accepted: Accepted) -> str:
    return f"• `{escape(accepted.usage)}` {escape(accepted.says)}"


_OTHER_ROOMS = {Form.QUEUE, Form.UNQUEUE, Form.ACK}
"""Whose word is a verb of another room."""
VERBS: dict[str, Verb] = {
    "words": Verb(words, ALL, "words", "Shows the words of a call, which are typed in its channel or after `/lap`."),
    **{
        a.words[0].casefold(): Verb(say, RUN, a.usage, f"{a.says} {WHO[a.may]}", keeps=a.form is not Form.OFF)
        for a in ACCEPTED
        if a.form not in _OTHER_ROOMS
    },
}
PRESSES: dict[str, Press] = {}
VIEWS: dict[str, View] = {}
