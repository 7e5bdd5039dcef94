"""Rasa's custom actions: thin, each tells Rasa what the turn made of the message."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.conversation import application, forms, requests, status
from bot.conversation.answers import ANSWERS, COUNTRY_QUESTIONS, countries_named
from bot.conversation.turn import Turn, current_turn
from bot.model import APPLICATION_SLOTS, Reply
from nlu.components.lexicon import Lexicons

Events = list[dict[str, Any]]
Domain = dict[str, Any]


def utter(dispatcher: CollectingDispatcher, replies: list[Reply]) -> None:
    """Hand replies to Rasa's dispatcher."""
    for reply in replies:
        buttons = [{"title": button.title, "payload": button.payload} for button in reply.buttons]
        dispatcher.utter_message(text=reply.text, buttons=buttons)


class TurnAction(Action):
    """An action that only replies: a function from the turn to its replies."""

    def __init__(self, name: str, replies: Callable[[Turn], list[Reply]]) -> None:
        self._name, self._replies = name, replies

    def name(self) -> str:
        """The action's name in the domain."""
        return self._name

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain) -> Events:
        """Reply."""
        utter(dispatcher, self._replies(current_turn()))
        return []


def answer(turn: Turn) -> list[Reply]:
    """The answers to all that was asked, in order."""
    questions = [intent for intent in turn.parse.asked if intent in ANSWERS]
    replies = [reply for intent in questions for reply in ANSWERS[intent](turn)]
    if turn.follow_up and not COUNTRY_QUESTIONS.intersection(questions):
        replies = [*countries_named(turn), *replies]
    if questions:
        turn.state.last_question = next((q for q in reversed(questions) if q in COUNTRY_QUESTIONS), questions[-1])
    if len(questions) > 1:
        return [*(Reply(reply.text) for reply in replies[:-1]), replies[-1]]
    return replies


class ValidateApplicationForm(Action):
    """Takes the answer to the question that the form asked, or gives the message back to Rasa's rules."""

    def __init__(self, lexicons: Lexicons) -> None:
        self._lexicons = lexicons

    def name(self) -> str:
        """The action's name in the domain."""
        return f"validate_{forms.FORM}"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain) -> Events:
        """Slots that the message filled, and the slot to ask for next; nothing when it is no answer."""
        turn = current_turn()
        application.renew_consent(turn)
        if turn.form_begins:
            turn.form_begins = False
            if (turn.parse.payload or {}).get("restart"):
                application.restart(turn)
            utter(dispatcher, application.begin(turn, self._lexicons))
            return slot_events(turn)
        if turn.taken:
            return slot_events(turn)
        if turn.parse.intent == "correct":
            utter(dispatcher, application.correct(turn, (turn.parse.payload or {}).get("slot"), self._lexicons))
        elif turn.parse.intent == "inform":
            utter(dispatcher, application.take_answer(turn, self._lexicons))
        elif turn.parse.intent in ("affirm", "deny", "apply", "greet", "thank", "goodbye"):
            pass
        else:
            return []
        turn.taken = True
        if turn.slots.get("confirm") == "change":
            del turn.slots["confirm"]
            turn.requested_slot = "confirm"
            turn.choosing_field = True
        return slot_events(turn)


def slot_events(turn: Turn) -> Events:
    """The form's slots as Rasa's events, and which one to ask for; none ends the form."""
    finished = turn.slots.get("confirm") in ("send", "cancel") or turn.slots.get("consent") is False
    if finished:
        turn.requested_slot = None
    # A slot that was refused is set to nothing: without any slot set, Rasa takes the message for no answer at all.
    told = [slot for slot in APPLICATION_SLOTS if slot in turn.slots or slot == turn.requested_slot]
    events = [SlotSet(slot, turn.slots.get(slot)) for slot in told]
    return [*events, SlotSet("requested_slot", turn.requested_slot)]


def finish(turn: Turn) -> list[Reply]:
    """What follows the form: the application is sent, given up, or erased for want of consent."""
    if turn.slots.get("consent") is False:
        return application.consent_refused(turn)
    if turn.slots.get("confirm") == "send":
        return application.submit(turn)
    turn.slots.pop("confirm", None)
    return application.cancelled(turn)


class FinishApplication(TurnAction):
    """Ends the form and empties its slots in Rasa's tracker."""

    def __init__(self) -> None:
        super().__init__("action_finish_application", finish)

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain) -> Events:
        """Reply, and clear the slots."""
        await super().run(dispatcher, tracker, domain)
        return [SlotSet(slot, None) for slot in APPLICATION_SLOTS]


def all_actions(lexicons: Lexicons) -> list[Action]:
    """Every custom action of the domain."""
    return [
        TurnAction("action_answer", answer),
        TurnAction("action_application_status", status.replies),
        TurnAction("action_change_language", requests.change_language),
        TurnAction("action_repeat", requests.repeat),
        TurnAction("action_delete_data", requests.delete_data),
        TurnAction("action_export_data", requests.export_data),
        ValidateApplicationForm(lexicons),
        FinishApplication(),
    ]
