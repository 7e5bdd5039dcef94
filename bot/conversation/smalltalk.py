"""Replies to everything that is no question about the programme: Rasa's `utter_…` responses."""

from __future__ import annotations

from collections.abc import Callable

from bot import i18n
from bot.conversation import contacts, enquiry_texts
from bot.conversation.answers import topic_button
from bot.conversation.turn import Turn
from bot.i18n import N_
from bot.model import Button, Reply

Response = Callable[[Turn], list[Reply]]

MAIN_MENU = ("ask_eligibility", "ask_duration", "ask_contact_point", "ask_funding", "apply")


def greeting(turn: Turn) -> Reply:
    """The first message of a conversation: it says that a machine speaks, and what it can do."""
    text = turn.say(
        N_(
            "Hello! I am the automatic assistant of MobiliseSME: a machine, not a person. I answer questions about "
            "the programme and take applications. What would you like to know?"
        )
    )
    return Reply(text, _menu(turn))


def introduction(turn: Turn) -> str:
    """One line for those who begin with a question: a machine answers."""
    return turn.say(N_("I am the automatic assistant of MobiliseSME, a machine."))


#: What somebody wants next who told of a company and a stay.
ABOUT_A_STAY = ("apply", "ask_eligibility", "ask_funding", "ask_contact_point")


def _menu(turn: Turn) -> tuple[Button, ...]:
    """What can be asked; nothing where a form's question follows, whose answers it would hide."""
    if turn.requested_slot:
        return ()
    return tuple(topic_button(turn, intent) for intent in (*MAIN_MENU, "change_language"))


def utter_greet(turn: Turn) -> list[Reply]:
    """A greeting; the first one of a conversation introduces the bot."""
    if not turn.state.greeted:
        known = i18n.match_locale(turn.message.locale) or turn.message.site or turn.state.language_chosen
        return [greeting(turn)] if known else [greeting(turn), *utter_choose_language(turn)]
    return [Reply(turn.say(N_("Hello! What would you like to know about MobiliseSME?")), _menu(turn))]


def utter_in_private(turn: Turn) -> list[Reply]:
    """Said in a group, about what belongs in a private chat."""
    return [Reply(turn.say(N_("This is for the two of us: please write to me in a private chat.")))]


def utter_goodbye(turn: Turn) -> list[Reply]:
    """A farewell."""
    return [Reply(turn.say(N_("Goodbye! You can write again at any time.")))]


def utter_thank(turn: Turn) -> list[Reply]:
    """An answer to thanks."""
    return [Reply(turn.say(N_("You are welcome. Is there anything else you would like to know?")))]


def utter_help(turn: Turn) -> list[Reply]:
    """What the bot can do."""
    return [
        Reply(
            turn.say(
                N_(
                    "I can tell you who can take part in MobiliseSME, how long a stay lasts, what it pays, whom to "
                    "contact in your country and more. I can also take your application and pass it to the right "
                    "partner organisation. Just write in your own words."
                )
            ),
            _menu(turn),
        )
    ]


def utter_bot_challenge(turn: Turn) -> list[Reply]:
    """The truth about who is speaking."""
    return [
        Reply(
            turn.say(
                N_("I am a machine: an automatic assistant. If you prefer a person, I can tell you whom to contact.")
            ),
            (topic_button(turn, "talk_to_human"),),
        )
    ]


def utter_affirm(turn: Turn) -> list[Reply]:
    """A "yes" to nothing in particular."""
    return [Reply(turn.say(N_("Good. What would you like to do?")), _menu(turn))]


def utter_deny(turn: Turn) -> list[Reply]:
    """A "no" to nothing in particular."""
    return [Reply(turn.say(N_("All right. I am here if you have a question.")), _menu(turn))]


def utter_inform(turn: Turn) -> list[Reply]:
    """A bare name, number or place outside the form; who tells of a company and a stay is offered to apply first."""
    near = tuple(topic_button(turn, intent) for intent in ABOUT_A_STAY) if turn.state.mentioned else _menu(turn)
    return [Reply(turn.say(N_("Thank you. What would you like to know or do?")), near)]


def utter_out_of_scope(turn: Turn) -> list[Reply]:
    """Not ours: said politely, with a contact point."""
    return [
        Reply(
            turn.say(N_("I can only help with MobiliseSME, and this does not seem to be about it."))
            + "\n\n"
            + contacts.line(turn),
            _menu(turn),
        )
    ]


def utter_not_understood(turn: Turn) -> list[Reply]:
    """Nothing that we can answer was recognised."""
    pass_on = (enquiry_texts.pass_on_button(turn),) if turn.state.unanswered else ()
    return [
        Reply(
            turn.say(
                N_("I am sorry, I did not understand that, and I do not want to guess. Could you put it differently?")
            )
            + "\n\n"
            + contacts.line(turn),
            (*pass_on, topic_button(turn, "talk_to_human"), *_menu(turn)),
        )
    ]


def utter_choices(turn: Turn) -> list[Reply]:
    """Two or three possible meanings to press, and none of them, which names a contact point."""
    buttons = [topic_button(turn, intent) for intent in turn.parse.choices]
    buttons.append(Button(turn.say(N_("Something else")), "/nlu_fallback"))
    return [Reply(turn.say(N_("I am not quite sure what you mean. Is it one of these?")), tuple(buttons))]


def utter_empty(turn: Turn) -> list[Reply]:
    """A message with no words in it: blank, emoji or signs only."""
    if turn.requested_slot:
        return [Reply(turn.say(N_("I received no words that I can read.")))]
    return [
        Reply(
            turn.say(N_("I received no words that I can read. Please type your question in a sentence.")), _menu(turn)
        )
    ]


def utter_talk_to_human(turn: Turn) -> list[Reply]:
    """Whom a person can be reached through, and a button that passes a question on to them."""
    pass_on = enquiry_texts.pass_on_button(turn)
    country = next(iter(turn.countries), turn.home_country)
    intro = turn.say(N_("You can reach people here:"))
    if country:
        reply = contacts.for_country(turn, country)
        return [Reply(f"{intro}\n\n{reply.text}", (*reply.buttons, pass_on))]
    support = turn.say(N_("Programme support: {email}"), email=turn.programme.facts.support_email)
    choice = contacts.choose_country(turn, "ask_contact_point", N_("In which country is your company?"))
    return [Reply(f"{intro}\n{support}"), Reply(choice.text, (*choice.buttons, pass_on))]


def utter_choose_language(turn: Turn) -> list[Reply]:
    """All languages, each by its own name."""
    return [Reply(turn.say(N_("Which language would you like?")), language_buttons())]


def language_buttons() -> tuple[Button, ...]:
    """A button for each supported language."""
    return tuple(
        Button(language.name, f'/change_language{{"language": "{language.code}"}}')
        for language in i18n.languages().values()
    )


def utter_language_changed(turn: Turn) -> list[Reply]:
    """Said in the new language."""
    if turn.requested_slot:
        return [Reply(turn.say(N_("We now go on in English.")))]
    return [Reply(turn.say(N_("We now go on in English. How can I help?")), _menu(turn))]


def utter_language_unknown(turn: Turn) -> list[Reply]:
    """A language that the bot does not speak was asked for."""
    return [Reply(turn.say(N_("I do not speak that language yet. I speak these:")), language_buttons())]


def utter_feedback(turn: Turn) -> list[Reply]:
    """Praise or complaint."""
    return [
        Reply(
            turn.say(N_("Thank you for telling us. Your message is kept for the team that looks after this assistant."))
            + "\n\n"
            + contacts.line(turn)
        )
    ]


def utter_too_long(turn: Turn) -> list[Reply]:
    """A message over the limit."""
    return [
        Reply(
            turn.say(N_("Your message is very long and I have read only its beginning. Please ask in a few sentences."))
        )
    ]


def utter_error(turn: Turn) -> list[Reply]:
    """Something failed on our side."""
    return [error_reply(turn.language)]


def error_reply(language: str) -> Reply:
    """What a person reads when something failed on our side."""
    return Reply(
        i18n.translate(
            language,
            N_("I am sorry, something went wrong on our side. Your earlier answers are kept. Please send that again."),
        )
    )


def utter_nothing_to_cancel(turn: Turn) -> list[Reply]:
    """A wish to cancel with nothing going on."""
    return [Reply(turn.say(N_("There is nothing to cancel. What would you like to know?")), _menu(turn))]


def utter_nothing_to_correct(turn: Turn) -> list[Reply]:
    """A correction with no application under way."""
    return [
        Reply(
            turn.say(
                N_(
                    "There is no application under way that could be changed. A sent application can be changed by "
                    "the partner organisation that has it."
                )
            ),
            _menu(turn),
        )
    ]


RESPONSES: dict[str, Response] = {
    function.__name__: function
    for function in (
        utter_greet,
        utter_goodbye,
        utter_thank,
        utter_help,
        utter_bot_challenge,
        utter_affirm,
        utter_deny,
        utter_inform,
        utter_out_of_scope,
        utter_not_understood,
        utter_choices,
        utter_empty,
        utter_talk_to_human,
        utter_choose_language,
        utter_language_changed,
        utter_language_unknown,
        utter_feedback,
        utter_too_long,
        utter_error,
        utter_nothing_to_cancel,
        utter_nothing_to_correct,
    )
}
