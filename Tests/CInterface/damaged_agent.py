#!/usr/bin/python3
"""An agent that lies to the thin client: `damaged_agent.py SOCKET SEED`. Greets as it should, then answers each call with a
frame that was damaged, cut or is none; the same for the same seed. Written from Docs/client-protocol.md."""

import os
import random
import socket
import struct
import sys
import threading

CHALLENGE, WELCOME, RETURN, ASK, BEAT = 0x81, 0x82, 0x83, 0x84, 0x85


def frame(kind, call, body):
    return struct.pack(">IBI", 5 + len(body), kind, call) + body


def receive(connection, count):
    data = b""
    while len(data) < count:
        piece = connection.recv(count - len(data))
        if not piece:
            raise EOFError
        data += piece
    return data


def receive_frame(connection):
    length, kind, call = struct.unpack(">IBI", receive(connection, 9))
    return kind, call, receive(connection, length - 5)


def answer(dice):
    """A RETURN with writes here and there, as no service writes them."""
    body = struct.pack(">qB", dice.choice([0, 101, 104, -1, 1 << 40]), dice.randrange(8))
    writes = dice.randrange(5)
    body += struct.pack(">H", writes)
    for _ in range(writes):
        region = dice.choice([dice.randrange(8), 65536 + dice.randrange(12), dice.randrange(1 << 32)])
        offset = dice.choice([0, 0, dice.randrange(64), dice.randrange(1 << 32)])
        data = bytes(dice.randrange(256) for _ in range(dice.choice([0, 1, 2, 4, 30, 31, 400, 4000])))
        body += struct.pack(">III", region, offset, len(data)) + data
    return body + struct.pack(">H", 0)


def damaged(data, dice):
    data = bytearray(data)
    for _ in range(dice.randrange(3)):
        if not data:
            break
        place = dice.randrange(len(data))
        kind = dice.randrange(3)
        if kind == 0:
            data[place] = dice.randrange(256)
        elif kind == 1:
            del data[place]
        else:
            data.insert(place, dice.randrange(256))
    return bytes(data)


def serve(connection, dice):
    try:
        receive_frame(connection)
        connection.sendall(frame(CHALLENGE, 0, b"\1" + bytes(48)))
        receive_frame(connection)
        connection.sendall(frame(WELCOME, 0, bytes([dice.randrange(8)])))
        while True:
            kind, call, body = receive_frame(connection)
            if dice.randrange(8) == 0:
                connection.sendall(frame(BEAT, 0, b""))
            if dice.randrange(8) == 0:
                question = bytes([dice.randrange(4)]) + struct.pack(">H", 4) + b"/tmp" + b"\xFF\xD8\xFF\xD9"
                connection.sendall(frame(ASK, call, damaged(question, dice)))
            # Half of what goes out has a right head, so that what is behind it is looked at. After the others the
            # connection ends: a length that promises more than comes would be waited for.
            whole = frame(RETURN, call, damaged(answer(dice), dice))
            is_head_right = dice.randrange(2) == 0
            connection.sendall(whole if is_head_right else damaged(whole, dice))
            if not is_head_right or dice.randrange(2):
                break
    except (EOFError, OSError, struct.error):
        pass
    connection.close()


def main():
    path, dice = sys.argv[1], random.Random(int(sys.argv[2]))
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(64)
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(connection, random.Random(dice.random())), daemon=True).start()


if __name__ == "__main__":
    main()
