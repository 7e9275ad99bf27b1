"""Checks a SQLite ledger: chain, digests of batches, signatures. Written from Docs/ledger.md alone.

    ledger.py FILE

Prints what it found; exit status 1 when anything does not fit.
"""

import json
import sqlite3
import sys

from crypto import sm2_verify, sm3

COLUMNS = "seq time station run kind batch id_number chip lane detail request previous hash".split()
ZERO = bytes(32)


def field(value):
    data = str(value).encode()
    return len(data).to_bytes(4, "big") + data


def fields(*values):
    return b"".join(field(value) for value in values)


def optional(value):
    return (0, "") if value is None else (1, value)


def order_digest(database, batch):
    digest = ZERO
    count = 0
    query = (
        "SELECT batch, sequence, id_number, row_number, row_offset, collection_point, replacement_reason, digest,"
        " content_digest FROM orders WHERE batch = ? ORDER BY sequence"
    )
    for row in database.execute(query, (batch,)):
        count += 1
        content = [] if row[8] is None else [row[8]]
        digest = sm3(digest + fields(*row[:6], *optional(row[6]), *content))
        if row[7] != digest.hex() or row[1] != count:
            yield f"order {batch}/{row[1]}"
    yield count, digest.hex()


def aside_digest(database, batch):
    digest = ZERO
    count = 0
    query = (
        "SELECT batch, position, row_number, id_number, code, reason, digest"
        " FROM set_aside_rows WHERE batch = ? ORDER BY position"
    )
    for row in database.execute(query, (batch,)):
        count += 1
        digest = sm3(digest + fields(*row[:3], *optional(row[3]), *row[4:6]))
        if row[6] != digest.hex() or row[1] != count:
            yield f"row set aside {batch}/{row[1]}"
    yield count, digest.hex()


def check(path):
    problems = []
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    heads = {row[0]: row[1:] for row in database.execute("SELECT station, seq, hash, since FROM heads")}
    root, root_hash, _ = heads.pop("", (0, ZERO.hex(), 0))
    chains, last, expected, keys, seals, hashes = {}, ZERO.hex(), 1, {}, 0, {}
    for row in database.execute(f"SELECT {', '.join(COLUMNS)} FROM entries ORDER BY seq"):
        entry = dict(zip(COLUMNS, row))
        place = f"entry {entry['seq']}"
        # Up to the root one chain of all; from there on each station's own.
        in_trunk = entry["seq"] <= root
        own = chains.get(entry["station"])
        previous = last if in_trunk else own[1] if own else root_hash
        if entry["seq"] != expected or entry["previous"] != previous:
            problems.append(f"{place} does not follow the one before")
        computed = sm3(bytes.fromhex(previous) + fields(*row[:11])).hex()
        if computed != entry["hash"]:
            problems.append(f"{place} has another hash")
        detail = json.loads(entry["detail"])
        if entry["kind"] == "station":
            keys[entry["station"]] = bytes.fromhex(detail["publicKey"])
        if entry["kind"] == "enrol":
            for digests, count, digest in (
                (order_digest, detail["orders"], detail["ordersDigest"]),
                (aside_digest, detail["setAside"], detail["setAsideDigest"]),
            ):
                *wrong, found = digests(database, entry["batch"])
                problems += wrong
                if found != (count, digest):
                    problems.append(f"{place} is of other rows")
        if entry["kind"] == "seal":
            seals += 1
            key = keys.get(entry["station"], bytes(64))
            if detail["head"] != previous or not sm2_verify(
                bytes.fromhex(detail["head"]), bytes.fromhex(detail["signature"]), key
            ):
                problems.append(f"{place} has another signature")
        if entry["kind"] == "countersign":
            signed = detail["countersignature"]
            text = (
                f"resident-health-card-countersign/1\nledger: {hashes.get(1)}\n"
                f"head: {signed['sequence']} {signed['hash']}\nname: {signed['name']}\n"
            )
            if hashes.get(signed["sequence"]) != signed["hash"] or not sm2_verify(
                text.encode(), bytes.fromhex(signed["signature"]), bytes.fromhex(signed["publicKey"])
            ):
                problems.append(f"{place} has another countersignature")
        begins = not in_trunk and own is None
        if detail.get("root") != ({"sequence": root, "hash": root_hash} if begins else None):
            problems.append(f"{place} begins a chain otherwise than from the root")
        since = 0 if "heads" in detail else (own[2] if own else 0) + 1
        if not in_trunk and ("heads" in detail) != (entry["kind"] in ("run", "endRun", "heads")) or since >= 1000:
            problems.append(f"{place} does not say how far it has seen the others")
        for head in detail.get("heads", []):
            if hashes.get(head["sequence"]) != head["hash"]:
                problems.append(f"{place} has seen an entry of {head['station']} that is not there")
        hashes[entry["seq"]] = entry["hash"]
        last, expected = entry["hash"], entry["seq"] + 1
        if not in_trunk or (root == 1 and entry["seq"] == 1):
            chains[entry["station"]] = (entry["seq"], entry["hash"], since)
    if heads != chains or (root, root_hash) != (root, hashes.get(root, ZERO.hex())):
        problems.append("heads are not the last entries")
    return expected - 1, seals, problems


if __name__ == "__main__":
    entries, seals, problems = check(sys.argv[1])
    print(f"{entries} entries, {seals} seals")
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)
