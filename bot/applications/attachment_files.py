"""The folder of applicants' files: each under a random name, readable by the bot's user alone, outside the web's root."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import secrets
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from bot.errors import NotFoundError, StorageError

logger = logging.getLogger(__name__)

_NAME = re.compile(r"[0-9a-f]{32}")
#: While a file is being written its name ends so.
_UNFINISHED = ".part"


def random_name() -> str:
    """128 random bits: a name that nobody guesses, and that tells nothing of the file."""
    return secrets.token_hex(16)


class AttachmentFiles:
    """Keeps files in a folder. Only names that it has given out itself reach the disk."""

    def __init__(self, folder: Path, new_name: Callable[[], str] = random_name) -> None:
        self.folder, self._new_name = folder, new_name

    async def keep(self, content: bytes) -> str:
        """Write a file so that it lies there whole, or not at all; gives its name.

        Raises:
            StorageError: the folder cannot be made, or the disk refuses the file.
        """
        name = self._new_name()
        try:
            await asyncio.to_thread(self._write, name, content)
        except OSError as error:
            raise StorageError(
                f"The folder {self.folder} takes no file ({error.strerror}). Check BOT_ATTACHMENT_DIR."
            ) from error
        return name

    def _write(self, name: str, content: bytes) -> None:
        if not self.folder.is_dir():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = self.folder / (name + _UNFINISHED)
        try:
            with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            unfinished.rename(self.folder / name)
        except OSError:
            unfinished.unlink(missing_ok=True)
            raise
        self._settle()

    def _settle(self) -> None:
        """Let the folder's own entries reach the disk."""
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    async def read(self, name: str) -> bytes:
        """A file's content.

        Raises:
            NotFoundError: there is no such file.
        """
        if not _NAME.fullmatch(name):
            raise NotFoundError("That is no name of a file in the folder of attachments.")
        try:
            return await asyncio.to_thread((self.folder / name).read_bytes)
        except OSError as error:
            raise NotFoundError(
                f"A file is missing in the folder {self.folder} ({error.strerror}). Check BOT_ATTACHMENT_DIR."
            ) from error

    async def remove(self, names: Iterable[str]) -> None:
        """Remove files; one that is not there is none too many, and one that stays is left to the next sweep."""
        await asyncio.to_thread(self._remove, list(names))

    def _remove(self, names: list[str]) -> None:
        for name in names:
            if not _NAME.fullmatch(name.removesuffix(_UNFINISHED)):
                continue
            try:
                (self.folder / name).unlink(missing_ok=True)
            except OSError as error:
                logger.warning("A file in the folder of attachments cannot be removed: %s", error.strerror)

    async def written_before(self, moment: datetime) -> list[str]:
        """The names of the files that were written before a moment, unfinished ones too; foreign files are left out."""
        return await asyncio.to_thread(self._written_before, moment.timestamp())

    def _written_before(self, moment: float) -> list[str]:
        if not self.folder.is_dir():
            return []
        found = []
        for file in self.folder.iterdir():
            with suppress(OSError):  # removed meanwhile
                ours = _NAME.fullmatch(file.name.removesuffix(_UNFINISHED))
                if ours and file.stat().st_mtime < moment:
                    found.append(file.name)
        return found
