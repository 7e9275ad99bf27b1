#!/usr/bin/python3
"""Reads a card through libMHC_CardInterface.so, as hospital programs in other languages do, and compares it with the JSON
of `healthcard read` on standard input: `interface.py LIBRARY < card.json`. Prints each difference; none is success.

Written from Docs/c-interface.md and Docs/items.md.
"""

import base64
import ctypes
import json
import sys
import threading

SLOT_PSAM, NO_STYLE, AN_STYLE = 0x11, 0x00, 0x01

FILES = {
    "DDF1EF05": "issuer: cardCategory specificationVersion issuerName issuerCode issuerCertificate issueDate cardNumber "
    "securityCode issueSerial cityCode",
    "DDF1EF06": "holder: name sex nation birthDate idNumber",
    "DDF1EF08": "validity: validUntil phone1 phone2 payment1 payment2 payment3",
    "DF01EF05": "address: addressType1 address1 addressType2 address2",
    "DF01EF06": "contacts: contactName1 contactRelation1 contactPhone1 contactName2 contactRelation2 contactPhone2 "
    "contactName3 contactRelation3 contactPhone3",
    "DF01EF07": "occupation: education maritalStatus occupation",
    "DF01EF08": "documents: documentType documentNumber healthRecordNumber ncmsNumber",
    "DF02EF05": "clinical: bloodABO bloodRh asthma heartDisease cardiocerebrovascular epilepsy coagulationDisorder "
    "diabetes glaucoma dialysis organTransplant organLoss prosthesis pacemaker otherAlert",
    "DF02EF06": "special: psychiatric",
}
LISTS = {
    "DF02EF07": ("allergies", ["allergen", "allergyReaction"], 3),
    "DF02EF08": ("immunizations", ["vaccine", "vaccinationDate"], 10),
}


class Reader:
    def __init__(self, path):
        self.library = ctypes.CDLL(path)
        self.library.OpenDevice.restype = ctypes.c_void_p
        self.device = ctypes.c_void_p(self.library.OpenDevice(0))
        self.differences = []
        self.expect("OpenDevice", bool(self.device.value), True)

    def expect(self, what, found, wanted):
        if found != wanted:
            self.differences.append(f"{what}: {found!r} instead of {wanted!r}")

    def call(self, name, *arguments, code=0):
        returned = getattr(self.library, name)(self.device, *arguments)
        self.expect(name, returned, code)
        return returned

    def texts(self, name, count, *before):
        buffers = [ctypes.create_string_buffer(400) for _ in range(count)]
        self.call(name, *before, *buffers)
        return [buffer.value.decode("gbk") for buffer in buffers]

    def close(self):
        self.expect("CloseDevice", self.library.CloseDevice(self.device), 0)
        self.expect("a closed handle", self.library.iR_DF02EF06Info(self.device, ctypes.create_string_buffer(3)), 101)


def same(text, value):
    """Whether a text of the interface says what the JSON says."""
    if value is None or value is False:
        return text in ("", "00")
    if value is True:
        return text == "01"
    plain = value.replace("-", "") if len(value) == 10 and value[4] == value[7] == "-" else value
    if text == plain or text.lower() == plain:
        return True
    return text.isdigit() and plain.isdigit() and len(plain) <= 2 and int(text) == int(plain)


def main():
    card = json.load(sys.stdin)
    reader = Reader(sys.argv[1])
    for file, description in FILES.items():
        section, names = description.split(": ")
        names = names.split()
        for name, text in zip(names, reader.texts(f"iR_{file}Info", len(names))):
            if not same(text, card[section].get(name)):
                reader.expect(f"{section}.{name}", text, card[section].get(name))
    for file, (section, names, count) in LISTS.items():
        for record in range(1, count + 1):
            entry = card[section][record - 1] if record <= len(card[section]) else {}
            for name, text in zip(names, reader.texts(f"iR_{file}Info", 2, record)):
                if not same(text, entry.get(name)):
                    reader.expect(f"{section}[{record}].{name}", text, entry.get(name))
    photo = ctypes.create_string_buffer(3074)
    reader.call("iR_DDF1EF07Info", photo)
    length = int.from_bytes(photo.raw[:2], "big")
    reader.expect("photo", photo.raw[2 : 2 + length], base64.b64decode(card.get("photo", "")))

    # A value goes in and comes out as the same GBK text; the same from four threads.
    reader.call("iVerifyPIN", b"123456")
    reader.call("iW_DF02EF05Info", *[None] * 14, "过敏体质".encode("gbk"))
    threads = [
        threading.Thread(
            target=lambda: reader.expect("otherAlert", reader.texts("iR_DF02EF05Info", 15)[14], "过敏体质"))
        for _ in range(4)
    ]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    # A visit, whole and in parts, signed by the SAM.
    hospital = "人民医院".encode("gbk")
    reader.call("iW_DF03EF05Info", 1)
    # Without what every visit needs none is written; the day of discharge and of the diagnosis are among that.
    items = dict.fromkeys(range(64, 211), b"") | {
        64: hospital, 65: b"12345678-9", 66: b"20261101", 67: b"1", 68: b"M1", 69: b"Ward", 70: b"1", 75: b"Cough",
        76: b"J18.9", 77: b"20261101", 136: b"Ward", 137: b"1",
    }  # fmt: skip
    reader.call("iW_DF03EE_ALLInfo", 1, b"|".join(items.values()), code=101)
    items[135] = b"20261101"
    reader.call("iW_DF03EE_ALLInfo", 1, b"|".join(items.values()))
    part = ctypes.create_string_buffer(71)
    reader.call("iR_DF03EEInfo", 1, part, 0, 70, AN_STYLE)
    reader.expect("hospital", part.value, hospital)
    whole = ctypes.create_string_buffer(1639)
    reader.call("iR_DF03EEInfo", 1, whole, 0, 1639, NO_STYLE)
    digest, signature, size = (ctypes.create_string_buffer(count) for count in (32, 64, 1))
    reader.call("SM3Digest", whole, 1639, digest, size)
    reader.expect("digest length", size.raw, b"\x20")
    reader.call("SM2SignHash", digest, 32, signature, size)
    reader.expect("signature length", size.raw, b"\x40")
    reader.call("iR_DF03EEInfo", 2, part, 0, 70, AN_STYLE, code=112)
    reader.close()
    print("\n".join(reader.differences))
    sys.exit(1 if reader.differences else 0)


if __name__ == "__main__":
    main()
