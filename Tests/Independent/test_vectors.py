#!/usr/bin/python3
"""Every number of TestVectors/protocol.json, reproduced by crypto.py, and every visit of TestVectors/visits.json."""

import json
import pathlib
import unittest

import crypto
import visit_vectors

ROOT = pathlib.Path(__file__).resolve().parents[2]
VECTORS = json.loads((ROOT / "TestVectors" / "protocol.json").read_text("utf-8"))
SERIAL = bytes.fromhex(VECTORS["serial"])
SEED = bytes.fromhex(VECTORS["seed"])
CITY = VECTORS["cityCode"]


def session(key):
    return crypto.diversify(bytes.fromhex(VECTORS["cardKeys"][key]), SEED)


class ProtocolVectors(unittest.TestCase):
    def test_nothing_is_left_out(self):
        self.assertEqual(
            set(VECTORS),
            set(
                "serial cityCode provinceFactor seed original testKeys cardKeys session update encryption writeKey "
                "writeRecord answerToReset sm2TestKeys securityCode".split()
            ),
        )

    def test_test_keys(self):
        self.assertEqual(list(VECTORS["testKeys"]), crypto.NATIONAL_KEYS)
        for name, value in VECTORS["testKeys"].items():
            self.assertEqual(crypto.test_key(name).hex(), value, name)

    def test_card_keys(self):
        self.assertEqual(crypto.province_factor(CITY).hex(), VECTORS["provinceFactor"])
        self.assertEqual(list(VECTORS["cardKeys"]), crypto.NATIONAL_KEYS[:-1])
        for name, value in VECTORS["cardKeys"].items():
            self.assertEqual(crypto.card_key(name, SERIAL, CITY).hex(), value, name)

    def test_session(self):
        case = VECTORS["session"]
        key = bytes.fromhex(VECTORS["cardKeys"][case["key"]])
        original = bytes.fromhex(VECTORS["original"])
        self.assertEqual(crypto.diversify(key, SEED).hex(), case["sessionKey"])
        answer = crypto.cryptogram(key, SEED, original)
        self.assertEqual(answer.hex(), case["cryptogram"])
        command = bytes.fromhex("0082008411") + answer + original + bytes([crypto.TEST])
        self.assertEqual(command.hex(), case["externalAuthenticate"])

    def test_update(self):
        case, key = VECTORS["update"], session(VECTORS["update"]["key"])
        body = crypto.seal(key, bytes.fromhex(case["plain"]))
        self.assertEqual(body.hex(), case["ciphertext"])
        self.assertEqual(crypto.unseal(key, body).hex(), case["plain"])
        tail = crypto.mac(key, bytes.fromhex("04dc0104"), body)
        self.assertEqual(tail.hex(), case["mac"])
        self.assertEqual("04dc010414" + (body + tail).hex(), case["command"])

    def test_encryption(self):
        key = session(VECTORS["update"]["key"])
        for case in VECTORS["encryption"]:
            plain = bytes.fromhex(case["plain"])
            self.assertEqual(crypto.seal(key, plain).hex(), case["ciphertext"], len(plain))
            self.assertEqual(crypto.unseal(key, bytes.fromhex(case["ciphertext"])), plain)

    def test_write_key(self):
        case, key = VECTORS["writeKey"], session("TK")
        plain = bytes.fromhex("0184f10406000000001a957e84c8580b73005acc6ff81d654a")
        self.assertEqual(plain.hex(), case["plain"])
        self.assertEqual(plain[9:].hex(), VECTORS["cardKeys"]["RK1_DF01"])
        body = crypto.seal(key, plain)
        tail = crypto.mac(key, bytes.fromhex("84d40184"), body)
        self.assertEqual("84d4018424" + (body + tail).hex(), case["command"])

    def test_write_record(self):
        header = bytes.fromhex("84d20104")
        tail = crypto.mac(session("STK_DF03"), header, b"")
        self.assertEqual((header + b"\x04" + tail).hex(), VECTORS["writeRecord"]["command"])

    def test_answer_to_reset(self):
        import card

        self.assertEqual(card.Card(SERIAL).atr.hex(), VECTORS["answerToReset"])

    def test_sm2(self):
        self.assertEqual(list(VECTORS["sm2TestKeys"]), ["ROOT", "ISSUER", "SAM"])
        for name, pair in VECTORS["sm2TestKeys"].items():
            private = crypto.test_private_key(name)
            self.assertEqual("%064x" % private, pair["private"], name)
            self.assertEqual(crypto.public_key(private).hex(), pair["public"], name)
        public = crypto.public_key(private)
        signature = crypto.sm2_sign(b"message", private)
        self.assertTrue(crypto.sm2_verify(b"message", signature, public))
        self.assertFalse(crypto.sm2_verify(b"messagf", signature, public))

    def test_security_code(self):
        case = VECTORS["securityCode"]
        block, code = crypto.security_code(case["cardNumber"], case["issueDate"])
        self.assertEqual((block.hex(), code), (case["block"], case["code"]))


class Visits(unittest.TestCase):
    def test_every_form(self):
        self.assertEqual(visit_vectors.problems(), [])


if __name__ == "__main__":
    unittest.main()
