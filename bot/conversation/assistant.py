"""The Rasa agent, in-process: loaded once, its actions run without an action server, its trackers made anew each turn.

What Rasa has to know before a message is little (the active form and its slots) and stands in our own tables; so a
tracker is built from them, and a turn takes the same time however long the conversation is.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rasa.core.actions.action import RemoteAction
from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SessionStarted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig
from rasa_sdk.executor import ActionExecutor

from bot.conversation.actions import all_actions
from bot.conversation.replies import from_json
from bot.conversation.responses import CatalogResponses
from bot.conversation.turn import Turn, current_turn
from bot.errors import ModelError
from bot.model import ENQUIRY_FORM, FORM_SLOTS, Reply
from nlu.components.lexicon import Lexicons

logger = logging.getLogger(__name__)

#: What Rasa's tracker holds for a slot that the form does not ask for now.
NOT_DUE = "not due"


class InProcessActions(EndpointConfig):
    """Runs custom actions in this process, where Rasa would call an action server."""

    def __init__(self, lexicons: Lexicons) -> None:
        super().__init__(url="in-process")
        self._executor = ActionExecutor()
        for action in all_actions(lexicons):
            self._executor.register_action(action)

    async def request(self, *args: Any, json: Any = None, **kwargs: Any) -> Any:
        """Run the action that Rasa asks for."""
        return await self._executor.run(json)


def trust_own_actions() -> None:
    """Let Rasa take our own actions' results unchecked.

    It validates what an action server answers against a JSON schema, and that schema itself, at every action: several
    times the work of the action. Ours run in this process and are typed.
    """
    RemoteAction.action_response_format_spec = staticmethod(dict)  # type: ignore[method-assign]


class TurnTrackers(InMemoryTrackerStore):
    """Makes the tracker of the running turn from our own state, and gives its new events to the turn."""

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """A tracker that knows the active form and its slots, listening."""
        turn = current_turn()
        tracker = self.init_tracker(sender_id)
        for event in _events_of(turn):
            tracker.update(event, self.domain)
        turn.known_events = len(tracker.events)
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep what the turn added."""
        turn = current_turn()
        turn.events = [event.as_dict() for event in list(tracker.events)[turn.known_events :]]


def _events_of(turn: Turn) -> Iterable[Event]:
    yield ActionExecuted("action_session_start")
    yield SessionStarted()
    yield ActionExecuted("action_listen")
    if turn.requested_slot:
        yield ActionExecuted(turn.form)
        yield ActiveLoop(turn.form)
        for slot in FORM_SLOTS[turn.form]:
            # Which slot is due is ours to say: Rasa asks for the first empty one, so no other is left empty.
            if slot != turn.requested_slot:
                yield SlotSet(slot, turn.slots.get(slot, NOT_DUE))
        yield SlotSet("requested_slot", turn.requested_slot)
        yield ActionExecuted("action_listen")
    elif turn.form_begins and turn.form == ENQUIRY_FORM:
        yield SlotSet("passes_on", True)  # a button's payload, told from other wishes for a person


class CollectedReplies(OutputChannel):
    """Collects what Rasa sends, as replies of ours."""

    def __init__(self) -> None:
        self.replies: list[Reply] = []

    @classmethod
    def name(cls) -> str:
        """Rasa wants each channel to have a name."""
        return "collected"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keep a message and those that travel with it."""
        custom = message.get("custom") or {}
        said = [custom["reply"], *custom.get("more", [])] if "reply" in custom else [{"text": message.get("text")}]
        self.replies += [from_json(one) for one in said if one["text"]]


class Assistant:
    """Understands messages and runs the dialogue."""

    def __init__(self, model: Path, lexicons: Lexicons) -> None:
        """Load a trained model; takes some seconds.

        Raises:
            ModelError: there is no model at that path, or it cannot be loaded.
        """
        self.lexicons = lexicons
        trust_own_actions()
        trackers = TurnTrackers(Domain.empty())
        try:
            self._agent = Agent.load(
                str(model),
                generator=CatalogResponses(),  # type: ignore[arg-type]
                tracker_store=trackers,
                lock_store=InMemoryLockStore(),
                action_endpoint=InProcessActions(lexicons),
            )
        except Exception as error:
            raise ModelError(f"The model {model} cannot be loaded: {error}. Train anew with `bot train`.") from error
        if self._agent.processor is None:
            raise ModelError(f"There is no model at {model}. Train one with `bot train`.")
        self._processor = self._agent.processor
        self._processor.tracker_store.domain = self._processor.domain

    @property
    def intents(self) -> frozenset[str]:
        """The intents of the domain: no button carries another."""
        return frozenset(self._processor.domain.intents)

    async def parse(self, text: str, *, language: str | None, today: str) -> dict[str, Any]:
        """The NLU's findings: intent, ranking, asked, choices, entities, language.

        Rasa takes a text that begins with a slash for a button's payload; what people type is never executed.
        """
        typed = text.lstrip("/ \t\r\n")
        message = UserMessage(typed, metadata={"language": language, "today": today})
        found = dict(await self._processor.parse_message(message, only_output_properties=True))
        cut = len(text) - len(typed)
        moved = [{**e, "start": e["start"] + cut, "end": e["end"] + cut} for e in found.get("entities", [])]
        return {**found, "text": text, "entities": moved}

    async def respond(self, turn: Turn) -> list[Reply]:
        """Run the dialogue for the turn's parse; the turn must be the current one."""
        parse = turn.parse
        output = CollectedReplies()
        message = UserMessage(
            parse.text or f"/{parse.intent}",
            output,
            turn.conversation,
            parse_data={
                "text": parse.text,
                "intent": {"name": parse.intent, "confidence": parse.confidence},
                "entities": [],
                "intent_ranking": [],
            },
            input_channel=turn.message.channel,
            message_id=turn.message.message_id,
        )
        await self._processor.handle_message(message)
        return output.replies
