"""`lap subject` and `lap hold`: what they say, write and end with."""

import json
import stat
from pathlib import Path

import pytest

from bot.contact_words import NewContact
from handlers.cli import holds, subjects
from handlers.cli.arguments import parser
from handlers.contacts import add_contact, remove_contact
from handlers.objecting import Asked as Objecting
from handlers.objections import object_to_access, withdraw_objection
from tests.cast import Cast
from tests.handlers.cli.processes import lap

Told = pytest.CaptureFixture[str]
JANE = "jane@harbour-bank.example"


@pytest.fixture
def left(cast: Cast) -> Cast:
    """A cast that Jane was of."""
    add_contact(cast.desk, cast.secretary, NewContact(JANE, "Jane Roe", "harbour-bank"))
    remove_contact(cast.desk, cast.secretary, JANE)
    return cast


def hold(cast: Cast, *args: str) -> int:
    return holds.hold(cast.desk, parser().parse_args(["hold", *args]))


def test_an_export_is_three_files_for_their_owners_eyes_only(left: Cast, tmp_path: Path, capsys: Told) -> None:
    folder = tmp_path / "out"
    assert subjects.export(left.desk, JANE, folder) == 0
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}
    assert (modes, stat.S_IMODE(folder.stat().st_mode)) == (
        {"letter.txt": 0o600, "data.json": 0o600, "withheld.txt": 0o600}, 0o700
    )  # fmt: skip
    assert json.loads((folder / "data.json").read_text(encoding="utf-8"))["Your contact data"][0]["address"] == JANE
    assert capsys.readouterr().out == (
        f"{folder}/letter.txt and {folder}/data.json go to the person, once the secretariat has read them.\n"
        f"{folder}/withheld.txt stays here: it lists what is withheld, each with a ground to confirm.\n"
    )


def test_an_export_of_a_stranger_is_the_same_files_and_tells_whoever_runs_the_bot_alone(
    left: Cast, tmp_path: Path, capsys: Told
) -> None:
    subjects.export(left.desk, JANE, tmp_path / "jane")
    known = capsys.readouterr().out
    assert subjects.export(left.desk, "x@y.zz", tmp_path / "nobody") == 0
    assert capsys.readouterr().out == known.replace("/jane", "/nobody") + (
        "Nothing is kept of the address x@y.zz: see that it is spelt right. The letter does not say so.\n"
    )
    letter = (tmp_path / "nobody" / "letter.txt").read_text("utf-8")
    assert (letter.splitlines()[0], "spelt" in letter) == ("To: x@y.zz", False)


def test_an_export_leaves_an_earlier_one_as_it_is(left: Cast, tmp_path: Path, capsys: Told) -> None:
    folder = tmp_path / "out"
    subjects.export(left.desk, JANE, folder)
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    assert subjects.export(left.desk, "x@y.zz", folder) == 1
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
    assert capsys.readouterr().err == (
        f"The export was not written: {folder} holds an earlier one. Move or delete that, or name another folder with "
        "`--to DIR`.\n"
    )


def test_an_export_onto_a_file_is_refused(left: Cast, tmp_path: Path, capsys: Told) -> None:
    (tmp_path / "taken").write_text("x", encoding="utf-8")
    assert subjects.export(left.desk, JANE, tmp_path / "taken") == 1
    assert capsys.readouterr().err == f"The export was not written: {tmp_path / 'taken'} (File exists).\n"


def test_an_erasure_says_what_went_and_what_stays(left: Cast, capsys: Told) -> None:
    assert subjects.erase(left.desk, JANE) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:4] == [
        "Erased: name, address, roles, time zone, Slack accounts, personal links, mails that came in. What still "
        "waited to be sent was dropped.",
        "What is kept now leads to “former contact of harbour-bank”. The details of 2 audit entries were emptied; the "
        "chain holds.",
        "What stays, and why:",
        "- that a former contact of harbour-bank was invited, answered, and was sent something: to show who could know "
        "what ([retention]);",
    ]


def test_an_erasure_names_the_objections_that_will_not_know_the_person_again(cast: Cast, capsys: Told) -> None:
    add_contact(cast.desk, cast.secretary, NewContact(JANE, "Jane Roe", "harbour-bank"))
    france = cast.actor("fr-cnil")
    (stands,) = object_to_access(cast.desk, france, Objecting(JANE, standing=True)).references
    (ended,) = object_to_access(cast.desk, cast.actor("us-fcc"), Objecting(JANE, standing=True)).references
    withdraw_objection(cast.desk, cast.actor("us-fcc"), ended)
    object_to_access(cast.desk, france, Objecting("harbour-bank", standing=True))
    remove_contact(cast.desk, cast.secretary, JANE)
    subjects.erase(cast.desk, JANE)
    assert capsys.readouterr().out.splitlines()[-1] == (
        f"Objections to that person alone: `{stands}`. They stay, and hold against nobody who comes under that address "
        "again, since it is kept no longer: tell the Agencies, which `/lap objections` names."
    )


def test_a_hold_is_added_listed_and_lifted(left: Cast, capsys: Told) -> None:
    assert hold(left, "add", "Request of the court", JANE) == 0
    added = capsys.readouterr().out
    reference = added.split()[1]
    hold(left, "list")
    listed = capsys.readouterr().out
    hold(left, "lift", reference)
    hold(left, "list")
    assert (added, listed, capsys.readouterr().out.splitlines()[-1]) == (
        f"Hold {reference} stands. What is kept about {JANE} is neither erased nor deleted when its time is over, "
        "until the hold is lifted.\n",
        f"{reference}  since 2027-01-04  {JANE}  Request of the court\n",
        "No hold stands.",
    )


@pytest.mark.parametrize("args", [("subject",), ("subject", "erase"), ("hold",), ("hold", "add"), ("hold", "lift")])
def test_what_lacks_an_argument_is_wrong_use(args: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as ended:
        parser().parse_args(args)
    assert ended.value.code == 2


def test_the_commands_run_as_a_process_and_refuse_with_status_1(tmp_path: Path) -> None:
    lap(tmp_path, "migrate")
    erased = lap(tmp_path, "subject", "erase", "x@y.zz")
    reasonless = lap(tmp_path, "hold", "add", " ")
    exported = lap(tmp_path, "subject", "export", "x@y.zz")
    assert [(e.status, e.err.split(":")[0]) for e in (erased, reasonless, exported)] == [
        (1, "Nothing is kept under the address x@y.zz"),
        (1, "A hold needs a reason in words, as in"),
        (0, ""),
    ]
    assert (tmp_path / "subject-export" / "letter.txt").exists()
