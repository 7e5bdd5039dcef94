"""The texts of the web channel itself, in English, and all channels' texts in a given language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from bot import i18n
from bot.channels.telegram import texts as telegram_texts
from bot.i18n import N_

#: What the chat widget shows; its `{placeholders}` are filled in the browser.
WIDGET: dict[str, str] = {
    "title": N_("MobiliseSME assistant"),
    "subtitle": N_("Automatic assistant"),
    "open": N_("Open the chat"),
    "close": N_("Close the chat"),
    "log": N_("Conversation"),
    "you_said": N_("You:"),
    "bot_said": N_("Assistant:"),
    "message": N_("Your message"),
    "placeholder": N_("Write a message…"),
    "send": N_("Send"),
    "attach": N_("Send a file"),
    "file_too_large": N_("This file is too large. A file may have at most {limit} MB."),
    "choices": N_("Suggested answers"),
    "typing": N_("The assistant is typing"),
    "connecting": N_("Connecting…"),
    "offline": N_("The connection is lost. Your message will be sent as soon as it is back."),
    "unavailable": N_("The chat cannot be reached at the moment. We keep trying."),
    "not_sent": N_("Not sent"),
    "retry": N_("Send again"),
    "too_long": N_("Your message is too long: at most {limit} characters."),
    "options": N_("Options"),
    "language": N_("Language"),
    "download": N_("Download the conversation"),
    "restart": N_("Start a new conversation"),
    "restarted": N_("A new conversation has begun."),
    "privacy": N_("Privacy"),
    "file": N_("Download {name}"),
    "new_messages": N_("New messages: {count}"),
}

#: What our own pages say; filled on the server.
PAGES: dict[str, str] = {
    "page_heading": N_("Questions about MobiliseSME? Ask in your language."),
    "page_lead": N_(
        "An automatic assistant answers questions about staff exchanges between small and medium-sized "
        "enterprises in Europe, and takes your application."
    ),
    "page_start": N_("Start the chat"),
    "page_languages": N_("Choose your language"),
    "page_ask_title": N_("Ask"),
    "page_ask": N_("Who can take part, how long a stay lasts, what it pays, and much more."),
    "page_apply_title": N_("Apply"),
    "page_apply": N_("One question at a time. You can ask something in between, go back and correct."),
    "page_people_title": N_("Reach people"),
    "page_people": N_("The assistant tells you which partner organisation looks after your country."),
    "page_machine": N_("You are writing to a machine. Please let the contact point confirm important answers."),
    "page_embed_title": N_("For partner organisations"),
    "page_embed": N_("One line puts the chat on your own website:"),
    "page_embed_note": N_("It sets no cookies and loads nothing from other providers."),
    "page_no_script": N_("The chat needs JavaScript. You can also write to {email}."),
    "page_skip": N_("Skip to the content"),
    "page_not_found": N_("This page does not exist."),
    "page_link_expired": N_("This link is no longer valid. Please ask for a copy of your data again in the chat."),
    "page_back": N_("Back to the chat"),
    "privacy_title": N_("What happens to your data"),
    "privacy_use": N_(
        "Your questions are kept for {days} days to improve the answers. Your contact details are asked for "
        "only after you have agreed, and only the partner organisation that takes your application and the "
        "lead partner see them. You can ask for a copy or for deletion here at any time."
    ),
    "privacy_controller": N_("Controller: {controller}."),
    "privacy_no_controller": N_("The controller of the data has not been named publicly; please ask: {contact}."),
    "privacy_dpo": N_("Data protection officer: {dpo}."),
    "privacy_legal_basis": N_("Legal basis: Article 6(1)({letter}) of the General Data Protection Regulation (GDPR)."),
    "privacy_processors": N_("On behalf of the controller, the data are also handled by:"),
    "privacy_retention": N_(
        "An unfinished application is erased after {hours} hours if you have not agreed to the processing of "
        "your data, and otherwise after {days} days. A closed application is erased after {months} months."
    ),
    "privacy_browser": N_(
        "While the tab is open, your browser keeps the number of your conversation, so that you can go on "
        "after changing the page. No cookies are set."
    ),
    "privacy_rights": N_(
        "You can ask for access to your data, their correction or their erasure, and withdraw your consent, "
        "in the chat or by writing to {email}. You can also complain to your data protection authority."
    ),
}


@lru_cache(maxsize=64)
def texts(language: str | None) -> Mapping[str, str]:
    """All texts of the channels in a language, by key; English where it is unknown or lacks one."""
    known = language if language in i18n.languages() else i18n.FALLBACK
    sources = {**telegram_texts.TEXTS, **WIDGET, **PAGES}
    return {key: i18n.translate(known, source) for key, source in sources.items()}
