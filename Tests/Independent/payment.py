#!/usr/bin/python3
"""Looks over PC/SC at what a card has beside the health application, as a bank's terminal does before any transaction, and
prints it as JSON: the environments (PSE, PPSE), and what each of their lists names. SELECT, and the list of the PSE; no key,
no PIN, nothing written. Written from EMV book 1 §10, §12 and Docs/card.md §8.
"""

import argparse
import json
import sys

from terminal import PCSC, Unexpected, find_reader

ENVIRONMENTS = {"PSE": b"1PAY.SYS.DDF01", "PPSE": b"2PAY.SYS.DDF01"}
CONSTRUCTED = 0x20


def objects(data):
    """BER-TLV data objects one after the other: (tag, value)."""
    position = 0
    while position < len(data):
        start = position
        position += 1
        if data[start] & 0x1F == 0x1F:
            while data[position] & 0x80:
                position += 1
            position += 1
        tag = data[start:position].hex().upper()
        length = data[position]
        position += 1
        if length & 0x80:
            count = length & 0x7F
            length = int.from_bytes(data[position : position + count], "big")
            position += count
        if position + length > len(data):
            raise Unexpected("object %s ends behind its template" % tag)
        yield tag, data[position : position + length]
        position += length


def only(data, *path):
    """The value at the end of a path of tags, each of which comes once."""
    for tag in path:
        found = [value for name, value in objects(data) if name == tag]
        if len(found) != 1:
            raise Unexpected("%d objects %s" % (len(found), tag))
        data = found[0]
    return data


def every(data, tag):
    return [value for name, value in objects(data) if name == tag]


class Bank:
    def __init__(self, channel):
        self.channel = channel

    def send(self, command):
        answer = self.channel.transmit(command)
        return answer[:-2], int.from_bytes(answer[-2:], "big")

    def select(self, name):
        """The template of SELECT by name; None where the card has none of the name."""
        data, status = self.send(bytes([0x00, 0xA4, 0x04, 0x00, len(name)]) + name + b"\x00")
        if status == 0x6A82:
            return None
        if status != 0x9000:
            raise Unexpected("SELECT %s answered %04X" % (name.hex(), status))
        if only(data, "6F", "84") != name:
            raise Unexpected("SELECT %s answered for %s" % (name.hex(), only(data, "6F", "84").hex()))
        return only(data, "6F", "A5")

    def entry(self, value):
        return {
            "aid": only(value, "4F").hex(),
            "label": (every(value, "50") or [b""])[0].decode("ascii"),
            "priority": (every(value, "87") or [b"\0"])[0][0] & 0x0F,
        }

    def directory(self, proprietary):
        """The entries of a PSE: records of the file that it names, until there is none."""
        file = only(proprietary, "88")[0]
        found = []
        for record in range(1, 11):
            data, status = self.send(bytes([0x00, 0xB2, record, file << 3 | 4, 0x00]))
            if status == 0x6A83:
                return found
            if status != 0x9000:
                raise Unexpected("record %d of the PSE answered %04X" % (record, status))
            found += [self.entry(value) for value in every(only(data, "70"), "61")]
        return found

    def look(self):
        result = {}
        for title, name in ENVIRONMENTS.items():
            proprietary = self.select(name)
            if proprietary is None:
                continue
            if title == "PSE":
                result[title] = self.directory(proprietary)
            else:
                result[title] = [self.entry(value) for value in every(only(proprietary, "BF0C"), "61")]
        applications = {entry["aid"] for entries in result.values() for entry in entries}
        result["applications"] = {}
        for aid in sorted(applications):
            proprietary = self.select(bytes.fromhex(aid))
            if proprietary is None:
                raise Unexpected("%s is listed and not there" % aid)
            own = every(proprietary, "BF0C")
            version = every(own[0], "9F08") if own else []
            result["applications"][aid] = {
                "label": (every(proprietary, "50") or [b""])[0].decode("ascii"),
                "version": version[0].hex() if version else None,
            }
        return result


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--serial", required=True, help="serial number of the card, hexadecimal")
    options = parser.parse_args()
    channel = PCSC(find_reader(bytes.fromhex(options.serial)))
    try:
        print(json.dumps(Bank(channel).look(), indent=1, sort_keys=True))
    finally:
        channel.close()


if __name__ == "__main__":
    try:
        main()
    except Unexpected as problem:
        sys.exit("payment.py: %s" % problem)
