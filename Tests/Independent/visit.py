#!/usr/bin/python3
"""Records one hospital stay and one outpatient visit on a made test card, every item of them filled, over PC/SC.

The flow is Docs/card.md §3.2, point 5: read right, first free index record, update right, UPDATE BINARY, WRITE RECORD.
"""

import argparse
import sys

import layout
from terminal import PCSC, Terminal, Unexpected

PIECE = 0x80


def value(item):
    """A text that fits the item and tells it from its neighbours."""
    number = item.number
    if item.coding == "ans":
        return "1" if item.length == 1 else ("项%d" % number if item.length >= 5 else str(number))[: item.length]
    if item.form == "date":
        return "2026-%02d-%02d" % (number % 12 + 1, number % 28 + 1)
    if item.form == "time":
        return "2026-%02d-%02dT%02d:30:%02d" % (number % 12 + 1, number % 28 + 1, number % 24, number % 60)
    if item.form == "amount":
        return "%d.%02d" % (number, number % 100)
    if item.form == "flag":
        return "true" if number % 2 else "false"
    if item.form == "hex":
        return bytes((number + i) % 256 for i in range(item.length)).hex()
    if item.form == "code":
        return "1"
    # Two digits, which every table of two-digit codes has.
    return "11" if item.length == 1 else str(number % 90 + 1)


def visit(items):
    """All bytes of a visit. The second member of a group of three or more stays empty, and so do the last two."""
    data = b""
    for entry in items:
        if isinstance(entry, layout.Item):
            data += layout.encode(value(entry), entry)
            continue
        for index, member in enumerate(entry[1]):
            empty = len(entry[1]) > 2 and (index == 1 or index >= max(3, len(entry[1]) - 2))
            data += b"".join(layout.encode(None if empty else value(item), item) for item in member)
    return data


def record(terminal, index_fid, first_fid, count, items):
    directory = layout.DIRECTORIES[-1]
    short = layout.short_identifier(index_fid) << 3 | 4
    for number in range(1, count + 1):
        if terminal.send(bytes([0x00, 0xB2, number, short, 0x00])) == b"\xff":
            break
    else:
        raise Unexpected("no free record in %04X" % index_fid)
    terminal.authenticate("UK1_DF03", directory.keys["UK1_DF03"])
    terminal.silent(b"\x00\xa4\x00\x00\x02" + (first_fid + number - 1).to_bytes(2, "big"))
    data = visit(items)
    for offset in range(0, len(data), PIECE):
        piece = data[offset : offset + PIECE]
        terminal.silent(b"\x00\xd6" + offset.to_bytes(2, "big") + bytes([len(piece)]) + piece)
    terminal.secured(bytes([0x84, 0xD2, number, short]), "STK_DF03")


def record_both(terminal):
    environment, visits = layout.DIRECTORIES[1], layout.DIRECTORIES[-1]
    terminal.silent(bytes([0x00, 0xA4, 0x04, 0x0C, len(environment.df_name)]) + environment.df_name)
    city = terminal.send(bytes.fromhex("00b2392800"))
    terminal.city = layout.decode(city[2:], layout.ISSUER[-1])
    terminal.silent(bytes([0x00, 0xA4, 0x04, 0x0C, len(visits.df_name)]) + visits.df_name)
    terminal.authenticate("RK1_DF03", visits.keys["RK1_DF03"])
    record(terminal, 0xEF05, 0xEE01, 3, layout.INPATIENT)
    record(terminal, 0xEF06, 0xED01, 5, layout.OUTPATIENT)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reader", required=True)
    options = parser.parse_args()
    try:
        record_both(Terminal(PCSC(options.reader)))
    except Unexpected as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
