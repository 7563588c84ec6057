"""Owns the Slack room of the archive: ``find``, and how a hit reads; what is found is ``searching``'s."""

from dataclasses import replace

from bot.archive import Kind
from handlers.searching import Hit, find_words
from handlers.slack.asked import ALL, Asked, Press, Verb, View
from handlers.slack.minutes import read_page
from handlers.slack.reply import MOST_TEXT, Reply, escape

SECONDS = 0.25
"""Whatever ``find`` answers leaves after a multiple of that: how long it looked would tell what else there is."""

HIT = "• {what} `{reference}`{name}{who}: {text}{state}{more}"
NAME, WHO, STATE = " of `{name}`", " ({who})", ", {state}"
WHAT = {
    Kind.ITEM: "Item", Kind.PAPER: "Paper", Kind.LINE: "Line", Kind.AMENDMENT: "Amendment to", Kind.ACTION: "Action",
    Kind.REASON: "Why action", Kind.REPORT: "Report",
}  # fmt: skip
DECISION, AMENDED_DECISION = "Decision", "Amendment to decision"
MORE = {Kind.ITEM: "agenda {name}", Kind.REPORT: "briefing {name}"}
HISTORY = " (its history: `/lap actions {reference}`)"
WHOLE = " (whole: `/lap {command}`)"
OF_A_LINE = " (whole: `/lap minutes {name}`; its history: `/lap minutes {reference}`)"
OLDER = "… older ones: {again} `page {page}` at its end"
AGAIN, ALIKE, MOST_REPEATED = "`/lap find {words}` with", "the same with", 200
ELSEWHERE = "Newest first. What stands above {label} is found on your page alone."


def find(asked: Asked) -> Reply:
    """``/lap find WORDS``."""
    words, page = read_page(asked.text)
    found = find_words(asked.desk, asked.actor, words, page)
    label = asked.desk.procedure.labels.highest(asked.actor.way)
    again = AGAIN.format(words=escape(words.replace("`", " "))) if len(words) < MOST_REPEATED else ALIKE
    close = [OLDER.format(again=again, page=page + 1)] * found.more + [ELSEWHERE.format(label=label)]
    text = ""
    for most in (MOST_TEXT, 120, 60):
        text = "\n".join([*(_told(replace(hit, text=shorten(hit.text, most))) for hit in found.hits), *close])
        if len(text) <= MOST_TEXT:
            break
    return Reply(text)


def shorten(text: str, most: int) -> str:
    """*text*, or its first *most* signs, at a word's end where there is one."""
    return text if len(text) <= most else text[:most].rpartition(" ")[0] + "…"


def _told(hit: Hit) -> str:
    what = {Kind.LINE: DECISION, Kind.AMENDMENT: AMENDED_DECISION}.get(hit.kind, "") if hit.decision else ""
    command = MORE[hit.kind].format(name=hit.name) if hit.kind in MORE and hit.name else ""
    more = HISTORY.format(reference=hit.reference) if hit.kind in (Kind.ACTION, Kind.REASON) else ""
    if hit.kind in (Kind.LINE, Kind.AMENDMENT) and hit.name:
        more = OF_A_LINE.format(name=hit.name, reference=hit.reference)
    return HIT.format(
        what=what or WHAT[hit.kind], reference=hit.reference, text=escape(hit.text),
        name=NAME.format(name=hit.name) if hit.name else "", who=WHO.format(who=hit.who) if hit.who else "",
        state=STATE.format(state=hit.state) if hit.state else "",
        more=more or WHOLE.format(command=command) * bool(command),
    )  # fmt: skip


VERBS: dict[str, Verb] = {
    "find": Verb(
        find, ALL, "find WORDS [page N]",
        "Finds what has all these words, or words that begin so, in the agendas, names of papers, minutes, decisions, "
        "actions and reports that you may read, newest first.", paced=SECONDS,
    ),
}  # fmt: skip
PRESSES: dict[str, Press] = {}
VIEWS: dict[str, View] = {}
