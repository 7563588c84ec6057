"""Owns Slack's limits on messages and views (slack.md 1.3); which error word a method answers belongs to that method.

Every check returns problems as Slack words them, each with a JSON pointer; an empty list means Slack would take it.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

Json = dict[str, Any]

TEXT_MOST = 40_000  # characters of a message's top-level text
BLOCK_TEXT_MOST = 13_200  # characters of all blocks of a message together; measured by others, undocumented
VIEW_BYTES_MOST = 250_000
BLOCKS_MOST = {"message": 50, "modal": 100, "home": 100}
ID_MOST = 255

SELECTS = {"static_select", "external_select", "users_select", "conversations_select", "channels_select"}
MULTI = {f"multi_{name}" for name in SELECTS}
PICKERS = {"datepicker", "timepicker"}
CHOICES = {"checkboxes", "radio_buttons"}
TYPED = {"plain_text_input", "number_input", "email_text_input", "url_text_input"}
PLACES = {
    "section": {"button", "overflow", "image"} | SELECTS | MULTI | PICKERS | CHOICES,
    "actions": {"button", "overflow", "datetimepicker"} | SELECTS | PICKERS | CHOICES,
    "input": {"datetimepicker"} | TYPED | SELECTS | MULTI | PICKERS | CHOICES,
}
SURFACES = {
    "section": "message modal home",
    "header": "message modal home",
    "context": "message modal home",
    "actions": "message modal home",
    "divider": "message modal home",
    "image": "message modal home",
    "input": "message modal home",
    "rich_text": "message modal home",
    "table": "message",
    "markdown": "message",
}
PLACEHOLDERS = SELECTS | MULTI | PICKERS | TYPED
OPTIONS_MOST = {"checkboxes": 10, "radio_buttons": 10, "overflow": 5}


def _at(path: str, says: str) -> str:
    return f"[ERROR] {says} [json-pointer:{path}]"


def _longest(holder: Json, key: str, most: int, path: str) -> Iterator[str]:
    value = holder.get(key)
    if value is None:
        return
    if not isinstance(value, str):
        yield _at(f"{path}/{key}", "must be a string")
    elif len(value) > most:
        yield _at(f"{path}/{key}", f"must be less than {most + 1} characters")


def _text(value: object, most: int, path: str, *, plain: bool = True) -> Iterator[str]:
    """A text object of at most *most* characters; *plain* allows ``plain_text`` only."""
    if not isinstance(value, dict):
        yield _at(path, "missing required field: text object")
        return
    kinds = {"plain_text"} if plain else {"plain_text", "mrkdwn"}
    if value.get("type") not in kinds:
        yield _at(f"{path}/type", f"must be one of {sorted(kinds)}")
    words = value.get("text")
    if not isinstance(words, str) or not words:
        yield _at(f"{path}/text", "must be more than 0 characters")
    elif len(words) > most:
        yield _at(f"{path}/text", f"must be less than {most + 1} characters")
    allowed = {"type", "text", "emoji"} if value.get("type") == "plain_text" else {"type", "text", "verbatim"}
    for extra in sorted(set(value) - allowed):
        yield _at(f"{path}/{extra}", "no such field in a text object")


def _confirm(value: Json, path: str) -> Iterator[str]:
    yield from _text(value.get("title"), 100, f"{path}/title")
    yield from _text(value.get("text"), 300, f"{path}/text", plain=False)
    for key in ("confirm", "deny"):
        yield from _text(value.get(key), 30, f"{path}/{key}")


def _option(value: Json, path: str, *, plain: bool) -> Iterator[str]:
    yield from _text(value.get("text"), 75, f"{path}/text", plain=plain)
    if not isinstance(value.get("value"), str) or not value["value"]:
        yield _at(f"{path}/value", "missing required field: value")
    yield from _longest(value, "value", 150, path)
    if "description" in value:
        yield from _text(value["description"], 75, f"{path}/description", plain=plain)


def _options(element: Json, path: str) -> Iterator[str]:
    kind = element["type"]
    plain = kind not in CHOICES
    groups = element.get("option_groups")
    if (groups is None) == (element.get("options") is None):
        yield _at(path, "exactly one of options and option_groups is needed")
        return
    lists = [(element["options"], path)] if groups is None else []
    for number, group in enumerate(groups or []):
        yield from _text(group.get("label"), 75, f"{path}/option_groups/{number}/label")
        lists.append((group.get("options") or [], f"{path}/option_groups/{number}"))
    if groups is not None and not 1 <= len(groups) <= 100:
        yield _at(f"{path}/option_groups", "1 to 100 items are allowed")
    most = OPTIONS_MOST.get(kind, 100)
    known = []
    for options, where in lists:
        if not 1 <= len(options) <= most:
            yield _at(f"{where}/options", f"1 to {most} items are allowed")
        for number, option in enumerate(options):
            yield from _option(option, f"{where}/options/{number}", plain=plain)
            known.append(option)
    initial = element.get("initial_options") or [element[k] for k in ("initial_option",) if k in element]
    for option in initial:
        if option not in known:
            yield _at(f"{path}/initial_option", "must match one of the options exactly")
    values = [o.get("value") for o in known]
    if len(set(map(str, values))) < len(values):
        yield _at(f"{path}/options", "two options with one value")


def _element(element: object, place: str, path: str) -> Iterator[str]:
    if not isinstance(element, dict) or element.get("type") not in PLACES[place]:
        kind = element.get("type") if isinstance(element, dict) else element
        yield _at(f"{path}/type", f"unsupported type of element in {place}: {kind}")
        return
    kind = element["type"]
    if kind == "image":
        yield from _image(element, path)
        return
    if not element.get("action_id") and kind != "button":
        yield _at(f"{path}/action_id", "missing required field: action_id")
    yield from _longest(element, "action_id", ID_MOST, path)
    if "confirm" in element:
        yield from _confirm(element["confirm"], f"{path}/confirm")
    if "placeholder" in element:
        if kind not in PLACEHOLDERS:
            yield _at(f"{path}/placeholder", "no such field")
        yield from _text(element["placeholder"], 150, f"{path}/placeholder")
    if kind in {"static_select", "multi_static_select", "overflow"} | CHOICES:
        yield from _options(element, path)
    if kind == "button":
        yield from _button(element, path)
    if kind == "plain_text_input":
        yield from _longest(element, "initial_value", 3000, path)
        least, most = element.get("min_length", 0), element.get("max_length", 3000)
        if not 0 <= least <= 3000 or not 1 <= most <= 3000 or least > most:
            yield _at(path, "min_length and max_length must lie between 0 and 3000")
    if kind == "number_input" and not isinstance(element.get("is_decimal_allowed"), bool):
        yield _at(f"{path}/is_decimal_allowed", "missing required field: is_decimal_allowed")
    if kind == "datetimepicker" and len(str(element.get("initial_date_time", 10**9))) != 10:
        yield _at(f"{path}/initial_date_time", "must be Unix seconds of ten digits")


def _button(element: Json, path: str) -> Iterator[str]:
    yield from _text(element.get("text"), 75, f"{path}/text")
    yield from _longest(element, "value", 2000, path)
    yield from _longest(element, "url", 3000, path)
    yield from _longest(element, "accessibility_label", 75, path)
    if element.get("style", "primary") not in {"primary", "danger"}:
        yield _at(f"{path}/style", "must be primary or danger")


def _image(element: Json, path: str) -> Iterator[str]:
    yield from _longest(element, "alt_text", 2000, path)
    for needed in ("alt_text", "image_url"):
        if not element.get(needed):
            yield _at(f"{path}/{needed}", f"missing required field: {needed}")


def _section(block: Json, path: str) -> Iterator[str]:
    if "text" not in block and not block.get("fields"):
        yield _at(path, "a section needs text or fields")
    if "text" in block:
        yield from _text(block["text"], 3000, f"{path}/text", plain=False)
    fields = block.get("fields") or []
    if len(fields) > 10:
        yield _at(f"{path}/fields", "no more than 10 items allowed")
    for number, field in enumerate(fields):
        yield from _text(field, 2000, f"{path}/fields/{number}", plain=False)
    if "accessory" in block:
        yield from _element(block["accessory"], "section", f"{path}/accessory")


def _header(block: Json, path: str) -> Iterator[str]:
    yield from _text(block.get("text"), 150, f"{path}/text")


def _context(block: Json, path: str) -> Iterator[str]:
    elements = block.get("elements") or []
    if not 1 <= len(elements) <= 10:
        yield _at(f"{path}/elements", "1 to 10 items are allowed")
    for number, element in enumerate(elements):
        where = f"{path}/elements/{number}"
        is_image = isinstance(element, dict) and element.get("type") == "image"
        yield from _image(element, where) if is_image else _text(element, 3000, where, plain=False)


def _actions(block: Json, path: str) -> Iterator[str]:
    elements = block.get("elements") or []
    if not 1 <= len(elements) <= 25:
        yield _at(f"{path}/elements", "1 to 25 items are allowed")
    seen: set[str] = set()
    for number, element in enumerate(elements):
        yield from _element(element, "actions", f"{path}/elements/{number}")
        action = element.get("action_id") if isinstance(element, dict) else None
        if action in seen:
            yield _at(f"{path}/elements/{number}/action_id", f"action_id already exists in this block: {action}")
        seen |= {action} if action else set()


def _input(block: Json, path: str) -> Iterator[str]:
    yield from _text(block.get("label"), 2000, f"{path}/label")
    if "hint" in block:
        yield from _text(block["hint"], 2000, f"{path}/hint")
    yield from _element(block.get("element"), "input", f"{path}/element")


def _table(block: Json, path: str) -> Iterator[str]:
    rows = block.get("rows") or []
    if not 1 <= len(rows) <= 100 or any(not 1 <= len(row) <= 20 for row in rows):
        yield _at(f"{path}/rows", "1 to 100 rows of 1 to 20 cells are allowed")


def _markdown(block: Json, path: str) -> Iterator[str]:
    if not block.get("text"):
        yield _at(f"{path}/text", "missing required field: text")
    yield from _longest(block, "text", 12_000, path)


BLOCKS: dict[str, Callable[[Json, str], Iterator[str]]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "divider": lambda _block, _path: iter(()),
    "image": _image,
    "rich_text": lambda _block, _path: iter(()),
    "table": _table,
    "markdown": _markdown,
}


def problems_of_blocks(blocks: object, surface: str) -> list[str]:
    """What Slack would refuse in *blocks* on a *surface* (``message``, ``modal``, ``home``)."""
    if not isinstance(blocks, list):
        return [_at("/blocks", "must be an array")]
    found: list[str] = []
    if len(blocks) > BLOCKS_MOST[surface]:
        found.append(_at("/blocks", f"no more than {BLOCKS_MOST[surface]} items allowed"))
    names: set[str] = set()
    for number, block in enumerate(blocks):
        path = f"/blocks/{number}"
        kind = str(block.get("type")) if isinstance(block, dict) else ""
        if kind not in BLOCKS or surface not in SURFACES[kind]:
            found.append(_at(path, f"unsupported type: {kind}"))
            continue
        found.extend(_longest(block, "block_id", ID_MOST, path))
        name = str(block.get("block_id") or "")
        if name in names:
            found.append(_at(f"{path}/block_id", f"block_id already exists: {name}"))
        names |= {name} if name else set()
        try:
            found.extend(BLOCKS[kind](block, path))
        except (TypeError, AttributeError, KeyError, ValueError):
            found.append(_at(path, "not shaped as a block of this type"))
    return found


def problems_of_view(view: object) -> list[str]:
    """What Slack would refuse in a modal or home view."""
    if not isinstance(view, dict) or view.get("type") not in {"modal", "home"}:
        return [_at("/view/type", "must be modal or home")]
    kind = view["type"]
    found = problems_of_blocks(view.get("blocks"), kind)
    for key, most in (("private_metadata", 3000), ("callback_id", ID_MOST), ("external_id", ID_MOST)):
        found.extend(_longest(view, key, most, "/view"))
    if kind == "modal":
        found.extend(_text(view.get("title"), 24, "/view/title"))
        for key in ("submit", "close"):
            if view.get(key) is not None:
                found.extend(_text(view[key], 24, f"/view/{key}"))
        blocks = view.get("blocks") if isinstance(view.get("blocks"), list) else []
        if view.get("submit") is None and any(isinstance(b, dict) and b.get("type") == "input" for b in blocks or []):
            found.append(_at("/view/submit", "submit is required when a modal has input blocks"))
    return found


def size_of_view(view: Json) -> int:
    """Bytes of the view as sent; above ``VIEW_BYTES_MOST`` Slack says ``view_too_large``."""
    return len(json.dumps(view, ensure_ascii=False, separators=(",", ":")).encode())


def block_text(value: object) -> int:
    """Characters of all texts in blocks together, which Slack caps for one message."""
    if isinstance(value, dict):
        own = len(value["text"]) if isinstance(value.get("text"), str) else 0
        return own + sum(block_text(inner) for inner in value.values() if isinstance(inner, dict | list))
    return sum(block_text(inner) for inner in value) if isinstance(value, list) else 0
