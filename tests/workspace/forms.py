"""Owns what a person fills into inputs: from plain values to ``state.values``; what Slack limits is `limits`'."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from datetime import time as wall_time
from typing import Any

from tests.workspace.passes import Impossible
from tests.workspace.people import Json
from tests.workspace.records import Blocks

REQUIRED = "Please complete this required field."
#: Element type to the key its value has in ``state.values``.
KEYS = {
    "plain_text_input": "value",
    "number_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "static_select": "selected_option",
    "external_select": "selected_option",
    "radio_buttons": "selected_option",
    "overflow": "selected_option",
    "checkboxes": "selected_options",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
}
INITIAL = {
    "value": "initial_value",
    "selected_option": "initial_option",
    "selected_options": "initial_options",
    "selected_date": "initial_date",
    "selected_time": "initial_time",
    "selected_date_time": "initial_date_time",
    "selected_user": "initial_user",
    "selected_conversation": "initial_conversation",
    "selected_channel": "initial_channel",
    "selected_users": "initial_users",
    "selected_conversations": "initial_conversations",
    "selected_channels": "initial_channels",
}
PLURAL = {"selected_options", "selected_users", "selected_conversations", "selected_channels"}

Options = Callable[[Json, str, str], list[Json]]  # element, block_id, what was typed
Resolve = Callable[[str, str], str]  # "user" or "channel", word -> id


class Filler:
    """Shapes values for one person; *resolve* knows users and channels, *options* asks the bot for external ones."""

    def __init__(self, resolve: Resolve, options: Options) -> None:
        self._resolve = resolve
        self._options = options

    def state(self, blocks: Blocks, values: Mapping[str, Any]) -> Json:
        """``state.values`` of *blocks*; *values* by ``block_id`` or ``action_id``, the rest keeps its initial value."""
        found: Json = {}
        unused = set(values)
        for block_id, element in stateful(blocks):
            action = element["action_id"]
            key = block_id if block_id in values else action
            given = values.get(key)
            if isinstance(given, dict) and action in given:
                given = given[action]
            unused.discard(key)
            shaped = self.shape(element, block_id, given) if key in values else initial(element)
            found.setdefault(block_id, {})[action] = shaped
        if unused:
            known = ", ".join(sorted({block_id for block_id, _ in stateful(blocks)})) or "none"
            raise Impossible(f"no input is called {', '.join(sorted(unused))}; there are: {known}")
        return found

    def shape(self, element: Json, block_id: str, value: Any) -> Json:
        """The state of one element when *value* is chosen or typed; None and "" empty it. Else ``Impossible``."""
        kind = element["type"]
        key = KEYS.get(kind)
        if key is None:
            raise Impossible(f"this workspace cannot fill a {kind}")
        made: Json = {"type": kind, key: [] if key in PLURAL else None}
        if value not in (None, "", [], ()):
            made[key] = self._value(element, block_id, key, value)
        if kind == "timepicker" and element.get("timezone"):
            made["timezone"] = element["timezone"]
        return made

    def _value(self, element: Json, block_id: str, key: str, value: Any) -> Any:
        if key in PLURAL:
            many = [value] if isinstance(value, str | dict) else list(value)
            return [self._value(element, block_id, key.removesuffix("s"), one) for one in many]
        if key == "selected_option":
            return self._option(element, block_id, value)
        if key == "selected_user":
            return self._resolve("user", str(value))
        if key in {"selected_conversation", "selected_channel"}:
            return self._resolve("channel", str(value))
        return {"selected_date": _day, "selected_time": _hour, "selected_date_time": _moment}.get(key, str)(value)

    def _option(self, element: Json, block_id: str, value: Any) -> Json:
        wanted = value.get("value") if isinstance(value, dict) else str(value)
        offered = options_of(element)
        if "external" in element["type"]:
            offered = self._options(element, block_id, str(wanted)) or self._options(element, block_id, "")
        for option in offered:
            if wanted in (option["value"], option["text"]["text"]):
                return option
        names = ", ".join(f"{o['value']} ({o['text']['text']})" for o in offered[:20]) or "nothing"
        raise Impossible(f"{wanted!r} is not offered in {block_id}; offered: {names}")


def options_of(element: Json) -> list[Json]:
    """All options of a static element, groups flattened."""
    found: list[Json] = list(element.get("options") or [])
    for group in element.get("option_groups") or []:
        found.extend(group["options"])
    return found


def stateful(blocks: Blocks) -> Iterable[tuple[str, Json]]:
    """Every element that keeps a state, with its block's id."""
    for block in blocks:
        elements = [block.get("element"), block.get("accessory")]
        if block["type"] == "actions":
            elements += block["elements"]
        for element in elements:
            if isinstance(element, dict) and element.get("type") in KEYS and element["type"] != "overflow":
                yield block["block_id"], element


def initial(element: Json) -> Json:
    """The state of an element nobody touched."""
    key = KEYS[element["type"]]
    return {"type": element["type"], key: element.get(INITIAL[key], [] if key in PLURAL else None)}


def client_errors(blocks: Blocks, state: Json) -> dict[str, str]:
    """What Slack's client refuses before it asks the bot: required fields left empty, lengths and bounds passed."""
    found = {}
    for block in blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        held = state[block["block_id"]][element["action_id"]][KEYS[element["type"]]]
        says = _refusal(block, element, held)
        if says:
            found[block["block_id"]] = says
    return found


def _refusal(block: Json, element: Json, held: Any) -> str:
    if held in (None, "", []):
        return "" if block.get("optional") else REQUIRED
    kind = element["type"]
    if kind == "plain_text_input":
        least, most = element.get("min_length", 0), element.get("max_length", 3000)
        if not least <= len(held) <= most:
            return f"Please enter {least} to {most} characters."
        if not element.get("multiline") and "\n" in held:
            return "Please enter one line."
    if kind == "number_input":
        pattern = r"-?\d+(\.\d+)?" if element.get("is_decimal_allowed") else r"-?\d+"
        if not re.fullmatch(pattern, held):
            return "Please enter a number."
        low, high = element.get("min_value"), element.get("max_value")
        if (low is not None and float(held) < float(low)) or (high is not None and float(held) > float(high)):
            return f"Please enter a number from {low} to {high}."
    if kind == "email_text_input" and not re.fullmatch(r"[^@\s]+@[^@\s]+", held):
        return "Please enter a valid email address."
    return ""


def _day(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else date.fromisoformat(str(value)).isoformat()


def _hour(value: Any) -> str:
    return (value if isinstance(value, wall_time) else wall_time.fromisoformat(str(value))).strftime("%H:%M")


def _moment(value: Any) -> int:
    if isinstance(value, int):
        return value
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
