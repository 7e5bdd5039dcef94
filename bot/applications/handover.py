"""Codes by which an applicant goes on with an unfinished application in another chat.

A code is a key to the draft: whoever types it has it. It is drawn from 31^10 possibilities (49 bits) and valid for a
day, once; so a plain hash is enough to keep it by.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.applications.leads import REFERENCE_ALPHABET
from bot.storage import HandoverCode, UnitOfWork

VALID_FOR = timedelta(hours=24)
#: A conversation may try so many wrong codes in this time.
MOST_WRONG, IN_TIME = 10, timedelta(hours=1)

_GROUP = 5

#: Draws a code.
NewCode = Callable[[], str]


def new_code() -> str:
    """A new code, `GO-XXXXX-XXXXX`, from the operating system's randomness.

    It always holds a digit, by which it is told from words.
    """
    while True:
        drawn = "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(2 * _GROUP))
        if any(character.isdigit() for character in drawn):
            return f"GO-{drawn[:_GROUP]}-{drawn[_GROUP:]}"


def hashed(code: str) -> str:
    """The hash that a code is stored by."""
    return hashlib.sha256(code.encode()).hexdigest()


async def offer(uow: UnitOfWork, code: str, conversation: str, form: str, now: datetime) -> None:
    """Make a code valid for the draft of a conversation; earlier ones are valid no longer."""
    await uow.handovers.put(HandoverCode(hashed(code), conversation, form, now, now + VALID_FOR))
