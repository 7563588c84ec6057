"""Owns the Slack room of named editions: asked for, taken out of, released and read."""

from zoneinfo import ZoneInfo

from bot.editions import read_edition_label
from bot.errors import NotUnderstood
from bot.when import show
from bot.words import is_reference, split_words
from handlers.named_editions import (
    Asking,
    Releasing,
    TakenOutOf,
    ask_edition,
    drop_edition,
    release_edition,
    take_out,
)
from handlers.named_views import NamedLine, NamedView, list_editions, show_edition
from handlers.slack.asked import ALL, Asked, Press, Pressed, Verb, View
from handlers.slack.in_flight import leaving
from handlers.slack.look import look_at, press_of, wish_of
from handlers.slack.reply import Reply, escape, paged

USAGE = (
    "After `edition` comes nothing, or a reference (`/lap edition K7MPQ2`, then `object`, `release` or `drop`), or a "
    'call, a name and a label: `/lap edition 2027-02-16 "What we learned" green`. You typed: {text}'
)
NONE = "There is no edition for you to read."
LISTED = "`{reference}` {label} “{name}”: {state}, {lines}"
WAITS = "its silence ends on {ends}"
OVER = "its silence ended on {ends}; not released yet"
RELEASED = "released on {at}"
DROPPED_ON = "dropped on {at}: it is not released, and nobody reads it"
HEAD = "{label} “{name}” (`{reference}`): {state}."
LINE, GONE = "• {reference}{text}", "• out: `{reference}`{by}"
TAKE_OUT = "`/lap edition {reference} object [LINE...]` takes lines that come from you out; no reason is asked for."
DOCUMENTS = "As a file, for you alone: {links}"
LOOK_ASK = (
    "Asking for the edition “{name}” ({label}) from “{title}” (`{call}`) writes to {people} of {organisations}, each "
    "with its own lines:\n{lines}\nTheir silence ends on {ends}. The name is read by "
    "everybody who reads the edition: let it tell nothing of a closed part."
)
DONE_ASK = (
    "The edition “{name}” is `{reference}`. {people} of {organisations} are asked; their silence ends on {ends}. After "
    "that: `/lap edition {reference} release`."
)
LOOK_RELEASE = "Releasing “{name}” ({label}), {lines}:\n{words}\n{whom}"
DONE_RELEASE = "“{name}” is released. {whom}"
GREEN_GOES = "It goes to {people} of {organisations}, and every participant may read it."
CLEAR_GOES = (
    "Every participant may read it; to hand it on, take the file: `/lap edition {reference}` shows where it is."
)
TAKEN = "Taken out of “{name}”{hat}:\n{lines}\nOnly the secretariat sees who did; no reason is asked for."
DROPPED = "“{name}” is dropped: it is not released, and nobody reads it."
WORDS = ("object", "release", "drop")


def edition(asked: Asked) -> Reply:
    """``/lap edition``, ``edition REF [object [LINE...] [for ORG]|release|drop]``, ``edition CALL "NAME" LABEL``."""
    words = split_words(asked.text)
    if not words:
        return Reply(_list(asked))
    first, rest = words[0].text, [w.text for w in words[1:]]
    if is_reference(first) and (not rest or rest[0].casefold() in (*WORDS, "page")):
        return _one(asked, first, rest)
    if len(words) != 3 or words[0].quoted:
        raise NotUnderstood(USAGE.format(text=asked.text))
    label, name = (words[1], words[2]) if words[2].quoted and not words[1].quoted else (words[2], words[1])
    it = ask_edition(asked.desk, asked.actor, first, name.text, read_edition_label(label.text), wish_of(asked))
    text = _asking(it, asked.actor.zone)
    return Reply(text) if it.weighed.go else look_at(asked, text, it.weighed, "Ask for it")


def _one(asked: Asked, reference: str, rest: list[str]) -> Reply:
    word = rest[0].casefold() if rest else ""
    if word == "release":
        it = release_edition(asked.desk, asked.actor, reference, wish_of(asked))
        text = _releasing(it)
        return Reply(text) if it.weighed.go else look_at(asked, text, it.weighed, "Release it")
    if word == "object":
        lines = rest[1:]
        org = ""
        if "for" in (said := [w.casefold() for w in lines]):
            at = said.index("for")
            lines, org = lines[:at], " ".join(lines[at + 1 :])
        return Reply(_taken(take_out(asked.desk, asked.actor, reference, lines, org)))
    if word == "drop":
        return Reply(DROPPED.format(name=escape(drop_edition(asked.desk, asked.actor, reference).name)))
    page = int(rest[1]) if len(rest) == 2 and rest[1].isdecimal() else 1
    view = show_edition(asked.desk, asked.actor, reference)
    return paged(_shown(view, asked.actor.zone, asked), f"edition {view.reference}", page)


def press_object(pressed: Pressed) -> Reply:
    """The button of the question: all lines that come from one's organisation are taken out."""
    return Reply(_taken(take_out(pressed.desk, pressed.actor, pressed.value, ())))


def _list(asked: Asked) -> str:
    found = list_editions(asked.desk, asked.actor)
    return "\n".join(
        LISTED.format(
            reference=v.reference, label=v.label, name=escape(v.name), state=_state(v, asked), lines=_counted(v.lines)
        )
        for v in found
    ) or NONE  # fmt: skip


def _shown(view: NamedView, zone: ZoneInfo, asked: Asked) -> str:
    head = HEAD.format(label=view.label, name=escape(view.name), reference=view.reference, state=_state(view, asked))
    told = [head, *(_line(line) for line in view.lines)]
    told += [GONE.format(reference=g.reference, by=f" ({', '.join(g.out)})" if g.out else "") for g in view.gone]
    if view.released_at is None and view.dropped_at is None:
        told.append(TAKE_OUT.format(reference=view.reference))
    if view.documents:
        told.append(DOCUMENTS.format(links=", ".join(f"<{url}|{name}>" for name, url in view.documents)))
    return "\n".join([*told, str(view.label)])


def _state(view: NamedView, asked: Asked) -> str:
    zone = asked.actor.zone
    if view.dropped_at is not None:
        return DROPPED_ON.format(at=show(view.dropped_at, zone))
    if view.released_at is not None:
        return RELEASED.format(at=show(view.released_at, zone))
    return (WAITS if asked.desk.now() < view.ends_at else OVER).format(ends=show(view.ends_at, zone))


def _line(line: NamedLine) -> str:
    return LINE.format(reference=f"`{line.reference}` " if line.reference else "", text=escape(line.text))


def _asking(it: Asking, zone: ZoneInfo) -> str:
    return (DONE_ASK if it.weighed.go else LOOK_ASK).format(
        name=escape(it.name), label=it.label, title=escape(it.view.title), call=it.view.name,
        people=_people(it.people), organisations=_organisations(len(it.organisations)),
        lines="\n".join(map(_line, it.lines)), ends=show(it.ends_at, zone), reference=it.reference,
    )  # fmt: skip


def _releasing(it: Releasing) -> str:
    view = it.edition
    whom = (GREEN_GOES if it.people else CLEAR_GOES).format(
        people=_people(it.people), organisations=_organisations(it.organisations), reference=view.reference
    )
    return (DONE_RELEASE if it.weighed.go else LOOK_RELEASE).format(
        name=escape(view.name), label=view.label, lines=_counted(view.lines), words="\n".join(map(_line, view.lines)),
        whom=whom,
    )  # fmt: skip


def _taken(it: TakenOutOf) -> str:
    hat = f" by {escape(it.hat)}" if it.hat else ""
    return TAKEN.format(name=escape(it.name), hat=hat, lines="\n".join(map(_line, it.lines))) + leaving(it.in_flight)


def _counted(lines: tuple[NamedLine, ...]) -> str:
    return f"{len(lines)} line{'' if len(lines) == 1 else 's'}"


def _people(count: int) -> str:
    return f"{count} {'person' if count == 1 else 'people'}"


def _organisations(count: int) -> str:
    return f"{count} organisation{'' if count == 1 else 's'}"


FORMS = (
    'edition | edition REF [object [LINE...] [for ORG]] | edition REF release|drop | edition CALL "NAME" green|clear'
)
HELP = (
    "Editions of GREEN and CLEAR lines that leave their part, without part, time or speaker. `object` takes out what "
    "comes from you. The secretariat asks for one by a call, a name and a label, and releases it after the silence."
)
VERBS: dict[str, Verb] = {"edition": Verb(edition, ALL, FORMS, HELP, True)}
PRESSES: dict[str, Press] = {"edition": press_of(edition), "edition.object": press_object}
VIEWS: dict[str, View] = {}
