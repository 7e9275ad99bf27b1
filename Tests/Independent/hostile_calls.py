#!/usr/bin/python3
"""Every function of libMHC_CardInterface.so once, whatever card and SAM are in the readers: `hostile_calls.py LIBRARY SECONDS`.

Each buffer ends at the end of its last documented byte, with guard bytes before and behind; each call has to return in
time with a code of the documented ones. Prints the faults; exit 1 when there is one. Written from Docs/c-interface.md.
"""

import ctypes as C
import sys
import time

CODES = {0, *range(101, 114)}
GUARD = 64
TEXTS = {
    "DDF1EF05": (1, 4, 30, 22, 360, 8, 18, 3, 10, 6), "DDF1EF06": (30, 2, 2, 8, 18), "DDF1EF08": (8, 20, 20, 2, 2, 2),
    "DF01EF05": (2, 100, 2, 100), "DF01EF06": (30, 2, 20) * 3, "DF01EF07": (2, 2, 3), "DF01EF08": (2, 18, 17, 18),
    "DF02EF05": (2,) * 14 + (40,), "DF02EF06": (2,), "DF03EF05": (2,) * 3, "DF03EF06": (2,) * 5,
}  # fmt: skip
LISTS = {"DF02EF07": (20, 100), "DF02EF08": (20, 8)}
VALUES = {
    "DF01EF05": [b"1", b"A", None, b""], "DF01EF06": [b"A"] + [None] * 8, "DF01EF07": [b"2", b"1", b"13"],
    "DF01EF08": [b"01", b"1", b"A", None], "DF02EF05": [b"1", b"2"] + [b"01"] * 12 + [b"A"], "DF02EF06": [b"01"],
    "DDF1EF05": [b"1"] + [None] * 9, "DDF1EF06": [b"A"] + [None] * 4, "DDF1EF08": [b"20361011", b"1"] + [None] * 4,
}  # fmt: skip


class Buffer:
    """`size` bytes between guards; the text buffers of the interface hold a value and its 00."""

    def __init__(self, size, fill=0x5A):
        self.size = size
        self.memory = (C.c_ubyte * (size + 2 * GUARD))(*([0xA5] * GUARD + [fill] * size + [0xA5] * GUARD))

    @property
    def pointer(self):
        return C.cast(C.addressof(self.memory) + GUARD, C.c_void_p)

    @property
    def whole(self):
        data = bytes(self.memory)
        return data[:GUARD] == data[-GUARD:] == b"\xa5" * GUARD

    @property
    def data(self):
        return bytes(self.memory)[GUARD:-GUARD]


class Item(C.Structure):
    _fields_ = [
        ("item", C.c_uint16), ("record", C.c_uint16), ("value", C.c_void_p), ("length", C.c_uint16),
        ("error", C.c_void_p),
    ]  # fmt: skip


class Caller:
    def __init__(self, path, limit):
        self.library, self.limit = C.CDLL(path), limit
        self.library.OpenDevice.restype = C.c_void_p
        self.faults, self.calls, self.slowest, self.called = [], 0, (0, ""), set()
        self.done, self.opened = 0, False

    def call(self, name, *arguments, texts=(), documented=True):
        """`texts`: buffers that have to hold an empty text after an error."""
        buffers = [argument for argument in arguments if isinstance(argument, Buffer)]
        words = [argument.pointer if isinstance(argument, Buffer) else argument for argument in arguments]
        began = time.monotonic()
        code = getattr(self.library, name)(*words)
        seconds = time.monotonic() - began
        self.calls += 1
        self.done += code == 0
        self.called.add(name)
        self.slowest = max(self.slowest, (round(seconds, 3), name))
        if seconds > self.limit:
            self.faults.append("%s took %.1f s" % (name, seconds))
        if documented and code not in CODES:
            self.faults.append("%s returned %r" % (name, code))
        if not all(buffer.whole for buffer in buffers):
            self.faults.append("%s wrote past its buffer" % name)
        for text in texts:
            if code == 0 and 0 not in text.data:
                self.faults.append("%s left a text without an end" % name)
            if code != 0 and text.data[0] != 0:
                self.faults.append("%s returned %d and left a text" % (name, code))
        return code

    def text_call(self, name, *before, sizes):
        texts = [Buffer(size + 1) for size in sizes]
        return self.call(name, *before, *texts, texts=texts)


def everything(caller):
    library = caller.library
    caller.opened = caller.call("iDOpenPort") == 0
    device = C.c_void_p(library.OpenDevice(0))
    for slot in (0x01, 0x11, 0x12, 0x03, 0x77):
        text = Buffer(41)
        caller.call("PowerOn", device, slot, text, texts=[text])
    for name, sizes in TEXTS.items():
        caller.text_call("iR_%sInfo" % name, device, sizes=sizes)
    for name, sizes in LISTS.items():
        for record in (1, 3, 0, -1, 11):
            caller.text_call("iR_%sInfo" % name, device, record, sizes=sizes)
    caller.call("iR_DDF1EF07Info", device, Buffer(3074))
    for name, size in (("Public", 28), ("Terminal", 12), ("PublicApp", 50), ("OrgCertificate", 360), ("Certificate", 380)):
        text = Buffer(size + 1)
        caller.call("iReader_SAM_" + name, C.cast(device, C.c_void_p).value or 0, text, texts=[text])
    tries = Buffer(1)
    caller.call("VerifyPin", device, b"123456", tries)
    caller.call("iVerifyPIN", device, b"123456")
    caller.call("iVerifyPIN", device, b"12")
    for kind, count, whole in (("EE", 2014, 1639), ("ED", 3453, 3013)):
        for record in (1, 2, 9):
            text = Buffer(count)
            caller.call("iR_DF03%s_ALLInfo" % kind, device, record, text, texts=[text])
            caller.call("iR_DF03%sInfo" % kind, device, record, Buffer(whole), 0, whole, 0x00)
            caller.call("iR_DF03%sInfo" % kind, device, record, Buffer(70), 0, 70, 0x01)
            for style, room in ((0x0F, 141), (0xFF, 141)):
                text = Buffer(room)
                caller.call("iR_DF03%sInfo" % kind, device, record, text, 0, 70, style, texts=[text])
        caller.call("iR_DF03%sInfo" % kind, device, 1, Buffer(8), -1, 8, 0)
        caller.call("iR_DF03%sInfo" % kind, device, 1, Buffer(8), whole, 1 << 30, 0)
    writing(caller, device)
    digest, signature, size = Buffer(32), Buffer(64), Buffer(1)
    caller.call("SM3Digest", device, b"A" * 1000, 1000, digest, size)
    caller.call("SM2SignHash", device, digest.data, 32, signature, size)
    raw(caller, device)
    items(caller, device)
    caller.call("iChange_Pin", C.cast(device, C.c_void_p).value or 0, b"123456", b"123456")
    serial = Buffer(100)
    caller.call("IReader_GetDeviceCSN", device, serial, texts=[serial])
    caller.call("LockPersonalInfo", device)
    for name, most in (("iReader_GetLastEEIndex", 3), ("iReader_GetLastEDIndex", 5)):
        if caller.call(name, device, documented=False) not in (-1, *range(1, most + 1)):
            caller.faults.append("%s returned another record" % name)
    caller.call("CloseDevice", device)
    caller.call("CloseDevice", device)
    caller.call("iDClosePort")


# What every visit needs, by the place of the item.
VISITS = {
    "EE": {
        0: b"A", 1: b"12345678-9", 2: b"20261101", 3: b"1", 4: b"M1", 5: b"Ward", 6: b"1", 11: b"Cough", 12: b"J18.9",
        13: b"20261101", 71: b"20261102", 72: b"Ward", 73: b"1",
    },
    "ED": {
        0: b"A", 1: b"12345678-9", 2: b"20261101083000", 3: b"N1", 4: b"Ward", 5: b"1", 6: b"Cough", 7: b"R05",
        8: b"20261101", 9: b"Cough", 10: b"J18.9", 11: b"20261101083000", 12: b"30",
    },
}  # fmt: skip


def writing(caller, device):
    for name, values in VALUES.items():
        caller.call("iW_%sInfo" % name, device, *values)
    for name in LISTS:
        caller.call("iW_%sInfo" % name, device, b"A", b"20260101" if name.endswith("8") else b"B")
    picture = b"\xff\xd8" + bytes(700) + b"\xff\xd9"
    caller.call("iW_DDF1EF07Info", device, len(picture).to_bytes(2, "big") + picture)
    for index, kind, count, whole in (("EF05", "EE", 147, 1639), ("EF06", "ED", 170, 3013)):
        caller.call("iErase_DF03%sInfo" % index, device, 1)
        caller.call("iW_DF03%sInfo" % index, device, 1)
        items = [VISITS[kind].get(place, b"") for place in range(count)]
        caller.call("iW_DF03%s_ALLInfo" % kind, device, 1, b"|".join(items))
        caller.call("iW_DF03%sInfo" % kind, device, 1, b"A" * 70, 0, 70, 0x01)
        caller.call("iW_DF03%sInfo" % kind, device, 1, bytes(whole), 0, whole, 0x00)


def raw(caller, device):
    for command in (b"\x00\x84\x00\x00\x08", b"\x00\xb0\x87\x00\x00", b"\x00\xa4\x00\x00\x02\x3f\x00\x00"):
        for slot in (0x01, 0x11):
            answer, length = Buffer(258), Buffer(4, 0xFF)
            code = caller.call("SendAPDU", device, slot, command, C.c_ulong(len(command)), answer, length)
            said = int.from_bytes(length.data, sys.byteorder, signed=True)
            if code == 0 and not 2 <= said <= 258:
                caller.faults.append("SendAPDU says %d bytes" % said)


def items(caller, device):
    for function in ("wsc_GetCardInfo", "wsc_PutCardInfo"):
        numbers = [11, 15, 16, 22, 41, 58, 62, 63, 64, 213, 385, 0, 999]
        values = [Buffer(3074 if number == 385 else 400, 0) for number in numbers]
        errors = [Buffer(4) for _ in numbers]
        array = (Item * len(numbers))()
        for place, number in enumerate(numbers):
            room = 0 if place % 2 else values[place].size
            array[place] = Item(number, 1, values[place].pointer.value, room, errors[place].pointer.value)
        caller.call(function, device, C.byref(array), len(numbers))
        if not all(buffer.whole for buffer in values + errors):
            caller.faults.append("%s wrote past a value" % function)
        for number, error in zip(numbers, errors):
            if caller.opened and int.from_bytes(error.data, sys.byteorder) not in CODES:
                caller.faults.append("%s: item %d has the code %s" % (function, number, error.data.hex()))


def main():
    caller = Caller(sys.argv[1], float(sys.argv[2]))
    everything(caller)
    print("%d calls of %d functions, %d with 0, slowest %.3f s: %s" % (
        caller.calls, len(caller.called), caller.done, *caller.slowest))
    if caller.faults:
        print("\n".join(caller.faults[:20]), file=sys.stderr)
    sys.exit(1 if caller.faults else 0)


if __name__ == "__main__":
    main()
