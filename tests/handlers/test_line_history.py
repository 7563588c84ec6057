"""What became of one line of the minutes, as each reader may have it."""

from functools import partial

import pytest

from bot.confidentiality import Tlp
from handlers.correcting import correct_line
from handlers.labels import set_label
from handlers.line_history import Became, show_line
from handlers.lines import hold_line
from handlers.minutes import adopt_minutes, read_minutes, send_minutes
from handlers.page import show_page
from tests.bot.refusals import refusal_of
from tests.cast import Cast
from tests.held import held, running, sent
from tests.links import PAGE, printed
from tests.lists import DAY
from tests.remembered import remembered
from tests.slack_front import say


@remembered
def lived(cast: Cast) -> Cast:
    """The lines of ``held``, the decision put right in the draft and, once sent, by an Agency; then amended."""
    _, decision, _ = held(cast)
    correct_line(cast.desk, cast.secretary, decision, "The list was agreed upon")
    cast.clock.advance(days=1)
    send_minutes(cast.desk, cast.secretary, DAY)
    cast.clock.advance(days=1)
    correct_line(cast.desk, cast.actor("nz-dia"), decision, "The list was agreed on Monday")
    cast.clock.advance(days=14)
    adopt_minutes(cast.desk, cast.secretary, DAY)
    cast.clock.advance(days=1)
    correct_line(cast.desk, cast.actor("fr-cnil"), decision, "It was Tuesday")
    return cast


@pytest.fixture
def on(cast: Cast) -> Cast:
    return lived(cast)


def line_with(cast: Cast, words: str) -> str:
    """The reference of the line that has those words."""
    shown = read_minutes(cast.desk, cast.secretary, DAY).parts
    return next(line.reference for p in shown for s in p.subjects for line in s.lines if words in line.text)


def became(cast: Cast, who: str, line: str) -> list[tuple[Became, str, str]]:
    actor = cast.secretary if who == "secretariat" else cast.actor(who)
    return [(c.became, c.by, c.text) for c in show_line(cast.desk, actor, line).changes]


def test_a_decision_is_read_with_its_whole_history(on: Cast) -> None:
    decision = line_with(on, "agreed on Monday")
    for_all = [(Became.ADOPTED, "", ""), (Became.AMENDED, "fr-cnil", "TLP:AMBER It was Tuesday")]
    for_agencies = [
        (Became.SENT, "", ""), (Became.CORRECTED, "nz-dia", "TLP:AMBER The list was agreed upon"), *for_all,
    ]  # fmt: skip
    draft = (Became.CORRECTED, "us-ftc", "TLP:AMBER the list was agreed")
    assert became(on, "secretariat", decision) == [(Became.ENTERED, "", ""), draft, *for_agencies]
    assert became(on, "gb-ico", decision) == [(Became.ENTERED, "", ""), *for_agencies]
    assert became(on, "meridian-net", decision) == for_all


def test_of_a_line_that_is_not_ones_to_read_there_is_no_history_in_the_words_for_none(on: Cast) -> None:
    closed, bank = line_with(on, "a raid is near"), on.actor("harbour-bank")
    said = [refusal_of(partial(show_line, on.desk, bank, line)) for line in (closed, "ZZZZZ2")]
    assert said[0] is not None
    assert said[0].replace(closed, "ZZZZZ2") == said[1]


def test_the_words_in_slack(on: Cast) -> None:
    decision = line_with(on, "agreed on Monday")
    assert say(on, on.actor("gb-ico"), f"minutes {decision.lower()}").text.splitlines() == [
        f"`{decision}` Decision: TLP:AMBER The list was agreed on Monday (corrected)",
        "Of *Case updates* (`2027-02-16`), in “Reports”.",
        "• Tue 16 Feb 2027, 13:00 Europe/London (13:00 UTC): entered",
        "• Wed 17 Feb 2027, 14:30 Europe/London (14:30 UTC): sent to the Agencies",
        "• Thu 18 Feb 2027, 14:30 Europe/London (14:30 UTC): corrected by nz-dia; it said before: TLP:AMBER The list "
        "was agreed upon",
        "• Thu 4 Mar 2027, 14:30 Europe/London (14:30 UTC): adopted",
        "• Fri 5 Mar 2027, 14:30 Europe/London (14:30 UTC): amended by fr-cnil; below it stands: TLP:AMBER It was "
        "Tuesday",
    ]


def on_page(cast: Cast, who: str) -> list[tuple[str, str, str]]:
    """What stands on the page of *who* alone: kind, reference and text."""
    page = show_page(cast.desk, printed(cast, cast.actor(who), PAGE))
    assert page is not None
    return [(it.kind, it.reference, it.text) for it in page.withheld]


def test_an_earlier_text_above_the_label_of_slack_is_read_on_the_page_by_who_may(cast: Cast) -> None:
    _, decision, closed = sent(cast)
    cnil = cast.actor("fr-cnil")
    correct_line(cast.desk, cast.actor("nz-dia"), closed, "TLP:AMBER+STRICT a raid is on Monday")
    correct_line(cast.desk, cnil, closed, "TLP:AMBER a raid is near")
    correct_line(cast.desk, cast.actor("nz-dia"), decision, "The list was agreed on Monday")
    before = ("earlier text of", closed, "TLP:AMBER+STRICT a raid is on Monday")
    assert on_page(cast, "gb-ico") == [before]
    assert on_page(cast, "harbour-bank") == []
    text = say(cast, cast.actor("gb-ico"), f"minutes {closed}").text
    assert "a raid is on Monday" not in text
    assert "it said before: TLP:AMBER+STRICT (on your page: " in text


def test_a_label_alone_that_changed_stands_in_the_history_and_its_words_not_twice_on_the_page(cast: Cast) -> None:
    _, _, closed = sent(cast)
    set_label(cast.desk, cast.actor("nz-dia"), closed, Tlp.AMBER_STRICT)
    cast.clock.advance(minutes=1)
    set_label(cast.desk, cast.actor("fr-cnil"), closed, Tlp.AMBER)
    assert became(cast, "gb-ico", closed)[2:] == [(Became.LABELLED, "nz-dia", ""), (Became.LABELLED, "fr-cnil", "")]
    assert on_page(cast, "gb-ico") == []
    assert "labelled anew by nz-dia" in say(cast, cast.actor("gb-ico"), f"minutes {closed}").text


def test_who_held_a_line_and_let_it_go_stands_in_its_history_for_that_agency_and_the_secretariat(cast: Cast) -> None:
    _, decision, _ = sent(cast)
    for days, release in ((0, False), (1, True), (1, False)):
        cast.clock.advance(days=days, minutes=1)
        hold_line(cast.desk, cast.actor("gb-ico"), decision, release=release)
    own = [(Became.HELD, "gb-ico", ""), (Became.RELEASED, "gb-ico", ""), (Became.HELD, "gb-ico", "")]
    whole = [(Became.ENTERED, "", ""), (Became.SENT, "", "")]
    read = {who: became(cast, who, decision) for who in ("gb-ico", "nz-dia")}
    assert read == {"gb-ico": [*whole, *own], "nz-dia": whole}
    assert became(cast, "secretariat", decision)[-3:] == own
    cast.clock.advance(days=14)
    hold_line(cast.desk, cast.actor("gb-ico"), decision, release=True)
    adopt_minutes(cast.desk, cast.secretary, DAY)
    assert became(cast, "meridian-net", decision) == [(Became.ADOPTED, "", "")]
    assert say(cast, cast.actor("gb-ico"), f"minutes {decision}").text.splitlines()[4:6] == [
        "• Tue 16 Feb 2027, 14:31 Europe/London (14:31 UTC): held by gb-ico",
        "• Wed 17 Feb 2027, 14:32 Europe/London (14:32 UTC): no longer held by gb-ico",
    ]


def test_a_line_that_was_put_right_as_it_was_typed_has_what_it_said_before(cast: Cast) -> None:
    running(cast)
    say(cast, cast.secretary, "#info Two banks are named")
    cast.clock.advance(seconds=5)
    say(cast, cast.secretary, "s/Two/Three/")
    line = line_with(cast, "Three banks")
    assert became(cast, "secretariat", line) == [
        (Became.ENTERED, "", ""), (Became.CORRECTED, "us-ftc", "TLP:AMBER Two banks are named"),
    ]  # fmt: skip
