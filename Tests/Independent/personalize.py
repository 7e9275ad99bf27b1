#!/usr/bin/python3
"""Makes one test card from a row of a batch by the reference dialect (Docs/protocol.md §5), over PC/SC.

Every answer must be exactly the one the page promises. Prints what was written, file by file, as card.py reports it.
"""

import argparse
import csv
import json
import pathlib
import sys

import crypto
import layout
from terminal import PCSC, Terminal, Unexpected

BLOCK = 0xFF


def values(batch, row, serial):
    """One text for every item name of the card."""
    issue_date = batch["issueDate"]
    result = dict(row)
    result.update(
        cardCategory="1",
        specificationVersion="1.1",
        issuerName=batch["issuerName"],
        issuerCode=batch["issuerCode"],
        issuerCertificate=crypto.issuer_certificate(batch["issuerCode"], issue_date, batch["validUntil"]).hex(),
        issueDate=issue_date,
        cardNumber=row["idNumber"],
        securityCode=crypto.security_code(row["idNumber"], issue_date.replace("-", ""))[1],
        issueSerial=serial.hex().upper()[-10:],
        cityCode=batch["cityCode"],
        validUntil=batch["validUntil"],
    )
    return result


def numbered(row, names, count):
    """[{name: text}, …] from columns such as allergen1, allergyReaction1; empty rows left out."""
    for i in range(1, count + 1):
        member = {name: row.get(name + str(i), "") for name in names}
        if any(member.values()):
            yield member


def image(batch, folder, row, serial):
    """{"DDF1/EF05": [record, …] or bytes} of every file that is written."""
    text, contents = values(batch, row, serial), {}
    for directory in layout.DIRECTORIES:
        for file in directory.files:
            path = "%s/%04X" % (directory.name, file.fid)
            if file.kind == layout.VARIABLE:
                contents[path] = [
                    bytes([item.number, item.length]) + layout.encode(text.get(item.name), item) for item in file.items
                ]
            elif file.kind == layout.CYCLIC:
                members = numbered(row, [item.name for item in file.items], file.count)
                contents[path] = [
                    b"".join(layout.encode(member[item.name], item) for item in file.items) for member in members
                ]
            elif file.section == "photo":
                photo = folder / "photos" / (row["idNumber"] + ".jpg")
                jpeg = photo.read_bytes() if photo.exists() else b""
                contents[path] = len(jpeg).to_bytes(2, "big") + jpeg
    return contents


def tlv(tag, value):
    return bytes([tag, len(value)]) + bytes(value)


class Maker:
    def __init__(self, terminal, contents):
        self.terminal, self.contents = terminal, contents

    def run(self):
        terminal = self.terminal
        terminal.silent(bytes.fromhex("00a40000023f00"))
        self._expect_state(1)
        terminal.authenticate("TK", 0x01)
        self._keys(layout.DIRECTORIES[0])
        for directory in layout.DIRECTORIES[1:]:
            if directory.name != "DDF1":
                terminal.silent(bytes.fromhex("00a4040c0c") + layout.DIRECTORIES[1].df_name)
            self._directory(directory)
            for file in directory.files:
                self._create(file)
            self._keys(directory)
            for file in directory.files:
                self._write(directory, file)
        terminal.silent(bytes.fromhex("00a4000c023f00"))
        self._expect_state(3)
        terminal.silent(bytes.fromhex("00440000"))
        self._expect_state(5)
        if terminal.exchange(bytes.fromhex("0082000111") + bytes(16) + bytes([crypto.TEST])) != (b"", 0x6A88):
            raise Unexpected("the transport key is still there after activation")

    def _expect_state(self, state):
        wanted = b"\x83\x02\x3f\x00\x8a\x01" + bytes([state]) + tlv(0xA5, b"\x9f\x0c\x08" + self.terminal.serial)
        template = self.terminal.send(bytes.fromhex("00a40000023f0000"))
        if template != tlv(0x6F, wanted):
            raise Unexpected("FCI of MF %s: the card is not in state %d" % (template.hex(), state))

    def _directory(self, directory):
        content = tlv(0x82, b"\x38") + tlv(0x83, bytes.fromhex(directory.name)) + tlv(0x84, directory.df_name)
        self._file(content)

    def _create(self, file):
        transparent = file.kind == layout.TRANSPARENT
        meaningful = file.kind in (layout.FIXED, layout.CYCLIC)
        size, count = (file.size, file.count) if meaningful else (0, 0)
        content = tlv(0x82, bytes([file.kind, 1]) + size.to_bytes(2, "big") + bytes([count]))
        content += tlv(0x83, file.fid.to_bytes(2, "big"))
        if transparent:
            content += tlv(0x80, file.size.to_bytes(2, "big"))
        content += tlv(0x88, [layout.short_identifier(file.fid) << 3])
        self._file(content + tlv(0x86, [file.read, file.update, file.erase, file.protection]))

    def _file(self, content):
        body = tlv(0x62, content)
        self.terminal.silent(bytes([0x00, 0xE0, 0x00, 0x00, len(body)]) + body)

    def _keys(self, directory):
        for name, reference in directory.keys.items():
            terminal_key = name[0] in "RUBL"
            usage = 1 if terminal_key else 2 if name == "IRK" else 3
            plain = bytes([usage, reference, crypto.TEST, 0x04, 0x06 if terminal_key else 0x00, 0, 0, 0, 0])
            self.terminal.secured(bytes([0x84, 0xD4, 0x01, reference]), "TK", plain + self.terminal.key(name))

    def _write(self, directory, file):
        content = self.contents.get("%s/%04X" % (directory.name, file.fid))
        if content is None:
            return
        short = layout.short_identifier(file.fid)
        if file.kind == layout.TRANSPARENT:
            self.terminal.silent(b"\x00\xa4\x00\x0c\x02" + file.fid.to_bytes(2, "big"))
            for offset in range(0, len(content), BLOCK):
                piece = content[offset : offset + BLOCK]
                self.terminal.silent(b"\x00\xd6" + offset.to_bytes(2, "big") + bytes([len(piece)]) + piece)
            return
        stk = "STK_" + directory.name
        if file.kind == layout.VARIABLE:
            for number, record in enumerate(content, 1):
                self.terminal.secured(bytes([0x04, 0xDC, number, short << 3 | 4]), stk, record)
        else:
            for record in reversed(content):
                self.terminal.secured(bytes([0x04, 0xDC, 0x00, short << 3 | 3]), stk, record)


def whole(contents):
    """The contents as the card will hold them: cyclic files, binaries and what is never written filled up."""
    result = {}
    for directory in layout.DIRECTORIES:
        for file in directory.files:
            path = "%s/%04X" % (directory.name, file.fid)
            content = contents.get(path, b"")
            if file.kind == layout.TRANSPARENT:
                result[path] = content.ljust(file.size, b"\x00").hex()
            else:
                fill = b"\xff" if file.kind == layout.FIXED else bytes(file.size)
                filled = list(content) + [fill * (1 if file.kind != layout.FIXED else file.size)] * file.count
                result[path] = [record.hex() for record in filled[: file.count]]
    return result


def load(folder, id_number):
    batch = json.loads((folder / "batch.json").read_text("utf-8"))
    with open(folder / "applications.csv", encoding="utf-8", newline="") as rows:
        row = next((row for row in csv.DictReader(rows) if row["idNumber"] == id_number), None)
    if row is None:
        sys.exit("no application with that id number")
    return batch, row


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--reader", help="its exact name or a part that fits no other")
    where.add_argument("--image", type=bytes.fromhex, metavar="SERIAL", help="only print what this chip would hold")
    parser.add_argument("--batch", type=pathlib.Path, required=True)
    parser.add_argument("--id", required=True)
    options = parser.parse_args()
    batch, row = load(options.batch, options.id)
    if options.image:
        contents = image(batch, options.batch, row, options.image)
        json.dump({"serial": options.image.hex(), "contents": whole(contents)}, sys.stdout, indent=1)
        return
    try:
        terminal = Terminal(PCSC(options.reader))
        terminal.city = batch["cityCode"]
        contents = image(batch, options.batch, row, terminal.serial)
        Maker(terminal, contents).run()
    except Unexpected as problem:
        sys.exit(str(problem))
    report = {"serial": terminal.serial.hex(), "commands": terminal.commands, "contents": whole(contents)}
    json.dump(report, sys.stdout, ensure_ascii=False, indent=1)
    print()


if __name__ == "__main__":
    main()
