"""Which files may be kept with an application: told by their content alone, never by their name or sender.

A picture's header is read and its structure checked, but no pixel is decoded: a small file may claim to be a huge
picture. The PDF reference wants `%PDF-` within the first and `%%EOF` within the last 1024 bytes (ISO 32000-1, Annex
H.3, notes 13 and 18).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from io import BytesIO
from typing import Literal

from PIL import Image

from bot.model import ReceivedFile

#: Bytes of a file that is kept.
LARGEST = 10 * 1024 * 1024
#: Files of one application.
MOST_FILES = 10
#: Characters of a file's name, its extension included.
LONGEST_NAME = 120

Refusal = Literal["empty", "too_large", "wrong_kind"]

_PDF_MARGIN = 1024
#: How archives, programs, old office files and pages begin: what holds a PDF inside is none.
_OTHERS = (b"PK", b"MZ", b"\x7fELF", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"\xd0\xcf\x11\xe0", b"<", b"#!")
_PICTURES = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
#: What each kind is called, and its extensions; the first is given to a file that has none of them.
_KINDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "application/pdf": ("PDF", (".pdf",)),
    "image/jpeg": ("JPEG", (".jpg", ".jpeg")),
    "image/png": ("PNG", (".png",)),
    "image/webp": ("WebP", (".webp",)),
}
_EXTENSIONS = tuple(extension for _, extensions in _KINDS.values() for extension in extensions)
#: Signs that a file system or a shell takes for more than a letter.
_UNFIT = str.maketrans(dict.fromkeys('<>:"|?*`$', "_"))


@dataclass(frozen=True)
class Fit:
    """A file that may be kept: its cleaned name, and what it is by its content."""

    filename: str
    media_type: str
    content: bytes


def check(file: ReceivedFile) -> Fit | Refusal:
    """Whether a file may be kept, or why not; takes some milliseconds for a large one."""
    if not file.content:
        return "empty"
    if len(file.content) > LARGEST:
        return "too_large"
    found = media_type(file.content)
    return Fit(clean_name(file.name, found), found, file.content) if found else "wrong_kind"


def media_type(content: bytes) -> str | None:
    """What a file is by its content, or None where it is damaged or nothing that is taken."""
    return _picture(content) or ("application/pdf" if _is_pdf(content) else None)


def _is_pdf(content: bytes) -> bool:
    if content[:_PDF_MARGIN].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(_OTHERS):
        return False
    return b"%PDF-" in content[:_PDF_MARGIN] and b"%%EOF" in content[-_PDF_MARGIN:]


def _picture(content: bytes) -> str | None:
    try:
        with Image.open(BytesIO(content), formats=["JPEG", "PNG", "WEBP"]) as picture:
            picture.verify()
            return _PICTURES.get(picture.format or "")
    except Exception:  # a hostile file may make the readers raise anything
        return None


def kind_name(media_type: str) -> str:
    """What people call the kind ("PDF", "WebP")."""
    return _KINDS[media_type][0]


def shown_name(name: str) -> str:
    """A file as a conversation shows that it was sent."""
    return f"📎 {clean_name(name)}"


def clean_name(name: str, media_type: str | None = None) -> str:
    """A sender's file name that can be shown and stored: no path, no control or invisible characters, not too long.

    With a media type its extension fits the content; an extension of another kind that is taken gives way to it.
    """
    shown = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    shown = "".join(sign if unicodedata.category(sign)[0] not in "CZ" else " " * sign.isspace() for sign in shown)
    shown = " ".join(shown.translate(_UNFIT).split())
    extension = next((shown[-len(end) :] for end in _EXTENSIONS if shown.lower().endswith(end)), "")
    stem = shown[: len(shown) - len(extension)].strip(". ")
    if media_type and extension.lower() not in _KINDS[media_type][1]:
        extension = _KINDS[media_type][1][0]
    return (stem[: LONGEST_NAME - len(extension)].rstrip(". ") or "file") + extension
