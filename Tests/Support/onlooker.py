"""Looks into a program that is given keys at a terminal, from outside.

onlooker.py same-user PROGRAM STORE SECRETS [HEX ...]   as another process of the same user, from before exec on
onlooker.py root PROGRAM STORE SECRETS                  as root, after a component was typed: where its digits lie
onlooker.py signal NAME PROGRAM [ARGUMENT ...]          what a signal at a hidden prompt does to the program and terminal

SECRETS is a file of passphrases, one a line, in the order of the custodians. Prints JSON. Root, or the user itself.
"""

import json
import os
import pty
import re
import select
import signal
import sys
import termios
import time

NOBODY = 65534


def start(words, as_nobody=False, ready=None, holds=False):
    """With `holds` the program's first word waits until Ctrl-Q is typed: a short run can be looked into as a long one."""
    child, terminal = pty.fork()
    if child == 0:
        if as_nobody and os.getuid() == 0:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        for name in (
            "HEALTHCARD_LANG", "LC_ALL", "LC_MESSAGES", "LANG", "HEALTHCARD_KEYS_CREDENTIAL", "CREDENTIALS_DIRECTORY",
        ):
            os.environ.pop(name, None)
        if ready is not None:
            os.read(ready, 1)
        if holds:
            termios.tcflow(1, termios.TCOOFF)
        os.execv(words[0], words)
    return child, terminal


class Screen:
    def __init__(self, terminal):
        self.terminal, self.text, self.seen = terminal, b"", 0

    def read(self, seconds=0.2):
        if not select.select([self.terminal], [], [], seconds)[0]:
            return True
        try:
            more = os.read(self.terminal, 65536)
        except OSError:
            return False
        self.text += more
        return bool(more)

    def until(self, prompt, seconds=60):
        end = time.time() + seconds
        while prompt not in self.text[self.seen:] and time.time() < end:
            if not self.read():
                break
        found = self.text.find(prompt, self.seen)
        if found >= 0:
            self.seen = found + len(prompt)
        return found >= 0

    def type(self, line):
        os.write(self.terminal, line + b"\n")


def ended(child, seconds=20):
    """The exit code, or minus the signal; nothing while it runs."""
    end = time.time() + seconds
    while time.time() < end:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    return None


def stop(child):
    try:
        if ended(child, 0.05) is None:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
    except ChildProcessError:
        # It has ended, and somebody knows how.
        pass


# A shell that starts one job, and says on the terminal what became of it and whether the terminal echoes. The program is not
# the session's first process: that one cannot be stopped, and the system itself sets the terminal right when it ends.
SHELL = """
import os, signal, sys, termios
def echo():
    return bool(termios.tcgetattr(0)[3] & termios.ECHO)
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
print("<echo %d>" % echo(), flush=True)
child = os.fork()
if child == 0:
    os.setpgid(0, 0)
    os.tcsetpgrp(0, os.getpid())
    signal.signal(signal.SIGTTOU, signal.SIG_DFL)
    os.execv(sys.argv[1], sys.argv[1:])
print("<job %d>" % child, flush=True)
while True:
    _, status = os.waitpid(child, os.WUNTRACED)
    os.tcsetpgrp(0, os.getpid())
    if not os.WIFSTOPPED(status):
        break
    print("<stopped, echo %d>" % echo(), flush=True)
    os.tcsetpgrp(0, child)
    os.kill(child, signal.SIGCONT)
print("<ended %d, echo %d>" % (os.waitstatus_to_exitcode(status), echo()), flush=True)
"""


def read_all(descriptor):
    os.lseek(descriptor, 0, 0)
    text = b""
    while more := os.read(descriptor, 65536):
        text += more
    return text.decode(errors="replace")


def watch(child, program, needles, results, orders):
    """Opens the memory again and again, from before the program is there; keeps what it could open."""
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    pairs, tries, opened, found = [], 0, 0, set()
    while not select.select([orders], [], [], 0)[0]:
        tries += 1
        descriptors = []
        try:
            for name in ("mem", "maps"):
                descriptors.append(os.open(f"/proc/{child}/{name}", os.O_RDONLY))
            # What was opened before exec shows what was there before it.
            if program in read_all(descriptors[1]):
                opened += 1
                if len(pairs) < 100:
                    pairs.append(descriptors)
                    continue
        except OSError:
            pass
        for descriptor in descriptors:
            os.close(descriptor)
    for memory, maps in pairs:
        try:
            text = read_all(maps)
        except OSError:
            continue
        for line in text.splitlines():
            range_, flags = line.split()[:2]
            first, last = (int(x, 16) for x in range_.split("-"))
            if not flags.startswith("rw") or last - first > 1 << 28:
                continue
            try:
                data = os.pread(memory, last - first, first)
            except OSError:
                continue
            found |= {n for n in needles if bytes.fromhex(n) in data}
    os.write(results, json.dumps({"tries": tries, "opened": opened, "found": len(found)}).encode())


def same_user(program, store, secrets, *needles):
    secrets = open(secrets, "rb").read().split(b"\n")
    go, ready = os.pipe()[::-1]
    child, terminal = start([program, "keys", "import", store, "--key", "IRK"], as_nobody=True, ready=ready, holds=not needles)
    results, results_in = os.pipe()
    orders, orders_in = os.pipe()
    watcher = os.fork()
    if watcher == 0:
        watch(child, program, needles, results_in, orders)
        os._exit(0)
    time.sleep(0.2)
    os.write(go, b"x")
    if not needles:
        time.sleep(1)
        os.write(terminal, b"\x11")
    screen = Screen(terminal)
    asked = 0
    for secret in secrets:
        if secret and screen.until(b"passphrase of custodian", 20):
            asked += 1
            screen.type(secret)
    reached = asked > 0 and screen.until(b"component 1: ")
    if reached:
        time.sleep(0.5)
    os.write(orders_in, b"x")
    os.waitpid(watcher, 0)
    seen = json.loads(os.read(results, 65536))
    code = ended(child, 0.2)
    stop(child)
    return {**seen, "reached": reached, "status": code if code is not None else -1, "screen": screen.text.decode()}


def places(child, needle):
    """How often something stands in locked memory, and where in other."""
    locked, ordinary, current = 0, [], None
    with open(f"/proc/{child}/smaps") as maps, open(f"/proc/{child}/mem", "rb", 0) as memory:
        for line in maps:
            head = re.match(r"([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+\s*(.*)", line)
            if head:
                current = int(head[1], 16), int(head[2], 16), head[3], head[4] or "anonymous"
            elif line.startswith("VmFlags:") and current and current[2].startswith("rw"):
                try:
                    memory.seek(current[0])
                    count = memory.read(current[1] - current[0]).count(needle)
                except OSError:
                    continue
                if "lo" in line.split():
                    locked += count
                else:
                    ordinary += [current[3]] * count
    return locked, ordinary


def as_root(program, store, secrets):
    secrets = [line for line in open(secrets, "rb").read().split(b"\n") if line]
    # A blank after each pair of bytes, as people type.
    digits = os.urandom(16).hex().upper().encode()
    child, terminal = start([program, "keys", "import", store, "--chip-batch", "NEW"])
    screen = Screen(terminal)
    for secret in secrets:
        assert screen.until(b"passphrase of custodian"), screen.text
        screen.type(secret)
    assert screen.until(b"component 1: "), screen.text
    time.sleep(0.3)
    screen.type(b" ".join(digits[i : i + 8] for i in range(0, 32, 8)))
    assert screen.until(b"component 2: "), screen.text
    time.sleep(0.3)
    outcome = {}
    for name, needle in [("digits", digits[:8]), ("more", digits[16:24])] + [
        (f"passphrase{i}", secret[: len(secret) // 2]) for i, secret in enumerate(secrets)]:
        locked, ordinary = places(child, needle)
        outcome[name] = {"locked": locked, "ordinary": ordinary}
    value = bytes.fromhex(digits.decode())
    locked, ordinary = places(child, value)
    outcome["component"] = {"locked": locked, "ordinary": ordinary}
    stop(child)
    return outcome


def at_prompt(name, *words):
    shell, terminal = start(["/usr/bin/python3", "-c", SHELL, *words])
    screen = Screen(terminal)
    assert screen.until(b"<echo 1>", 30), screen.text
    assert screen.until(b": ", 30), screen.text
    end = time.time() + 5
    while termios.tcgetattr(terminal)[3] & termios.ECHO and time.time() < end:
        time.sleep(0.02)
    outcome = {"silent": not termios.tcgetattr(terminal)[3] & termios.ECHO}
    keys = {"INT": b"\x03", "QUIT": b"\x1c", "TSTP": b"\x1a"}
    if name in keys:
        os.write(terminal, b"half a sec" + keys[name])
    else:
        os.kill(int(re.search(rb"<job (\d+)>", screen.text)[1]), getattr(signal, "SIG" + name))
    if name == "TSTP":
        outcome["stopped"] = screen.until(b"<stopped, echo 1>", 10)
        outcome["asksAgain"] = screen.until(b": ", 10)
        os.write(terminal, b"\x03")
    begun = time.time()
    screen.until(b"<ended", 10)
    screen.until(b">", 1)
    outcome["seconds"] = time.time() - begun
    end = re.search(rb"<ended (-?\d+), echo (\d)>", screen.text)
    outcome["status"], outcome["echo"] = (int(end[1]), end[2] == b"1") if end else (None, None)
    outcome["screen"] = screen.text.decode()
    stop(shell)
    return outcome


command = {"same-user": same_user, "root": as_root, "signal": at_prompt}[sys.argv[1]]
print(json.dumps(command(*sys.argv[2:])))
