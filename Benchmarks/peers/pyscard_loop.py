#!/usr/bin/python3
"""What a plain pyscard program reaches: one card after the other, on one reader or on several in turn.

usage: pyscard_loop.py TAPE CARDS READER [READER ...]

TAPE holds the commands of one card, as the benchmark recorded them: each after its length in four bytes, big endian; a
length of 0 is a reset. Every chip that comes is the same and draws the same challenges, so the commands fit. The slot
changes the chip by itself once it is finished and has lost its power. Prints a JSON object: cards made and seconds.
"""

import json
import sys
import time

from smartcard.CardRequest import CardRequest  # noqa: F401  (fails early without pyscard)
from smartcard.Exceptions import CardConnectionException, NoCardException
from smartcard.scard import SCARD_RESET_CARD, SCARD_UNPOWER_CARD
from smartcard.System import readers


def commands(path):
    with open(path, "rb") as file:
        tape = file.read()
    at, result = 0, []
    while at < len(tape):
        length = int.from_bytes(tape[at : at + 4], "big")
        result.append(list(tape[at + 4 : at + 4 + length]))
        at += 4 + length
    return result


def connect(reader):
    """Waits for a card, as a loop does that has no events."""
    while True:
        connection = reader.createConnection()
        try:
            connection.connect(disposition=SCARD_UNPOWER_CARD)
            return connection
        except (NoCardException, CardConnectionException):
            time.sleep(0.05)


def is_blank(connection):
    data, sw1, _ = connection.transmit([0x00, 0xA4, 0x00, 0x00, 0x02, 0x3F, 0x00, 0x00])
    return sw1 == 0x90 and bytes(data).find(b"\x8a\x01\x01") >= 0


def make(reader, tape):
    connection = connect(reader)
    while not is_blank(connection):
        # The finished card is still there.
        connection.disconnect()
        time.sleep(0.05)
        connection = connect(reader)
    connection.reconnect(disposition=SCARD_RESET_CARD)
    for command in tape:
        if not command:
            connection.reconnect(disposition=SCARD_RESET_CARD)
            continue
        _, sw1, sw2 = connection.transmit(command)
        if (sw1, sw2) != (0x90, 0x00) and sw1 not in (0x61, 0x62, 0x6C):
            sys.exit(f"pyscard_loop: the card answered {sw1:02X}{sw2:02X}")
    connection.disconnect()


def main():
    tape, count, names = commands(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    lanes = [reader for name in names for reader in readers() if str(reader) == name]
    start = time.monotonic()
    for number in range(count):
        make(lanes[number % len(lanes)], tape)
    print(json.dumps({"cards": count, "seconds": time.monotonic() - start}))


if __name__ == "__main__":
    main()
