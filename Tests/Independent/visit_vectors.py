#!/usr/bin/python3
"""Whole visits in every form they travel in: writes TestVectors/visits.json. --check only compares.

JSON as in Docs/items.md; the concatenated and the joined form as in Docs/card.md §1.4 and Docs/protocol.md §11 "Visits as
text"; the bytes of the card, with signature and certificate (Docs/protocol.md §6, §7).
"""

import argparse
import json
import pathlib
import sys

import crypto
import layout
import visit

PATH = pathlib.Path(__file__).resolve().parents[2] / "TestVectors" / "visits.json"
SPARSE = {*range(64, 71), 76, 105, *range(213, 219), 321, 362}
KINDS = {"inpatient": layout.INPATIENT, "outpatient": layout.OUTPATIENT}


def unsigned(items):
    return [entry for entry in items if not (isinstance(entry, layout.Item) and entry.form == "hex")]


def full(item):
    """Every item has a value; texts fill their field."""
    if item.coding == "ans":
        text = "项%d" % item.number
        while len((text + "测").encode("gbk")) <= item.length:
            text += "测"
        return text if len(text.encode("gbk")) <= item.length else str(item.number % 10)
    return visit.value(item)


def sparse(item):
    """The first items, and one of a later member of a group."""
    return visit.value(item) if item.number in SPARSE else None


def field_text(data, item):
    """The value as it stands in its field, GBK."""
    if item.coding == "ans":
        return data.rstrip(b"\x00")
    if item.coding == "cn":
        return data.hex().upper().split("F")[0].encode()
    return data.hex().upper().encode()


def case(name, kind, value):
    items = list(layout.leaves(unsigned(KINDS[kind])))
    fields = [(item, layout.encode(value(item), item)) for item in items]
    data = b"".join(field for _, field in fields)
    # A flag has no empty byte: 00 is no.
    texts = [(item, field_text(field, item)) for item, field in fields]
    document = layout.read_object(data, unsigned(KINDS[kind]))
    concatenated = b"".join(b"%03d%03d" % (item.number, len(text)) + text for item, text in texts if text)
    return {
        "name": name,
        "kind": kind,
        "json": document,
        "concatenated": concatenated.decode("gbk"),
        "joined": b"|".join(text for _, text in texts).decode("gbk"),
        "data": data.hex(),
    }


def cases():
    return [case(name, kind, value) for name, value in (("full", full), ("sparse", sparse)) for kind in KINDS]


def seal(vector):
    private = crypto.test_private_key("SAM")
    signature = crypto.sm2_sign_digest(crypto.sm3(bytes.fromhex(vector["data"])), private)
    certificate = crypto.sam_certificate(bytes.fromhex("990101000001"), bytes.fromhex("9900000000000001"))
    return {**vector, "signature": signature.hex(), "certificate": certificate.hex()}


def problems():
    """What the file says otherwise than these lines do."""
    wrong = []
    found = json.loads(PATH.read_text("utf-8"))
    if [entry["name"] + " " + entry["kind"] for entry in found] != [e["name"] + " " + e["kind"] for e in cases()]:
        return ["other cases"]
    for entry, expected in zip(found, cases()):
        name = "%s %s" % (entry["name"], entry["kind"])
        wrong += ["%s: %s" % (name, key) for key in expected if entry[key] != expected[key]]
        certificate = bytes.fromhex(entry["certificate"])
        wrong += ["%s: %s" % (name, problem) for problem in crypto.check_sam_certificate(certificate)]
        digest = crypto.sm3(bytes.fromhex(entry["data"]))
        if not crypto.sm2_verify_digest(digest, bytes.fromhex(entry["signature"]), certificate[62:126]):
            wrong.append("%s: signature" % name)
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    if parser.parse_args().check:
        sys.exit("\n".join(problems()) or 0)
    vectors = [seal(vector) for vector in cases()]
    PATH.write_text(json.dumps(vectors, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
