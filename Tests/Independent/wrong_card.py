#!/usr/bin/python3
"""card.py with one misreading of the page, for the test that differential.py finds such things: it cuts the MAC at the
right-hand end of the last block."""

import card
import crypto


def wrong_mac(session_key, header, body):
    length = len(body) + 4
    return crypto.cbc_mac(session_key, crypto.pad(bytes(header) + bytes([length & 0xFF]) + bytes(body)))[-4:]


class WrongCard(card.Card):
    def _verify(self, key, body):
        right, crypto.mac = crypto.mac, wrong_mac
        try:
            return super()._verify(key, body)
        finally:
            crypto.mac = right


if __name__ == "__main__":
    card.Card = WrongCard
    card.main()
