"""Owns the pieces of a form: inputs and their options, inside Slack's limits; what is asked belongs to the rooms."""

from collections.abc import Sequence
from typing import Any

Block = dict[str, Any]
LONGEST_OPTION = 75
MOST_OPTIONS = 100
Choices = Sequence[tuple[str, str]]
"""(value, label), in order."""


def plain(text: str, most: int = LONGEST_OPTION) -> Block:
    """*text* as a text object of at most *most* characters."""
    return {"type": "plain_text", "text": text if len(text) <= most else text[: most - 1] + "…"}


def option(value: str, label: str) -> Block:
    return {"text": plain(label), "value": value}


def view(callback: str, title: str, submit: str, blocks: Sequence[Block], reference: str = "") -> Block:
    """A modal: *callback* is the verb, *reference* comes back with what is sent."""
    return {
        "type": "modal", "callback_id": callback, "title": plain(title, 24), "submit": plain(submit, 24),
        "close": plain("Cancel"), "private_metadata": reference, "blocks": list(blocks),
    }  # fmt: skip


def asking(name: str, label: str, element: Block, *, optional: bool = False, hint: str = "") -> Block:
    """An input of the argument *name*."""
    made = {"type": "input", "block_id": name, "label": plain(label, 2000), "element": element, "optional": optional}
    return {**made, "hint": plain(hint, 2000)} if hint else made


def chosen(name: str, choices: Choices, initial: Sequence[str] = (), *, many: bool = False) -> Block:
    """A menu of *choices*: beyond a hundred in groups of a hundred; *initial* are chosen at first."""
    options = {value: option(value, label) for value, label in choices}
    made: Block = {"type": "multi_static_select" if many else "static_select", "action_id": name}
    if len(options) <= MOST_OPTIONS:
        made["options"] = list(options.values())
    else:
        made["option_groups"] = _groups(list(options.values()))
    picked = [options[value] for value in initial if value in options]
    if picked:
        made |= {"initial_options": picked} if many else {"initial_option": picked[0]}
    return made


def _groups(options: Sequence[Block]) -> list[Block]:
    runs = [options[at : at + MOST_OPTIONS] for at in range(0, len(options), MOST_OPTIONS)]
    return [
        {"label": plain(f"{run[0]['text']['text'][:30]} to {run[-1]['text']['text'][:30]}"), "options": list(run)}
        for run in runs
    ]


def written(name: str, *, multiline: bool = False, most: int = 3000) -> Block:
    """A field for text."""
    return {"type": "plain_text_input", "action_id": name, "multiline": multiline, "max_length": most}


def ticked(name: str, value: str, label: str, *, at_first: bool = False) -> Block:
    """One box to tick, or ticked *at_first*."""
    box = option(value, label)
    made = {"type": "checkboxes", "action_id": name, "options": [box]}
    return {**made, "initial_options": [box]} if at_first else made


def dated(name: str) -> Block:
    """A date."""
    return {"type": "datepicker", "action_id": name}


def said(text: str) -> Block:
    """A paragraph."""
    return {"type": "section", "text": plain(text, 3000)}
