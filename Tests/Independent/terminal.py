"""What reader.py and personalize.py share: one card over PC/SC and commands with their expected status."""

import secrets
import time

import crypto


class Unexpected(Exception):
    pass


class PCSC:
    """One card in a PC/SC reader, chosen by a part of the reader's name that fits one reader only."""

    def __init__(self, name):
        import smartcard.System
        from smartcard.CardConnection import CardConnection

        fitting = [r for r in smartcard.System.readers() if name in str(r)]
        exact = [r for r in fitting if str(r) == name]
        fitting = exact or fitting
        if len(fitting) != 1:
            raise Unexpected("%d readers fit %r" % (len(fitting), name))
        self.connection = fitting[0].createConnection()
        self.connection.connect(CardConnection.T0_protocol | CardConnection.T1_protocol)
        self.atr = bytes(self.connection.getATR())

    def transmit(self, command):
        data, sw1, sw2 = self.connection.transmit(list(command))
        return bytes(data) + bytes([sw1, sw2])

    def close(self):
        self.connection.disconnect()


def find_reader(serial, patience=15):
    """The name of the reader that holds the card with this serial number; no card is connected to for it."""
    from smartcard import scard

    deadline = time.monotonic() + patience
    code, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    while code == scard.SCARD_S_SUCCESS and time.monotonic() < deadline:
        _, names = scard.SCardListReaders(context, [])
        _, states = scard.SCardGetStatusChange(context, 0, [(name, scard.SCARD_STATE_UNAWARE) for name in names])
        for name, _, atr in states:
            atr = bytes(atr)
            if len(atr) > 12 and historical_bytes(atr)[:8] == serial:
                return name
        time.sleep(0.05)
    raise Unexpected("no reader holds the card %s" % serial.hex())


class Terminal:
    def __init__(self, channel):
        self.channel = channel
        self.commands = 0
        if len(channel.atr) < 12 or channel.atr[0] != 0x3B or channel.atr[1] & 0x0F < 8:
            raise Unexpected("answer to reset %s has no card factor" % channel.atr.hex())
        self.serial = historical_bytes(channel.atr)[:8]
        self.city = None

    def exchange(self, command):
        """The answer's data and status word, whatever it is."""
        self.commands += 1
        answer = self.channel.transmit(bytes(command))
        return answer[:-2], int.from_bytes(answer[-2:], "big")

    def send(self, command, expected=0x9000):
        data, status = self.exchange(command)
        if status != expected:
            raise Unexpected("%s answered %04X, not %04X" % (bytes(command[:4]).hex(), status, expected))
        return data

    def silent(self, command):
        """A command that must answer 9000 and nothing else."""
        data = self.send(command)
        if data:
            raise Unexpected("%s answered %d bytes, not none" % (bytes(command[:4]).hex(), len(data)))

    def key(self, name):
        return crypto.card_key(name, self.serial, self.city)

    def challenge(self):
        data = self.send(bytes.fromhex("0084000008"))
        if len(data) != 8:
            raise Unexpected("a challenge of %d bytes" % len(data))
        return data

    def authenticate(self, name, reference, original=None):
        original = original or secrets.token_bytes(8)
        answer = crypto.cryptogram(self.key(name), self.challenge(), original)
        self.silent(bytes([0x00, 0x82, 0x00, reference, 0x11]) + answer + original + bytes([crypto.TEST]))

    def authenticate_card(self):
        seed, original = secrets.token_bytes(8), secrets.token_bytes(8)
        command = bytes.fromhex("0088000011") + seed + original + bytes([crypto.TEST, 8])
        if self.send(command) != crypto.cryptogram(self.key("IRK"), seed, original):
            raise Unexpected("internal authentication failed: no test card")

    def secured(self, header, name, plain=None):
        """A command with MAC, and with ciphertext when there is something to encrypt."""
        session = crypto.diversify(self.key(name), self.challenge())
        body = b"" if plain is None else crypto.seal(session, plain)
        body += crypto.mac(session, header, body)
        self.silent(bytes(header) + bytes([len(body)]) + body)


def historical_bytes(atr):
    """The historical bytes behind whatever interface bytes there are."""
    count, position, presence = atr[1] & 0x0F, 2, atr[1] >> 4
    while presence:
        position += bin(presence & 7).count("1")
        if not presence & 8:
            break
        presence = atr[position] >> 4
        position += 1
    return atr[position : position + count]
