"""Named editions on a real database: who is asked, who takes out, what is released, and who reads and is mailed it."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.confidentiality import Tlp
from bot.when import show
from handlers import directory
from handlers.contacts import replace_contact
from handlers.correcting import correct_line
from handlers.desk import the_clock
from handlers.live import end_call
from handlers.minutes import adopt_minutes, send_minutes
from handlers.named_editions import ask_edition, drop_edition, release_edition, take_out
from handlers.named_views import list_editions, show_edition
from handlers.overview import show_overview
from handlers.retention import sweep
from handlers.searching import find_words
from handlers.withholding import withhold_line
from storage.tables import Door, OutboxRow, columns
from tests.bot.refusals import refusal_of
from tests.cast import Cast
from tests.held import leaves, note, running, sent, to_closed_part
from tests.links import PAGE, browsing, path
from tests.lists import DAY, leave
from tests.mailing import mailing
from tests.papers import told
from tests.remembered import remembered
from tests.slack_front import press, say
from tests.statements import heard

NAME = "What we learned"
NO_EDITION = "I know no edition `{}` for you. `/lap edition` lists those that you may read."


@remembered
def adopted_with_lines(cast: Cast) -> None:
    """A call whose adopted minutes hold a GREEN and a CLEAR line of Agencies in its closed part, one of a guest, a
    decision of nobody, and one that stays AMBER."""
    running(cast)
    note(cast, "TLP:GREEN harbour-bank: the kit is sold as a service")
    to_closed_part(cast)
    for text in (
        "TLP:GREEN fr-cnil: it is rented by the week",
        "TLP:CLEAR nz-dia: change the password",
        "TLP:GREEN we go on together",
        "fr-cnil: a raid is near",
    ):
        note(cast, text)
    end_call(cast.desk, cast.secretary)
    send_minutes(cast.desk, cast.secretary, DAY)
    cast.clock.advance(days=15, seconds=60 - cast.clock().second)  # a silence ends with a whole minute
    adopt_minutes(cast.desk, cast.secretary, DAY)
    leave(cast)


@pytest.fixture
def adopted(cast: Cast) -> Cast:
    return adopted_with_lines(cast)


def ask(cast: Cast, label: Tlp = Tlp.GREEN) -> str:
    return ask_edition(cast.desk, cast.secretary, DAY, NAME, label).reference


def released(cast: Cast, label: Tlp = Tlp.GREEN) -> str:
    reference = ask(cast, label)
    leaves(cast, "edition.asked")
    cast.clock.advance(days=14)
    release_edition(cast.desk, cast.secretary, reference)
    return reference


def words(cast: Cast, who: str, reference: str) -> list[str] | str:
    """What somebody reads of an edition, or how they are refused."""
    actor = cast.secretary if who == "secretariat" else cast.actor(who)
    if refused := refusal_of(lambda: show_edition(cast.desk, actor, reference)):
        return refused
    return sorted(line.text for line in show_edition(cast.desk, actor, reference).lines)


KIT, RENTED, CHANGE, TOGETHER = (
    "TLP:GREEN the kit is sold as a service",
    "TLP:GREEN it is rented by the week",
    "TLP:CLEAR change the password",
    "TLP:GREEN we go on together",
)


def test_a_look_shows_the_lines_and_who_is_asked_and_nothing_leaves(adopted: Cast) -> None:
    said = say(adopted, adopted.secretary, f'edition {DAY} "{NAME}" green').text
    assert all(text in said for text in (KIT, RENTED, CHANGE, TOGETHER))
    assert "a raid is near" not in said
    assert f"Asking for the edition “{NAME}” (TLP:GREEN) from “Case updates” (`{DAY}`) writes to" in said
    assert (
        "Their silence ends on Wed 17 Mar 2027, 09:00 America/New_York (13:00 UTC)." in said or "Their silence" in said
    )
    assert list_editions(adopted.desk, adopted.secretary) == ()
    assert leaves(adopted, "edition.asked") == []


def test_an_edition_of_which_everything_was_taken_out_stays_on_the_secretariats_list_and_on_no_other(
    adopted: Cast,
) -> None:
    reference = ask(adopted, Tlp.CLEAR)
    take_out(adopted.desk, adopted.actor("nz-dia"), reference, ())
    known = [list_editions(adopted.desk, who) for who in (adopted.secretary, adopted.actor("nz-dia"))]
    assert [[(v.reference, v.lines, [g.out for g in v.gone]) for v in views] for views in known] == [
        [(reference, (), [("nz-dia",)])],
        [],
    ]


def test_an_amendment_stands_in_brackets_behind_the_words_of_its_line(adopted: Cast) -> None:
    line = next(
        li.reference for li in show_edition(adopted.desk, adopted.secretary, ask(adopted)).lines if li.text == TOGETHER
    )
    correct_line(adopted.desk, adopted.actor("fr-cnil"), line, "as far as we may")
    text = f"{TOGETHER} (Amended: as far as we may)"
    assert text in say(adopted, adopted.secretary, f'edition {DAY} "More" green').text


def test_each_organisation_is_asked_about_its_own_lines_with_the_exact_end(adopted: Cast) -> None:
    ask(adopted)
    left = {(s.email, s.door): s for s in leaves(adopted, "edition.asked")}
    bank = left["abuse-desk@harbour-bank.example", Door.MAIL].notice
    assert [item.split(" ", 1)[1] for item in bank.items] == [KIT]
    assert "before " in bank.paragraphs[0]
    assert "Europe/London" in bank.paragraphs[0]
    assert [b.action for b in bank.buttons] == ["edition.object"]
    cnil = left["spam-enforcement@fr-cnil.example", Door.SLACK].notice
    assert sorted(item.split(" ", 1)[1] for item in cnil.items) == sorted([RENTED, TOGETHER])
    assert [
        item for item in left["spam-enforcement@jp-mic.example", Door.MAIL].notice.items if TOGETHER not in item
    ] == []
    assert not [email for email, _ in left if "oecd" in email or "meridian" in email]


def test_a_guest_is_asked_nothing_about_what_was_minuted_as_its_words_in_a_part_that_it_did_not_hear(
    cast: Cast,
) -> None:
    running(cast)
    note(cast, "[closed] TLP:GREEN harbour-bank: an aside")
    to_closed_part(cast)
    note(cast, "TLP:GREEN harbour-bank: they are watched")
    note(cast, "TLP:GREEN fr-cnil: it is rented by the week")
    end_call(cast.desk, cast.secretary)
    send_minutes(cast.desk, cast.secretary, DAY)
    cast.clock.advance(days=15, seconds=60 - cast.clock().second)  # a silence ends with a whole minute
    adopt_minutes(cast.desk, cast.secretary, DAY)
    leave(cast)
    reference = ask(cast)
    assert {s.email for s in leaves(cast, "edition.asked")} == {"spam-enforcement@fr-cnil.example"}
    assert words(cast, "secretariat", reference) == [RENTED]
    assert words(cast, "harbour-bank", reference) == NO_EDITION.format(reference)


def test_whoever_amended_a_line_is_asked_too_and_can_take_it_out(adopted: Cast) -> None:
    reference = ask(adopted)
    line = next(it for it in show_edition(adopted.desk, adopted.secretary, reference).lines if it.text == RENTED)
    drop_edition(adopted.desk, adopted.secretary, reference)
    correct_line(adopted.desk, adopted.actor("jp-mic"), line.reference, "TLP:GREEN by the day, in Japan")
    leave(adopted)
    reference = ask(adopted)
    own = words(adopted, "jp-mic", reference)
    assert [text for text in own if "by the day, in Japan" in text] != []
    take_out(adopted.desk, adopted.actor("jp-mic"), reference, [line.reference])
    assert [text for text in words(adopted, "secretariat", reference) if "by the day" in text] == []


GONE = "It no longer stands in “{}” (`{}`): who was asked there kept silent on other words."


def test_who_amends_a_line_of_another_is_told_what_that_does_to_an_edition_and_how_it_comes_back(
    adopted: Cast,
) -> None:
    reference = released(adopted)
    line = next(it.reference for it in find_words(adopted.desk, adopted.secretary, "rented").hits)
    ico, gone = adopted.actor("gb-ico"), GONE.format(NAME, reference)
    said = say(adopted, ico, f"correct {line} TLP:AMBER it is sold by now").text
    assert said.splitlines()[-1] == (
        f"{gone} `/lap withhold {line}` keeps what you put below it to the secretariat and the Agencies of its part, "
        "and then the line stands there again."
    )
    assert RENTED not in words(adopted, "oecd", reference)
    told_to = {s.email: s.notice.paragraphs for s in leaves(adopted, "line_amended") if s.door is Door.MAIL}
    assert told_to["spam-enforcement@fr-cnil.example"][1:] == (gone,)
    assert told_to["secretariat@us-ftc.example"][1:] == (
        f"{gone} An edition that is asked for anew takes it with what stands below it, as far as the labels allow; "
        "where its Agency withholds that, the line stands there again as it was.",
    )
    withhold_line(adopted.desk, ico, line)
    assert RENTED in words(adopted, "oecd", reference)


def test_that_two_amended_a_line_before_word_of_it_left_hides_from_nobody_that_an_edition_lost_it(
    adopted: Cast,
) -> None:
    reference = released(adopted)
    line = next(it.reference for it in find_words(adopted.desk, adopted.secretary, "rented").hits)
    for who, text in (("gb-ico", "it is sold by now"), ("nz-dia", "by the month")):
        say(adopted, adopted.actor(who), f"correct {line} TLP:AMBER {text}")
    told = {s.email: s.text for s in leaves(adopted, "line_amended") if s.door is Door.MAIL}
    gone = GONE.format(NAME, reference)
    answered = "spam-enforcement@gb-ico.example"  # who amended first read it there
    assert {email: text.count(gone) for email, text in told.items()} == {**dict.fromkeys(told, 1), answered: 0}
    assert {"spam-enforcement@fr-cnil.example", "secretariat@us-ftc.example"} <= told.keys()


def test_who_amends_a_line_learns_of_no_edition_that_it_was_not_asked_about(adopted: Cast) -> None:
    reference = ask(adopted)
    line = next(it.reference for it in find_words(adopted.desk, adopted.secretary, "rented").hits)
    for who, told_of in (("gb-ico", False), ("fr-cnil", True)):
        drop_edition(adopted.desk, adopted.secretary, reference)
        reference = ask(adopted)
        text = say(adopted, adopted.actor(who), f"correct {line} TLP:GREEN by the {who}").text
        assert (GONE.format(NAME, reference) in text, NAME in text) == (told_of, told_of)
    # the second edition asks gb-ico, too, whose amendment leaves with the line; nobody else of the part is told of it
    told_to = {s.email: s.text for s in leaves(adopted, "line_amended") if s.door is Door.MAIL}
    assert {email for email, text in told_to.items() if NAME in text} == {
        "secretariat@us-ftc.example", "secretariat@gb-oft.example", "spam-enforcement@gb-ico.example",
    }  # fmt: skip


TOO_STRICT = "It no longer stands in “{}” (`{}`): its label is too strict for that now."


def test_who_labels_a_line_stricter_is_told_where_it_no_longer_stands_as_far_as_they_knew(adopted: Cast) -> None:
    line = next(it.reference for it in find_words(adopted.desk, adopted.secretary, "rented").hits)
    first, dropped = released(adopted), ask(adopted, Tlp.CLEAR)
    drop_edition(adopted.desk, adopted.secretary, dropped)
    asked = ask(adopted)
    gone = TOO_STRICT.format(NAME, first)
    said = say(adopted, adopted.actor("gb-ico"), f"label {line} TLP:AMBER").text
    assert (
        said == f"`{line}` is labelled anew; it was TLP:GREEN. It reads now: TLP:AMBER it is rented by the week\n{gone}"
    )
    assert NAME not in say(adopted, adopted.actor("fr-cnil"), f"label {line} TLP:GREEN").text
    said = say(adopted, adopted.actor("fr-cnil"), f"label {line} TLP:RED").text  # they are asked by the second, too
    assert said.splitlines()[-1] == gone.replace("in “", f"in “{NAME}” (`{asked}`) and “")
    assert RENTED not in words(adopted, "oecd", first)


def test_who_takes_back_a_milder_label_is_told_where_the_line_no_longer_stands(adopted: Cast) -> None:
    line = next(it.reference for it in find_words(adopted.desk, adopted.secretary, "a raid is near").hits)
    agency = adopted.actor("fr-cnil")
    say(adopted, agency, f"label {line} TLP:GREEN")
    reference = ask(adopted)
    assert say(adopted, agency, "undo go").text == (
        f"`{line}` has its label again: TLP:AMBER a raid is near\n{TOO_STRICT.format(NAME, reference)}"
    )


def test_before_its_release_an_edition_is_hidden_from_all_who_are_not_asked(adopted: Cast) -> None:
    reference = ask(adopted)
    assert words(adopted, "meridian-net", reference) == NO_EDITION.format(reference)
    assert words(adopted, "oecd", "ZZZZZ2") == NO_EDITION.format("ZZZZZ2")
    assert words(adopted, "harbour-bank", reference) == [KIT]
    assert words(adopted, "nz-dia", reference) == sorted([CHANGE, TOGETHER])
    seen = [bool(list_editions(adopted.desk, adopted.actor(who))) for who in ("meridian-net", "oecd", "fr-cnil")]
    assert seen == [False, False, True]
    refused = refusal_of(lambda: take_out(adopted.desk, adopted.actor("oecd"), reference, ()))
    assert refused == NO_EDITION.format(reference)


def test_released_green_every_participant_reads_and_gets_the_same_words(adopted: Cast) -> None:
    reference = released(adopted)
    every = sorted([KIT, RENTED, CHANGE, TOGETHER])
    for who in ("secretariat", "fr-cnil", "harbour-bank", "meridian-net", "oecd", "polar-telecom"):
        assert words(adopted, who, reference) == every
    left = [s for s in leaves(adopted, "edition.released") if s.kind == "edition.released"]
    assert len({(s.notice.subject, s.notice.paragraphs, s.notice.items) for s in left}) == 1
    assert {"abuse-desk@polar-telecom.example", "liaison@oecd.example"} <= {s.email for s in left}
    text = "\n".join(s.text for s in left)
    assert not [w for w in ("harbour-bank", "fr-cnil", "Reports", "Case updates", "2027-02-16", "16 Feb") if w in text]


def test_a_clear_edition_holds_clear_lines_alone_and_is_handed_on_as_a_file(adopted: Cast) -> None:
    reference = released(adopted, Tlp.CLEAR)
    assert words(adopted, "oecd", reference) == [CHANGE]
    assert leaves(adopted, "edition.released") == []
    url = path(adopted, adopted.secretary, PAGE)
    with browsing(adopted) as client:
        for ending in ("html", "md", "docx", "pdf"):
            answer = client.get(f"{url}/edition/{reference}.{ending}")
            said = told(ending, answer.content)
            assert answer.headers["content-disposition"] == f'inline; filename="edition-{reference}.{ending}"'
            assert [line.removeprefix("• ") for line in said if "change the password" in line] == [CHANGE]
            assert (said[0] == "TLP:CLEAR") or ending == "docx"
            whole = " ".join(said)
            assert not [w for w in ("nz-dia", "Case updates", "2027-02-16", "Feb", "kit", "raid") if w in whole]


def test_a_file_of_an_edition_is_nowhere_before_its_release_and_for_dead_links(adopted: Cast) -> None:
    reference = ask(adopted)
    url = path(adopted, adopted.actor("oecd"), PAGE)
    with browsing(adopted) as client:
        answers = {
            client.get(f"{page}/edition/{name}.pdf").content
            for page, name in ((url, reference), (url, "ZZZZZ2"), ("/me/AAAAAAAAAAAAAAAAAAAAAA", reference))
        }
    assert len(answers) == 1


def test_an_organisation_takes_its_lines_out_and_nobody_learns_who_or_that(adopted: Cast) -> None:
    reference = ask(adopted)
    leave(adopted)
    answer = press(adopted, adopted.actor("harbour-bank"), "edition.object", reference).text
    assert answer.startswith(f"Taken out of “{NAME}”:")
    assert answer.endswith("Only the secretariat sees who did; no reason is asked for.")
    assert words(adopted, "harbour-bank", reference) == NO_EDITION.format(reference)
    adopted.clock.advance(days=14)
    release_edition(adopted.desk, adopted.secretary, reference)
    assert words(adopted, "fr-cnil", reference) == sorted([RENTED, CHANGE, TOGETHER])
    view = show_edition(adopted.desk, adopted.secretary, reference)
    assert [gone.out for gone in view.gone] == [("harbour-bank",)]
    assert show_edition(adopted.desk, adopted.actor("fr-cnil"), reference).gone == ()


def test_lines_are_taken_out_one_by_one_and_by_the_secretariat_for_an_organisation(adopted: Cast) -> None:
    reference = ask(adopted)
    refs = {li.text: li.reference for li in show_edition(adopted.desk, adopted.secretary, reference).lines}
    say(adopted, adopted.actor("fr-cnil"), f"edition {reference} object {refs[RENTED]}")
    say(adopted, adopted.secretary, f"edition {reference} object {refs[CHANGE]} for nz-dia")
    assert words(adopted, "secretariat", reference) == sorted([KIT, TOGETHER])
    others = refusal_of(lambda: take_out(adopted.desk, adopted.actor("jp-mic"), reference, [refs[KIT]]))
    assert others == (
        f"These lines are not yours to take out of “{NAME}”: `{refs[KIT]}`. Nothing was changed; "
        f"`/lap edition {reference}` shows those that are."
    )
    whom = refusal_of(lambda: take_out(adopted.desk, adopted.secretary, reference, ()))
    assert whom is not None
    assert "Say for which one" in whom


def test_what_is_withheld_or_labelled_stricter_after_the_asking_or_the_release_is_in_no_edition(adopted: Cast) -> None:
    reference = ask(adopted)
    refs = {li.text: li.reference for li in show_edition(adopted.desk, adopted.secretary, reference).lines}
    withhold_line(adopted.desk, adopted.actor("fr-cnil"), refs[RENTED])
    say(adopted, adopted.actor("harbour-bank"), f"label {refs[KIT]} TLP:AMBER")
    assert words(adopted, "secretariat", reference) == sorted([CHANGE, TOGETHER])
    leaves(adopted, "edition.asked")
    adopted.clock.advance(days=14)
    release_edition(adopted.desk, adopted.secretary, reference)
    withhold_line(adopted.desk, adopted.actor("nz-dia"), refs[CHANGE])
    assert words(adopted, "oecd", reference) == [TOGETHER]


def test_a_line_that_is_closed_after_the_asking_or_the_release_is_in_no_edition(adopted: Cast) -> None:
    reference = released(adopted)
    shown = {line.text: line for line in show_edition(adopted.desk, adopted.secretary, reference).lines}
    before = words(adopted, "harbour-bank", reference)
    [kit] = [hit.reference for hit in find_words(adopted.desk, adopted.secretary, "the kit is sold").hits]
    correct_line(adopted.desk, adopted.secretary, kit, "[closed]")
    after = words(adopted, "harbour-bank", reference)
    assert (KIT in shown, set(before) - set(after)) == (True, {KIT})


def test_an_edition_is_released_at_the_exact_end_of_its_silence_and_not_before(adopted: Cast) -> None:
    reference = ask(adopted)
    leaves(adopted, "edition.asked", "edition.ended")
    adopted.clock.advance(days=14, microseconds=-1)
    early = refusal_of(lambda: release_edition(adopted.desk, adopted.secretary, reference))
    assert early is not None
    assert early.startswith(f"The silence on “{NAME}” runs until ")
    assert leaves(adopted, "edition.ended") == []
    adopted.clock.advance(microseconds=1)
    ended = leaves(adopted, "edition.ended")
    assert {s.email for s in ended} == {"secretariat@gb-oft.example", "secretariat@us-ftc.example"}
    assert "4 of its lines are left to release." in ended[0].text
    take_out(adopted.desk, adopted.actor("harbour-bank"), reference, ())
    assert refusal_of(lambda: release_edition(adopted.desk, adopted.secretary, reference)) is None
    assert words(adopted, "oecd", reference) == sorted([RENTED, CHANGE, TOGETHER]), "until the release it counts"


@pytest.mark.parametrize("left", [False, True])
def test_an_edition_of_which_somebody_was_asked_only_after_its_silence_is_not_released(
    adopted: Cast, left: bool
) -> None:
    reference = ask(adopted)
    adopted.clock.advance(days=14)  # the machine was down meanwhile
    if left:
        leaves(adopted, "edition.asked")
    assert refusal_of(lambda: release_edition(adopted.desk, adopted.secretary, reference)) == (
        f"“{NAME}” cannot be released: the question left only after its silence had ended, or has not left, for "
        "au-accc, au-acma, be-economy, ca-cb, ca-crtc and 29 more, so that this silence says nothing. "
        f"`/lap edition {reference} drop` closes it; then ask anew."
    )
    assert KIT not in words(adopted, "oecd", reference)


BANK, CNIL = "abuse-desk@harbour-bank.example", "spam-enforcement@fr-cnil.example"
NOT_ASKED = (
    "“{name}” cannot be released: the question left only after its silence had ended, or has not left, for {who}, so "
    "that this silence says nothing. `/lap edition {reference} drop` closes it; then ask anew."
)


def without_word_to(cast: Cast, email: str) -> str:
    """An edition of which everybody is asked in time but that address, and whose silence is over; its reference."""
    reference = ask(cast)
    t, bank = columns(OutboxRow), cast.by_email(email).contact.id
    with cast.desk.store.begin() as tx:
        late = update(OutboxRow).where(t.contact_id == bank, t.subject == reference)
        tx.execute(late.values(due_at=cast.clock() + timedelta(days=15)))
    leaves(cast, "edition.asked")
    cast.clock.advance(days=14)
    return reference


def test_who_was_asked_too_late_but_took_its_lines_out_holds_up_no_edition(adopted: Cast) -> None:
    reference = without_word_to(adopted, BANK)
    before = refusal_of(lambda: release_edition(adopted.desk, adopted.secretary, reference))
    assert before == NOT_ASKED.format(name=NAME, who="harbour-bank", reference=reference)
    take_out(adopted.desk, adopted.actor("harbour-bank"), reference, ())
    # What is nobody's comes from who heard it: these lines of a part without the bank do not.
    release_edition(adopted.desk, adopted.secretary, reference)
    assert words(adopted, "oecd", reference) == sorted([RENTED, CHANGE, TOGETHER])


def test_a_line_that_was_withheld_while_the_question_left_is_released_by_no_silence(adopted: Cast) -> None:
    reference = ask(adopted)
    refs = {li.text: li.reference for li in show_edition(adopted.desk, adopted.secretary, reference).lines}
    withhold_line(adopted.desk, adopted.actor("fr-cnil"), refs[RENTED])
    leaves(adopted, "edition.asked")
    withhold_line(adopted.desk, adopted.actor("fr-cnil"), refs[RENTED], release=True)
    adopted.clock.advance(days=14)
    refused = refusal_of(lambda: release_edition(adopted.desk, adopted.secretary, reference))
    assert refused == NOT_ASKED.format(name=NAME, who="fr-cnil", reference=reference)


def test_whose_amendment_below_a_line_is_withheld_is_not_waited_for_about_that_line(adopted: Cast) -> None:
    dia = adopted.actor("nz-dia")  # it is asked about a line of its own as well
    first = show_edition(adopted.desk, adopted.secretary, ask(adopted))
    line = next(it.reference for it in first.lines if it.text == RENTED)
    drop_edition(adopted.desk, adopted.secretary, first.reference)
    correct_line(adopted.desk, dia, line, "TLP:GREEN by the day, in Wellington")
    withhold_line(adopted.desk, dia, line)
    reference = released(adopted)
    assert RENTED in words(adopted, "oecd", reference)


def test_whose_words_a_line_holds_that_it_does_not_read_is_not_waited_for_about_that_line(cast: Cast) -> None:
    running(cast)
    note(cast, "TLP:GREEN harbour-bank: the kit is sold as a service")
    to_closed_part(cast)
    heard_of = note(cast, "TLP:GREEN harbour-bank: it is cheap")
    end_call(cast.desk, cast.secretary)
    send_minutes(cast.desk, cast.secretary, DAY)
    cast.clock.advance(days=15, seconds=60 - cast.clock().second)  # a silence ends with a whole minute
    adopt_minutes(cast.desk, cast.secretary, DAY)
    correct_line(cast.desk, cast.actor("fr-cnil"), heard_of, "TLP:GREEN it was, last year")
    leave(cast)
    reference = released(cast)
    assert [text for text in words(cast, "oecd", reference) if "last year" in text] != []


def test_the_successor_of_who_was_to_be_asked_is_asked_in_its_place(adopted: Cast) -> None:
    ask(adopted)
    replace_contact(adopted.desk, adopted.secretary, CNIL, "new@fr-cnil.example", "Anne Roux")
    asked = [s for s in leaves(adopted, "welcome", "edition.asked") if s.kind == "edition.asked" and "cnil" in s.email]
    assert {s.email for s in asked} == {"new@fr-cnil.example"}
    assert any(RENTED in item for item in asked[0].notice.items)


def test_the_line_of_a_guest_of_whom_nobody_is_there_who_may_read_it_leaves_its_part_in_no_edition(
    adopted: Cast,
) -> None:
    first = ask(adopted)
    replace_contact(adopted.desk, adopted.secretary, BANK, "new@harbour-bank.example", "Ada Quay")
    second = ask(adopted)
    asked = leaves(adopted, "welcome", "edition.asked")
    adopted.clock.advance(days=14)
    refused = refusal_of(lambda: release_edition(adopted.desk, adopted.secretary, first))
    assert [s.email for s in asked if "harbour-bank" in s.email and s.kind == "edition.asked"] == []
    assert refused == NOT_ASKED.format(name=NAME, who="harbour-bank", reference=first)
    assert words(adopted, "secretariat", second) == sorted([RENTED, CHANGE, TOGETHER])


def test_the_line_of_who_left_before_it_was_asked_is_not_released(adopted: Cast) -> None:
    reference = ask(adopted)
    directory.leave(adopted.desk, adopted.secretary, "harbour-bank")
    leaves(adopted, "edition.asked")
    adopted.clock.advance(days=14)
    refused = refusal_of(lambda: release_edition(adopted.desk, adopted.secretary, reference))
    assert refused == NOT_ASKED.format(name=NAME, who="harbour-bank", reference=reference)


def test_an_edition_of_which_no_record_tells_any_more_who_was_asked_is_not_released(adopted: Cast) -> None:
    reference = ask(adopted)
    adopted.clock.advance(days=20)
    leaves(adopted, "edition.asked")  # too late for all of them
    adopted.clock.advance(days=400)
    while sweep(adopted.desk, the_clock()):
        pass
    refused = refusal_of(lambda: release_edition(adopted.desk, adopted.secretary, reference))
    assert refused == (
        f"“{NAME}” cannot be released: it was asked for so long ago that the record of whom the question reached in "
        f"time is kept no more. `/lap edition {reference} drop` closes it; then ask anew."
    )


def test_a_dropped_edition_is_shown_as_dropped_to_who_dropped_it(adopted: Cast) -> None:
    reference = ask(adopted)
    say(adopted, adopted.secretary, f"edition {reference} drop")
    said = say(adopted, adopted.secretary, f"edition {reference}").text
    assert ": dropped on Wed 3 Mar 2027" in said.splitlines()[0]
    assert "nobody reads it." in said.splitlines()[0]
    assert "takes lines" not in said


def test_only_the_secretariat_names_releases_and_drops_editions_and_of_adopted_minutes(adopted: Cast) -> None:
    reference, agency = ask(adopted), adopted.actor("fr-cnil")
    refused = [
        refusal_of(lambda: ask_edition(adopted.desk, agency, DAY, NAME, Tlp.GREEN)),
        refusal_of(lambda: release_edition(adopted.desk, agency, reference)),
        refusal_of(lambda: drop_edition(adopted.desk, agency, reference)),
    ]
    assert [str(r).partition(".")[0] for r in refused] == [
        f"Only the secretariat can {what} an edition" for what in ("name", "release", "drop")
    ]
    drop_edition(adopted.desk, adopted.secretary, reference)
    assert words(adopted, "harbour-bank", reference) == NO_EDITION.format(reference)


def test_an_edition_waits_for_adoption(cast: Cast) -> None:
    sent(cast)
    assert refusal_of(lambda: ask_edition(cast.desk, cast.secretary, DAY, NAME, Tlp.GREEN)) == (
        "The minutes of “Case updates” are not adopted yet, and an edition takes adopted lines only. "
        "`/lap minutes adopt 2027-02-16` adopts them after their silence."
    )


def test_in_slack_an_edition_reads_with_its_state_and_its_files(adopted: Cast) -> None:
    reference = released(adopted, Tlp.CLEAR)
    path(adopted, adopted.actor("oecd"), PAGE)
    said = say(adopted, adopted.actor("oecd"), f"edition {reference}").text.splitlines()
    assert said[0].startswith(f"TLP:CLEAR “{NAME}” (`{reference}`): released on ")
    assert said[1] == f"• {CHANGE}"
    assert said[2].startswith("As a file, for you alone: <https://lap.example/me/")
    listed = say(adopted, adopted.actor("oecd"), "edition").text
    assert listed.startswith(f"`{reference}` TLP:CLEAR “{NAME}”: released on ")
    amber = say(adopted, adopted.secretary, f'edition {DAY} "{NAME}" amber').text
    assert amber.startswith("An edition is green (for all participants) or clear (for anybody), not “amber”.")
    assert say(adopted, adopted.actor("oecd"), "edition 2027-02-16").text.startswith(
        "After `edition` comes nothing, or"
    )


# --- what awaits whom ---


def awaits(cast: Cast, who: str) -> list[str]:
    """What `/lap` alone and the page tell somebody of editions, in their order."""
    actor = cast.secretary if who == "secretariat" else cast.actor(who)
    told = [line for line in say(cast, actor, "").text.splitlines() if " edition “" in line]
    with browsing(cast) as client:
        page = client.get(path(cast, actor, PAGE)).text
    return told + [line for line in page.splitlines() if "</strong> edition <b" in line]


def test_who_is_asked_about_an_edition_reads_on_every_door_that_it_awaits_them_and_until_when(adopted: Cast) -> None:
    reference = ask(adopted)
    slack, page = awaits(adopted, "harbour-bank")
    assert slack == (
        f"• TLP:GREEN edition “{NAME}”: may 1 line of yours, or of a part that you heard, go into it? Whoever says "
        f"nothing until {ends(adopted, 'harbour-bank', reference)} agrees. "
        f"`/lap edition {reference}` shows them, `/lap edition {reference} object` takes them out"
    )
    assert f"until {ends(adopted, 'harbour-bank', reference)} agrees. <code>/lap edition {reference} object" in page
    assert f'<strong class="label">TLP:GREEN</strong> edition <b dir="auto">{NAME}</b>: may 1 line of yours' in page
    assert "may 2 lines of yours" in awaits(adopted, "nz-dia")[0]
    assert "Nothing awaits you." not in say(adopted, adopted.actor("harbour-bank"), "").text
    assert awaits(adopted, "meridian-net") == awaits(adopted, "oecd") == awaits(adopted, "secretariat") == []


def ends(cast: Cast, who: str, reference: str) -> str:
    """The end of an edition's silence as that person reads it."""
    actor = cast.actor(who)
    return show(show_edition(cast.desk, actor, reference).ends_at, actor.zone)


def test_it_awaits_whoever_is_asked_no_longer_once_theirs_is_taken_out_or_the_silence_has_ended(adopted: Cast) -> None:
    reference = ask(adopted)
    take_out(adopted.desk, adopted.actor("harbour-bank"), reference, ())
    assert awaits(adopted, "harbour-bank") == []
    leaves(adopted, "edition.asked")
    adopted.clock.at = show_edition(adopted.desk, adopted.secretary, reference).ends_at
    assert awaits(adopted, "fr-cnil") == []
    slack, page = awaits(adopted, "secretariat")
    assert slack.endswith(f"to release or to drop. `/lap edition {reference}`")
    assert f"to release or to drop. <code>/lap edition {reference}</code>" in page
    release_edition(adopted.desk, adopted.secretary, reference)
    assert awaits(adopted, "secretariat") == awaits(adopted, "fr-cnil") == []


def test_what_awaits_somebody_about_editions_costs_one_statement_however_many_there_are(adopted: Cast) -> None:
    spent, actor = [], adopted.actor("nz-dia")
    url = path(adopted, actor, PAGE)
    for _ in range(3):
        with heard(adopted.desk.store) as slack:
            show_overview(adopted.desk, actor)
        with heard(adopted.desk.store) as page, browsing(adopted) as client:
            client.get(url)
        spent.append((len(slack), len(page)))
        ask(adopted)
    (slack, page), *more = spent
    assert more == [(slack + 1, page + 1)] * 2
    assert page + 1 <= 10


def test_it_does_not_await_whoever_stands_in_for_somebody_at_the_call(cast: Cast) -> None:
    running(cast)
    say(cast, cast.actor("fr-cnil"), f'bring jane@fr-cnil.example "Jane Doe" to {DAY}')
    note(cast, "TLP:GREEN fr-cnil: it is rented by the week")
    for line in ("end", f"minutes send {DAY} go"):
        say(cast, cast.secretary, line)
    cast.clock.advance(days=15)
    say(cast, cast.secretary, f"minutes adopt {DAY} go")
    reference = ask(cast)
    jane = cast.by_email("jane@fr-cnil.example")
    assert [line.text for line in show_edition(cast.desk, jane, reference).lines] == [RENTED]
    assert show_overview(cast.desk, jane).editions == ()
    assert len(show_overview(cast.desk, cast.actor("fr-cnil")).editions) == 1


@pytest.mark.parametrize("line", ["edition {edition} object", "correct {line} TLP:AMBER for Agencies alone"])
def test_who_takes_a_line_out_of_an_edition_that_is_leaving_reads_what_was_on_its_way(adopted: Cast, line: str) -> None:
    reference = ask(adopted)
    leaves(adopted, "edition.asked")
    rented = next(it for it in show_edition(adopted.desk, adopted.secretary, reference).lines if it.text == RENTED)
    adopted.clock.advance(days=14)
    with mailing(adopted) as post:
        release_edition(adopted.desk, adopted.secretary, reference)
        with post.leaving():
            told = say(adopted, adopted.actor("fr-cnil"), line.format(edition=reference, line=rented.reference)).text
            before = len(post.drop.mails())
        assert "1 message was already leaving: " in told
        later = [m for m in post.drop.mails()[before + 1 :] if NAME in m.subject]
        assert (len(later) > 30, [m.to for m in later if "it is rented by the week" in m.text]) == (True, [])
