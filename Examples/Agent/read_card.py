#!/usr/bin/env python3
"""Reads each card that is put into a reader, through healthcard-agent (Docs/agent.md). Needs nothing but Python.

usage: read_card.py [http://127.0.0.1:8327] [--token FILE] [--reader NAME] [--once]

The first time it shows a number: type it on the agent's own page (healthcard-agent page). The token is kept in FILE.
"""

import argparse
import json
import os
import pathlib
import time
import urllib.error
import urllib.request


def ask(address, method, path, body=None, token=None, timeout=90):
    request = urllib.request.Request(address + path, method=method)
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    data = None
    if body is not None:
        request.add_header("Content-Type", "application/json")
        data = json.dumps(body).encode()
    with urllib.request.urlopen(request, data, timeout) as answer:
        text = answer.read()
        return json.loads(text) if text else None


def pair(address, file):
    wish = ask(address, "POST", "/v1/pairings", {"name": "Python example", "rights": ["read-holder"]})
    print(f"type {wish['number']} on the agent's own page ({address}/)", flush=True)
    while True:
        pairing = ask(address, "GET", f"/v1/pairings/{wish['id']}", token=wish["secret"])
        if "token" in pairing:
            # The owner's alone, from its first byte on.
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as output:
                output.write(pairing["token"])
            return pairing["token"]
        if pairing["state"] == "refused":
            raise SystemExit("the agent's page refused")
        time.sleep(1)


def present(readers, name):
    """The tokens of the cards in these readers (or of these insertions), of one reader if it is named."""
    return [r["card"] for r in readers if "card" in r and name in (None, r.get("name"), r.get("reader"))]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("address", nargs="?", default="http://127.0.0.1:8327")
    parser.add_argument("--token", default=str(pathlib.Path.home() / ".healthcard-token"))
    parser.add_argument("--reader", help="the one reader to look at (default: all)")
    parser.add_argument("--once", action="store_true", help="end after the first card that was read")
    options = parser.parse_args()
    file = pathlib.Path(options.token)
    token = file.read_text().strip() if file.exists() else pair(options.address, file)
    readers = ask(options.address, "GET", "/v1/readers")
    cards = present(readers["readers"], options.reader)
    last = readers["lastEventId"]
    while True:
        for card in cards:
            try:
                holder = ask(options.address, "GET", f"/v1/cards/{card}?sections=holder&visits=none", token=token)
                print(json.dumps(holder.get("holder"), ensure_ascii=False), flush=True)
                if options.once:
                    return
            except urllib.error.HTTPError as error:
                problem = json.load(error)
                print(f"{problem['code']}: {problem['texts']['en']['what']}", flush=True)
        answer = ask(options.address, "GET", f"/v1/events?after={last}&wait=30", token=token)
        last = answer["lastEventId"]
        cards = present([event for event in answer["events"] if event["type"] == "card.inserted"], options.reader)
        for event in answer["events"]:
            if event["type"] == "state":
                cards = present(event["readers"], options.reader)


if __name__ == "__main__":
    main()
