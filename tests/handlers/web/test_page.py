"""The personal page over HTTP and in Chromium: what stands on it, the answer it takes, and that it changes nothing."""

import html
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pydantic import SecretStr
from sqlalchemy import select

from bot.agenda import AgendaItem, ItemState
from bot.confidentiality import Tlp
from bot.invitations import Rsvp
from bot.procedure import Procedure
from bot.proposing import read_proposal
from bot.topics import AudienceKind
from handlers import live
from handlers.actions import give_action
from handlers.agenda import propose_item
from handlers.announcing import move_call
from handlers.formats.style import ALLOWED
from handlers.minutes import send_minutes
from handlers.objecting import Asked
from handlers.objections import object_to_access
from handlers.own_links import reset_links
from handlers.segments import add_segment
from storage import agenda, calls, invitations
from storage.audit import LOOK
from storage.tables import AuditRow, columns
from tests.cast import SECRET, Cast
from tests.held import note, running, sent, to_closed_part
from tests.links import FEED, JOIN, PAGE, browsing, path, whole
from tests.lists import DAY, START, arrive, leave, with_approved, with_call, with_item
from tests.slack_front import say

PRINTED = (JOIN, FEED, PAGE)
"""What leads to a page; a reply address is no link."""
TOPICS = Procedure.default().topics
STALE = "Something changed since that page was opened. Here it is as it stands now: please answer again."
OTHER_SECRET = "another-secret-that-is-just-as-long-as-it"


def invited(cast: Cast) -> str:
    """Harbour Bank and Meridian Net hold the invitation to their part; the call's id."""
    call_id = with_approved(cast, "harbour-bank", "meridian-net")
    with_item(cast, call_id, "harbour-bank")
    arrive(cast)
    return call_id


def item(cast: Cast, call_id: str, part: int, title: str, label: Tlp, who: str = "fr-cnil") -> None:
    person = cast.actor(who)
    with cast.desk.store.begin() as tx:
        record = calls.one(tx, call_id)
        assert record is not None
        segment = record.call.segments[part]
        agenda.add(
            tx,
            AgendaItem(
                cast.desk.new_reference(), call_id, segment.id, 2, "A.3.a", title, 10, segment.audience, label,
                ItemState.ACCEPTED, person.participant.id, person.contact.id, cast.clock(),
            ),
        )  # fmt: skip


def seen(cast: Cast, who: str) -> httpx.Response:
    with browsing(cast) as client:
        return client.get(path(cast, cast.actor(who), PAGE))


def words(answer: httpx.Response) -> str:
    """The words of a page, a line each piece."""
    joined = re.sub(r'<span class="whole">([^<]*)</span>', r"\1", answer.text.partition("<body>")[2])
    text = re.sub(r"<[^>]*>", "\n", joined)
    return "\n".join(line.strip() for line in html.unescape(text).split("\n") if line.strip())


def form(answer: httpx.Response) -> dict[str, str]:
    """What the first form of a page that asks for an answer to a call sends back."""
    asks = answer.text.partition('/rsvp"')[2]
    return {n: html.unescape(v) for n, v in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', asks)[:3]}


def answers(cast: Cast, who: str) -> list[Rsvp]:
    with cast.desk.store.read() as tx:
        return [c.rsvp for c in invitations.of_person(tx, cast.actor(who).contact.id)]


# --- what stands on it ---


def test_a_representative_reads_its_part_its_answer_its_item_and_its_feed(cast: Cast) -> None:
    invited(cast)
    bank = cast.actor("harbour-bank")
    page = seen(cast, "harbour-bank")
    own = re.findall(r"/item/(\w{6})", page.text)[0]
    assert (page.status_code, words(page)) == (
        200,
        "TLP:AMBER\n"
        "is the strictest label on this page.\n"
        "Your page\n"
        "London Action Plan\n"
        "Spam enforcement contact, harbour-bank, Harbour Bank\n"
        "As of Mon 4 Jan 2027, 09:00 Europe/London (09:00 UTC). Times are those of Europe/London, with UTC in "
        "brackets.\n"
        "What awaits you\n"
        "Reports\n"
        ", Tue 16 Feb 2027: do you come? Answer below.\n"
        "Reports\n"
        f", Tue 16 Feb 2027: you are asked whether you present your item {own}, by Tue 16 Feb 2027, 13:00 "
        f"Europe/London (13:00 UTC).\nSee it\nWe present it\n"
        "Find in agendas, papers, minutes, actions and reports\nFind\n"
        "Your calls\n"
        "Reports\n"
        "Tue 16 Feb 2027, 13:00-13:30 Europe/London (13:00-13:30 UTC)\n"
        "Do you come?\n"
        "Yes\nMaybe\nNo\n"
        "Your own link to join\nopens 15 minutes before your part, and is for you alone.\n"
        "TLP:AMBER\nPhishing of banks\n(\nHarbour Bank\n, 10 min)\n"
        "Your open actions\n"
        "None.\n"
        "Your calendar feed\n"
        "Your calendar can follow your part of the calls by itself, at this address:\n"
        f"https://lap.example{path(cast, bank, FEED)}\n"
        "Outlook\n: Add calendar, Subscribe from web, and the address.\n"
        "Google Calendar\n: Other calendars, From URL, and the address.\n"
        "Apple Calendar\n: File, New Calendar Subscription, and the address.\n"
        "Reminders in the feed: none.\nMinutes before\nRemind me\nNo reminders\n"
        "Invitations still come by mail, and changes reach you there first: calendars look at a feed a few times a "
        "day.\n"
        "This page is for you alone: whoever has its address reads what you read. For new addresses of the page, the "
        "feed and your links to join, answer any of our mails, or type\n/lap links reset\nin Slack. Whatever there is "
        "to do can be done by a mail in your own words to\ncalls@lap.example\n, too.\n"
        "TLP:AMBER",
    )


def test_the_way_into_the_call_is_a_button_from_when_the_link_opens_until_the_part_is_over(cast: Cast) -> None:
    invited(cast)
    shown = []
    for minutes in (-16, -15, 29):
        cast.clock.at = START + timedelta(minutes=minutes)
        shown.append("Join the call" in words(seen(cast, "harbour-bank")))
    assert shown == [False, True, True]


def test_while_a_call_is_late_its_way_in_is_a_button_from_when_the_link_opens_until_it_closes(cast: Cast) -> None:
    invited(cast)
    cast.clock.at = START - timedelta(minutes=20)
    say(cast, cast.secretary, "late 20")
    shown = []
    for minutes in (-15, 4, 5, 29, 49, 50):
        cast.clock.at = START + timedelta(minutes=minutes)
        named = "Reports" in say(cast, cast.actor("harbour-bank"), "call next").text
        shown.append((named, "Join the call" in words(seen(cast, "harbour-bank"))))
    assert shown == [(True, False), (True, False), (True, True), (True, True), (True, True), (False, False)]


def test_the_way_in_on_a_guests_page_tells_of_no_gate_behind_its_part(cast: Cast) -> None:
    invited(cast)
    cast.clock.at = START
    say(cast, cast.secretary, "start")
    before = {who: whole(seen(cast, who)) for who in ("harbour-bank", "fr-cnil")}
    live.shut_gate(cast.desk, cast.secretary)
    assert "Join the call" in words(seen(cast, "harbour-bank"))
    assert {who: whole(seen(cast, who)) == shown for who, shown in before.items()} == {
        "harbour-bank": True, "fr-cnil": False,
    }  # fmt: skip


def test_the_link_to_join_on_the_page_is_the_one_in_the_calendar(cast: Cast) -> None:
    call_id = invited(cast)
    assert (
        f'href="https://lap.example{path(cast, cast.actor("harbour-bank"), JOIN, call_id)}"'
        in seen(cast, "harbour-bank").text
    )


def test_what_is_closed_changes_no_byte_of_a_representatives_page(cast: Cast) -> None:
    call_id = invited(cast)
    before = whole(seen(cast, "harbour-bank"))
    item(cast, call_id, 1, "A raid is near", Tlp.AMBER)
    add_segment(cast.desk, cast.secretary, DAY, AudienceKind.AGENCIES, 20, "A second raid")
    object_to_access(cast.desk, cast.actor("fr-cnil"), Asked("meridian-net", calls=((DAY, ()),)))
    assert whole(seen(cast, "harbour-bank")) == before


def test_what_is_red_stands_on_the_page_of_who_hears_it_and_in_no_mail(cast: Cast) -> None:
    call_id = with_call(cast)
    item(cast, call_id, 1, "A raid is near", Tlp.RED)
    mail = next(s.notice for s in leave(cast) if s.email.endswith("@gb-ico.example") and s.kind == "invitation")
    assert [i for i in mail.items if "raid" in i] == []
    assert mail.items == ("TLP:RED (on your page) (Commission nationale de l'informatique et des libertés)",)
    assert [label for label, _ in mail.links].count(mail.links[-1][0]) == 1
    page = words(seen(cast, "gb-ico"))
    assert ("TLP:RED\nA raid is near\n" in page, page.startswith("TLP:RED\n"), page.endswith("TLP:RED")) == (True,) * 3


def test_an_objection_takes_the_call_off_the_page_at_once(cast: Cast) -> None:
    invited(cast)
    object_to_access(cast.desk, cast.actor("fr-cnil"), Asked("harbour-bank", calls=((DAY, ()),)))
    page = words(seen(cast, "harbour-bank"))
    assert ("No call is planned that you are invited to." in page, "Reports" in page) == (True, False)


def test_an_own_action_stands_on_the_page_with_its_date(cast: Cast) -> None:
    running(cast)
    reference = give_action(cast.desk, cast.secretary, "harbour-bank by +14d Send the numbers").reference
    assert f"TLP:AMBER Send the numbers\n(due Tue 2 Mar 2027, to be accepted,\n{reference}\n)" in words(
        seen(cast, "harbour-bank")
    )


def test_an_action_awaits_its_owner_and_is_overdue_once_its_date_is_past(cast: Cast) -> None:
    running(cast)
    reference = give_action(cast.desk, cast.secretary, "harbour-bank by +14d Send the numbers").reference
    cast.clock.at = datetime(2027, 3, 2, 23, 59, tzinfo=UTC)
    before = words(seen(cast, "harbour-bank"))
    cast.clock.advance(minutes=1)
    page = words(seen(cast, "harbour-bank"))
    assert ("Nothing awaits you." in page, "What awaits you\nYour open actions\n: 1\n" in before) == (False, True)
    assert "What awaits you\nYour open actions\n: 1, overdue: 1\n" in page
    late = f"(due Tue 2 Mar 2027,\nwhich has gone by\n, to be accepted,\n{reference}\n)"
    assert (late in page, "gone by" in before) == (True, False)
    asked = say(cast, cast.actor("harbour-bank"), "").text
    assert f"`{reference}` TLP:AMBER Send the numbers, due Tue 2 Mar 2027, which has gone by, to be accepted." in asked


def test_minutes_that_await_an_agency_are_read_from_its_page_without_slack(cast: Cast) -> None:
    sent(cast)
    at = path(cast, cast.actor("fr-cnil"), PAGE)
    with browsing(cast) as web:
        page, minutes = web.get(at), web.get(f"{at}/minutes/{DAY}.html")
    assert f'<a href="{at}/minutes/{DAY}.html" aria-label="Read them: the minutes of Case updates, ' in page.text
    assert (minutes.status_code, "a raid is near" in minutes.text) == (200, True)


def test_a_call_that_is_on_is_said_to_be(cast: Cast) -> None:
    invited(cast)
    cast.clock.at = START
    say(cast, cast.secretary, "start")
    read = words(seen(cast, "harbour-bank"))
    assert "It is on now." in read
    assert read.index("Join the call") < read.index("Do you come?")


def test_a_call_that_goes_on_without_its_reader_is_not_on(cast: Cast) -> None:
    running(cast, "harbour-bank")
    to_closed_part(cast)
    said = "It is on now." in words(seen(cast, "harbour-bank"))
    cast.clock.at = START + timedelta(minutes=40)
    asked = say(cast, cast.actor("harbour-bank"), "call").text
    assert [said, "Reports" in words(seen(cast, "harbour-bank")), "Reports" in asked] == [False, False, False]


def test_what_people_wrote_is_text_and_never_markup(cast: Cast) -> None:
    call_id = invited(cast)
    item(cast, call_id, 0, '<script>alert("x")</script>{{ 7 * 7 }}', Tlp.AMBER, "meridian-net")
    page = seen(cast, "harbour-bank")
    assert ("<script" in page.text, '<script>alert("x")</script>{{ 7 * 7 }}' in html.unescape(page.text)) == (
        False,
        True,
    )


def test_reading_the_page_and_the_feed_writes_nothing(cast: Cast) -> None:
    invited(cast)
    urls = [path(cast, cast.actor(who), purpose) for who in ("harbour-bank", "fr-cnil") for purpose in (PAGE, FEED)]
    before = contents(cast)
    with browsing(cast) as client:
        assert [client.request(m, url).status_code for url in urls for m in ("GET", "HEAD")] == [200] * 8
    assert contents(cast) == before


def test_what_the_secretariat_opens_is_on_the_audit_record_once_a_call_and_hour(cast: Cast) -> None:
    with_call(cast)
    url, row = path(cast, cast.secretary, PAGE), columns(AuditRow)
    with browsing(cast) as client:
        for minutes in (0, 20, 60):
            cast.clock.advance(minutes=minutes)
            client.get(url)
    with cast.desk.store.read() as tx:
        looks = tx.execute(select(row.at).where(row.actor == cast.secretary.contact.id, row.act == LOOK)).all()
    assert [at.hour for (at,) in looks] == [9, 10]


def contents(cast: Cast) -> list[str]:
    """All that the database holds."""
    with cast.desk.store.read() as tx:
        return list(tx.connection.driver_connection.iterdump())  # type: ignore[union-attr]


def test_the_page_is_kept_by_nobody_framed_by_nobody_and_runs_nothing(cast: Cast) -> None:
    invited(cast)
    headers = seen(cast, "harbour-bank").headers
    names = ("cache-control", "referrer-policy", "x-frame-options", "x-robots-tag", "content-security-policy")
    assert [headers[name] for name in names] == [
        "no-store", "no-referrer", "DENY", "noindex",
        f"default-src 'none'; style-src 'self' {ALLOWED}; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    ]  # fmt: skip


# --- the answer ---


def rung(cast: Cast, minutes: str = "", off: str = "", seal: str | None = None) -> tuple[int, str]:
    """How a wish for alarms is answered, and what the page says of it then."""
    with browsing(cast) as client:
        url = path(cast, cast.actor("harbour-bank"), PAGE)
        sent = re.findall(r'name="seal" value="([^"]*)"', client.get(url).text)[-1] if seal is None else seal
        done = client.post(f"{url}/alarm", data={"seal": sent, "minutes": minutes, "off": off})
        page = client.get(url)
    return done.status_code, re.findall(r"Reminders in the feed: (.*)\.<", page.text)[0]


def test_the_feeds_alarm_is_set_and_taken_away_on_the_page(cast: Cast) -> None:
    invited(cast)
    assert [rung(cast, "30"), rung(cast, "0"), rung(cast, "30", seal="x"), rung(cast, "30", "off")] == [
        (303, "30 minutes before each entry"), (409, "30 minutes before each entry"),
        (409, "30 minutes before each entry"), (303, "none"),
    ]  # fmt: skip


def test_a_wish_that_is_no_number_of_minutes_is_answered_in_the_pages_own_words(cast: Cast) -> None:
    invited(cast)
    with browsing(cast) as client:
        url = path(cast, cast.actor("harbour-bank"), PAGE)
        seal = re.findall(r'name="seal" value="([^"]*)"', client.get(url).text)[-1]
        said = words(client.post(f"{url}/alarm", data={"seal": seal, "minutes": "1e3"}))
    assert "Give the minutes before each entry as a whole number, from 1 to 10080 (a week), or choose not to." in said


def test_a_wish_for_alarms_sent_to_nowhere_finds_nothing(cast: Cast) -> None:
    with browsing(cast) as client:
        assert client.post(f"/me/{'A' * 22}/alarm", data={"minutes": "5"}).status_code == 404


@pytest.mark.parametrize(
    ("word", "rsvp", "says"),
    [
        ("yes", Rsvp.ACCEPTED, "You have said that you come."),
        ("maybe", Rsvp.TENTATIVE, "You have said that you may come."),
        ("no", Rsvp.DECLINED, "You have said that you do not come."),
    ],
)
def test_an_answer_is_recorded_and_shown(cast: Cast, word: str, rsvp: Rsvp, says: str) -> None:
    invited(cast)
    url = path(cast, cast.actor("harbour-bank"), PAGE)
    with browsing(cast) as client:
        done = client.post(f"{url}/rsvp", data={**form(client.get(url)), "answer": word})
        after = client.get(url)
    assert (done.status_code, done.headers["location"], answers(cast, "harbour-bank")) == (303, url, [rsvp])
    assert (says in words(after), answers(cast, "meridian-net")) == (True, [Rsvp.NEEDS_ACTION])


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"seal": "x"}, STALE),
        ({"call": "c"}, STALE),
        ({"shown": ""}, STALE),
        ({"seal": "é"}, STALE),
        ({"answer": "often"}, "Answer with one of the three buttons: yes, maybe or no."),
    ],
)  # fmt: skip
def test_a_form_that_no_page_showed_changes_nothing_and_is_shown_anew(
    cast: Cast, changed: dict[str, str], says: str
) -> None:
    invited(cast)
    url = path(cast, cast.actor("harbour-bank"), PAGE)
    with browsing(cast) as client:
        sent = {**form(client.get(url)), "answer": "yes", **changed}
        done = client.post(f"{url}/rsvp", data=sent)
    assert (done.status_code, says in words(done), answers(cast, "harbour-bank")) == (409, True, [Rsvp.NEEDS_ACTION])


def test_the_form_of_one_person_serves_nobody_else(cast: Cast) -> None:
    invited(cast)
    mine, theirs = (path(cast, cast.actor(who), PAGE) for who in ("harbour-bank", "meridian-net"))
    with browsing(cast) as client:
        done = client.post(f"{theirs}/rsvp", data={**form(client.get(mine)), "answer": "no"})
    assert (done.status_code, answers(cast, "meridian-net")) == (409, [Rsvp.NEEDS_ACTION])


def test_an_answer_to_times_that_changed_since_is_asked_for_again(cast: Cast) -> None:
    invited(cast)
    url = path(cast, cast.actor("harbour-bank"), PAGE)
    with browsing(cast) as client:
        sent = {**form(client.get(url)), "answer": "yes"}
        move_call(cast.desk, cast.secretary, DAY, START + timedelta(hours=1))
        done = client.post(f"{url}/rsvp", data=sent)
    says = "The times of that call have changed since you were shown them: it is now Tue 16 Feb 2027, "
    assert (done.status_code, says in words(done), answers(cast, "harbour-bank")) == (409, True, [Rsvp.NEEDS_ACTION])


def test_a_form_shown_before_the_secret_was_rotated_is_taken_while_both_are_set(cast: Cast) -> None:
    invited(cast)
    url = path(cast, cast.actor("harbour-bank"), PAGE)
    with browsing(cast) as client:
        sent = {**form(client.get(url)), "answer": "yes"}
    rotated = {"lap_secret": SecretStr(OTHER_SECRET), "lap_secret_old": SecretStr(SECRET)}
    cast.desk = replace(cast.desk, settings=cast.desk.settings.model_copy(update=rotated))
    with browsing(cast) as client:
        assert client.post(f"{url}/rsvp", data=sent).status_code == 303


def test_a_body_that_is_no_form_of_ours_is_cut_off(cast: Cast) -> None:
    with browsing(cast) as client:
        assert client.post(f"/me/{'A' * 22}/rsvp", content=b"x" * 5000).status_code == 413


# --- one answer for all that leads nowhere ---


def test_every_link_that_is_dead_unknown_too_long_or_of_another_purpose_gets_the_same_bytes(cast: Cast) -> None:
    call_id = with_approved(cast, "harbour-bank", "meridian-net")
    arrive(cast)
    bank, other = cast.actor("harbour-bank"), cast.actor("meridian-net")
    alive = {p: path(cast, other, p, call_id if p is JOIN else None) for p in PRINTED}
    reset = {p: path(cast, bank, p, call_id if p is JOIN else None) for p in PRINTED}
    reset_links(cast.desk, bank)
    lost = path(cast, bank, JOIN, call_id)
    object_to_access(cast.desk, cast.actor("fr-cnil"), Asked("harbour-bank", calls=((DAY, ()),)))
    cast.clock.at = START - timedelta(minutes=5)
    tokens = ["A" * 22, "A" * 5000, "%00", "%FF", "..%2F..%2Fhealthz", "x.ics", "Ä", "me"]
    tokens += [url.rpartition("/")[2].removesuffix(".ics") for url in (*reset.values(), lost)]
    places = {JOIN: "/join/{}", PAGE: "/me/{}", FEED: "/calendar/{}.ics"}
    wrong = {p: [t.rpartition("/")[2].removesuffix(".ics") for q, t in alive.items() if q is not p] for p in PRINTED}
    dead = [places[p].format(t) for p in PRINTED for t in (*tokens, *wrong[p])]
    dead += ["/", "/nowhere", "/join/", "/me/", "/calendar/", "/calendar/x", "/me/x/y", "/calendar/.ics"]
    with browsing(cast) as client:
        got = {whole(client.get(url)) for url in dead}
        headed = {whole(client.head(url)) for url in dead}
        posted = {whole(client.post(f"/me/{t}/rsvp", data={"answer": "yes"})) for t in (*tokens[:2], *tokens[8:])}
        working = [client.get(url).status_code for url in alive.values()]
    ((status, headers, body),) = got
    assert (status, headed, posted, working) == (404, {(404, headers, b"")}, got, [404, 200, 200])
    assert re.findall(r">([^<\n]+)<", body.decode()) == [
        "There is nothing here right now",
        "There is nothing here right now",
        "A personal address ends when it is reset, or when its owner takes part no longer.",
        "Your own link to join a call opens shortly before your part begins, and only then.",
        "Questions: ",
        "calls@lap.example",
        ".",
    ]


# --- in a browser ---

CHROMIUM = shutil.which("chromium")
in_chromium = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on the PATH, so the page is not driven"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=20_000)  # milliseconds, for a machine that has much else to do
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield made
        made.close()


@pytest.fixture
def page(browser: Browser, cast: Cast) -> Iterator[Page]:
    """Harbour Bank's page, with a title that breaks nowhere; what the browser complains of fails the test."""
    call_id = invited(cast)
    item(cast, call_id, 0, "x" * 200, Tlp.AMBER_STRICT, "meridian-net")
    context, troubles = browser.new_context(java_script_enabled=False), list[str]()
    made = context.new_page()
    made.on("console", lambda message: troubles.append(message.text))
    with browsing(cast) as client:
        made.goto(f"{str(client.base_url).rstrip('/')}{path(cast, cast.actor('harbour-bank'), PAGE)}")
        yield made
    context.close()
    assert troubles == []


class TestInChromium:
    pytestmark = in_chromium

    @pytest.mark.parametrize("width", [320, 375, 768, 1280])
    def test_nothing_sticks_out_at_any_width_and_the_style_is_there(self, page: Page, width: int) -> None:
        page.set_viewport_size({"width": width, "height": 720})
        body, button = page.locator("body").bounding_box(), page.get_by_role("button", name="Yes").bounding_box()
        assert body is not None
        assert button is not None
        wide = page.locator("body *").evaluate_all(
            "all => Math.max(...all.map(one => one.getBoundingClientRect().right))"
        )
        assert (wide <= width, body["width"] <= 46 * 16, button["height"] >= 44) == (True, True, True)

    def test_an_answer_is_given_from_the_keyboard_and_without_a_script(self, page: Page, cast: Cast) -> None:
        page.get_by_role("button", name="Yes").focus()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_text("You have said that you may come.")).to_be_visible()
        expect(page.get_by_role("button", name="Maybe")).to_have_attribute("aria-pressed", "true")
        assert answers(cast, "harbour-bank") == [Rsvp.TENTATIVE]

    def test_a_screen_reader_finds_the_parts_by_their_headings_and_names(self, page: Page) -> None:
        shown = [
            (h.evaluate("one => one.tagName"), h.inner_text().split("\n")[0]) for h in page.get_by_role("heading").all()
        ]
        assert shown == [
            ("H1", "Your page"), ("H2", "What awaits you"), ("H2", "Your calls"), ("H3", "Reports"),
            ("H2", "Your open actions"), ("H2", "Only here"), ("H2", "Your calendar feed"),
        ]  # fmt: skip
        expect(page.get_by_role("article", name="Reports")).to_have_count(1)
        expect(page.get_by_role("form", name="Your answer")).to_have_count(1)

    def test_on_paper_there_is_no_button(self, page: Page) -> None:
        page.emulate_media(media="print")
        expect(page.get_by_role("button", name="Yes")).not_to_be_visible()
        expect(page.get_by_text("Phishing of banks")).to_be_visible()


def test_all_that_other_doors_may_not_carry_stands_on_the_page_of_who_may_read_it(cast: Cast) -> None:
    running(cast)
    proposal = propose_item(cast.desk, cast.actor("fr-cnil"), read_proposal(f'{DAY} cases "A raid" TLP:RED', TOPICS))
    line = note(cast, "TLP:AMBER+STRICT harbour-bank: our own losses")
    action = give_action(cast.desk, cast.secretary, "harbour-bank by +14d TLP:RED Call the informant").reference
    live.end_call(cast.desk, cast.secretary)
    send_minutes(cast.desk, cast.secretary, DAY)
    alone = {
        who: [t for t in ("A raid", "our own losses", "Call the informant") if t in page.partition("Only here")[2]]
        for who in ("fr-cnil", "harbour-bank", "meridian-net")
        for page in [words(seen(cast, who))]
    }
    assert alone == {
        "fr-cnil": ["A raid", "our own losses", "Call the informant"],
        "harbour-bank": ["our own losses", "Call the informant"],
        "meridian-net": [],
    }
    assert f"TLP:AMBER+STRICT our own losses\n(line\n{line}\n)" in words(seen(cast, "harbour-bank"))
    assert proposal.item.reference in words(seen(cast, "fr-cnil"))
    assert action in words(seen(cast, "harbour-bank"))
