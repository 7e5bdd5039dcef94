"""What a person reads while an application goes on in another chat."""

from __future__ import annotations

import json

from bot.applications.handover import VALID_FOR
from bot.conversation import resuming
from bot.conversation.answers import topic_button
from bot.conversation.turn import Turn
from bot.i18n import N_
from bot.model import Button, Reply


def replies(turn: Turn) -> list[Reply]:
    """What came of the request or of the code; where the form is open, its question follows."""
    assert turn.handover
    return [_REPLIES[turn.handover.outcome](turn)]


def _offered(turn: Turn) -> Reply:
    assert turn.handover
    text = turn.say(
        N_(
            "To go on in another chat, on Telegram or on the web page of a partner organisation, please type this code "
            "there: **{code}**"
        ),
        code=turn.handover.code,
    )
    rules = turn.say(
        N_(
            "It can be used once, within {hours} hours; if you ask for a new one, this one ends. Your answers are shown to "
            "whoever types it, so please keep it to yourself."
        ),
        hours=_hours(),
    )
    return Reply(f"{text}\n\n{rules}")


def _nothing(turn: Turn) -> Reply:
    text = turn.say(
        N_(
            "There is no application under way here with which you could go on elsewhere. If you have a code from another "
            "chat, please type it here."
        )
    )
    return Reply(text, (topic_button(turn, "apply"),))


def _taken(turn: Turn) -> Reply:
    text = turn.say(N_("Your application goes on here, where you stopped. These are your answers so far:"))
    return Reply("\n".join([text, *resuming.listed(turn, resuming.answered_slots(turn))]))


def _own(turn: Turn) -> Reply:
    return resuming.go_on(turn, resuming.answered_slots(turn))


def _occupied(turn: Turn) -> Reply:
    assert turn.handover
    turn.unasked = True
    turn.state.resume_offered = True
    text = turn.say(
        N_(
            "You have begun an application here as well. With which one shall we go on? If you take the one from the other "
            "chat, the answers that you gave here are erased."
        )
    )
    payload = "/apply" + json.dumps({"handover": turn.handover.code, "replace": True})
    other = Button(turn.say(N_("Take the one from the other chat")), payload)
    return Reply(text, (other, Button(turn.say(N_("Keep the one here")), "/apply")))


def _refused(turn: Turn) -> Reply:
    text = turn.say(
        N_(
            "This code cannot be used. A code is valid once and for {hours} hours. To get a new one, type “cancel” in the "
            "chat where your application is, and choose “{button}”; your answers are kept."
        ),
        hours=_hours(),
        button=resuming.elsewhere(turn).title,
    )
    return Reply(text)


def _too_many(turn: Turn) -> Reply:
    return Reply(turn.say(N_("Too many codes that cannot be used were typed here. Please try again in an hour.")))


_REPLIES = {
    "offered": _offered,
    "nothing": _nothing,
    "taken": _taken,
    "own": _own,
    "occupied": _occupied,
    "refused": _refused,
    "too_many": _too_many,
}


def _hours() -> int:
    return VALID_FOR.days * 24 + VALID_FOR.seconds // 3600


def moved(turn: Turn) -> list[Reply]:
    """Told once, where the application of this conversation went on in another."""
    if not turn.state.moved_on or (turn.handover and turn.handover.outcome == "taken"):
        return []
    turn.state.moved_on = False
    text = turn.say(
        N_(
            "Your application was continued in another chat. To go on with it here, please ask for a code there and type it "
            "here."
        )
    )
    return [Reply(text, (Button(turn.say(N_("Begin a new application")), "/apply"),))]
