#!/usr/bin/python3
"""Electronic health cards, written from Docs/electronic-card.md §2 to §4 alone.

    electronic_card.py invent COUNT SEED       people of region 99, one JSON object a line, with all their numbers
    electronic_card.py check  < LINES          the same objects, computed again: prints what differs
    electronic_card.py recognize < LINES       texts in hexadecimal, one a line: one JSON object a line
    electronic_card.py vectors                 TestVectors/electronic-card.json, checked

Needs Debian's python3-cryptography (SM4) and an OpenSSL with SM3 behind hashlib.
"""

import datetime
import json
import pathlib
import random
import re
import sys

from crypto import decrypt, encrypt, sm3

ROOT = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
PROTECTION = bytes.fromhex("11223344556677888877665544332211")
VECTORS = pathlib.Path(__file__).resolve().parents[2] / "TestVectors" / "electronic-card.json"

# --- numbers (§2) ----------------------------------------------------------


def main_index(kind, number, name):
    return sm3((kind + number + name).encode("utf-8"))


def factor(index):
    groups = [index[i : i + 8] for i in range(0, 32, 8)]
    return bytes(a ^ b ^ c ^ d for a, b, c, d in zip(*groups))


def user_key(root, f):
    return encrypt(root, f + bytes(b ^ 0xFF for b in f))


def card_id(root, kind, number, name):
    key = user_key(root, factor(main_index(kind, number, name)))
    return encrypt(key, (kind + number).encode("ascii").ljust(32, b"\0"))


def validity(protection, digits):
    """digits: YYYYMMDDhhmmss."""
    return encrypt(protection, bytes.fromhex(digits).ljust(16, b"\0"))


def valid_until(protection, block):
    """YYYYMMDDhhmmss, or None where the block has no time."""
    plain = decrypt(protection, block)
    digits = plain[:7].hex()
    if plain[7:] != bytes(9) or not digits.isdigit():
        return None
    try:
        datetime.datetime.strptime(digits, "%Y%m%d%H%M%S")
    except ValueError:
        return None
    return digits


def numbers(person):
    """A person with every number, as the vectors have them."""
    kind, number, name, until = (person[key] for key in ("type", "number", "name", "validUntil"))
    index = main_index(kind, number, name)
    ident = card_id(ROOT, kind, number, name).hex().upper()
    sealed = validity(PROTECTION, until).hex().upper()
    return {
        "type": kind,
        "number": number,
        "name": name,
        "validUntil": until,
        "mainIndex": index.hex().upper(),
        "factor": factor(index).hex().upper(),
        "userKey": user_key(ROOT, factor(index)).hex().upper(),
        "id": ident,
        "validity": sealed,
        "static": ident + ":1",
        "dynamic": ident + ":0:" + sealed,
    }


# --- invented people -------------------------------------------------------

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"


def check_character(seventeen):
    return CHECKS[sum(int(d) * w for d, w in zip(seventeen, WEIGHTS)) % 11]


def invent(count, seed):
    draw = random.Random(seed)
    families = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹"
    given = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英龙文建华小红春梅"
    rare = "㛃䶮𠮷𣲗𬭩龑喆堃彧昺"
    for _ in range(count):
        day = datetime.date(1920, 1, 1) + datetime.timedelta(days=draw.randrange(38_000))
        first = "99%04d%s%03d" % (draw.randrange(10_000), day.strftime("%Y%m%d"), draw.randrange(1, 999))
        name = draw.choice(families) + "".join(draw.choice(given) for _ in range(draw.randint(1, 2)))
        shape = draw.random()
        if shape < 0.05:
            name = draw.choice(families) + draw.choice(rare)
        elif shape < 0.1:
            name = "阿卜杜拉·买买提" + draw.choice(given)
        kind, number = "01", first + check_character(first)
        if draw.random() < 0.1:
            kind = draw.choice(["02", "03", "04", "05", "06", "07", "99"])
            number = "".join(draw.choice("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789") for _ in range(draw.randint(1, 30)))
        moment = datetime.datetime(2020, 1, 1) + datetime.timedelta(seconds=draw.randrange(10**9))
        person = {"type": kind, "number": number, "name": name, "validUntil": moment.strftime("%Y%m%d%H%M%S")}
        yield numbers(person)


# --- recognizing (§3) ------------------------------------------------------

BLANKS = " \t\u00a0\u3000\ufeff"
HEX = re.compile(r"[0-9A-Fa-f]*\Z")
SERVICES = (
    (re.compile(r"1[0-5][0-9]{16}\Z"), "weChat"),
    (re.compile(r"(?:2[5-9]|30)[0-9]{14,22}\Z"), "alipay"),
    (re.compile(r"62[0-9]{17}\Z"), "unionPay"),
)


def unknown(reason):
    return {"kind": "unknown", "reason": reason}


def recognize(data):
    normalized = set()
    result = recognize_bytes(data, normalized)
    order = ("lineEnd", "blank", "fullWidthColon", "lowercase")
    result["normalized"] = [name for name in order if name in normalized]
    return result


def recognize_bytes(data, normalized):
    if len(data) > 65_536:
        return unknown("tooLong")
    # What cannot be decoded is kept apart, so that blanks around it are still seen.
    text = data.decode("utf-8", "surrogateescape")
    while text and text[0] in "\r\n" + BLANKS:
        normalized.add("lineEnd" if text[0] in "\r\n" else "blank")
        text = text[1:]
    while text and text[-1] in "\r\n" + BLANKS:
        normalized.add("lineEnd" if text[-1] in "\r\n" else "blank")
        text = text[:-1]
    if not text:
        return unknown("empty")
    blank = False
    for place, c in enumerate(text):
        if ord(c) < 0x20 or ord(c) == 0x7F:
            return unknown("controlCharacter")
        if ord(c) >= 0x80 and c != "：":
            return foreign(text[place:])
        if c == "：":
            normalized.add("fullWidthColon")
        blank = blank or c == " "
    if blank:
        return unknown("blankInside")
    fields = text.replace("：", ":").split(":")
    if len(fields) == 1:
        return single(text, normalized)
    if len(fields) > 6:
        return unknown("tooManyFields")
    is_id = lambda f: len(f) in (48, 64)
    if not is_id(fields[0]) and re.match(r"[0-9A-Za-z]{1,8}\Z", fields[0]) and is_id(fields[1]) and HEX.match(fields[1]):
        rest = code(fields[1:], normalized)
        if rest["kind"] == "unknown":
            return rest
        return {**rest, "kind": "unknownPrefix", "prefix": fields[0]}
    return code(fields, normalized)


def foreign(text):
    """From the first character that is neither ASCII nor a full-width colon."""
    wide = False
    for c in text:
        if 0xDC80 <= ord(c) <= 0xDCFF:
            return unknown("notUTF8")
        if ord(c) < 0x20 or 0x7F <= ord(c) <= 0x9F:
            return unknown("controlCharacter")
        wide = wide or (0xFF01 <= ord(c) <= 0xFF5E and c != "：")
    return unknown("fullWidth" if wide else "otherCharacters")


def code(fields, normalized):
    ident = fields[0]
    if not HEX.match(ident):
        return unknown("notHexadecimal" if len(ident) >= 40 else "text")
    if len(ident) not in (48, 64):
        return unknown("idLength")
    if len(fields) < 2:
        return unknown("noKind")
    if len(fields) > 5:
        return unknown("tooManyFields")
    kind = fields[1]
    if kind == "":
        return unknown("noKind")
    if kind not in ("0", "1", "9"):
        return unknown("unknownKind")
    sealed = fields[2] if len(fields) > 2 else ""
    if kind == "0" and not sealed:
        return unknown("noValidity")
    if kind == "1" and sealed:
        return unknown("validity")
    if len(sealed) not in (0, 32):
        return unknown("validity")
    if not HEX.match(sealed):
        return unknown("notHexadecimal")
    payment = fields[3] if len(fields) > 3 else ""
    issuer = fields[4] if len(fields) > 4 else ""
    if kind == "1" and len(fields) == 4:
        payment, issuer = issuer, payment
    if len(payment) > 1024 or not re.match(r"[0-9A-Za-z]{0,64}\Z", issuer):
        return unknown("field")
    if re.search("[a-f]", ident + sealed):
        normalized.add("lowercase")
    result = {"kind": {"0": "dynamic", "1": "static", "9": "temporary"}[kind], "id": ident.upper()}
    if sealed:
        result["validity"] = sealed.upper()
    if payment:
        result["payment"] = payment
    if issuer:
        result["issuer"] = issuer
    return result


def single(text, normalized):
    if re.match(r"[0-9]{17}[0-9Xx]\Z", text):
        number = text.upper()
        service = next((name for form, name in SERVICES if form.match(text)), None)
        if exists(number[6:14]) and check_character(number[:17]) == number[17]:
            if number != text:
                normalized.add("lowercase")
            result = {"kind": "identityNumber", "number": number}
            if service:
                result["mayAlsoBe"] = ["paymentCode"]
            return result
        return {"kind": "paymentCode", "service": service} if service else unknown("identityNumber")
    if text.isascii() and text.isdigit():
        service = next((name for form, name in SERVICES if form.match(text)), None)
        if service:
            return {"kind": "paymentCode", "service": service}
        return unknown("noKind" if len(text) in (48, 64) else "digits")
    if HEX.match(text):
        if len(text) in (48, 64):
            return unknown("noKind")
        return unknown("idLength" if len(text) >= 40 else "text")
    return unknown("text")


def exists(digits):
    try:
        datetime.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True


# --- the command line ------------------------------------------------------


def check_vectors():
    vectors = json.loads(VECTORS.read_text("utf-8"))
    wrong = []
    for person in [vectors["published"]] + vectors["people"]:
        if numbers(person) != person:
            wrong.append(person["number"])
        if valid_until(PROTECTION, bytes.fromhex(person["validity"])) != person["validUntil"]:
            wrong.append(person["validity"])
    for case in vectors["texts"]:
        text = case.get("text", "") + case.get("repeat", "") * case.get("times", 0)
        found = recognize(bytes.fromhex(case["hex"]) if "hex" in case else text.encode("utf-8"))
        expected = {key: value for key, value in case.items() if key not in ("text", "hex", "why", "repeat", "times")}
        expected.setdefault("normalized", [])
        if {key: found.get(key) for key in expected} != expected:
            wrong.append((case["why"], found))
    return wrong


def main(arguments):
    command = arguments[0] if arguments else ""
    if command == "invent":
        for person in invent(int(arguments[1]), int(arguments[2])):
            print(json.dumps(person, ensure_ascii=False))
        return 0
    if command == "check":
        wrong = 0
        for line in sys.stdin:
            person = json.loads(line)
            if numbers(person) != person or valid_until(PROTECTION, bytes.fromhex(person["validity"])) is None:
                wrong += 1
                print(json.dumps(numbers(person), ensure_ascii=False))
        return 1 if wrong else 0
    if command == "recognize":
        for line in sys.stdin:
            print(json.dumps(recognize(bytes.fromhex(line.strip())), ensure_ascii=False))
        return 0
    if command == "vectors":
        wrong = check_vectors()
        for case in wrong:
            print(case)
        return 1 if wrong else 0
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
