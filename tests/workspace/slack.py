"""Owns the Workspace: what people do and see in the Slack-compatible server that tests drive; running it is `base`'s.

Used in a test::

    with Workspace.from_roster(bot_url="http://127.0.0.1:3000") as slack:
        answer = slack.command("secretariat", "calls")
        slack.press("au-acma", answer, "object")
"""

from collections.abc import Callable, Mapping
from typing import Any

from tests.workspace import payloads
from tests.workspace.answers import Answer, SubmitAnswer
from tests.workspace.base import AGENCIES_CHANNEL, ROSTER, Premises
from tests.workspace.delivery import FORM, BotAnswer, Delivery
from tests.workspace.passes import ApiCall, Impossible
from tests.workspace.people import BOT_USER, Json
from tests.workspace.records import Message, View
from tests.workspace.sight import Target


class Workspace(Premises):
    """A Slack workspace as its people use it.

    *user* is everywhere a Slack id, e-mail, handle, name, mention, or a participant's short name (its first contact).
    """

    # -- what people do

    def command(
        self, user: str, text: str, channel: str | None = None, trigger_id: str | None = None, *, command: str = "/lap"
    ) -> Answer:
        """Type a slash command, in *channel* or to the bot directly. A known *trigger_id* is a redelivery."""
        person = self.user(user)
        place = self.channel(channel) if channel else self.state.direct(person.id)
        return self.acts.command(person, text, place, command, trigger_id)

    def press(
        self,
        user: str,
        message: Target,
        action_id: str,
        value: Any = None,
        *,
        values: Mapping[str, Any] | None = None,
        trigger_id: str | None = None,
    ) -> Answer:
        """Press *action_id* in a message, answer or view; *value*: which of several buttons, or a select's choice."""
        return self.acts.press(self.user(user), message, action_id, value, values or {}, trigger_id)

    def submit(
        self,
        user: str,
        view: Target,
        values: Mapping[str, Any] | None = None,
        *,
        trigger_id: str | None = None,
    ) -> SubmitAnswer:
        """Fill an open modal by ``block_id`` and submit it; fields left out keep their initial value."""
        return self.acts.submit(self.user(user), self.view(user, view), values or {}, trigger_id)

    def close(self, user: str, view: Target) -> None:
        """Close a modal without submitting it."""
        self.acts.close(self.user(user), self.view(user, view))

    def options(self, user: str, target: Target, action_id: str, words: str = "") -> list[Json]:
        """What the bot offers in an external select for the *words* typed so far."""
        return self.acts.sight.external(self.user(user), target, action_id, words)

    def again(self, user: str, answer: Answer | SubmitAnswer) -> Answer | SubmitAnswer:
        """The request behind *answer* once more: the same body and trigger_id, signed afresh."""
        if answer.delivery is None:
            raise Impossible("nothing was sent that could be sent again")
        return self.acts.again(self.user(user), answer.delivery)

    def say(self, user: str, channel: str, text: str) -> Message:
        """Somebody writes into a channel; the bot hears of it where it subscribes to ``message``."""
        person, place = self.user(user), self.channel(channel)
        if person.id not in place.members:
            raise Impossible(f"{person.name} is not in {place.name}")
        words = self.acts.typed(text)
        with self.state.changed:
            made = self.state.post(place.id, person.id, words, [])
        self._notify(payloads.message(person, place, made))
        if f"<@{BOT_USER}" in words:
            self._notify({**payloads.message(person, place, made), "type": "app_mention"})
        return made

    def edit(self, user: str, message: Message, text: str) -> None:
        """Somebody edits a message of theirs (``message_changed``)."""
        person, made = self.user(user), self.state.messages[message.id]
        if made.author != person.id:
            raise Impossible(f"{person.name} did not write that")
        before = payloads.written(made)
        with self.state.changed:
            made.change(self.acts.typed(text), [])
            moment = self.state.stamp()
        after = {**payloads.written(made), "edited": {"user": person.id, "ts": moment}}
        self._notify(payloads.changed("message_changed", made, moment, message=after, previous_message=before))

    def delete(self, user: str, message: Message) -> None:
        """Somebody deletes a message of theirs (``message_deleted``)."""
        person, made = self.user(user), self.state.messages[message.id]
        if made.author != person.id:
            raise Impossible(f"{person.name} did not write that")
        with self.state.changed:
            made.deleted = True
            moment = self.state.stamp()
        told = {"deleted_ts": made.ts, "previous_message": payloads.written(made)}
        self._notify(payloads.changed("message_deleted", made, moment, **told))

    def open_home(self, user: str) -> View | None:
        """Somebody opens the bot's home tab (``app_home_opened``); the tab the bot publishes, if it does."""
        person = self.user(user)
        self._notify({"type": "app_home_opened", "user": person.id, "tab": "home", "channel": ""})
        return self.home(user)

    # -- what the workspace sends by itself

    def url_verification(self, challenge: str = "challenge") -> BotAnswer:
        """Slack's first request to a new events address: the bot repeats the challenge."""
        fields = {"token": payloads.TOKEN, "challenge": challenge, "type": "url_verification"}
        return self.door.send(Delivery("events_api", fields))

    def ssl_check(self) -> BotAnswer:
        """Slack's look at the certificate of a slash command's address; to be answered 200."""
        return self.door.send(Delivery("slash_commands", {"ssl_check": "1", "token": payloads.TOKEN}))

    def raw(
        self,
        body: bytes,
        *,
        content_type: str = FORM,
        headers: dict[str, str] | None = None,
        signed: bool = True,
        timestamp: int | None = None,
    ) -> BotAnswer:
        """POST any bytes: malformed, unsigned, badly signed (by *headers*), or at an old *timestamp* (Unix s)."""
        return self.door.raw(body, content_type=content_type, headers=headers, signed=signed, timestamp=timestamp)

    # -- what people see

    def messages(self, user: str) -> list[Message]:
        """Copies of everything *user* can see, oldest first; deleted ones are marked so."""
        with self.state.changed:
            return self.state.visible(self.user(user).id)

    def views(self, user: str) -> list[View]:
        """The open modals of *user*, lowest first."""
        person = self.user(user).id
        with self.state.changed:
            return [v for v in self.state.views.values() if v.user == person and v.open and v.kind == "modal"]

    def home(self, user: str) -> View | None:
        """The home tab the bot has published to *user*."""
        person = self.user(user).id
        with self.state.changed:
            return next((v for v in self.state.views.values() if v.user == person and v.kind == "home"), None)

    def view(self, user: str, what: Target) -> View:
        """One view of *user*, open or closed; else ``Impossible``."""
        if isinstance(what, View):
            return self.state.views[what.id]
        if isinstance(what, Answer | SubmitAnswer):
            if what.view is None:
                raise Impossible("that answer opened no view")
            return self.state.views[what.view.id]
        found = self.state.views.get(what if isinstance(what, str) else "")
        if found is None or found.user != self.user(user).id:
            raise Impossible(f"{user} has no view {what}")
        return found

    def wait_for(self, user: str, until: Callable[[list[Message]], bool], seconds: float = 10.0) -> list[Message]:
        """Wait until *until* holds of the messages *user* sees; ``TimeoutError`` after *seconds* of real time."""
        if not self.state.wait(lambda: until(self.messages(user)), seconds):
            raise TimeoutError(f"{user} waited {seconds} s in vain; sees {[m.text for m in self.messages(user)]}")
        return self.messages(user)

    @property
    def calls(self) -> list[ApiCall]:
        """Every call the bot made to the Web API and to response_urls, oldest first."""
        with self.state.changed:
            return list(self.state.calls)

    @property
    def complaints(self) -> list[str]:
        """Everything the bot sent that Slack would not take; empty for a well-behaved bot."""
        with self.state.changed:
            return list(self.state.complaints)


__all__ = ["AGENCIES_CHANNEL", "ROSTER", "Impossible", "Workspace"]
