"""A file is what its content says, whatever it is called; what is no PDF and no whole picture is not taken."""

from __future__ import annotations

import tracemalloc
from io import BytesIO
from zipfile import ZipFile

import pytest
from PIL import Image
from sample_files import PDF, picture, png_header

from bot.applications.attachment_types import LARGEST, LONGEST_NAME, Fit, check, clean_name, kind_name
from bot.model import ReceivedFile

EXE = b"MZ\x90\x00\x03" + bytes(2000)


def archive() -> bytes:
    file = BytesIO()
    with ZipFile(file, "w") as opened:
        opened.writestr("plan.pdf", PDF)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "media_type", "filename"),
    [
        (PDF, "application/pdf", "plan.pdf"),
        (b"\xef\xbb\xbf\n" + PDF + b"\n\n", "application/pdf", "plan.pdf"),
        (picture("JPEG"), "image/jpeg", "plan.jpg"),
        (picture("MPO"), "image/jpeg", "plan.jpg"),
        (picture("PNG"), "image/png", "plan.png"),
        (picture("WEBP"), "image/webp", "plan.webp"),
    ],
    ids=["pdf", "pdf after a mark", "jpeg", "jpeg of a telephone", "png", "webp"],
)
def test_what_is_taken_is_told_by_its_content(content: bytes, media_type: str, filename: str) -> None:
    for name in ("plan.pdf", "plan.png"):
        fit = check(ReceivedFile(name, content))
        assert isinstance(fit, Fit)
        assert (fit.media_type, fit.filename, fit.content) == (media_type, filename, content)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("plan.pdf", EXE),
        ("photo.png", b"<!doctype html><script>alert(1)</script>"),
        ("photo.png", picture("PNG")[: len(picture("PNG")) // 2]),
        ("photo.webp", picture("WEBP")[:20]),
        ("photo.jpg", b"\xff\xd8\xff\xe0"),
        ("plan.pdf", PDF.replace(b"%%EOF", b"")),
        ("plan.pdf", PDF + bytes(3000)),
        ("plan.pdf", bytes(1024) + PDF),
        ("photo.gif", picture("GIF")),
        ("photo.bmp", picture("BMP")),
        ("photo.tif", picture("TIFF")),
        ("photo.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("plan.pdf", archive()),
        ("plan.pdf", b"MZ\x90" + PDF),
        ("plan.pdf", b"\n <html><!--" + PDF + b"-->"),
        ("plan.pdf", b"\x00"),
    ],
    ids=[
        "a program", "a page", "half a PNG", "half a WebP", "the first bytes of a JPEG", "a PDF without an end",
        "a PDF with something after it", "a PDF after something", "GIF", "BMP", "TIFF", "SVG", "a PDF in an archive", "a PDF in a program", "a PDF in a page", "a single byte",
    ],
)  # fmt: skip
def test_what_is_something_else_or_damaged_is_not_taken(name: str, content: bytes) -> None:
    assert check(ReceivedFile(name, content)) == "wrong_kind"


def test_a_file_has_between_one_byte_and_ten_megabytes() -> None:
    assert LARGEST == 10 * 1024 * 1024
    assert check(ReceivedFile("plan.pdf", b"")) == "empty"
    filled = PDF.replace(b"trailer", b"%" * (LARGEST - len(PDF)) + b"trailer")
    assert len(filled) == LARGEST
    assert isinstance(check(ReceivedFile("plan.pdf", filled)), Fit)
    assert check(ReceivedFile("plan.pdf", b"%" + filled)) == "too_large"


@pytest.mark.parametrize("side", [50_000, 2**31 - 1])
def test_a_picture_that_claims_to_be_huge_is_not_decoded(side: int) -> None:
    content = png_header(side, side)
    tracemalloc.start()
    try:
        assert check(ReceivedFile("photo.png", content)) == "wrong_kind"
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def test_no_pixel_of_a_picture_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    def decode(*_: object) -> None:
        raise AssertionError("decoded")

    contents = [picture(kind) for kind in ("JPEG", "PNG", "WEBP")]
    monkeypatch.setattr(Image.Image, "load", decode)
    assert all(isinstance(check(ReceivedFile("photo", content)), Fit) for content in contents)


@pytest.mark.parametrize(
    ("name", "media_type", "cleaned"),
    [
        ("../../etc/passwd", None, "passwd"),
        ("C:\\Users\\Anna\\Plan A.PDF", "application/pdf", "Plan A.PDF"),
        ("plan.exe", "application/pdf", "plan.exe.pdf"),
        ("photo.PNG", "image/jpeg", "photo.jpg"),
        ("photo.jpeg", "image/jpeg", "photo.jpeg"),
        ("invoice\u202efdp.exe", None, "invoicefdp.exe"),
        ("a\x00b\nc\u200b.pdf", "application/pdf", "ab c.pdf"),
        ("**bold** <b>.pdf", "application/pdf", "__bold__ _b_.pdf"),
        (" . .pdf", "application/pdf", "file.pdf"),
        ("", "image/webp", "file.webp"),
        ("...", None, "file"),
        ("\ud800.pdf", "application/pdf", "file.pdf"),
        ("Σχέδιο\u00a0δράσης.pdf", "application/pdf", "Σχέδιο δράσης.pdf"),
    ],
)
def test_a_name_holds_no_path_no_hidden_sign_and_the_extension_of_its_content(
    name: str, media_type: str | None, cleaned: str
) -> None:
    assert clean_name(name, media_type) == cleaned


def test_a_long_name_keeps_its_extension() -> None:
    name = clean_name("ž" * 300 + ".pdf", "application/pdf")
    assert len(name) == LONGEST_NAME == 120
    assert name.endswith("žž.pdf")


def test_kinds_have_the_names_that_people_know() -> None:
    types = ("application/pdf", "image/jpeg", "image/png", "image/webp")
    assert [kind_name(media_type) for media_type in types] == ["PDF", "JPEG", "PNG", "WebP"]
