"""Owns the web room of the personal page: its words and its look; what stands on it is ``handlers.page``'s.

Made on the server, without a script: it is read on phones, on paper and by screen readers, in any browser.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.calls import AUDIENCES
from bot.errors import Refusal
from bot.feed import LONGEST_ALARM, alarm_in_words
from bot.invitations import Rsvp
from bot.item_changes import Do
from bot.when import show, show_date
from handlers.desk import Desk, the_clock
from handlers.named_views import AwaitedEdition
from handlers.overview import Awaiting, Task
from handlers.page import (
    AnswerForm,
    AskedForm,
    Page,
    act_on_page,
    answer_about_item_on_page,
    answer_on_page,
    set_alarm_on_page,
    show_page,
)
from handlers.web.burn_down import drawn
from handlers.web.looks import HERE, spans, template
from handlers.web.nowhere import NEVER_KEPT, nothing_here
from handlers.web.saying import saying

MOST_POSTED = 4096
NO_FORM = "That was no form of this page"
TRY_AGAIN = "Go back, load the page anew and try again."

SAID = {
    Rsvp.NEEDS_ACTION: "Do you come?",
    Rsvp.ACCEPTED: "You have said that you come.",
    Rsvp.TENTATIVE: "You have said that you may come.",
    Rsvp.DECLINED: "You have said that you do not come.",
}
ANSWERS = (("yes", "Yes", Rsvp.ACCEPTED), ("maybe", "Maybe", Rsvp.TENTATIVE), ("no", "No", Rsvp.DECLINED))

WORDS = {
    Task.ANSWER: "do you come? Answer below.",
    Task.ANNOUNCE: "still a draft, to be announced{by}.",
    Task.PROPOSALS: "proposals to decide on: {count}{by}.",
    Task.CONFIRM: "proxies to confirm: {count}{by}.",
    Task.CIRCULATE: "names to circulate: {count}{by}.",
    Task.APPROVE: "names to approve when the window to object has ended: {count}{by}.",
    Task.BRIEF: "early-warning reports for the briefing of the Agencies: {count}{by}.",
    Task.SEND_MINUTES: "minutes to send{by}.",
    Task.ADOPT_MINUTES: "minutes to adopt when the silence has ended{by}.",
    Task.OBJECT: "guests expected: {count}; you may object{by}.",
    Task.PROPOSE: "items for the agenda are wanted{by}.",
    Task.READ_MINUTES: "minutes to read before they can be adopted{by}.",
    Task.PRESENT: "you are asked whether you present your item {item}{by}.",
    Task.CONSENT: "you are asked whether your item {item} may be opened to guests.",
}
COMMANDS = {
    Task.ANNOUNCE: "/lap announce {date}",
    Task.PROPOSALS: "/lap agenda {date}",
    Task.CONFIRM: "/lap bring",
    Task.CIRCULATE: "/lap circulate {date}",
    Task.APPROVE: "/lap approve {date}",
    Task.BRIEF: "/lap briefing send {date}",
    Task.SEND_MINUTES: "/lap minutes send {date}",
    Task.ADOPT_MINUTES: "/lap minutes adopt {date}",
    Task.OBJECT: "/lap attendees {date}",
    Task.PROPOSE: '/lap propose {date} TOPIC MINUTES "TITLE"',
    Task.READ_MINUTES: "/lap minutes {date}",
    Task.PRESENT: "/lap item {item} confirm",
    Task.CONSENT: "/lap item {item} joint",
}
EDITION = {
    False: "may {lines} of yours, or of a part that you heard, go into it? Whoever says nothing until {by} agrees.",
    True: "its silence ended on {by}; to release or to drop.",
}
EDITION_COMMAND = {False: "/lap edition {reference} object", True: "/lap edition {reference}"}
BUTTONS = {
    Task.PRESENT: ((Do.CONFIRM, "We present it"),),
    Task.CONSENT: ((Do.JOINT, "Open it to guests"), (Do.CLOSED, "Keep it closed")),
}
MINUTES = (Task.SEND_MINUTES, Task.ADOPT_MINUTES, Task.READ_MINUTES)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that awaits the reader, in words; ``anchor`` is its call's place on the page, ``minutes`` the name of
    the call whose minutes it is about, ``item`` the reference of the item, ``form`` and ``buttons`` (word, name) how it
    is answered here."""

    title: str
    day: str
    words: str
    command: str
    anchor: str
    minutes: str
    item: str
    form: AskedForm | None
    buttons: tuple[tuple[str, str], ...]


def routes(desk: Desk) -> list[BaseRoute]:
    """``GET /me/TOKEN``, ``POST /me/TOKEN/rsvp``, ``POST /me/TOKEN/alarm`` and the style sheet, on *desk*."""

    def rendered(page: Page, path: str, says: str = "", status: int = 200) -> Response:
        return HTMLResponse(template("page.html").render(_shown(desk, page, path, says)), status, NEVER_KEPT)

    def look(token: str, says: str = "", status: int = 200) -> Response:
        page = show_page(desk, token)
        return nothing_here(desk) if page is None else rendered(page, f"/me/{token}", says, status)

    def take(token: str, sent: Mapping[str, str]) -> Response:
        form = AnswerForm(sent.get("call", ""), sent.get("shown", ""), sent.get("seal", ""))
        answer = next((rsvp for word, _, rsvp in ANSWERS if word == sent.get("answer")), None)
        try:
            answered = answer_on_page(desk, the_clock(), token, form, answer)
        except Refusal as refusal:
            return look(token, refusal.says, 409)
        if answered is None:
            return nothing_here(desk)
        return RedirectResponse(f"/me/{token}", 303, NEVER_KEPT)

    async def me(request: Request) -> Response:
        return await run_in_threadpool(look, request.path_params["token"])

    def ring(token: str, sent: Mapping[str, str]) -> Response:
        wish = "off" if sent.get("off") else sent.get("minutes", "")
        try:
            set_ = set_alarm_on_page(desk, the_clock(), token, sent.get("seal", ""), wish)
        except Refusal as refusal:
            return look(token, refusal.says, 409)
        return RedirectResponse(f"/me/{token}#feed", 303, NEVER_KEPT) if set_ else nothing_here(desk)

    def act(token: str, sent: Mapping[str, str]) -> Response:
        asked = (sent.get(name, "") for name in ("action", "seal", "do"))
        try:
            acted = act_on_page(desk, the_clock(), token, *asked)
        except Refusal as refusal:
            return look(token, refusal.says, 409)
        return RedirectResponse(f"/me/{token}#actions", 303, NEVER_KEPT) if acted else nothing_here(desk)

    def say(token: str, sent: Mapping[str, str]) -> Response:
        shown = AskedForm(sent.get("place", ""), sent.get("seal", ""))
        try:
            said = answer_about_item_on_page(desk, the_clock(), token, sent.get("item", ""), shown, sent.get("do", ""))
        except Refusal as refusal:
            return look(token, refusal.says, 409)
        return RedirectResponse(f"/me/{token}", 303, NEVER_KEPT) if said else nothing_here(desk)

    def posted(work: Callable[[str, Mapping[str, str]], Response]) -> Callable[[Request], Awaitable[Response]]:
        """Reads a short form and hands it to *work*."""

        async def answer(request: Request) -> Response:
            body = b""
            async for chunk in request.stream():
                body += chunk
                if len(body) > MOST_POSTED:
                    return saying(NO_FORM, [TRY_AGAIN], 413)
            sent = {name: values[-1] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
            return await run_in_threadpool(work, request.path_params["token"], sent)

        return answer

    return [
        Route("/me/{token}", me),
        Route("/me/{token}/rsvp", posted(take), methods=["POST"]),
        Route("/me/{token}/alarm", posted(ring), methods=["POST"]),
        Route("/me/{token}/action", posted(act), methods=["POST"]),
        Route("/me/{token}/asked", posted(say), methods=["POST"]),
        Mount("/static", StaticFiles(directory=HERE / "static")),
    ]


def _shown(desk: Desk, page: Page, path: str, says: str) -> dict[str, Any]:
    """What the template is given: the page, and how its reader reads times."""
    zone = page.zone
    return {
        "page": page,
        "path": path,
        "says": says,
        "zone": zone.key,
        "network": desk.procedure.texts.network,
        "address": desk.settings.mail_from,
        "early": desk.procedure.bridges.early_minutes,
        "by_telephone": bool(desk.procedure.bridges.dial_in),
        "awaiting": list(_awaiting(page)),
        "editions": [_edition(it, zone) for it in page.overview.editions],
        "overdue": sum(action.overdue for action in page.overview.actions),
        "rings": alarm_in_words(page.alarm.minutes),
        "longest": LONGEST_ALARM,
        "drawing": drawn(page.progress.weeks) if page.progress else None,
        "answers": ANSWERS,
        "said": SAID,
        "heard": AUDIENCES,
        "moment": lambda at: show(at, zone),
        "span": spans(zone),
        "day": show_date,
        "date": lambda at: show_date(at.astimezone(zone).date()),
    }


def _awaiting(page: Page) -> Iterator[Line]:
    places = {call.view.id: f"call-{number}" for number, call in enumerate(page.calls, 1)}
    for one in page.overview.awaiting:
        yield Line(
            one.view.title,
            show_date(one.view.start.astimezone(page.zone).date()),
            WORDS[one.task].format(count=one.count, by=_by(one, page), item=one.item),
            COMMANDS.get(one.task, "").format(date=one.name, item=one.item),
            places.get(one.view.id, ""),
            one.name if one.task in MINUTES else "",
            one.item,
            page.asked.get(one.item) if one.task in BUTTONS else None,
            BUTTONS.get(one.task, ()),
        )


def _edition(it: AwaitedEdition, zone: ZoneInfo) -> dict[str, str]:
    lines = "1 line" if it.lines == 1 else f"{it.lines} lines"
    return {
        "label": it.label,
        "name": it.name,
        "words": EDITION[it.ended].format(lines=lines, by=show(it.by, zone)),
        "command": EDITION_COMMAND[it.ended].format(reference=it.reference),
    }


def _by(one: Awaiting, page: Page) -> str:
    if one.by is None:
        return ""
    return f", {'by' if one.by > page.overview.now else 'due since'} {show(one.by, page.zone)}"
