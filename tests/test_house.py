"""Owns the checks of the house's files and locks; its floors are in test_floors, Slack's manifest in test_manifest."""

import ast
import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from handlers.settings import Settings
from tests.test_floors import FLOORS, HOUSE, SOURCES, located, outside_imports

TOP_LEVEL = [
    *("bot", "handlers", "storage", "tests", "docs", "pyproject.toml", "Procfile", "Makefile", "LICENSE", ".ci/run"),
    *("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", ".env.sample", "slack-manifest.json"),
    *("requirements.lock", "requirements-dev.lock"),
]
LOCKS = ("requirements.lock", "requirements-dev.lock")
PAGES = sorted(
    {"README.md", "CONTRIBUTING.md", "CHANGELOG.md", *(located(page) for page in HOUSE.glob("docs/**/*.md"))}
)


def read(name: str) -> str:
    return (HOUSE / name).read_text(encoding="utf-8")


def written_files() -> Iterator[Path]:
    """Every file that somebody wrote here: no cache, nothing installed, not the checker that was copied in."""
    passed_over = {"__pycache__", "node_modules", "interop"}
    for path in map(HOUSE.joinpath, TOP_LEVEL):
        for file in [path] if path.is_file() else sorted(path.rglob("*")):
            if file.is_file() and not passed_over.intersection(file.parts):
                yield file


# --- files ---


@pytest.mark.parametrize("name", TOP_LEVEL)
def test_the_house_has_what_every_project_has(name: str) -> None:
    assert (HOUSE / name).exists()


def test_every_production_file_opens_with_a_sentence() -> None:
    trees = {located(path): ast.parse(path.read_bytes()) for path in SOURCES}
    assert [name for name, tree in trees.items() if tree.body and not ast.get_docstring(tree)] == []


def test_no_file_names_a_path_of_one_machine() -> None:
    home = re.compile(r"(?<![\w./-])/(?:work|root|farm|home/\w+|Users/\w+)/")
    texts = {located(path): path.read_text(encoding="utf-8", errors="ignore") for path in written_files()}
    assert [f"{name}: {match[0]}" for name, text in texts.items() for match in home.finditer(text)] == []


def test_the_sample_environment_names_every_setting_once() -> None:
    named = re.findall(r"^#?([A-Z][A-Z_]+)=", read(".env.sample"), re.MULTILINE)
    assert sorted(named) == sorted(field.upper() for field in Settings.model_fields)


def test_the_procfile_starts_the_three_processes() -> None:
    processes = dict(line.split(": ") for line in read("Procfile").splitlines())
    assert processes == {"release": "lap migrate", "web": "lap web", "worker": "lap worker"}


@pytest.mark.parametrize("page", PAGES)
def test_every_make_target_that_a_page_names_exists(page: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
    named = set(re.findall(r"(?:^ *|`|\$ |[A-Z]+=\S+ )make ([a-z-]+)", read(page), re.MULTILINE))
    assert named - targets == set()


@pytest.mark.parametrize("module", sorted(set(re.findall(r"-m (tests\.\w+)", read("Makefile")))))
def test_no_make_target_starts_a_module_that_is_not_there(module: str) -> None:
    place = HOUSE.joinpath(*module.split("."))
    assert place.with_suffix(".py").exists() or (place / "__main__.py").exists()


# --- dependencies ---


def pins(lock: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", read(lock), re.MULTILINE))


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_index_and_no_host(lock: str) -> None:
    assert [line for line in read(lock).splitlines() if "://" in line or " @ " in line or line.startswith("-")] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_release_is_pinned_and_has_hashes(lock: str) -> None:
    pinned = re.compile(r"[a-z0-9-]+==[\w.]+(?: ; [^\\\n]+)? \\(?:\n    --hash=sha256:[0-9a-f]{64}(?: \\)?)+")
    entries = re.split(r"\n(?=\S)", read(lock).strip())
    assert [entry.splitlines()[0] for entry in entries if not pinned.fullmatch(entry)] == []


def test_tests_run_on_the_releases_that_production_runs_on() -> None:
    assert pins("requirements.lock").items() - pins("requirements-dev.lock").items() == set()


def test_production_imports_only_what_the_project_declares() -> None:
    requirements = tomllib.loads(read("pyproject.toml"))["project"]["dependencies"]
    declared = {re.split(r"[\[<>=;! ]", requirement)[0] for requirement in requirements}
    owners = packages_distributions()
    undeclared = {
        name
        for name in set().union(*map(outside_imports, FLOORS))
        if not declared.intersection(owner.lower().replace("_", "-") for owner in owners.get(name, ()))
    }
    assert undeclared == set()
