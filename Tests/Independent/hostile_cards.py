"""Cards that mean harm: what a chip, or whatever sits in a reader in its place, may say to a program that reads and writes it.

Each is the independent card with something done to it. `behaviours()` names all of them; `Behaviour.make(card, seed)` gives
one that `hostile_slot.py` puts into a reader: `atr`, `process(apdu)`, `reset()`. What `process` returns is sent as it is;
None is never answered, `Gone` hangs up.
"""

import random

import layout
from model import CYCLIC, FIXED, TRANSPARENT, VARIABLE

LONGEST = 65535


class Gone(Exception):
    """The card leaves the reader; it comes back after `seconds`, as `successor` where there is one, or never."""

    def __init__(self, seconds=None, successor=None):
        super().__init__()
        self.seconds, self.successor = seconds, successor


class Hostile:
    """The card, and from command `after` on (or for instructions of `only`) `mode` instead of its answer."""

    def __init__(self, card, seed, mode=None, after=0, only=None, atr=None, pause=0.0):
        self.card, self.random = card, random.Random(seed)
        self.mode, self.after, self.only, self.pause = mode, after, only, pause
        self._atr, self.count = atr, 0

    @property
    def atr(self):
        return self.card.atr if self._atr is None else self._atr

    def reset(self):
        self.card.reset()

    def process(self, apdu):
        self.count += 1
        right = self.card.process(apdu)
        if self.mode is None or self.count <= self.after:
            return right
        if self.only is not None and (len(apdu) < 2 or apdu[1] not in self.only):
            return right
        return self.mode(self, bytes(apdu), right)

    def bytes(self, count):
        return self.random.randbytes(count)


# --- what is said instead of the right answer ---------------------------------


def _status(word):
    return lambda card, apdu, right: word.to_bytes(2, "big")


def _any_status(card, apdu, right):
    """Every class of status words in turn, with and without data before it."""
    first = (0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6A, 0x6B, 0x6C, 0x6D, 0x6E, 0x6F, 0x90, 0x93,
             0x94, 0x98, 0x9F, 0x00, 0xFF)  # fmt: skip
    return card.bytes(card.count % 3) + bytes([first[card.count % len(first)], card.random.randrange(256)])


def _nested(depth, tag=b"\x6f"):
    """Templates within templates, each with a length that fits."""
    data = b""
    for _ in range(depth):
        size = len(data)
        data = tag + (bytes([size]) if size < 0x80 else b"\x82" + size.to_bytes(2, "big")) + data
        if len(data) > 60000:
            break
    return data


def _late():
    """Every answer is that of the command before."""
    before = [b"\x90\x00"]

    def mode(card, apdu, right):
        before.append(right)
        return before.pop(0)

    return mode


def _alternating(*modes):
    return lambda card, apdu, right: modes[card.count % len(modes)](card, apdu, right)


def _gone(seconds=None):
    def mode(card, apdu, right):
        raise Gone(seconds)

    return mode


def _cut(card, apdu, right):
    """A frame that promises more than comes before the line is cut."""
    raise Gone(None, b"\x00\xff" + right)


MODES = {
    "random-bytes": lambda c, a, r: c.bytes(c.random.choice((2, 3, 16, 40, 120, 258))),
    "random-success": lambda c, a, r: c.bytes(c.random.choice((0, 1, 8, 40, 120, 256))) + b"\x90\x00",
    "bit-flips": lambda c, a, r: bytes(b ^ (1 << c.random.randrange(8) if c.random.random() < 0.08 else 0) for b in r),
    "no-bytes": lambda c, a, r: b"",  # No driver takes that for an answer: mute by another name.
    "one-byte": lambda c, a, r: b"\x90",
    "64-kib": lambda c, a, r: bytes(LONGEST - 2) + b"\x90\x00",
    "4-kib": lambda c, a, r: c.bytes(4096) + b"\x90\x00",
    "one-more-than-asked": lambda c, a, r: r[:-2] + b"\x00" + r[-2:],
    "one-less-than-asked": lambda c, a, r: r[:-3] + r[-2:] if len(r) > 2 else r,
    "half-answers": lambda c, a, r: r[: (len(r) - 2) // 2] + r[-2:],
    "endless-61": lambda c, a, r: c.bytes(16) + b"\x61\x10",
    "endless-61-empty": lambda c, a, r: b"\x61\x00",
    "endless-6c": lambda c, a, r: bytes([0x6C, c.random.randrange(256)]),
    "61-and-6c": _alternating(lambda c, a, r: c.bytes(200) + b"\x61\xff", lambda c, a, r: b"\x6c\x01"),
    "success-to-all": _status(0x9000),
    "fault-to-all": _status(0x6F00),
    "every-status": _any_status,
    "late-answers": None,  # made anew for each card
    "own-command-back": lambda c, a, r: a + b"\x90\x00",
    "status-and-data": lambda c, a, r: r[:-2] + b"\x69\x82",
    "data-with-warning": lambda c, a, r: r[:-2] + b"\x62\x82",
    "leaves": _gone(),
    "leaves-for-a-moment": _gone(0.2),
    "cut-frame": _cut,
    "mute": lambda c, a, r: None,
}


def mode(name):
    return _late() if name == "late-answers" else MODES[name]


# --- answers to reset ------------------------------------------------------------


def with_check(body):
    check = 0
    for byte in body[1:]:
        check ^= byte
    return body + bytes([check])


def answers_to_reset(right):
    return {
        "atr-one-byte": b"\x3b",
        "atr-two-bytes": b"\x3b\x00",
        "atr-without-check-byte": right[:-1],
        "atr-wrong-check-byte": right[:-1] + bytes([right[-1] ^ 0x55]),
        "atr-cut": right[: len(right) // 2],
        "atr-33-bytes": with_check(b"\x3b\x8f\x80\x01" + bytes(15)).ljust(33, b"\x00"),
        "atr-64-bytes": right.ljust(64, b"\xaa"),
        "atr-260-bytes": right.ljust(260, b"\x5a"),
        "atr-zeros": bytes(16),
        "atr-ones": b"\xff" * 16,
        "atr-not-utf8": with_check(b"\x3b\x8d\x80\x01" + right[4:12] + b"\xc3\x28\xff\xfe\x80"),
        "atr-escapes": with_check(b"\x3b\x8d\x80\x01" + right[4:12] + b"\x1b[2J\x07"),
        "atr-interfaces-without-end": b"\x3b" + b"\xff" * 31,
        "atr-of-a-sam": bytes.fromhex("3b680000") + b"SAM\x00\x00\x00\x00\x05",
        "atr-inverse": b"\x3f" + right[1:],
        "atr-serial-of-zeros": with_check(right[:4] + bytes(8) + right[12:-1]),
    }


# --- file control information ------------------------------------------------------


def _fci(make):
    """SELECT is answered with these bytes, everything else rightly."""
    return dict(mode=lambda c, a, r: make(c, r) + b"\x90\x00", only={0xA4})


def _lying_sizes(card, right):
    """The right template with every number in it exchanged."""
    data = bytearray(right[:-2])
    for at in range(2, len(data)):
        if data[at - 1] in (0x02, 0x05) and data[at - 2] in (0x80, 0x82, 0x83):
            for i in range(at, min(at + data[at - 1], len(data))):
                data[i] = card.random.choice((0x00, 0xFF, 0x7F, 0x01))
    return bytes(data)


TEMPLATES = {
    "fci-deep": lambda c, r: _nested(20000),
    "fci-deep-in-one-command": lambda c, r: _nested(64)[-250:],
    "fci-length-beyond": lambda c, r: b"\x6f\x84\xff\xff\xff\xff\x84\x01\x00",
    "fci-length-of-127-bytes": lambda c, r: b"\x6f\xff" + b"\xff" * 127,
    "fci-indefinite": lambda c, r: b"\x6f\x80" + b"\x84\x80" * 100,
    "fci-indefinite-nested": lambda c, r: b"\x6f\x80" * 120,
    "fci-tag-without-end": lambda c, r: b"\x1f" + b"\xff" * 250,
    "fci-many-objects": lambda c, r: b"\x6f\x81\xf0" + b"\x83\x00" * 120,
    "fci-empty-objects": lambda c, r: b"\x6f\x00",
    "fci-nothing": lambda c, r: b"",
    "fci-padding": lambda c, r: b"\x00" * 250,
    "fci-lying-sizes": _lying_sizes,
    "fci-of-another-file": lambda c, r: b"\x6f\x0d\x80\x02\xff\xff\x82\x05\x01\x01\xff\xff\xff\x83\x02",
    "fci-of-64-kib": lambda c, r: b"\x6f\x82\xff\xf0" + bytes(0xFFF0),
}


# --- what a card holds ---------------------------------------------------------------


def files(card, kinds):
    for directory in card._all(card.mf):
        for file in directory.files:
            if file.kind in kinds:
                yield directory, file


def _records(change):
    """Every value of every record is `change(random, tag, length)`, of the right length."""

    def prepare(card, dice):
        for _, file in files(card, {VARIABLE}):
            file.records = [bytes(r[:2]) + change(dice, r[0], r[1])[: r[1]].ljust(r[1], b"\x00") for r in file.records]
        for _, file in files(card, {CYCLIC}):
            file.records = [change(dice, 0, file.size)[: file.size].ljust(file.size, b"\x00") for _ in file.records]

    return prepare


def _binaries(change):
    def prepare(card, dice):
        for _, file in files(card, {TRANSPARENT}):
            size = len(file.content)
            file.content = bytearray(change(dice, file.fid, size)[:size].ljust(size, b"\x00"))
        for _, file in files(card, {FIXED}):
            file.records = [b"\x00" * file.size for _ in file.records]

    return prepare


def _photo(content):
    def prepare(card, dice):
        for _, file in files(card, {TRANSPARENT}):
            if file.fid == 0xEF07:
                data = content(dice)
                file.content = bytearray(data[: len(file.content)].ljust(len(file.content), b"\x00"))

    return prepare


def _indexes(value):
    def prepare(card, dice):
        for _, file in files(card, {FIXED}):
            file.records = [bytes([value(dice)]) * file.size for _ in file.records]

    return prepare


def _all(*steps):
    def prepare(card, dice):
        for step in steps:
            step(card, dice)

    return prepare


BIDI = "\u202e\u2066\u200f".encode()
JPEG = b"\xff\xd8\xff\xc0\x00\x11\x08\xff\xdc\xff\xdc\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01"
CONTENTS = {
    "text-of-escapes": _records(lambda d, t, n: b"\x1b[2J\x1b]0;owned\x07\x08\x0d\x9b31m"),
    "text-of-controls": _records(lambda d, t, n: bytes(range(1, 33)) * 8),
    "text-of-eight-bit-controls": _records(lambda d, t, n: b"\x80\x9b\x9d\x90\x85\xff" * 40),
    "text-with-zeros": _records(lambda d, t, n: b"A\x00B\x00" * 64),
    "text-not-gbk": _records(lambda d, t, n: b"\xff\xfe\x81\x20\xa0\xa0\xfe\xff" * 32),
    "text-of-utf8-bidi": _records(lambda d, t, n: BIDI * 30),
    "text-half-character": _records(lambda d, t, n: b"\xb0" * n),
    "text-of-markup": _records(lambda d, t, n: b'"}],<script>&\\u0000%s%n$(id)' * 9),
    "values-all-ones": _records(lambda d, t, n: b"\xff" * n),
    "values-all-zeros": _records(lambda d, t, n: bytes(n)),
    "values-random": _records(lambda d, t, n: d.randbytes(n)),
    "dates-absurd": _records(lambda d, t, n: bytes.fromhex("99999999") * 64),
    "dates-impossible": _records(lambda d, t, n: bytes.fromhex("20260230") * 64),
    "digits-that-are-none": _records(lambda d, t, n: bytes.fromhex("abcdef0f") * 64),
    "photo-random": _photo(lambda d: b"\x0c\x00" + d.randbytes(3072)),
    "photo-length-beyond": _photo(lambda d: b"\xff\xff" + d.randbytes(3072)),
    "photo-of-65500-squared": _photo(lambda d: len(JPEG).to_bytes(2, "big") + JPEG),
    "photo-of-one-byte": _photo(lambda d: b"\x00\x01\xff"),
    "visits-random": _binaries(lambda d, f, n: d.randbytes(n)),
    "visits-of-escapes": _binaries(lambda d, f, n: b"\x1b[31m\x9b2J\x07" * (n // 9)),
    "visits-all-ones": _binaries(lambda d, f, n: b"\xff" * n),
    "visits-all-nines": _binaries(lambda d, f, n: b"\x99" * n),
    "index-negative": _indexes(lambda d: 0x80),
    "index-random": _indexes(lambda d: d.randrange(256)),
    "index-says-all-valid": _indexes(lambda d: 0x00),
    "everything-random": _all(_records(lambda d, t, n: d.randbytes(n)), _binaries(lambda d, f, n: d.randbytes(n))),
}


def _big_records(card, apdu, right):
    """255 records of 255 bytes: whatever is asked for, it is there."""
    count = apdu[-1] or 256
    tag = apdu[2]
    return (bytes([tag, 253]) + card.bytes(253)) * (count // 255) + b"\x90\x00" if count >= 255 else b"\x6c\xff"


def _record_lengths_lie(card, apdu, right):
    return right[:1] + bytes([card.random.choice((0, 1, 0x7F, 0x80, 0xFF))]) + right[2:] if len(right) > 4 else right


def _index_in_circles(card, apdu, right):
    """An index that says another thing each time."""
    return bytes(card.random.choice((0x00, 0xFF)) for _ in right[:-2]) + right[-2:] if len(right) < 10 else right


def _forgets_writes(card, apdu, right):
    """Writes are confirmed and never done."""
    return b"\x90\x00"


ANSWERS = {
    "records-of-255": dict(mode=_big_records, only={0xB2}),
    "record-lengths-lie": dict(mode=_record_lengths_lie, only={0xB2}),
    "record-always-the-first": dict(mode=lambda c, a, r: b"\x01\x01\x31\x90\x00", only={0xB2}),
    "index-in-circles": dict(mode=_index_in_circles, only={0xB2}),
    "records-none": dict(mode=_status(0x6A83), only={0xB2}),
    "binary-of-another-length": dict(mode=lambda c, a, r: r[:-2] * 2 + r[-2:], only={0xB0}),
    "binary-never-ends": dict(mode=lambda c, a, r: bytes(256) + b"\x61\x00", only={0xB0, 0xC0}),
    "binary-nothing": dict(mode=_status(0x9000), only={0xB0}),
    "challenge-always-the-same": dict(mode=lambda c, a, r: bytes(8) + b"\x90\x00", only={0x84}),
    "challenge-short": dict(mode=lambda c, a, r: bytes(4) + b"\x90\x00", only={0x84}),
    "challenge-long": dict(mode=lambda c, a, r: bytes(64) + b"\x90\x00", only={0x84}),
    "challenge-none": dict(mode=_status(0x9000), only={0x84}),
    "proof-random": dict(mode=lambda c, a, r: c.bytes(8) + b"\x90\x00", only={0x88}),
    "proof-short": dict(mode=lambda c, a, r: bytes(1) + b"\x90\x00", only={0x88}),
    "proof-long": dict(mode=lambda c, a, r: bytes(200) + b"\x90\x00", only={0x88}),
    "proof-is-the-question": dict(mode=lambda c, a, r: a[5:13] + b"\x90\x00", only={0x88}),
    "tries-go-up": dict(mode=lambda c, a, r: bytes([0x63, 0xC0 | c.count & 15]), only={0x82}),
    "tries-none-left": dict(mode=_status(0x63C0), only={0x82}),
    "tries-beyond": dict(mode=_status(0x63FF), only={0x82}),
    "keys-blocked": dict(mode=_status(0x6983), only={0x82}),
    "keys-accept-all": dict(mode=_status(0x9000), only={0x82}),
    "writes-forgotten": None,  # see `made`
    "writes-fail-after-doing": dict(mode=_status(0x6581), only={0xD6, 0xDC, 0xD2, 0x0C}),
    "writes-refused": dict(mode=_status(0x6982), only={0xD6, 0xDC, 0xD2, 0x0C}),
    "serial-changes": dict(mode=lambda c, a, r: c.bytes(len(r) - 2) + r[-2:], only={0xCA}),
    "says-blocked": dict(mode=lambda c, a, r: r[:-2] + b"\x62\x83", only={0xA4}),
    "says-gone-for-good": dict(mode=_status(0x9303), only={0xA4}),
    "says-no-application": dict(mode=_status(0x6A82), only={0xA4}),
}


class Forgetful(Hostile):
    """Writes and blocks are confirmed and not done."""

    def process(self, apdu):
        self.count += 1
        if len(apdu) > 4 and apdu[1] in (0xD6, 0xDC, 0xD2, 0x0C, 0x1E, 0x18, 0x16):
            return b"\x90\x00"
        return self.card.process(apdu)


class Another(Hostile):
    """After `after` commands the card leaves and another one comes in its place, or the same one."""

    def __init__(self, card, seed, after, successor, seconds=0.2):
        super().__init__(card, seed, after=after)
        self.successor, self.seconds = successor, seconds

    def process(self, apdu):
        self.count += 1
        if self.count > self.after:
            self.count = 0
            raise Gone(self.seconds, self.successor)
        return self.card.process(apdu)


class Behaviour:
    """`changes_reset`: the card has to be put in anew for it. `slow`: not among the quick ones."""

    def __init__(self, name, make, prepare=None, changes_reset=False, slow=False):
        self.name, self._make, self._prepare = name, make, prepare
        self.changes_reset, self.slow = changes_reset, slow

    def make(self, card, seed):
        """Takes the card for itself: give it a copy."""
        if self._prepare:
            self._prepare(card, random.Random(seed))
        return self._make(card, seed)


def behaviours(right_atr, another):
    """All of them by name. `another()`: some other card, which may come in a card's place."""
    found = []

    def add(name, *arguments, kind=Hostile, **options):
        known = {key: options.pop(key) for key in ("prepare", "changes_reset", "slow") if key in options}
        found.append(Behaviour(name, lambda card, seed: kind(card, seed, *arguments, **options), **known))

    def add_mode(name, which, **options):
        slow = options.pop("slow", False)
        found.append(
            Behaviour(name, lambda card, seed: Hostile(card, seed, mode(which), **options), slow=slow)
        )

    for name, atr in answers_to_reset(right_atr).items():
        add(name, atr=atr, changes_reset=True)
    for name in MODES:
        add_mode(name, name)
    for after in (1, 3, 7, 12, 20, 32, 48):
        for name in MODES:
            add_mode("%s-after-%d" % (name, after), name, after=after, slow=after in (1, 7, 20, 48))
    for instruction in (0xA4, 0xB0, 0xB2, 0x84, 0x88, 0x82, 0xD6, 0xDC, 0x1E):
        for name in MODES:
            add_mode("%s-to-%02x" % (name, instruction), name, only={instruction}, slow=True)
    for name, make in TEMPLATES.items():
        add(name, **_fci(make))
    for name, options in ANSWERS.items():
        if options is None:
            add(name, kind=Forgetful)
        else:
            add(name, **options)
    for name, prepare in CONTENTS.items():
        add(name, prepare=prepare)
    add("slow-drip", pause=0.05)
    add("slow-drip-of-a-second", pause=1.0, slow=True)
    for after in (2, 9, 25):
        add("comes-back-as-another-after-%d" % after, after, another, kind=Another)
        add("comes-and-goes-every-%d" % after, after, None, kind=Another)
    return found


assert layout.DIRECTORIES
