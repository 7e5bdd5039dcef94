"""Reads and checks the programme's data files; every mistake is told with its file, line and remedy."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel, ValidationError

from bot.programme.cross_checks import check_partners, check_routing, check_sites, partner_codes
from bot.programme.explain import explain
from bot.programme.facts import ProgrammeFile, plain_facts
from bot.programme.faults import ProgrammeDataError
from bot.programme.programme import Programme
from bot.programme.schema import PartnersFile, Privacy, Routing, SitesFile
from bot.programme.yaml_lines import Document, read_document

PROGRAMME_DIR = Path(__file__).resolve().parent

#: The files with what each must hold, in the order in which their mistakes are told.
MODELS: dict[str, type[BaseModel]] = {
    "programme.yml": ProgrammeFile,
    "partners.yml": PartnersFile,
    "routing.yml": Routing,
    "sites.yml": SitesFile,
    "privacy.yml": Privacy,
}


def validate(document: Document, model: type[BaseModel]) -> BaseModel | None:
    """A document's content as a checked model; None and faults in the document where it does not fit."""
    if document.data is None:
        return None
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            path, problem, remedy = explain(detail, model, document)
            document.add_fault(path, problem, remedy)
        return None


def load_programme(directory: Path | None = None, routing: Path | None = None) -> Programme:
    """Read the data files.

    Args:
        directory: the folder that holds them; that of this package where none is named.
        routing: a file to take in place of the folder's `routing.yml`, to try new rules.

    Raises:
        DataFileError: a file is missing or holds mistakes; the text lists all of them.
    """
    folder = directory or PROGRAMME_DIR
    files = {name: folder / name for name in MODELS} | ({"routing.yml": routing} if routing else {})
    documents = {name: read_document(file) for name, file in files.items()}
    models = {name: validate(documents[name], model) for name, model in MODELS.items()}
    _cross_check(documents)
    faults = [fault for document in documents.values() for fault in document.sorted_faults()]
    if faults:
        raise ProgrammeDataError(faults)
    return _join(*models.values())


def _cross_check(documents: dict[str, Document]) -> None:
    """Check what must agree between the files, of those that could be read."""
    partners, sites = documents["partners.yml"], documents["sites.yml"]
    codes = partner_codes(partners)
    if partners.data is not None:
        check_partners(partners)
    if documents["routing.yml"].data is not None:
        check_routing(documents["routing.yml"], codes, list(sites.data) if isinstance(sites.data, dict) else [])
    if sites.data is not None:
        check_sites(sites, codes)


def _join(programme: Any, partners: Any, routing: Any, sites: Any, privacy: Any) -> Programme:
    return Programme(
        facts=plain_facts(programme.facts),
        partners=MappingProxyType({partner.code: partner for partner in partners.root}),
        routing=routing,
        sites=MappingProxyType(dict(sites.root)),
        privacy=privacy,
        unknown=MappingProxyType(dict(programme.unknown)),
        records=programme.facts,
    )
