#!/usr/bin/python3
"""What becomes of a program with the thin client when the agent is not as it should be, and when it is used hard.

usage: thin_life.py AGENT LIBRARY life|port|soak [SECONDS]

Starts the agent itself; a made card and a SAM (PIN 123456) are in HEALTHCARD_READER and HEALTHCARD_SAM_READER. Prints each
thing that is not as Docs/client-protocol.md says; none is success.
"""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

wrong = []


def expect(what, found, wanted):
    if found != wanted:
        wrong.append(f"{what}: {found!r} instead of {wanted!r}")


class Agent:
    """The agent in a folder of its own; `place` is where clients come in."""

    def __init__(self, program, folder, place):
        self.command = [program, "run", "--config", f"{folder}/agent.yaml", "--clients", place]
        self.folder, self.place = folder, place
        with open(f"{folder}/agent.yaml", "w") as file:
            file.write(f"state: {folder}\nlisten: [{{ address: 127.0.0.1, port: 0 }}]\nlog: info\n")

    def start(self):
        self.log = open(f"{self.folder}/log", "ab")
        self.process = subprocess.Popen(self.command, stdout=self.log, stderr=self.log)
        while not self.is_up():
            if self.process.poll() is not None:
                raise SystemExit(f"the agent ended: {open(self.folder + '/log').read()}")
            time.sleep(0.05)

    def is_up(self):
        try:
            if self.place.startswith("unix:"):
                probe = socket.socket(socket.AF_UNIX)
                probe.connect(self.place[5:])
            else:
                host, port = self.place.rsplit(":", 1)
                probe = socket.create_connection((host, int(port)))
            probe.close()
            return True
        except OSError:
            return False

    def helpers(self):
        """The processes that serve clients and have said who they serve."""
        found = []
        for name in os.listdir("/proc"):
            try:
                with open(f"/proc/{name}/cmdline", "rb") as file:
                    words = file.read().split(b"\0")
                with open(f"/proc/{name}/status") as file:
                    parent = next(line for line in file if line.startswith("PPid:")).split()[1]
            except (OSError, StopIteration):
                continue
            if b"serve-client" in words and int(parent) == self.process.pid:
                found.append(int(name))
        return found

    def end(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        self.process.wait()
        self.log.close()


class Client:
    def __init__(self, path):
        self.library = ctypes.CDLL(path)
        self.library.OpenDevice.restype = ctypes.c_void_p

    def open(self):
        return ctypes.c_void_p(self.library.OpenDevice(0))

    def close(self, device):
        return self.library.CloseDevice(device)

    def name(self, device):
        text = ctypes.create_string_buffer(b"before", 31)
        code = self.library.iR_DDF1EF06Info(device, text, None, None, None, None)
        return code, text.value

    def number(self, device):
        text = ctypes.create_string_buffer(b"before", 19)
        code = self.library.iR_DDF1EF06Info(device, None, None, None, None, text)
        return code, text.value

    def digest(self, device, count):
        data = ctypes.create_string_buffer(b"x" * count, count)
        return self.library.SM3Digest(device, data, count, ctypes.create_string_buffer(32), None)


def until(what, condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            wrong.append(f"{what}: not within {seconds} s")
            return
        time.sleep(0.02)


def life(agent, client):
    os.putenv("HEALTHCARD_AGENT_PATIENCE", "4")
    expect("no agent", client.open().value, None)
    expect("no agent, port", client.library.iDOpenPort(), 104)
    agent.start()
    device = client.open()
    expect("a handle", device.value, 1)
    code, name = client.name(device)
    expect("read", code, 0)
    number = client.number(device)
    expect("number", number[0], 0)
    until("one process for the client", lambda: len(agent.helpers()) == 1)

    # The agent ends in every way; the handle lives on.
    agent.end(signal.SIGKILL)
    expect("agent killed", client.name(device), (104, b""))
    second = client.open()
    expect("open without agent", second.value, None)
    agent.start()
    expect("agent back", client.name(device), (0, name))
    agent.end()
    agent.start()
    expect("agent exchanged while nobody called", client.name(device), (0, name))

    # The client's own process ends: at rest nobody notices, in a call the call fails.
    helper = agent.helpers()[0]
    os.kill(helper, signal.SIGKILL)
    until("the process gone", lambda: helper not in agent.helpers())
    expect("process killed at rest", client.name(device), (0, name))
    expect("PIN", client.library.iVerifyPIN(device, b"123456"), 0)
    codes = []
    call = threading.Thread(target=lambda: codes.append(client.digest(device, 1 << 20)))
    call.start()
    time.sleep(0.3)
    os.kill(agent.helpers()[0], signal.SIGKILL)
    call.join()
    expect("process killed in a call", codes, [104])
    expect("the next call", client.name(device), (0, name))

    # It hangs.
    helper = agent.helpers()[0]
    os.kill(helper, signal.SIGSTOP)
    results = []
    calls = [threading.Thread(target=lambda: results.append(client.name(device))) for _ in range(4)]
    for call in calls:
        call.start()
    for call in calls:
        call.join()
    expect("process hung", [code for code, _ in results].count(104) >= 1, True)
    expect("after the hang", client.name(device), (0, name))
    os.kill(helper, signal.SIGKILL)
    os.kill(agent.process.pid, signal.SIGSTOP)
    for other in agent.helpers():
        os.kill(other, signal.SIGKILL)
    # One that is about to go may still answer.
    until("the processes gone", lambda: not agent.helpers())
    expect("agent hung", client.name(device), (104, b""))
    os.kill(agent.process.pid, signal.SIGCONT)
    expect("agent goes on", client.name(device), (0, name))

    # The child of a fork has a process of its own, and the parent keeps its own.
    until("one process", lambda: len(agent.helpers()) == 1)
    before = agent.helpers()
    ends = os.pipe()
    child = os.fork()
    if child == 0:
        good = client.name(device) == (0, name) and len(agent.helpers()) == 2
        os.write(ends[1], b"y" if good else b"n")
        os._exit(0)
    expect("parent", client.name(device), (0, name))
    expect("child", os.read(ends[0], 1), b"y")
    os.waitpid(child, 0)
    until("the child's process gone", lambda: agent.helpers() == before)
    expect("parent afterwards", client.number(device), number)

    # Eight threads: each is told what it asked for.
    def ask(index):
        for _ in range(40):
            found = client.name(device) if index % 2 else client.number(device)
            expect(f"thread {index}", found, (0, name) if index % 2 else number)
            own = client.open()
            expect(f"thread {index} closes", client.close(own), 0)

    threads = [threading.Thread(target=ask, args=(index,)) for index in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expect("still one process", agent.helpers(), before)

    agent.end(signal.SIGKILL)
    expect("closing without agent", client.close(device), 0)
    expect("closing twice", client.close(device), 101)
    agent.start()
    expect("closed", client.name(device)[0], 101)
    agent.end()


def port(agent, client):
    os.putenv("HEALTHCARD_AGENT_PATIENCE", "4")
    agent.start()
    expect("no secret", client.open().value, None)
    secret = f"{agent.folder}/client-secret"
    expect("the secret is its owner's", os.stat(secret).st_mode & 0o777, 0o600)
    with open(f"{agent.folder}/other", "w") as file:
        file.write("00" * 32)
    os.putenv("HEALTHCARD_AGENT_SECRET", f"{agent.folder}/other")
    expect("another secret", client.open().value, None)
    os.putenv("HEALTHCARD_AGENT_SECRET", secret)
    device = client.open()
    expect("the secret", device.value, 1)
    expect("read", client.name(device)[0], 0)
    expect("close", client.close(device), 0)
    agent.end()


def soak(agent, client, seconds):
    agent.start()
    device = client.open()
    name, number = client.name(device), client.number(device)
    expect("read", (name[0], number[0]), (0, 0))
    end = time.monotonic() + seconds
    counts = [0, 0]

    def ask(index):
        while time.monotonic() < end:
            found, right = (client.name(device), name) if index % 2 else (client.number(device), number)
            # An agent that is gone is 104 and an empty text, never another answer.
            if found != right and found != (104, b""):
                wrong.append(f"thread {index}: {found!r}")
            counts[found != right] += 1

    def disturb():
        while time.monotonic() < end - 5:
            time.sleep(5)
            helpers = agent.helpers()
            if helpers:
                os.kill(helpers[0], signal.SIGKILL)
            time.sleep(5)
            agent.end(signal.SIGKILL)
            agent.start()

    def memory():
        with open("/proc/self/status") as file:
            return int(next(line for line in file if line.startswith("VmRSS:")).split()[1])

    for _ in range(2000):
        client.close(client.open())
    before, files = memory(), len(os.listdir("/proc/self/fd"))
    for _ in range(10000):
        own = client.open()
        if own.value is None or client.close(own) != 0:
            wrong.append("open and close")
            break
    expect("no memory lost by 10,000 open and close", memory() - before < 2000, True)
    expect("no descriptor lost", len(os.listdir("/proc/self/fd")), files)
    threads = [threading.Thread(target=ask, args=(index,)) for index in range(8)] + [threading.Thread(target=disturb)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expect("right at the end", client.name(device), name)
    expect("calls were answered", counts[0] > 100, True)
    expect("no more memory", memory() - before < 20000, True)
    print(f"{counts[0]} right, {counts[1]} while the agent was gone", file=sys.stderr)
    expect("close", client.close(device), 0)
    agent.end()


def main():
    program, library, what = sys.argv[1:4]
    with tempfile.TemporaryDirectory() as folder:
        place = f"unix:{folder}/clients.sock"
        if what == "port":
            free = socket.create_server(("127.0.0.1", 0))
            place = "127.0.0.1:%d" % free.getsockname()[1]
            free.close()
        os.putenv("HEALTHCARD_AGENT", place)
        os.putenv("HEALTHCARD_AGENT_SECRET", f"{folder}/none")
        agent, client = Agent(program, folder, place), Client(library)
        try:
            if what == "life":
                life(agent, client)
            elif what == "port":
                port(agent, client)
            else:
                soak(agent, client, float(sys.argv[4]))
        finally:
            if getattr(agent, "process", None) and agent.process.poll() is None:
                agent.process.kill()
                agent.process.wait()
            if wrong:
                sys.stderr.write(open(f"{folder}/log").read()[-3000:])
    print("\n".join(wrong))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
