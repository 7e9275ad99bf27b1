#!/usr/bin/env python3
"""Checks FHIR R4 Bundles with the models of fhir.resources, and what models alone do not see.

    .build/validators/bin/python Tests/Validators/fhir.py BUNDLE.json …

Prints a line for each mistake and ends with 1 when there is one. Beyond the models: codes that FHIR lists, urn:uuid
identities (unique, well formed) and references that lead somewhere, no empty values, the invariants of R4 that the
resources of a card can break.
"""
import decimal
import json
import re
import sys
from pathlib import Path

from fhir.resources.bundle import Bundle
from fhir.resources.fhirabstractmodel import FHIRAbstractModel

UUID = re.compile(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\Z")
URI = re.compile(r"(https?://\S+|urn:oid:[0-2](\.(0|[1-9]\d*))+|urn:[a-z][a-z0-9-]*:\S+)\Z")
CODE = re.compile(r"\S+( \S+)*\Z")
INSTANT = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?)?)?\Z")


def enumerated(model, path, mistakes):
    """Values that R4 binds to a list of codes."""
    for name, field in model.__fields__.items():
        value = getattr(model, name, None)
        if value is None:
            continue
        where = f"{path}.{field.alias}"
        allowed = field.field_info.extra.get("enum_values")
        for one in value if isinstance(value, list) else [value]:
            if allowed and one not in allowed:
                mistakes.append(f"{where}: '{one}' is none of {allowed}")
            if isinstance(one, FHIRAbstractModel):
                enumerated(one, where, mistakes)


def walk(value, path):
    yield path, value
    if isinstance(value, dict):
        for name, member in value.items():
            yield from walk(member, f"{path}.{name}")
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from walk(member, f"{path}[{index}]")


def plain(document, path, mistakes):
    """Rules for every value, whatever its type."""
    for where, value in walk(document, path):
        if value is None or value in ("", [], {}):
            mistakes.append(f"{where}: empty")
        if isinstance(value, str) and any(ord(c) < 32 and c not in "\t\r\n" for c in value):
            mistakes.append(f"{where}: control character")
        if not isinstance(value, dict):
            continue
        if "url" in value and ("extension" in value) == any(name.startswith("value") for name in value):
            mistakes.append(f"{where}: ext-1, a value or extensions")
        if "system" in value and "use" not in value and value["system"] not in ("phone", "email"):
            if not URI.match(value["system"]):
                mistakes.append(f"{where}.system: no URI: {value['system']}")
        for name in ("code",):
            if isinstance(value.get(name), str) and not CODE.match(value[name]):
                mistakes.append(f"{where}.{name}: no code")
        if "start" in value and "end" in value and value["start"][:10] > value["end"][:10]:
            mistakes.append(f"{where}: per-1, ends before it starts")
        for name, member in value.items():
            if name.endswith("DateTime") or name in ("start", "end", "birthDate"):
                if not INSTANT.match(member):
                    mistakes.append(f"{where}.{name}: {member}")


def invariants(resource, path, mistakes):
    def check(is_kept, name):
        if not is_kept:
            mistakes.append(f"{path}: {name}")

    kind = resource["resourceType"]
    if kind == "Observation":
        check(not ("dataAbsentReason" in resource and any(n.startswith("value") for n in resource)), "obs-6")
    if kind == "AllergyIntolerance":
        check("clinicalStatus" in resource, "ait-1")
    if kind == "Condition":
        for evidence in resource.get("evidence", []):
            check("code" in evidence or "detail" in evidence, "con-2")
        is_problem = any(c.get("code") == "problem-list-item" for k in resource.get("category", []) for c in k["coding"])
        check("clinicalStatus" in resource or not is_problem, "con-3")
    if kind == "Organization":
        check("identifier" in resource or "name" in resource, "org-1")
    if kind == "Patient":
        for contact in resource.get("contact", []):
            check(any(n in contact for n in ("name", "telecom", "address", "organization")), "pat-1")
    for where, value in walk(resource, path):
        if isinstance(value, dict) and "system" in value and value["system"] == "phone":
            check("value" in value, f"cpt-2 at {where}")
        if where.endswith((".length", ".boundsDuration")):
            check("code" in value and value.get("system") == "http://unitsofmeasure.org", f"drt-1 at {where}")


def check(text):
    mistakes = []
    document = json.loads(text, parse_float=decimal.Decimal)
    plain(document, "Bundle", mistakes)
    try:
        enumerated(Bundle.parse_raw(text), "Bundle", mistakes)
    except Exception as error:  # whatever the models raise is their verdict
        mistakes += str(error).splitlines()
    names = set()
    for index, entry in enumerate(document.get("entry", [])):
        path = f"Bundle.entry[{index}]"
        name = entry.get("fullUrl", "")
        if not UUID.match(name):
            mistakes.append(f"{path}.fullUrl: {name}")
        if name in names:
            mistakes.append(f"{path}.fullUrl: bdl-7, {name} twice")
        names.add(name)
        invariants(entry["resource"], f"{path}.resource({entry['resource']['resourceType']})", mistakes)
    for where, value in walk(document, "Bundle"):
        if where.endswith(".reference") and value not in names:
            mistakes.append(f"{where}: leads nowhere: {value}")
    return mistakes


def main():
    count = 0
    for path in sys.argv[1:]:
        for mistake in check(Path(path).read_text(encoding="utf-8")):
            print(f"{Path(path).name}: {mistake}")
            count += 1
    if len(sys.argv) < 2:
        sys.exit("usage: fhir.py BUNDLE.json …")
    sys.exit(1 if count else 0)


main()
