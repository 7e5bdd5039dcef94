"""Response name and turn to text and buttons: Rasa's answer generator, with the texts in the catalogs."""

from __future__ import annotations

from typing import Any

from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.shared.core.trackers import DialogueStateTracker

from bot.conversation import enquiry_texts, form_texts, resuming, smalltalk
from bot.conversation.replies import as_json
from bot.conversation.turn import Turn, current_turn
from bot.model import APPLICATION_FORM, ENQUIRY_FORM, Reply

_QUESTIONS = {
    f"utter_ask_{APPLICATION_FORM}_": form_texts.question,
    f"utter_ask_{ENQUIRY_FORM}_": enquiry_texts.question,
}


def replies(response: str, turn: Turn) -> list[Reply]:
    """What a response says in this turn.

    Raises:
        KeyError: the domain names a response that nobody wrote.
    """
    asked = next(((prefix, question) for prefix, question in _QUESTIONS.items() if response.startswith(prefix)), None)
    if turn.offers_resume and (asked or response in resuming.REPLACED):
        return [resuming.offer(turn)]
    if asked and turn.unasked:
        return [Reply("")]
    if asked:
        prefix, question = asked
        return [question(turn, response.removeprefix(prefix))]
    return smalltalk.RESPONSES[response](turn)


class CatalogResponses(NaturalLanguageGenerator):
    """Writes Rasa's responses in the language of the running turn."""

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> dict[str, Any]:
        """One message for Rasa; further replies of the same response travel under `more`."""
        first, *more = replies(utter_action, current_turn())
        return {"text": first.text, "custom": {"reply": as_json(first), "more": [as_json(reply) for reply in more]}}
