"""Owns what people do in Slack: type a command, press, submit, close; what they have before them is `sight`'s."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.workspace import payloads
from tests.workspace.answers import Answer, SubmitAnswer, shown
from tests.workspace.callbacks import Callback, run
from tests.workspace.delivery import BotAnswer, BotDoor, Delivery
from tests.workspace.forms import client_errors
from tests.workspace.methods import Refused
from tests.workspace.methods_chat import words_of
from tests.workspace.methods_views import body_of, push
from tests.workspace.passes import Impossible, ResponseUrl
from tests.workspace.people import BOT_USER, Json, User
from tests.workspace.records import Channel, Message, View
from tests.workspace.sight import Sight, Target
from tests.workspace.state import State
from tests.workspace.typing_habits import typed

TROUBLE = "We had some trouble connecting. Try again?"


class Acts:
    """Acts of people on *state*, told to the bot through *door*. *follow* waits for what comes after an act."""

    def __init__(self, state: State, door: BotDoor, base_url: Callable[[], str]) -> None:
        self.state = state
        self.door = door
        self.base_url = base_url
        self.sight = Sight(state, door)
        self.should_escape = True
        self.guests_may_command = True
        self.linger = 1.0  # seconds of real time to wait for what follows an act
        self.settle: Callback | None = None  # runs instead of lingering

    # -- a slash command

    def command(self, user: User, text: str, channel: Channel, command: str, trigger_id: str | None) -> Answer:
        """Type *command* and *text* in *channel*; the HTTP response is the answer."""
        self._may_command(user, channel)
        with self.state.changed:
            trigger = self.state.trigger(user.id, known=trigger_id)
            url = self.state.response_url(user.id, channel.id)
            words = self.typed(text)
        form = payloads.slash_command(user, channel, command, words, self._address(url), trigger)
        return self._commanded(user, channel, Delivery("slash_commands", form), url, trigger)

    def _may_command(self, user: User, channel: Channel) -> None:
        if user.id not in channel.members:
            raise Impossible(f"{user.name} is not in {channel.name}, so cannot type there")
        if user.is_external:
            raise Impossible("users of another team cannot run the slash commands of this one (Slack Connect)")
        if user.is_guest and not self.guests_may_command:
            raise Impossible("this workspace's settings keep guests from slash commands")
        if user.deleted:
            raise Impossible(f"{user.name} is deactivated")

    def _commanded(self, user: User, channel: Channel, delivery: Delivery, url: ResponseUrl, trigger: str) -> Answer:
        before = self.sight.seen(user)
        reply = self.door.send(delivery)
        payload = None if reply.error else shown(reply)
        error = reply.error
        if payload:
            try:
                words, blocks = words_of(payload)
                only_for = None if payload.get("response_type") == "in_channel" else user.id
                with self.state.changed:
                    made = self.state.post(channel.id, BOT_USER, words, blocks, only_for=only_for)
                    url.posted.append(made.id)
            except Refused as refused:
                error = "invalid_command_response"
                self.state.complain(f"answer to a command: {refused.answer}")
        elif not error:
            self._follow(user, before, url, trigger, None)
        return self._answer(user, reply, before, url, trigger, delivery, None, error)

    # -- a press

    def press(
        self,
        user: User,
        target: Target,
        action_id: str,
        value: Any,
        values: Mapping[str, Any],
        trigger_id: str | None,
    ) -> Answer:
        """Press a button, or choose *value* in a select, in a message or view; *values* fill inputs beside it."""
        with self.state.changed:
            found = self.sight.target(user, target)
            block_id, element = self.sight.element(found, action_id, value)
            filler = self.sight.filler(user, found)
        action: Json = {"action_id": action_id, "block_id": block_id, "type": element["type"]}
        state = filler.state(found.blocks, values)
        if element["type"] == "button":
            action |= {"text": element["text"]} | ({"value": element["value"]} if "value" in element else {})
        else:
            shaped = filler.shape(element, block_id, value)
            action |= shaped
            state.setdefault(block_id, {})[action_id] = shaped
        with self.state.changed:
            action["action_ts"] = self.state.stamp()
            if isinstance(found, View):
                trigger = self.state.trigger(user.id, found.id, known=trigger_id)
                url = None
                payload = payloads.view_action(user, found, action, state, trigger)
            else:
                trigger = self.state.trigger(user.id, known=trigger_id)
                url = self.state.response_url(user.id, found.channel, found.id)
                channel = self.state.channels[found.channel]
                payload = payloads.message_action(user, channel, found, action, state, self._address(url), trigger)
        return self._pressed(user, Delivery("interactive", payload), url, trigger, found)

    def _pressed(
        self, user: User, delivery: Delivery, url: ResponseUrl | None, trigger: str, target: Message | View
    ) -> Answer:
        before = self.sight.seen(user)
        was = target.hash if isinstance(target, View) else ""
        reply = self.door.send(delivery)
        view = target if isinstance(target, View) else None
        if not reply.error:
            self._follow(user, before, url, trigger, view, was)
        updated = view if view is not None and view.hash != was else None
        return self._answer(user, reply, before, url, trigger, delivery, updated, reply.error)

    # -- a submission

    def submit(self, user: User, view: View, values: Mapping[str, Any], trigger_id: str | None) -> SubmitAnswer:
        """Fill a modal and press its submit button."""
        if trigger_id is None and not view.open:
            raise Impossible(f"the view {view.id} is closed")
        if view.body.get("submit") is None:
            raise Impossible("this view has nothing to submit")
        state = self.sight.filler(user, view).state(view.blocks, values)
        errors = client_errors(view.blocks, state)
        if errors:
            return SubmitAnswer(status=0, errors=errors, sent=False, view=view)
        with self.state.changed:
            trigger = self.state.trigger(user.id, view.id, known=trigger_id)
            payload = payloads.view_submission(user, view, state, trigger)
        return self._submitted(user, Delivery("interactive", payload), view, trigger)

    def _submitted(self, user: User, delivery: Delivery, view: View, trigger: str) -> SubmitAnswer:
        before = self.sight.seen(user)
        reply = self.door.send(delivery)
        error = reply.error
        errors: dict[str, str] = {}
        then: View | None = None
        if not error:
            try:
                errors, then = self._response_action(user, view, reply)
            except Refused as refused:
                error = TROUBLE
                self.state.complain(f"answer to a submission: {refused.answer}")
        if not error and not errors and then is None:
            self._follow(user, before, None, trigger, None)
        with self.state.changed:
            opened = self.state.views.get(self.state.triggers[trigger].opened or "")
            return SubmitAnswer(
                status=reply.status,
                errors=errors,
                messages=tuple(self.sight.news(user, before)),
                view=then or opened or (view if errors else None),
                raw=reply.body,
                elapsed=reply.elapsed,
                error=error,
                trigger_id=trigger,
                delivery=delivery,
            )

    def _response_action(self, user: User, view: View, reply: BotAnswer) -> tuple[dict[str, str], View | None]:
        """Do what the acknowledgement says: errors, update, push, clear, or close on an empty one."""
        payload = reply.json()
        with self.state.changed:
            if not reply.body.strip() or payload == {}:
                self.state.close(view)
                return {}, None
            action = (payload or {}).get("response_action")
            assert payload is not None or action is None
            if action == "errors":
                errors: dict[str, str] = (payload or {}).get("errors") or {}
                inputs = {b["block_id"] for b in view.blocks if b["type"] == "input"}
                if not errors or not set(errors) <= inputs or not all(errors.values()):
                    raise Refused("invalid_errors", [f"keys must be input blocks of the view: {sorted(inputs)}"])
                return dict(errors), None
            if action == "clear":
                self.state.close(view, whole_stack=True)
                return {}, None
            if action in {"update", "push"}:
                body = body_of(self.state, (payload or {}).get("view"), "modal", besides=view)
                if action == "push":
                    return {}, push(self.state, user.id, view, body)
                self.state.update_view(view, body)
                return {}, view
        raise Refused("invalid_response_action", [reply.text[:200]])

    def close(self, user: User, view: View) -> BotAnswer | None:
        """Close a modal with its cross; the bot is told where the view asked for it."""
        with self.state.changed:
            self.state.close(view)
        if not view.body.get("notify_on_close"):
            return None
        return self.door.send(Delivery("interactive", payloads.view_closed(user, view, is_cleared=False)))

    # -- the same request once more

    def again(self, user: User, delivery: Delivery) -> Answer | SubmitAnswer:
        """Send a delivery once more, byte for byte but for timestamp and signature."""
        payload = delivery.payload
        with self.state.changed:
            trigger = self.state.trigger(user.id, known=payload["trigger_id"])
            url = self.state.response_urls.get(str(payload.get("response_url", "")).rsplit("/", 1)[-1])
        if delivery.kind == "slash_commands":
            assert url is not None
            return self._commanded(user, self.state.channels[payload["channel_id"]], delivery, url, trigger)
        container = payload.get("container", {})
        if payload["type"] == "view_submission":
            return self._submitted(user, delivery, self.state.views[payload["view"]["id"]], trigger)
        target = self.state.views.get(container.get("view_id", "")) or self.state.message(container["message_ts"])
        assert target is not None
        return self._pressed(user, delivery, url, trigger, target)

    # -- inner parts

    def typed(self, text: str) -> str:
        """*text* as the bot gets it, with mentions, channels and links marked up."""
        return typed(text, should_escape=self.should_escape, user=self._handle, channel=self._channel_mention)

    def _handle(self, word: str) -> str | None:
        return next((u.id for u in self.state.users.values() if u.name == word), None)

    def _channel_mention(self, word: str) -> tuple[str, str] | None:
        found = self.state.channel(word)
        return None if found is None else (found.id, found.name if found.kind == "public" else "")

    def _address(self, url: ResponseUrl) -> str:
        return f"{self.base_url()}/slack/response/{url.token}"

    def _follow(
        self,
        user: User,
        before: dict[str, int],
        url: ResponseUrl | None,
        trigger: str,
        view: View | None,
        was: str = "",
    ) -> None:
        """Wait until the act had a visible consequence, or let the settle callback bring it about."""

        def something() -> bool:
            return bool(
                (url and url.posted)
                or self.state.triggers[trigger].opened
                or (view and view.hash != was)
                or self.sight.news(user, before)
            )

        if self.settle is not None:
            run(self.settle)
        else:
            self.state.wait(something, self.linger)

    def _answer(
        self,
        user: User,
        reply: BotAnswer,
        before: dict[str, int],
        url: ResponseUrl | None,
        trigger: str,
        delivery: Delivery,
        view: View | None,
        error: str,
    ) -> Answer:
        with self.state.changed:
            seen = {m.id: m for m in self.state.visible(user.id)}
            posted = [seen[i] for i in (url.posted if url else []) if i in seen]
            messages = [m for m in posted if before.get(m.id) != len(m.versions)] or self.sight.news(user, before)
            last = messages[-1] if messages else None
            return Answer(
                status=reply.status,
                text=last.text if last else "",
                blocks=last.blocks if last else [],
                raw=reply.body,
                elapsed=reply.elapsed,
                error=error,
                message=last,
                view=self.state.views.get(self.state.triggers[trigger].opened or "") or view,
                messages=tuple(messages),
                trigger_id=trigger,
                response_url=self._address(url) if url else "",
                delivery=delivery,
            )
