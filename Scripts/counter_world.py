"""A counter in miniature: virtual readers, a SAM, a few made cards, and the agent that serves the page.

For `Scripts/counter`, which a person uses, and for the walk of Tests/Browser. Needs the readers of with-virtual-readers:
the first has the SAM, the second and the third have cards, the last is used to prepare them.
"""

import concurrent.futures
import csv
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
BATCH = ROOT / "Samples" / "sample-batch"
BLANK = "blank"
# Invented people of the sample batch, by what is worth seeing of them.
PEOPLE = {
    "allergy": "994331199508171180",
    "alert": "992063197806157049",
    "child": "997058202007021687",
    "plain": "99151119820310740X",
    "locked": "992946193907017162",
}


def programs():
    """Paths of healthcard and healthcard-agent: HEALTHCARD_BINARY and HEALTHCARD_AGENT, else what `make` has built."""
    binary = os.environ.get("HEALTHCARD_BINARY") or str(ROOT / ".build/release/healthcard")
    agent = os.environ.get("HEALTHCARD_AGENT") or str(pathlib.Path(binary).parent / "healthcard-agent")
    return binary, agent


def person(number):
    """The row of an applicant of the sample batch."""
    with open(BATCH / "applications.csv", encoding="utf-8") as file:
        return next(row for row in csv.DictReader(file) if row["idNumber"] == number)


class World:
    def __init__(self, folder=None):
        self.binary, self.agent_program = programs()
        self.ports = os.environ["HEALTHCARD_VPCD_PORTS"].split(",")
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix="counter-"))
        self.environment = dict(
            os.environ, XDG_STATE_HOME=str(self.folder / "home"), XDG_CACHE_HOME=str(self.folder / "cache"), HEALTHCARD_LANG="en")
        self.slots = {}
        self.agent = None
        self.address = None
        self.cards = {}
        self.serials = {}

    # Programs

    def run(self, *words):
        return subprocess.run(
            [self.binary, *words], check=True, capture_output=True, text=True, env=self.environment).stdout

    def reader(self, slot):
        """The name of the reader behind a port, as pcscd numbers them: two slots for each copy of the driver."""
        return f"Virtual PCD {slot // 2} 00 0{slot % 2}"

    # Cards

    def make_cards(self):
        """Personalizes the sample batch on chips of its own, and gives some of the cards a past."""
        box = self.folder / "box"
        self.run("personalize", "--batch", str(BATCH), "--lanes", "virtual:2", "--virtual-chips", str(box), "--virtual-supply", "30")
        # A chip's file names its serial only; the person is found by the number in it.
        states = {path: path.read_text() for path in (box / "made").glob("*.json")}
        for name, number in PEOPLE.items():
            sought = number.encode().hex()
            path = next(path for path, text in states.items() if sought in text.lower())
            self.cards[name] = self.folder / f"{name}.json"
            shutil.copy(path, self.cards[name])
            self.serials[name] = path.stem
        shutil.rmtree(box)
        self.cards[BLANK] = self.folder / "blank.json"
        past = {
            "allergy": [
                ["update", "--add-allergy", "花生=喉头水肿"], ["visit", "add", self.visit(), "--outpatient"],
                ["visit", "add", self.visit(inpatient=True), "--inpatient"]],
            "alert": [["visit", "add", self.visit(), "--outpatient"]],
            "locked": [["block", "DF02", "--yes"]],
        }
        # Each in a reader of its own, all at once.
        with concurrent.futures.ThreadPoolExecutor() as pool:
            list(pool.map(lambda work: self.prepare(*work), ((slot, name, acts) for slot, (name, acts) in enumerate(past.items(), 1))))

    def visit(self, inpatient=False):
        path = self.folder / ("inpatient-visit.json" if inpatient else "outpatient-visit.json")
        if not path.exists():
            path.write_text(self.run("visit", "template", "--inpatient" if inpatient else "--outpatient"))
        return str(path)

    def prepare(self, slot, name, acts):
        self.insert(name, slot)
        for act in acts:
            self.run(*act, "--reader", self.reader(slot), "--wait", "30")
        self.remove(slot)

    @staticmethod
    def until(condition, what, seconds=30):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = condition()
            if found:
                return found
            time.sleep(0.05)
        raise RuntimeError(f"waited in vain for {what}")

    def insert(self, name, slot=1, more=()):
        """Puts a card into a reader; one that is there already is taken out."""
        self.remove(slot)
        words = [self.binary, "virtual", "--quiet", "--port", self.ports[slot], "--state", str(self.cards[name]), *more]
        self.slots[slot] = (name, subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=self.environment))

    def insert_sam(self, kind=5, slot=0):
        self.remove(slot)
        words = [self.binary, "virtual", "--quiet", "--sam", "--type", str(kind), "--port", self.ports[slot], "--state", str(self.folder / f"sam{kind}.json")]
        self.slots[slot] = ("sam", subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=self.environment))

    def insert_mute(self, slot=1):
        """A card that does not answer its reset: upside down, or dirty."""
        self.remove(slot)
        self.slots[slot] = ("mute", MuteCard(int(self.ports[slot])))

    def remove(self, slot=1):
        """Takes out what is in a reader, and waits until that is seen: pcscd overlooks a card that is back at once."""
        name, process = self.slots.pop(slot, (None, None))
        end(process)
        if process is not None and self.agent is not None and self.agent.poll() is None:
            self.until(lambda: self.state(slot) == "empty", "an empty reader")
        return name

    def state(self, slot):
        readers = self.ask("/v1/readers")["readers"]
        return next((reader["state"] for reader in readers if reader["name"] == self.reader(slot)), "empty")

    # The agent

    def start_agent(self, more="", sam=True, pin=True, listen="{ address: 127.0.0.1, port: 0 }"):
        state = self.folder / "agent"
        state.mkdir(exist_ok=True)
        (state / "address").unlink(missing_ok=True)
        lines = [f"listen: [{listen}]", f"state: {state}"]
        if sam:
            pin_file = self.folder / "pin"
            pin_file.write_text("123456\n")
            pin_file.chmod(0o600)
            lines.append(f'sam: {{ reader: "{self.reader(0)}"' + (f", pinFile: {pin_file} }}" if pin else " }"))
        (self.folder / "agent.yaml").write_text("\n".join(lines) + "\n" + more)
        log = open(self.folder / "agent.log", "ab")
        self.agent = subprocess.Popen([self.agent_program, "--config", str(self.folder / "agent.yaml")], stderr=log, env=self.environment)
        self.until(lambda: (state / "address").exists() or self.agent.poll() is not None, "the agent's address")
        if self.agent.poll() is not None:
            raise RuntimeError((self.folder / "agent.log").read_text())
        self.address = (state / "address").read_text().strip()
        self.until(self.answers, "the agent's answer")

    def answers(self):
        try:
            return self.ask("/v1/readers")
        except OSError:
            return None

    def ask(self, path):
        with urllib.request.urlopen(self.address + path, timeout=30) as answer:
            return json.loads(answer.read())

    @property
    def code(self):
        return (self.folder / "agent" / "page-code").read_text().strip()

    @property
    def link(self):
        """Opens the page and sets the browser up as a counter."""
        return f"{self.address}/#{self.code}"

    def stop_agent(self, how=signal.SIGTERM):
        end(self.agent, how)
        self.agent = None

    def stop(self):
        self.stop_agent()
        for slot in list(self.slots):
            self.remove(slot)
        shutil.rmtree(self.folder, ignore_errors=True)


class MuteCard:
    """A client of the vpcd driver whose answer to reset is no answer. Ends like a process."""

    def __init__(self, port):
        self.link = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.link.settimeout(None)
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        try:
            while head := self.link.recv(2, socket.MSG_WAITALL):
                body = self.link.recv(int.from_bytes(head, "big"), socket.MSG_WAITALL)
                # Of the control codes only 4 gets a reply: an answer to reset, here one that is none.
                if body == b"\x04":
                    self.link.sendall(b"\x00\x28" + b"\x3b" * 40)
        except (OSError, AttributeError):
            pass

    def poll(self):
        return None if self.link else 0

    def send_signal(self, _):
        link, self.link = self.link, None
        link.shutdown(socket.SHUT_RDWR)
        link.close()

    def wait(self, _=None):
        return 0


def end(process, how=signal.SIGTERM):
    if process is None or process.poll() is not None:
        return
    process.send_signal(how)
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
