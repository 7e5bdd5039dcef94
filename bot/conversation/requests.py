"""Requests about the conversation itself: its language, the last answer again."""

from __future__ import annotations

from bot import i18n
from bot.conversation import smalltalk
from bot.conversation.replies import from_json
from bot.conversation.turn import Turn
from bot.model import Reply


def change_language(turn: Turn) -> list[Reply]:
    """Switch to the language that was named, or offer all of them."""
    payload = turn.parse.payload or {}
    wanted = payload.get("language") or next(iter(turn.parse.values("language")), None)
    if wanted is None:
        return smalltalk.utter_choose_language(turn)
    code = wanted if wanted in i18n.languages() else i18n.match_locale(str(wanted))
    if code is None:
        return smalltalk.utter_language_unknown(turn)
    turn.language = code
    turn.state.language_chosen = True
    return smalltalk.utter_language_changed(turn)


def repeat(turn: Turn) -> list[Reply]:
    """The last answer once more."""
    if not turn.state.last_replies:
        return smalltalk.utter_help(turn)
    return [from_json(saved) for saved in turn.state.last_replies]
