"""Random commands for a card in a known state: mostly meaningful, often wrong in one place.

`Author` looks into the independent card (it may, the other card never is looked into) to make commands that get far.
Every challenge is the same fixed one, so session keys are known.
"""

import cos
import model
import crypto
import layout

FIDS = [0x3F00, 0xDDF1, 0xDF01, 0xDF02, 0xDF03, 0xEF05, 0xEF06, 0xEF07, 0xEF08, 0xEE01, 0xED05, 0x3FFF, 0x0000, 0xFFFF]
NAMES = [d.df_name for d in layout.DIRECTORIES if d.df_name]
KNOWN = sorted(cos.CLASSES)


def short(header, data=b"", le=None):
    command = bytes(header)
    if data:
        command += bytes([len(data)]) + data
    return command + (b"" if le is None else bytes([le & 0xFF]))


def extended(header, data=b"", le=None):
    command = bytes(header) + b"\x00"
    if data:
        command += len(data).to_bytes(2, "big") + data
    return command + (b"" if le is None else (le & 0xFFFF).to_bytes(2, "big"))


class Author:
    def __init__(self, random, card, challenge):
        self.random, self.card, self.challenge = random, card, challenge
        self.kinds = [
            (self.select, 14), (self.read_record, 14), (self.read_binary, 8), (self.take_challenge, 4),
            (self.external, 10), (self.internal, 3), (self.update_record, 16), (self.update_binary, 6),
            (self.index, 10), (self.create, 6), (self.write_key, 6), (self.activate, 0.3), (self.block, 4),
            (self.data, 1), (self.noise, 4), (self.settle, 8), (self.storm, 2),
        ]  # fmt: skip

    # --- a step is a list of commands ---------------------------------------

    def step(self):
        kind = self.random.choices([k for k, _ in self.kinds], [w for _, w in self.kinds])[0]
        if not self.card.current.files and self.chance(0.3):
            kind = self.settle
        made = kind()
        if made and self.chance(0.2):
            made[-1:] = self.damage(made[-1])
        return made

    def chance(self, probability):
        return self.random.random() < probability

    def pick(self, *choices):
        return self.random.choice(choices)

    def bytes(self, count):
        return self.random.randbytes(count)

    def with_challenge(self, command):
        return ([bytes.fromhex("0084000008")] if self.chance(0.93) else []) + [command]

    def session(self, key):
        return crypto.diversify(key.value if key else self.bytes(16), self.challenge)

    # --- getting somewhere --------------------------------------------------

    def settle(self):
        """Enters a directory, opens some of its keys, selects one of its files."""
        directory = self.random.choice([d for d in self.card._all(self.card.mf) if d.name or d is self.card.mf])
        if directory is self.card.mf:
            steps = [bytes.fromhex("00a40000023f00")]
        else:
            steps = [short([0, 0xA4, 4, 0], directory.name)]
        for reference, key in directory.keys.items():
            if key.usage == 1 and self.chance(0.6):
                steps += [bytes.fromhex("0084000008"), self.proof(reference, key)]
        if directory.files and self.chance(0.7):
            steps.append(short([0, 0xA4, 0, 0], self.random.choice(directory.files).fid.to_bytes(2, "big")))
        return steps

    def proof(self, reference, key):
        original = self.bytes(8)
        answer = crypto.cryptogram(key.value, self.challenge, original)
        return short([0, 0x82, 0, reference], answer + original + bytes([key.version]))

    def storm(self):
        """Wrong MACs in a row, perhaps a right one between them, perhaps reset."""
        file = self.a_file(model.FIXED, model.VARIABLE, model.CYCLIC)
        if file is None or not file.sfi:
            return self.settle()
        steps = []
        for _ in range(self.pick(2, 3, 4)):
            if file.kind == model.FIXED:
                header, body = bytes([0x84, 0xD2, 1, file.sfi << 3 | 4]), b""
            else:
                ends = (0, file.sfi << 3 | 3) if file.kind == model.CYCLIC else (1, file.sfi << 3 | 4)
                header, body = bytes([4, 0xDC, *ends]), self.bytes(16)
            tail = crypto.mac(self.session(self.stk()), header, body) if self.chance(0.2) else self.bytes(4)
            steps += [bytes.fromhex("0084000008"), short(header, body + tail)]
        return steps

    # --- reading ------------------------------------------------------------

    def select(self):
        le = self.pick(None, None, 0, 0, 64, 40, 5)
        p2 = self.pick(0, 0, 0, 0x0C, 0x0C, 0x04)
        if self.chance(0.5):
            here = self.card.current
            near = [f.fid for f in here.files] + [d.fid for d in here.directories] + FIDS
            return [short([0, 0xA4, 0, p2], self.random.choice(near).to_bytes(2, "big"), le)]
        name = self.random.choice(NAMES)
        name = self.pick(name, name, name, name[:-1], name + b"\x00", b"1PAY.SYS.DDF01", self.bytes(17), b"")
        return [short([0, 0xA4, 4, p2], name, le)]

    def a_file(self, *kinds):
        files = [f for f in self.card.current.files if f.kind in kinds]
        return self.random.choice(files) if files and self.chance(0.95) else None

    def address(self, file, mode):
        """P2 of a record command: current file or short identifier."""
        if file is None:
            return self.pick(mode, self.random.randrange(256))
        if file is self.card.file and self.chance(0.5):
            return mode
        return file.sfi << 3 | mode

    def number(self, file):
        count = len(file.records) if file else 3
        return self.pick(1, 1, 2, count, count, count + 1, 0, 255, self.random.randrange(256))

    def read_record(self):
        file = self.a_file(model.VARIABLE, model.FIXED, model.CYCLIC, model.TRANSPARENT)
        mode = self.pick(4, 4, 4, 5, 5, 0, 0, 3, 1, 7)
        number = self.number(file)
        if mode == 0 and file and file.records and self.chance(0.7):
            number = self.random.choice(file.records)[0]
        le = self.pick(0, 0, 0, 0, 3, 10, 22, 200, 255, self.random.randrange(256), None)
        header = [0, 0xB2, number, self.address(file, mode)]
        if self.chance(0.05):
            return [extended(header, b"", self.pick(0, 256, 300, 7, 65535))]
        return [short(header, b"", le)]

    def read_binary(self):
        file = self.a_file(model.TRANSPARENT, model.TRANSPARENT, model.VARIABLE)
        size = len(file.content) if file else 0
        le = self.pick(0, 0, 1, 2, 128, 255, None)
        offset = self.pick(0, 0, 1, 128, size - 1, size, size + 1, size - 200, self.random.randrange(0x8000))
        offset = max(0, offset) & 0x7FFF
        if file and self.chance(0.5):
            header = [0, 0xB0, 0x80 | file.sfi | self.pick(0, 0, 0, 0, 0x20), offset & 0xFF]
        else:
            header = [0, 0xB0, offset >> 8, offset & 0xFF]
        if self.chance(0.1):
            return [extended(header, b"", self.pick(0, 256, 1000, 4000, 65535))]
        return [short(header, b"", le)]

    def data(self):
        return [short([0, 0xCA, 0x9F, self.pick(0x7F, 0x7F, 0x17)], b"", self.pick(0, 0x2A, 0x29, 0x2B, None))]

    # --- authentication -----------------------------------------------------

    def take_challenge(self):
        return [short([0, 0x84, 0, self.pick(0, 0, 0, 1)], b"", self.pick(8, 8, 8, 0, 4, 16, None))]

    def a_key(self, usage):
        fitting = [(r, k) for r, k in self.card.current.keys.items() if k.usage == usage]
        if fitting and self.chance(0.9):
            return self.random.choice(fitting)
        return self.random.randrange(256), None

    def external(self):
        reference, key = self.a_key(1)
        original = self.bytes(8)
        answer = crypto.cryptogram(key.value, self.challenge, original) if key else self.bytes(8)
        if self.chance(0.08):
            answer = self.bytes(8)
        version = key.version if key and self.chance(0.97) else self.pick(0x01, 0xF1, 0)
        body = answer + original + bytes([version])
        return self.with_challenge(short([0, 0x82, 0, reference], self.pick(body, body, body, body, body[:-1])))

    def internal(self):
        reference, key = self.a_key(2)
        body = self.bytes(16) + bytes([key.version if key else 0xF1])
        return [short([0, 0x88, 0, reference], body, self.pick(8, 8, 8, 0, 7, 9, None))]

    # --- writing ------------------------------------------------------------

    def secured(self, header, key, plain):
        """The command with ciphertext (unless plain is None) and MAC, sometimes spoilt."""
        session = self.session(key)
        body = b"" if plain is None else self.sealed(session, plain)
        body += crypto.mac(session, header, body)
        if self.chance(0.08):
            body = body[:-1] + bytes([body[-1] ^ 1])
        return short(header, body)

    def sealed(self, session, plain):
        if self.chance(0.9):
            return crypto.seal(session, plain)
        block = bytes([max(0, len(plain) + self.pick(-1, 0, 1, 40)) & 0xFF]) + plain
        block += self.pick(b"\x80", b"\x00", b"", b"\x80" + bytes(16))
        return crypto.encrypt(session, block + bytes(-len(block) % 16))

    def stk(self):
        deep = self.card.current.parent is not None and self.card.current.parent.parent is not None
        return self.card.current.keys.get(0x82 if deep else 0x02)

    def update_record(self):
        file = self.a_file(model.VARIABLE, model.VARIABLE, model.CYCLIC, model.FIXED)
        if file and file.kind == model.CYCLIC:
            plain = self.bytes(file.size + self.pick(0, 0, 0, 0, -1, 1))
            number, mode = self.pick(0, 0, 0, 0, 1), self.pick(3, 3, 3, 3, 4)
        else:
            number, mode = self.number(file), self.pick(4, 4, 4, 4, 4, 4, 3, 0, 2)
            plain = self.record(file, number)
        header = bytes([self.pick(4, 4, 4, 4, 0), 0xDC, number, self.address(file, mode)])
        if header[0] == 0:
            return [short(header, plain, self.pick(None, None, 0))]
        if self.chance(0.1):
            session = self.session(self.stk())
            return self.with_challenge(short(header, plain + crypto.mac(session, header, plain)))
        return self.with_challenge(self.secured(header, self.stk(), plain))

    def record(self, file, number):
        if file and 1 <= number <= len(file.records) and self.chance(0.9):
            old = file.records[number - 1]
            return old[:2] + self.bytes(max(0, len(old) - 2 + self.pick(0, 0, 0, 0, 0, 1, -1)))
        size = self.pick(0, 1, 4, 14, 15, 30, 180)
        return bytes([self.random.randrange(1, 60), size + self.pick(0, 0, 0, 0, 0, 0, 1)]) + self.bytes(size)

    def update_binary(self):
        file = self.a_file(model.TRANSPARENT)
        size = len(file.content) if file else 0
        offset = max(0, self.pick(0, 0, 1, size - 1, size, size - 20, self.random.randrange(0x7FFF))) & 0x7FFF
        data = self.bytes(self.pick(1, 2, 20, 128, 255))
        if file and self.chance(0.5):
            header = [0, 0xD6, 0x80 | file.sfi, offset & 0xFF]
        else:
            header = [0, 0xD6, offset >> 8, offset & 0xFF]
        if self.chance(0.1):
            return [extended(header, self.bytes(self.pick(10, 256, 600)))]
        return [short(header, data, self.pick(None, None, None, None, 0))]

    def index(self):
        file = self.a_file(model.FIXED, model.FIXED, model.FIXED, model.VARIABLE)
        ins, right = self.pick((0xD2, "update"), (0x0C, "erase"))
        header = bytes([0x84, ins, self.number(file), self.address(file, self.pick(4, 4, 4, 4, 4, 3, 0))])
        return self.with_challenge(self.secured(header, self.stk(), None))

    # --- making -------------------------------------------------------------

    def create(self):
        def tlv(tag, value):
            return bytes([tag, len(value)]) + bytes(value)

        fid = self.pick(*FIDS, self.random.randrange(0x10000)).to_bytes(2, "big")
        if self.chance(0.3):
            name = self.pick(*NAMES, self.bytes(5), self.bytes(16), self.bytes(17), b"")
            items = [tlv(0x82, self.pick(b"\x38", b"\x38", b"\x39")), tlv(0x83, fid), tlv(0x84, name)]
        else:
            kind = self.pick(1, 2, 5, 6, 5, 3)
            size, count = self.pick((0, 0), (1, 3), (1, 3), (24, 3), (10, 255), (5, 0))
            items = [tlv(0x82, bytes([kind, self.pick(1, 1, 1, 1, 1, 1, 0)]) + size.to_bytes(2, "big") + bytes([count]))]
            items.append(tlv(0x83, fid))
            if kind == 1 or self.chance(0.05):
                items.append(tlv(0x80, self.pick(30, 300, 3074, 1, 0).to_bytes(2, "big")))
            items.append(tlv(0x88, [self.pick(*range(32)) << 3 | self.pick(0, 0, 0, 0, 0, 0, 0, 4)]))
            rights = [self.pick(0, 0, 0xFF, 0x84, 0x85, 0x86, 0x04, 0x05) for _ in range(3)]
            items.append(tlv(0x86, rights + [self.pick(0, 1, 2, 2, 3)]))
        if self.chance(0.08):
            self.random.shuffle(items)
        if self.chance(0.08):
            items.pop(self.random.randrange(len(items)))
        if self.chance(0.05):
            items.append(self.pick(tlv(0x8A, b"\x01"), items[0], b"\x80", b"\x00"))
        body = tlv(self.pick(0x62, 0x62, 0x62, 0x62, 0x62, 0x62, 0x62, 0x6F), b"".join(items))
        return [short([0, 0xE0, 0, 0], body, self.pick(None, None, None, None, None, 0))]

    def write_key(self):
        usage = self.pick(1, 1, 1, 2, 3, 3)
        reference = self.pick(0x82, 0x02) if usage == 3 else self.pick(0x83, 0x84, 0x85, 0x86, 0x04, 0x03, 0x01, 0)
        plain = [usage, reference, self.pick(0xF1, 0x01), 4, 6 if usage == 1 else 0, 0, 0, 0, 0]
        if self.chance(0.1):
            plain[self.random.randrange(9)] = self.random.randrange(256)
        plain = bytes(plain) + self.bytes(self.pick(16, 16, 16, 16, 16, 16, 16, 15, 17))
        header = bytes([0x84, 0xD4, self.pick(1, 1, 1, 1, 1, 1, 0), reference])
        transport = model.Key(crypto.diversify(crypto.test_key("TK"), self.card.serial), 1, 0xF1)
        return self.with_challenge(self.secured(header, transport, plain))

    def activate(self):
        return [bytes.fromhex("00a40000023f00"), short([0, 0x44, 0, 0])]

    def block(self):
        ins = self.pick(0x1E, 0x1E, 0x18, 0x18, 0x18) if self.chance(0.97) else 0x16
        header = bytes([0x84, ins, 0, self.pick(0, 0, 0, 0, 1 if self.chance(0.3) else 0)])
        return self.with_challenge(self.secured(header, self.stk(), None))

    # --- damage -------------------------------------------------------------

    def noise(self):
        if self.chance(0.3):
            return [self.bytes(self.pick(2, 3, 4, 5, 6, 7, 8, 12, 300))]
        header = bytes([self.pick(0, 0, 4, 0x80, 0x84, 0x10, self.random.randrange(256))])
        header += bytes([self.pick(self.random.choice(KNOWN), self.random.randrange(256))]) + self.bytes(2)
        return [header + self.pick(b"", b"\x00", b"\x08", b"\x00\x00", b"\x00\x00\x00", b"\x01", b"\x02\x01\x02\x00")]

    def damage(self, command):
        """One command → the commands that stand for it: cut, stretched, altered, extended or chained."""
        way = self.random.randrange(8)
        if way == 0:
            return [command[: max(2, self.random.randrange(len(command) + 1))]]
        if way == 1:
            return [command + self.bytes(self.pick(1, 2))]
        if way == 2:
            position = self.random.randrange(min(5, len(command)))
            return [command[:position] + self.bytes(1) + command[position + 1 :]]
        try:
            parsed = model.Command(command)
        except model.Refusal:
            return [command]
        header, le = command[:4], None if parsed.le is None else 0 if parsed.le_is_zero else parsed.le
        if way <= 4:
            return [extended(header, parsed.data, le)] if parsed.data or le is not None else [command]
        return self.chained(header, parsed.data, le)

    def chained(self, header, data, le):
        cut = self.random.randrange(min(len(data), 255) + 1)
        link = bytes([header[0] | 0x10]) + header[1:]
        links = [short(link, data[:cut], self.pick(None, None, None, None, None, 0))]
        while len(data) - cut > 255:
            links.append(short(link, data[cut : cut + 255]))
            cut += 255
        links.append(short(header, data[cut:], le))
        if self.chance(0.2):
            links.insert(1, self.pick(bytes.fromhex("0084000008"), short(link, b"\x00"), self.bytes(5)))
        return links
