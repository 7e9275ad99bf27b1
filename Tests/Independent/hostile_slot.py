"""A vpcd slot that hostile cards are put into one after the other, and programs that are run against them and watched."""

import os
import resource
import signal
import socket
import subprocess
import tempfile
import threading
import time

from smartcard import scard

from card import receive
from hostile_cards import Gone


class Readers:
    """What the PC/SC service says of its readers."""

    def __init__(self):
        code, self.context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
        if code != scard.SCARD_S_SUCCESS:
            raise SystemExit("no PC/SC service: Scripts/with-virtual-readers starts one")

    def _state(self, reader):
        _, states = scard.SCardGetStatusChange(self.context, 0, [(reader, scard.SCARD_STATE_UNAWARE)])
        return states[0][1]

    def wait(self, reader, bits, wanted, seconds=8):
        """False when the reader did not get there: a card with an answer to reset that no reader takes never shows."""
        deadline = time.monotonic() + seconds
        while bool(self._state(reader) & bits) != wanted:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.01)
        return True

    def wait_idle(self, reader, seconds=1):
        """pcscd resets a card for a program that has gone, and a card that leaves at that moment makes it deaf. One that
        waits for a mute card is never idle."""
        return self.wait(reader, scard.SCARD_STATE_INUSE | scard.SCARD_STATE_EXCLUSIVE, False, seconds)

    def wait_empty(self, reader):
        return self.wait(reader, scard.SCARD_STATE_PRESENT, False)

    def wait_present(self, reader):
        return self.wait(reader, scard.SCARD_STATE_PRESENT, True)


class Slot:
    """One reader. A thread answers for whatever card is in it."""

    def __init__(self, port, reader, readers):
        self.port, self.reader, self.readers = port, reader, readers
        self.card = self.link = None
        self.lock = threading.Lock()
        self.thread = None
        self.shown = None  # The answer to reset that the reader knows.
        self.asked = 0  # Commands since a card was put in.

    def put(self, card, anew=False):
        """`card` is in the reader from now on; inserted anew where asked for, or where the last one has left."""
        self.asked = 0
        if not anew and self.link is not None and card.atr == self.shown and self.readers.wait_idle(self.reader):
            with self.lock:
                self.card = card
            return
        self.take_out()
        self.card = card
        self._connect()
        self.readers.wait_present(self.reader) if 1 < len(card.atr) < 34 else time.sleep(0.5)

    def take_out(self):
        """The reader is empty."""
        self.readers.wait_idle(self.reader)
        with self.lock:
            self.card = None
            link, self.link, self.shown = self.link, None, None
        if link is not None:
            link.shutdown(socket.SHUT_RDWR)
        if self.thread is not None:
            self.thread.join()
            self.thread = None
        self.readers.wait_empty(self.reader)

    def _connect(self):
        deadline = time.monotonic() + 10
        while True:
            try:
                self.link = socket.create_connection(("127.0.0.1", self.port), timeout=10)
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
        self.link.settimeout(None)
        self.link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.thread = threading.Thread(target=self._serve, args=(self.link,), daemon=True)
        self.thread.start()

    def _serve(self, link):
        """Until the reader, or the card, goes away."""
        while link is not None:
            try:
                body = receive(link, int.from_bytes(receive(link, 2), "big"))
                with self.lock:
                    card = self.card
                    if card is None:
                        break
                    answer = self._answer(card, body)
                if answer is not None:
                    if card.pause and len(body) > 1:
                        time.sleep(card.pause)
                    link.sendall(len(answer).to_bytes(2, "big") + answer)
            except Gone as gone:
                link = self._gone(link, gone)
            except (EOFError, OSError):
                break
        with self.lock:
            if self.link is link:
                self.link = self.shown = None
        if link is not None:
            link.close()

    def _answer(self, card, body):
        if len(body) != 1:
            self.asked += 1
            return card.process(body)
        if body[0] == 4:
            self.shown = card.atr
            return card.atr
        card.reset()
        return None

    def _gone(self, link, gone):
        """Hangs up; what comes back is served by the same thread."""
        with self.lock:
            if isinstance(gone.successor, bytes):
                link.sendall(gone.successor)
            link.close()
            self.link = self.shown = None
            if callable(gone.successor) and self.card is not None:
                self.card = gone.successor(self.card)
        if gone.seconds is None:
            return None
        time.sleep(gone.seconds + 0.45)  # The service looks for a card that has left every 400 ms.
        with self.lock:
            if self.card is None:
                return None
            try:
                self.link = socket.create_connection(("127.0.0.1", self.port), timeout=5)
            except OSError:
                return None
            self.link.settimeout(None)
            return self.link


class Outcome:
    def __init__(self, code, seconds, memory, output, errors):
        self.code, self.seconds, self.memory, self.output, self.errors = code, seconds, memory, output, errors

    @property
    def hung(self):
        return self.code is None


def run(words, environment, limit, given=b"", attend=None):
    """Runs a program to its end, or `limit` seconds. `code` is negative for a signal, None for one that did not end;
    `memory` is its greatest resident size in MiB. `attend` is told, while it runs, what standard error says."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors, tempfile.TemporaryFile() as source:
        source.write(given)
        source.seek(0)
        began = time.monotonic()
        process = subprocess.Popen(
            words, stdin=source, stdout=output, stderr=errors, env=environment, start_new_session=True,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (0, 0)),
        )  # fmt: skip
        code, usage = _wait(process, limit, attend, errors)
        seconds = time.monotonic() - began
        for file in (output, errors):
            file.seek(0)
        return Outcome(code, seconds, usage.ru_maxrss / 1024, output.read(1 << 24), errors.read(1 << 24))


def _wait(process, limit, attend, errors):
    ended = threading.Event()

    def watch():
        deadline, told = time.monotonic() + limit, 0
        while not ended.wait(0.02 if attend else limit):
            said = os.pread(errors.fileno(), 1 << 20, told) if attend else b""
            told += len(said)
            if said:
                attend(said)
            if time.monotonic() >= deadline:
                try:
                    os.killpg(process.pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
                return

    watchdog = threading.Thread(target=watch, daemon=True)
    began = time.monotonic()
    watchdog.start()
    _, status, usage = os.wait4(process.pid, 0)
    over = time.monotonic() - began >= limit and os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    ended.set()
    watchdog.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    return None if over else process.returncode, usage
