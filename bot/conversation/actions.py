"""Rasa's custom actions: thin, each tells Rasa what the turn made of the message."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.conversation import (
    application,
    attachments,
    consent,
    data_rights,
    edits,
    enquiry,
    handover_texts,
    requests,
    resuming,
    status,
)
from bot.conversation.answers import ANSWERS, COUNTRY_QUESTIONS, countries_named
from bot.conversation.replies import as_json
from bot.conversation.turn import Turn, current_turn
from bot.model import APPLICATION_FORM, ENQUIRY_FORM, FORM_SLOTS, Reply
from nlu.components.lexicon import Lexicons

Events = list[dict[str, Any]]
Domain = dict[str, Any]


def utter(dispatcher: CollectingDispatcher, replies: list[Reply]) -> None:
    """Hand replies to Rasa's dispatcher."""
    for reply in replies:
        dispatcher.utter_message(text=reply.text, json_message={"reply": as_json(reply)})


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
    if enquiry.is_remembered(turn):
        replies = enquiry.offered_under(turn, replies)
    if len(questions) > 1:
        return [*(Reply(reply.text) for reply in replies[:-1]), replies[-1]]
    return replies


class ValidateForm(Action):
    """Takes the answer to the question that a form asked, or gives the message back to Rasa's rules."""

    def __init__(self, form: str, begin: Callable[[Turn], list[Reply]], lexicons: Lexicons) -> None:
        self._form, self._begin, self._lexicons = form, begin, lexicons

    def name(self) -> str:
        """The action's name in the domain."""
        return f"validate_{self._form}"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain) -> Events:
        """Slots that the message filled, and the slot to ask for next; nothing when it is no answer."""
        turn = current_turn()
        consent.renew(turn)
        if turn.handover and not turn.taken:
            turn.taken = True
            utter(dispatcher, handover_texts.replies(turn))
            return slot_events(turn)
        if turn.form_begins:
            turn.form_begins = False
            if (turn.parse.payload or {}).get("restart"):
                application.restart(turn)
            utter(dispatcher, self._begin(turn))
            return slot_events(turn)
        if turn.taken:
            return slot_events(turn)
        if turn.parse.intent == "correct":
            slot = (turn.parse.payload or {}).get("slot")
            utter(dispatcher, attachments.remove(turn) or application.correct(turn, slot, self._lexicons))
        elif turn.parse.intent == "inform":
            take = edits.take if turn.edited_slots else application.take_answer
            utter(dispatcher, enquiry.offered_where_asked(turn, take(turn, self._lexicons)))
        elif turn.parse.intent == "apply":
            answered = resuming.answered_slots(turn)
            utter(dispatcher, [resuming.go_on(turn, answered)] if answered else [])
        elif turn.parse.intent in ("affirm", "deny", "greet", "thank", "goodbye") or enquiry.is_start(turn):
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
    told = [slot for slot in FORM_SLOTS[turn.form] if slot in turn.slots or slot == turn.requested_slot]
    events = [SlotSet(slot, turn.slots.get(slot)) for slot in told]
    return [*events, SlotSet("requested_slot", turn.requested_slot)]


def finish(turn: Turn) -> list[Reply]:
    """What follows the form: the application is sent, given up, or erased for want of consent."""
    if turn.handover:  # the form was not open, and stays so
        return []
    if turn.slots.get("consent") is False:
        return application.consent_refused(turn)
    if turn.slots.get("confirm") == "send":
        return application.submit(turn)
    turn.slots.pop("confirm", None)
    return application.cancelled(turn)


class FinishForm(TurnAction):
    """Ends a form and empties its slots in Rasa's tracker."""

    def __init__(self, name: str, form: str, replies: Callable[[Turn], list[Reply]]) -> None:
        super().__init__(name, replies)
        self._form = form

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain) -> Events:
        """Reply, and clear the slots."""
        await super().run(dispatcher, tracker, domain)
        return [SlotSet(slot, None) for slot in FORM_SLOTS[self._form]]


def all_actions(lexicons: Lexicons) -> list[Action]:
    """Every custom action of the domain."""
    return [
        TurnAction("action_answer", answer),
        TurnAction("action_application_status", status.replies),
        TurnAction("action_change_language", requests.change_language),
        TurnAction("action_repeat", requests.repeat),
        TurnAction("action_delete_data", data_rights.delete_data),
        TurnAction("action_export_data", data_rights.export_data),
        ValidateForm(APPLICATION_FORM, partial(application.begin, lexicons=lexicons), lexicons),
        FinishForm("action_finish_application", APPLICATION_FORM, finish),
        ValidateForm(ENQUIRY_FORM, enquiry.begin, lexicons),
        FinishForm("action_finish_enquiry", ENQUIRY_FORM, enquiry.finish),
    ]
