"""One-time codes by e-mail: whoever reads an application's mailbox may learn where the application stands.

A code is asked for by reference. What is stored and what is answered is the same for a reference that no
application has, but for the letter, which is then not promised.

A code lies nowhere in clear. It is drawn only when its letter leaves (`issue`), so that the outbox holds no more
than the number of its row here, and here stands a hash whose making is slow: to try out all codes takes longer
than one is valid. A letter that has to be sent again therefore carries a new code, and the last one sent is valid;
a letter that comes to leave when its code would have expired does not leave at all.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import os
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.applications.letter_limit import may_write_to
from bot.applications.notifications import STATUS_CODE, key_suffix, promise
from bot.storage import OneTimeCode, Storage, UnitOfWork

#: What a code may be asked for.
APPLICATION_STATUS = "application_status"

DIGITS = 6
VALID_FOR = timedelta(minutes=15)
MOST_ATTEMPTS = 5
#: At most so many codes are sent for an application in this time.
MOST_CODES, IN_TIME = 3, timedelta(hours=1)
#: Rows that neither are valid nor count any more are kept no longer.
FORGET_AFTER = timedelta(days=1)

_SALT_BYTES = 16

#: Draws a code.
NewCode = Callable[[], str]


def new_code() -> str:
    """A new code, from the operating system's randomness."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def hashed(code: str) -> str:
    """The salted hash of a code; takes some 50 ms on purpose."""
    salt = os.urandom(_SALT_BYTES)
    return f"{salt.hex()}:{_digest(code, salt).hex()}"


def matches(code: str, stored: str | None) -> bool:
    """Whether a code is the one of a hash. It takes its time also where there is none yet."""
    salt, _, digest = (stored or f"{bytes(_SALT_BYTES).hex()}:").partition(":")
    return hmac.compare_digest(_digest(code, bytes.fromhex(salt)).hex(), digest)


def _digest(code: str, salt: bytes) -> bytes:
    return hashlib.scrypt(code.encode(), salt=salt, n=2**14, r=8, p=1)


async def too_many(uow: UnitOfWork, reference: str, conversation: str, now: datetime) -> bool:
    """Whether this conversation has asked so often that it gets no further code for now.

    Codes that others asked for do not count here: that there are some would tell that the application exists.
    """
    asked = await uow.codes.asked_in(conversation, reference, APPLICATION_STATUS, now - IN_TIME)
    return asked >= MOST_CODES


async def ask(uow: UnitOfWork, reference: str, conversation: str, now: datetime) -> None:
    """Let a conversation wait for a code; its letter is promised where an application with an e-mail address exists.

    And where its mailbox has not had as many letters as one gets in a day (`letter_limit`).
    """
    await uow.codes.delete_before(now - FORGET_AFTER)
    lead = await uow.leads.get(reference)
    email = lead.application.get("email") if lead else None
    sent = await uow.codes.promised_for(reference, APPLICATION_STATUS, now - IN_TIME)
    promised = bool(email) and sent < MOST_CODES and await may_write_to(uow, str(email), now)
    code = OneTimeCode(APPLICATION_STATUS, reference, conversation, promised, now, now + VALID_FOR)
    code_id = await uow.codes.add(code)
    if promised and lead:
        suffix = f"{key_suffix(STATUS_CODE, 'email', 'applicant')}/{code_id}"
        letter = promise("email", str(email), STATUS_CODE, lead, lead.language, suffix)
        await uow.outbox.add(replace(letter, payload={**letter.payload, "code_id": code_id}))


async def issue(storage: Storage, code_id: int, draw: NewCode) -> str | None:
    """Draw the code that a letter carries away now; None where nobody waits for it any more."""
    code = draw()
    stored = await asyncio.to_thread(hashed, code)
    async with storage.unit_of_work() as uow:
        issued = await uow.codes.issue(code_id, stored)
        await uow.commit()
    return code if issued else None
