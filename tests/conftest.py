"""Owns how the suite runs: the profiles of the laws, where its files lie, and what stands back for `make test-long`."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import settings

from tests.cast import Cast
from tests.cast import cast as make_cast

pytest_plugins = ["tests.postgres"]

MEMORY, ROOM = Path("/dev/shm"), 4 << 30
"""Where Linux keeps files in memory, and how many bytes must be free there: some containers have 64 MB."""

settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("long", deadline=None, max_examples=2_000)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run the long searches too, and each law with more examples")


def _keep_files_in_memory() -> None:
    """Databases of tests are thrown away, and a third of the suite's time was the disk's answer to their commits. What
    SQLite does is the same; whoever names a TMPDIR has their files there."""
    if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ROOM:
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


def pytest_configure(config: pytest.Config) -> None:
    _keep_files_in_memory()
    long = config.getoption("--long")
    settings.load_profile("long" if long else "ci" if os.environ.get("CI") else "default")
    plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*structlog.get_config()["processors"][:-1], plain])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skips rather than deselects: what is left out is then named, with its reason, above the count."""
    if config.getoption("--long"):
        return
    for item in items:
        if item.get_closest_marker("long"):
            item.add_marker(pytest.mark.skip(reason="a long search: `make test-long` runs it"))


@pytest.fixture
def cast(tmp_path: Path) -> Iterator[Cast]:
    """The example roster on a SQLite file of the test's own, on Monday 4 January 2027, 09:00 UTC."""
    with make_cast(f"sqlite:///{tmp_path}/lap.db") as made:
        yield made
