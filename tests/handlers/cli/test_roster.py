"""The roster's commands: what they say, where, and with which exit status."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest

from handlers.cli.roster import DONE, REFUSED, export_roster, import_roster
from tests.cast import ROSTER, Cast
from tests.cast import cast as make_cast

Told = pytest.CaptureFixture[str]


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Cast]:
    with make_cast(f"sqlite:///{tmp_path}/lap.db", people=False) as made:
        yield made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(copytree(ROSTER, tmp_path / "roster"))


def test_an_import_says_what_it_did_and_that_nobody_was_mailed(empty: Cast, folder: Path, capsys: Told) -> None:
    assert import_roster(empty.desk, folder) == DONE
    assert capsys.readouterr().out == (
        "Participants: 51 added, 0 changed.\nContacts: 53 added, 0 changed.\nNobody was mailed.\n"
    )


def test_a_second_import_says_that_nothing_changed(empty: Cast, folder: Path, capsys: Told) -> None:
    import_roster(empty.desk, folder)
    capsys.readouterr()
    assert import_roster(empty.desk, folder) == DONE
    assert capsys.readouterr().out == "Nothing changed: what the files say is here already.\nNobody was mailed.\n"


def test_what_the_files_lack_is_named(empty: Cast, folder: Path, capsys: Told) -> None:
    import_roster(empty.desk, folder)
    for file in ("participants.csv", "contacts.csv"):
        lines = (folder / file).read_text(encoding="utf-8").splitlines(keepends=True)
        (folder / file).write_text("".join(line for line in lines if "apec" not in line), encoding="utf-8")
    capsys.readouterr()
    import_roster(empty.desk, folder)
    assert capsys.readouterr().out == (
        "Nothing changed: what the files say is here already.\n"
        "Not in the files, and left as they are: apec, liaison@apec.example.\n"
        "Nobody was mailed.\n"
    )


def test_a_roster_without_a_secretariat_says_what_to_do_about_it(empty: Cast, folder: Path, capsys: Told) -> None:
    contacts = folder / "contacts.csv"
    contacts.write_text(contacts.read_text(encoding="utf-8").replace(",secretariat,", ",contact,"), encoding="utf-8")
    assert import_roster(empty.desk, folder) == DONE
    assert capsys.readouterr().out.splitlines()[-1] == (
        "Nobody is the secretariat yet. Give an Agency's contact the role `secretariat` in contacts.csv, or name its "
        "address in LAP_SECRETARIAT, and import again."
    )


def test_a_refused_import_tells_the_error_stream_and_its_status(empty: Cast, folder: Path, capsys: Told) -> None:
    (folder / "contacts.csv").write_text("participant,name\n", encoding="utf-8")
    assert import_roster(empty.desk, folder) == REFUSED
    told = capsys.readouterr()
    assert (told.out, told.err.splitlines()[0]) == (
        "", "Nothing was imported. The roster has 1 problem; mend it and import it again:"
    )  # fmt: skip


def test_a_folder_without_the_files_is_refused(empty: Cast, tmp_path: Path, capsys: Told) -> None:
    assert import_roster(empty.desk, tmp_path) == REFUSED
    assert capsys.readouterr().err == (
        f"Nothing was imported. {tmp_path / 'participants.csv'} cannot be read (No such file or directory). Give the "
        "folder that holds participants.csv and contacts.csv.\n"
    )


def test_an_export_writes_both_files_as_they_were(empty: Cast, folder: Path, tmp_path: Path, capsys: Told) -> None:
    import_roster(empty.desk, folder)
    capsys.readouterr()
    out = tmp_path / "out"
    assert export_roster(empty.desk, out) == DONE
    assert {f.name: f.read_bytes() for f in out.iterdir()} == {
        name: (ROSTER / name).read_bytes() for name in ("participants.csv", "contacts.csv")
    }
    assert capsys.readouterr().out == f"51 participants and 53 contacts were written to {out}.\n"


def test_an_export_is_for_its_owners_eyes_only_and_says_what_it_stands_in_the_place_of(
    empty: Cast, folder: Path, tmp_path: Path, capsys: Told
) -> None:
    import_roster(empty.desk, folder)
    out = tmp_path / "out"
    export_roster(empty.desk, out)
    (out / ".contacts.csv.part").write_text("left by a try that was killed", encoding="utf-8")
    capsys.readouterr()
    assert export_roster(empty.desk, out) == DONE
    assert {f.name: f.stat().st_mode & 0o777 for f in (out, *out.iterdir())} == {
        "out": 0o700, "participants.csv": 0o600, "contacts.csv": 0o600,
    }  # fmt: skip
    assert capsys.readouterr().out == (
        f"51 participants and 53 contacts were written to {out}. They stand in the place of the files that were "
        "there.\n"
    )


def test_an_export_onto_a_file_is_refused(empty: Cast, tmp_path: Path, capsys: Told) -> None:
    (tmp_path / "taken").write_text("x", encoding="utf-8")
    assert export_roster(empty.desk, tmp_path / "taken") == REFUSED
    assert capsys.readouterr().err == f"The roster was not written: {tmp_path / 'taken'} (File exists).\n"
