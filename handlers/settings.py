"""Owns the settings read from the environment, checked at once and by name; what they are used for is wiring's."""

import re
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import Refusal


def _smtp(url: SecretStr | None) -> SecretStr | None:
    if url is not None and urlsplit(url.get_secret_value()).scheme not in ("smtp", "smtps"):
        raise ValueError("write it as smtp[s]://user:password@host:port?starttls=1")
    return url


def _secret(secret: SecretStr | None) -> SecretStr | None:
    if secret is not None and len(secret.get_secret_value()) < 32:
        raise ValueError("give 32 or more random characters, for example from `openssl rand -base64 32`")
    return secret


def _address(address: str | None) -> str | None:
    if address is not None and not re.fullmatch(r"[^\s@<>,;:\"]+@[^\s@<>,;:\"]+", address):
        raise ValueError("give one bare address, for example calls@plan.example")
    return address


class Settings(BaseSettings):
    """The environment of interface.md; every field has the name of its variable in lower case."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", hide_input_in_errors=True)

    slack_bot_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_api_url: str = "https://slack.com/api/"
    database_url: str = "sqlite:///lap.db"
    smtp_url: Annotated[SecretStr | None, AfterValidator(_smtp)] = None
    mail_from: Annotated[str | None, AfterValidator(_address)] = None
    imap_url: SecretStr | None = None
    public_url: str = ""
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 3000
    lap_secret: Annotated[SecretStr | None, AfterValidator(_secret)] = None
    lap_secret_old: Annotated[SecretStr | None, AfterValidator(_secret)] = None
    mail_authserv: str | None = None
    mail_reply: str = "plain"
    jitsi_url: str | None = None
    jitsi_app_id: str | None = None
    jitsi_secret: SecretStr | None = None
    lap_procedure: Path | None = None
    lap_secretariat: str = ""

    @model_validator(mode="after")
    def _default_public_url(self) -> "Settings":
        if not self.public_url:
            self.public_url = f"http://{self.host}:{self.port}"
        self.public_url = self.public_url.rstrip("/")
        return self

    @property
    def mail_domain(self) -> str:
        """The domain of UIDs and Message-IDs: the organizer's."""
        return (self.mail_from or "calls@lap.invalid").rpartition("@")[2]

    @property
    def secretariat(self) -> tuple[str, ...]:
        """The addresses and Slack user ids of the first secretariat."""
        return tuple(word.strip() for word in self.lap_secretariat.split(",") if word.strip())


def read_settings(**overrides: object) -> Settings:
    """The settings of the environment (and ``.env``). Raises Refusal that names every wrong one with its remedy."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        told = "; ".join(
            f"{'.'.join(str(p) for p in e['loc']).upper() or 'settings'}: {e['msg'].removeprefix('Value error, ')}"
            for e in error.errors(include_input=False, include_url=False)
        )
        raise Refusal(f"These settings are wrong. {told}.") from None


def missing(settings: Settings, names: dict[str, str]) -> list[str]:
    """Of *names* (variable to remedy), a sentence for each that is not set."""
    return [f"{name} is not set: {remedy}." for name, remedy in names.items() if not getattr(settings, name.lower())]
