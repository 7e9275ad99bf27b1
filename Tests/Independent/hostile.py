#!/usr/bin/python3
"""Hostile cards and SAMs in virtual readers, and the programs that meet them: `hostile.py PART --program healthcard …`.

PART is one of
  cards     every card of hostile_cards.py, against the commands that a clinic uses
  sams      every SAM of hostile_sams.py beside a good card
  line      blank chips that mean harm, against `personalize --lanes`; the ledger is verified after each
  suite     a campaign's cards that mean harm, against `testcards run`
  library   both, against every function of the C library (hostile_calls.py)
  habits    a good card, and a memory of habits that somebody has damaged

Every run has to end within its time, with an exit code of the documented ones and not that of a bug, with a reason where
it is not 0, without a control character on standard output or error, and in little memory. Prints a JSON report:
situations, commands tried, codes, the worst time and memory, and every failure. Exit 1 when there is one.
"""

import argparse
import collections
import copy
import json
import os
import pathlib
import re
import sys
import tempfile
import unicodedata

import hostile_cards
import hostile_sams
import test_clinic
from hostile_slot import Readers, Slot, run

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "Samples" / "sample-batch"
CODES = {0, 3, 4, 5, 6, 7, 8}
MEMORY = 400  # MiB
COMMAND_LIMIT = "2"  # Seconds that a card may take for one command.
PHOTO = SAMPLE / "photos" / "990418197802220731.jpg"
PIN = "123456"

VISIT = {
    "facilityName": "A", "facilityCode": "99010012-3", "visitTime": "2026-10-08T09:30:00", "outpatientNumber": "1",
    "department": "B", "payment": "3",
    "symptoms": [{
        "name": "C", "code": "R50.9", "diagnosedDate": "2026-10-08", "diagnosisName": "D", "diagnosisCode": "J06.9",
        "onsetTime": "2026-10-07T22:15:00", "durationMinutes": 675,
    }],
}  # fmt: skip


def controls(data):
    """What a terminal might obey, or what would turn a line around: a few bytes about the first such, else None."""
    text = data.decode("utf-8", "surrogateescape")
    for at, character in enumerate(text):
        steering = unicodedata.category(character) == "Cc" and character not in "\n\t"
        if steering or character in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f" or (
            0xDC80 <= ord(character) <= 0xDCFF
        ):
            return ascii(text[max(0, at - 30) : at + 10])
    return None


class Verdicts:
    def __init__(self, verbose=False):
        self.verbose = verbose
        self.situations, self.codes = 0, collections.Counter()
        self.failures, self.worst = [], {}
        self.behaviours, self.commands = set(), set()

    def judge(self, behaviour, command, outcome, structured=False, allowed=CODES, memory=MEMORY):
        """One situation; `structured` for output that has to be JSON where the exit code is 0."""
        self.situations += 1
        if self.verbose:
            print("%-40s %-28s %s %.2f s" % (behaviour, command, outcome.code, outcome.seconds), file=sys.stderr, flush=True)
        self.behaviours.add(behaviour)
        self.commands.add(command)
        self.codes[str(outcome.code)] += 1
        worst = self.worst.setdefault(command, {"seconds": 0, "MiB": 0})
        if outcome.seconds > worst["seconds"]:
            worst.update(seconds=round(outcome.seconds, 2), slowest=behaviour)
        worst["MiB"] = max(worst["MiB"], round(outcome.memory))
        for reason in self._faults(outcome, structured, allowed, memory):
            self.fail(behaviour, command, reason, outcome)

    def fail(self, behaviour, command, reason, outcome=None):
        errors = outcome.errors[-300:].decode(errors="replace") if outcome else ""
        self.failures.append({"behaviour": behaviour, "command": command, "reason": reason, "errors": ascii(errors)})

    def _faults(self, outcome, structured, allowed, memory):
        if outcome.hung:
            yield "did not end in %.0f s" % outcome.seconds
            return
        if outcome.code < 0:
            yield "ended by signal %d" % -outcome.code
        elif outcome.code not in allowed:
            yield "exit code %d" % outcome.code
        if outcome.code != 0 and len(outcome.errors.strip()) < 8 and len(outcome.output.strip()) < 8:
            yield "no reason is given"
        if outcome.memory > memory:
            yield "%.0f MiB" % outcome.memory
        for name, data in (("output", outcome.output), ("error", outcome.errors)):
            found = controls(data)
            if found:
                yield "control characters on standard %s: %s" % (name, found)
        if structured and outcome.code == 0:
            try:
                json.loads(outcome.output)
            except ValueError as problem:
                yield "no JSON: %s" % problem

    def report(self, part):
        print(json.dumps({
            "part": part, "situations": self.situations, "behaviours": len(self.behaviours),
            "commands": sorted(self.commands), "codes": dict(self.codes), "worst": self.worst,
            "failures": self.failures,
        }, ensure_ascii=True, indent=1))  # fmt: skip


class Bench:
    def __init__(self, options):
        self.options, self.verdicts = options, Verdicts(options.verbose)
        self.folder = tempfile.TemporaryDirectory(prefix="hostile-")
        self.path = pathlib.Path(self.folder.name)
        readers = Readers()
        self.slots = [
            Slot(int(port), name, readers) for port, name in (place.split("=", 1) for place in options.reader)
        ]
        self.program = options.program
        self.seed = options.seed
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith("HEALTHCARD_")}
        for name in ("LC_ALL", "LC_MESSAGES", "LANGUAGE"):
            self.environment.pop(name, None)
        self.environment.update(
            LANG="C.UTF-8", HOME=str(self.path), XDG_CACHE_HOME=str(self.path / "cache"),
            XDG_STATE_HOME=str(self.path / "state"), XDG_CONFIG_HOME=str(self.path / "config"),
            SWIFT_BACKTRACE="enable=no", HEALTHCARD_COMMAND_LIMIT=COMMAND_LIMIT, PYTHONDONTWRITEBYTECODE="1",
        )  # fmt: skip
        self.write("pin", PIN + "\n")
        self.write("visit.json", json.dumps(VISIT))
        self.made = made()

    def write(self, name, text):
        path = self.path / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
        return str(path)

    def run(self, words, limit, program=None, attend=None, **environment):
        return run([program or self.program, *words], {**self.environment, **environment}, limit, attend=attend)

    def at_the_line(self, words, limit, slot):
        """A person stands there who takes a card out when told to."""
        return self.run(words, limit, attend=lambda said: slot.take_out() if b"take the card out" in said else None)

    def take_out(self):
        for slot in self.slots:
            slot.take_out()


def made():
    """An activated test card with two visits on it."""
    chip = test_clinic.made()
    work = test_clinic.at_work(chip, test_clinic.sam.Sam(5))
    work.visit("inpatient")
    work.visit("outpatient")
    chip.reset()
    return chip


def chosen(behaviours, options):
    """Those that are to be tried, with their numbers, from which their random numbers come."""
    return [(n, b) for n, b in enumerate(behaviours) if options.all or not b.slow][:: options.every]


def patience(behaviour, seconds):
    """A card may take its second for each command, and is then taken at its word."""
    return seconds * 6 if "slow-drip-of-a-second" in behaviour.name else seconds


def another(old):
    """The card that comes in another's place: somebody else's, blank."""
    return hostile_cards.Hostile(test_clinic.card.Card(bytes.fromhex("0f0e0d0c0b0a0908")), 1)


# What must not be taken for done, or for right: behaviour → commands that may not end with 0.
NEVER_DONE = {
    "writes-forgotten": ["update", "update --json", "visit add", "visit reimburse", "block"],
    "success-to-all": ["update", "visit add", "block", "visit verify"],
    "fault-to-all": ["read", "update", "visit add", "block", "visit verify"],
    "writes-refused": ["update", "visit add"],
    "writes-fail-after-doing": ["update"],
    "visits-random": ["visit verify"],
    "visits-of-escapes": ["visit verify"],
    "visits-all-ones": ["visit verify"],
    "leaves": ["read", "inspect --probe", "update", "visit add", "block"],
    "mute": ["read", "inspect --probe", "update", "visit add", "block"],
    "comes-back-as-another-after-9": ["update", "visit add", "block"],
}  # fmt: skip
NEVER_DONE_BY_SAM = {
    "signature-zeros": ["visit add --sam"],
    "signature-of-the-order": ["visit add --sam"],
    "signature-random": ["visit add --sam"],
    "signature-of-63": ["visit add --sam"],
    "digest-wrong": ["visit add --sam"],
    "certificate-random": ["visit add --sam"],
    "certificate-key-off-the-curve": ["visit add --sam"],
    "computes-random": ["update --sam", "visit add --sam", "block --sam"],
    "mute": ["sam info", "sam pin --check", "read --sam", "update --sam"],
    "tries-none": ["sam pin --check", "visit add --sam"],
}  # fmt: skip


def plan(behaviours, names, never, options):
    """Number, behaviour, command, whether it may end with 0: the commands in turn, so that each meets every kind of
    behaviour, and what must not succeed."""
    turn = 0
    for number, behaviour in chosen(behaviours, options):
        each = len(names) if options.each == 0 else options.each
        for i in range(each):
            name = names[(turn + i) % len(names)]
            yield number, behaviour, name, name not in never.get(behaviour.name, [])
        turn += each
    for number, behaviour in enumerate(behaviours):
        for name in never.get(behaviour.name, []):
            yield number, behaviour, name, False


def card_commands(reader, bench):
    """Name → words, seconds it may take, whether it prints JSON."""
    at = ["--reader", reader]
    update = [
        "update", *at, "--set", "phone1=13900000000", "--set", "address2=A", "--set", "asthma=true", "--add-allergy",
        "A=B", "--photo", str(PHOTO),
    ]  # fmt: skip
    visit = str(bench.path / "visit.json")
    return {
        "read": (["read", *at], 30, False),
        "read --json": (["read", *at, "--json"], 30, True),
        "read --format fhir": (["read", *at, "--format", "fhir"], 30, True),
        "inspect --probe": (["inspect", *at, "--probe"], 30, False),
        "inspect --json": (["inspect", *at, "--json"], 30, True),
        "update": (update, 45, False),
        "update --json": (update + ["--json"], 45, True),
        "visit list": (["visit", "list", *at], 30, False),
        "visit show": (["visit", "show", *at, "--outpatient", "1"], 30, False),
        "visit show --concatenated": (["visit", "show", *at, "--inpatient", "1", "--concatenated"], 30, False),
        "visit add": (["visit", "add", *at, "--outpatient", visit], 45, False),
        "visit verify": (["visit", "verify", *at], 30, False),
        "visit reimburse": (["visit", "reimburse", *at, "--outpatient", "1", "--yes"], 45, False),
        "block": (["block", *at, "DF02", "--yes"], 45, False),
        "unblock": (["unblock", *at, "DF02"], 45, False),
        "soak": (["soak", *at, "--reads", "2", "--json"], 45, True),
        "apdu --follow": (["apdu", *at, "--follow", "00A40000023F0000", "0084000008", "00B2012D00"], 30, False),
    }


def cards(bench):
    slot = bench.slots[0]
    commands = card_commands(slot.reader, bench)
    behaviours = hostile_cards.behaviours(bench.made.atr, another)
    for number, behaviour, name, may_succeed in plan(behaviours, list(commands), NEVER_DONE, bench.options):
        words, limit, structured = commands[name]
        limit = patience(behaviour, limit)
        for again in (False, True):
            # Most behaviours leave the card where it is; some have to be seen anew. A reader that a card before has made
            # deaf would say the same to all that follow: then once more, with the card put in anew.
            chip = behaviour.make(copy.deepcopy(bench.made), bench.seed + number)
            slot.put(chip, anew=again or behaviour.changes_reset)
            outcome = bench.run(words, limit)
            slot.readers.wait_idle(slot.reader)
            if slot.asked or behaviour.changes_reset:
                break
        allowed = CODES if may_succeed else CODES - {0}
        bench.verdicts.judge(behaviour.name, name, outcome, structured, allowed)
        if not slot.asked and not behaviour.changes_reset:
            bench.verdicts.fail(behaviour.name, name, "the card was never asked", outcome)


def sam_commands(card, sam, bench):
    at = ["--reader", card, "--sam", sam, "--sam-pin-file", str(bench.path / "pin")]
    alone = ["--sam", sam, "--sam-pin-file", str(bench.path / "pin")]
    return {
        "sam info": (["sam", "info", "--sam", sam], 30, False),
        "sam info --json": (["sam", "info", "--sam", sam, "--json"], 30, True),
        "sam pin": (["sam", "pin", "--sam", sam], 30, False),
        "sam pin --check": (["sam", "pin", "--check", *alone], 30, False),
        "read --sam": (["read", *at], 30, False),
        "read --json --sam": (["read", "--json", *at], 30, True),
        "update --sam": (["update", *at, "--set", "phone1=13900000000", "--add-allergy", "A=B"], 45, False),
        "visit add --sam": (["visit", "add", *at, "--outpatient", str(bench.path / "visit.json")], 45, False),
        "visit verify --sam": (["visit", "verify", *at], 30, False),
        "visit reimburse --sam": (["visit", "reimburse", *at, "--inpatient", "1", "--yes"], 45, False),
        "block --sam": (["block", *at, "DF02", "--yes"], 45, False),
        "unblock --sam": (["unblock", *at, "DF02"], 45, False),
    }


def sams(bench):
    card_slot, sam_slot = bench.slots[:2]
    commands = sam_commands(card_slot.reader, sam_slot.reader, bench)
    behaviours = hostile_sams.behaviours()
    for number, behaviour, name, may_succeed in plan(behaviours, list(commands), NEVER_DONE_BY_SAM, bench.options):
        words, limit, structured = commands[name]
        for again in (False, True):
            card_slot.put(hostile_cards.Hostile(copy.deepcopy(bench.made), 0), anew=again)
            module = behaviour.make(test_clinic.sam.Sam(5), bench.seed + number)
            sam_slot.put(module, anew=again or behaviour.changes_reset)
            outcome = bench.run(words, limit)
            card_slot.readers.wait_idle(card_slot.reader)
            sam_slot.readers.wait_idle(sam_slot.reader)
            if sam_slot.asked or behaviour.changes_reset:
                break
        allowed = CODES if may_succeed else CODES - {0}
        bench.verdicts.judge(behaviour.name, name, outcome, structured, allowed)
        if not sam_slot.asked and not behaviour.changes_reset:
            bench.verdicts.fail(behaviour.name, name, "the SAM was never asked", outcome)


def line(bench):
    slot = bench.slots[0]
    # The first applicant alone.
    rows = len((SAMPLE / "applications.csv").read_text("utf-8").splitlines())
    aside = ",".join(map(str, range(3, rows + 1)))
    serials = 0
    behaviours = hostile_cards.behaviours(test_clinic.card.Card(bytes(8)).atr, another)
    for number, behaviour in chosen(behaviours, bench.options):
        serials += 1
        ledger, lists = bench.path / ("line-%d.sqlite" % number), bench.path / ("lists-%d" % number)
        blank = test_clinic.card.Card(bytes.fromhex("a5a5") + serials.to_bytes(6, "big"))
        chip = behaviour.make(blank, bench.seed + number)
        if behaviour.changes_reset:
            chip._atr = hostile_cards.answers_to_reset(blank.atr)[behaviour.name]
        slot.put(chip, anew=True)
        station = ["--ledger", str(ledger), "--station", str(bench.path / "station")]
        outcome = bench.at_the_line([
            "personalize", "--batch", str(SAMPLE), "--set-aside", aside, "--lanes", slot.reader, *station, "--out",
            str(lists), "--chips-per-card", "1", "--failures-in-row", "1", "--return-wait", "1", "--reader-wait", "2",
            "--command-limit", COMMAND_LIMIT, "--json",
        ], patience(behaviour, 60), slot)  # fmt: skip
        bench.verdicts.judge(behaviour.name, "personalize --lanes", outcome)
        if ledger.exists():
            books = bench.run(["ledger", "verify", *station], 30)
            if books.code != 0:
                bench.verdicts.fail(
                    behaviour.name, "ledger verify", "exit code %s: %s" % (books.code, ascii(books.output[:600].decode())), books)


def campaign(bench, slot):
    """A campaign of one card, which an honest independent chip became; → (folder, that chip)."""
    folder = bench.path / "campaign"
    new = ["testcards", "new", str(folder), "--maker", "M", "--chip", "C", "--product", "P", "--product-version", "1"]
    new += ["--cards", "1", "--id", "TC-H", "--from", "2026-10-12", "--station-name", "s", "--tester", "t"]
    chip = test_clinic.card.Card(bytes.fromhex("b5b5000000000001"))
    slot.put(hostile_cards.Hostile(chip, 0), anew=True)
    make = ["testcards", "make", str(folder), "--lanes", slot.reader, "--operator", "o"]
    for words in (new, make):
        outcome = bench.at_the_line(words, 120, slot)
        if outcome.code != 0:
            raise SystemExit("%s: exit %s: %s" % (words[1], outcome.code, outcome.errors.decode(errors="replace")))
    chip.reset()
    return folder, chip


def suite(bench):
    slot = bench.slots[0]
    folder, chip = campaign(bench, slot)
    only = bench.options.only
    for turn, (number, behaviour) in enumerate(chosen(hostile_cards.behaviours(chip.atr, another), bench.options)):
        slot.put(behaviour.make(copy.deepcopy(chip), bench.seed + number), anew=True)
        evidence = str(bench.path / ("evidence-%d.json" % number))
        words = ["testcards", "run", str(folder), "--reader", slot.reader, "--out", evidence, "--json"]
        words += ["--only", only[turn % len(only)]] if only else []
        bench.verdicts.judge(behaviour.name, "testcards run", bench.run(words, 60 if only else 240))


def library(bench):
    card_slot, sam_slot = bench.slots[:2]
    calls = str(pathlib.Path(__file__).with_name("hostile_calls.py"))
    # Nothing of the machine's own configuration.
    nothing = bench.write("interface.conf", "")
    cards, modules = hostile_cards.behaviours(bench.made.atr, another), hostile_sams.behaviours()
    for number, behaviour in chosen(cards + modules, bench.options):
        side = "card" if number < len(cards) else "SAM"
        good_card = hostile_cards.Hostile(copy.deepcopy(bench.made), 0)
        good_sam = hostile_cards.Hostile(test_clinic.sam.Sam(5), 0)
        if side == "card":
            bad = behaviour.make(good_card.card, bench.seed + number)
            card_slot.put(bad, anew=behaviour.changes_reset)
            sam_slot.put(good_sam)
        else:
            card_slot.put(good_card)
            sam_slot.put(behaviour.make(good_sam.card, bench.seed + number), anew=behaviour.changes_reset)
        outcome = bench.run(
            [calls, bench.options.library, "20"], 120, program=sys.executable,
            HEALTHCARD_READER=card_slot.reader, HEALTHCARD_SAM_READER=sam_slot.reader, HEALTHCARD_CONFIG=nothing,
        )  # fmt: skip
        bench.verdicts.judge("%s of the %s" % (behaviour.name, side), "every function", outcome, allowed={0})
        if bench.options.verbose:
            print(side, behaviour.name, outcome.output.decode(), file=sys.stderr)
        card_slot.readers.wait_idle(card_slot.reader)
        sam_slot.readers.wait_idle(sam_slot.reader)


def damaged_habits(good):
    """Name → bytes of the file, or what is done to its place."""
    product = list(good["products"])[0]
    habits = good["products"][product]

    def with_habits(**changes):
        return json.dumps({"format": 1, "products": {product: {**habits, **changes}}}).encode()

    def spread(value):
        return json.dumps({"format": 1, "products": {product: {key: value for key in habits}}}).encode()

    text = json.dumps(good).encode()
    return {
        "empty": b"", "zeros": bytes(4096), "random": os.urandom(4096), "cut": text[: len(text) // 2], "null": b"null",
        "deep": b"[" * 200000, "deep-objects": b'{"a":' * 100000, "another-format": b'{"format":2,"products":{}}',
        "format-too-big": b'{"format":99999999999999999999,"products":{}}', "list": b"[1,2,3]",
        "not-utf8": b'{"format":1,"products":{"\xff\xfe":{}}}', "escapes": b'{"format":1,"products":{"\x1b[2J":{}}}',
        "blocks-of-zero": with_habits(readBlock=0, updateBlock=0),
        "blocks-negative": with_habits(readBlock=-1, updateBlock=-9223372036854775808),
        "blocks-too-big": with_habits(readBlock=1 << 40, updateBlock=1 << 62),
        "blocks-of-one": with_habits(readBlock=1, updateBlock=1),
        "blocks-broken": with_habits(readBlock=16.5), "blocks-of-text": with_habits(readBlock="256"),
        "other-words": with_habits(taggedRecords="none", expectedLength="all"),
        "plain-records-by-tag": with_habits(plainRecords="tag", taggedRecords="tag"),
        "nothing-allowed": with_habits(
            shortIdentifiers=False, directoryNames=False, directoryReach="master", expectedLength="zero", readBlock=16,
            updateBlock=16, taggedRecords="tag", plainRecords="number", extendedLength=False),
        "extended-all": with_habits(extendedLength=True, readBlock=256, updateBlock=255, shortIdentifiers=True),
        "all-null": spread(None), "all-true": spread(True), "all-lists": spread([]),
        "too-many": json.dumps({"format": 1, "products": {"P%d" % i: habits for i in range(2000)}}).encode(),
        "many-of-one-name": b'{"format":1,"products":{' + b",".join(
            b'"%s":{}' % product.encode() for _ in range(1000)) + b"}}",
        "long": b" " * (3 << 20) + text,
        "folder": lambda path: path.mkdir(), "pipe": lambda path: os.mkfifo(path),
        "endless-device": lambda path: path.symlink_to("/dev/zero"),
        "terminal-device": lambda path: path.symlink_to("/dev/tty"),
        "link-in-circles": lambda path: path.symlink_to(path),
        "link-to-nowhere": lambda path: path.symlink_to("/nonexistent/habits.json"),
        "sparse-and-huge": lambda path: (path.touch(), os.truncate(path, 8 << 30)),
        "nobody-may-read": lambda path: (path.write_bytes(text), path.chmod(0)),
    }  # fmt: skip


def habits(bench):
    """The card is read all the same, whatever the memory says."""
    slot = bench.slots[0]
    slot.put(hostile_cards.Hostile(copy.deepcopy(bench.made), 0), anew=True)
    path = bench.path / "cache" / "healthcard" / "habits.json"
    commands = card_commands(slot.reader, bench)
    first = bench.run(commands["inspect --probe"][0], 30)
    if first.code != 0 or not path.exists():
        raise SystemExit("no habits are remembered: exit %s: %s" % (first.code, first.errors.decode(errors="replace")))
    right = bench.run(commands["read --json"][0], 30).output
    good = json.loads(path.read_text("utf-8"))
    for name, content in damaged_habits(good).items():
        for command in ("read --json", "inspect --probe"):
            if path.is_dir() and not path.is_symlink():
                path.rmdir()
            path.unlink(missing_ok=True)
            path.write_bytes(content) if isinstance(content, bytes) else content(path)
            words, limit, structured = commands[command]
            outcome = bench.run(words, 15)
            bench.verdicts.judge("habits: " + name, command, outcome, structured, allowed={0})
            if command == "read --json" and outcome.output != right:
                bench.verdicts.fail("habits: " + name, command, "another card is read", outcome)
            if path.is_file() and not path.is_symlink() and name != "sparse-and-huge" and path.stat().st_size > 4 << 20:
                bench.verdicts.fail("habits: " + name, command, "the memory grows without bound")


PARTS = {"cards": cards, "sams": sams, "line": line, "suite": suite, "library": library, "habits": habits}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=PARTS)
    parser.add_argument("--program", required=True, help="the healthcard program")
    parser.add_argument("--library", help="libMHC_CardInterface.so")
    parser.add_argument("--reader", action="append", required=True, metavar="PORT=NAME", help="a slot; SAMs in the second")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--all", action="store_true", help="the slow ones too")
    parser.add_argument("--each", type=int, default=2, help="commands for each behaviour, 0 for all")
    parser.add_argument("--every", type=int, default=1, help="one behaviour of so many")
    parser.add_argument("--only", action="append", default=[], help="suite: checks whose name begins so, one a run")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--match", default="", help="behaviours whose name fits this pattern")
    options = parser.parse_args()
    if options.match:
        for module in (hostile_cards, hostile_sams):
            every = module.behaviours
            module.behaviours = lambda *a, every=every: [b for b in every(*a) if re.search(options.match, b.name)]
    bench = Bench(options)
    try:
        PARTS[options.part](bench)
    finally:
        bench.take_out()
    bench.verdicts.report(options.part)
    sys.exit(1 if bench.verdicts.failures else 0)


if __name__ == "__main__":
    main()
