"""Applicants' files: on the disk whole or not at all, opened by the lead's organisation only, and swept when nobody's."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from sample_files import PDF
from storage.examples import NOW, a_lead, begin_conversation

from bot.applications.attachment_files import AttachmentFiles
from bot.applications.attachments import of_lead, open_attachment, sweep
from bot.applications.retention import purge
from bot.errors import NotFoundError, StorageError
from bot.programme import load_programme
from bot.storage import Attachment, DraftRecord, Storage

LEAD = "MSME-7KQ2XW9D"


async def keep(
    storage: Storage, files: AttachmentFiles, *, conversation: str | None = None, lead: str | None = None
) -> Attachment:
    """A file on the disk with its row."""
    row = Attachment(await files.keep(PDF), "plan.pdf", "application/pdf", len(PDF), "sha", NOW, conversation, lead)
    async with storage.unit_of_work() as uow:
        if lead and await uow.leads.get(lead) is None:
            await uow.leads.add(a_lead(lead, NOW, partner="STHEV"), lead)
        number = await uow.attachments.add(row)
        await uow.commit()
    return Attachment(**{**vars(row), "id": number})


def on_disk(files: AttachmentFiles) -> set[str]:
    return {file.name for file in files.folder.iterdir()} if files.folder.is_dir() else set()


def age(files: AttachmentFiles, name: str, minutes: float) -> None:
    written = (NOW - timedelta(minutes=minutes)).timestamp()
    os.utime(files.folder / name, (written, written))


async def test_a_file_lies_under_a_random_name_that_only_the_bot_can_read(files: AttachmentFiles) -> None:
    one, two = await files.keep(PDF), await files.keep(PDF)
    assert one != two
    assert len(one) == 32
    assert await files.read(one) == PDF
    assert files.folder.stat().st_mode & 0o777 == 0o700
    assert {(files.folder / name).stat().st_mode & 0o777 for name in (one, two)} == {0o600}
    assert on_disk(files) == {one, two}


async def test_a_disk_that_takes_no_file_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = AttachmentFiles(tmp_path / "attachments")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(StorageError, match=r"No space left.*BOT_ATTACHMENT_DIR"):
            await files.keep(PDF)
    assert on_disk(files) == set()
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(StorageError, match="BOT_ATTACHMENT_DIR"):
        await AttachmentFiles(tmp_path / "file" / "attachments").keep(PDF)


@pytest.mark.parametrize("name", ["../secret", "secret", "", "0" * 31, "g" * 32, "0" * 32])
async def test_no_other_name_reaches_the_disk(files: AttachmentFiles, tmp_path: Path, name: str) -> None:
    (tmp_path / "secret").write_text("secret")
    await files.keep(PDF)
    with pytest.raises(NotFoundError):
        await files.read(name)
    await files.remove([name])
    assert (tmp_path / "secret").exists()


@pytest.mark.parametrize("partner", ["STHEV", None], ids=["its organisation", "the programme"])
async def test_the_leads_organisation_opens_a_file_and_that_is_recorded(
    storage: Storage, files: AttachmentFiles, partner: str | None
) -> None:
    kept = await keep(storage, files, lead=LEAD)
    async with storage.unit_of_work(read_only=True) as uow:
        assert await of_lead(uow, LEAD, partner) == [kept]
    opened = await open_attachment(storage, files, LEAD, kept.id, partner=partner, actor="anna", now=NOW)
    assert opened == (kept, PDF)
    async with storage.unit_of_work(read_only=True) as uow:
        [event] = await uow.leads.events(LEAD)
    assert (event.at, event.actor, event.action, event.details) == (
        NOW, "anna", "attachment_opened", {"attachment": kept.id},
    )  # fmt: skip


async def test_another_organisation_is_told_what_is_told_of_an_unknown_lead(
    storage: Storage, files: AttachmentFiles
) -> None:
    kept = await keep(storage, files, lead=LEAD)
    told = []
    for reference in (LEAD, "MSME-9ZZ9ZZ9Z"):
        with pytest.raises(NotFoundError) as listed:
            async with storage.unit_of_work(read_only=True) as uow:
                await of_lead(uow, reference, "BSC")
        with pytest.raises(NotFoundError) as opened:
            await open_attachment(storage, files, reference, kept.id, partner="BSC", actor="boris", now=NOW)
        told.append({str(error.value).replace(reference, "…") for error in (listed, opened)})
    assert told == [{"There is no lead …."}] * 2
    async with storage.unit_of_work(read_only=True) as uow:
        assert await uow.leads.events(LEAD) == []


async def test_another_leads_file_is_not_opened_by_its_number(storage: Storage, files: AttachmentFiles) -> None:
    await keep(storage, files, lead=LEAD)
    other = await keep(storage, files, lead="MSME-OTHER")
    with pytest.raises(NotFoundError, match="has no attachment"):
        await open_attachment(storage, files, LEAD, other.id, partner=None, actor="anna", now=NOW)


async def test_a_file_that_is_missing_is_named_and_not_recorded_as_opened(
    storage: Storage, files: AttachmentFiles
) -> None:
    kept = await keep(storage, files, lead=LEAD)
    await files.remove([kept.name])
    with pytest.raises(NotFoundError, match="missing"):
        await open_attachment(storage, files, LEAD, kept.id, partner=None, actor="anna", now=NOW)
    async with storage.unit_of_work(read_only=True) as uow:
        assert await uow.leads.events(LEAD) == []


async def test_the_sweep_takes_old_files_without_a_row_and_nothing_else(
    storage: Storage, files: AttachmentFiles
) -> None:
    await begin_conversation(storage, NOW)
    sent, draft = await keep(storage, files, lead=LEAD), await keep(storage, files, conversation="telegram:4711")
    orphan, young, unfinished = await files.keep(PDF), await files.keep(PDF), f"{await files.keep(PDF)}.part"
    (files.folder / unfinished.removesuffix(".part")).rename(files.folder / unfinished)
    (files.folder / "README.txt").write_text("the operator's own")
    for name in (sent.name, draft.name, orphan, unfinished, "README.txt"):
        age(files, name, 61)
    age(files, young, 59)
    assert await sweep(storage, files, NOW) == 2
    assert on_disk(files) == {sent.name, draft.name, young, "README.txt"}
    assert await sweep(storage, files, NOW) == 0


async def test_a_sweep_without_a_folder_finds_nothing(storage: Storage, files: AttachmentFiles) -> None:
    assert await sweep(storage, files, NOW) == 0
    assert not files.folder.exists()


@pytest.mark.parametrize(("consented", "days"), [(False, 2), (True, 91)])
async def test_the_files_of_a_forgotten_draft_are_forgotten(
    storage: Storage, files: AttachmentFiles, consented: bool, days: int
) -> None:
    conversation = await begin_conversation(storage, NOW)
    sent, draft = await keep(storage, files, lead=LEAD), await keep(storage, files, conversation=conversation)
    async with storage.unit_of_work() as uow:
        await uow.drafts.save(DraftRecord(conversation, "application_form", {}, "side", consented, NOW, NOW))
        await uow.commit()
    later = NOW + timedelta(days=days)
    for name in (sent.name, draft.name):
        age(files, name, 0)
    await purge(storage, load_programme(), NOW)
    await sweep(storage, files, later)
    assert on_disk(files) == {sent.name, draft.name}
    await purge(storage, load_programme(), later)
    assert await sweep(storage, files, later) == 1
    assert on_disk(files) == {sent.name}
