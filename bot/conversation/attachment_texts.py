"""What people read about the files that they send with an application."""

from __future__ import annotations

from bot import i18n
from bot.applications.attachment_types import LARGEST, MOST_FILES, kind_name
from bot.conversation import contacts
from bot.conversation.turn import Turn
from bot.i18n import N_
from bot.model import Button, Lead
from bot.storage import Attachment

LABEL = N_("Files")
REFUSALS: dict[str, str] = {
    "too_large": N_("I could not take {name}: a file may have at most {size}."),
    "wrong_kind": N_(
        "I could not take {name}: it is damaged, or of a kind that I do not take. I take PDF documents, and pictures "
        "in the formats JPEG, PNG and WebP."
    ),
    "empty": N_("I could not take {name}: the file is empty."),
    "too_many": N_(
        "I could not take {name}: the application has as many files as it can have. The limit is: {count}. You can "
        "remove a file in the summary, under “Change something”, before you send the application."
    ),
    "too_many_sent": N_(
        "I could not take {name}: the application has as many files as it can have. The limit is: {count}."
    ),
}
WITHOUT_APPLICATION = N_(
    "I can take files only together with an application. If you want to apply, please begin the application here and "
    "send the file again then."
)


def described(turn: Turn, attachment: Attachment) -> str:
    """A file's name, kind and size: "plan.pdf (PDF, 120 kB)"."""
    size = i18n.format_size(turn.language, attachment.size)
    return f"{attachment.filename} ({kind_name(attachment.media_type)}, {size})"


def receipt(turn: Turn, attachment: Attachment, lead: Lead | None) -> str:
    """That a file is kept: with the application under way, or with one that was sent."""
    file = described(turn, attachment)
    if lead is None:
        return turn.say(N_("Kept with your application: {file}"), file=file)
    partner = turn.programme.partners.get(lead.partner, turn.programme.lead)
    return turn.say(
        N_("Added to your application **{reference}**, which lies with {partner}: {file}"),
        reference=lead.reference,
        partner=contacts.name(turn, partner),
        file=file,
    )


def refusal(turn: Turn, name: str, why: str) -> str:
    """Why a file cannot be taken."""
    return turn.say(REFUSALS[why], name=name, size=i18n.format_size(turn.language, LARGEST), count=MOST_FILES)


def listed(turn: Turn) -> list[str]:
    """The files of the draft, as one line of the summary; none where there are none."""
    names = [attachment.filename for attachment in turn.files.draft]
    return [f"• {turn.labelled(turn.say(LABEL), turn.listed(names))}"] if names else []


def remove_buttons(turn: Turn) -> tuple[Button, ...]:
    """A button for each file of the draft that takes it away."""
    return tuple(
        Button(turn.say(N_("Remove: {name}"), name=kept.filename), f'/correct{{"file": "{handle(kept)}"}}')
        for kept in turn.files.draft
    )


def handle(attachment: Attachment) -> str:
    """What a button calls a file by; tells nothing but the file itself."""
    return attachment.sha256[:16]
