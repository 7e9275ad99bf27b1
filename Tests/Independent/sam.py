#!/usr/bin/python3
"""One independent SAM in a vpcd slot: `sam.py --port 35964 --type 3`.

Written from Docs/protocol.md §6 and §7 and Docs/card.md §2.3, §2.4, §3.3. Holds the published test keys of its type.
On SIGTERM, or when the slot goes away, prints a JSON report: every command's header and status, and what a correct
program has no reason to do.
"""

import argparse
import hashlib
import json
import secrets
import signal
import socket
import sys

import card
import crypto
from model import Command, Refusal, require, tlv

MAC_ONLY, ENCRYPT_ONLY, BOTH = 6, 7, 8
PIN_TRIES = 3

# Name → levels, type and number of the key: P1 = levels << 5 | type, P2 = number (Docs/card.md §2.3, Docs/protocol.md §6).
KEYS = {
    name: (int(address[:2], 16) >> 5, int(address[:2], 16) & 0x1F, int(address[2:], 16))
    for name, address in (
        pair.split(":")
        for pair in (
            "STK_MF:2801 STK_DDF1:2802 STK_DF01:2803 STK_DF02:4804 STK_DF03:4805 UK1_DDF1:272A UK1_DF01:272B "
            "UK1_DF02:472C UK2_DF02:472D UK3_DF02:472E UK1_DF03:472F UK2_DF03:2730 RK1_DDF1:4731 RK1_DF01:4732 "
            "RK1_DF02:4733 RK1_DF03:4734 IRK:4735 LK_DF01:4736 LK_DF02:4737 LK_DF03:4738 BK_MF:4739"
        ).split()
    )
}
ALL_RK = "RK1_DDF1 RK1_DF01 RK1_DF02 RK1_DF03"
TYPES = {
    1: ("IRK " + ALL_RK).split(),
    2: ("IRK STK_DF02 STK_DF03 UK1_DF02 UK2_DF02 UK3_DF02 UK1_DF03 " + ALL_RK).split(),
    3: ("IRK STK_DF02 STK_DF03 UK1_DF02 UK3_DF02 UK1_DF03 " + ALL_RK).split(),
    4: "IRK STK_MF STK_DDF1 STK_DF01 STK_DF02 STK_DF03 BK_MF LK_DF01 LK_DF02 LK_DF03".split(),
    5: list(KEYS),
}

CLASSES = {
    0xA4: {0x00}, 0xB0: {0x00}, 0xC0: {0x00}, 0x84: {0x00}, 0x20: {0x00},
    0x5E: {0x80}, 0xDE: {0x80}, 0xFA: {0x80}, 0xCC: {0x80}, 0xCE: {0x80},
}  # fmt: skip
MF, DF01 = 0x3F00, 0xDF01


def packed(digits):
    return bytes.fromhex(digits + "F" * (len(digits) % 2))


def is_packed(pin):
    """Digits alone, the last half byte F when they are odd."""
    text = pin.hex()
    return bool(pin) and (text[:-1] if text[-1] == "f" else text).isdigit()


class Sam:
    def __init__(self, kind, province="99", pin="123456", levels=None, tries=PIN_TRIES, collects=False):
        self.kind, self.pin, self.tries, self.collects = kind, packed(pin), tries, collects
        factor = province.encode("ascii") + b"000000"
        self.keys = {}
        for name in TYPES[kind]:
            usual, usage, number = KEYS[name]
            kept = (levels or {}).get(name, usual)
            national = crypto.test_key(name)
            # With one level the province is already in it; with two or three it is a key of the whole country.
            self.keys[number] = (kept, usage, crypto.diversify(national, factor) if kept == 1 else national)
        terminal = bytes.fromhex(province + "0101000001")
        serial = bytes.fromhex("9900000000000001")
        self.files = {
            MF: {0x0015: bytes(2) + serial + bytes([1, kind, 1, 0]), 0x0016: terminal},
            DF01: {
                0x001A: bytes([1]) + bytes.fromhex("9156000132990000" * 2 + "2026010120451231"),
                0x001B: crypto.issuer_certificate("9156000132990000000001", "2026-01-01", "2045-12-31"),
                0x001C: crypto.sam_certificate(terminal, serial),
            },
        }
        self.log, self.violations = [], []
        self.reset()

    @property
    def atr(self):
        """T=0, as SAMs are; nothing in it is settled."""
        return bytes.fromhex("3b680000") + b"SAM\x00\x00\x00\x00" + bytes([self.kind])

    def reset(self):
        self.proved = False
        self.waiting = b""
        self.enter(MF)

    def enter(self, directory):
        self.directory, self.file = directory, None
        self.session = self.sequence = self.hash = None

    # --- one command -------------------------------------------------------

    def process(self, apdu):
        apdu = bytes(apdu)
        try:
            data = self._whole(Command(apdu))
            status = 0x9000
        except Refusal as refusal:
            data, status = refusal.data, refusal.status
        self._note(apdu, status)
        return data + status.to_bytes(2, "big")

    def _note(self, apdu, status):
        self.log.append("%s %04X" % (apdu[:4].hex(), status))
        usual = status == 0x9000 or status >> 8 in (0x61, 0x63, 0x6C) or status in (0x6282, 0x6983, 0x6A88, 0x6A80, 0x6982)
        if not usual:
            self.violations.append(self.log[-1])

    def _whole(self, command):
        require(command.cla in (0x00, 0x80), 0x6E00)
        require(command.ins in CLASSES, 0x6D00)
        require(command.cla in CLASSES[command.ins], 0x6E00)
        if command.ins != 0xC0:
            self.waiting = b""
        answer = getattr(self, "_ins_%02X" % command.ins)(command) or b""
        if command.ins in (0xDE, 0xFA, 0xCC, 0xCE) and answer:
            self._hold(answer)
        return answer

    def _hold(self, answer):
        self.waiting = answer
        raise Refusal(0x6100 | min(len(answer), 256) & 0xFF)

    def _ins_C0(self, command):
        require(command.p1 == command.p2 == 0, 0x6A86)
        require(command.le is not None and not command.data, 0x6700)
        require(self.waiting, 0x6985)
        if command.le > len(self.waiting) and not command.le_is_zero:
            raise Refusal(0x6C00 | len(self.waiting) & 0xFF)
        answer, self.waiting = self.waiting[: command.le], self.waiting[command.le :]
        if self.waiting:
            raise Refusal(0x6100 | min(len(self.waiting), 256) & 0xFF, answer)
        return answer

    def _takes(self, command, *lengths):
        """Data of one of these lengths and no Le; no length at all means one byte or more."""
        require(command.le is None, 0x6700)
        require(len(command.data) in lengths if lengths else command.data, 0x6700)

    # --- files ---------------------------------------------------------------

    def _ins_A4(self, command):
        require(command.p1 == 0 and command.p2 in (0x00, 0x0C), 0x6A86)
        require(len(command.data) in (0, 2), 0x6700)
        fid = int.from_bytes(command.data or b"\x3f\x00", "big")
        files = self.files[self.directory]
        require(fid in self.files or fid in files, 0x6A82)
        content = tlv(b"\x83", fid.to_bytes(2, "big"))
        if fid in files:
            content = b"\x80\x02" + len(files[fid]).to_bytes(2, "big") + tlv(b"\x82", b"\x01\x01\x00\x00\x00") + content
        answer = tlv(b"\x6f", content)
        if command.le is None or command.p2 == 0x0C:
            answer = b""
        require(len(answer) <= (command.le or 0), 0x6C00 | len(answer))
        if fid in files:
            self.file = fid
        else:
            self.enter(fid)
        return answer

    def _ins_B0(self, command):
        files, offset = self.files[self.directory], command.p1 << 8 | command.p2
        if command.p1 & 0x80:
            require(command.p1 & 0x60 == 0 and 0 < command.p1 & 0x1F < 31, 0x6A86)
            require(command.p1 & 0x1F in files, 0x6A82)
            self.file, offset = command.p1 & 0x1F, command.p2
        require(self.file is not None, 0x6986)
        content = files[self.file]
        require(offset < len(content), 0x6B00)
        require(command.le is not None and not command.data, 0x6700)
        answer = content[offset : offset + command.le]
        if len(answer) < command.le and not command.le_is_zero:
            raise Refusal(0x6282, answer)
        return answer

    # --- PIN -----------------------------------------------------------------

    def _try(self, pin):
        require(self.tries, 0x6983)
        if pin != self.pin:
            self.tries -= 1
            self.proved = False
            raise Refusal(0x63C0 | self.tries)
        self.tries = PIN_TRIES

    def _ins_20(self, command):
        require(command.p1 == command.p2 == 0, 0x6A86)
        # T=0 has no command without a length: P3 00 is none.
        require((command.le is None or command.le_is_zero) and len(command.data) <= 8, 0x6700)
        if not command.data:
            require(self.tries, 0x6983)
            require(self.proved, 0x63C0 | self.tries)
            return
        self._try(command.data)
        self.proved = True

    def _ins_5E(self, command):
        require((command.p1, command.p2) == (1, 0), 0x6A86)
        self._takes(command)
        old, _, new = command.data.partition(b"\xff")
        require(1 <= len(old) <= 8 and 1 <= len(new) <= 8, 0x6700)
        require(self.tries, 0x6983)
        require(is_packed(new) and len(new) >= 2, 0x6A80)
        self._try(old)
        self.pin = new

    # --- keys ----------------------------------------------------------------

    def _ins_84(self, command):
        require(command.p1 == command.p2 == 0, 0x6A86)
        require(command.le == 8 and not command.data, 0x6700)
        return secrets.token_bytes(8)

    def _ins_DE(self, command):
        levels, usage = command.p1 >> 5, command.p1 & 0x1F
        require(levels <= 3 and usage in (MAC_ONLY, ENCRYPT_ONLY, BOTH), 0x6A86)
        self._takes(command, 8 * (levels + 1))
        kept = self.keys.get(command.p2) if self.directory == MF else None
        require(kept is not None, 0x6A88)
        require(kept[0] == levels and kept[1] == usage, 0x6A80)
        parts = [command.data[i : i + 8] for i in range(0, len(command.data), 8)]
        key = kept[2]
        # The data is card, province, third, seed; the widest region comes first on the way down to the card.
        for factor in reversed(parts[:-1]):
            key = crypto.diversify(key, factor)
        self.session, self.sequence = (usage, crypto.diversify(key, parts[-1])), None

    def _ins_FA(self, command):
        require(command.p1 in (0, 1, 2, 3, 5, 7) and command.p2 == 0, 0x6A86)
        require(command.le is None and command.data and len(command.data) % 16 == 0, 0x6700)
        require(command.p1 not in (5, 7) or len(command.data) >= 32, 0x6700)
        require(self.session is not None, 0x6985)
        usage, key = self.session
        if command.p1 in (0, 2):
            require(usage != MAC_ONLY, 0x6985)
            return self._encrypt(key, command.data, last=command.p1 == 0)
        require(usage != ENCRYPT_ONLY, 0x6985)
        return self._mac(key, command.data, first=command.p1 in (5, 7), last=command.p1 in (5, 1))

    def _encrypt(self, key, data, last):
        require(self.sequence is None or self.sequence[0] == "encrypt", 0x6985)
        before = self.sequence[1] if self.sequence else b""
        answer = crypto.encrypt(key, data)
        if last:
            self.session = self.sequence = None
            return before + answer
        self.sequence = ("encrypt", before + answer if self.collects else b"")
        return b"" if self.collects else answer

    def _mac(self, key, data, first, last):
        require(self.sequence is None if first else self.sequence and self.sequence[0] == "mac", 0x6985)
        chained = data[:16] if first else self.sequence[1]
        for i in range(16 if first else 0, len(data), 16):
            chained = crypto.encrypt(key, bytes(a ^ b for a, b in zip(chained, data[i : i + 16])))
        self.sequence = ("mac", chained)
        if last:
            self.session = self.sequence = None
            return chained[:4]

    # --- signature -------------------------------------------------------------

    def _ins_CC(self, command):
        require(self.proved, 0x6982)
        require(command.p1 in (0, 1) and command.p2 == 0, 0x6A86)
        self._takes(command)
        require(self.directory == DF01, 0x6985)
        self.hash = self.hash or hashlib.new("sm3")
        self.hash.update(command.data)
        if command.p1 == 1:
            digest, self.hash = self.hash.digest(), None
            return digest

    def _ins_CE(self, command):
        require(self.proved, 0x6982)
        require(command.p1 == command.p2 == 0, 0x6A86)
        self._takes(command, 32)
        require(self.directory == DF01, 0x6A88)
        return crypto.sm2_sign_digest(command.data, crypto.test_private_key("SAM"))

    def report(self):
        return {"type": self.kind, "commands": self.log, "violations": self.violations, "triesLeft": self.tries}


def level(text):
    name, _, count = text.partition("=")
    if name not in KEYS or count not in ("1", "2", "3"):
        raise argparse.ArgumentTypeError("%s is not KEY=1, KEY=2 or KEY=3 with a key of Docs/card.md §2.3" % text)
    return name, int(count)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=35964)
    parser.add_argument("--type", type=int, choices=sorted(TYPES), default=5, dest="kind")
    parser.add_argument("--province", default="99", help="two digits")
    parser.add_argument("--pin", default="123456")
    parser.add_argument("--tries", type=int, default=PIN_TRIES, help="tries left when it is inserted")
    parser.add_argument("--levels", type=level, nargs="*", default=[], metavar="KEY=N", help="keys kept at another level")
    parser.add_argument("--collects", action="store_true", help="the last piece of an encryption answers all of it")
    options = parser.parse_args()
    sam = Sam(options.kind, options.province, options.pin, dict(options.levels), options.tries, options.collects)

    def stop(*_):
        raise EOFError

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        with socket.create_connection((options.host, options.port)) as link:
            card.serve(sam, link)
    except (EOFError, ConnectionError) as problem:
        if isinstance(problem, ConnectionRefusedError):
            sys.exit("nothing listens on port %d: is pcscd running with a vpcd slot there?" % options.port)
    json.dump(sam.report(), sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
