"""Owns how Slack is asked who a user is; whom that makes them is ``handlers.identity``'s."""

from typing import Any

import structlog
from slack_sdk import WebClient

from handlers.identity import Profile
from handlers.slack.silence import NO_ANSWER

log = structlog.get_logger()


class Profiles:
    """Asks Slack who users are; the team that the bot belongs to is asked for once."""

    def __init__(self, client: WebClient) -> None:
        self._client = client
        self._own_team: str | None = None

    def __call__(self, user: str) -> Profile | None:
        """What Slack says of a user, or None where it does not answer in time: the person is nobody for now."""
        try:
            own_team = self.own_team()
            told: Any = self._client.users_info(user=user)["user"]
        except NO_ANSWER as error:
            log.warning("slack did not say who a user is", user=user, why=type(error).__name__)
            return None
        return profile_from(told, own_team)

    def own_team(self) -> str:
        """The team that the bot belongs to. Raises one of ``NO_ANSWER`` where Slack does not say."""
        if self._own_team is None:
            self._own_team = str(self._client.auth_test()["team_id"])
        return self._own_team


def profile_from(told: Any, team: str | None) -> Profile:
    """A user object as a profile: guests, strangers, users of another team than *team*, the bot's own, and deleted ones
    are no full members."""
    own = not told.get("is_stranger") and told.get("team_id") == team
    guest = told.get("is_restricted") or told.get("is_ultra_restricted")
    return Profile((told.get("profile") or {}).get("email"), bool(own and not guest and not told.get("deleted")))
