"""A feeder that moves nothing: it follows Docs/feeder.md, or breaks one of its rules.

usage: feeder.py MODE [BLANKS] [LOG]
"""
import os
import random
import sys
import threading
import time

mode = sys.argv[1]
blanks = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
log = open(sys.argv[3], "a") if len(sys.argv) > 3 else None
requests = 0
lock = threading.Lock()


def say(line):
    with lock:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


def answer(words):
    global blanks
    if words[1] == "LOAD":
        if blanks <= 0:
            return words[0] + " EMPTY"
        blanks -= 1
    return words[0] + " OK"


if mode == "mute":
    time.sleep(600)
if mode == "exits":
    sys.exit(3)

for line in sys.stdin:
    line = line.rstrip("\n")
    if log:
        log.write(line + "\n")
        log.flush()
    words = line.split(" ")
    if words[0] == "HELLO":
        say("HELLO 2" if mode == "version" else "hello?" if mode == "rude" else "HELLO 1")
        if mode == "hellos":
            say("HELLO 1")
        continue
    if words[0] == "QUIT":
        if mode == "stays":
            time.sleep(600)
        break
    requests += 1
    trouble = requests == 4
    if mode == "shuffled":
        # Lanes overtake each other.
        threading.Timer(random.random() / 50, say, [answer(words)]).start()
        continue
    if mode == "jam" and words[2] == "1" and trouble:
        say(words[0] + " JAM belt \x1b[31mtorn\x07 in tray 2")
    elif mode == "garbage" and trouble:
        say("what?")
    elif mode == "twice" and trouble:
        say(answer(words))
        say(words[0] + " OK")
    elif mode == "stranger" and trouble:
        say("999 OK")
    elif mode == "silent" and trouble:
        pass
    elif mode == "dies" and trouble:
        sys.exit(7)
    elif mode == "closes" and trouble:
        os.close(1)
        time.sleep(600)
    elif mode == "endless" and trouble:
        while True:
            sys.stdout.write("x" * 65536)
            sys.stdout.flush()
    elif mode == "binary" and trouble:
        sys.stdout.buffer.write(b"\xff\xfe\x00\n")
        sys.stdout.flush()
    elif mode == "deaf" and trouble:
        time.sleep(600)
    elif mode == "crlf":
        say(answer(words) + "\r")
    elif mode == "empties" and words[1] == "UNLOAD":
        say(words[0] + " EMPTY")
    else:
        say(answer(words))
