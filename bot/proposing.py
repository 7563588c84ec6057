"""Owns how a proposal is typed: which words are arguments and which the title; what they name is found by the act."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.confidentiality import Tlp, is_label, read_label, respelt
from bot.errors import NotUnderstood, Refusal
from bot.topics import AudienceKind, Topic, find_topic, list_topics
from bot.words import CLOSED_MARK, Word, read_minutes, split_words

AUDIENCES = {"closed": AudienceKind.AGENCIES, "joint": AudienceKind.JOINT}

_SHUT = re.compile(rf"{CLOSED_MARK}|[(\uff08]closed[)\uff09][^\w\s]*", re.IGNORECASE)
"""The word that closes an item, in brackets as it closes a line: it is not to be missed as a part of the title."""
_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:T.*)?", re.IGNORECASE)
_CLAUSE = re.compile(r"[A-Z]\.?[0-9](?:\.?[a-z]+)*", re.IGNORECASE)
_UNIT = re.compile(r"m|mins?|minutes?", re.IGNORECASE)
_BARE = re.compile(r"-?[0-9]+")

NO_TITLE = "A title is missing{after}. Write it last, for example `/lap propose next cases 15 Robocall gateways`."
NO_TOPIC = "A topic is missing. The topics are {topics}. For example: `/lap propose next cases 15 Robocall gateways`."
STRAY = (
    "I read “{title}” as the title, and do not understand “{stray}” beside it. If it belongs to the title, put the "
    'quotes around both, for example `/lap propose next cases 15 "Robocall gateways"`.'
)


@dataclass(frozen=True, slots=True)
class Typed:
    """A proposal as typed; what was left out is None. ``org``: whom it is entered for.

    ``otherwise``: where an unquoted title ends in “for X”, how it reads if X is an organisation and so no part of the
    title; only the directory knows.
    """

    topic: Topic | None = None
    call: str | None = None
    minutes: int | None = None
    audience: AudienceKind | None = None
    label: Tlp | None = None
    org: str | None = None
    title: str = ""
    otherwise: "Typed | None" = None


def read_proposal(text: str, catalogue: Sequence[Topic]) -> Typed:
    """``[CALL] TOPIC [MINUTES] "TITLE" [closed|joint] [TLP:LABEL] [for ORG]``, arguments in any order (B.3, A.3).

    Beside a quoted title every word is an argument, also ``to CALL``. An unquoted title begins with the first word that
    is none and ends with the last: inside it nothing is taken for an argument, and “joint”, “closed”, “next” or a
    number at its edge only where it cannot well be the title's. Raises NotUnderstood, or NotFound for a topic that
    there is not.
    """
    words = split_words(text := respelt(text))
    typed, rest = _strip(Typed(), words, catalogue, quoted=True)
    if len(rest) == 1 and rest[0].quoted:
        return _with_topic(replace(typed, title=rest[0].text), [], catalogue)
    typed, rest = _strip(Typed(), words, catalogue, quoted=False)
    typed = _with_topic(typed, rest, catalogue)
    _refuse_stray(rest, text)
    said_for = max((n for n, w in enumerate(rest[:-1]) if n and _says(w, "for")), default=0)
    if not said_for or typed.org is not None:
        return replace(typed, title=_between(rest, text))
    org = _between(rest[said_for + 1 :], text)
    other, shorter = _strip(replace(typed, org=org), rest[:said_for], catalogue, quoted=False)
    return replace(typed, title=_between(rest, text), otherwise=replace(other, title=_between(shorter, text)))


def names_only_a_call(text: str) -> bool:
    """Whether *text* is empty or no more than a CALL: then a form can ask for the rest."""
    return not text or _DATE.fullmatch(text) is not None or text.casefold() in ("next", "last")


def need_title(typed: Typed) -> Typed:
    """*typed*, if it has a title. Raises NotUnderstood with what was understood."""
    if not typed.title:
        read = [
            f"topic {typed.topic.clause} {typed.topic.word}" if typed.topic else "",
            f"{typed.minutes} minutes" if typed.minutes is not None else "",
            f"the call “{typed.call}”" if typed.call else "",
        ]
        told = ", ".join(part for part in read if part)
        raise NotUnderstood(NO_TITLE.format(after=f" (understood: {told})" if told else ""))
    return typed


def _with_topic(typed: Typed, rest: Sequence[Word], catalogue: Sequence[Topic]) -> Typed:
    if typed.topic is not None:
        return typed
    stray = next((word for word in rest if not word.quoted), None)
    if stray is not None:
        return replace(typed, topic=find_topic(stray.text, catalogue))
    raise NotUnderstood(NO_TOPIC.format(topics=list_topics(catalogue)))


def _refuse_stray(rest: Sequence[Word], text: str) -> None:
    """A single quotation at the edge of what is left is the title, and what stands beside it is something else."""
    quoted = [n for n, word in enumerate(rest) if word.quoted]
    if len(rest) > 1 and len(quoted) == 1 and quoted[0] in (0, len(rest) - 1):
        others = rest[1:] if quoted[0] == 0 else rest[:-1]
        raise NotUnderstood(STRAY.format(title=rest[quoted[0]].text, stray=text[others[0].start : others[-1].end]))


def _between(words: Sequence[Word], text: str) -> str:
    return text[words[0].start : words[-1].end] if words else ""


def _strip(
    typed: Typed, words: Sequence[Word], catalogue: Sequence[Topic], *, quoted: bool
) -> tuple[Typed, list[Word]]:
    """*typed* with the arguments at the edges of *words*, and what is left between them."""
    rest = list(words)
    while rest and (taken := _at_front(typed, rest, catalogue, quoted)) is not None:
        typed, rest = taken[0], rest[taken[1] :]
    while rest and (taken := _at_end(typed, rest, catalogue, quoted)) is not None:
        typed, rest = taken[0], rest[: -taken[1]]
    return typed, rest


def _at_front(typed: Typed, rest: Sequence[Word], catalogue: Sequence[Topic], quoted: bool) -> tuple[Typed, int] | None:
    word, early = rest[0], quoted or typed.topic is None
    if word.quoted:
        return None
    if _BARE.fullmatch(word.text) and typed.minutes is None and len(rest) > 1 and _is_unit(rest[1]):
        return replace(typed, minutes=read_minutes(word.text)), 2
    if early and typed.org is None and _says(word, "for") and len(rest) > 1:
        return replace(typed, org=rest[1].text), 2
    if quoted and typed.call is None and len(rest) > 1 and _says(word, "to") and _is_call(rest[1]):
        return replace(typed, call=rest[1].text), 2
    return _read(typed, word, catalogue, next_last=early, audience=quoted, bare=True, begun=True)


def _at_end(typed: Typed, rest: Sequence[Word], catalogue: Sequence[Topic], quoted: bool) -> tuple[Typed, int] | None:
    word = rest[-1]
    if not word.quoted:
        if quoted and typed.call is None and len(rest) > 1 and _says(rest[-2], "to") and _is_call(word):
            return replace(typed, call=word.text), 2
        if typed.minutes is None and len(rest) > 1 and _is_unit(word) and _BARE.fullmatch(rest[-2].text):
            return replace(typed, minutes=read_minutes(rest[-2].text)), 2
        if taken := _read(typed, word, catalogue, next_last=quoted, audience=True, bare=quoted, begun=quoted):
            return taken
    last_for = max((n for n, w in enumerate(rest[:-1]) if n and _says(w, "for")), default=0)
    title_before = any(w.quoted for w in rest[:last_for])
    if quoted and last_for and title_before and typed.org is None:
        return replace(typed, org=" ".join(w.text for w in rest[last_for + 1 :])), len(rest) - last_for
    return None


def _read(
    typed: Typed, word: Word, catalogue: Sequence[Topic], *, next_last: bool, audience: bool, bare: bool, begun: bool
) -> tuple[Typed, int] | None:
    """*typed* with what *word* says by its shape; what was said already is not said twice."""
    text, small = word.text, word.text.casefold()
    if typed.label is None and is_label(text):
        return replace(typed, label=read_label(text)), 1
    if typed.call is None and (_DATE.fullmatch(text) or (next_last and small in ("next", "last"))):
        return replace(typed, call=text), 1
    if typed.audience is None and audience and small in AUDIENCES:
        return replace(typed, audience=AUDIENCES[small]), 1
    if typed.audience is not AudienceKind.AGENCIES and _SHUT.fullmatch(text):
        return replace(typed, audience=AudienceKind.AGENCIES), 1
    if typed.minutes is None and read_minutes(text) is not None and (bare or not _BARE.fullmatch(text)):
        return replace(typed, minutes=read_minutes(text)), 1
    if typed.topic is None and (topic := _topic(text, catalogue, begun)) is not None:
        return replace(typed, topic=topic), 1
    return None


def _topic(text: str, catalogue: Sequence[Topic], begun: bool) -> Topic | None:
    """The topic that *text* names, by a beginning of its word only where *begun*; a clause of no topic is told."""
    try:
        found = find_topic(text, catalogue)
    except Refusal:
        if _CLAUSE.fullmatch(text):
            raise
        return None
    return found if begun or text.casefold() == found.word or _CLAUSE.fullmatch(text) else None


def _is_call(word: Word) -> bool:
    """Whether *word* names a call, so that “to” before it, as other verbs have it, is none of the title."""
    return not word.quoted and (_DATE.fullmatch(word.text) is not None or word.text.casefold() in ("next", "last"))


def _is_unit(word: Word) -> bool:
    return not word.quoted and _UNIT.fullmatch(word.text) is not None


def _says(word: Word, text: str) -> bool:
    return not word.quoted and word.text.casefold() == text
