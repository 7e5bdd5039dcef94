"""Documents and pictures that people send: fetched from Telegram where they are not too large."""

from __future__ import annotations

from telegram import Message

from bot.applications.attachment_types import LARGEST
from bot.model import ReceivedFile


async def fetched(message: Message) -> ReceivedFile | None:
    """The document or picture of a message, or None where it is larger than a file may be.

    Telegram need not know the size before; of a picture the largest version is taken.
    """
    sent = message.document or max(message.photo, key=lambda photo: photo.width * photo.height)
    if (sent.file_size or 0) > LARGEST:
        return None
    file = await sent.get_file()
    if (file.file_size or 0) > LARGEST:
        return None
    content = bytes(await file.download_as_bytearray())
    # A picture comes without a name, always as JPEG.
    name = message.document.file_name if message.document else f"photo-{message.message_id}.jpg"
    return ReceivedFile(name or "", content)
