"""SAMs that mean harm. As `hostile_cards.py`, for the module in the second reader that holds a clinic's keys."""

from hostile_cards import MODES, Behaviour, Gone, Hostile, _fci, _status, mode

__all__ = ["Gone", "behaviours"]

INFORMATION, TERMINAL, ORGANIZATION, CERTIFICATE = 0x95, 0x96, 0x9B, 0x9C


def _file(short_identifier, change):
    """READ BINARY of one file is answered with `change(card, right data)`."""

    def answer(card, apdu, right):
        if len(apdu) > 2 and apdu[1] == 0xB0 and apdu[2] == short_identifier and right[-2:] in (b"\x90\x00", b"\x62\x82"):
            return change(card, right[:-2]) + b"\x90\x00"
        return right

    return dict(mode=answer)


def _type(value):
    return _file(INFORMATION, lambda c, d: d[:11] + bytes([value]) + d[12:])


def _tries(left):
    def answer(card, apdu, right):
        return bytes([0x63, 0xC0 | left(card) & 15])

    return dict(mode=answer, only={0x20})


def _flaky_pin(card, apdu, right):
    """The PIN is refused and accepted in turn, whatever it is."""
    return b"\x90\x00" if card.count % 2 else b"\x63\xc2"


def _answers(length, fill=None):
    """GET RESPONSE gives so many bytes of something."""

    def answer(card, apdu, right):
        if right[-2:] != b"\x90\x00" or len(right) <= 2:
            return right
        return (card.bytes(length) if fill is None else fill * length) + b"\x90\x00"

    return dict(mode=answer, only={0xC0})


def _promises(length):
    return dict(
        mode=lambda c, a, r: bytes([0x61, length]) if r[:1] == b"\x61" and len(r) == 2 else r, only={0xDE, 0xFA, 0xCC, 0xCE}
    )


ORDER = bytes.fromhex("fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123")
LIES = {
    "type-none": _type(0),
    "type-of-a-clinic-reader": _type(1),
    "type-nine": _type(9),
    "type-beyond": _type(0xFF),
    "information-short": _file(INFORMATION, lambda c, d: d[:3]),
    "information-long": _file(INFORMATION, lambda c, d: d + bytes(200)),
    "information-random": _file(INFORMATION, lambda c, d: c.bytes(len(d))),
    "information-none": _file(INFORMATION, lambda c, d: b""),
    "terminal-random": _file(TERMINAL, lambda c, d: c.bytes(len(d))),
    "terminal-of-another-province": _file(TERMINAL, lambda c, d: b"\x11" + d[1:]),
    "terminal-of-letters": _file(TERMINAL, lambda c, d: b"\xab\xcd\xef\x1b\x07\x00"),
    "terminal-short": _file(TERMINAL, lambda c, d: d[:1]),
    "organization-escapes": _file(ORGANIZATION, lambda c, d: b"\x1b[2J\x9b31m\x07".ljust(len(d), b"\x1b")),
    "organization-random": _file(ORGANIZATION, lambda c, d: c.bytes(len(d))),
    "certificate-random": _file(CERTIFICATE, lambda c, d: c.bytes(len(d))),
    "certificate-zeros": _file(CERTIFICATE, lambda c, d: bytes(len(d))),
    "certificate-ones": _file(CERTIFICATE, lambda c, d: b"\xff" * len(d)),
    "certificate-short": _file(CERTIFICATE, lambda c, d: d[:60]),
    "certificate-key-off-the-curve": _file(CERTIFICATE, lambda c, d: d[:62] + bytes(64) + d[126:]),
    "certificate-flipped": _file(CERTIFICATE, lambda c, d: d[:-1] + bytes([d[-1] ^ 1])),
    "keys-held-at-no-level": dict(mode=_status(0x6A80), only={0xDE}),
    "keys-none": dict(mode=_status(0x6A88), only={0xDE}),
    "keys-always-delivered": dict(mode=_status(0x9000), only={0xDE}),
    "keys-any-status": dict(mode=lambda c, a, r: bytes([0x60 + c.count % 16, c.random.randrange(256)]), only={0xDE}),
    "computes-random": _answers(16),
    "computes-nothing": _answers(0),
    "computes-one-byte": _answers(1),
    "computes-200-bytes": _answers(200),
    "computes-4000-bytes": _answers(4000),
    "promises-255": _promises(255),
    "promises-256": _promises(0),
    "promises-one": _promises(1),
    "promises-without-end": dict(mode=lambda c, a, r: c.bytes(16) + b"\x61\x10", only={0xFA, 0xC0}),
    "signature-zeros": dict(mode=lambda c, a, r: bytes(64) + b"\x90\x00" if len(r) == 66 else r, only={0xC0}),
    "signature-of-the-order": dict(mode=lambda c, a, r: ORDER * 2 + b"\x90\x00" if len(r) == 66 else r, only={0xC0}),
    "signature-random": dict(mode=lambda c, a, r: c.bytes(64) + b"\x90\x00" if len(r) == 66 else r, only={0xC0}),
    "signature-of-63": dict(mode=lambda c, a, r: r[1:] if len(r) == 66 else r, only={0xC0}),
    "digest-wrong": dict(mode=lambda c, a, r: c.bytes(32) + b"\x90\x00" if len(r) == 34 else r, only={0xC0}),
    "digest-without-end": dict(mode=lambda c, a, r: b"\x61\x20", only={0xCC, 0xC0}),
    "tries-fifteen": _tries(lambda c: 15),
    "tries-none": _tries(lambda c: 0),
    "tries-go-up": _tries(lambda c: c.count),
    "tries-go-round": _tries(lambda c: -c.count),
    "pin-blocked-and-not": dict(mode=lambda c, a, r: b"\x69\x83" if c.count % 2 else r, only={0x20}),
    "pin-always-right": dict(mode=_status(0x9000), only={0x20}),
    "pin-now-and-then": dict(mode=_flaky_pin, only={0x20}),
    "fci-deep": _fci(lambda c, r: b"\x6f\x80" * 120),
    "fci-length-beyond": _fci(lambda c, r: b"\x6f\x84\xff\xff\xff\xff"),
    "fci-empty": _fci(lambda c, r: b""),
}
RESETS = {
    "atr-of-a-card": bytes.fromhex("3b8d800101020304050607085248430001") + b"\x05",
    "atr-empty-historical": b"\x3b\x00",
    "atr-33-bytes": bytes.fromhex("3b6f0000").ljust(33, b"\x1b"),
    "atr-random": bytes.fromhex("3b9f95801fc78031e073fe21135312013c01"),
}


def behaviours():
    found = []

    def add(name, slow=False, changes_reset=False, **options):
        found.append(
            Behaviour(name, lambda card, seed: Hostile(card, seed, **options), changes_reset=changes_reset, slow=slow)
        )

    for name, options in LIES.items():
        add(name, **options)
    for name, atr in RESETS.items():
        add(name, changes_reset=True, atr=atr)

    def add_mode(name, which, **options):
        slow = options.pop("slow", False)
        found.append(Behaviour(name, lambda card, seed: Hostile(card, seed, mode(which), **options), slow=slow))

    for name in MODES:
        add_mode(name, name)
    for after in (2, 5, 9, 16, 30):
        for name in MODES:
            add_mode("%s-after-%d" % (name, after), name, after=after, slow=after != 5)
    for instruction in (0xA4, 0xB0, 0xC0, 0x20, 0xDE, 0xFA, 0xCC, 0xCE):
        for name in MODES:
            add_mode("%s-to-%02x" % (name, instruction), name, only={instruction}, slow=True)
    add("slow-drip", pause=0.05)
    return found
