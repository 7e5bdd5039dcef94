"""Attachments of leads as staff reach them, and the sweep of files that belong to nobody any more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.applications.attachment_files import AttachmentFiles
from bot.errors import NotFoundError
from bot.storage import Attachment, LeadEvent, Storage, UnitOfWork

#: A file is written before its row: so long it may wait for that.
ORPHAN_AFTER = timedelta(hours=1)


async def of_lead(uow: UnitOfWork, reference: str, partner: str | None) -> Sequence[Attachment]:
    """The attachments of a lead, oldest first.

    Args:
        uow: the transaction to read in.
        reference: the lead's reference number.
        partner: the code of the organisation that asks, which has to have the lead; None for the programme's admins.

    Raises:
        NotFoundError: there is no such lead, or it lies with another organisation: the two are not told apart.
    """
    lead = await uow.leads.get(reference)
    if lead is None or partner not in (None, lead.partner):
        raise NotFoundError(f"There is no lead {reference}.")
    return await uow.attachments.of_lead(reference)


async def open_attachment(
    storage: Storage,
    files: AttachmentFiles,
    reference: str,
    attachment_id: int,
    *,
    partner: str | None,
    actor: str,
    now: datetime,
) -> tuple[Attachment, bytes]:
    """An attachment of a lead with its content, for somebody of staff; who opened it is recorded with the lead.

    Args:
        storage: the database.
        files: the folder of attachments.
        reference: the lead's reference number.
        attachment_id: which attachment of the lead.
        partner: as for `of_lead`.
        actor: who opens it, for the audit record.
        now: the present time.

    Raises:
        NotFoundError: there is no such lead or attachment for this organisation, or its file is missing.
    """
    async with storage.unit_of_work() as uow:
        kept = {attachment.id: attachment for attachment in await of_lead(uow, reference, partner)}
        if attachment_id not in kept:
            raise NotFoundError(f"The lead {reference} has no attachment {attachment_id}.")
        content = await files.read(kept[attachment_id].name)
        opened = LeadEvent(now, actor, "attachment_opened", details={"attachment": attachment_id})
        await uow.leads.record(reference, opened)
        await uow.commit()
    return kept[attachment_id], content


async def sweep(storage: Storage, files: AttachmentFiles, now: datetime) -> int:
    """Remove files that have no row: of a turn that failed, or of what was erased; gives how many."""
    # First the folder, then the rows: what is kept in between is not taken for an orphan.
    old = await files.written_before(now - ORPHAN_AFTER)
    if not old:
        return 0
    async with storage.unit_of_work(read_only=True) as uow:
        orphans = set(old) - await uow.attachments.names()
    await files.remove(orphans)
    return len(orphans)
