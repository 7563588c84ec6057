"""What is asked about an organisation's own item, answered on the personal page: presented, opened or kept closed."""

import re

from bot.agenda import AgendaItem
from bot.topics import AudienceKind
from storage import agenda
from tests.cast import Cast
from tests.links import PAGE, browsing, path
from tests.lists import DAY, arrive, with_approved, with_call, with_item
from tests.slack_front import say


def form_of(page: str) -> dict[str, str]:
    """What the form about an item sends but for the button."""
    form = next(f for f in re.findall(r"<form.*?</form>", page, re.S) if "/asked" in f)
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))


def item_of(cast: Cast, reference: str) -> AgendaItem:
    with cast.desk.store.read() as tx:
        found = agenda.find(tx, reference)
    assert found is not None
    return found.item


def test_a_representative_says_on_its_page_that_it_presents_its_item(cast: Cast) -> None:
    call_id = with_approved(cast, "harbour-bank", "meridian-net")
    with_item(cast, call_id, "harbour-bank")
    arrive(cast)
    at, other = (path(cast, cast.actor(who), PAGE) for who in ("harbour-bank", "meridian-net"))
    with browsing(cast) as web:
        form = form_of(web.get(at).text)
        forged = [{**form, "seal": "x"}, {**form, "place": "-"}, {**form, "item": "ZZZZZZ"}, {}, {**form, "do": "burn"}]
        refused = [web.post(f"{at}/asked", data={"do": "confirm", **f}).status_code for f in forged]
        theirs = web.post(f"{other}/asked", data={**form, "do": "confirm"}).status_code
        before = item_of(cast, form["item"]).confirmed_at
        done = web.post(f"{at}/asked", data={**form, "do": "confirm"}).status_code
        again, page = web.post(f"{at}/asked", data={**form, "do": "confirm"}), web.get(at).text
        nowhere = web.post("/me/nowhere/asked", data={**form, "do": "confirm"}).status_code
    assert (refused, theirs, before, done, nowhere) == ([409] * 5, 409, None, 303, 404)
    assert item_of(cast, form["item"]).confirmed_at == cast.clock()
    assert (again.status_code, "You confirmed already" in again.text, "/asked" in page) == (409, True, False)


def test_an_item_is_opened_on_its_proposers_page_only_where_it_was_shown(cast: Cast) -> None:
    """It was opened to the guests of a part that its proposer was not shown."""
    with_call(cast)
    say(cast, cast.secretary, f'segment add {DAY} joint 10 "Trends" go')
    reference = say(cast, cast.actor("fr-cnil"), f'propose {DAY} cases 10 "Gateways"').text.split("`")[1]
    for line in (f"{reference} accept", f"{reference} to {DAY}/1", f"{reference} joint"):
        say(cast, cast.secretary, f"item {line}")
    at = path(cast, cast.actor("fr-cnil"), PAGE)
    with browsing(cast) as web:
        page = web.get(at).text
        opening = next(f for f in re.findall(r"<form.*?</form>", page, re.S) if 'value="joint"' in f)
        form = form_of(opening)
        say(cast, cast.secretary, f"item {reference} to {DAY}/2")
        moved = web.post(f"{at}/asked", data={**form, "do": "joint"})
        closed = item_of(cast, reference).audience
        anew = web.post(f"{at}/asked", data={**form_of(web.get(at).text), "do": "joint"}).status_code
    assert (moved.status_code, "stands elsewhere" in moved.text, closed) == (409, True, AudienceKind.AGENCIES)
    assert (anew, item_of(cast, reference).audience) == (303, AudienceKind.JOINT)
