#!/usr/bin/python3
"""A clinic's program in the field's own way (Docs/card.md §3.2): every key in a SAM, every file selected and opened anew.

clinic.py --reader CARD --sam SAM ACTION…, where ACTION is one of
  read                         the JSON of Docs/items.md, by number; `read tag` by tag
  set NAME=VALUE …             items of records
  photo FILE                   the photograph
  allergy SUBSTANCE REACTION   a new first allergy;  vaccine NAME DATE a new first immunization
  visit inpatient|outpatient   a record with every item filled, signed;  verify all of them
  reimburse inpatient|outpatient NUMBER
  block|unblock|block-for-ever DF01|DF02|DF03;  block-card
"""

import argparse
import json
import pathlib
import sys

import crypto
import layout
import reader
import visit
from sam_terminal import SamModule, SamTerminal
from terminal import PCSC, Unexpected

PIECE = reader.PIECE
VISITS = layout.DIRECTORIES[-1]
KINDS = {"inpatient": (0xEF05, 0xEE01, 3, layout.INPATIENT), "outpatient": (0xEF06, 0xED01, 5, layout.OUTPATIENT)}
LOCK = 0x83


def zero_filled(text, item):
    """One-digit codes as hospitals' programs send them: `01`."""
    code = item.coding == "cn" and item.form in ("code", "digits") and item.length == 1
    return text.zfill(2) if code and text else text


class Clinic:
    def __init__(self, terminal, by_tag=False):
        self.terminal = terminal
        self.field = reader.FieldReader(terminal, by_tag)
        self.field.enter(layout.DIRECTORIES[1])
        self.field.select(0xEF05)
        record = terminal.send(bytes.fromhex("00b20a0400"))
        terminal.city = layout.decode(record[2:], layout.ISSUER[-1])

    def read(self):
        return reader.read(self.field, self.terminal)

    # --- getting to a file ---------------------------------------------------

    def open(self, directory, file, reference):
        """Path anew, the file's update or read key, then the file."""
        self.field.enter(directory)
        name = next(n for n, r in directory.keys.items() if r == reference)
        self.terminal.authenticate(name, reference)
        self.field.select(file.fid)

    def _write(self, offset, data):
        for start in range(0, len(data), PIECE):
            piece, at = data[start : start + PIECE], offset + start
            self.terminal.silent(b"\x00\xd6" + at.to_bytes(2, "big") + bytes([len(piece)]) + piece)

    # --- updates ---------------------------------------------------------------

    def set(self, name, text):
        for directory in layout.DIRECTORIES:
            for file in directory.files:
                if file.kind != layout.VARIABLE:
                    continue
                for number, item in enumerate(file.items, 1):
                    if item.name == name:
                        value = layout.encode(zero_filled(text, item), item)
                        self.open(directory, file, file.update)
                        record = bytes([item.number, item.length]) + value
                        self.terminal.secured(bytes([0x04, 0xDC, number, 0x04]), "STK_" + directory.name, record)
                        return
        raise Unexpected("no item %s in a record file" % name)

    def append(self, section, *texts):
        directory = layout.DIRECTORIES[3]
        file = next(f for f in directory.files if f.section == section)
        data = b"".join(layout.encode(text, item) for text, item in zip(texts, file.items, strict=True))
        self.open(directory, file, file.update)
        self.terminal.secured(bytes.fromhex("04dc0003"), "STK_DF02", data)

    def photo(self, jpeg):
        directory = layout.DIRECTORIES[1]
        file = directory.files[2]
        self.open(directory, file, file.update)
        self._write(0, len(jpeg).to_bytes(2, "big") + jpeg)

    # --- visits ----------------------------------------------------------------

    def _index(self, kind):
        fid, _, count, _ = KINDS[kind]
        file = next(f for f in VISITS.files if f.fid == fid)
        self.open(VISITS, file, file.read)
        return file, [self.terminal.send(bytes([0x00, 0xB2, n, 0x04, 0x00])) for n in range(1, count + 1)]

    def visit(self, kind):
        """Writes one; gives its record number."""
        index, flags = self._index(kind)
        if b"\xff" not in flags:
            raise Unexpected("no free record")
        number = flags.index(b"\xff") + 1
        _, first, _, items = KINDS[kind]
        file = next(f for f in VISITS.files if f.fid == first + number - 1)
        data = visit.visit(items)[: -64 - 190]
        signature, certificate = self.terminal.module.sign(data)
        self.open(VISITS, file, file.update)
        self._write(0, data + signature + certificate)
        self.field.select(index.fid)
        self.terminal.secured(bytes([0x84, 0xD2, number, 0x04]), "STK_DF03")
        return number

    def verify(self):
        """(kind, number, what is wrong) of every valid visit."""
        for kind, (_, first, _, _) in KINDS.items():
            for number, flag in enumerate(self._index(kind)[1], 1):
                if flag != b"\x00":
                    continue
                file = next(f for f in VISITS.files if f.fid == first + number - 1)
                self.open(VISITS, file, file.read)
                data = self.field.binary(file)
                body, signature, certificate = data[:-254], data[-254:-190], data[-190:]
                wrong = crypto.check_sam_certificate(certificate)
                if not crypto.sm2_verify_digest(crypto.sm3(body), signature, certificate[62:126]):
                    wrong.append("signature")
                yield kind, number, wrong

    def reimburse(self, kind, number):
        index, flags = self._index(kind)
        if not 1 <= number <= len(flags) or flags[number - 1] != b"\x00":
            raise Unexpected("no valid record %d" % number)
        self.open(VISITS, index, index.erase)
        self.terminal.secured(bytes([0x84, 0x0C, number, 0x04]), "STK_DF03")

    # --- blocking --------------------------------------------------------------

    def _enter_blocked(self, directory):
        """As FieldReader.enter, where a blocked directory says 6283."""
        for fid in (0x3F00, 0xDDF1, int(directory.name, 16)):
            data, status = self.terminal.exchange(b"\x00\xa4\x00\x00\x02" + fid.to_bytes(2, "big"))
            if status != 0x9000 and status != 0x6283:
                raise Unexpected("SELECT %04X answered %04X" % (fid, status))

    def lock(self, name, header):
        directory = next(d for d in layout.DIRECTORIES if d.name == name)
        self._enter_blocked(directory)
        self.terminal.authenticate("LK_" + name, LOCK)
        self.terminal.secured(header, "STK_" + name)

    def block_card(self):
        self.field.select(0x3F00)
        self.terminal.authenticate("BK_MF", layout.DIRECTORIES[0].keys["BK_MF"])
        self.terminal.secured(bytes.fromhex("84160000"), "STK_MF")


LOCKS = {"block": "841e0000", "block-for-ever": "841e0001", "unblock": "84180000"}


def act(clinic, action, words):
    """What the action prints."""
    if action == "read":
        return clinic.read()
    if action == "set":
        for word in words:
            clinic.set(*word.split("=", 1))
    elif action == "photo":
        clinic.photo(pathlib.Path(words[0]).read_bytes())
    elif action == "allergy":
        clinic.append("allergies", *words)
    elif action == "vaccine":
        clinic.append("immunizations", *words)
    elif action == "visit":
        return {"record": clinic.visit(words[0])}
    elif action == "verify":
        return [{"kind": kind, "record": number, "wrong": wrong} for kind, number, wrong in clinic.verify()]
    elif action == "reimburse":
        clinic.reimburse(words[0], int(words[1]))
    elif action in LOCKS:
        clinic.lock(words[0], bytes.fromhex(LOCKS[action]))
    elif action == "block-card":
        clinic.block_card()
    else:
        raise Unexpected("no action %s" % action)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reader", required=True, help="the card's, its exact name or a part that fits no other")
    parser.add_argument("--sam", required=True, help="the SAM's, likewise")
    parser.add_argument("--pin", default="123456")
    parser.add_argument("--chunk", type=int, default=0xF0, help="most bytes in a command to the SAM")
    parser.add_argument("action")
    parser.add_argument("words", nargs="*")
    options = parser.parse_args()
    try:
        module = SamModule(PCSC(options.sam), options.chunk)
        module.verify(options.pin)
        terminal = SamTerminal(PCSC(options.reader), module)
        clinic = Clinic(terminal, by_tag=options.action == "read" and options.words == ["tag"])
        result = act(clinic, options.action, options.words)
    except (Unexpected, ValueError, OSError) as problem:
        sys.exit(str(problem))
    if result is not None:
        json.dump(result, sys.stdout, ensure_ascii=False, indent=1, sort_keys=True)
        print()
    print("%d commands" % terminal.commands, file=sys.stderr)
    if options.action == "verify" and any(entry["wrong"] for entry in result):
        sys.exit("a visit does not verify")


if __name__ == "__main__":
    main()
