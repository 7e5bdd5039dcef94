"""The errors that the bot raises on purpose."""

from __future__ import annotations

from pathlib import Path


class BotError(Exception):
    """Base of every error raised on purpose; its text is written for the person who runs the bot."""


class DataFileError(BotError):
    """Raised when a data file (programme, partners, languages, lexicon …) cannot be used as it stands."""

    def __init__(self, file: Path, line: int | None, problem: str, remedy: str) -> None:
        self.file, self.line, self.problem, self.remedy = file, line, problem, remedy
        place = f"{file}:{line}" if line else str(file)
        super().__init__(f"{place}: {problem}\n  Remedy: {remedy}")


class SettingsError(BotError):
    """Raised when a setting from the environment cannot be used."""


class ModelError(BotError):
    """Raised when the trained model is missing, damaged or made for other data."""


class DeliveryError(BotError):
    """Raised when the other side did not take a message; `permanent` where no later attempt can help.

    Its text is noted in the outbox and shown to staff: no personal data in it.
    """

    def __init__(self, problem: str, *, permanent: bool = False) -> None:
        self.permanent = permanent
        super().__init__(problem)


class StorageError(BotError):
    """Raised when the database cannot do what was asked, for a reason the operator can mend."""


class NotFoundError(StorageError):
    """Raised when a lead, conversation or person that was named does not exist."""
