#!/usr/bin/python3
"""The same commands to two cards, answers compared byte for byte: the independent card in this process, and another
program's card (`--card 'PROGRAM virtual --port {port} --serial {serial} --challenge {challenge}'`) over the vpcd link.

Prints a JSON summary; exits 1 when the cards ever differ. Everything follows from --seed.
"""

import argparse
import collections
import json
import pathlib
import random
import shlex
import sys
import time

import card
import commands
import cos
import model
import personalize
from slot import Gone, Slot
from terminal import Terminal, Unexpected

SERIAL = bytes.fromhex("0102030405060708")
CHALLENGE = bytes.fromhex("a1a2a3a4a5a6a7a8")
ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "Samples" / "sample-batch"
TAIL = 14
NO_PHOTO = "997058202007021687"
OPEN = 4  # commands until the transport key has opened a blank card


class Difference(Exception):
    pass


class Pair:
    """Both cards as one channel."""

    def __init__(self, command):
        self.ours = card.Card(SERIAL, CHALLENGE)
        self.theirs = Slot(command)
        self.sent = collections.deque(maxlen=TAIL)
        self.count = 0
        self.atr = self.theirs.atr
        if self.atr != self.ours.atr:
            raise Difference({"answerToReset": [self.ours.atr.hex(), self.atr.hex()]})

    def transmit(self, command):
        command = bytes(command)
        ours, theirs = self.ours.process(command), self.theirs.transmit(command)
        self.sent.append("%s → %s" % (command.hex(), ours.hex()))
        self.count += 1
        if ours != theirs and not self._makers_own(command, ours, theirs):
            raise Difference({"ours": ours.hex(), "theirs": theirs.hex(), "command": command.hex(), "tail": [*self.sent]})
        return ours

    def _makers_own(self, command, ours, theirs):
        """GET DATA says who made the chip: only the serial number in it is settled."""
        same = command[1:4] == b"\xca\x9f\x7f" and len(ours) == len(theirs) == 44
        return same and ours[10:18] == theirs[10:18] and theirs[22:] == ours[22:]

    def reset(self):
        self.sent.append("reset")
        self.ours.reset()
        self.theirs.reset()

    def close(self):
        self.theirs.close()


class Stop(Exception):
    pass


class UntilThen:
    """A channel that stops after so many commands, and before activation if not even that is wanted."""

    def __init__(self, pair, commands, activate):
        self.pair, self.left, self.activate, self.atr = pair, commands, activate, pair.atr

    def transmit(self, command):
        if not self.left or not self.activate and command[:2] == b"\x00\x44":
            raise Stop
        self.left -= 1
        return self.pair.transmit(command)


def make(pair, stop_after=-1, activate=True):
    """Personalizes both cards, whole or as far as a command."""
    batch, row = personalize.load(SAMPLE, NO_PHOTO)
    terminal = Terminal(UntilThen(pair, stop_after, activate))
    terminal.city = batch["cityCode"]
    try:
        personalize.Maker(terminal, personalize.image(batch, SAMPLE, row, SERIAL)).run()
    except Stop:
        pass


def fuzz(pair, chooser, length):
    """Random commands on cards somewhere between blank and activated."""
    start = chooser.choice(["blank", "open", "part", "made", "active", "active"])
    if start == "open":
        make(pair, OPEN)
    elif start == "part":
        make(pair, chooser.randrange(OPEN, 150))
    elif start == "made":
        make(pair, activate=False)
    elif start == "active":
        make(pair)
    if chooser.random() < 0.5:
        pair.reset()
    author = commands.Author(chooser, pair.ours, CHALLENGE)
    deadline = pair.count + length
    while pair.count < deadline:
        if chooser.random() < 0.01:
            pair.reset()
        for command in author.step():
            if len(command) != 1:
                pair.transmit(command)
        if pair.ours.blocked:
            pair.transmit(bytes.fromhex("00a40000023f00"))
            return


def headers():
    """Every instruction under some classes, every class with the page's instructions, every P1 and P2 of those."""
    for ins in range(256):
        for cla in (0x00, 0x04, 0x80, 0x84, 0x10, 0x01, 0xFF):
            yield bytes([cla, ins, 0, 0])
    for ins, classes in sorted(cos.CLASSES.items()):
        for cla in range(256):
            yield bytes([cla, ins, 0, 0])
        tail = b"\x00" if ins in (0xA4, 0xB0, 0xB2, 0xC0, 0xCA) else b"\x08" if ins in (0x84, 0x88) else b"\x02\x01\x02"
        tail = b"" if ins == 0x44 else tail
        for cla in sorted(classes):
            for value in range(256):
                for p1, p2 in ((0, value), (value, 0), (1, value), (value, 4)):
                    if (ins, p1, p2) != (0x44, 0, 0):
                        yield bytes([cla, ins, p1, p2]) + tail


def sweep(pair, where, found):
    """Puts both cards into one state, then tries every header; differences do not end it."""

    def report(pair, command):
        try:
            pair.transmit(command)
        except Difference as difference:
            note(found, difference.args[0], where)

    terminal = Terminal(pair)
    terminal.city = "990100"
    if where != "blank":
        make(pair, OPEN if where == "open" else -1, activate=where != "made")
    if where in ("DDF1", "DF01", "DF02", "DF03"):
        directory = next(d for d in personalize.layout.DIRECTORIES if d.name == where)
        terminal.silent(bytes([0, 0xA4, 4, 0, len(directory.df_name)]) + directory.df_name)
        for name, reference in directory.keys.items():
            if name[0] in "RU":
                terminal.authenticate(name, reference)
        first = directory.files[-1 if where == "DF03" else 0]
        terminal.silent(bytes.fromhex("00a4000002") + first.fid.to_bytes(2, "big"))
    for command in headers():
        report(pair, command)


def note(found, difference, where):
    """One entry for each kind of difference, with its first example."""
    command = bytes.fromhex(difference.get("command", ""))
    kind = "%s: INS %s: ours %s theirs %s" % (
        where,
        command[1:2].hex().upper(),
        difference.get("ours", "")[-4:].upper(),
        difference.get("theirs", "")[-4:].upper(),
    )
    entry = found.setdefault(kind, {"times": 0, "first": difference})
    entry["times"] += 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--card", required=True, help="command of the other card, with {port} {serial} {challenge}")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--length", type=int, default=250, help="random commands in a round")
    parser.add_argument("--sweep", action="store_true", help="also try every header in seven states")
    options = parser.parse_args()
    command = [
        part.replace("{serial}", SERIAL.hex()).replace("{challenge}", CHALLENGE.hex())
        for part in shlex.split(options.card)
    ]
    found, total, began = {}, 0, time.monotonic()
    places = ["blank", "open", "made", "DDF1", "DF01", "DF02", "DF03"] if options.sweep else []
    for number, where in list(enumerate(["round"] * options.rounds)) + [(0, place) for place in places]:
        pair = None
        try:
            pair = Pair(command)
            if where == "round":
                fuzz(pair, random.Random("%d/%d" % (options.seed, number)), options.length)
            else:
                sweep(pair, where, found)
        except Difference as difference:
            note(found, {"round": number, **difference.args[0]}, where)
        except (Gone, Unexpected) as problem:
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
