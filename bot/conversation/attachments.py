"""Files that come with a message: kept with the application under way or sent, or refused with a reason.

A message with a file counts whatever the form asks. Words beside the file are understood as if they had come alone:
an answer, a question, a command. A file is written to the disk before the turn's transaction, its row in it: a turn
that fails leaves a file without a row, which `applications.attachments.sweep` removes.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence

from bot.applications.attachment_files import AttachmentFiles
from bot.applications.attachment_types import MOST_FILES, Fit, check, clean_name, shown_name
from bot.conversation import attachment_texts, enquiry_texts, form_texts, staff
from bot.conversation.answers import topic_button
from bot.conversation.turn import FormDraft, Turn
from bot.i18n import N_
from bot.model import APPLICATION_FORM, ENQUIRY_FORM, ReceivedFile, Reply
from bot.storage import Attachment, LeadEvent, Storage, UnitOfWork


async def take_in(turn: Turn, kept: Sequence[Attachment], storage: Storage, files: AttachmentFiles) -> None:
    """Note the draft's files, and write those of the message to the disk as far as they can be taken."""
    handover = turn.handover
    if handover and handover.draft and handover.outcome == "taken":  # the files move along with the draft
        turn.files.removed = list(kept)
        async with storage.unit_of_work(read_only=True) as uow:
            kept = await uow.attachments.of_draft(handover.draft.conversation_id)
    turn.files.draft = list(kept)
    if not turn.message.files:
        return
    under_way = not turn.answers_about and _application_under_way(turn)
    asked = staff.lead_for_files(turn)
    sent = [lead for lead in turn.leads if lead.kind == "application"]
    if not (under_way or sent or asked):
        return
    beside = turn.files.draft
    if not under_way:
        turn.files.lead = asked or sent[-1]
        async with storage.unit_of_work(read_only=True) as uow:
            beside = list(await uow.attachments.of_lead(turn.files.lead.reference))
    for file in turn.message.files:
        turn.files.receipts.append(await _take(turn, file, beside, files))


async def _take(turn: Turn, file: ReceivedFile, beside: list[Attachment], files: AttachmentFiles) -> str:
    """Keep one file beside those of the same application; gives what is said of it."""
    name, lead = clean_name(file.name), turn.files.lead
    fit = await asyncio.to_thread(check, file)
    if not isinstance(fit, Fit):
        return attachment_texts.refusal(turn, name, fit)
    digest = hashlib.sha256(fit.content).hexdigest()
    same = next((kept for kept in beside if kept.sha256 == digest), None)
    if same:
        return attachment_texts.receipt(turn, same, lead)
    if len(beside) >= MOST_FILES:
        return attachment_texts.refusal(turn, name, "too_many_sent" if lead else "too_many")
    new = Attachment(
        name=await files.keep(fit.content),
        filename=fit.filename,
        media_type=fit.media_type,
        size=len(fit.content),
        sha256=digest,
        created_at=turn.now,
        conversation_id=turn.conversation,
        lead_reference=lead.reference if lead else None,
    )
    turn.files.new.append(new)
    beside.append(new)
    if lead is None and turn.form == APPLICATION_FORM:
        turn.draft_changed = True
    return attachment_texts.receipt(turn, new, lead)


def _application_under_way(turn: Turn) -> bool:
    if turn.form == APPLICATION_FORM and turn.form_begins:
        return True
    return turn.drafts().get(APPLICATION_FORM, FormDraft()).requested_slot is not None


def come_alone(turn: Turn) -> bool:
    """Whether the message is files without a word."""
    return bool(turn.message.files) and turn.parse.intent == "nothing_readable"


def replies(turn: Turn, to_words: list[Reply]) -> list[Reply]:
    """What is said of the message's files, before the replies to its words or the form's question once more."""
    if not turn.message.files or turn.erase:
        return to_words
    if turn.files.receipts:
        about = Reply("\n".join(turn.files.receipts))
    else:
        about = Reply(turn.say(attachment_texts.WITHOUT_APPLICATION), (topic_button(turn, "apply"),))
    if come_alone(turn) and turn.requested_slot:
        asks = enquiry_texts if turn.form == ENQUIRY_FORM else form_texts
        to_words = [asks.question(turn, turn.requested_slot)]
    return [about, *to_words]


def remove(turn: Turn) -> list[Reply]:
    """Take away the file of a pressed button; nothing where the button names none that is there."""
    wanted = (turn.parse.payload or {}).get("file")
    named = [kept for kept in turn.files.draft if attachment_texts.handle(kept) == wanted]
    for attachment in named:
        turn.files.remove(attachment)
        turn.draft_changed = True
    return [Reply(turn.say(N_("Removed from your application: {name}"), name=kept.filename)) for kept in named]


def as_said(turn: Turn, words: str) -> str:
    """The person's message as the transcript shows it: the files' names, then the words."""
    names = [shown_name(file.name) for file in turn.message.files]
    return "\n".join([*names, *([words] if words else [])])


async def store(uow: UnitOfWork, turn: Turn) -> None:
    """Keep the rows of the turn's files, in its transaction and after its lead."""
    files = turn.files
    if files.removed:
        await uow.attachments.delete_of_draft(turn.conversation, [removed.name for removed in files.removed])
    for new in files.new:
        number = await uow.attachments.add(new)
        if new.lead_reference:
            details = {"attachment": number, "media_type": new.media_type, "size": new.size}
            await uow.leads.record(
                new.lead_reference, LeadEvent(turn.now, "applicant", "attachment_added", details=details)
            )
    if turn.lead and turn.lead.kind == "application":
        await uow.attachments.assign(turn.conversation, turn.lead.reference)


async def tidy(turn: Turn, files: AttachmentFiles) -> None:
    """After the turn is stored: remove the files whose rows are gone."""
    gone = [*turn.files.removed, *([*turn.files.draft, *turn.files.new] if turn.erase else [])]
    if gone:
        await files.remove({attachment.name for attachment in gone})
