#!/usr/bin/python3
"""The independent card in a vpcd slot with a mistake of `faulty_cards.py`: `faulty_card.py --port 35963 --fault FILE`.

FILE holds the name of the mistake, or nothing for a right card; it is read again at each power-on. With another name the
card is again as it was when it was activated. `--list` prints each name and its checks.
"""

import argparse
import copy
import json
import pathlib
import socket

import card
from faulty_cards import FAULTS, Faulty


class Slot:
    def __init__(self, serial, path):
        self.path, self.name = path, ""
        self.card, self.right = Faulty(serial), None

    def power_on(self):
        if self.right is None and self.card.activated:
            self.right = copy.deepcopy(self.card)
        name = self.path.read_text().strip() if self.path.exists() else ""
        if self.right is not None and name != self.name:
            self.name = name
            self.card = copy.deepcopy(self.right)
            if name:
                kind = FAULTS[name][0]
                right, self.card = self.card, kind(self.right.serial)
                self.card.__dict__.update(right.__dict__)
        self.card.cold()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=35963)
    parser.add_argument("--serial", type=bytes.fromhex, default=bytes.fromhex("0102030405060708"))
    parser.add_argument("--fault", type=pathlib.Path, default=pathlib.Path("fault"))
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    if options.list:
        print(json.dumps({name: checks for name, (_, checks) in FAULTS.items()}))
        return
    slot = Slot(options.serial, options.fault)
    try:
        with socket.create_connection((options.host, options.port)) as link:
            while True:
                body = card.receive(link, int.from_bytes(card.receive(link, 2), "big"))
                if len(body) != 1:
                    answer = slot.card.process(body)
                elif body[0] == 4:
                    answer = slot.card.atr
                elif body[0] == 2:
                    slot.card.warm()
                    continue
                else:
                    if body[0] == 1:
                        slot.power_on()
                    continue
                link.sendall(len(answer).to_bytes(2, "big") + answer)
    except (EOFError, ConnectionError):
        pass


if __name__ == "__main__":
    main()
