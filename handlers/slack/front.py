"""Owns the way from a Slack request to a room and back: who asks, which verb, one answer; the rooms say the words."""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from time import monotonic
from traceback import clear_frames
from typing import Any, TypeVar
from uuid import uuid4

import structlog

from bot.confidentiality import respelt
from bot.errors import NotEntitled, NotFound, NotUnderstood, Refusal
from bot.participants import ParticipantKind
from bot.spoken import word_of
from bot.text import clean_text
from bot.words import unescape
from handlers import identity
from handlers.desk import TRIES, Actor, ActorChanged, Desk
from handlers.finding import SeveralPeople
from handlers.identity import ChannelInfo, Profile
from handlers.slack import lines_heard
from handlers.slack.asked import (
    PROXIES,
    Asked,
    Knock,
    OpenVerb,
    Press,
    Pressed,
    Submitted,
    Verb,
    View,
    no_channel,
)
from handlers.slack.reply import Errors, Reply, escape

log = structlog.get_logger()

R = TypeVar("R")

STRANGER = (
    "I do not know that command, or I do not know you yet. What you can do: `/lap help` shows the commands, "
    "`/lap whoami` says whom I take you for, "
    "`/lap iam EMAIL` ties your account to a contact's address. Questions: {address}."
)
# An address as Slack sends it comes back as it was typed.
_MAILTO = re.compile(r"<mailto:[^|<>]*\|([^<>]*)>")
YOU_TYPED = "\nYou typed: `/lap {line}`"
MENDED_AT_SIGHT = 3  # words: a verb of one or two and the thing it names, which the refusal repeats
MOST_TYPED = 1500
LONGEST_ERROR = 2000
"""What stands beside an input of a modal has no limit of its own in Slack's pages; this is that of its hint."""
NOT_FOUND_SECONDS = 0.05
"""That nothing was found is said after a multiple of this, so that the time of the answer tells nothing
(docs/adr/0013)."""
MENTIONED = re.compile(r"<@([UW][A-Z0-9]+)")
MOST_MENTIONED = 60
"""Slack is asked for so many of those named in one line: whoever is named a thousand times is asked for once."""
NOT_A_PROXYS = (
    "`{verb}` is for the contacts of {name}, and you stand in for it at one call: ask one of them. `/lap help` shows "
    "what is yours."
)
WENT_WRONG = "Something went wrong here, and nothing was changed. Tell {address} this reference: `{reference}`."
ROLE_NAMES = {"S": "the secretariat", "A": "Agencies", "P": "private sector representatives", "O": "observers"}


@dataclass(frozen=True)
class Rooms:
    """Every verb, press and view that the rooms registered; ``open_verbs`` answer strangers too."""

    verbs: Mapping[str, Verb]
    presses: Mapping[str, Press]
    views: Mapping[str, View]
    open_verbs: Mapping[str, OpenVerb]


@dataclass(frozen=True, slots=True)
class Whisper:
    """What is said to one user alone in a channel."""

    channel: str
    user: str
    text: str


class SlackSilent(Exception):
    """Slack did not say who a user is, so that nothing was done."""


@dataclass(frozen=True)
class Front:
    """The front door's one table of rooms, and how Slack is asked for a user's profile and for a channel.

    ``pause`` waits so many seconds before nothing is found: what is hidden takes longer to find than what is not there.
    """

    desk: Desk
    rooms: Rooms
    profile: Callable[[str, str], Profile | None]
    channel_info: Callable[[str, str], ChannelInfo | None] = no_channel
    pause: Callable[[float], object] = lambda seconds: None

    def command(self, body: Mapping[str, Any]) -> Reply:
        """The answer to a slash command."""
        return _as_they_are(lambda: self._command(body))

    def press(self, body: Mapping[str, Any]) -> Reply:
        """The answer to a button."""
        return _as_they_are(lambda: self._press(body))

    def submission(self, body: Mapping[str, Any]) -> Reply | Errors:
        """The answer to a modal: the room's errors by input, or what to tell the person."""
        return _as_they_are(lambda: self._submission(body))

    def event(self, body: Mapping[str, Any]) -> Whisper | None:
        """Does what a line of a channel says that the bot hears; what is to be said at once, to its author alone.

        Talk is left alone; whoever is no Agency's gets the one answer of strangers. Raises where the line could not be
        taken: then it is not acknowledged, and Slack brings it again.
        """
        return _as_they_are(lambda: self._event(body))

    def _command(self, body: Mapping[str, Any]) -> Reply:
        line = " ".join(unescape(body.get("text") or "").split(" ")).strip()
        line = line.removeprefix("/lap ").lstrip()  # pasted whole, as answers and mails show it
        word, _, rest = line.partition(" ")
        verb, text = word.casefold(), rest.strip()
        team, user = body["team_id"], body["user_id"]
        profile = cache(lambda: self.profile(team, user))
        actor = identity.actor_of(self.desk, team, user, body.get("trigger_id"), profile)
        open_verb = self.rooms.open_verbs.get(verb)
        if open_verb is not None:
            knock = Knock(
                self.desk, actor, verb, text, team, user, body.get("trigger_id", ""), profile,
                self.rooms.verbs, self.rooms.open_verbs,
            )  # fmt: skip
            return self._guarded(lambda: open_verb.run(knock))
        verb = verb if verb in self.rooms.verbs else word_of(line) or verb
        known = self.rooms.verbs.get(verb)
        if actor is None or known is None:
            return self.stranger()
        asked = Asked(
            self.desk, actor, verb, text, line, team, user,
            body.get("channel_id", ""), body.get("trigger_id", ""), channel_info=self.channel_info,
        )  # fmt: skip
        for mentioned in _mentioned(text):
            identity.actor_of(self.desk, team, mentioned, None, partial(self.profile, team, mentioned))
        if known.looks and rest.casefold().split()[-1:] == ["go"]:
            asked = Asked(**{**_fields(asked), "text": text[:-2].rstrip(), "line": line[:-2].rstrip(), "go": True})
        began = monotonic()
        answer = self._guarded(lambda: self._mendable(known, asked, line))
        if known.paced:
            self.pause((began - monotonic()) % known.paced)
        return answer

    def _press(self, body: Mapping[str, Any]) -> Reply:
        action, user = body["actions"][0], body["user"]
        press = self.rooms.presses.get(action["action_id"])
        team = user.get("team_id") or body["team"]["id"]
        value = action.get("value") or (action.get("selected_option") or {}).get("value", "")
        profile = partial(self.profile, team, user["id"])
        actor, look = identity.presser_of(self.desk, team, user["id"], body.get("trigger_id"), value, profile)
        if actor is None or press is None:
            return self.stranger()
        channel = (body.get("channel") or {}).get("id", "")
        pressed = Pressed(
            self.desk, actor, action["action_id"], value, team, user["id"], channel, body.get("trigger_id", ""), look
        )
        return self._guarded(lambda: press(pressed))

    def _event(self, body: Mapping[str, Any]) -> Whisper | None:
        heard = lines_heard.heard(body)
        if heard is None:
            return None
        if heard.spoken is None:
            return Whisper(heard.channel, heard.user, lines_heard.MENTIONED) if heard.mention else None
        team, user = heard.team, heard.user
        actor = identity.actor_of(self.desk, team, user, None, lambda: self._sure_profile(team, user))
        if actor is None or not (actor.reader.is_agency or actor.is_secretariat):
            return None if heard.echoed else Whisper(heard.channel, user, self.stranger().text)
        for mentioned in _mentioned(heard.spoken.text):
            identity.actor_of(self.desk, team, mentioned, None, partial(self.profile, team, mentioned))
        said = lines_heard.say(self.desk, actor, heard)
        return Whisper(heard.channel, user, said) if said else None

    def _submission(self, body: Mapping[str, Any]) -> Reply | Errors:
        view, user = body["view"], body["user"]
        room = self.rooms.views.get(view["callback_id"])
        team = user.get("team_id") or body["team"]["id"]
        actor = self._actor(team, user["id"], body.get("trigger_id"))
        inputs = [b["block_id"] for b in view["blocks"] if b["type"] == "input"]
        if actor is None or room is None:
            return _kept_open(inputs, self.stranger().text)
        began = monotonic()
        try:
            submitted = Submitted(
                self.desk, actor, view["callback_id"], input_values(view["state"]["values"]),
                view.get("private_metadata") or "", team, user["id"], body.get("trigger_id", ""),
            )  # fmt: skip
            return room(submitted)
        except Refusal as refusal:
            self._take_its_time(refusal, began)
            return _kept_open(inputs, refusal.says, getattr(refusal, "block", ""))
        except ActorChanged:
            raise
        except Exception:  # noqa: BLE001 -- logged under a reference; the person is never shown a traceback
            return _kept_open(inputs, self._went_wrong().text)

    def stranger(self) -> Reply:
        return Reply(STRANGER.format(address=self.desk.settings.mail_from))

    def _actor(self, team: str, user: str, request: str | None) -> Actor | None:
        return identity.actor_of(self.desk, team, user, request, lambda: self.profile(team, user))

    def _sure_profile(self, team: str, user: str) -> Profile:
        """What Slack says of a user. Raises SlackSilent where it says nothing: a line is not answered as a stranger's
        because Slack is slow."""
        told = self.profile(team, user)
        if told is None:
            raise SlackSilent(user)
        return told

    def _mendable(self, verb: Verb, asked: Asked, line: str) -> Reply:
        """The verb's answer; what could not be read comes back ready to mend, unless it bears a label of its own. So
        does a line in which one of several things was not found: sixty names are not typed twice for one slip."""
        try:
            return self._entitled(verb, asked)
        except Refusal as refusal:
            slip = isinstance(refusal, NotFound) and len(line.split()) > MENDED_AT_SIGHT
            returned = verb.keeps or slip or isinstance(refusal, NotUnderstood)
            if not returned or "You typed" in refusal.says or "tlp:" in respelt(line).casefold():
                raise
            typed = _MAILTO.sub(r"\1", line)[:MOST_TYPED]
            refusal.says += YOU_TYPED.format(line=typed)
            raise

    def _entitled(self, verb: Verb, asked: Asked) -> Reply:
        if role_of(asked.actor) not in verb.roles and not _has_agency_hat(verb, asked):
            raise NotEntitled(f"`{asked.verb}` is for {names_of(verb.roles)}. `/lap help` shows what is yours.")
        if asked.actor.reader.is_proxy and asked.verb not in PROXIES:
            raise NotEntitled(NOT_A_PROXYS.format(verb=asked.verb, name=asked.actor.participant.name))
        return verb.run(asked)

    def _guarded(self, answer: Callable[[], Reply]) -> Reply:
        began = monotonic()
        try:
            return answer()
        except SeveralPeople as several:
            return Reply(escape(clean_text(several.says)))
        except Refusal as refusal:
            self._take_its_time(refusal, began)
            return Reply(escape(clean_text(refusal.says)))
        except ActorChanged:
            raise
        except Exception:  # noqa: BLE001 -- logged under a reference; the person is never shown a traceback
            return self._went_wrong()

    def _take_its_time(self, refusal: Refusal, began: float) -> None:
        if isinstance(refusal, NotFound):
            clear_frames(refusal.__traceback__)  # what was read of a hidden thing is let go before the wait, not after
            self.pause((began - monotonic()) % NOT_FOUND_SECONDS)

    def _went_wrong(self) -> Reply:
        reference = uuid4().hex[:8]
        log.exception("slack request failed", reference=reference)
        return Reply(WENT_WRONG.format(address=self.desk.settings.mail_from, reference=reference))


def _as_they_are(answer: Callable[[], R]) -> R:
    """What *answer* gives, asked anew where who asks was removed, or given another role, while it waited for others."""
    for _ in range(TRIES - 1):
        with suppress(ActorChanged):
            return answer()
    return answer()


def _kept_open(inputs: Sequence[str], says: str, at: str = "") -> Reply | Errors:
    """What a modal is refused with: said beside an input, so that it stays open with all that was typed into it; a
    message only where it has no input."""
    block = at if at in inputs else next(iter(inputs), "")
    return Errors({block: says[:LONGEST_ERROR]}) if block else Reply(escape(clean_text(says)))


def _mentioned(text: str) -> list[str]:
    """The users that *text* names, each once."""
    return list(dict.fromkeys(MENTIONED.findall(text)))[:MOST_MENTIONED]


def names_of(roles: str) -> str:
    """Who may type what these letters may, in words."""
    *most, last = (ROLE_NAMES[letter] for letter in roles)
    return f"{', '.join(most)} and {last}" if most else last


def role_of(actor: Actor) -> str:
    """The letter of the hat that *actor* wears: S, A, P or O."""
    if actor.is_secretariat:
        return "S"
    return {ParticipantKind.AGENCY: "A", ParticipantKind.PRIVATE_SECTOR: "P", ParticipantKind.OBSERVER: "O"}[
        actor.reader.kind
    ]


def _has_agency_hat(verb: Verb, asked: Asked) -> bool:
    """The secretariat may type an Agencies' verb; the act asks for which Agency."""
    return asked.actor.is_secretariat and "A" in verb.roles


def input_values(state: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """A view's state as block_id to text, option value, or list of values; empty inputs are ''."""
    return {block: _value(next(iter(elements.values()))) for block, elements in state.items() if elements}


def _value(element: Mapping[str, Any]) -> Any:
    if "selected_options" in element:
        return [o["value"] for o in element["selected_options"] or []]
    if "selected_option" in element:
        return (element["selected_option"] or {}).get("value", "")
    for key in (
        "selected_user",
        "selected_conversation",
        "selected_date",
        "selected_time",
        "selected_date_time",
        "value",
    ):
        if element.get(key) is not None:
            return element[key]
    return ""


def _fields(asked: Asked) -> dict[str, Any]:
    return {name: getattr(asked, name) for name in Asked.__slots__}
