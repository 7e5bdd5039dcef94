"""Going on with an unfinished application in another chat, by a code that is valid once.

The draft, the question that is open and the record of the consent move from one conversation to the other in the
transaction of the turn; the conversation that they leave keeps a note, so that its next message is told.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from bot import i18n
from bot.applications import handover as codes
from bot.conversation import consent, forms, resuming
from bot.conversation.turn import ConversationState, Handover, Parse, Turn
from bot.model import APPLICATION_FORM, APPLICATION_SLOTS
from bot.storage import DraftRecord, Storage, UnitOfWork

#: In a conversation whose application went on elsewhere these are about that one, and are answered by nothing else.
_ABOUT_THE_DRAFT = frozenset({"apply", "inform", "correct", "cancel", "affirm", "deny"})
#: A message with fewer words beside the code does not tell the language.
_WORDS_THAT_TELL = 5
#: What stands for a code where the words of a conversation are kept.
MASK = "GO-…"

_DASH = r"\s?[-‐-―−_]\s?"
_CODE = re.compile(
    rf"(?<![^\W_])GO(?P<join>{_DASH}|\s*)(?P<one>[A-Z0-9]{{5}})(?:{_DASH}|\s*)(?P<two>[A-Z0-9]{{5}})(?![^\W_])",
    re.IGNORECASE,
)


def code_in(text: str) -> tuple[str, str] | None:
    """The first code of a text as it is stored, and as it stands there; without its dash it has to be the whole text.

    A code always holds a digit: "go right ahead" is none.
    """
    normal = unicodedata.normalize("NFKC", text)
    for found in _CODE.finditer(normal):
        alone = not normal.replace(found.group(), "").strip(" \t\r\n.,;:!?()\"'")
        drawn = found["one"] + found["two"]
        if (found["join"].strip() or alone) and any(character.isdigit() for character in drawn):
            return f"GO-{found['one']}-{found['two']}".upper(), found.group()
    return None


async def look_up(turn: Turn, storage: Storage, prior: str | None) -> Handover | None:
    """What a message that asks for a code, or holds one, leads to; None where it does neither.

    Args:
        turn: the turn; where the code is right, it gets the draft, its open question and its consent.
        storage: where codes and drafts lie.
        prior: the language that is known of this conversation or its channel, if one is.
    """
    wanted = (turn.parse.payload or {}).get("handover") if turn.parse.intent == "apply" else None
    if wanted is True:
        turn.set_enquiry_aside()
        return Handover("offered", turn.new_handover_code()) if turn.slots else Handover("nothing")
    found = code_in(str(wanted)) if wanted else code_in(turn.parse.text) if turn.parse.payload is None else None
    if found is None:
        return None
    code, typed = found
    turn.set_enquiry_aside()
    tried = await _tried(turn, code, typed, storage)
    if len(turn.parse.text.replace(typed, "").split()) < _WORDS_THAT_TELL:
        turn.language = prior or tried.language or i18n.FALLBACK
    if tried.outcome == "refused":
        turn.state.wrong_codes.append(turn.now.isoformat())
    elif tried.outcome == "taken":
        _take(turn, tried)
    elif tried.outcome == "own":
        turn.requested_slot = turn.requested_slot or forms.next_slot(turn)
    return tried


async def _tried(turn: Turn, code: str, typed: str, storage: Storage) -> Handover:
    since = turn.now - codes.IN_TIME
    turn.state.wrong_codes = [at for at in turn.state.wrong_codes if datetime.fromisoformat(at) > since]
    if len(turn.state.wrong_codes) >= codes.MOST_WRONG:
        return Handover("too_many", code, typed)
    async with storage.unit_of_work(read_only=True) as uow:
        stored = await uow.handovers.get(codes.hashed(code))
        if stored is None or stored.used_at or stored.expires_at <= turn.now:
            return Handover("refused", code, typed)
        draft = await uow.drafts.get(stored.conversation_id, stored.form)
        origin = await uow.conversations.get(stored.conversation_id)
    if draft is None or origin is None or not draft.slots:
        return Handover("refused", code, typed)
    if draft.conversation_id == turn.conversation:
        return Handover("own", code, typed)
    replaces = (turn.parse.payload or {}).get("replace") is True
    if resuming.answered_slots(turn) and not replaces:
        return Handover("occupied", code, typed)
    consent = ConversationState.restored(origin.state).consent
    return Handover("taken", code, typed, draft=draft, consent=consent, language=origin.language)


def _take(turn: Turn, taken: Handover) -> None:
    """Let this conversation have the draft; where its consent no longer holds here, that is asked for again."""
    assert taken.draft
    turn.slots = dict(taken.draft.slots)
    turn.state.consent = taken.consent
    turn.state.failures, turn.state.moved_on = 0, False
    if not taken.draft.consented:
        earlier = [one for one in turn.state.came_from if one != taken.draft.conversation_id]
        turn.state.came_from = [*earlier, taken.draft.conversation_id]
    consent.renew(turn)
    asked, due = taken.draft.requested_slot, forms.next_slot(turn)
    early = due is not None and asked is not None and APPLICATION_SLOTS.index(due) < APPLICATION_SLOTS.index(asked)
    turn.requested_slot = due if asked is None or early else asked
    turn.draft_changed = True


def as_parse(parse: Parse) -> Parse:
    """The parse of a message that asks for a code or holds one: it is about applying, and no answer to the form."""
    return replace(parse, intent="apply", asked=("apply",), choices=())


def is_about_draft(turn: Turn) -> bool:
    """Whether a message, such as an old button, is about the application that went on elsewhere and nothing else."""
    return turn.handover is None and turn.form == APPLICATION_FORM and turn.parse.intent in _ABOUT_THE_DRAFT


async def store(uow: UnitOfWork, turn: Turn) -> None:
    """Keep what the message leads to, in the transaction of its turn.

    Raises:
        ClaimLostError: the code was used, or the draft changed or sent, at the same time: do not commit.
    """
    handover = turn.handover
    if handover is None:
        return
    if handover.outcome == "offered":
        await codes.offer(uow, handover.code, turn.conversation, forms.FORM, turn.now)
    elif handover.draft:
        await uow.handovers.use(codes.hashed(handover.code), turn.now)
        await uow.drafts.hold(handover.draft)
        await _leave(uow, handover.draft, turn.now)
        await uow.attachments.move(handover.draft.conversation_id, turn.conversation)
        origin = await uow.conversations.get(handover.draft.conversation_id)
        if origin:
            state = replace(ConversationState.restored(origin.state), consent={}, moved_on=True, resume_offered=False)
            await uow.conversations.save(replace(origin, state=asdict(state)))


async def _leave(uow: UnitOfWork, draft: DraftRecord, now: datetime) -> None:
    """Take a draft out of its conversation.

    Where nothing was agreed to yet an empty one stays in its place: the words of that conversation still hold the
    answers, and have to be forgotten as early as if the application had stayed there (`retention.purge`).
    """
    if draft.consented:
        await uow.drafts.delete(draft.conversation_id, draft.form)
    else:
        await uow.drafts.save(replace(draft, slots={}, requested_slot=None, updated_at=now))


def masked(turn: Turn, value: Any) -> Any:
    """Text, or JSON, without the code that the turn is about: whoever reads a transcript could use it."""
    if turn.handover is None or not turn.handover.code:
        return value
    written = json.dumps(value)
    for code in (turn.handover.typed, turn.handover.code):
        if code:
            written = written.replace(json.dumps(code)[1:-1], MASK)
    return json.loads(written)
