"""What every package has in common: version, architecture, time, and where things are."""

import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
NAME = "healthcard"
HOMEPAGE = "https://resident-health-card.invalid/"
MAINTAINER = "The healthcard maintainers <maintainers@resident-health-card.invalid>"


class PackagingError(Exception):
    """What is missing, and what to do about it."""


def run(command, **options):
    """The output of a program; its errors when it fails."""
    try:
        result = subprocess.run(
            [str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False, **options
        )
    except FileNotFoundError as error:
        raise PackagingError(f"{command[0]} is missing: make setup") from error
    if result.returncode != 0:
        raise PackagingError(f"{' '.join(map(str, command))}:\n{result.stderr.strip() or result.stdout.strip()}")
    return result.stdout


class Context:
    """`build` is a folder of `swift build -c release --scratch-path`, `interface` what Scripts/link-c-interface wrote,
    `client` what Scripts/thin-client wrote, `out` where the packages go."""

    def __init__(self, build, interface, client, out, quick=False, without_client=False):
        self.without_client = without_client
        # Of xz: packing the portable folder takes a minute at 6.
        self.level = 0 if quick else 6
        self.build, self.interface, self.client, self.out = (pathlib.Path(path) for path in (build, interface, client, out))
        source = (ROOT / "Sources/Releases/ProductionFacts.swift").read_text()
        found = re.search(r'static let currentVersion = "([0-9][0-9A-Za-z.+~-]*)"', source)
        if not found:
            raise PackagingError("Sources/Releases/ProductionFacts.swift says no version")
        self.version = found.group(1)
        # The time of the last commit: whoever packs the same commit gets the same bytes.
        epoch = os.environ.get("SOURCE_DATE_EPOCH") or run(["git", "-C", ROOT, "log", "-1", "--format=%ct"]).strip()
        if not epoch.isdigit():
            raise PackagingError(f"SOURCE_DATE_EPOCH is no number of seconds: {epoch}")
        self.epoch = int(epoch)
        self.machine = os.uname().machine
        self.debian_architecture = run(["dpkg", "--print-architecture"]).strip()
        self.triplet = run(["gcc", "-print-multiarch"]).strip()

    def environment(self):
        return dict(os.environ, SOURCE_DATE_EPOCH=str(self.epoch), LC_ALL="C.UTF-8", TZ="UTC")

    def program(self, name):
        path = self.build / "release" / name
        if not path.is_file():
            raise PackagingError(f"{path} is missing: make package builds it")
        return path


def say(text):
    print(f"package: {text}", file=sys.stderr, flush=True)
