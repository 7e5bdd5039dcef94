"""The texts of the Telegram channel itself, in English: `widget_texts.texts` gives them in every language."""

from __future__ import annotations

from bot.i18n import N_

TEXTS: dict[str, str] = {
    "telegram_name": "MobiliseSME",
    "telegram_description": N_(
        "I am the automatic assistant of MobiliseSME, an EU scheme for short stays abroad of employees, managers and "
        "owners of small and medium-sized enterprises. Ask me who can take part, how long a stay lasts, what it pays and "
        "whom to contact, or apply here."
    ),
    "telegram_short_description": N_("The automatic assistant of MobiliseSME: questions and applications."),
    "telegram_share_phone": N_("Share my phone number"),
    "telegram_no_file": N_("I could not fetch that file from Telegram. Please send it once more."),
    "telegram_in_private": N_("Write to me in private"),
    "telegram_text_only": N_(
        "I can read text, and I take PDF documents and pictures with an application, but no voice messages, videos or "
        "the like. Please write your question in a sentence."
    ),
    "telegram_old_button": N_(
        "This button was pressed before, or is no longer valid. Please use the newest buttons, or write to me."
    ),
    "error": N_("I am sorry, something went wrong on our side. Your earlier answers are kept. Please send that again."),
    "command_start": N_("Begin"),
    "command_apply": N_("Apply"),
    "command_contact": N_("Whom do I contact?"),
    "command_status": N_("My application"),
    "command_language": N_("Change the language"),
    "command_privacy": N_("What happens to my data?"),
    "command_cancel": N_("Stop the application"),
    "command_help": N_("What can you do?"),
}
