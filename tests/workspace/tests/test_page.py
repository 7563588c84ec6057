"""Owns the proofs of the page, driven in Chromium as a person would; the doors behind it are `test_doors`'."""

import re
import shutil
import smtplib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from slack_sdk import WebClient

from tests.workspace.serve import Served
from tests.workspace.tests.example_bot import button, field, modal, options, plain, section
from tests.workspace.tests.test_mail_drop import CALENDAR, invitation

CHROMIUM = shutil.which("chromium")
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on the PATH, so the page is not driven"),
]
NOW = datetime(2027, 1, 5, 10, tzinfo=UTC)
SECONDS = int(datetime(2027, 2, 16, 13, tzinfo=UTC).timestamp())


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One headless Chromium for all tests of this file."""
    expect.set_options(timeout=20_000)  # milliseconds, for a machine that has much else to do
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        yield made
        made.close()


@pytest.fixture
def page(browser: Browser, whole: Served) -> Iterator[Page]:
    """The page open as au-acma at a frozen moment; an error in its console fails the test."""
    whole.clock.set(NOW)
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    made = context.new_page()
    troubles: list[str] = []
    made.on("pageerror", lambda error: troubles.append(str(error)))
    made.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    enter(made, whole, "au-acma")
    yield made
    context.close()
    assert troubles == []


def enter(page: Page, whole: Served, name: str) -> None:
    """Open the page as *name*."""
    page.goto(f"{whole.url}/#{name}")
    page.wait_for_selector("body[data-ready]")


def bot_posts(page: Page, whole: Served, text: str, *blocks: dict[str, Any], to: str = "au-acma") -> None:
    """The bot writes to somebody, and the page looks."""
    client = WebClient(token=whole.slack.bot_token, base_url=whole.slack.api_url)
    client.chat_postMessage(channel=whole.slack.user(to).id, text=text, blocks=list(blocks))
    look(page)


def mail_arrives(whole: Served, calendar: bytes) -> None:
    """An invitation with *calendar* reaches au-acma."""
    with smtplib.SMTP(whole.mail.host, whole.mail.port) as client:
        client.send_message(invitation("spam-enforcement@au-acma.example", calendar))


def look(page: Page) -> None:
    """Look at the page anew, as when coming back to its window; by itself it looks every few seconds."""
    page.evaluate("window.dispatchEvent(new Event('focus'))")


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    """An actions block."""
    return {"type": "actions", "elements": list(elements)}


def say(page: Page, text: str) -> None:
    """Type a command and send it with Enter."""
    page.get_by_label("Command, without /lap").fill(text)
    page.keyboard.press("Enter")


def messages(page: Page) -> Any:
    """The messages on the page."""
    return page.locator("#messages .message")


def test_people_are_offered_in_their_groups(page: Page) -> None:
    groups = page.locator("#person optgroup").evaluate_all("all => all.map(one => one.label)")
    assert groups == ["Secretariat", "Agencies", "Private sector", "Observers", "Others"]


def test_a_command_is_answered_below_what_was_typed(page: Page) -> None:
    say(page, "hello & <world>")
    expect(messages(page).locator(".typed")).to_have_text("/lap hello & <world>")
    expect(messages(page).locator(".words")).to_have_text("You said hello & <world>")


def test_arrow_up_brings_back_what_was_typed(page: Page) -> None:
    for text in ("first", "second"):
        say(page, text)
        expect(messages(page).last).to_contain_text(f"You said {text}")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_label("Command, without /lap")).to_have_value("first")


def test_a_pressed_button_replaces_its_message(page: Page) -> None:
    say(page, "ask R1")
    page.get_by_role("button", name="Yes").click()
    expect(messages(page)).to_contain_text(["Done: R1"])


def test_everything_can_be_done_from_the_keyboard(page: Page) -> None:
    page.locator("body").click(position={"x": 5, "y": 300})
    page.keyboard.press("/")
    page.keyboard.type("ask R1")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Yes")).to_be_visible()
    page.get_by_label("Channel to type in").focus()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Yes")).to_be_focused()
    page.keyboard.press("Enter")
    expect(messages(page)).to_contain_text(["Done: R1"])


def test_a_confirm_dialog_stands_before_its_button(page: Page, whole: Served) -> None:
    words = {name: plain(name.capitalize()) for name in ("title", "text", "confirm", "deny")}
    bot_posts(page, whole, "Sure?", actions(button("yes", "Object", "R1", confirm=words)))
    page.get_by_role("button", name="Object").click()
    page.get_by_role("button", name="Deny").click()
    expect(page.get_by_role("button", name="Object")).to_be_visible()
    page.get_by_role("button", name="Object").click()
    page.get_by_role("button", name="Confirm").click()
    expect(messages(page)).to_contain_text(["Done: R1"])


def test_a_modal_with_every_input_is_filled_and_taken(page: Page, whole: Served) -> None:
    say(page, "form")
    form = page.get_by_role("dialog", name="A form")
    form.get_by_label("Title").fill("Botnets")
    form.get_by_label("Minutes").fill("30")
    form.get_by_label("Topic").select_option("cases")
    form.get_by_label("Who").fill("harbour")
    expect(form.locator("datalist option:only-child")).to_have_attribute("value", "Harbour-bank")
    with page.expect_response("**/api/options**"):  # or it is looked for once the form is closed
        form.get_by_label("Who").fill("Harbour-bank")
    form.get_by_label("Amber").check()
    form.get_by_label("Two").check()
    form.get_by_label("Standing").check()
    form.get_by_label("Hour").fill("14:30")
    form.get_by_label("Moment").fill("2027-02-17T00:00")
    form.get_by_label("Owner").select_option(label="gb-ico")
    form.get_by_label("Place").select_option(label="#general")
    with page.expect_request("**/api/submit") as sent:
        form.get_by_role("button", name="Send").click()
    expect(messages(page)).to_contain_text(["Taken: Botnets"])
    expect(form).to_be_hidden()
    assert (sent.value.post_data_json or {})["values"] == {
        "title": "Botnets",
        "minutes": "30",
        "topic": "cases",
        "who": "harbour-bank",
        "labels": ["amber"],
        "parts": ["two"],
        "scope": "standing",
        "day": "2027-02-16",
        "hour": "14:30",
        "moment": SECONDS,
        "owner": whole.slack.user("gb-ico").id,
        "place": whole.slack.channel("general").id,
    }


def test_the_moment_of_a_picker_is_in_the_readers_zone(page: Page, whole: Served) -> None:
    person = whole.slack.user("au-acma").id
    view = modal(field("moment", {"type": "datetimepicker", "initial_date_time": SECONDS}))
    client = WebClient(token=whole.slack.bot_token, base_url=whole.slack.api_url)
    client.views_open(trigger_id=whole.slack.state.trigger(person), view=view)
    look(page)
    expect(page.get_by_label("Moment", exact=True)).to_have_value("2027-02-17T00:00")


def test_errors_stand_beside_their_field_and_what_was_typed_stays(page: Page) -> None:
    say(page, "form")
    form = page.get_by_role("dialog", name="A form")
    form.get_by_label("Minutes").fill("30")
    form.get_by_role("button", name="Send").click()
    expect(form.locator("[data-block=title] .error")).to_have_text("Please complete this required field.")
    expect(form.locator("[data-block=minutes] .error")).to_have_text("")
    expect(form.get_by_label("Minutes")).to_have_value("30")
    expect(form.get_by_label("Title")).to_be_focused()


def test_escape_closes_a_modal_for_slack_too(page: Page, whole: Served) -> None:
    say(page, "form")
    expect(page.get_by_role("dialog", name="A form")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="A form")).to_be_hidden()
    assert whole.slack.views("au-acma") == []


def test_mrkdwn_is_shown_and_hostile_text_stays_text(page: Page, whole: Served) -> None:
    mention = f"<@{whole.slack.user('gb-ico').id}>"
    bot_posts(
        page,
        whole,
        "Look",
        section(f"*bold* _italic_ `code` {mention} <https://x.example/a|link> <javascript:alert(1)|no link>"),
        section("&lt;img src=x onerror=alert(1)&gt; &amp;amp; <!channel>"),
    )
    words = messages(page).locator(".words")
    expect(words.nth(0)).to_have_text("bold italic code @gb-ico link no link")
    expect(words.nth(1)).to_have_text("<img src=x onerror=alert(1)> &amp; @channel")
    tags = words.nth(0).locator("*").evaluate_all("all => all.map(one => one.tagName)")
    assert tags == ["STRONG", "EM", "CODE", "SPAN", "A"]


def test_a_date_is_shown_in_the_readers_zone_with_its_fallback_beside(page: Page, whole: Served) -> None:
    bot_posts(page, whole, f"From <!date^{SECONDS}^{{date_long_pretty}} {{time}}|2027-02-16 13:00 UTC>.")
    shown = messages(page).locator(".words time")
    expect(shown).to_have_text(re.compile("Wednesday,? 17 February 2027 00:00"))
    expect(shown).to_have_attribute("title", "2027-02-16 13:00 UTC")


def test_a_select_in_a_message_acts_when_chosen(page: Page, whole: Served) -> None:
    chooser = {"type": "static_select", "action_id": "open", "placeholder": plain("Pick"), "options": options("a", "b")}
    bot_posts(page, whole, "Pick", actions(chooser))
    page.get_by_label("Pick").select_option("b")
    expect(page.get_by_role("dialog", name="A form")).to_be_visible()


def test_another_person_sees_their_own_messages(page: Page, whole: Served) -> None:
    bot_posts(page, whole, "For gb-ico", to="gb-ico")
    page.get_by_label("You are").select_option("gb-ico")
    expect(messages(page)).to_have_text(["lap10:00For gb-ico"])
    page.get_by_role("button", name="au-acma").click()
    expect(messages(page)).to_have_count(0)


def test_a_mail_is_read_in_all_its_parts(page: Page, whole: Served) -> None:
    mail_arrives(whole, CALENDAR)
    look(page)
    page.get_by_role("button", name="Réunion, 16 February").click()
    mail = page.locator("#mail")
    expect(mail.locator(".part")).to_have_text("Plain words\n")
    mail.get_by_role("tab", name="HTML").click()
    expect(mail.frame_locator("iframe").locator("p")).to_have_text("Rich words")
    assert "allow-scripts" not in str(mail.locator("iframe").get_attribute("sandbox"))
    mail.get_by_role("tab", name="Calendar").click()
    expect(mail.locator(".part p")).to_have_text("An invitation, or its update (METHOD:REQUEST)")
    mail.get_by_role("tab", name="Raw").click()
    expect(mail.locator(".part")).to_contain_text("Content-Type: text/calendar")


def test_times_of_a_calendar_part_are_in_the_readers_zone_and_utc(page: Page, whole: Served) -> None:
    event = b"BEGIN:VEVENT\r\nDTSTART:20270216T130000Z\r\nSUMMARY:Call\\, closed\r\n part\r\nEND:VEVENT\r\n"
    mail_arrives(whole, CALENDAR.replace(b"END:V", event + b"END:V", 1))
    look(page)
    page.get_by_role("button", name="Réunion").click()
    page.locator("#mail").get_by_role("tab", name="Calendar").click()
    expect(page.locator("#mail .part dd")).to_have_text(
        ["Call, closedpart", re.compile(r"Wed,? 17 Feb 2027,? 00:00 \(Australia/Melbourne\)2027-02-16 13:00 UTC")]
    )


def test_the_clock_moves_by_its_buttons_and_to_a_moment(page: Page, whole: Served) -> None:
    now = page.locator("#now small")
    expect(now).to_have_text("Australia/Melbourne · 2027-01-05 10:00 UTC")
    for name, moment in (
        ("+1 h", "2027-01-05 11:00"),
        ("+7 days", "2027-01-12 11:00"),
        ("+2 months", "2027-03-12 11:00"),
    ):
        page.get_by_role("button", name=name).click()
        expect(now).to_contain_text(moment)
    page.get_by_text("Set", exact=True).click()
    page.get_by_label("Moment, UTC").fill("2028-02-29T06:30")
    page.get_by_role("button", name="Move there").click()
    expect(now).to_contain_text("2028-02-29 06:30")


def test_a_bot_that_is_gone_is_told_in_words(page: Page, whole: Served) -> None:
    whole.slack.bot_url = "http://127.0.0.1:9"
    say(page, "hello")
    expect(page.locator("#notice")).to_have_text("The bot could not be reached, or failed (dispatch_failed).")


@pytest.mark.parametrize("width", [320, 375, 768, 1280])
def test_nothing_sticks_out_at_any_width(page: Page, whole: Served, width: int) -> None:
    bot_posts(
        page,
        whole,
        "x" * 300,
        section("y" * 300),
        actions(*[button(f"b{n}", "A rather long button") for n in range(6)]),
    )
    page.set_viewport_size({"width": width, "height": 720})
    expect(messages(page)).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_page_is_dark_where_the_reader_wants_it_dark(page: Page) -> None:
    grounds = []
    schemes: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")
    for scheme in schemes:
        page.emulate_media(color_scheme=scheme)
        grounds.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert grounds == ["rgb(246, 246, 243)", "rgb(21, 25, 24)"]


def test_nothing_is_loaded_from_elsewhere(page: Page, whole: Served) -> None:
    loaded = page.evaluate("performance.getEntriesByType('resource').map(one => one.name)")
    assert [url for url in loaded if not url.startswith(whole.url)] == []
