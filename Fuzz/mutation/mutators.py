"""Ways to damage a file: by its bytes, by its lines, by what it is made of. Everything comes of the random numbers given."""

import json
import re

LONGEST = 1 << 20
# What is repeated is no longer than this in all: the memory of a program that was started counts its parent's.
ROOM = 1 << 20
NUMBERS = [
    b"0", b"-1", b"1", b"255", b"256", b"65535", b"65536", b"2147483647", b"2147483648", b"4294967296",
    b"9223372036854775807", b"9223372036854775808", b"-9223372036854775808", b"99999999999999999999999999", b"1e309", b"1e-400",
    b"0.1", b"NaN", b"Infinity", b"00000000000000000001", b"0x10", b"1_000",
]  # fmt: skip
TEXTS = [
    b"\x00", b"\x1b[2J", b"\r\n", b"\n\n\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\xc3\x28", b"\xed\xa0\x80", b"\xf4\x90\x80\x80",
    "\u202e\u2066".encode(), "\u3164\ufe0f".encode(), "e\u0301".encode(), "\U00020000".encode(), b"%s%n%x", b"../../../etc/passwd",
    b"/dev/zero", b"'; DROP TABLE chips;--", b"<!ENTITY a \"aaaa\">", b"&a;&a;&a;", b"]]>", b"\\u0000", b"\\ud800", b'"', b"'",
    b"{", b"}", b"[", b"]", b":", b"- ", b"&x ", b"*x ", b"!!int ", b"<<: ", b"\t", b"-----BEGIN PUBLIC KEY-----\n", b"#",
]  # fmt: skip


def mutate(text, others, dice):
    """Between one and a few things done to `text`; never longer than `LONGEST`."""
    kinds = [_bytes, _bytes, _lines, _numbers, _splice, _grow]
    structured = _structured(text)
    if structured:
        kinds += [structured] * 4
    for _ in range(dice.choice((1, 1, 1, 2, 2, 3, 5, 9))):
        text = dice.choice(kinds)(text, others, dice)[:LONGEST]
    return text


def _structured(text):
    head = text[:200].lstrip(b"\xef\xbb\xbf \r\n\t")
    if head[:1] in (b"{", b"["):
        return _json
    if head[:1] == b"<":
        return _xml
    if text[:2] == b"\xff\xd8":
        return _jpeg
    if text[:16] == b"SQLite format 3\x00":
        return _pages
    if b"-----BEGIN" in text[:4096]:
        return _pem
    if b"," in text.split(b"\n", 1)[0]:
        return _table
    if b"\x00" in text or not _is_text(text):
        return _tlv
    return _words


def _is_text(text):
    try:
        text[:4096].decode()
        return True
    except UnicodeDecodeError as error:
        return error.start > 4090


def _times(piece, count):
    """A piece again and again, as often as there is room."""
    return piece * max(1, min(count, ROOM // max(1, len(piece))))


def _place(text, dice):
    return dice.randrange(len(text) + 1)


def _bytes(text, others, dice):
    data = bytearray(text)
    for _ in range(dice.choice((1, 1, 1, 2, 4, 16))):
        at = _place(data, dice)
        act = dice.randrange(8)
        if act == 0 and data:
            data[at % len(data)] ^= 1 << dice.randrange(8)
        elif act == 1 and data:
            data[at % len(data)] = dice.choice((0x00, 0xFF, 0x7F, 0x80, 0x0A, 0x22, dice.randrange(256)))
        elif act == 2:
            data[at:at] = dice.choice(TEXTS)
        elif act == 3:
            del data[at : at + dice.choice((1, 1, 2, 4, 16, 256, len(data) // 2 + 1))]
        elif act == 4:
            data[at:at] = data[at : at + dice.choice((1, 4, 16, 256, 4096))]
        elif act == 5:
            data[at : at + 4] = dice.choice((0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)).to_bytes(4, dice.choice(("big", "little")))
        elif act == 6:
            del data[at:]
        else:
            data[at:at] = dice.randbytes(dice.choice((1, 2, 8, 64)))
    return bytes(data)


def _lines(text, others, dice):
    lines = text.split(b"\n")
    at = dice.randrange(len(lines))
    act = dice.randrange(9)
    if act == 0:
        del lines[at]
    elif act == 1:
        lines.insert(at, lines[at])
    elif act == 2:
        other = dice.randrange(len(lines))
        lines[at], lines[other] = lines[other], lines[at]
    elif act == 3:
        dice.shuffle(lines)
    elif act == 4:
        lines[at] = _times(lines[at], dice.choice((2, 10, 1000)))
    elif act == 5:
        lines[at] = b" " * dice.choice((1, 2, 3, 40)) + lines[at].strip()
    elif act == 6:
        lines.insert(at, _times(dice.choice(TEXTS), dice.choice((1, 3, 300))))
    elif act == 7:
        return dice.choice((b"\r\n", b"\r", b"\n\r", "\u2028".encode())).join(lines)
    else:
        lines[at] = _times(lines[at] + b"\n", dice.choice((10, 200, 2000)))
    return b"\n".join(lines)


def _numbers(text, others, dice):
    found = list(re.finditer(rb"-?\d+", text))
    if not found:
        return text
    spot = dice.choice(found)
    value = dice.choice(NUMBERS)
    if dice.random() < 0.3:
        value = str(int(spot.group()[:4000]) + dice.choice((-1, 1, 10, -1000, 1 << 31))).encode()
    return text[: spot.start()] + value + text[spot.end() :]


def _splice(text, others, dice):
    other = dice.choice(others) if others else text
    return text[: _place(text, dice)] + other[_place(other, dice) :]


def _grow(text, others, dice):
    piece = dice.choice((b"A", b"\x00", b"[", b'{"a":', b"<a>", b"\n", b",", b"0", b" ", b"6f80", b"\x6f\x80", text[-64:], text[:64]))
    at = dice.choice((0, len(text), _place(text, dice)))
    return text[:at] + _times(piece, dice.choice((10, 300, 5000, 60000))) + text[at:]


# --- what a file is made of --------------------------------------------------


def _values(dice, depth=0):
    deep = None
    for _ in range(dice.choice((3, 100, 700))):
        deep = [deep] if dice.random() < 0.5 else {"a": deep}
    return dice.choice((
        None, True, False, 0, -1, 1 << 31, 1 << 63, -(1 << 63), 1e308, 0.5, "", "A" * 5000, "\u0000", "\x1b[31m", "\ud83d\ude00",
        "2026-02-30", "9999-12-31", "00000000", [], {}, [[]] * 500, deep, {"": ""}, ["A"] * 3000,
    ))  # fmt: skip


def _nodes(value, path=()):
    yield path
    if isinstance(value, dict):
        for key in value:
            yield from _nodes(value[key], path + (key,))
    elif isinstance(value, list):
        for index in range(min(len(value), 200)):
            yield from _nodes(value[index], path + (index,))


def _spelled(value, **options):
    """No more than there is room for: what is deep and indented is longer by the square of its depth."""
    pieces, length = [], 0
    for piece in json.JSONEncoder(**options).iterencode(value):
        pieces.append(piece)
        length += len(piece)
        if length > ROOM:
            break
    return "".join(pieces).encode("utf-8", "surrogatepass")


def _json(text, others, dice):
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return _bytes(text, others, dice)
    paths = list(_nodes(value))
    for _ in range(dice.choice((1, 1, 2, 5))):
        path = dice.choice(paths)
        if not path:
            continue
        try:
            holder = value
            for step in path[:-1]:
                holder = holder[step]
            act = dice.randrange(6)
            if act == 0:
                del holder[path[-1]]
            elif act == 1 and isinstance(holder, dict):
                holder[dice.choice(("x", "", "format", path[-1] + "\u0000", path[-1].upper()))] = holder.pop(path[-1])
            elif act == 2 and isinstance(holder, list):
                size = len(json.dumps(holder[path[-1]])) + 1
                holder.extend([holder[path[-1]]] * min(dice.choice((1, 50, 3000)), ROOM // size + 1))
            elif act == 3:
                other = dice.choice(paths)
                node = value
                for step in other:
                    node = node[step]
                holder[path[-1]] = json.loads(json.dumps(node))
            else:
                holder[path[-1]] = _values(dice)
        except (KeyError, IndexError, TypeError):
            continue
    try:
        data = _spelled(
            value, ensure_ascii=dice.random() < 0.3, indent=dice.choice((None, 2)), sort_keys=dice.random() < 0.5)
    except (ValueError, RecursionError, TypeError):
        return _bytes(text, others, dice)
    if dice.random() < 0.2:
        # A member twice: json.dumps cannot say that.
        found = list(re.finditer(rb'"[A-Za-z]+" ?: ?("[^"]*"|\d+)', data))
        if found:
            spot = dice.choice(found)
            data = data[: spot.end()] + b", " + spot.group() + data[spot.end() :]
    return data


def _xml(text, others, dice):
    tags = list(re.finditer(rb"<[^>]*>", text))
    if not tags:
        return _bytes(text, others, dice)
    spot, other = dice.choice(tags), dice.choice(tags)
    act = dice.randrange(9)
    if act == 0:
        return text[: spot.start()] + text[spot.end() :]
    if act == 1:
        return text[: spot.start()] + other.group() + text[spot.end() :]
    if act == 2:
        start, end = sorted((spot.start(), other.end()))
        return text[:end] + _times(text[start:end], dice.choice((1, 20, 300))) + text[end:]
    if act == 3:
        kind = dice.choice((b"gbk", b"GB18030", b"utf-16", b"UTF-7", b"iso-8859-1", b"x", b"", b"utf-8" * 900))
        return re.sub(rb"encoding=\"[^\"]*\"", lambda _: b'encoding="' + kind + b'"', text, count=1)
    if act == 4:
        entities = b"<!DOCTYPE a [" + b"".join(b'<!ENTITY e%d "%s">' % (i, b"&e%d;" % (i - 1) * 10 if i else b"A" * 99) for i in range(9))
        head = text.find(b"?>") + 2
        return text[:head] + entities + b"]>" + text[head : spot.end()] + b"&e8;" + text[spot.end() :]
    if act == 5:
        system = b'<!DOCTYPE a SYSTEM "file:///dev/zero" [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        head = text.find(b"?>") + 2
        return text[:head] + system + text[head : spot.end()] + b"&x;" + text[spot.end() :]
    if act == 6:
        return text[: spot.end()] + b"<a>" * dice.choice((10, 3000)) + text[spot.end() :]
    if act == 7:
        return text[: spot.end() - 1] + b' a="' + b"A" * dice.choice((1, 70000)) + b'" a="b"' + text[spot.end() - 1 :]
    return text[: spot.end()] + b"<![CDATA[" + dice.choice(TEXTS) * 9 + dice.choice((b"]]>", b"")) + text[spot.end() :]


def _jpeg(text, others, dice):
    """Segments dropped, doubled, moved, with lengths and sizes that lie."""
    data, segments, at = bytearray(text), [], 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] not in (0xD9, 0xDA):
        size = int.from_bytes(data[at + 2 : at + 4], "big") + 2
        segments.append((at, size))
        at += size
    if not segments:
        return _bytes(text, others, dice)
    start, size = dice.choice(segments)
    act = dice.randrange(7)
    if act == 0:
        del data[start : start + size]
    elif act == 1:
        data[start:start] = _times(data[start : start + size], dice.choice((1, 40, 400)))
    elif act == 2:
        data[start + 2 : start + 4] = dice.choice((b"\x00\x00", b"\x00\x01", b"\xff\xff", b"\x00\x02"))
    elif act == 3:
        data[start + 1] = dice.choice((0xC0, 0xC1, 0xC2, 0xC4, 0xDB, 0xDA, 0xDD, 0xE0, 0xFE, 0xD8, 0xD9, 0x01))
    elif act == 4:
        for where, length in segments:
            if data[where + 1] in (0xC0, 0xC2) and length >= 10:
                data[where + 5 : where + 9] = dice.choice((b"\xff\xdc\xff\xdc", b"\x00\x00\x00\x00", b"\x00\x01\xff\xff", b"\x10\x00\x10\x00"))
                data[where + 9] = dice.choice((0, 1, 2, 3, 4, 255))
    elif act == 5:
        del data[at + dice.randrange(max(1, len(data) - at)) :]
    else:
        for _ in range(dice.choice((1, 10, 200))):
            data[at + dice.randrange(max(1, len(data) - at)) if at < len(data) else -1] = dice.randrange(256)
    return bytes(data)


def _pages(text, others, dice):
    """An SQLite file: its head, pages exchanged, cells that point elsewhere."""
    data = bytearray(text)
    size = int.from_bytes(data[16:18], "big") or 65536
    pages = max(1, len(data) // max(512, size))
    page = dice.randrange(pages) * size
    act = dice.randrange(6)
    if act == 0:
        at = dice.choice((16, 18, 19, 20, 24, 28, 32, 36, 40, 44, 52, 56, 60, 64, 68, 92, 96))
        data[at : at + 4] = dice.randbytes(4)
    elif act == 1:
        other = dice.randrange(pages) * size
        data[page : page + size], data[other : other + size] = data[other : other + size], data[page : page + size]
    elif act == 2:
        for _ in range(dice.choice((1, 4, 40))):
            at = page + dice.randrange(min(size, 200))
            if at < len(data):
                data[at] = dice.randrange(256)
    elif act == 3:
        del data[page : page + dice.choice((1, size, 4 * size))]
    elif act == 4:
        data[page : page + size] = bytes(size)
    else:
        found = [match.start() for match in re.finditer(rb"CREATE |INSERT |INTEGER|TEXT|RAISE|[0-9a-f]{64}", data)]
        if found:
            at = dice.choice(found) + dice.randrange(12)
            data[at : at + 1] = bytes([dice.randrange(32, 127)])
    return bytes(data)


def _pem(text, others, dice):
    import base64

    blocks = list(re.finditer(rb"-----BEGIN ([A-Z ]+)-----\s+([A-Za-z0-9+/=\s]+)-----END", text))
    if not blocks:
        return _bytes(text, others, dice)
    block = dice.choice(blocks)
    try:
        der = base64.b64decode(block.group(2))
    except ValueError:
        return _bytes(text, others, dice)
    der = _tlv(der, [], dice)
    body = base64.b64encode(der)
    body = b"\n".join(body[i : i + 64] for i in range(0, len(body), 64)) + b"\n"
    return text[: block.start(2)] + body + text[block.end(2) :]


def _tlv(text, others, dice):
    """Lengths that lie, parts doubled, dropped, wrapped: anywhere a length might stand."""
    if not text:
        return text
    data = bytearray(text)
    at = dice.randrange(len(data))
    act = dice.randrange(7)
    if act == 0:
        data[at] = dice.choice((0x00, 0x7F, 0x80, 0x81, 0x82, 0x83, 0x84, 0x88, 0xFF, 0x1F, 0x3F, 0x30))
    elif act == 1:
        data[at] = (data[at] + dice.choice((-1, 1))) % 256
    elif act == 2:
        data[at:at] = bytes([dice.choice((0x30, 0x31, 0x6F, 0xA0)), 0x80]) * dice.choice((1, 50, 3000))
    elif act == 3:
        data[at : at + 1] = b"\x84\xff\xff\xff\xff"
    elif act == 4:
        size = len(data) - at
        data[at:at] = b"\x30\x82" + (size % 65536).to_bytes(2, "big")
    elif act == 5:
        part = data[at : at + dice.choice((2, 8, 64))]
        data[at:at] = _times(part, dice.choice((1, 5, 200)))
    else:
        del data[at : at + dice.choice((1, 2, 8))]
    return bytes(data)


def _table(text, others, dice):
    rows = text.split(b"\n")
    row = dice.randrange(len(rows))
    fields = rows[row].split(b",")
    at = dice.randrange(len(fields))
    act = dice.randrange(7)
    if act == 0:
        fields[at] = dice.choice(TEXTS + NUMBERS)
    elif act == 1:
        fields.insert(at, fields[at])
    elif act == 2:
        del fields[at]
    elif act == 3:
        fields[at] = b'"' + fields[at] + dice.choice((b'"', b'""', b"", b'"x')) * dice.choice((1, 5))
    elif act == 4:
        fields[at] = _times(fields[at] or b"A", dice.choice((2, 100, 20000)))
    elif act == 5:
        other = dice.randrange(len(fields))
        fields[at], fields[other] = fields[other], fields[at]
    else:
        source = dice.choice(rows).split(b",")
        fields[at] = dice.choice(source)
    rows[row] = b",".join(fields)
    return b"\n".join(rows)


def _words(text, others, dice):
    """Words of a text file exchanged, doubled, emptied, or made something else."""
    words = list(re.finditer(rb"[^\s:=,]+", text))
    if not words:
        return _bytes(text, others, dice)
    spot, other = dice.choice(words), dice.choice(words)
    new = dice.choice((
        other.group(), b"", spot.group() * 2, spot.group()[::-1], dice.choice(TEXTS), dice.choice(NUMBERS), spot.group().upper(),
        b"A" * 9000, spot.group() + b" " + spot.group(), spot.group() + b":", b"- " + spot.group(), b"{" + spot.group() + b"}",
    ))  # fmt: skip
    return text[: spot.start()] + new + text[spot.end() :]
