"""Requests about the conversation itself: its language, its data, the last answer again."""

from __future__ import annotations

from bot import i18n
from bot.applications.words import LABELS, answered
from bot.conversation import attachment_texts, smalltalk, status
from bot.conversation.turn import Turn
from bot.i18n import N_
from bot.model import Button, Reply


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
    return [
        Reply(saved["text"], tuple(Button(title, payload) for title, payload in saved["buttons"]))
        for saved in turn.state.last_replies
    ]


def delete_data(turn: Turn) -> list[Reply]:
    """Erase this conversation's data, after a confirmation."""
    if (turn.parse.payload or {}).get("confirmed") is True:
        turn.erase = True
        text = turn.say(N_("Done: this conversation and any unfinished application are erased."))
        if turn.leads:
            text += " " + turn.say(
                N_(
                    "For applications already sent, please ask the partner organisation that has them, or write to {email}."
                ),
                email=turn.programme.facts.support_email,
            )
        return [Reply(text)]
    return [
        Reply(
            turn.say(
                N_("Shall I erase this conversation and any unfinished application for good? This cannot be undone.")
            ),
            (
                Button(turn.say(N_("Yes, erase everything")), '/delete_data{"confirmed": true}'),
                Button(turn.say(N_("No, keep it")), "/deny"),
            ),
        )
    ]


def export_data(turn: Turn) -> list[Reply]:
    """What is stored of this conversation, to read."""
    lines = [turn.say(N_("This is what is stored about this conversation:"))]
    lines.append("• " + turn.say(N_("language: {language}"), language=i18n.languages()[turn.language].name))
    lines += [f"• {answered(turn, slot)}" for slot in LABELS if turn.slots.get(slot) is not None]
    lines += attachment_texts.listed(turn)
    lines += ["• " + status.line(turn, lead) for lead in turn.leads]
    days = turn.programme.privacy.retention.chats_days
    lines.append("• " + turn.say(N_("the messages of this chat, for {days} days"), days=days))
    lines.append(turn.say(N_("For a full copy write to: {email}"), email=turn.programme.facts.support_email))
    return [Reply("\n".join(lines), (Button(turn.say(N_("Delete my data")), "/delete_data"),))]
