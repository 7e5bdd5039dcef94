"""What must agree between the data files: codes that exist, one lead, names with one meaning.

Works on the files as written, whatever else is wrong in them, so that all mistakes are told at once. Entries
of the wrong kind are passed over here, since the schema tells of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from bot.i18n import languages
from bot.programme.schema import DESTINATIONS, as_list
from bot.programme.values import known_countries, our_languages
from bot.programme.yaml_lines import Document, KeyPath

#: The site that stands for our own page.
HOME = "home"


def _entries(value: Any) -> Iterator[tuple[int, dict[Any, Any]]]:
    """The entries of a list that have the form “name: value”."""
    if isinstance(value, list):
        yield from ((index, entry) for index, entry in enumerate(value) if isinstance(entry, dict))


def _mapping(value: Any) -> dict[Any, Any]:
    return value if isinstance(value, dict) else {}


def partner_codes(partners: Document) -> list[str]:
    """The codes of the organisations."""
    return [str(entry["code"]) for _, entry in _entries(partners.data) if "code" in entry]


def check_partners(document: Document) -> None:
    """One lead, and codes and names that belong to one organisation each."""
    _check_lead(document)
    codes: set[str] = set()
    owners: dict[str, str] = {}
    for index, entry in _entries(document.data):
        code = str(entry.get("code"))
        if code in codes:
            document.add_fault((index, "code"), f"the code {code} is taken", "choose another code")
        codes.add(code)
        for field, name in _names(entry):
            other = owners.setdefault(name.casefold(), code)
            if other != code:
                problem = f"“{name}” is also a name of {other}"
                document.add_fault((index, field), problem, "keep it with one of the two")


def _names(entry: dict[Any, Any]) -> Iterator[tuple[str, str]]:
    """Each name of an organisation with the field that holds it."""
    for field in ("code", "official_name", "english_name", "short_name", "aliases"):
        yield from ((field, name) for name in as_list(entry.get(field)) if isinstance(name, str))


def _check_lead(document: Document) -> None:
    leads = [index for index, entry in _entries(document.data) if entry.get("role") == "lead"]
    if not leads:
        document.add_fault((), "no organisation is the lead partner", "give one of them role: lead")
    for index in leads[1:]:
        document.add_fault((index, "role"), "there is a second lead partner", "write role: partner")


def check_sites(document: Document, partners: Collection[str]) -> None:
    """Sites of organisations that exist, in languages that are offered to people."""
    sites = _mapping(document.data)
    if HOME not in sites:
        document.add_fault((), f"the site “{HOME}” is missing", f"add it: “{HOME}:” stands for our own page")
    for code, entry in sites.items():
        site = _mapping(entry)
        if site.get("partner") is not None:
            _check_partner(document, (code, "partner"), site["partner"], partners)
        language = site.get("language")
        if isinstance(language, str) and language in our_languages() - set(languages()):
            problem = f"the language {language} is still a draft"
            document.add_fault((code, "language"), problem, f"write one of {', '.join(languages())}")


def check_routing(document: Document, partners: Collection[str], sites: Collection[str]) -> None:
    """Rules with names of their own, on things that exist, of which the last one holds for everybody."""
    rules = list(_entries(_mapping(document.data).get("rules")))
    names: set[str] = set()
    for index, rule in rules:
        name, to = str(rule.get("name")), str(rule.get("to"))
        if name in names:
            document.add_fault(("rules", index, "name"), f"the name {name} is taken", "choose another name")
        names.add(name)
        if to not in DESTINATIONS and to.isupper():
            _check_partner(document, ("rules", index, "to"), to, partners)
        for key, wanted in _mapping(rule.get("when")).items():
            _check_wanted(document, ("rules", index, "when", key), as_list(wanted), partners, sites)
    _check_last(document, rules)


def _check_last(document: Document, rules: list[tuple[int, dict[Any, Any]]]) -> None:
    for index, rule in rules[:-1]:
        if "always" in _mapping(rule.get("when")):
            problem = "no rule below this one is ever reached"
            document.add_fault(("rules", index, "when"), problem, "move this rule to the end")
    if rules and set(_mapping(rules[-1][1].get("when"))) != {"always"}:
        problem = "the last rule does not hold for everybody"
        path = ("rules", rules[-1][0], "when")
        document.add_fault(path, problem, "add a last rule with when: {always: true}")


def _check_wanted(
    document: Document, path: KeyPath, wanted: list[Any], partners: Collection[str], sites: Collection[str]
) -> None:
    key = path[-1]
    if key in ("country_in", "country", "destinations"):
        known = {*known_countries(), "any"} if key == "destinations" else known_countries()
        _check_known(document, path, wanted, known, "country code", "write ISO 3166-1, such as SI")
    elif key == "language":
        _check_known(document, path, wanted, languages(), "language of the bot")
    elif key == "site":
        _check_known(document, path, wanted, sites, "site of sites.yml")
    elif key == "partner":
        for code in wanted:
            _check_partner(document, path, code, partners)


def _check_partner(document: Document, path: KeyPath, code: Any, partners: Collection[str]) -> None:
    _check_known(document, path, [code], partners, "organisation of partners.yml")


def _check_known(
    document: Document,
    path: KeyPath,
    wanted: list[Any],
    known: Collection[str],
    kind: str,
    remedy: str | None = None,
) -> None:
    for value in wanted:
        # Nothing is known where the other file cannot be read.
        if isinstance(value, str) and known and value not in known:
            document.add_fault(path, f"“{value}” is no {kind}", remedy or f"write one of {', '.join(known)}")
