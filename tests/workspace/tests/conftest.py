"""Owns the fixtures of the workspace's own tests; the app they use as the bot is `example_bot`'s."""

from collections.abc import Iterator

import pytest
from slack_bolt import App
from slack_sdk import WebClient

from tests.workspace.clock import MovableClock
from tests.workspace.mail import MailDrop
from tests.workspace.serve import Served, served_workspace
from tests.workspace.slack import Workspace
from tests.workspace.tests.example_bot import example_app, served


@pytest.fixture
def slack() -> Iterator[Workspace]:
    """The example roster's workspace, with no bot beside it; its clock stands still."""
    with Workspace.from_roster(clock=MovableClock(frozen=True)) as made:
        yield made


@pytest.fixture
def client(slack: Workspace) -> WebClient:
    """The real client, with the bot's token."""
    return WebClient(token=slack.bot_token, base_url=slack.api_url)


@pytest.fixture
def bot(slack: Workspace) -> Iterator[App]:
    """The example Bolt app, wired to *slack* over HTTP."""
    app = example_app(slack)
    with served(app) as url:
        slack.bot_url = url
        yield app


@pytest.fixture
def whole() -> Iterator[Served]:
    """Workspace, mail drop, doors and page on one port, with the example app as the bot."""
    with served_workspace(clock=MovableClock(frozen=True), patience=10) as made, served(example_app(made.slack)) as url:
        made.slack.bot_url = url
        yield made


@pytest.fixture
def drop() -> Iterator[MailDrop]:
    """A mail drop."""
    with MailDrop() as made:
        yield made
