"""The kinds of values that the data files are made of, each checked where it stands."""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from babel import Locale
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from bot.i18n import all_languages

Applications = Literal["open", "interest_only", "closed"]
Status = Literal["known", "single_source", "unknown"]

#: Contrast against white that WCAG 2.1 (1.4.3, level AA) asks of text.
LEAST_CONTRAST = 4.5
#: Codes that people write for a country, though ISO 3166-1 has another.
_MISTAKEN_COUNTRIES = {"UK": "GB", "EL": "GR", "SP": "ES", "SRB": "RS", "MNE": "ME"}
_TEXT_LIMIT = 2000


class Strict(BaseModel):
    """Base of everything read from the files: no unknown keys, no change after loading."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


def fault(problem: str, remedy: str, *, key: str | None = None) -> PydanticCustomError:
    """A mistake with its remedy; `key` names the entry of a mapping that it belongs to."""
    values: dict[str, Any] = {"problem": problem, "remedy": remedy, "key": key}
    return PydanticCustomError("programme_data", "{problem}", values)


@lru_cache(maxsize=1)
def known_countries() -> frozenset[str]:
    """The ISO 3166-1 alpha-2 codes, as CLDR has them."""
    regions = {str(code) for code in Locale.parse("en").territories} - _NO_COUNTRIES
    return frozenset(code for code in regions if len(code) == 2 and code.isalpha())


#: CLDR regions that look like countries: the euro area, outlying oceania, pseudo-locales, the UN, unknown.
_NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})


def _country(code: str) -> str:
    if code in known_countries():
        return code
    meant = _MISTAKEN_COUNTRIES.get(code.upper(), code.upper())
    if meant in known_countries():
        raise fault(f"“{code}” is no country code", f"write {meant}")
    raise fault(f"“{code}” is no country code", "write the two capital letters of ISO 3166-1, such as SI")


@lru_cache(maxsize=1)
def our_languages() -> frozenset[str]:
    """The codes of `locales/languages.yml`, drafts included."""
    return frozenset(language.code for language in all_languages())


def _our_language(code: str) -> str:
    if code not in our_languages():
        listed = ", ".join(language.code for language in all_languages())
        raise fault(f"“{code}” is no language of the bot", f"write one of {listed}")
    return code


def _language(code: str) -> str:
    """A language that an organisation speaks: one of ours or, for later, any that CLDR names."""
    if code in our_languages() or (code.islower() and code in Locale.parse("en").languages):
        return code
    return _our_language(code)


def _origin(text: str) -> str:
    if not re.fullmatch(r"https?://[a-z0-9.-]+(:\d+)?", text):
        raise fault(f"“{text}” is no origin", "write scheme and host in small letters, such as https://example.org")
    return text


def _address(text: str) -> str:
    if not re.fullmatch(r"https?://\S+", text):
        raise fault(f"“{text}” is no web address", "write it in full, beginning with https://")
    return text


def travels_safely(address: str) -> bool:
    """Whether what is sent to a web address is encrypted on its way or never leaves this machine."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host)))
    except ValueError:
        return False


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _webhook(text: str) -> str:
    if not re.fullmatch(r"\S+", text) or not travels_safely(text):
        remedy = "write it in full, beginning with https://; http:// is taken for 127.0.0.1 and localhost only"
        raise fault(f"“{text}” is no address for a webhook", remedy)
    return text


def _telegram_group(text: str) -> str:
    if not re.fullmatch(r"-\d{5,20}|@[A-Za-z]\w{3,31}", text, re.ASCII):
        remedy = 'write its number in quotes, such as "-1001234567890", or its public name as "@name"'
        raise fault(f"“{text}” is no Telegram group", remedy)
    return text


def _email(text: str) -> str:
    if not re.fullmatch(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]+", text):
        raise fault(f"“{text}” is no e-mail address", "write one address such as office@example.org, or null")
    return text


def _phone(text: str) -> str:
    if not re.fullmatch(r"\+\d[\d /()-]{5,}", text):
        remedy = 'write it in quotes with the country\'s prefix, such as "+386 4 123 45 67"'
        raise fault(f"“{text}” is no phone number", remedy)
    return text


def contrast_with_white(colour: str) -> float:
    """The contrast ratio (WCAG 2.1) of a colour, `#rrggbb`, against white: 1 to 21."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 1.05 / (luminance + 0.05)


def _colour(text: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        raise fault(f"“{text}” is no colour", 'write it in quotes as "#rrggbb", such as "#0b4ea2"')
    contrast = contrast_with_white(text)
    if contrast < LEAST_CONTRAST:
        raise fault(
            f"the colour {text} is too light to be read on white ({contrast:.1f}:1)",
            f"choose a darker one, with a contrast of at least {LEAST_CONTRAST}:1",
        )
    return text


def _no_repeats(values: tuple[Any, ...]) -> tuple[Any, ...]:
    repeated = next((value for index, value in enumerate(values) if value in values[:index]), None)
    if repeated is not None:
        raise fault(f"“{repeated}” stands there twice", "keep one of the two")
    return values


Text = Annotated[str, Field(min_length=1, max_length=_TEXT_LIMIT)]
KeyName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Iso = Annotated[str, AfterValidator(_country)]
OurLanguage = Annotated[str, AfterValidator(_our_language)]
SpokenLanguage = Annotated[str, AfterValidator(_language)]
Origin = Annotated[str, AfterValidator(_origin)]
WebAddress = Annotated[str, AfterValidator(_address)]
Email = Annotated[str, AfterValidator(_email)]
Webhook = Annotated[str, AfterValidator(_webhook)]
TelegramGroup = Annotated[str, AfterValidator(_telegram_group)]
Phone = Annotated[str, AfterValidator(_phone)]
Colour = Annotated[str, AfterValidator(_colour)]
Whole = Annotated[int, Field(strict=True, gt=0)]
Truth = Annotated[bool, Field(strict=True)]
NoRepeats = AfterValidator(_no_repeats)
