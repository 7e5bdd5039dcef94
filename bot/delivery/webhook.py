"""Tells a partner's own system of a lead: a signed POST request, without personal data."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import httpx

from bot.delivery.base import lead_address, lead_of, tells_of_gone_lead
from bot.errors import DeliveryError
from bot.model import Lead
from bot.programme.values import travels_safely
from bot.storage import OutboxMessage, Storage

SIGNATURE_HEADER = "X-MobiliseSME-Signature"
ANSWER_SECONDS = 20.0


def signature(body: bytes, secret: str) -> str:
    """The signature of a body, as the receiver works it out with the same secret: HMAC-SHA256."""
    return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"


class WebhookSender:
    """Posts what a lead is about, and where to open it."""

    def __init__(self, storage: Storage, address: str, secret: str) -> None:
        """Prepare the sender.

        Args:
            storage: where the leads lie.
            address: the bot's public address, without a final slash.
            secret: signs the requests, as in BOT_WEBHOOK_SECRET.
        """
        self._storage, self._address, self._secret = storage, address, secret

    async def send(self, message: OutboxMessage) -> None:
        """Post a message to the address that it goes to."""
        if not travels_safely(message.destination):
            raise DeliveryError("the webhook's address is not https", permanent=True)
        if tells_of_gone_lead(message):
            body = self._encoded(message, {"reference": message.payload["reference"]})
        else:
            body = self._body(message, await lead_of(self._storage, message))
        headers = {"Content-Type": "application/json", SIGNATURE_HEADER: signature(body, self._secret)}
        try:
            # Redirects are not followed: they might lead to an address that is not safe.
            async with httpx.AsyncClient(timeout=ANSWER_SECONDS, follow_redirects=False) as client:
                answer = await client.post(message.destination, content=body, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            # Without its cause: addresses may hold a key.
            raise DeliveryError(f"the webhook cannot be reached ({type(error).__name__})") from None
        if not answer.is_success:
            raise DeliveryError(f"the webhook does not accept it (HTTP {answer.status_code})")

    def _body(self, message: OutboxMessage, lead: Lead) -> bytes:
        content = {
            "reference": lead.reference,
            "kind": lead.kind,
            "partner": lead.partner,
            "state": lead.state,
            "language": lead.language,
            "country": lead.application.get("country"),
            "side": lead.application.get("side"),
            "created_at": lead.created_at.isoformat(),
            "url": lead_address(self._address, lead),
        }
        return self._encoded(message, content)

    def _encoded(self, message: OutboxMessage, content: dict[str, Any]) -> bytes:
        # The id is the same for a repeat, so that it can be recognised.
        told = {"id": message.message_key, "event": message.payload.get("template"), **content}
        return json.dumps(told, ensure_ascii=False).encode()
