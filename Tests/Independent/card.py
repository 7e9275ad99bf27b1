#!/usr/bin/python3
"""One independent card in a vpcd slot: `card.py --port 35963 --serial 0102030405060708`.

Strict: every command that Docs/protocol.md gives a correct terminal no reason to send is noted. On SIGTERM, or when
the slot goes away, prints a JSON report: violations, refusals, and everything the card holds at the end.
"""

import argparse
import json
import signal
import socket
import sys

import cos
import model

# What a correct terminal may well meet while it finds out about a card; every other refusal is a violation.
EXPECTED = {0x6282, 0x6283, 0x6982, 0x6A82, 0x6A83, 0x6A88}


class Card(cos.Card):
    """The card, with a note of everything that should not have been sent."""

    def __init__(self, serial, challenge=None):
        super().__init__(serial, challenge)
        self.commands = self.bytes_in = self.bytes_out = 0
        self.violations, self.refusals, self.originals = [], [], set()

    def process(self, apdu):
        answer = super().process(apdu)
        self.commands += 1
        self.bytes_in += len(apdu)
        self.bytes_out += len(answer)
        status = int.from_bytes(answer[-2:], "big")
        if status != 0x9000:
            known = status in EXPECTED or status >> 8 == 0x6C
            (self.refusals if known else self.violations).append(self._note(apdu, "answered %04X" % status))
        for reason in self._oddities(bytes(apdu)):
            self.violations.append(self._note(apdu, reason))
        return answer

    def _note(self, apdu, reason):
        return {"number": self.commands, "header": bytes(apdu[:4]).hex(), "length": len(apdu), "reason": reason}

    def _oddities(self, apdu):
        """Commands that are answered but are not what the page says."""
        try:
            command = model.Command(apdu)
        except model.Refusal:
            return
        if command.extended and len(command.data) <= 255 and (command.le or 0) <= 256:
            yield "extended length where the short form says the same"
        if command.ins in (0x82, 0x88) and len(command.data) == 17:
            if command.data[8:16] in self.originals:
                yield "original information used before"
            self.originals.add(command.data[8:16])
        if command.ins == 0xE0 and command.data:
            yield from self._creation(command.data)

    def _creation(self, data):
        try:
            outer = model.simple_tlv(data)
            items = model.simple_tlv(outer[0x62])
        except (model.Refusal, KeyError):
            return
        descriptor = items.get(0x82, b"\x00")
        directory, transparent = descriptor == b"\x38", descriptor[0] == model.TRANSPARENT
        wanted = [0x82, 0x83, 0x84] if directory else [0x82, 0x83, 0x80, 0x88, 0x86]
        if not (directory or transparent):
            wanted.remove(0x80)
        if list(items) != wanted:
            yield "objects of CREATE FILE are not %s in this order" % " ".join("%02X" % tag for tag in wanted)
        if transparent and descriptor[2:] != bytes(3):
            yield "record size and count of a transparent file are not 0"

    def report(self):
        return {
            "serial": self.serial.hex(),
            "state": {1: "blank", 3: "being made", 5: "activated"}[self.state],
            "commands": self.commands,
            "bytesIn": self.bytes_in,
            "bytesOut": self.bytes_out,
            "violations": self.violations,
            "refusals": self.refusals,
            "contents": self.contents(),
            "keys": {d: sorted("%02x" % r for r in node.keys) for d, node in self._directories()},
            "blocked": self.blocked or {d: node.block for d, node in self._directories() if node.block},
        }

    def _directories(self):
        return [("MF" if d is self.mf else "%04X" % d.fid, d) for d in self._all(self.mf)]

    def contents(self):
        """`"DDF1/EF05"` → list of record hex, or one hex string for a transparent file."""
        return {
            "%s/%04X" % (name, file.fid): bytes(file.content).hex()
            if file.kind == model.TRANSPARENT
            else [bytes(record).hex() for record in file.records]
            for name, node in self._directories()
            for file in node.files
        }


def receive(link, count):
    data = b""
    while len(data) < count:
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        piece = link.recv(count - len(data))
        if not piece:
            raise EOFError
        data += piece
    return data


def serve(card, link):
    """Answers one vpcd slot until it goes away."""
    while True:
        body = receive(link, int.from_bytes(receive(link, 2), "big"))
        if len(body) != 1:
            answer = card.process(body)
        elif body[0] == 4:
            answer = card.atr
        else:
            card.reset()
            continue
        link.sendall(len(answer).to_bytes(2, "big") + answer)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=35963)
    parser.add_argument("--serial", type=bytes.fromhex, default=bytes.fromhex("0102030405060708"))
    parser.add_argument("--challenge", type=bytes.fromhex, help="answer every GET CHALLENGE with these 8 bytes")
    options = parser.parse_args()
    card = Card(options.serial, options.challenge)

    def stop(*_):
        raise EOFError

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        with socket.create_connection((options.host, options.port)) as link:
            serve(card, link)
    except (EOFError, ConnectionError) as problem:
        if isinstance(problem, ConnectionRefusedError):
            sys.exit("nothing listens on port %d: is pcscd running with a vpcd slot there?" % options.port)
    json.dump(card.report(), sys.stdout, ensure_ascii=False, indent=1)
    print()


if __name__ == "__main__":
    main()
