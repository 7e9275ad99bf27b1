"""keystore.py STORE [--values] PASSPHRASEFILE ...: opens a key store by Docs/keys.md alone.

Prints the name and check value of each key, with --values its value too. Exit codes: 0 opened, 3 too few passphrases,
4 a passphrase that opens no share, 5 the values do not open, 6 another format.
"""

import hashlib
import json
import sys

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305


def tables():
    """Powers and logarithms of 3 in GF(2^8): another way to multiply than the product's."""
    powers, logarithms, x = [0] * 255, [0] * 256, 1
    for i in range(255):
        powers[i], logarithms[x] = x, i
        x ^= (x << 1) ^ (0x11B if x & 0x80 else 0)
    return powers, logarithms


POWERS, LOGARITHMS = tables()


def divided(a, b):
    return 0 if a == 0 else POWERS[(LOGARITHMS[a] - LOGARITHMS[b]) % 255]


def times(a, b):
    return 0 if a == 0 or b == 0 else POWERS[(LOGARITHMS[a] + LOGARITHMS[b]) % 255]


def combined(shares):
    """The value at 0 of the polynomials through the points of the shares."""
    secret = bytearray(32)
    for x, value in shares:
        weight = 1
        for other, _ in shares:
            if other != x:
                weight = times(weight, divided(other, other ^ x))
        for i in range(32):
            secret[i] ^= times(value[i], weight)
    return bytes(secret)


def derived(passphrase, scrypt):
    return hashlib.scrypt(
        passphrase, salt=bytes.fromhex(scrypt["salt"]), n=scrypt["n"], r=scrypt["r"], p=scrypt["p"],
        maxmem=1 << 29, dklen=32)


def written(value, indent=0):
    """As the page says: two blanks a level, members in their order, control characters by their number."""
    if isinstance(value, str):
        return '"' + "".join(
            "\\" + c if c in '"\\' else f"\\u{ord(c):04x}" if ord(c) < 0x20 else c for c in value) + '"'
    if isinstance(value, int):
        return str(value)
    if not value:
        return "[]" if isinstance(value, list) else "{}"
    outer, inner = "\n" + "  " * indent, "\n" + "  " * (indent + 1)
    if isinstance(value, list):
        return "[" + inner + ("," + inner).join(written(v, indent + 1) for v in value) + outer + "]"
    members = (written(k) + ": " + written(v, indent + 1) for k, v in value.items())
    return "{" + inner + ("," + inner).join(members) + outer + "}"


def spelled(value):
    return written(value).encode()


def share_of(store, custodian, passphrase):
    """None when it is another passphrase."""
    sealing = custodian["chacha20-poly1305"]
    around = {
        "format": store["format"], "id": store["id"], "threshold": store["threshold"],
        "custodians": [c["name"] for c in store["custodians"]],
        "share": {**custodian, "chacha20-poly1305": {**sealing, "sealed": ""}},
    }
    try:
        return ChaCha20Poly1305(derived(passphrase, custodian["scrypt"])).decrypt(
            bytes.fromhex(sealing["nonce"]), bytes.fromhex(sealing["sealed"]), spelled(around))
    except InvalidTag:
        return None


def values_of(text, store, key):
    sealing = store["chacha20-poly1305"]
    around = {**store, "chacha20-poly1305": {**sealing, "sealed": ""}}
    assert spelled(store) + b"\n" == text, "the file is spelled otherwise"
    return ChaCha20Poly1305(key).decrypt(
        bytes.fromhex(sealing["nonce"]), bytes.fromhex(sealing["sealed"]), spelled(around))


def main():
    arguments = [a for a in sys.argv[1:] if a != "--values"]
    text = open(arguments[0], "rb").read()
    store = json.loads(text)
    if store["format"] != "healthcard key store 2":
        sys.exit(6)
    shares = {}
    for path in arguments[1:]:
        passphrase = open(path, "rb").read().split(b"\n")[0]
        for custodian in store["custodians"]:
            if custodian["share"] in shares:
                continue
            value = share_of(store, custodian, passphrase)
            if value is not None:
                shares[custodian["share"]] = value
                break
        else:
            sys.exit(4)
    tries = list(shares.items())[: store["threshold"]]
    key = combined(tries)
    if len(shares) < store["threshold"]:
        # What somebody would try who has too few: the shares as they are.
        for guess in [key] + [value for _, value in tries]:
            try:
                values_of(text, store, guess)
                sys.exit(0)
            except InvalidTag:
                continue
        sys.exit(3)
    try:
        values = values_of(text, store, key)
    except InvalidTag:
        sys.exit(5)
    entries = store["keys"] + store["transportKeys"]
    assert len(values) == 16 * len(entries)
    for i, entry in enumerate(entries):
        value = values[16 * i : 16 * i + 16]
        encryptor = Cipher(algorithms.SM4(value), modes.ECB()).encryptor()
        check = encryptor.update(bytes(16))[:3].hex().upper()
        assert check == entry["check"], entry["name"]
        print(entry["name"], check, *([value.hex().upper()] if "--values" in sys.argv else []))


main()
