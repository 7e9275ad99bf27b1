#!/usr/bin/python3
"""Reads one test card over PC/SC and prints the JSON of Docs/items.md.

--mode multi   READ RECORD P2 05 and short identifiers, one authentication a directory
--mode number  as readers in the field: SELECT and authentication for every file, records by number, 0x80-byte pieces
--mode tag     the same with records by tag
"""

import argparse
import base64
import json
import sys

import crypto
import electronic_card
import layout
from terminal import PCSC, Terminal, Unexpected, find_reader

PIECE = 0x80
FIELD_ORIGINAL = bytes.fromhex("1122334455667788")


class MultiReader:
    """Fewest commands: everything by short identifier, many records an answer."""

    def __init__(self, terminal):
        self.terminal = terminal

    def enter(self, directory):
        name = directory.df_name
        self.terminal.silent(bytes([0x00, 0xA4, 0x04, 0x00, len(name)]) + name)

    def unlock(self, directory, file):
        """Nothing to do: the directory was opened once."""

    def unlock_directory(self, directory):
        name = "RK1_" + directory.name
        self.terminal.authenticate(name, directory.keys[name])

    def records(self, file):
        found = []
        while len(found) < file.count:
            p2 = layout.short_identifier(file.fid) << 3 | 5
            data = self.terminal.send(bytes([0x00, 0xB2, len(found) + 1, p2, 0x00]))
            found += split(data, file)
        return found

    def binary(self, file, wanted=None):
        """The file from its start; `wanted` bytes or all."""
        wanted = wanted or file.size
        first = bytes([0x00, 0xB0, 0x80 | layout.short_identifier(file.fid), 0x00, min(wanted, 256) & 0xFF])
        data = self.terminal.send(first)
        while len(data) < wanted:
            le = min(wanted - len(data), 256) & 0xFF
            data += self.terminal.send(b"\x00\xb0" + len(data).to_bytes(2, "big") + bytes([le]))
        return data


class FieldReader:
    """What readers' libraries in the field send (Docs/card.md §3)."""

    def __init__(self, terminal, by_tag):
        self.terminal, self.by_tag = terminal, by_tag

    def select(self, fid):
        data, status = self.terminal.exchange(b"\x00\xa4\x00\x00\x02" + fid.to_bytes(2, "big"))
        if status != 0x9000 and status >> 8 != 0x61:
            raise Unexpected("SELECT %04X answered %04X" % (fid, status))

    def enter(self, directory):
        self.path = [0x3F00, 0xDDF1] + ([int(directory.name, 16)] if directory.name != "DDF1" else [])
        for fid in self.path:
            self.select(fid)

    def unlock_directory(self, directory):
        pass

    def unlock(self, directory, file):
        for fid in self.path:
            self.select(fid)
        if file.read:
            name = "RK1_" + directory.name
            self.terminal.authenticate(name, directory.keys[name], FIELD_ORIGINAL)

    def records(self, file):
        self.select(file.fid)
        if self.by_tag and file.kind == layout.VARIABLE:
            commands = [bytes([0x00, 0xB2, item.number, 0x00, item.length + 2]) for item in file.items]
        else:
            commands = [bytes([0x00, 0xB2, number, 0x04, 0x00]) for number in range(1, file.count + 1)]
        return [self.terminal.send(command) for command in commands]

    def binary(self, file, wanted=None):
        self.select(file.fid)
        data = b""
        while len(data) < (wanted or file.size):
            le = min((wanted or file.size) - len(data), PIECE)
            data += self.terminal.send(b"\x00\xb0" + len(data).to_bytes(2, "big") + bytes([le]))
        return data


def split(data, file):
    """Whole records out of one answer."""
    if file.kind != layout.VARIABLE:
        if len(data) % file.size or not data:
            raise Unexpected("%d bytes are no whole records of %d" % (len(data), file.size))
        return [data[i : i + file.size] for i in range(0, len(data), file.size)]
    found = []
    while data:
        found.append(data[: 2 + data[1]])
        if len(data) < 2 + data[1]:
            raise Unexpected("half a record")
        data = data[2 + data[1] :]
    return found


def read_records(reader, directory, file):
    """Checked raw records of a record file."""
    found = reader.records(file)
    if len(found) != file.count:
        raise Unexpected("%s/%04X has %d records, not %d" % (directory.name, file.fid, len(found), file.count))
    if file.kind == layout.VARIABLE:
        for item, record in zip(file.items, found):
            if record[:2] != bytes([item.number, item.length]) or len(record) != item.length + 2:
                raise Unexpected("%s/%04X item %d: tag or length" % (directory.name, file.fid, item.number))
    return found


def read_file(reader, directory, file, document, valid):
    reader.unlock(directory, file)
    if file.section == "photo":
        size = int.from_bytes(reader.binary(file, 2), "big")
        if size:
            photo = reader.binary(file, 2 + size)[2:]
            document["photo"] = base64.b64encode(photo).decode()
    elif file.section is None:
        valid[file.fid] = read_records(reader, directory, file)
    elif file.kind == layout.VARIABLE:
        raw = read_records(reader, directory, file)
        document[file.section] = layout.read_object(b"".join(r[2:] for r in raw), file.items)
    elif file.kind == layout.CYCLIC:
        raw = [r for r in read_records(reader, directory, file) if any(r)]
        document[file.section] = [layout.read_object(r, file.items) for r in raw]
    else:
        visits = document.setdefault(file.section, [])
        number = file.fid & 0x0F
        if valid[0xEF05 if file.section == "inpatient" else 0xEF06][number - 1] == b"\x00":
            visits.append({"record": number, **layout.read_object(reader.binary(file), file.items)})


def read(reader, terminal):
    document, valid = {}, {}
    for directory in layout.DIRECTORIES[1:]:
        reader.enter(directory)
        if directory.name == "DDF1":
            issuer = directory.files[0]
            read_file(reader, directory, issuer, document, valid)
            terminal.city = document["issuer"]["cityCode"]
            reader.enter(directory)
            terminal.authenticate_card()
        reader.unlock_directory(directory)
        for file in directory.files:
            if file.section != "issuer":
                read_file(reader, directory, file, document, valid)
    holder = document["holder"]
    if holder.get("idNumber") and holder.get("name"):
        index = electronic_card.main_index("01", holder["idNumber"], holder["name"])
        document["mainIndex"] = index.hex().upper()
    return document


def check(document, serial):
    """What the page promises about values and is not so."""
    issuer, holder = document["issuer"], document["holder"]
    wrong = crypto.check_certificate(bytes.fromhex(issuer["issuerCertificate"]), issuer["issuerCode"])
    code = crypto.security_code(issuer["cardNumber"], issuer["issueDate"].replace("-", ""))[1]
    if issuer["securityCode"] != code:
        wrong.append("security code")
    if issuer["cardCategory"] != "1" or issuer["specificationVersion"] != "1.1":
        wrong.append("card category or specification version")
    if issuer["issueSerial"] != serial.hex().upper()[-10:]:
        wrong.append("issue serial is not the end of the chip serial")
    if issuer["cardNumber"] != holder["idNumber"] or not holder["idNumber"].startswith("99"):
        wrong.append("card number: not the holder's, or not in the test region")
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--reader", help="its exact name or a part that fits no other")
    which.add_argument("--find", type=bytes.fromhex, metavar="SERIAL", help="only print the name of this card's reader")
    parser.add_argument("--mode", choices=["multi", "number", "tag"], default="multi")
    options = parser.parse_args()
    try:
        if options.find:
            print(find_reader(options.find))
            return
        channel = PCSC(options.reader)
        terminal = Terminal(channel)
        reader = MultiReader(terminal) if options.mode == "multi" else FieldReader(terminal, options.mode == "tag")
        document = read(reader, terminal)
        wrong = check(document, terminal.serial)
    except Unexpected as problem:
        sys.exit("%s: %s" % (options.mode, problem))
    json.dump(document, sys.stdout, ensure_ascii=False, indent=1, sort_keys=True)
    print("\n%d commands" % terminal.commands, file=sys.stderr)
    if wrong:
        sys.exit("; ".join(wrong))


if __name__ == "__main__":
    main()
