"""Buttons that stood under a message when they meant something, pressed when they no longer do: an answer, no change.

That a button with the reference of others is answered as one with none is shown of all of them in
``tests/barrier/test_hidden.py``; that a look which is out of date shows what changed, in the rooms that look.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from handlers.desk import Actor
from tests.cast import Cast
from tests.held import running as run
from tests.lists import DAY, START, arrive, leave, with_approved
from tests.remembered import remembered
from tests.slack_front import press, say
from tests.state import state

A, OTHER, BANK = "fr-cnil", "jp-mic", "harbour-bank"
NOTHING = "7ZZZZ9"
approved, running = remembered(with_approved), remembered(run)


def reference(text: str) -> str:
    found = re.search(r"`([0-9A-HJKMNP-TV-Z]{6})`", text)
    assert found, text
    return found[1]


def pressed(cast: Cast, who: Actor, action: str, value: str) -> str:
    """The answer, with what it repeats of the value masked; the press changed nothing."""
    say(cast, who, "whoami")
    before = state(cast.desk.store)
    said = press(cast, who, action, value).text
    assert "Something went wrong" not in said
    assert state(cast.desk.store) == before
    return said.replace(value, "…")


@dataclass(frozen=True)
class Stale:
    """A button of *action* whose value *begins* makes; then *ends* happens, and *who* presses it."""

    name: str
    action: str
    begins: Callable[[Cast], str]
    ends: Callable[[Cast, str], object]
    who: str = A

    def goes_by(self, cast: Cast) -> tuple[Actor, str]:
        value = self.begins(cast)
        self.ends(cast, value)
        return (cast.secretary if self.who == "secretariat" else cast.actor(self.who)), value


def by_secretary(line: str) -> Callable[[Cast, str], object]:
    return lambda cast, value: say(cast, cast.secretary, line.format(value=value))


def by(who: str, line: str) -> Callable[[Cast, str], object]:
    return lambda cast, value: say(cast, cast.actor(who), line.format(value=value))


def proposed(cast: Cast) -> str:
    approved(cast)
    return reference(say(cast, cast.actor(A), f'propose {DAY} cases 10 "A case"').text)


def placed(cast: Cast) -> str:
    it = proposed(cast)
    say(cast, cast.secretary, f"item {it} to {DAY}/1")
    return it


def objected(cast: Cast) -> str:
    approved(cast)
    return reference(say(cast, cast.actor(A), f"object harbour-bank to {DAY}").text)


def given(cast: Cast) -> str:
    running(cast)
    cast.clock.advance(seconds=1)
    return reference(say(cast, cast.secretary, "action fr-cnil by +7d Send the numbers").text)


def of_the_closed_part(cast: Cast) -> str:
    running(cast)
    for line in ("gate", "clear"):
        say(cast, cast.secretary, line)
    cast.clock.advance(seconds=1)
    return reference(say(cast, cast.secretary, "action harbour-bank by +7d Keep the logs").text)


def the_call(cast: Cast) -> str:
    return with_approved(cast)


def reported(cast: Cast) -> str:
    approved(cast)
    return reference(say(cast, cast.actor(BANK), "report Spam from new ranges").text)


CANCELLED = by_secretary(f"call cancel {DAY} go")
AS_NONE = (
    Stale("an objection's form, of a call cancelled", "object", the_call, CANCELLED),
    Stale("a proposal's form, of a call cancelled", "propose", the_call, CANCELLED),
    Stale("an action given to another", "done", given, by_secretary("give {value} to meridian-net"), BANK),
    Stale("a report taken back", "report.withdraw", reported, by(BANK, "report {value} withdraw"), A),
)
"""Answered as what does not exist."""


TOLD = (
    (
        Stale("a proposal taken back", "item.accept", proposed, by(A, "item {value} withdraw"), "secretariat"),
        "withdrawn",
    ),
    (Stale("an item that was opened", "item.consent", placed, by(A, "item {value} joint")), "joint"),
    (Stale("an objection withdrawn", "withdraw", objected, by(A, "withdraw {value}")), "was withdrawn already"),
    (Stale("an action done", "done", given, by(A, "done {value}")), "done"),
    (Stale("an action dropped", "done", given, by_secretary("drop {value} because it was a slip")), "dropped"),
    (
        Stale(
            "words confirmed",
            "action.confirm",
            of_the_closed_part,
            by_secretary("action {value} confirm"),
            "secretariat",
        ),
        "are confirmed already",
    ),
)
"""Answered with what is the state now, which whoever presses may know."""


@pytest.mark.parametrize("stale", AS_NONE, ids=lambda it: it.name)
def test_a_button_of_what_is_no_longer_theirs_is_as_one_of_nothing(cast: Cast, stale: Stale) -> None:
    who, value = stale.goes_by(cast)
    nothing = "id-999999" if value.startswith("id-") else NOTHING
    assert pressed(cast, who, stale.action, value) == pressed(cast, who, stale.action, nothing)


@pytest.mark.parametrize(("stale", "says"), TOLD, ids=lambda it: getattr(it, "name", "says"))
def test_a_button_that_was_pressed_before_says_how_it_stands(cast: Cast, stale: Stale, says: str) -> None:
    who, value = stale.goes_by(cast)
    assert says in pressed(cast, who, stale.action, value)


def test_the_answer_of_somebody_excluded_meanwhile_is_as_of_one_never_invited(cast: Cast) -> None:
    call = the_id(approved(cast))
    arrive(cast)
    say(cast, cast.actor(A), f"object harbour-bank to {DAY}")
    answers = {
        pressed(cast, cast.actor(who), "rsvp.yes", it) for who in (BANK, "polar-telecom") for it in (call, "id-9")
    }
    assert len(answers) == 1


def test_an_item_is_opened_only_in_the_part_that_its_proposer_was_asked_for(cast: Cast) -> None:
    it = placed(cast)
    say(cast, cast.secretary, f"item {it} joint")
    [consent] = {b.value for s in leave(cast) for b in s.notice.buttons if b.action == "item.consent"}
    say(cast, cast.secretary, f"item {it} to {DAY}/2")
    assert pressed(cast, cast.actor(A), "item.consent", consent) == (
        f"`{it}` stands elsewhere than when that button was shown, where others may hear it, so nothing was changed. "
        f"`/lap agenda` shows where; `/lap item {it} joint` does it there."
    )
    say(cast, cast.secretary, f"item {it} to {DAY}/1")
    assert press(cast, cast.actor(A), "item.consent", consent).text.startswith(f"Opened: `{it}`")


@pytest.mark.parametrize("meanwhile", ["give {} to meridian-net", "due {} 2027-03-30"])
def test_words_are_not_confirmed_for_another_owner_or_date_than_the_button_was_shown_with(
    cast: Cast, meanwhile: str
) -> None:
    run(cast)
    for line in ("gate", "clear"):
        say(cast, cast.secretary, line)
    [button] = say(cast, cast.secretary, "action harbour-bank by +7d Preserve the logs").buttons
    reference = button.value.split(" ")[0]
    say(cast, cast.secretary, meanwhile.format(reference))
    assert pressed(cast, cast.secretary, "action.confirm", button.value) == (
        f"`{reference}` has another owner or date than when that button was shown, so nothing went out. "
        f"`/lap action {reference}` shows it; `/lap action {reference} confirm` lets those words go out."
    )
    assert say(cast, cast.secretary, f"action {reference} confirm").text.startswith(f"Confirmed: `{reference}` goes to")


def the_id(cast: Cast) -> str:
    form = say(cast, cast.actor(A), f"object to {DAY}").modal
    assert form is not None
    return str(form.view["private_metadata"])


def test_a_gate_that_was_passed_is_not_opened_once_more(cast: Cast) -> None:
    running(cast)
    cast.clock.at = START
    shut = say(cast, cast.secretary, "gate").buttons
    say(cast, cast.secretary, "clear")
    clear = next(b for b in shut if b.action == "clear")
    assert pressed(cast, cast.secretary, "clear", clear.value)
