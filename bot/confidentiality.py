"""Owns TLP 2.0 labels: how far a reader may carry a text, and what stands for it where a door may not; who reads it at
all is ``audience``'s."""

import re
from collections.abc import Iterator
from enum import StrEnum
from unicodedata import normalize

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


def respelt(text: str) -> str:
    """*text* with each label in it as one word: “TLP RED”, “TLP: red” and “tlp-red” are typed for TLP:RED, too, and so
    are the wide signs that keyboards of East Asia give, and words that follow it or go before it without a space. What
    is part of an address stays as it is: spelt anew, a link leads nowhere."""
    narrow = _WIDE.sub(lambda found: found["address"] or normalize("NFKC", found[0]), text)
    together = _APART.sub(lambda found: found["address"] or "TLP:", narrow)
    strict = _STRICT.sub(lambda found: found["address"] or f"{found['amber']}+STRICT", together)
    apart = _BEHIND.sub(lambda found: found["address"] or " ", strict)
    return _BEFORE.sub(lambda found: found["address"] or f"{found[0]} ", apart)


def read_label(text: str) -> Tlp:
    """*text* (``TLP:AMBER``, ``amber``, ``tlp:amber+strict``, ``[TLP:AMBER]``) as a label."""
    typed = _LABEL.fullmatch(text.strip())
    try:
        return Tlp(f"TLP:{typed[1] if typed else text.strip()}".upper())
    except ValueError:
        raise NotUnderstood(
            f"“{text}” is not a TLP 2.0 label. "
            "The labels are TLP:RED, TLP:AMBER+STRICT, TLP:AMBER, TLP:GREEN and TLP:CLEAR."
        ) from None


_LABEL = re.compile(r"[\W_]*tlp:([a-z+]*)[\W_]*", re.IGNORECASE)
"""A word that is typed as a label, with whatever brackets and signs people put around one."""
_ADDRESS = r"(?P<address>https?://\S++|\b(?i:tlp)[\w.+-]{0,61}+@)"
_LABELS = {str(label): label for label in Tlp}
_TYPED = re.compile(rf"{_ADDRESS}|(?<![^\W_])(?P<label>(?i:tlp:(?:amber\+strict|[a-z]*)))")
_LETTERS = r"[a-z\uff21-\uff3a\uff41-\uff5a]+"
_WIDE = re.compile(
    rf"{_ADDRESS}|[t\uff34\uff54][l\uff2c\uff4c][p\uff30\uff50][\s_–—:\uff1a\ufe55\ufe13-]*{_LETTERS}"
    rf"(?:\s*[+\uff0b]\s*{_LETTERS})?",
    re.IGNORECASE,
)
"""A label in the wide letters, colons and pluses of East Asia's keyboards, in whichever of them are wide."""
_ELSEWHERE = re.compile(r"\bTLP:[A-Z+]+(?: \(on your page|, not minuted)".replace(" ", r"[\s>]+"))
"""Also where a mail program has quoted it, and begun a new line within."""
_APART = re.compile(
    rf"{_ADDRESS}|(?<![a-z0-9_])tlp(?:(?:\s*:\s*|[\s_–—-]+)(?=(?:red|amber)(?![a-z0-9]))|[_–—-](?=(?:green|clear)\b)"
    r"|(?:\s*:\s*|[\s_–—-]+)(?=(?-i:GREEN|CLEAR)\b))",
    re.IGNORECASE,
)
"""What lets a text go further is read only where it can be nothing else: “TLP: clear rules” is a sentence."""
_STRICT = re.compile(
    rf"{_ADDRESS}|(?<![A-Za-z0-9_])(?P<amber>(?i:tlp:amber))"
    r"(?:\s*\+\s*(?i:strict)|[_–—-](?i:strict)|\s+(?:[_–—-]+\s+)?STRICT)(?![A-Za-z0-9])"
)
_STRICT_ONE = r"tlp:(?:red|amber(?:\+strict)?)"
_BEHIND = re.compile(rf"{_ADDRESS}|(?<=[^\W_])(?<![a-z0-9])(?={_STRICT_ONE})", re.IGNORECASE)
"""Where a strict label stands directly behind a word of another script, which has no spaces of its own."""
_BEFORE = re.compile(
    rf"{_ADDRESS}|(?<![a-z0-9_/]){_STRICT_ONE}(?:(?:[^\w\s+'’]|_)+(?=[^\W_])|(?![a-z0-9_+])(?=\w))", re.IGNORECASE
)
"""A strict label with a word directly behind it, whatever signs are between."""


UNLABELLED = (
    "A reason has no label of its own: it is read, and mailed, with what it is about. Leave {label} out, and with it "
    "what is not for everybody who reads that."
)


TITLED = (
    "A title has its label beside it, not in it: “{label}” would not count there. Leave it out, and give the label "
    "last, behind the title in quotes; of an item that is there, `/lap label ITEM TLP:LABEL` does."
)
NAMED = (
    "The title of a call, a part or an edition has no label of its own: it is mailed, and stands in calendars. Leave "
    "{label} out, and with it what is not for everybody who reads that."
)
INSIDE = (
    "{label} stands in the middle of the words, where it would not count. If all of it is {label}, put that first, "
    "as a word of its own; else leave it out, or enter what is {label} by itself."
)


def is_label(word: str) -> bool:
    """Whether *word* is typed as a label, in brackets or not, and whether or not there is such a one."""
    return _LABEL.fullmatch(word) is not None


def unlabelled(text: str, says: str = UNLABELLED) -> str:
    """*text*, which has no label of its own. Raises NotUnderstood with *says* where a word of it is one: what it stands
    in is read, and mailed, under another."""
    label = next(_typed_in(text), None)
    if label is not None:
        raise NotUnderstood(says.format(label=label))
    return text


def check_inside(text: str, label: Tlp) -> str:
    """*text*, whose label is *label*. Raises NotUnderstood where a stricter one stands in the middle of it."""
    for typed in _typed_in(text):
        if read_label(typed).strictness > label.strictness:
            raise NotUnderstood(INSIDE.format(label=read_label(typed)))
    return text


def _typed_in(text: str) -> Iterator[str]:
    """What is typed as a label anywhere in *text* but in an address, also close to another word, as in
    “Re:[TLP:RED]”, and whether or not there is such a one."""
    return (found["label"] for found in _TYPED.finditer(respelt(text)) if found["label"])


def split_label(text: str) -> tuple[Tlp | None, str]:
    """The label that *text* begins or ends with, the stricter of two, None where there is none, and what is left.
    Raises NotUnderstood."""
    found, rest = None, respelt(text)
    while (words := rest.split()) and (is_label(words[0]) or is_label(words[-1])):
        word, rest = (words[0] if is_label(words[0]) else words[-1]), rest.strip()
        rest = (rest.removeprefix(word) if word == words[0] else rest.removesuffix(word)).strip()
        found = stricter(found, read_label(word))
    return found, rest


def strictest_in(text: str) -> Tlp | None:
    """The strictest label anywhere in *text*, which its writer may have put wherever they liked; None where none is.

    One before what stands elsewhere (``ON_PAGE``), or was not minuted, is of words that are not there.
    """
    found = None
    for typed in _typed_in(_ELSEWHERE.sub(" ", text)):
        found = stricter(found, _LABELS.get(typed.upper()))
    return found


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
