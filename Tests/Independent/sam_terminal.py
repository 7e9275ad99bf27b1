"""A terminal that owns no key: what terminal.py computes, asked of a SAM in another slot (Docs/protocol.md §6)."""

import crypto
import sam
from terminal import Terminal, Unexpected


class NotPermitted(Unexpected):
    """The SAM does not hold the key."""


class InProcess:
    """A card or SAM object as a channel."""

    def __init__(self, chip):
        self.chip, self.atr = chip, chip.atr

    def transmit(self, command):
        return self.chip.process(command)

    def close(self):
        self.chip.reset()


class SamModule:
    """`chunk` is the most data one command to the SAM carries, a multiple of 16."""

    def __init__(self, channel, chunk=0xF0):
        self.channel, self.chunk, self.levels = channel, chunk, {}
        self.enter(sam.MF)
        self.province = self.read(0x0016, 6)[:1].hex()

    def exchange(self, command):
        """The answer behind every 61xx, and the last status."""
        data, status = b"", None
        while status is None or status >> 8 == 0x61:
            if status is not None:
                command = bytes.fromhex("00c00000") + bytes([status & 0xFF])
            answer = self.channel.transmit(bytes(command))
            data, status = data + answer[:-2], int.from_bytes(answer[-2:], "big")
        return data, status

    def send(self, command):
        data, status = self.exchange(command)
        if status != 0x9000:
            raise Unexpected("SAM: %s answered %04X" % (bytes(command[:4]).hex(), status))
        return data

    def enter(self, fid):
        self.send(bytes.fromhex("00a4000002") + fid.to_bytes(2, "big"))

    def read(self, fid, size):
        return self.send(bytes([0x00, 0xB0, 0x80 | fid & 0x1F, 0x00, size]))

    def verify(self, digits):
        """Sends the PIN once."""
        pin = sam.packed(digits)
        status = self.exchange(bytes([0x00, 0x20, 0x00, 0x00, len(pin)]) + pin)[1]
        if status != 0x9000:
            left = 0 if status == 0x6983 else status & 0x0F
            raise Unexpected("SAM: the PIN was refused, %d tries left" % left)

    def deliver(self, name, serial, city, seed):
        """Readies the session key of one challenge; asks again for other levels when the SAM keeps it at another."""
        usual, usage, number = sam.KEYS[name]
        factors = [serial, crypto.province_factor(city), city.encode("ascii") + b"\x00\x00"]
        for levels in [self.levels.get(name, usual)] + [n for n in (1, 2, 3) if n != usual]:
            data = b"".join(factors[:levels]) + seed
            status = self.exchange(bytes([0x80, 0xDE, levels << 5 | usage, number, len(data)]) + data)[1]
            if status == 0x6A88:
                raise NotPermitted("this SAM has no %s" % name)
            if status == 0x9000:
                self.levels[name] = levels
                return
            if status != 0x6A80:
                raise Unexpected("SAM: the delivery of %s answered %04X" % (name, status))
        raise Unexpected("SAM: %s is kept at no level" % name)

    def pieces(self, data):
        return [data[i : i + self.chunk] for i in range(0, len(data), self.chunk)]

    def cipher(self, p1, data):
        return self.send(bytes([0x80, 0xFA, p1, 0x00, len(data)]) + data)

    def encrypt(self, data):
        *before, last = self.pieces(data)
        answer = b"".join(self.cipher(2, piece) for piece in before) + self.cipher(0, last)
        if len(answer) != len(data):
            raise Unexpected("SAM: %d bytes for %d" % (len(answer), len(data)))
        return answer

    def mac(self, data):
        pieces = self.pieces(bytes(16) + crypto.pad(data))
        if len(pieces) == 1:
            return self.cipher(5, pieces[0])
        self.cipher(7, pieces[0])
        for piece in pieces[1:-1]:
            self.cipher(3, piece)
        return self.cipher(1, pieces[-1])

    def sign(self, data):
        """64 bytes over the SM3 digest, and the certificate that goes beside them."""
        self.enter(sam.DF01)
        pieces = self.pieces(data)
        for piece in pieces[:-1]:
            self.send(bytes([0x80, 0xCC, 0x00, 0x00, len(piece)]) + piece)
        digest = self.send(bytes([0x80, 0xCC, 0x01, 0x00, len(pieces[-1])]) + pieces[-1])
        if digest != crypto.sm3(data):
            raise Unexpected("SAM: the digest is not SM3 of the data")
        signature = self.send(bytes.fromhex("80ce000020") + digest)
        certificate = self.read(0x001C, 190)
        self.enter(sam.MF)
        return signature, certificate


class SamTerminal(Terminal):
    """terminal.py's faces with every key in the SAM. Originals are the field's own."""

    ORIGINAL = bytes.fromhex("1122334455667788")

    def __init__(self, channel, module, version=crypto.TEST):
        super().__init__(channel)
        self.module, self.version = module, version

    def key(self, name):
        raise NotPermitted("%s never leaves the SAM" % name)

    def _cryptogram(self, name, seed, original):
        self.module.deliver(name, self.serial, self.city, seed)
        answer = self.module.encrypt(original + bytes(8))
        return bytes(a ^ b for a, b in zip(answer[:8], answer[8:]))

    def authenticate(self, name, reference, original=None):
        """Read keys with the fixed original; update keys with two challenges, the first as original, the second as seed."""
        if name.startswith("UK"):
            original = self.challenge()
        original = original or self.ORIGINAL
        answer = self._cryptogram(name, self.challenge(), original)
        self.silent(bytes([0x00, 0x82, 0x00, reference, 0x11]) + answer + original + bytes([self.version]))

    def authenticate_card(self):
        seed = self.module.send(bytes.fromhex("0084000008"))
        command = bytes.fromhex("0088000011") + seed + self.ORIGINAL + bytes([self.version, 8])
        if self.send(command) != self._cryptogram("IRK", seed, self.ORIGINAL):
            raise Unexpected("internal authentication failed: not a card of this system")

    def secured(self, header, name, plain=None):
        """Ciphertext with one challenge's session key needs a second delivery for its MAC: one delivery, one sequence."""
        seed, body = self.challenge(), b""
        if plain is not None:
            block = bytes([len(plain)]) + bytes(plain)
            self.module.deliver(name, self.serial, self.city, seed)
            body = self.module.encrypt(crypto.pad(block) if len(block) % 16 else block)
        self.module.deliver(name, self.serial, self.city, seed)
        length = bytes([len(body) + 4])
        body += self.module.mac(bytes(header) + length + body)
        self.silent(bytes(header) + length + body)
