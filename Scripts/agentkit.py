"""What the agent's scripts have in common: an agent with a state folder of its own, cards in virtual readers, checks.

Runs beside Scripts/with-virtual-readers. HEALTHCARD_BINARY and HEALTHCARD_AGENT name the programs.
"""

import http.client
import json
import os
import pathlib
import signal
import socket
import struct
import subprocess
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BINARY = os.environ.get("HEALTHCARD_BINARY") or str(ROOT / ".build/release/healthcard")
AGENT = os.environ.get("HEALTHCARD_AGENT") or str(pathlib.Path(BINARY).parent / "healthcard-agent")
ENVIRONMENT = dict(os.environ, XDG_CACHE_HOME="/dev/null")
PORTS = os.environ.get("HEALTHCARD_VPCD_PORTS", "").split(",")
PERSONS = ["99646919970325667X", "992946193907017162"]
RIGHTS = ["read-holder", "read-clinical", "write", "visits", "block"]
failures = []
started = []


def check(holds, what):
    print(("ok   " if holds else "FAIL ") + what, flush=True)
    if not holds:
        failures.append(what)


def say(what):
    print("     " + what, flush=True)


def until(what, condition, seconds=30):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            value = condition()
        except OSError:
            value = None
        if value:
            return value
        time.sleep(0.02)
    raise SystemExit(f"waited in vain: {what}")


def start(command, **options):
    process = subprocess.Popen(command, env=ENVIRONMENT, **options)
    started.append(process)
    return process


def stop_all():
    for process in reversed(started):
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()


class Agent:
    """The daemon, on a free port. A second one of the same folder goes on with its state."""

    def __init__(self, folder, more=""):
        self.folder = folder
        (folder / "address").unlink(missing_ok=True)
        (folder / "agent.yaml").write_text(
            f"listen: [{{ address: 127.0.0.1, port: 0 }}]\nstate: {folder}\nlimits: {{ requestsASecond: 100000 }}\n" + more)
        self.process = start([AGENT, "--config", str(folder / "agent.yaml")], stderr=open(folder / "log", "ab"))
        until("the agent", lambda: (folder / "address").exists())
        self.port = int((folder / "address").read_text().strip().rsplit(":", 1)[1])

    def ask(self, method, path, body=None, token=None, headers={}, connection=None):
        own = connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        fields = dict(headers)
        if token:
            fields["Authorization"] = f"Bearer {token}"
        if body is not None:
            fields["Content-Type"] = "application/json"
            body = json.dumps(body)
        own.request(method, path, body, fields)
        answer = own.getresponse()
        text = answer.read()
        if connection is None:
            own.close()
        return answer.status, json.loads(text) if text else None

    def pair(self, rights=RIGHTS):
        _, wish = self.ask("POST", "/v1/pairings", {"name": "script", "rights": rights})
        _, session = self.ask("POST", "/v1/page/session", {"code": (self.folder / "page-code").read_text().strip()})
        self.ask("POST", f"/v1/pairings/{wish['id']}/confirm", {"number": wish["number"]}, session["session"])
        return self.ask("GET", f"/v1/pairings/{wish['id']}", token=wish["secret"])[1]["token"]

    def readers(self):
        return self.ask("GET", "/v1/readers")[1]["readers"]

    def cards(self):
        return {reader["name"]: reader["card"] for reader in self.readers() if "card" in reader}

    def events(self, begin=True):
        """Server-Sent Events as they come: (time on this machine's steady clock, event)."""
        line = socket.create_connection(("127.0.0.1", self.port), timeout=120)
        line.sendall(f"GET /v1/events HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nAccept: text/event-stream\r\n\r\n".encode())
        rest = b""
        while True:
            part = line.recv(65536)
            if not part:
                return
            now = time.monotonic()
            rest += part
            *lines, rest = rest.split(b"\n")
            for text in lines:
                if text.startswith(b"data: "):
                    yield now, json.loads(text[6:])

    # What the system says of the process.

    def status(self, name):
        lines = pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return int(next(line.split()[1] for line in lines if line.startswith(name + ":")))

    def memory(self):
        """Resident, in MB."""
        return self.status("VmRSS") / 1024

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def processor_time(self):
        """Of all its threads, in milliseconds."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return sum(int(ticks) for ticks in fields[11:13]) * 1000 // os.sysconf("SC_CLK_TCK")

    def wakes(self):
        """How often its threads have gone to sleep: one that polls does so all the time."""
        total = 0
        for task in pathlib.Path(f"/proc/{self.process.pid}/task").iterdir():
            text = (task / "status").read_text()
            total += int(next(line.split()[1] for line in text.splitlines() if line.startswith("voluntary_ctxt")))
        return total

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


def insert(port, serial, state):
    """A virtual card of ours, which keeps what it holds in a file."""
    return start([BINARY, "virtual", "--port", port, "--serial", serial, "--state", str(state)],
                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def personalize(reader, row):
    subprocess.run(
        [BINARY, "personalize", "--batch", str(ROOT / "Samples/sample-batch"), "--id", PERSONS[row], "--reader", reader,
         "--json"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT)


class Dummy:
    """Something that answers its reset and nothing else, to be put in and taken out of one virtual reader (vpcd)."""

    ANSWER_TO_RESET = bytes.fromhex("3B800181")

    def __init__(self, port):
        self.port, self.line = int(port), None

    def insert(self):
        self.line = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        self.line.settimeout(None)
        threading.Thread(target=self.serve, args=(self.line,), daemon=True).start()

    def serve(self, line):
        rest = b""
        try:
            while part := line.recv(4096):
                rest += part
                while len(rest) >= 2 and len(rest) >= 2 + int.from_bytes(rest[:2], "big"):
                    length = int.from_bytes(rest[:2], "big")
                    message, rest = rest[2:2 + length], rest[2 + length:]
                    # One byte: 0 off, 1 on, 2 reset, 4 what is the answer to reset.
                    if message == b"\x04":
                        answer = self.ANSWER_TO_RESET
                    elif length == 1:
                        continue
                    else:
                        answer = b"\x6d\x00"
                    line.sendall(struct.pack(">H", len(answer)) + answer)
        except OSError:
            pass

    def remove(self):
        # The other thread waits in it: closing alone would not wake it.
        self.line.shutdown(socket.SHUT_RDWR)
        self.line.close()
