#!/usr/bin/python3
"""The same commands to two SAMs, answers compared byte for byte: the independent SAM in this process, and another
program's (`--sam 'PROGRAM virtual --sam --type {type} --port {port}'`) over the vpcd link.

What the page leaves to the maker (answer to reset, serial numbers, dates) is taken over from the other SAM's files once
they have been checked; random answers are compared by their length, signatures are verified. Prints a JSON summary;
exits 1 when the SAMs ever differ. Everything follows from --seed.
"""

import argparse
import collections
import json
import random
import shlex
import sys
import time

import crypto
import sam
from commands import extended, short
from differential import Difference, note
from slot import Gone, Slot

TAIL = 14
FILES = {sam.MF: {0x0015: 14, 0x0016: 6}, sam.DF01: {0x001A: 25, 0x001B: 180, 0x001C: 190}}


class Pair:
    """Both SAMs as one channel."""

    def __init__(self, command, kind):
        self.ours = sam.Sam(kind)
        self.theirs = Slot([part.replace("{type}", str(kind)) for part in command])
        self.sent, self.count, self.signed = collections.deque(maxlen=TAIL), 0, None
        self._adopt(kind)

    def _adopt(self, kind):
        """Their public files in place of ours, less whatever is settled about them."""
        for directory, files in FILES.items():
            self.theirs.transmit(b"\x00\xa4\x00\x00\x02" + directory.to_bytes(2, "big"))
            for fid, size in files.items():
                answer = self.theirs.transmit(bytes([0x00, 0xB0, 0x80 | fid & 0x1F, 0x00, size]))
                if len(answer) != size + 2 or answer[-2:] != b"\x90\x00":
                    raise Difference({"file": "%04X" % fid, "theirs": answer.hex()})
                self.ours.files[directory][fid] = answer[:-2]
        public, application = self.ours.files[sam.MF], self.ours.files[sam.DF01]
        wrong = crypto.check_sam_certificate(application[0x001C])
        if public[0x0015][11] != kind:
            wrong.append("the type in file 0015 is %d, not %d" % (public[0x0015][11], kind))
        if public[0x0016][:1] != b"\x99":
            wrong.append("the province in file 0016")
        if application[0x001C][52:58] != public[0x0016]:
            wrong.append("the terminal number of the certificate is not that of file 0016")
        if application[0x001C][62:126] != crypto.public_key(crypto.test_private_key("SAM")):
            wrong.append("the certificate holds another key than the published one")
        issuer = crypto.public_key(crypto.test_private_key("ROOT"))
        if not crypto.sm2_verify(application[0x001B][:116], application[0x001B][116:], issuer):
            wrong.append("the issuer certificate's signature")
        if wrong:
            raise Difference({"publicFiles": wrong})
        self.reset()

    def transmit(self, command):
        command = bytes(command)
        ours, theirs = self.ours.process(command), self.theirs.transmit(command)
        self.sent.append("%s → %s" % (command.hex(), ours.hex()))
        self.count += 1
        if ours != theirs and not self._random(command, ours, theirs):
            raise Difference({"ours": ours.hex(), "theirs": theirs.hex(), "command": command.hex(), "tail": [*self.sent]})
        if command[1:2] != b"\xc0":
            self.signed = (command[5:37], b"") if command[1:2] == b"\xce" and ours == b"\x61\x40" else None
        return ours

    def _random(self, command, ours, theirs):
        """Alike but for what is random in them."""
        if len(ours) != len(theirs) or ours[-2:] != theirs[-2:]:
            return False
        if command[:4] == bytes.fromhex("00840000"):
            return len(ours) == 10
        if command[1:2] == b"\xc0" and self.signed:
            digest, before = self.signed
            self.signed = digest, before + theirs[:-2]
            public = crypto.public_key(crypto.test_private_key("SAM"))
            return len(self.signed[1]) < 64 or crypto.sm2_verify_digest(digest, self.signed[1], public)
        return False

    def reset(self):
        self.sent.append("reset")
        self.signed = None
        self.ours.reset()
        self.theirs.reset()

    def close(self):
        self.theirs.close()


class Author:
    """Random commands, mostly meaningful, often wrong in one place."""

    def __init__(self, chooser, ours):
        self.random, self.ours = chooser, ours
        self.kinds = [
            (self.session, 20), (self.deliver, 5), (self.encrypt, 4), (self.mac, 4), (self.response, 6), (self.select, 5),
            (self.read, 6), (self.verify, 3), (self.change, 1), (self.compress, 5), (self.sign, 0.5),
            (self.challenge, 2), (self.noise, 3),
        ]  # fmt: skip

    def step(self):
        kind = self.random.choices([k for k, _ in self.kinds], [w for _, w in self.kinds])[0]
        made = kind()
        if self.chance(0.15):
            made[-1:] = [self.damage(made[-1])]
        return [command for command in made if len(command) != 1]

    def chance(self, probability):
        return self.random.random() < probability

    def pick(self, *choices):
        return self.random.choice(choices)

    def bytes(self, count):
        return self.random.randbytes(count)

    def damage(self, command):
        way = self.random.randrange(5)
        if way == 0:
            return command[: self.random.randrange(len(command))] or b"\x00\xa4"
        if way == 1:
            return command + self.bytes(self.pick(1, 1, 2))
        place = self.random.randrange(min(len(command), 6))
        return command[:place] + self.bytes(1) + command[place + 1 :]

    def fetch(self):
        return [bytes.fromhex("00c0000000")] if self.chance(0.6) else []

    def deliver(self):
        levels, usage, number = self.random.choice([*sam.KEYS.values()])
        kept = self.ours.keys.get(number)
        if kept and self.chance(0.9):
            levels, usage = kept[:2]
        if self.chance(0.1):
            levels = self.pick(0, 1, 2, 3, 4, 7)
        if self.chance(0.1):
            usage = self.pick(0, 2, 6, 7, 8, 9, 31)
        count = 8 * (levels + 1) if self.chance(0.95) else self.pick(8, 16, 24, 32, 7, 17)
        steps = [short([0x80, 0xDE, levels << 5 | usage, number], self.bytes(count))]
        if self.ours.directory != sam.MF and self.chance(0.8):
            steps.insert(0, bytes.fromhex("00a40000023f00"))
        return steps

    def session(self):
        """A key this SAM holds, used as it may be, most often with nothing wrong at all."""
        number, (levels, usage, _) = self.random.choice([*self.ours.keys.items()])
        steps = [bytes.fromhex("00a40000023f00")] if self.ours.directory != sam.MF else []
        steps.append(short([0x80, 0xDE, levels << 5 | usage, number], self.bytes(8 * (levels + 1))))
        return steps + (self.encrypt() if usage == sam.ENCRYPT_ONLY or self.chance(0.4) else self.mac())

    def blocks(self, *counts):
        count = 16 * self.pick(*counts)
        return self.bytes(count if self.chance(0.95) else self.pick(0, 1, 8, count + 1))

    def a_cipher(self, p1, data):
        return short([0x80, 0xFA, p1, 0x00], data) if data else bytes([0x80, 0xFA, p1, 0x00])

    def encrypt(self):
        steps = []
        for _ in range(self.pick(0, 0, 0, 1, 2, 3)):
            steps += [self.a_cipher(2, self.blocks(1, 2, 8, 15)), *self.fetch()]
        return steps + [self.a_cipher(0, self.blocks(1, 1, 2, 8, 15)), *self.fetch()]

    def mac(self):
        if self.chance(0.5):
            return [self.a_cipher(5, self.blocks(2, 2, 3, 10, 15, 1)), *self.fetch()]
        steps = [self.a_cipher(7, self.blocks(2, 3, 15, 1))]
        steps += [self.a_cipher(3, self.blocks(1, 15)) for _ in range(self.pick(0, 0, 1, 2))]
        steps += [self.a_cipher(1, self.blocks(1, 3, 15)), *self.fetch()]
        if self.chance(0.2):
            del steps[self.random.randrange(len(steps))]
        return steps or self.response()

    def response(self):
        waiting = len(self.ours.waiting)
        le = self.pick(0, waiting, waiting, waiting - 1, waiting + 1, 4, 8, self.random.randrange(256))
        return [short([0x00, 0xC0, 0x00, self.pick(0, 0, 0, 0, 1)], b"", max(0, le) & 0xFF)]

    def select(self):
        fid = self.pick(sam.MF, sam.MF, sam.DF01, sam.DF01, 0x15, 0x16, 0x1A, 0x1B, 0x1C, 0xDDF1, self.random.randrange(65536))
        p2 = self.pick(0, 0, 0, 0, 0x0C, 4)
        return [short([0x00, 0xA4, self.pick(0, 0, 0, 0, 4, 2), p2], fid.to_bytes(2, "big"))]

    def read(self):
        size = self.pick(6, 14, 25, 180, 190)
        le = self.pick(0, 0, size, size, 1, size - 1, size + 1, None)
        offset = self.pick(0, 0, 0, 1, 5, size - 1, size, 255)
        if self.chance(0.7):
            return [short([0x00, 0xB0, 0x80 | self.pick(0x15, 0x16, 0x1A, 0x1B, 0x1C, 0, 31, 0x35), offset], b"", le)]
        if self.chance(0.1):
            return [extended([0x00, 0xB0, 0, offset], b"", self.pick(0, 190, 300))]
        return [short([0x00, 0xB0, self.pick(0, 0, 0, 1), offset], b"", le)]

    def verify(self):
        if self.chance(0.3):
            return [bytes.fromhex("00200000")]
        wrong = self.pick("654321", "12345", "1234567812345678", "123456FF", "123456789012345678")
        pin = self.ours.pin if self.chance(0.85) else bytes.fromhex(wrong + "F" * (len(wrong) % 2))
        return [short([0x00, 0x20, 0x00, self.pick(0, 0, 0, 0, 0, 0, 1, 0x80)], pin)]

    def change(self):
        new = self.pick("123456", "654321", "12345", "1234", "12345678", "123456789012", "0000000000000000", "12", "1A34", "")
        new = bytes.fromhex(new + "F" * (len(new) % 2))
        old = self.ours.pin if self.chance(0.9) else b"\x11\x22\x33"
        between = b"\xff" if self.chance(0.95) else b""
        return [short([0x80, 0x5E, self.pick(1, 1, 1, 1, 1, 0), 0x00], old + between + new)]

    def compress(self):
        steps = [bytes.fromhex("00a4000002df01")] if self.ours.directory != sam.DF01 and self.chance(0.9) else []
        if not self.ours.proved and self.chance(0.7):
            steps.append(short([0x00, 0x20, 0x00, 0x00], self.ours.pin))
        for _ in range(self.pick(0, 0, 1, 2)):
            steps.append(short([0x80, 0xCC, 0x00, 0x00], self.bytes(self.pick(1, 16, 200, 255))))
        if self.chance(0.8):
            steps.append(short([0x80, 0xCC, 0x01, self.pick(0, 0, 0, 0, 1)], self.bytes(self.pick(1, 55, 64, 200, 255))))
        return (steps or [bytes.fromhex("80cc0100")]) + self.fetch()

    def sign(self):
        return [short([0x80, 0xCE, 0x00, 0x00], self.bytes(self.pick(32, 32, 32, 31, 33))), *self.fetch()]

    def challenge(self):
        return [short([0x00, 0x84, 0, self.pick(0, 0, 0, 1)], b"", self.pick(8, 8, 8, 0, 4, 16, None))]

    def noise(self):
        ins = self.pick(*sam.CLASSES, self.random.randrange(256))
        cla = self.pick(0x00, 0x80, 0x80, 0x04, 0x84, 0x10, self.random.randrange(256))
        header = bytes([cla, ins, self.pick(0, 0, 1, self.random.randrange(256)), self.pick(0, 0, self.random.randrange(256))])
        return [header + self.pick(b"", b"\x00", b"\x08", b"\x02\x3f\x00", b"\x01\x00\x00", self.bytes(self.random.randrange(2, 9)))]


def fuzz(pair, chooser, length):
    author = Author(chooser, pair.ours)
    deadline = pair.count + length
    while pair.count < deadline:
        if chooser.random() < 0.01:
            pair.reset()
        for command in author.step():
            pair.transmit(command)


def headers():
    """Every instruction under some classes; every class, P1 and P2 with the page's own instructions."""
    for ins in range(256):
        for cla in (0x00, 0x04, 0x80, 0x84, 0x10, 0x01, 0xFF):
            yield bytes([cla, ins, 0, 0])
    tails = {0xA4: b"\x02\x3f\x00", 0xB0: b"\x00", 0xC0: b"\x00", 0x84: b"\x08", 0x20: b"", 0x5E: b"\x02\x01\x02"}
    for ins in sam.CLASSES:
        tail = tails.get(ins, b"\x10" + bytes(16))
        for cla in range(256):
            yield bytes([cla, ins, 0, 0]) + tail
        for cla in sam.CLASSES[ins]:
            for value in range(256):
                for p1, p2 in ((0, value), (value, 0), (1, value), (value, 1)):
                    yield bytes([cla, ins, p1, p2]) + tail
    for levels in range(8):
        for usage in range(32):
            for number in (0x00, 0x01, 0x02, 0x04, 0x2A, 0x2C, 0x31, 0x35, 0x39, 0x3A):
                yield short([0x80, 0xDE, levels << 5 | usage, number], bytes(8 * (min(levels, 3) + 1)))


def sweep(pair, where, found):
    if "DF01" in where:
        pair.transmit(bytes.fromhex("00a4000002df01"))
    if "PIN" in where:
        pair.transmit(bytes.fromhex("0020000003123456"))
    for command in headers():
        try:
            pair.transmit(command)
        except Difference as difference:
            note(found, difference.args[0], where)
        if "DF01" in where and pair.ours.directory != sam.DF01:
            pair.transmit(bytes.fromhex("00a4000002df01"))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sam", required=True, help="command of the other SAM, with {port} and {type}")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--length", type=int, default=300, help="random commands in a round")
    parser.add_argument("--sweep", action="store_true", help="also try every header in three states")
    options = parser.parse_args()
    command, found, total, began = shlex.split(options.sam), {}, 0, time.monotonic()
    places = ["MF", "DF01", "DF01 PIN"] if options.sweep else []
    for number, where in list(enumerate(["round"] * options.rounds)) + [(4, place) for place in places]:
        pair = None
        try:
            pair = Pair(command, number % 5 + 1)
            if where == "round":
                fuzz(pair, random.Random("%d/%d" % (options.seed, number)), options.length)
            else:
                sweep(pair, where, found)
        except Difference as difference:
            note(found, {"round": number, **difference.args[0]}, where)
        except Gone as problem:
            note(found, {"round": number, "gone": str(problem), "tail": [*pair.sent] if pair else []}, where)
        finally:
            if pair:
                total += pair.count
                pair.close()
    summary = {"commands": total, "seconds": round(time.monotonic() - began, 1), "differences": found}
    json.dump(summary, sys.stdout, indent=1, ensure_ascii=False)
    print()
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
