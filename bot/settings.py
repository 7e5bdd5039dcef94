"""Typed settings, read once from the environment or a `.env` file."""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SettingsError

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Everything an operator can set; each is optional (README, Settings)."""

    model_config = SettingsConfigDict(env_prefix="BOT_", env_file=".env", extra="ignore")

    database_url: str = f"sqlite+aiosqlite:///{ROOT / 'data' / 'bot.db'}"
    redis_url: str | None = None
    public_url: str | None = None
    secret_key: SecretStr | None = None
    telegram_token: SecretStr | None = None
    telegram_api_url: str | None = None
    telegram_webhook_secret: SecretStr | None = None
    smtp_url: SecretStr | None = None
    mail_from: str | None = None
    webhook_secret: SecretStr | None = None
    attachment_dir: Path | None = None
    model_dir: Path = ROOT / "models"
    programme_dir: Path | None = None
    host: str = "127.0.0.1"
    port: int = 8080
    workers: int = 1

    @property
    def attachment_folder(self) -> Path:
        """Where applicants' files lie: as set, or else beside the database; by default `data/attachments`.

        One folder belongs to one database: files that no row of it names are removed.
        """
        if self.attachment_dir:
            return self.attachment_dir
        scheme, _, file = self.database_url.partition(":///")
        beside = Path(file.partition("?")[0]).parent if scheme.startswith("sqlite") else ROOT / "data"
        return beside / "attachments"

    @property
    def address(self) -> str:
        """The address that people see, without a final slash."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")


def load_settings() -> Settings:
    """Read the settings.

    Raises:
        SettingsError: a value is of the wrong kind; the text names the variable.
    """
    try:
        return Settings()
    except ValidationError as error:
        faults = "; ".join(f"BOT_{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors())
        raise SettingsError(f"Settings that cannot be used: {faults}") from error
