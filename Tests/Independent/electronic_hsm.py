#!/usr/bin/python3
"""An application HSM with the published test keys, written from Docs/electronic-card.md §7 alone.

    electronic_hsm.py FILE [--fault NAME]

FILE gets the port once it listens on 127.0.0.1. Faults: cut, slow, code, length.
"""

import argparse
import pathlib
import socket
import socketserver
import sys
import time

import electronic_card as ecard
from crypto import decrypt, encrypt, sm3

KEYS = {"K0102": ecard.ROOT, "K0103": ecard.PROTECTION}


def answer(message):
    command = message[:2].decode("ascii")
    if command == "3C":
        length = int(message[2:6], 16)
        data = message[6:]
        if len(data) != length:
            return b"3D15"
        return b"3D00" + b"%04x" % 32 + sm3(data)
    reply = {"S3": b"S4", "S4": b"S5"}.get(command)
    if reply is None:
        return b"0099"
    text = message[2:].decode("latin-1")
    mode, kind, name, levels = text[:2], text[2:5], text[5:10], int(text[10:12], 16)
    if mode != "00" or kind != "00A":
        return reply + b"05"
    key = KEYS.get(name)
    if key is None:
        return reply + b"10"
    at = 12
    for _ in range(levels):
        key = encrypt(key, bytes.fromhex(text[at : at + 32]))
        at += 32
    if text[at : at + 4] != "0000":
        return reply + b"22"
    length = int(text[at + 4 : at + 8], 16)
    data = message[2 + at + 8 :]
    if len(data) != length or length % 16:
        return reply + b"15"
    output = (encrypt if command == "S3" else decrypt)(key, data)
    return reply + b"00" + b"%04x" % len(output) + output


class Handler(socketserver.BaseRequestHandler):
    def receive(self, count):
        data = b""
        while len(data) < count:
            piece = self.request.recv(count - len(data))
            if not piece:
                return None
            data += piece
        return data

    def handle(self):
        while True:
            head = self.receive(2)
            if head is None:
                return
            message = self.receive(int.from_bytes(head, "big"))
            if message is None:
                return
            reply = answer(message)
            fault = self.server.fault
            if fault == "slow":
                time.sleep(20)
            if fault == "code":
                reply = reply[:2] + b"27"
            if fault == "length":
                reply = reply[:-1]
            data = len(reply).to_bytes(2, "big") + reply
            if fault == "cut":
                self.request.sendall(data[: len(data) // 2])
                self.request.shutdown(socket.SHUT_RDWR)
                return
            self.request.sendall(data)


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=pathlib.Path)
    parser.add_argument("--fault", default="")
    arguments = parser.parse_args()
    server = Server(("127.0.0.1", 0), Handler)
    server.fault = arguments.fault
    new = arguments.file.with_suffix(".new")
    new.write_text(str(server.server_address[1]))
    new.rename(arguments.file)
    server.serve_forever()


if __name__ == "__main__":
    sys.exit(main())
