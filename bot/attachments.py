"""`bot leads attachments`: the files of a lead, listed or copied out."""

from __future__ import annotations

from pathlib import Path

from bot.applications.attachment_files import AttachmentFiles
from bot.applications.attachments import of_lead, open_attachment
from bot.bootstrap import Clock, open_storage, utc_now
from bot.errors import BotError
from bot.settings import Settings
from bot.storage import Attachment

#: Who opens a file by the command, for the lead's audit record.
ACTOR = "operator"


async def list_attachments(settings: Settings, reference: str, partner: str | None) -> None:
    """Print a line an attachment.

    Raises:
        NotFoundError: there is no such lead, or it lies with another organisation than `partner`.
    """
    async with open_storage(settings) as storage, storage.unit_of_work(read_only=True) as uow:
        for attachment in await of_lead(uow, reference, partner):
            print(_line(attachment))


async def copy_attachments(
    settings: Settings, reference: str, partner: str | None, folder: Path, clock: Clock = utc_now
) -> None:
    """Copy the attachments of a lead into a folder, and print where each went; nothing is overwritten.

    Raises:
        NotFoundError: as for `list_attachments`, or a file is missing.
        BotError: the folder cannot be written.
    """
    files = AttachmentFiles(settings.attachment_folder)
    async with open_storage(settings) as storage:
        async with storage.unit_of_work(read_only=True) as uow:
            kept = await of_lead(uow, reference, partner)
        for attachment in kept:
            opened, content = await open_attachment(
                storage, files, reference, attachment.id, partner=partner, actor=ACTOR, now=clock()
            )
            try:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                print(_written(folder, opened.filename, content))
            except OSError as error:
                raise BotError(f"{folder} cannot be written: {error.strerror}") from error


def _line(attachment: Attachment) -> str:
    created = f"{attachment.created_at:%Y-%m-%d %H:%M}"
    return f"{attachment.id:>6}  {created}  {attachment.media_type:<15}  {attachment.size:>9}  {attachment.filename}"


def _written(folder: Path, filename: str, content: bytes) -> Path:
    """The file that was written: of that name, or with a number where there is one already."""
    wanted = Path(filename)
    number, target = 1, folder / wanted
    while True:
        try:
            with target.open("xb") as file:
                file.write(content)
            return target
        except FileExistsError:
            number += 1
            target = folder / f"{wanted.stem} ({number}){wanted.suffix}"
