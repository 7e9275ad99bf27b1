"""A card operating system for the reference dialect, from Docs/protocol.md §2-§5 and Docs/card.md §1-§3 alone.

`Card.process` takes one command and gives the whole answer. Nothing here knows a transport.
"""

import secrets

import crypto
from model import (
    AUTHENTICATE_CARD,
    AUTHENTICATE_TERMINAL,
    BK,
    CYCLIC,
    FIXED,
    LK,
    MAINTENANCE,
    MF,
    TRANSPARENT,
    TRANSPORT,
    TRIES,
    VARIABLE,
    WRONG_MACS,
    Command,
    Directory,
    File,
    Key,
    Refusal,
    require,
    simple_tlv,
    tlv,
)

# Instruction → the classes that are its own.
CLASSES = {
    0xA4: {0x00}, 0xB0: {0x00}, 0xB2: {0x00}, 0xC0: {0x00}, 0xCA: {0x00}, 0x82: {0x00}, 0x84: {0x00}, 0x88: {0x00},
    0xD6: {0x00}, 0xDC: {0x00, 0x04}, 0xE0: {0x00}, 0x44: {0x00},
    0xD2: {0x84}, 0x0C: {0x84}, 0xD4: {0x84}, 0x1E: {0x84}, 0x18: {0x84}, 0x16: {0x84},
}  # fmt: skip
ALLOWED_WHILE_BLOCKED = {0xA4, 0x84, 0x82, 0xCA, 0x1E, 0x18, 0x16}


class Card:
    def __init__(self, serial, challenge=None):
        self.serial = bytes(serial)
        self.fixed_challenge = challenge
        self.mf = Directory(MF, None, None)
        self.mf.keys[TRANSPORT] = Key(
            crypto.diversify(crypto.test_key("TK"), serial), AUTHENTICATE_TERMINAL, crypto.TEST
        )
        self.touched = self.activated = self.blocked = False
        self.reset()

    @property
    def atr(self):
        body = b"\x8d\x80\x01" + self.serial + b"RHC\x00\x01"
        check = 0
        for byte in body:
            check ^= byte
        return b"\x3b" + body + bytes([check])

    @property
    def state(self):
        return 5 if self.activated else 3 if self.touched else 1

    def reset(self):
        self.enter(self.mf)
        self.opened = False
        self.challenge = None
        self.chain = None

    def enter(self, directory):
        self.current, self.file, self.rights = directory, None, set()

    # --- one command -------------------------------------------------------

    def process(self, apdu):
        try:
            require(not self.blocked, 0x6A81)
            data, status = self._whole(Command(bytes(apdu)))
        except Refusal as refusal:
            self.chain = None
            data, status = refusal.data, refusal.status
        return data + status.to_bytes(2, "big")

    def _whole(self, command):
        """Class, instruction and chaining; then the command itself."""
        link, command.cla = command.cla & 0x10, command.cla & ~0x10
        require(command.cla in (0x00, 0x04, 0x80, 0x84), 0x6E00)
        require(command.ins in CLASSES, 0x6D00)
        require(command.cla in CLASSES[command.ins], 0x6E00)
        header = bytes([command.cla, command.ins, command.p1, command.p2])
        require(self.chain is None or self.chain[0] == header, 0x6883)
        if link:
            require(command.le is None, 0x6700)
            before = self.chain[1] if self.chain else b""
            self.chain = (header, before + command.data)
            return b"", 0x9000
        if self.chain is not None:
            command.data, self.chain = self.chain[1] + command.data, None
        if self.current.block:
            require(command.ins in ALLOWED_WHILE_BLOCKED, 0x6985)
        self.header = header
        answer = getattr(self, "_ins_%02X" % command.ins)(command)
        return answer if isinstance(answer, tuple) else (answer or b"", 0x9000)

    # --- what several commands ask ------------------------------------------

    def _named(self, sfi):
        """The file a short identifier names, else the current file."""
        if sfi:
            require(sfi != 31, 0x6A86)
            found = [f for f in self.current.files if f.sfi == sfi]
            require(found, 0x6A82)
            self.file = found[0]
        require(self.file is not None, 0x6986)
        return self.file

    def _right(self, access):
        if self.opened or access == 0x00:
            return
        require(access != 0xFF and access in self.rights, 0x6982)

    def _spend(self):
        challenge, self.challenge = self.challenge, None
        require(challenge is not None, 0x6984)
        return challenge

    def _verify(self, key, body):
        """The body less its MAC, and the session key; 6984, 6988."""
        session = crypto.diversify(key.value, self._spend())
        body, given = body[:-4], body[-4:]
        directory = self.current
        if crypto.mac(session, self.header, body) != given:
            if LK in directory.keys:
                directory.wrong_macs += 1
                if directory.wrong_macs >= WRONG_MACS and directory.block is None:
                    directory.block = "temporary"
            raise Refusal(0x6988)
        directory.wrong_macs = 0
        return body, session

    def _plain_command(self, command, count=0):
        require(len(command.data) == count and command.le is None, 0x6700)

    # --- selecting and reading ----------------------------------------------

    def _ins_A4(self, command):
        require(command.p1 in (0x00, 0x04) and command.p2 in (0x00, 0x0C), 0x6A86)
        if command.p1 == 0x04:
            require(1 <= len(command.data) <= 16, 0x6700)
            target = next((d for d in self._all(self.mf) if d.name == command.data), None)
        else:
            require(len(command.data) in (0, 2), 0x6700)
            target = self._reach(int.from_bytes(command.data, "big")) if command.data else self.mf
        require(target is not None, 0x6A82)
        if isinstance(target, File):
            answer, status = self._file_template(target), 0x9000
        else:
            require(target.block != "permanent", 0x9303)
            answer, status = self._directory_template(target), 0x6283 if target.block else 0x9000
        if command.le is None or command.p2 == 0x0C:
            answer = b""
        require(len(answer) <= (command.le or 0), 0x6C00 | len(answer))
        if isinstance(target, File):
            self.file = target
        else:
            self.enter(target)
        return answer, status

    def _all(self, directory):
        yield directory
        for child in directory.directories:
            yield from self._all(child)

    def _reach(self, fid):
        here = self.current
        near = here.files + here.directories + [here]
        if here.parent is not None:
            near += here.parent.directories + [here.parent]
        return next((node for node in near + [self.mf] if node.fid == fid), None)

    def _file_template(self, file):
        content = tlv(b"\x80", file.length.to_bytes(2, "big")) + tlv(b"\x82", file.descriptor)
        return tlv(b"\x6f", content + tlv(b"\x83", file.fid.to_bytes(2, "big")))

    def _directory_template(self, directory):
        if directory is self.mf:
            content = tlv(b"\x83", MF.to_bytes(2, "big")) + tlv(b"\x8a", bytes([self.state]))
        elif directory.name:
            content = tlv(b"\x84", directory.name)
        else:
            content = tlv(b"\x83", directory.fid.to_bytes(2, "big"))
        return tlv(b"\x6f", content + tlv(b"\xa5", tlv(b"\x9f\x0c", self.serial)))

    def _ins_B2(self, command):
        file = self._named(command.p2 >> 3)
        require(file.kind != TRANSPARENT, 0x6981)
        self._right(file.read)
        mode, number = command.p2 & 7, command.p1
        require(mode in (0, 4, 5), 0x6A86)
        if mode == 0:
            require(file.kind == VARIABLE, 0x6A83)
            records = [r for r in file.records if r[0] == number][:1]
        else:
            require(number, 0x6A83)
            records = file.records[number - 1 :] if mode == 5 else file.records[number - 1 : number]
        require(records, 0x6A83)
        require(command.le is not None and not command.data, 0x6700)
        answer = b""
        for record in records:
            if len(answer) + len(record) > command.le:
                break
            answer += record
        if not answer:
            raise Refusal(0x6C00 | len(records[0]) & 0xFF)
        return answer

    def _offset(self, command):
        if command.p1 & 0x80:
            return command.p2
        return command.p1 << 8 | command.p2

    def _binary(self, command, right):
        short = command.p1 & 0x80
        if short:
            require(command.p1 & 0x60 == 0 and command.p1 & 0x1F, 0x6A86)
        file = self._named(command.p1 & 0x1F if short else 0)
        require(file.kind == TRANSPARENT, 0x6981)
        self._right(getattr(file, right))
        require(right == "read" or self.opened or file.protection == 0, 0x6982)
        offset = self._offset(command)
        require(offset < len(file.content), 0x6B00)
        return file, offset

    def _ins_B0(self, command):
        file, offset = self._binary(command, "read")
        require(command.le is not None and not command.data, 0x6700)
        answer = bytes(file.content[offset : offset + command.le])
        if len(answer) < command.le and not command.le_is_zero:
            return answer, 0x6282
        return answer

    def _ins_CA(self, command):
        require((command.p1, command.p2) == (0x9F, 0x7F), 0x6A88)
        require(command.le is not None and not command.data, 0x6700)
        if command.le < 42:
            raise Refusal(0x6C2A)
        return bytes(10) + self.serial + bytes(24)

    def _ins_C0(self, command):
        require(command.p1 == command.p2 == 0, 0x6A86)
        raise Refusal(0x6985)

    # --- authentication -----------------------------------------------------

    def _ins_84(self, command):
        require(command.p1 == command.p2 == 0, 0x6A86)
        require(command.le == 8 and not command.data, 0x6700)
        self.challenge = self.fixed_challenge or secrets.token_bytes(8)
        return self.challenge

    def _ins_82(self, command):
        require(command.p1 == 0, 0x6A86)
        self._plain_command(command, 17)
        key = self.current.keys.get(command.p2)
        require(key is not None and key.usage == AUTHENTICATE_TERMINAL and key.version == command.data[16], 0x6A88)
        require(key.tries, 0x6983)
        if crypto.cryptogram(key.value, self._spend(), command.data[8:16]) != command.data[:8]:
            key.tries -= 1
            raise Refusal(0x63C0 | key.tries)
        key.tries = TRIES
        if command.p2 == TRANSPORT and self.current is self.mf:
            self.opened = True
        else:
            self.rights.add(command.p2)

    def _ins_88(self, command):
        require(command.p1 == 0, 0x6A86)
        require(len(command.data) == 17 and command.le == 8, 0x6700)
        key = self.current.keys.get(command.p2)
        require(key is not None and key.usage == AUTHENTICATE_CARD and key.version == command.data[16], 0x6A88)
        return crypto.cryptogram(key.value, command.data[:8], command.data[8:16])

    # --- writing ------------------------------------------------------------

    def _ins_D6(self, command):
        file, offset = self._binary(command, "update")
        require(command.data and command.le is None, 0x6700)
        require(offset + len(command.data) <= len(file.content), 0x6A84)
        file.content[offset : offset + len(command.data)] = command.data

    def _ins_DC(self, command):
        file = self._named(command.p2 >> 3)
        require(file.kind in (VARIABLE, CYCLIC), 0x6981)
        self._right(file.update)
        protection = 2 if self.opened else file.protection
        require((command.cla == 0) == (protection == 0), 0x6982)
        number = command.p1
        if file.kind == CYCLIC:
            require(number == 0 and command.p2 & 7 == 3, 0x6A86)
        else:
            require(command.p2 & 7 == 4, 0x6A86)
            last = len(file.records)
            new = number == last + 1 and not self.activated
            require(1 <= number <= last or new and number <= 254, 0x6A83)
        count = len(command.data)
        require(command.le is None, 0x6700)
        require((count, count > 4, count >= 20 and count % 16 == 4)[protection], 0x6700)
        data = command.data
        if protection:
            data, session = self._verify(self.current.maintenance, data)
        if protection == 2:
            data = crypto.unseal(session, data)
            require(data is not None, 0x6988)
        self._store(file, number, data)

    def _store(self, file, number, data):
        if file.kind == CYCLIC:
            require(len(data) == file.size, 0x6A80)
            file.records = [data] + file.records[:-1]
            return
        require(len(data) >= 2 and data[1] == len(data) - 2, 0x6A80)
        if number <= len(file.records):
            require(file.records[number - 1][:2] == data[:2], 0x6A80)
            file.records[number - 1] = data
        else:
            file.records.append(data)

    def _index(self, command, right, value):
        file = self._named(command.p2 >> 3)
        require(file.kind == FIXED, 0x6981)
        self._right(getattr(file, right))
        require(command.p2 & 7 == 4, 0x6A86)
        require(1 <= command.p1 <= len(file.records), 0x6A83)
        self._plain_command(command, 4)
        self._verify(self.current.maintenance, command.data)
        file.records[command.p1 - 1] = value * file.size

    def _ins_D2(self, command):
        self._index(command, "update", b"\x00")

    def _ins_0C(self, command):
        self._index(command, "erase", b"\xff")

    # --- making the card ----------------------------------------------------

    def _ins_E0(self, command):
        require(self.opened, 0x6982)
        require(command.p1 == command.p2 == 0, 0x6A86)
        require(command.data and command.le is None, 0x6700)
        outer = simple_tlv(command.data)
        require(list(outer) == [0x62], 0x6A80)
        items = simple_tlv(outer[0x62])
        require(len(items.get(0x83, b"")) == 2 and 0x82 in items, 0x6A80)
        fid = int.from_bytes(items.pop(0x83), "big")
        descriptor = items.pop(0x82)
        here = self.current
        if descriptor == b"\x38":
            name = items.pop(0x84, None)
            require(not items and (name is None or 1 <= len(name) <= 16), 0x6A80)
            taken = name is not None and any(d.name == name for d in self._all(self.mf))
            self._free(fid, taken)
            made = Directory(fid, name, here)
            here.directories.append(made)
            self.enter(made)
        else:
            file = self._new_file(fid, descriptor, items)
            self._free(fid, any(f.sfi == file.sfi for f in here.files if file.sfi))
            here.files.append(file)
        self.touched = True

    def _free(self, fid, otherwise_taken):
        taken = any(node.fid == fid for node in self.current.files + self.current.directories)
        require(not (taken or otherwise_taken or fid == MF), 0x6A89)

    def _new_file(self, fid, descriptor, items):
        require(len(descriptor) == 5 and descriptor[1] == 1, 0x6A80)
        kind, size, count = descriptor[0], int.from_bytes(descriptor[2:4], "big"), descriptor[4]
        require(kind in (TRANSPARENT, FIXED, VARIABLE, CYCLIC), 0x6A80)
        access, sfi = items.pop(0x86, b""), items.pop(0x88, b"\x00")
        require(len(access) == 4 and access[3] <= 2 and len(sfi) == 1 and sfi[0] & 7 == 0 and sfi[0] < 0xF8, 0x6A80)
        if kind == TRANSPARENT:
            length = items.pop(0x80, b"")
            require(len(length) == 2 and any(length), 0x6A80)
            size = int.from_bytes(length, "big")
        if kind in (FIXED, CYCLIC):
            require(size and 1 <= count <= 254, 0x6A80)
        require(not items, 0x6A80)
        return File(fid, kind, size, count, sfi[0] >> 3, access)

    def _ins_D4(self, command):
        require(self.opened, 0x6982)
        require(command.p1 == 1, 0x6A86)
        self._plain_command(command, 0x24)
        reference = command.p2
        require(not (self.current is self.mf and reference == TRANSPORT), 0x6985)
        body, session = self._verify(self.mf.keys[TRANSPORT], command.data)
        plain = crypto.unseal(session, body)
        require(plain is not None, 0x6988)
        require(len(plain) == 25, 0x6A80)
        usage, ref, version, algorithm, tries = plain[:5]
        require(usage in (1, 2, 3) and ref == reference and algorithm == 4, 0x6A80)
        require(tries == (TRIES if usage == 1 else 0) and plain[5:9] == bytes(4), 0x6A80)
        self.current.keys[reference] = Key(plain[9:], usage, version)
        self.touched = True

    def _ins_44(self, command):
        require(self.opened, 0x6982)
        require(command.p1 == command.p2 == 0, 0x6A86)
        self._plain_command(command)
        require(self.current is self.mf and self.touched, 0x6985)
        self.activated, self.opened = True, False
        del self.mf.keys[TRANSPORT]

    # --- blocking -----------------------------------------------------------

    def _ins_1E(self, command):
        here = self.current
        require(LK in here.keys and (self.opened or LK in self.rights), 0x6982)
        require(command.p1 == 0 and command.p2 in (0, 1), 0x6A86)
        self._plain_command(command, 4)
        require(here.block != "permanent", 0x9303)
        self._verify(here.maintenance, command.data)
        here.block = "permanent" if command.p2 else "temporary"

    def _ins_18(self, command):
        here = self.current
        require(LK in here.keys and (self.opened or LK in self.rights), 0x6982)
        require(command.p1 == command.p2 == 0, 0x6A86)
        self._plain_command(command, 4)
        require(here.block != "permanent", 0x9303)
        require(here.block, 0x6985)
        self._verify(here.maintenance, command.data)
        here.block = None

    def _ins_16(self, command):
        require(self.current is self.mf and (self.opened or BK in self.rights), 0x6982)
        require(command.p1 == command.p2 == 0, 0x6A86)
        self._plain_command(command, 4)
        self._verify(self.mf.maintenance, command.data)
        self.blocked = True
