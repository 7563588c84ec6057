"""Owns TLP 2.0 labels: how far a reader may carry a text, and what stands for it where a door may not; who reads it at
all is ``audience``'s."""

import re
from enum import StrEnum

from bot.errors import Conflict, NotEntitled, NotUnderstood


class Tlp(StrEnum):
    """FIRST's Traffic Light Protocol 2.0, strictest first."""

    RED = "TLP:RED"
    AMBER_STRICT = "TLP:AMBER+STRICT"
    AMBER = "TLP:AMBER"
    GREEN = "TLP:GREEN"
    CLEAR = "TLP:CLEAR"

    @property
    def strictness(self) -> int:
        """4 for RED down to 0 for CLEAR."""
        return _STRICTNESS[self]


_STRICTNESS = {label: strictness for strictness, label in enumerate(reversed(Tlp))}


class Way(StrEnum):
    """How words reach their reader: on their page, as the answer to what they typed in Slack, as a message that the bot
    sends there by itself, by mail, in a calendar, in a document that goes from hand to hand."""

    PAGE = "page"
    SLACK = "slack"
    MESSAGE = "message"
    MAIL = "mail"
    CALENDAR = "calendar"
    DOCUMENT = "document"


ON_PAGE = "(on your page)"
ON_PAGE_AT = "(on your page: {page})"
NOT_HERE = "(on your page: `/lap feed` gives its address)"


def read_label(text: str) -> Tlp:
    """*text* (``TLP:AMBER``, ``amber``, ``tlp:amber+strict``) as a label."""
    word = text.strip().upper().removeprefix("TLP:")
    try:
        return Tlp(f"TLP:{word}")
    except ValueError:
        raise NotUnderstood(
            f"“{text}” is not a TLP 2.0 label. "
            "The labels are TLP:RED, TLP:AMBER+STRICT, TLP:AMBER, TLP:GREEN and TLP:CLEAR."
        ) from None


_LABEL = re.compile(r"tlp:[a-z+]*", re.IGNORECASE)


UNLABELLED = (
    "A reason has no label of its own: it is read, and mailed, with what it is about. Leave {label} out, and with it "
    "what is not for everybody who reads that."
)


def is_label(word: str) -> bool:
    """Whether *word* is typed as a label, whether or not there is such a one."""
    return _LABEL.fullmatch(word) is not None


def unlabelled(text: str) -> str:
    """*text*, which has no label of its own. Raises NotUnderstood where a word of it is one: what it stands in is read,
    and mailed, under another."""
    label = next((word for word in text.split() if is_label(word)), None)
    if label is not None:
        raise NotUnderstood(UNLABELLED.format(label=label))
    return text


def split_label(text: str) -> tuple[Tlp | None, str]:
    """The label that *text* begins or ends with, None where there is none, and what is left. Raises NotUnderstood."""
    words = text.split()
    for word in (words[0], words[-1]) if words else ():
        if is_label(word):
            rest = text.strip().removeprefix(word) if word == words[0] else text.strip().removesuffix(word)
            return read_label(word), rest.strip()
    return None, text


def relabelled(reference: str, now: Tlp, wanted: Tlp, *, originator: bool) -> Tlp:
    """*wanted*, for a text labelled *now*: anybody who may read it raises its label, only its originator lowers it.

    Raises Conflict for the label that it has, NotEntitled for a lower one from somebody else.
    """
    if wanted is now:
        raise Conflict(f"`{reference}` is {now} already; nothing was changed.")
    if not may_carry(now, wanted) and not originator:
        raise NotEntitled(
            f"`{reference}` is {now}: only the organisation whose words they are can lower that. Ask it to, or give a "
            "stricter label."
        )
    return wanted


def may_carry(label: Tlp, highest: Tlp) -> bool:
    """Whether a door whose highest label is *highest* may carry a text labelled *label*."""
    return _STRICTNESS[label] <= _STRICTNESS[highest]


def stricter(one: Tlp | None, other: Tlp | None) -> Tlp | None:
    """The stricter of two labels, either of which there may not be."""
    return max((label for label in (one, other) if label), key=_STRICTNESS.__getitem__, default=None)
