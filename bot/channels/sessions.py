"""Session ids of the web chat: signed, so that nobody can name another person's conversation."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable

_LONGEST = 200


def random_conversation() -> str:
    """128 random bits: the id of a new conversation."""
    return secrets.token_urlsafe(16)


class SessionIds:
    """Gives out session ids and recognises its own: `<conversation>.<signature>`."""

    def __init__(self, secret: str, new_conversation: Callable[[], str] = random_conversation) -> None:
        self._secret = secret.encode()
        self._new_conversation = new_conversation

    def new_conversation(self) -> str:
        """The id of a conversation that nobody has had yet."""
        return self._new_conversation()

    def sign(self, conversation: str) -> str:
        """The session id by which a client comes back to its conversation."""
        digest = hmac.new(self._secret, b"web session:" + conversation.encode(), hashlib.sha256).digest()
        return f"{conversation}.{urlsafe_b64encode(digest).decode().rstrip('=')}"

    def conversation_of(self, session_id: object) -> str | None:
        """The conversation of a session id of ours; None for anything else."""
        if not isinstance(session_id, str) or len(session_id) > _LONGEST or not session_id.isascii():
            return None
        conversation = session_id.rpartition(".")[0]
        genuine = hmac.compare_digest(self.sign(conversation).encode(), session_id.encode())
        return conversation if conversation and genuine else None
