"""Actions on the personal page: accepted, declined and done by its buttons; the secretariat's picture of them all."""

import re
from xml.etree import ElementTree

from bot.actions import ActionState
from handlers.actions import give_action, list_actions, show_action
from handlers.attendance import record_present
from handlers.progress import show_progress
from tests.bot.refusals import refusal_of
from tests.cast import Cast
from tests.held import running
from tests.links import PAGE, browsing, path
from tests.slack_front import say


def form_of(page: str, reference: str) -> dict[str, str]:
    """What the form of that action sends but for the button."""
    form = next(f for f in re.findall(r"<form.*?</form>", page, re.S) if f'value="{reference}"' in f)
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))


def test_an_owner_accepts_and_closes_on_its_page(cast: Cast) -> None:
    running(cast)
    first = give_action(cast.desk, cast.secretary, "fr-cnil by +7d Send the numbers").reference
    second = give_action(cast.desk, cast.secretary, "fr-cnil by +8d Send the names").reference
    owner = cast.actor("fr-cnil")
    at = path(cast, owner, PAGE)
    with browsing(cast) as web:
        page = web.get(at).text
        assert page.count("to be accepted") == 2
        done = [
            web.post(f"{at}/action", data={**form_of(page, r), "do": do}).status_code
            for r, do in ((first, "accept"), (second, "decline"), (first, "done"))
        ]
        again = web.post(f"{at}/action", data={**form_of(page, first), "do": "done"})
    assert (done, again.status_code, "is done already" in again.text) == ([303] * 3, 409, True)
    states = [show_action(cast.desk, cast.secretary, r).action.state for r in (first, second)]
    assert states == [ActionState.DONE, ActionState.DECLINED]


def test_a_forged_form_and_another_ones_action_change_nothing(cast: Cast) -> None:
    running(cast)
    own = give_action(cast.desk, cast.secretary, "fr-cnil by +7d Send the numbers").reference
    other = give_action(cast.desk, cast.secretary, "gb-ico by +7d Send the names").reference
    at = path(cast, cast.actor("fr-cnil"), PAGE)
    with browsing(cast) as web:
        form = form_of(web.get(at).text, own)
        forged = [{**form, "action": other}, {**form, "seal": "x"}, {}, {**form, "action": "ZZZZZZ"}]
        answers = {web.post(f"{at}/action", data={**f, "do": "done"}).status_code for f in forged}
        wordless = web.post(f"{at}/action", data={**form, "do": "burn"})
        nowhere = web.post("/me/nowhere/action", data={**form, "do": "done"})
    assert (answers, wordless.status_code, nowhere.status_code) == ({409}, 409, 404)
    assert {a.state for a in list_actions(cast.desk, cast.secretary).actions} == {ActionState.PROPOSED}


def test_the_secretariat_alone_sees_what_becomes_of_all_actions_in_a_picture_and_in_words(cast: Cast) -> None:
    running(cast)
    record_present(cast.desk, cast.secretary, "fr-cnil")
    give_action(cast.desk, cast.secretary, "fr-cnil by +7d Send the numbers")
    give_action(cast.desk, cast.secretary, "gb-ico by +9d Send the names")
    cast.clock.advance(days=9)
    says = (
        "Open now: 2, of which overdue: 1, to be accepted: 1. Open 25 weeks ago: 0. Since then given: 2, done: 0, "
        "dropped: 0, declined and not given again: 0."
    )
    assert say(cast, cast.secretary, "actions progress").text == says
    assert refusal_of(lambda: show_progress(cast.desk, cast.actor("fr-cnil"))) == (
        "Only the secretariat can see what became of everybody's actions. Ask it to, at calls@lap.example."
    )
    with browsing(cast) as web:
        page = web.get(path(cast, cast.secretary, PAGE)).text
        others = web.get(path(cast, cast.actor("fr-cnil"), PAGE)).text
    assert (says in page, "<svg" in others, "Open now" in others) == (True, False, False)
    drawing = ElementTree.fromstring(re.search(r"<svg.*?</svg>", page, re.S)[0])  # type: ignore[index]
    told = drawing.findtext("desc") or ""
    assert (drawing.get("role"), drawing.findtext("title")) == ("img", "Actions open at the end of each week")
    assert told.endswith("Thu 25 Feb 2027: 2, overdue 1")
    assert [len((line.get("points") or "").split()) for line in drawing.findall("polyline")] == [26, 26]


def test_where_no_action_was_ever_open_there_is_no_picture(cast: Cast) -> None:
    with browsing(cast) as web:
        page = web.get(path(cast, cast.secretary, PAGE)).text
    assert ("Open now: 0, " in page, "<svg" in page) == (True, False)
