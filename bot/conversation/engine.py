"""Takes an incoming message and gives the replies: one turn of a conversation, stored in one transaction."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from weakref import WeakValueDictionary

from bot import i18n
from bot.applications import correspondence, erasure
from bot.applications.attachment_files import AttachmentFiles
from bot.applications.handover import NewCode, new_code
from bot.conversation import (
    attachments,
    data_rights,
    edits,
    enquiry,
    forms,
    handover,
    handover_texts,
    reading,
    resuming,
    smalltalk,
    staff,
    status,
    stored,
)
from bot.conversation.assistant import Assistant
from bot.conversation.data_file import DataFiles
from bot.conversation.interpretation import in_private, interpret, read_payload
from bot.conversation.replies import as_json
from bot.conversation.turn import ConversationState, FormDraft, Parse, Turn, begin, end
from bot.model import (
    APPLICATION_FORM,
    ENQUIRY_FORM,
    IN_PRIVATE,
    FormState,
    IncomingMessage,
    Lead,
    Reply,
    TurnResult,
)
from bot.programme import Programme
from bot.storage import (
    Attachment,
    Claim,
    ConversationRecord,
    DraftRecord,
    Storage,
    UnitOfWork,
)
from nlu.components.cities import nearest_country

logger = logging.getLogger(__name__)

#: Characters of a message that are read; what is over is not stored either.
LONGEST_MESSAGE = 2000
#: Offered payloads that stay valid in a conversation.
MOST_OFFERED = 200
LEASE_SECONDS = 60
#: How often a message is looked at again that another process holds; one that died with it holds it for the lease.
BUSY_REST_SECONDS = 1.0
#: An answer to the form with fewer words than this does not change the language of the conversation.
WORDS_THAT_TELL = 5


#: What of a turn is stored beside the conversation itself: files after the lead that they go to, and before they move on
#: to another chat.
_PARTS: tuple[Callable[[UnitOfWork, Turn], Awaitable[None]], ...] = (
    stored.store_drafts,
    stored.store_lead,
    attachments.store,
    status.store,
    handover.store,
)


@dataclass(frozen=True)
class _Claimed:
    """A message's claim, and what is stored of its conversation at that time."""

    record: ConversationRecord
    claim: Claim
    drafts: dict[str, DraftRecord]
    leads: Sequence[Lead]
    same_company: Sequence[Lead]
    files: Sequence[Attachment]
    now: datetime
    awaited: correspondence.Awaited | None = None


class Engine:
    """The conversation engine: what every channel hands its messages to."""

    def __init__(
        self,
        assistant: Assistant,
        storage: Storage,
        programme: Programme,
        *,
        files: AttachmentFiles,
        clock: Callable[[], datetime],
        new_reference: Callable[[], str],
        new_handover_code: NewCode = new_code,
        rest: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._assistant, self._storage, self._programme = assistant, storage, programme
        self._files = files
        self._clock, self._new_reference, self._rest = clock, new_reference, rest
        self.copies = DataFiles(storage, programme, clock)
        self._new_handover_code = new_handover_code
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def handle(self, message: IncomingMessage) -> TurnResult:
        """Answer one message; a message delivered twice gets its first answer again.

        Whatever fails inside, the person gets a polite reply in their language and the log gets the traceback.
        """
        async with self._one_at_a_time(f"{message.channel}:{message.conversation}"):
            try:
                return await self._with_documents(await self._turn(message), message)
            except Exception:
                logger.exception("A turn failed on channel %s", message.channel)
                language = await self._give_up(message)
                return TurnResult(message.conversation, language, replies=(smalltalk.error_reply(language),))

    @asynccontextmanager
    async def _one_at_a_time(self, conversation: str) -> AsyncIterator[None]:
        lock = self._locks.setdefault(conversation, asyncio.Lock())
        async with lock:
            yield

    async def _give_up(self, message: IncomingMessage) -> str:
        """Let the message be sent again at once; gives the language to apologise in."""
        conversation = f"{message.channel}:{message.conversation}"
        fallback = i18n.match_locale(message.locale) or i18n.FALLBACK
        try:
            async with self._storage.unit_of_work() as uow:
                await uow.messages.release(conversation, message.message_id)
                record = await uow.conversations.get(conversation)
                await uow.commit()
                return (record.language if record else None) or fallback
        except Exception:  # the database itself may be what failed
            return fallback

    async def _turn(self, message: IncomingMessage) -> TurnResult:
        conversation = f"{message.channel}:{message.conversation}"
        claimed = await self._claimed(message, conversation)
        waited = 0.0
        while claimed.claim.status == "busy" and waited < LEASE_SECONDS:  # another process has it, or died with it
            await self._rest(BUSY_REST_SECONDS)
            waited += BUSY_REST_SECONDS
            claimed = await self._claimed(message, conversation)
        record, claim = claimed.record, claimed.claim
        if claim.status == "done":
            return stored.from_json(claim.result or {}, message.conversation)
        if claim.status == "busy":
            return TurnResult(message.conversation, record.language or i18n.FALLBACK)
        turn = await self._begin(message, claimed)
        turn.same_company = [lead.reference for lead in claimed.same_company]
        await attachments.take_in(turn, claimed.files, self._storage, self._files)
        replies = await self._reply(turn)
        result = self._result(turn, replies)
        await self._store(turn, record, replies, result)
        await attachments.tidy(turn, self._files)
        return result

    async def _claimed(self, message: IncomingMessage, conversation: str) -> _Claimed:
        """Claim a message, and read what its answer needs to know of the conversation."""
        now = self._clock()
        async with self._storage.unit_of_work() as uow:
            claim = await uow.messages.claim(conversation, message.message_id, now, LEASE_SECONDS)
            if claim.status == "done":  # the conversation may be erased: nothing of it begins again
                begun = ConversationRecord(conversation, message.channel, message.site, None, {}, now, now)
                return _Claimed(begun, claim, {}, (), (), (), now)
            record = await uow.conversations.get_or_create(conversation, message.channel, message.site, now)
            drafts = {draft.form: draft for draft in await uow.drafts.for_conversation(conversation)}
            draft = drafts.get(APPLICATION_FORM)
            leads = await uow.leads.for_conversation(conversation)
            may_send = draft is not None and draft.requested_slot == "confirm"
            same_company = await uow.leads.of_company(draft.slots) if draft and may_send else []
            files = await uow.attachments.of_draft(conversation) if draft else []
            awaited = await correspondence.awaited(uow, conversation, leads, message.in_reply_to)
            await uow.commit()
        return _Claimed(record, claim, drafts, leads, same_company, files, now, awaited)

    async def _with_documents(self, result: TurnResult, message: IncomingMessage) -> TurnResult:
        """The result with its files, made now: what is stored of a turn names them only."""
        if not any(reply.document for reply in result.replies):
            return result
        file = await self.copies.of_conversation(f"{message.channel}:{message.conversation}", result.language)
        replies = tuple(replace(reply, document=reply.document and file) for reply in result.replies)
        return replace(result, replies=replies)

    async def _begin(self, message: IncomingMessage, claimed: _Claimed) -> Turn:
        record, drafts, now, awaited = claimed.record, claimed.drafts, claimed.now, claimed.awaited
        expressly = awaited is not None and awaited.expressly
        state = ConversationState.restored(record.state)
        site = self._programme.sites.get(message.site or record.site or "")
        prior = record.language or i18n.match_locale(message.locale) or (site.language if site else None)
        parse = await self._parse(message, state, prior, now, expressly)
        put_aside = {one.form: FormDraft(dict(one.slots), one.requested_slot) for one in drafts.values()}
        asking = put_aside.get(ENQUIRY_FORM, FormDraft()).requested_slot  # an enquiry interrupts an application
        form = ENQUIRY_FORM if asking else APPLICATION_FORM
        draft = put_aside.pop(form, FormDraft())
        turn = Turn(
            message=message if message.site else replace(message, site=record.site),
            language=self._answer_language(parse, prior),
            programme=self._programme,
            parse=parse,
            state=state,
            now=now,
            form=form,
            slots=draft.slots,
            slots_before=dict(draft.slots),
            requested_slot=draft.requested_slot,
            put_aside=put_aside,
            leads=list(claimed.leads),
            read_drafts=list(drafts.values()),
            new_reference=self._new_reference,
            new_handover_code=self._new_handover_code,
        )
        lexicons = self._assistant.lexicons
        if len(parse.text.split()) < WORDS_THAT_TELL and awaited:
            turn.language = prior or turn.language
        if staff.answers_expressly(turn, awaited):
            return turn
        if not message.public:
            turn.handover = await handover.look_up(turn, self._storage, prior)
        if turn.handover:
            turn.parse = handover.as_parse(parse)
        else:
            turn.status = None if message.public else await status.look_up(turn, self._storage, lexicons)
            if staff.answers(turn, awaited):
                return turn
            turn.parse = status.as_parse(parse) if turn.status else interpret(turn, lexicons)
        turn.parse = edits.as_meant(turn)
        turn.parse = resuming.as_meant(turn, parse, lexicons, record.last_active_at)
        if turn.parse.intent == "inform" and len(turn.parse.text.split()) < WORDS_THAT_TELL:
            turn.language = prior or turn.language  # names and places are written alike in many languages
        if in_private(turn):
            turn.parse = replace(turn.parse, intent=IN_PRIVATE, asked=(IN_PRIVATE,), choices=())
            return turn
        enquiry.choose_form(turn, lexicons)
        if turn.parse.intent == "apply":
            turn.form_begins = turn.requested_slot is None or bool((turn.parse.payload or {}).get("restart"))
        return turn

    def _answer_language(self, parse: Parse, prior: str | None) -> str:
        """A message is answered in its own language; a payload, or a message that does not tell, in the prior's."""
        if parse.payload is not None or not parse.text:
            return prior or i18n.FALLBACK
        return parse.language or prior or i18n.FALLBACK

    async def _parse(
        self, message: IncomingMessage, state: ConversationState, prior: str | None, now: datetime, expressly: bool
    ) -> Parse:
        language = prior or i18n.FALLBACK
        if message.location:
            return reading.from_place(nearest_country(*message.location), language)
        typed_title = None if message.edited or expressly else state.offered.get(reading.key(message.text or ""))
        payload = message.payload or typed_title
        read = read_payload(payload) if payload else None
        if read and read[0] in self._assistant.intents:
            return reading.from_payload(*read, language)
        if message.payload is not None:
            return Parse("", language, "nlu_fallback", 1.0, payload={})
        text = reading.clean(message.text or "")
        if not any(character.isalnum() for character in text):
            return Parse(text, language, "nothing_readable", 1.0)
        found = await self._assistant.parse(text[:LONGEST_MESSAGE], language=prior, today=now.date().isoformat())
        return reading.from_nlu(text[:LONGEST_MESSAGE], found, language)

    async def _reply(self, turn: Turn) -> list[Reply]:
        token = begin(turn)
        try:
            moved = handover_texts.moved(turn)
            if turn.parse.intent == IN_PRIVATE:
                replies = smalltalk.utter_in_private(turn)
            elif turn.answers_about:
                replies = attachments.replies(turn, staff.replies(turn))
            elif moved and handover.is_about_draft(turn):
                replies = moved
            else:
                replies = [] if attachments.come_alone(turn) else await self._assistant.respond(turn)
                replies = [*moved, *attachments.replies(turn, data_rights.undisturbed(turn, replies))]
        finally:
            end(token)
        if len(reading.clean(turn.message.text or "")) > LONGEST_MESSAGE:
            replies = [*smalltalk.utter_too_long(turn), *replies]
        if not turn.state.greeted and turn.parse.intent != "greet":
            replies = [Reply(smalltalk.introduction(turn)), *replies]
        turn.state.greeted = True
        return replies or smalltalk.utter_not_understood(turn)

    def _result(self, turn: Turn, replies: list[Reply]) -> TurnResult:
        form = None
        if turn.requested_slot:
            shown = {slot: value for slot, value in turn.slots.items() if value != forms.SKIPPED}
            form = FormState(turn.form, turn.requested_slot, shown)
        return TurnResult(
            conversation=turn.message.conversation,
            language=turn.language,
            intents=turn.parse.asked or (turn.parse.intent,),
            replies=tuple(replies),
            form=form,
            lead=turn.lead.reference if turn.lead else None,
            erased=turn.erase,
        )

    async def _store(self, turn: Turn, record: ConversationRecord, replies: list[Reply], result: TurnResult) -> None:
        self._remember(turn, replies)
        async with self._storage.unit_of_work() as uow:
            for read in turn.read_drafts:
                await uow.drafts.hold(read)
            if turn.erase:
                await self._erase(uow, turn, result)
                await uow.commit()
                return
            await uow.conversations.save(
                replace(
                    record,
                    site=turn.message.site,
                    language=turn.language,
                    state=asdict(turn.state),
                    last_active_at=turn.now,
                )
            )
            said, *_ = await uow.messages.append(stored.transcript(turn, replies))
            await staff.store(uow, turn, said)
            await uow.trackers.append(turn.conversation, handover.masked(turn, turn.events))
            for store in _PARTS:
                await store(uow, turn)
            await uow.messages.finish(turn.conversation, turn.message.message_id, stored.as_json(result), turn.now)
            await uow.commit()

    async def _erase(self, uow: UnitOfWork, turn: Turn, result: TurnResult) -> None:
        """Erase the conversation; what its last message was answered is kept without it, should it come again."""
        named = turn.conversation, turn.message.message_id
        await uow.messages.finish(*named, {}, turn.now)
        withdraw, ask = tuple(turn.withdraw), tuple(turn.ask_erasure)
        wanted = erasure.Erasure((turn.conversation,), withdraw, ask, keep_address=turn.keep_address)
        await erasure.erase(uow, turn.programme, wanted, turn.now)
        await uow.messages.keep_farewell(*named, stored.as_json(replace(result, conversation="")), turn.now)

    def _remember(self, turn: Turn, replies: list[Reply]) -> None:
        state = turn.state
        edits.note(turn)
        buttons = [button for reply in replies for button in (*reply.fields, *reply.buttons)]
        offered = {reading.key(button.title): button.payload for button in buttons}
        offered |= {reading.key(button.payload): button.payload for button in buttons}
        merged = {**{k: v for k, v in state.offered.items() if k not in offered and k.startswith("/")}, **offered}
        state.offered = dict(list(merged.items())[-MOST_OFFERED:])
        if turn.parse.intent != "repeat":
            state.last_replies = [as_json(reply) for reply in replies]
