"""Runs the program, or the fuzz targets, over damaged files, and watches time, memory and how they end."""

import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import threading
import time
import unicodedata

import mutators

LIMIT, MEMORY = 10.0, 500.0  # seconds, MiB
CODES = {0, 2, 3, 4, 5, 6, 7, 8}
BUG = 70


class Tally:
    def __init__(self, name):
        self.name = name
        self.inputs = self.crashes = self.hangs = self.bugs = self.controls = self.fat = 0
        self.seconds = self.memory = 0.0

    def add(self, other):
        for field in ("inputs", "crashes", "hangs", "bugs", "controls", "fat"):
            setattr(self, field, getattr(self, field) + getattr(other, field))
        self.seconds, self.memory = max(self.seconds, other.seconds), max(self.memory, other.memory)

    @property
    def faults(self):
        return self.crashes + self.hangs + self.bugs + self.controls + self.fat


def damaged(parser_name, texts, seed, number):
    """Input `number` of a parser; the first few are the seeds as they are."""
    if number < len(texts):
        return texts[number]
    dice = random.Random("%s %s %d" % (seed, parser_name, number))
    return mutators.mutate(dice.choice(texts), texts, dice)


def steers(data):
    """Whether a terminal might obey something in it."""
    if not any(b < 0x20 and b not in (9, 10) or b >= 0x7F for b in data):
        return False
    text = data.decode("utf-8", "surrogateescape")
    return any(
        unicodedata.category(c) == "Cc" and c not in "\n\t" or 0xDC80 <= ord(c) <= 0xDCFF or c in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068"
        for c in text
    )


def keep(findings, name, number, data, why):
    findings.mkdir(parents=True, exist_ok=True)
    path = findings / ("%s-%s-%d" % (name, why, number))
    path.write_bytes(data)
    print("    %s: input %d: %s (%s)" % (name, number, why, path.name), flush=True)


# --- the program, once for each input -------------------------------------------


def run(words, environment, given, limit=LIMIT):
    """→ (code or None when it did not end, negative for a signal), seconds, MiB, what it printed."""
    work = pathlib.Path(environment["MUTATE_SCRATCH"])
    names = [work / name for name in ("stdin", "stdout", "stderr")]
    names[0].write_bytes(given)
    with open(names[0], "rb") as source, open(names[1], "wb") as output, open(names[2], "wb") as errors:
        began = time.monotonic()
        process = subprocess.Popen(
            words, stdin=source, stdout=output, stderr=errors, env=environment, start_new_session=True, cwd=work)
        ended = threading.Event()

        def end():
            if not ended.wait(limit):
                try:
                    os.killpg(process.pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass

        threading.Thread(target=end, daemon=True).start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - began
        ended.set()
    process.returncode = os.waitstatus_to_exitcode(status)
    hung = process.returncode == -signal.SIGKILL and seconds >= limit
    return None if hung else process.returncode, seconds, usage.ru_maxrss / 1024, names[1].read_bytes() + names[2].read_bytes()


def tries(program, parser, place, numbers, seed, findings, environment):
    """One job's part of a parser's inputs, in a folder of its own."""
    tally = Tally(parser.name)
    scratch = place / "scratch"
    scratch.mkdir(parents=True)
    environment = {**environment, "MUTATE_SCRATCH": str(scratch), "HOME": str(scratch), **parser.environment}
    parser.furnish(place)
    for number in numbers:
        data = damaged(parser.name, parser.seeds, seed, number)
        words, given = parser.prepare(place, data)
        code, seconds, memory, said = run([program if word == "{program}" else word for word in words], environment, given)
        tally.inputs += 1
        tally.seconds, tally.memory = max(tally.seconds, seconds), max(tally.memory, memory)
        for field, holds, why in (
            ("hangs", code is None, "hang"),
            ("bugs", code == BUG, "exit-70"),
            ("crashes", code is not None and code != BUG and code not in CODES | parser.codes, "crash"),
            ("controls", steers(said), "controls"),
            ("fat", memory > MEMORY, "memory"),
        ):
            if holds:
                setattr(tally, field, getattr(tally, field) + 1)
                keep(findings, parser.slug, number, data, why)
    shutil.rmtree(place, ignore_errors=True)
    return tally


# --- the targets, many inputs in one process -----------------------------------------


def targets(fuzz):
    listed = subprocess.run([fuzz], capture_output=True, text=True, check=False).stdout
    return re.findall(r"(?m)^  (\S+)$", listed)


def _environment():
    return {**os.environ, "SWIFT_BACKTRACE": "enable=no"}


def _fuzz(fuzz, words, log):
    with open(log, "wb") as output:
        process = subprocess.Popen([str(fuzz), *words], stdout=output, stderr=output, env=_environment())
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage.ru_maxrss / 1024, pathlib.Path(log).read_text("utf-8", "replace")


def batches(fuzz, target, texts, scratch, numbers, seed, findings, tally, jobs, size=500):
    """Every input is a file; libFuzzer runs them one after the other and says how long each took."""
    options = ["-timeout=%d" % LIMIT, "-rss_limit_mb=%d" % MEMORY, "-artifact_prefix=%s/" % scratch]
    groups = [numbers[i : i + size] for i in range(0, len(numbers), size)]
    lock = threading.Lock()

    def work(job):
        folder = scratch / ("%s-%d" % (target, job))
        for group in groups[job::jobs]:
            folder.mkdir(parents=True)
            rest = []
            for number in group:
                (folder / str(number)).write_bytes(damaged(target, texts, seed, number))
                rest.append(number)
            while rest:
                paths = [str(folder / str(number)) for number in rest]
                code, memory, log = _fuzz(fuzz, [target, *options, *paths], folder / "log")
                done = re.findall(r"Executed \S*?/(\d+) in (\d+) ms", log)
                with lock:
                    tally.inputs += len(done)
                    tally.memory = max(tally.memory, memory)
                    tally.seconds = max([tally.seconds] + [int(milliseconds) / 1000 for _, milliseconds in done])
                    if code == 0 and len(done) == len(rest):
                        break
                    broken = rest[len(done)] if len(done) < len(rest) else rest[-1]
                    why = "hang" if "timeout" in log else "memory" if "out-of-memory" in log else "crash"
                    field = {"hang": "hangs", "memory": "fat", "crash": "crashes"}[why]
                    setattr(tally, field, getattr(tally, field) + 1)
                    tally.inputs += 1
                    keep(findings, target, broken, (folder / str(broken)).read_bytes(), why)
                    print("\n".join("      " + text for text in log.splitlines()[-6:] if len(text) < 300), flush=True)
                rest = rest[len(done) + 1 :]
            shutil.rmtree(folder, ignore_errors=True)

    threads = [threading.Thread(target=work, args=(job,)) for job in range(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def guided(fuzz, target, texts, scratch, runs, seed, findings, tally):
    """So many inputs of libFuzzer's own making, steered by what they reach."""
    corpus = scratch / (target + "-guided")
    corpus.mkdir()
    for index, text in enumerate(texts):
        (corpus / ("seed-%d" % index)).write_bytes(text)
    findings.mkdir(parents=True, exist_ok=True)
    words = [
        target, "-runs=%d" % runs, "-seed=%d" % (seed or 1), "-timeout=%d" % LIMIT, "-rss_limit_mb=%d" % MEMORY,
        "-max_len=65536", "-print_final_stats=1", "-verbosity=0", "-artifact_prefix=%s/%s-guided-" % (findings, target),
        str(corpus),
    ]  # fmt: skip
    code, memory, log = _fuzz(fuzz, words, scratch / "guided.log")
    found = re.search(r"number_of_executed_units: (\d+)", log)
    slowest = re.search(r"slowest_unit_time_sec: +(\d+)", log)
    tally.inputs += int(found.group(1)) if found else 0
    tally.memory = max(tally.memory, memory)
    tally.seconds = max(tally.seconds, float(slowest.group(1)) if slowest else 0.0)
    if code != 0:
        tally.crashes += 1
        print("    %s, guided: exit %d\n%s" % (target, code, "\n".join("      " + t for t in log.splitlines()[-8:])), flush=True)
    shutil.rmtree(corpus, ignore_errors=True)
