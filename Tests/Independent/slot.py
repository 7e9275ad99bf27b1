"""A vpcd slot without pcscd: listens, lets one virtual card connect, and speaks the link to it."""

import socket
import subprocess
import time


class Gone(Exception):
    pass


class Slot:
    """`command` is a list in which {port} stands for the port this slot listens on."""

    def __init__(self, command, patience=30):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
            self.process = subprocess.Popen(
                [part.replace("{port}", str(port)) for part in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
            listener.settimeout(0.2)
            deadline = time.monotonic() + patience
            while True:
                try:
                    self.link, _ = listener.accept()
                    break
                except TimeoutError:
                    if self.process.poll() is not None or time.monotonic() > deadline:
                        self.process.kill()
                        raise Gone(
                            "no card connected: %s" % self.process.communicate()[1].decode(errors="replace")
                        ) from None
        self.link.settimeout(patience)
        self.link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._send(b"\x01")
        self._send(b"\x04")
        self.atr = self._receive()

    def transmit(self, command):
        if len(command) == 1:
            raise ValueError("a one-byte command is a control code on this link")
        self._send(command)
        return self._receive()

    def reset(self):
        self._send(b"\x02")

    def power_cycle(self):
        self._send(b"\x00")
        self._send(b"\x01")

    def close(self):
        """What the card said on its standard output once its slot was gone."""
        self.link.close()
        self.process.terminate()
        try:
            return self.process.communicate(timeout=10)[0]
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.communicate()[0]

    def _send(self, body):
        self.link.sendall(len(body).to_bytes(2, "big") + body)

    def _receive(self):
        count = int.from_bytes(self._exactly(2), "big")
        return self._exactly(count)

    def _exactly(self, count):
        data = b""
        while len(data) < count:
            self.link.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
            try:
                piece = self.link.recv(count - len(data))
            except (TimeoutError, ConnectionError) as problem:
                raise Gone(str(problem)) from None
            if not piece:
                raise Gone("the card hung up")
            data += piece
        return data
