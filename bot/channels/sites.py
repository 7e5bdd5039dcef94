"""Which websites may embed the chat, and which site of `sites.yml` a visitor is on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from bot import i18n
from bot.programme.schema import Site

#: The site of our own page in `sites.yml`.
HOME = "home"


class Sites:
    """The partner sites, as the web channel asks about them."""

    def __init__(self, sites: Mapping[str, Site], public_url: str | None) -> None:
        self._sites = sites
        self._own_origin = origin_of(public_url) if public_url else None

    def get(self, code: str | None) -> Site | None:
        """The site with this code, or None."""
        return self._sites.get(code or "")

    def allows(self, origin: str | None, host: str | None) -> bool:
        """Whether a page of this origin may talk to us; programs other than browsers send none and may."""
        return origin is None or self._is_ours(origin, host) or self._first_with(origin) is not None

    def site_of(self, claimed: object, origin: str | None, host: str | None) -> str | None:
        """The code of the visitor's site: the one the page names if its origin may, else the origin's own."""
        site = self._sites.get(claimed) if isinstance(claimed, str) else None
        trusted = origin is None or self._is_ours(origin, host)
        if site and (trusted or origin in site.allowed_origins):
            return str(claimed)
        found = self._first_with(origin) if origin else None
        return found or (HOME if HOME in self._sites else None)

    def _is_ours(self, origin: str, host: str | None) -> bool:
        return origin == self._own_origin or (bool(host) and urlsplit(origin).netloc == host)

    def _first_with(self, origin: str) -> str | None:
        return next((code for code, site in self._sites.items() if origin in site.allowed_origins), None)


def origin_of(url: str) -> str:
    """`scheme://host[:port]` of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def preferred_language(tags: Iterable[object]) -> str | None:
    """The first of our languages that the tags mean, in their order."""
    matched = (i18n.match_locale(tag) for tag in tags if isinstance(tag, str) and len(tag) <= 35)
    return next((language for language in matched if language), None)


def accepted_tags(header: str | None) -> list[str]:
    """The tags of an `Accept-Language` header; browsers write them best first, so weights are not read."""
    return [entry.split(";")[0].strip() for entry in (header or "").split(",")[:20]]
