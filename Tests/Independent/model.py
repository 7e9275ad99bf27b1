"""What the independent card is made of: keys, files, directories, and a command taken apart."""

MF = 0x3F00
TRANSPARENT, FIXED, VARIABLE, CYCLIC = 0x01, 0x02, 0x05, 0x06
TRANSPORT, STK_HIGH, STK_DEEP, LK, BK = 0x01, 0x02, 0x82, 0x83, 0x03
AUTHENTICATE_CARD, AUTHENTICATE_TERMINAL, MAINTENANCE = 0x02, 0x01, 0x03
TRIES = 6
WRONG_MACS = 3


class Refusal(Exception):
    """A status word other than 9000, with the answer data that goes with it."""

    def __init__(self, status, data=b""):
        super().__init__("%04X" % status)
        self.status, self.data = status, data


def require(condition, status):
    if not condition:
        raise Refusal(status)


class Key:
    def __init__(self, value, usage, version):
        self.value, self.usage, self.version, self.tries = value, usage, version, TRIES


class File:
    def __init__(self, fid, kind, size, count, sfi, access):
        self.fid, self.kind, self.size, self.count, self.sfi = fid, kind, size, count, sfi
        self.read, self.update, self.erase, self.protection = access
        self.content = bytearray(size if kind == TRANSPARENT else 0)
        fill = b"\xff" if kind == FIXED and size == 1 else b"\x00"
        self.records = [fill * size for _ in range(count)] if kind in (FIXED, CYCLIC) else []

    @property
    def descriptor(self):
        where_it_means_something = self.kind in (FIXED, CYCLIC)
        size = self.size if where_it_means_something else 0
        return bytes([self.kind, 1]) + size.to_bytes(2, "big") + bytes([self.count])

    @property
    def length(self):
        return len(self.content) + sum(map(len, self.records))


class Directory:
    def __init__(self, fid, name, parent):
        self.fid, self.name, self.parent = fid, name, parent
        self.directories, self.files, self.keys = [], [], {}
        self.wrong_macs, self.block = 0, None

    @property
    def maintenance(self):
        deep = self.parent is not None and self.parent.parent is not None
        key = self.keys.get(STK_DEEP if deep else STK_HIGH)
        require(key is not None and key.usage == MAINTENANCE, 0x6A88)
        return key


class Command:
    """One command APDU; 6700 when its lengths do not add up."""

    def __init__(self, apdu):
        require(len(apdu) >= 4, 0x6700)
        self.cla, self.ins, self.p1, self.p2 = apdu[:4]
        self.data, self.le, self.le_is_zero, self.extended = b"", None, False, False
        body = apdu[4:]
        if len(body) == 1:
            self._expect(body, 256)
        elif len(body) > 1 and body[0]:
            self.data, rest = body[1 : 1 + body[0]], body[1 + body[0] :]
            require(len(self.data) == body[0] and len(rest) <= 1, 0x6700)
            self._expect(rest, 256)
        elif len(body) > 1:
            self.extended = True
            require(len(body) >= 3, 0x6700)
            if len(body) == 3:
                self._expect(body[1:], 65536)
            else:
                count = int.from_bytes(body[1:3], "big")
                self.data, rest = body[3 : 3 + count], body[3 + count :]
                require(count and len(self.data) == count and len(rest) in (0, 2), 0x6700)
                self._expect(rest, 65536)

    def _expect(self, field, everything):
        if field:
            self.le = int.from_bytes(field, "big") or everything
            self.le_is_zero = not any(field)


def simple_tlv(data):
    """One-byte tags and lengths in the order they come; 6A80 when they do not fill the data."""
    items = []
    while data:
        require(len(data) >= 2 and len(data) >= 2 + data[1] and data[1] < 0x80, 0x6A80)
        items.append((data[0], data[2 : 2 + data[1]]))
        data = data[2 + data[1] :]
    require(len({tag for tag, _ in items}) == len(items), 0x6A80)
    return dict(items)


def tlv(tag, value):
    return tag + bytes([len(value)]) + value
