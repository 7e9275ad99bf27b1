"""Right cards with one mistake each that a real operating system could have: what the conformance suite must find on a card
that is not ours. Each begins with activation, so that any personalizer makes the card.

`FAULTS` maps a name to the class of the card and the checks of which at least one must fail.
"""

import random

import crypto
import model
from card import Card
from model import CYCLIC, FIXED, TRANSPARENT, VARIABLE, Refusal, require

FAULTS = {}


def fault(name, *checks):
    def add(card):
        FAULTS[name] = (card, checks)
        return card

    return add


class Faulty(Card):
    """A card that knows a warm reset from a cold one, and begins to be wrong once it is activated."""

    def cold(self):
        self.reset()

    def warm(self):
        self.reset()

    def files(self, *fids):
        return [f for d in self._all(self.mf) for f in d.files if not fids or f.fid in fids]

    def keys_of(self, directory):
        return list(directory.keys.values())


# --- what does not last --------------------------------------------------------


class Undone(Faulty):
    """Keeps what some files held when the power came, and puts it back."""

    kinds = ()

    def memory(self):
        if not hasattr(self, "_memory"):
            self._memory = self._now()
        return self._memory

    def _now(self):
        return [(f, bytes(f.content), list(f.records)) for f in self.files() if f.kind in self.kinds]

    def process(self, apdu):
        self.memory()
        return super().process(apdu)

    def put_back(self):
        for file, content, records in self.memory():
            file.content[:], file.records[:] = content, records


@fault("photo-forgotten", "persistence.DDF1/EF07.power-off", "persistence.DF03/EE01.power-off")
class PhotoForgotten(Undone):
    kinds = (TRANSPARENT,)

    def cold(self):
        self.put_back()
        super().cold()


@fault("records-forgotten-warm", "persistence.DF01/EF05.warm-reset")
class RecordsForgotten(Undone):
    kinds = (VARIABLE,)

    def warm(self):
        self.put_back()
        super().warm()


@fault("marks-forgotten", "persistence.DF03/EF05.power-off")
class MarksForgotten(Undone):
    kinds = (FIXED,)

    def cold(self):
        self.put_back()
        super().cold()


@fault("ring-turns", "persistence.DF02/EF08.power-off")
class RingTurns(Faulty):
    appended = False

    def _store(self, file, number, data):
        self.appended = self.appended or file.kind == CYCLIC
        super()._store(file, number, data)

    def cold(self):
        if self.appended:
            for file in self.files():
                if file.kind == CYCLIC:
                    file.records = file.records[1:] + file.records[:1]
        self.appended = False
        super().cold()


@fault("writes-late", "persistence.DF03/ED01.after-answer", "persistence.DDF1/EF07.after-answer")
class WritesLate(Faulty):
    late = None

    def process(self, apdu):
        if self.late is not None:
            file, content = self.late
            file.content[:], self.late = content, None
        before = {id(f): bytes(f.content) for f in self.files() if f.kind == TRANSPARENT}
        answer = super().process(apdu)
        for file in self.files():
            if file.kind == TRANSPARENT and bytes(file.content) != before[id(file)]:
                self.late = (file, bytes(file.content))
                file.content[:] = before[id(file)]
        return answer

    def cold(self):
        self.late = None
        super().cold()


@fault("tries-back-warm", "persistence.RK1_DF02.counter-warm")
class TriesBackWarm(Faulty):
    def warm(self):
        for directory in self._all(self.mf):
            for key in self.keys_of(directory):
                key.tries = model.TRIES
        super().warm()


@fault("unblocked-warm", "persistence.DF01.block-warm")
class UnblockedWarm(Faulty):
    def warm(self):
        for directory in self._all(self.mf):
            if directory.block == "temporary":
                directory.block, directory.wrong_macs = None, 0
        super().warm()


# --- warm resets ------------------------------------------------------------------


@fault("warm-stays", "answerToReset.warm-reset.directory")
class WarmStays(Faulty):
    def warm(self):
        here = self.current
        super().warm()
        self.enter(here)


@fault("warm-challenge", "answerToReset.warm-reset.challenge")
class WarmChallenge(Faulty):
    def warm(self):
        challenge = self.challenge
        super().warm()
        self.challenge = challenge


@fault("warm-other-answer", "answerToReset.warm-reset.answer")
class WarmOtherAnswer(Faulty):
    is_warm = False

    def warm(self):
        self.is_warm = True
        super().warm()

    def cold(self):
        self.is_warm = False
        super().cold()

    @property
    def atr(self):
        right = super().atr
        if not self.is_warm:
            return right
        return right[:-2] + bytes([right[-2] ^ 2, right[-1] ^ 2])


# --- rights -------------------------------------------------------------------------


@fault("free-behind-512", "access.DDF1/EF07.read.other-places")
class FreeBehind512(Faulty):
    def _binary(self, command, right):
        if right == "read" and self._offset(command) >= 512:
            before, self.opened = self.opened, True
            try:
                return super()._binary(command, right)
            finally:
                self.opened = before
        return super()._binary(command, right)


@fault("free-third-record", "access.DF01/EF06.read.other-places")
class FreeThirdRecord(Faulty):
    def _ins_B2(self, command):
        if command.p1 == 3 and command.p2 & 7 == 4:
            before, self.rights = self.rights, set(range(256))
            try:
                return super()._ins_B2(command)
            finally:
                self.rights = before
        return super()._ins_B2(command)


@fault("free-last-update", "access.DDF1/EF08.update.other-places")
class FreeLastUpdate(Faulty):
    def _ins_DC(self, command):
        if command.p1 == 6:
            before, self.rights = self.rights, set(range(256))
            try:
                return super()._ins_DC(command)
            finally:
                self.rights = before
        return super()._ins_DC(command)


@fault("rights-by-parent", "access.DF01.rights.parent-and-back", "access.DF02.rights.parent-and-back")
class RightsByParent(Faulty):
    last = (None, set())

    def enter(self, directory):
        left, rights = getattr(self, "current", None), getattr(self, "rights", set())
        kept = self.last[1] if self.activated and self.last[0] is directory and directory.parent is left else set()
        self.last = (left, rights)
        super().enter(directory)
        self.rights = set(kept)


@fault("refused-select-drops", "access.DF03.rights.refused-name", "access.DF03.rights.refused-select")
class RefusedSelectDrops(Faulty):
    def _ins_A4(self, command):
        try:
            return super()._ins_A4(command)
        except Refusal:
            self.rights = set()
            raise


# --- counters --------------------------------------------------------------------------


@fault("tries-back-by-name", "keys.RK1_DF01.not-refilled.by-name")
class TriesBackByName(Faulty):
    def _ins_A4(self, command):
        answer = super()._ins_A4(command)
        if command.p1 == 4:
            for key in self.keys_of(self.current):
                key.tries = model.TRIES
        return answer


@fault("counted-together", "keys.counters.each-its-own")
class CountedTogether(Faulty):
    def _ins_82(self, command):
        try:
            return super()._ins_82(command)
        except Refusal as refusal:
            if refusal.status >> 4 == 0x63C and command.p2 == 0x85:
                other = self.current.keys.get(0x83)
                if other:
                    other.tries = max(1, other.tries - 1)
            raise


# --- what else is written ------------------------------------------------------------------


@fault("stays-aliased", "collateral.DF03/EE03.update")
class StaysAliased(Faulty):
    def _ins_D6(self, command):
        super()._ins_D6(command)
        if self.file.fid == 0xEE03:
            offset = self._offset(command)
            self.files(0xEE01)[0].content[offset : offset + len(command.data)] = command.data


@fault("next-record-spoilt", "collateral.DF01/EF06.update")
class NextRecordSpoilt(Faulty):
    def _store(self, file, number, data):
        super()._store(file, number, data)
        if file.kind == VARIABLE and self.activated and number < len(file.records):
            following = file.records[number]
            file.records[number] = following[:-1] + bytes([following[-1] ^ 0x10])


@fault("page-wraps", "robustness.DF03/ED01.update.offset-borders")
class PageWraps(Faulty):
    def _ins_D6(self, command):
        offset = self._offset(command)
        if offset % 512 + len(command.data) > 512 and len(command.data) < 64:
            room = 512 - offset % 512
            rest, command.data = command.data[room:], command.data[:room]
            super()._ins_D6(command)
            start = offset - offset % 512
            self.file.content[start : start + len(rest)] = rest
            return
        super()._ins_D6(command)


# --- lengths ----------------------------------------------------------------------------------


@fault("le-240", "robustness.DDF1/EF07.read.every-le")
class Le240(Faulty):
    def _ins_B0(self, command):
        if command.le and 240 <= command.le < 256:
            command.le = 239
        return super()._ins_B0(command)


@fault("one-more", "robustness.answers.within-le", "robustness.DF03/EE01.read.every-le")
class OneMore(Faulty):
    def _ins_B0(self, command):
        answer = super()._ins_B0(command)
        return answer + b"\x00" if isinstance(answer, bytes) and command.le == 200 else answer


@fault("fetch-long-answers", "robustness.answers.no-61xx")
class FetchLongAnswers(Faulty):
    rest = b""

    def process(self, apdu):
        if self.activated and apdu[1:2] == b"\xc0" and self.rest:
            rest, self.rest = self.rest, b""
            return rest + b"\x90\x00"
        answer = super().process(apdu)
        self.rest = b""
        if self.activated and len(answer) > 180 and len(answer) <= 258:
            self.rest = answer[:-2]
            return bytes([0x61, len(self.rest) & 0xFF])
        return answer


@fault("lc-128", "robustness.DF03/EE01.update.every-lc")
class Lc128(Faulty):
    def _ins_D6(self, command):
        require(len(command.data) != 128, 0x6700)
        super()._ins_D6(command)


# --- cryptography -------------------------------------------------------------------------------


class OtherMAC(Faulty):
    def changed(self, session, body, given):
        """Whether another MAC than the right one is taken."""
        return False

    def _verify(self, key, body):
        if self.activated and self.challenge is not None:
            session = crypto.diversify(key.value, self.challenge)
            if self.changed(session, body[:-4], body[-4:]):
                body = body[:-4] + crypto.mac(session, self.header, body[:-4])
        return super()._verify(key, body)


@fault("mac-bit-27", "protection.DF03/EF05.erase.mac-every-bit", "protection.DDF1/EF08.update.mac-every-bit")
class MACBit27(OtherMAC):
    def changed(self, session, body, given):
        right = crypto.mac(session, self.header, body)
        return given[:3] == right[:3] and given[3] ^ right[3] == 0x10


@fault("mac-without-p1", "protection.DF03/EF05.update.mac-header-bits", "protection.DF01/EF05.update.mac-header-bits")
class MACWithoutP1(OtherMAC):
    def changed(self, session, body, given):
        header = bytes(self.header)
        return any(given == crypto.mac(session, header[:2] + bytes([p1]) + header[3:], body) for p1 in range(256))


@fault("mac-any-length", "protection.DF03/EF05.update.mac-lengths")
class MACAnyLength(Faulty):
    def _index(self, command, right, value):
        if len(command.data) == 8:
            command.data = command.data[:4]
        return super()._index(command, right, value)


@fault("padding-first", "blocking.DF02.padding-counts")
class PaddingFirst(Faulty):
    def _verify(self, key, body):
        if self.activated and self.challenge is not None and len(body) > 4 and (len(body) - 4) % 16 == 0:
            session = crypto.diversify(key.value, self.challenge)
            if crypto.unseal(session, body[:-4]) is None:
                self.challenge = None
                raise Refusal(0x6988)
        return super()._verify(key, body)


@fault("cryptogram-bit-0", "keys.RK1_DF03.every-bit", "keys.RK1_DDF1.every-bit")
class CryptogramBit0(Faulty):
    def _ins_82(self, command):
        key = self.current.keys.get(command.p2)
        if self.activated and key is not None and self.challenge is not None and len(command.data) == 17:
            right = crypto.cryptogram(key.value, self.challenge, command.data[8:16])
            if command.data[0] ^ right[0] == 1 and command.data[1:8] == right[1:8]:
                command.data = right + command.data[8:]
        return super()._ins_82(command)


# --- challenges --------------------------------------------------------------------------------------


class OtherChallenges(Faulty):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.asked = 0

    def _ins_84(self, command):
        super()._ins_84(command)
        if self.activated:
            self.asked += 1
            self.challenge = self.next(self.challenge)
        return self.challenge


@fault("challenges-61", "protection.challenge.no-repeat")
class Challenges61(OtherChallenges):
    def next(self, challenge):
        return random.Random(self.asked % 61).randbytes(8)


@fault("challenges-begin-anew", "protection.challenge.after-power-off")
class ChallengesBeginAnew(OtherChallenges):
    def cold(self):
        self.asked = 0
        super().cold()

    def next(self, challenge):
        return random.Random(self.asked).randbytes(8)


@fault("challenges-biased", "protection.challenge.bias")
class ChallengesBiased(OtherChallenges):
    def next(self, challenge):
        return challenge[:5] + bytes([challenge[5] | (random.random() < 0.6) << 2]) + challenge[6:]


@fault("challenges-linear", "protection.challenge.differences")
class ChallengesLinear(OtherChallenges):
    def next(self, challenge):
        return (0x1122334455667788 + self.asked * 0x9E3779B97F4A7C15 & (1 << 64) - 1).to_bytes(8, "little")


# --- what is not on the page -------------------------------------------------------------------------------


class Answering(Faulty):
    def process(self, apdu):
        if self.activated and not self.blocked:
            answer = self.answer(bytes(apdu))
            if answer is not None:
                return answer
        return super().process(apdu)


@fault("dump", "robustness.instructions.80-with-le")
class Dump(Answering):
    def answer(self, apdu):
        return bytes(range(16)) + b"\x90\x00" if apdu[:2] == b"\x80\xf2" and len(apdu) == 5 else None


@fault("maker-class", "robustness.instructions.F0-with-data")
class MakerClass(Answering):
    def answer(self, apdu):
        return b"\x90\x00" if apdu[:2] == b"\xf0\x10" and len(apdu) > 5 else None


@fault("channel-2", "robustness.instructions.02-with-le")
class Channel2(Faulty):
    def process(self, apdu):
        if self.activated and apdu[:1] == b"\x02":
            apdu = b"\x00" + bytes(apdu[1:])
        return super().process(apdu)


@fault("data-0101", "robustness.get-data.01")
class Data0101(Answering):
    def answer(self, apdu):
        return self.serial + b"\x90\x00" if apdu[:4] == b"\x00\xca\x01\x01" else None


# --- values ------------------------------------------------------------------------------------------------------


@fault("text-ends-early", "records.DF01/EF05.edge-values", "records.DF01/EF06.edge-values")
class TextEndsEarly(Faulty):
    def _store(self, file, number, data):
        if self.activated and file.kind == VARIABLE and len(data) > 20 and data[-1]:
            data = data[:-1] + b"\x00"
        super()._store(file, number, data)


@fault("text-in-seven-bits", "records.DF02/EF07.edge-values")
class TextInSevenBits(Faulty):
    def _store(self, file, number, data):
        if self.activated and file.kind == CYCLIC:
            data = data[:-1] + bytes([data[-1] & 0x7F])
        super()._store(file, number, data)


@fault("equal-not-appended", "cyclic.DF02/EF07.equal-again")
class EqualNotAppended(Faulty):
    def _store(self, file, number, data):
        if self.activated and file.kind == CYCLIC and file.records and file.records[0] == data:
            return
        super()._store(file, number, data)
