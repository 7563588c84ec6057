"""Owns the Slack room of what is said: notes, decisions, corrections, held lines; the whole record is ``minutes``'s."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.confidentiality import may_carry
from bot.errors import NotUnderstood
from bot.line_words import LONGEST_LINE, TooLong, pieces
from bot.minutes import LineKind
from bot.when import show
from bot.words import each_word, is_reference, rest_of, split_words
from handlers.correcting import correct_line
from handlers.edition import told_amendment
from handlers.edition_lines import told_gone
from handlers.lines import Changed, Entered, Stood, check_lines, enter_line, hold_line
from handlers.slack.asked import ALL, RUN, A, Asked, Press, Submitted, Verb, View
from handlers.slack.in_flight import leaving
from handlers.slack.reply import Modal, Reply, escape
from handlers.withholding import withhold_line

ENTERED = "{kind} `{reference}` in “{part}”{about}: {who}{text}{closed}"
ABOUT = ", on `{item}`"
CLOSED_LINE = " [closed: only Agencies read it]"
CORRECTED = "`{reference}` now says: {text}{closed}\nIt said before: {was}"
AMENDED = (
    "The silence on these minutes has ended, so `{reference}` stays as it is: {text}\n"
    "Below it stands now, and everybody who reads the line is told:\n{below}"
)
FREES = (
    " `/lap withhold {reference}` keeps what you put below it to the secretariat and the Agencies of its part, and "
    "then the line stands there again."
)
WITHHELD = (
    "`{reference}` is withheld{hat}: only the secretariat and the Agencies of its part read it, and it stands in no "
    "edition of `{name}` that goes further. {text}"
)
SHARED = "`{reference}` is shared again{hat} with those who read the editions of its part. {text}"
WITHHELD_BELOW = (
    "What you put below `{reference}` is withheld{hat}: only the secretariat and the Agencies of its part read it, and "
    "it stands in no edition of `{name}` that goes further.\n{below}"
)
SHARED_BELOW = "What you put below `{reference}` is shared again{hat} with those who read the line.\n{below}"
HOLDING = "`{reference}` is held{hat}: while it is, the minutes of `{name}` cannot be adopted{until}. {text}"
FROM = ", else they can be from {adopts}"
RELEASED = "`{reference}` is released{hat}. {text}"
HAT = "\nYou act as {hat}."
FOR = " by {hat}"
NAMES = (
    "\nThis part is under the Chatham House Rule, and the line names {names}. Leave that out: "
    "`/lap correct {reference} TEXT`."
)
TOO_LONG = "{says} The form below holds it, cut into {count}.\n{text}"
BEGINNING = 2000
"""So many characters of what is in the form stand beside it, for who cannot open forms."""
MOST_LINES = 20
WHICH_LINE = (
    "Which line? Begin with its reference, as in `/lap {example}`; `/lap minutes` shows the references. "
    "You typed: {text}"
)


def note(asked: Asked) -> Reply:
    """``/lap note [[closed]] [[minuted]] [TLP:LABEL] [WHO:] TEXT``, and ``decision`` alike."""
    kind, text = LineKind(asked.verb), asked.text
    try:
        return Reply(entered_text(enter_line(asked.desk, asked.actor, kind, text)))
    except TooLong as long:
        return in_lines(asked, kind, long)


def in_lines(asked: Asked, kind: LineKind, long: TooLong) -> Reply:
    """A line that was too long, in a form that holds it as lines that fit. Raises *long* where Slack may not carry it,
    and where it has no end."""
    typed, highest = long.typed, asked.desk.procedure.labels.highest(asked.actor.way)
    texts = pieces(typed, long.head)
    if len(texts) > MOST_LINES or (typed.label and not may_carry(typed.label, highest)):
        raise long
    text = typed.text if len(typed.text) <= BEGINNING else f"{typed.text[:BEGINNING]}…"
    says = TOO_LONG.format(says=long.says, count=len(texts), text=escape(text))
    return Reply(says, modal=Modal(_form(kind, texts, long.stood)))


def submit_line(sent: Submitted) -> Reply:
    """The form of a line that was too long: several lines, of which all but the first may be left empty; they stand
    where the call stood when the form was opened."""
    kind, stood = LineKind(sent.callback), _stood(sent.reference) if sent.reference else None
    texts = [text for name in _inputs(MOST_LINES) if (text := sent.one(name)).strip()]
    check_lines(sent.desk, sent.actor, kind, texts, stood)  # the form is sent again where one of them is refused
    actors = [replace(sent.actor, request=f"{sent.actor.request}/{n}") for n, _ in enumerate(texts)]
    done = [enter_line(sent.desk, actor, kind, text, stood) for actor, text in zip(actors, texts, strict=True)]
    return Reply("\n".join(map(entered_text, done)))


def correct(asked: Asked) -> Reply:
    """``/lap correct LINE TEXT``."""
    text = asked.text
    reference, rest = _reference(text, "correct K7MPQ2 The list was agreed.")
    done = correct_line(asked.desk, asked.actor, reference, rest)
    return Reply(_corrected(asked, done) + leaving(done.in_flight))


def hold(asked: Asked) -> Reply:
    """``/lap hold LINE [release] [for AGENCY]``."""
    reference, agency, release = _released(asked)
    return Reply(_held(asked, hold_line(asked.desk, asked.actor, reference, agency, release=release), release))


def withhold(asked: Asked) -> Reply:
    """``/lap withhold LINE [release] [for AGENCY]``."""
    reference, agency, release = _released(asked)
    done = withhold_line(asked.desk, asked.actor, reference, agency, release=release)
    hat = FOR.format(hat=escape(done.hat)) if done.hat else ""
    words, below = (SHARED if release else WITHHELD), ""
    if done.amendment is not None:
        words = SHARED_BELOW if release else WITHHELD_BELOW
        below = escape(told_amendment(done.amendment, asked.actor.zone).strip())
    text = words.format(
        reference=done.line.reference, hat=hat, name=done.name, text=escape(done.line.text), below=below
    )
    return Reply(text + leaving(done.in_flight))


def _released(asked: Asked) -> tuple[str, str, bool]:
    """The line that *asked* begins with, the Agency that it names, and whether it says ``release``."""
    reference, rest = _reference(asked.text, f"{asked.verb} K7MPQ2")
    words = split_words(rest)
    said = [w.text.casefold() for w in words]
    release = said[:1] == ["release"] or said[-1:] == ["release"]
    agency = " ".join(w.text for w in words if w.text.casefold() not in ("release", "for"))
    if len(said) - said.count("release") and "for" not in said:
        raise NotUnderstood(WHICH_LINE.format(example=f"{asked.verb} K7MPQ2 release", text=asked.text))
    return reference, agency, release


def _reference(text: str, example: str) -> tuple[str, str]:
    """The reference that *text* begins with, and what follows."""
    word = next(each_word(text), None) if text else None
    if word is None or not is_reference(word.text):
        raise NotUnderstood(WHICH_LINE.format(example=example, text=text or "nothing"))
    return word.text, rest_of(text, word)


def entered_text(it: Entered) -> str:
    line = it.line
    return ENTERED.format(
        kind=line.kind.capitalize(), reference=line.reference, part=escape(it.segment.title),
        about=ABOUT.format(item=it.item) if it.item else "", who=f"({line.speaker}) " if line.speaker else "",
        text=escape(line.text), closed=CLOSED_LINE * line.closed,
    ) + _names(it)  # fmt: skip


def _names(it: Entered | Changed) -> str:
    return NAMES.format(names=", ".join(it.named), reference=it.line.reference) if it.named else ""


def _corrected(asked: Asked, it: Changed) -> str:
    if it.amendment is not None:
        below = escape(told_amendment(it.amendment, asked.actor.zone).strip())
        text = AMENDED.format(reference=it.line.reference, text=escape(it.line.text), below=below)
        text += f"\n{escape(told_gone(it.gone_from))}" if it.gone_from else ""
        text += FREES.format(reference=it.line.reference) if it.frees else ""
        return text + (HAT.format(hat=escape(it.hat)) if it.hat else "") + _names(it)
    text = CORRECTED.format(
        reference=it.line.reference, text=escape(it.line.text), closed=CLOSED_LINE * it.line.closed, was=escape(it.was)
    )  # fmt: skip
    return text + (HAT.format(hat=escape(it.hat)) if it.hat else "") + _names(it)


def _held(asked: Asked, it: Changed, release: bool) -> str:
    until = FROM.format(adopts=show(it.adopts_at, asked.actor.zone)) if it.adopts_at else ""
    hat = FOR.format(hat=escape(it.hat)) if it.hat else ""
    text = RELEASED if release else HOLDING
    return text.format(reference=it.line.reference, hat=hat, name=it.name, until=until, text=escape(it.line.text))


def _stood(reference: str) -> Stood:
    call, segment, item = (*reference.split(" "), "", "", "")[:3]
    return call, segment, item or None


def _inputs(count: int) -> list[str]:
    """What the inputs of so many lines are called."""
    return [*(["text", "rest"][:count]), *(f"rest.{n}" for n in range(3, count + 1))]


def _form(kind: LineKind, texts: Sequence[str], stood: Stood | None) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": kind.value,
        "private_metadata": " ".join(it or "" for it in stood or ()),
        "title": {"type": "plain_text", "text": f"A long {kind}"},
        "submit": {"type": "plain_text", "text": "Enter them"},
        "close": {"type": "plain_text", "text": "Leave it"},
        "blocks": [
            _input(name, f"Line {n}", text, optional=n > 1)
            for n, (name, text) in enumerate(zip(_inputs(len(texts)), texts, strict=True), 1)
        ],
    }


def _input(name: str, label: str, text: str, *, optional: bool) -> dict[str, Any]:
    return {
        "type": "input",
        "block_id": name,
        "optional": optional,
        "label": {"type": "plain_text", "text": label},
        "element": {
            "type": "plain_text_input", "action_id": name, "multiline": True, "initial_value": text,
            "max_length": LONGEST_LINE,
        },
    }  # fmt: skip


_LINE = (
    "{kind} what is said, in the part and item under way, or afterwards in the part named. `WHO: ` before it says "
    "whose words they are, `[closed]` keeps it to the Agencies. A text marked TLP:RED is not minuted, unless its "
    "originator asks: `[minuted]`."
)
VERBS: dict[str, Verb] = {
    "note": Verb(
        note, RUN, "note [CALL/N] [[closed]] [[minuted]] [TLP:LABEL] [WHO:] TEXT",
        _LINE.format(kind="Minutes"), keeps=True,
    ),
    "decision": Verb(
        note, RUN, "decision [CALL/N] [[closed]] [[minuted]] [TLP:LABEL] [WHO:] TEXT",
        _LINE.format(kind="Minutes as a decision"), keeps=True,
    ),
    "correct": Verb(
        correct, ALL, "correct LINE [[closed]|[joint]] [[minuted]] [TLP:LABEL] TEXT",
        "Puts a line of the minutes right while their silence runs; later the text stands below it, with its date. The "
        "marks may stand alone: `[closed]` keeps it from "
        "the guests of its part (the secretariat, or whose words they are), `[joint]` opens it (only these).",
    ),
    "hold": Verb(
        hold, A, "hold LINE [release] [for ORG]",
        "Objects to the adoption of a line of the minutes, before their silence ends; `release` ends that.",
    ),
    "withhold": Verb(
        withhold, A, "withhold LINE [release] [for ORG]",
        "Keeps your Agency's words, also those that it put below another's line, from every edition wider than that of "
        "the Agencies of their part, at any time; `release` shares them again.",
    ),
}  # fmt: skip
PRESSES: dict[str, Press] = {}
VIEWS: dict[str, View] = {kind.value: submit_line for kind in LineKind}
