"""Owns TLP 2.0 labels: how far a reader may carry a text, and what stands for it where a door may not; who reads it at
all is ``audience``'s."""

from enum import StrEnum

from bot.errors import NotUnderstood


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
    sends there by itself, by mail, in a calendar."""

    PAGE = "page"
    SLACK = "slack"
    MESSAGE = "message"
    MAIL = "mail"
    CALENDAR = "calendar"


ON_PAGE = "(on your page)"
ON_PAGE_AT = "(on your page: {page})"
NOT_HERE = "(not shown here, because of its label; ask the secretariat)"


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


def may_carry(label: Tlp, highest: Tlp) -> bool:
    """Whether a door whose highest label is *highest* may carry a text labelled *label*."""
    return _STRICTNESS[label] <= _STRICTNESS[highest]


def stricter(one: Tlp | None, other: Tlp | None) -> Tlp | None:
    """The stricter of two labels, either of which there may not be."""
    return max((label for label in (one, other) if label), key=_STRICTNESS.__getitem__, default=None)
