"""Owns the words of meeting bots that people type during a call: one table of accepted forms, and how a line is read.

They are MeetBot's (``#agreed``), Zakim's (``q+``) and RRSAgent's (``ACTION:``, ``s/old/new/``). What each does is the
act's; the help shows this table, and the tests read it.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.dates import MOST_WORDS, is_date
from bot.errors import NotUnderstood
from bot.text import clean_text

# What Slack makes of an address that was typed: <https://a.example|a.example>, <mailto:x@y.example|x@y.example>.
_CHANNEL = re.compile(r"<#C[A-Z0-9]+\|([a-z-]+)>")  # where a channel has the name of a word of ours
_ADDRESS = re.compile(r"<(https?://[^|<>]+)(?:\|[^<>]*)?>")
# Each sign is taken in one way alone, a backslash only with what follows it: else a line of these takes for ever.
_CORRECTION = re.compile(r"s([/|])((?:\\.|(?!\1)[^\\])+)\1((?:\\.|(?!\1)[^\\])*)\1(g?)", re.DOTALL)
_OF_NOTHING = re.compile(r"s([/|])\1.*", re.DOTALL)
_ESCAPED = re.compile(r"\\([/|\\])")
_DUE = re.compile(r"(?:due|by|on)[: ]\s*", re.IGNORECASE)
_DASH = re.compile(r"\s[-–—]+\s")
OFF = "[off]"
OF_NOTHING = (
    "Nothing was corrected, since nothing stands between the first two strokes. Write what is to be replaced by what, "
    "as in `s/Firday/Friday/`; to put words in, repeat the one before them: `s/Friday/Friday noon/`."
)


class Form(StrEnum):
    """What a spoken line is, by the word it begins with."""

    TOPIC = "topic"
    AGREED = "agreed"
    INFO = "info"
    LINK = "link"
    ACTION = "action"
    UNDO = "undo"
    CORRECT = "correct"
    CHAIR = "chair"
    PRESENT = "present"
    REGRETS = "regrets"
    QUEUE = "queue"
    UNQUEUE = "unqueue"
    ACK = "ack"
    AGENDA = "agenda"
    OFF = "off"


class May(StrEnum):
    """Who may say it: who runs the call (the secretariat and the scribe); an Agency's contact of its own organisation,
    who runs it of anybody; who entered what it is about; everybody of the channel."""

    RUNS = "runs"
    OWN = "own"
    AUTHOR = "author"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Accepted:
    """One form as it is typed: the ``words`` that a line may begin with (the first is the usual one), what follows, who
    may, what it does, an example, and the name of the reaction that acknowledges it."""

    form: Form
    words: tuple[str, ...]
    usage: str
    may: May
    says: str
    example: str
    reaction: str


ACCEPTED: tuple[Accepted, ...] = (
    Accepted(
        Form.TOPIC, ("#topic",), "#topic ITEM|TITLE", May.RUNS,
        "Goes to that item of the part under way; another title is minuted as a heading.", "#topic K7MPQ2", "bookmark",
    ),
    Accepted(
        Form.AGREED, ("#agreed", "#agree"), "#agreed [TLP:LABEL] [WHO:] TEXT", May.RUNS,
        "Minutes a decision.", "#agreed The list is shared by Friday", "white_check_mark",
    ),
    Accepted(
        Form.INFO, ("#info",), "#info [TLP:LABEL] [WHO:] TEXT", May.RUNS,
        "Minutes what is said.", "#info fr-cnil: two numbers are in use TLP:RED", "memo",
    ),
    Accepted(
        Form.LINK, ("#link",), "#link URL [TEXT]", May.RUNS,
        "Minutes a link.", "#link https://lap.example/report The report", "link",
    ),
    Accepted(
        Form.ACTION, ("ACTION:", "#action"), "ACTION: WHO TEXT [- DATE]", May.OWN,
        "Gives an action, to your own organisation or, if you run the call, to anybody; without a date it is due on "
        "the day of the next call.", "ACTION: fr-cnil send the numbers - 2027-03-01", "pushpin",
    ),
    Accepted(
        Form.UNDO, ("#undo",), "#undo", May.AUTHOR,
        "Takes back the last line, correction or action that you entered; typed again, the one before.",
        "#undo", "leftwards_arrow_with_hook",
    ),
    Accepted(
        Form.CORRECT, ("s/", "s|"), "s/OLD/NEW/", May.AUTHOR,
        "Corrects the last line that you entered, a `note` or `decision` too; `g` at its end: everywhere in it.",
        "s/Firday/Friday/", "pencil2",
    ),
    Accepted(
        Form.CHAIR, ("#chair",), "#chair WHO", May.RUNS,
        "Passes the scribe's role on.", "#chair fr-cnil", "speech_balloon",
    ),
    Accepted(
        Form.PRESENT, ("present+",), "present+ [WHO...]", May.OWN,
        "Records that your organisation is there.", "present+", "wave",
    ),
    Accepted(
        Form.REGRETS, ("regrets+",), "regrets+ [WHO...]", May.OWN,
        "Says that you cannot come, or not any longer.", "regrets+", "heavy_minus_sign",
    ),
    Accepted(
        Form.QUEUE, ("q+",), "q+ [WHO] [to TEXT]", May.OWN,
        "Asks for the floor; what for is said on the line.", "q+", "raised_hand",
    ),
    Accepted(
        Form.UNQUEUE, ("q-",), "q- [WHO]", May.OWN,
        "No longer asks for it.", "q-", "heavy_multiplication_x",
    ),
    Accepted(
        Form.ACK, ("ack",), "ack [WHO]", May.OWN,
        "Gives the floor to WHO, or to the next who asks; `ack me` takes it.", "ack fr-cnil", "microphone",
    ),
    Accepted(
        Form.AGENDA, ("agenda+",), "agenda+ [TOPIC] TITLE", May.OWN,
        "Proposes an item for this call, of the topic named, else of the first one of the catalogue.",
        "agenda+ Robocall gateways", "inbox_tray",
    ),
    Accepted(
        Form.OFF, (OFF,), "[off] TEXT", May.ALL,
        "Is never entered; but Slack keeps what is typed there.", "[off] lunch is here", "",
    ),
)  # fmt: skip
"""Every form, in the order of the help."""

BY_FORM = {accepted.form: accepted for accepted in ACCEPTED}
LINES = frozenset({Form.AGREED, Form.INFO, Form.LINK})
"""The forms that enter a line of the minutes."""

_BY_WORD = {word.casefold(): a.form for a in ACCEPTED for word in a.words}
_MOST_NAMED = 4


@dataclass(frozen=True, slots=True)
class Spoken:
    """A line that has one of the accepted forms; ``text`` is what follows its word, without Slack's own marks."""

    form: Form
    text: str = ""


def read_spoken(line: str) -> Spoken | None:
    """What *line* says in one of the accepted forms; None for ordinary talk.

    The word may be written in any case; ``[off]`` may stand first or last. ``ack`` and ``regrets+`` are forms only
    alone or before names, for they begin ordinary talk too.
    """
    said = _CHANNEL.sub(r"#\1", _ADDRESS.sub(r"\1", clean_text(line)))
    if is_off(said):
        return Spoken(Form.OFF)
    if _CORRECTION.fullmatch(said) or _OF_NOTHING.fullmatch(said):
        return Spoken(Form.CORRECT, said)
    word, rest = _split(said)
    form = _BY_WORD.get(word.casefold()) or _BY_WORD.get(word.casefold().removesuffix(":"))
    if form is None or form in (Form.CORRECT, Form.OFF):
        return None
    if form is Form.UNDO:
        return Spoken(form)
    if form in (Form.ACK, Form.REGRETS) and (len(rest.split()) > _MOST_NAMED or _is_talk(rest)):
        return None
    return Spoken(form, rest)


def is_off(text: str) -> bool:
    """Whether *text* is marked as not for the record, at its beginning or its end."""
    small = text.strip().casefold()
    return small.startswith(OFF) or small.endswith(OFF)


def word_of(line: str) -> str:
    """The word by which ``/lap`` knows the form of *line*: the first one of the table, in small letters; '' where it
    has none. ``#agreed`` may be typed without its sign there, and what begins like a correction is meant as one."""
    if line.startswith(BY_FORM[Form.CORRECT].words):
        return BY_FORM[Form.CORRECT].words[0]
    spoken = read_spoken(line) or read_spoken(f"#{line}")
    return BY_FORM[spoken.form].words[0].casefold() if spoken else ""


def check_one_line(spoken: Spoken) -> None:
    """Raises NotUnderstood where a message holds several forms, one below another: which belongs to which is not
    guessed."""
    others = [rest for rest in spoken.text.split("\n")[1:] if read_spoken(rest) is not None]
    if others:
        raise NotUnderstood(
            "One message holds one of these words, and yours holds several, so none was entered. Send each as a "
            "message of its own."
        )


@dataclass(frozen=True, slots=True)
class Correction:
    """``s/old/new/``: what is to be replaced by what, once or everywhere."""

    old: str
    new: str
    everywhere: bool

    def of(self, text: str) -> str | None:
        """*text* corrected; None where it does not hold what is to be replaced."""
        if self.old not in text:
            return None
        return text.replace(self.old, self.new, -1 if self.everywhere else 1)


def read_correction(text: str) -> Correction:
    """``s/old/new/`` or ``s|old|new|``, with ``g`` for every place; a sign is itself after a backslash.

    Raises NotUnderstood for anything else.
    """
    match = _CORRECTION.fullmatch(text)
    if match is None and _OF_NOTHING.fullmatch(text):
        raise NotUnderstood(OF_NOTHING)
    if match is None:
        raise NotUnderstood("Write what is to be replaced by what, as in `s/Firday/Friday/`.")
    old, new = (_ESCAPED.sub(r"\1", part) for part in (match[2], match[3]))
    return Correction(old, new, bool(match[4]))


def has_address(text: str) -> bool:
    """Whether *text* holds an address of the web."""
    return re.search(r"https?://[^\s<>|]+\.?[^\s<>|]", text) is not None


def read_action(text: str) -> tuple[str, str]:
    """``WHO TEXT [- [due] DATE]`` as owner with task, and the date's words, ``next`` where there is none.

    Only what is a date ends a task: “- not by mail” stays part of it.
    """
    dashes = list(_DASH.finditer(text))
    if dashes:
        said = _DUE.sub("", text[dashes[-1].end() :].strip(), count=1).rstrip(".")
        if len(said.split()) <= MOST_WORDS and (is_date(said) or said.casefold() == "next"):
            return text[: dashes[-1].start()].strip(), said
    return text.strip(), "next"


def _split(said: str) -> tuple[str, str]:
    """The first word of a line and what follows; ``ACTION:`` need not be followed by a space."""
    for word in ("action:", "#action:"):
        if said.casefold().startswith(word):
            return "ACTION:", said[len(word) :].strip()
    words = said.split(maxsplit=1)
    return (words[0], words[1].strip() if len(words) > 1 else "") if words else ("", "")


def _is_talk(rest: str) -> bool:
    """Whether what follows ``ack`` cannot be a name: it has a comma or a full stop after it, as talk does."""
    return bool(re.search(r"[,.!?;:]", rest.removesuffix("."))) and "@" not in rest
