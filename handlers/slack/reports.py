"""Owns the Slack room of early-warning reports: given, listed, taken back, and gathered into a briefing (B.3.a.v)."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from bot.errors import NotUnderstood
from bot.notices import Button
from bot.when import show
from handlers import reports as acts
from handlers.reports import Briefing, ReportView
from handlers.slack.asked import Asked, Press, Pressed, Verb
from handlers.slack.look import look_at, press_of, wish_of
from handlers.slack.minutes import read_page
from handlers.slack.reply import Reply, escape, paged

TAKEN = (
    "Reported{hat}: `{reference}` {text}\nThe secretariat has it. With the briefing before a call it goes to the "
    "Agencies, and to nobody else. `/lap report {reference} withdraw` takes it back until then."
)
WITHDRAWN = "Taken back: `{reference}` {text}"
ONE_WORD = (
    "“{word}” alone is no report: say in a sentence what you see. To take back one of yours: "
    "`/lap report {word} withdraw`; `/lap report` lists them."
)
OWN = "*Your reports*"
NONE = "You have reported nothing within a year. `/lap report TLP:GREEN TEXT` warns the Agencies of what you see."
LINE = "• `{reference}` {text} ({facts})"
SENT, WAITS = "with the Agencies", "waits for the next briefing"

HEAD = "*Early-warning reports before {title}*, {when}"
NOTHING = "No report has been sent for this call."
WAITING = "*Waiting, in no briefing yet* (`/lap briefing send {name}`)"
LOOK = "Sending the briefing for “{title}”, {when}, mails {count} to {people} of {agencies}:\n{reports}"
DONE = "The briefing for “{title}” (`{name}`), {when}, goes to {people} of {agencies}: {count}."
MOST_NAMES = 40


def report(asked: Asked) -> Reply:
    """``/lap report [TLP:LABEL] TEXT``, ``report`` alone, ``report REPORT withdraw``; S: ``report for ORG TEXT``."""
    text = asked.text
    first, _, rest = text.partition(" ")
    if not text and not asked.actor.is_secretariat:
        return _own(asked)
    if rest.casefold().split() in (["withdraw"], ["withdraw", "go"]):
        it = acts.take_back(asked.desk, asked.actor, first)
        return Reply(WITHDRAWN.format(reference=it.reference, text=escape(it.text)))
    if text.isascii() and len(text.split()) == 1:
        raise NotUnderstood(ONE_WORD.format(word=escape(text)))
    org = None
    if asked.actor.is_secretariat and first.casefold() == "for":
        org, _, text = rest.strip().partition(" ")
    done = acts.report(asked.desk, asked.actor, text, org)
    it = done.report
    hat = f" for {escape(done.hat)}" if done.hat else ""
    take_back = Button("Take it back", "report.withdraw", it.reference)
    return Reply(TAKEN.format(hat=hat, reference=it.reference, text=escape(it.text)), (take_back,))


def withdraw(pressed: Pressed) -> Reply:
    """The button under a report."""
    it = acts.take_back(pressed.desk, pressed.actor, pressed.value)
    return Reply(WITHDRAWN.format(reference=it.reference, text=escape(it.text)))


def _own(asked: Asked) -> Reply:
    found = acts.own_reports(asked.desk, asked.actor)
    if not found:
        return Reply(NONE)
    return paged("\n".join([OWN, *_lines(found, asked.actor.zone, whose=False)]), "report")


def briefing(asked: Asked) -> Reply:
    """``/lap briefing [CALL]`` and ``/lap briefing send CALL``."""
    word, _, rest = asked.text.partition(" ")
    if word.casefold() == "send":
        return _send(asked, rest.strip())
    call, page = read_page(asked.text)
    it = acts.show_briefing(asked.desk, asked.actor, call or None)
    zone = asked.actor.zone
    lines = [HEAD.format(title=escape(it.view.title), when=show(it.view.start, zone))]
    lines += _lines(it.reports, zone) or [NOTHING]
    if it.waiting:
        lines += [WAITING.format(name=it.view.name), *_lines(it.waiting, zone)]
    return paged("\n".join(lines), f"briefing {it.view.name}", page)


def _send(asked: Asked, call: str) -> Reply:
    it = acts.send_briefing(asked.desk, asked.actor, call or None, wish_of(asked))
    if it.weighed.go:
        return Reply(_leaving(asked, DONE, it))
    return look_at(asked, _leaving(asked, LOOK, it), it.weighed, "Send the briefing")


def _leaving(asked: Asked, template: str, it: Briefing) -> str:
    zone, count = asked.actor.zone, len(it.waiting)
    agencies = ", ".join(it.agencies[:MOST_NAMES])
    return template.format(
        title=escape(it.view.title),
        name=it.view.name,
        when=show(it.view.start, zone),
        count="1 report" if count == 1 else f"{count} reports",
        people="1 person" if it.people == 1 else f"{it.people} people",
        agencies=escape(agencies) or "no Agency",
        reports="\n".join(_lines(it.waiting, zone)),
    )


def _lines(found: Iterable[ReportView], zone: ZoneInfo, *, whose: bool = True) -> list[str]:
    return [
        LINE.format(
            reference=it.reference,
            text=escape(it.text),
            facts=", ".join(
                [*([escape(it.organisation)] if whose else []), show(it.at, zone), *([] if whose else [_became(it)])]
            ),
        )
        for it in found
    ]


def _became(it: ReportView) -> str:
    return SENT if it.gathered else WAITS


VERBS: dict[str, Verb] = {
    "report": Verb(
        report, "SPO", "report [TLP:LABEL] TEXT | report REPORT withdraw",
        "Warn the Agencies of what you see, in general data on spam and online fraud (Plan B.3.a.v): it goes to them "
        "with the briefing before a call. Alone, your reports.",
    ),
    "briefing": Verb(
        briefing, "SA", "briefing [CALL] | briefing send CALL",
        "The early-warning reports of representatives before a call; the secretariat sends those that wait.",
        True,
    ),
}  # fmt: skip
PRESSES: dict[str, Press] = {"report.withdraw": withdraw, "briefing": press_of(briefing)}
