"""Whose work is in what is delivered, under which terms and in which version. Found out from what was linked, not listed."""

import dataclasses
import pathlib
import re

import elf
from context import ROOT, PackagingError, run


@dataclasses.dataclass(frozen=True, order=True)
class Part:
    """A component of others: where it is from, and the texts that go with it."""

    name: str
    version: str
    kind: str  # swift, debian, toolchain
    licence: str  # an SPDX expression, or NOASSERTION where only the text says it
    origin: str
    texts: tuple = ()  # (name, path) of each text

    @property
    def identifier(self):
        return "SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]", "-", f"{self.kind}-{self.name}")


# The static libraries of Debian that are linked into programs (Package.swift, Scripts/link-c-interface, Sources/CYAML).
STATIC = {"libstdc++.a": "libstdc++-12-dev", "libcsv.a": "libcsv-dev", "libyaml.a": "libyaml-dev"}


def _licence_of(texts):
    text = "\n".join(pathlib.Path(path).read_text(errors="replace") for _, path in texts)
    if "Apache License" in text:
        return "Apache-2.0 WITH Swift-exception" if "Runtime Library Exception" in text else "Apache-2.0"
    if re.search(r"Permission is hereby granted, free of charge", text):
        return "MIT"
    return "NOASSERTION"


def _texts(folder):
    # Also of what a package itself has taken in: an HTTP parser, a cryptographic library.
    names = re.compile(r"(licen[cs]e|notice|copying|copyright)([.-].*)?$", re.IGNORECASE)
    found = [path for path in sorted(folder.rglob("*")) if path.is_file() and names.match(path.name) and ".git" not in path.parts]
    return tuple((str(path.relative_to(folder)).replace("/", "-"), path) for path in found)


def _modules(context, product):
    """The modules whose object files a product was linked with."""
    listing = context.build / "release" / f"{product}.product" / "Objects.LinkFileList"
    if not listing.is_file():
        raise PackagingError(f"{listing} is missing: make package builds it")
    return sorted(set(re.findall(r"/([^/]+)\.build/", listing.read_text())))


def swift_packages(context, products):
    """The Swift packages that these products were linked with, from their checkouts; versions as Scripts/packages.txt has them."""
    recorded = {}
    for line in (ROOT / "Scripts/packages.txt").read_text().splitlines():
        words = line.split()
        if len(words) == 3 and words[0] != "#":
            recorded[words[0]] = words[1]
    folders = {}
    for checkout in sorted((context.build / "checkouts").iterdir()):
        for module in (checkout / "Sources").glob("*"):
            folders.setdefault(module.name, checkout)
    # SwiftPM's name for a module has no hyphens.
    own = {path.name.replace("-", "_") for path in (ROOT / "Sources").iterdir()}
    found = {}
    for product in products:
        for module in _modules(context, product):
            if module in own:
                continue
            # Some modules' sources are not in a folder of their name.
            checkout = folders.get(module) or _by_manifest(context, module)
            if checkout is None:
                raise PackagingError(f"{product} is linked with {module}, and no package is known that has it")
            found[checkout.name] = checkout
    for name, checkout in sorted(found.items()):
        texts = _texts(checkout)
        if not texts:
            raise PackagingError(f"{checkout} has no licence")
        if name not in recorded:
            raise PackagingError(f"{name} is not in Scripts/packages.txt")
        origin = run(["git", "-C", checkout, "config", "--get", "remote.origin.url"]).strip()
        manifest = (ROOT / "Package.swift").read_text()
        address = re.search(rf'"(https://[^"]*/{re.escape(name)}(?:\.git)?)"', manifest)
        origin = address.group(1) if address else f"https://github.com/{_owner(origin, name)}/{name}"
        yield Part(name, recorded[name], "swift", _licence_of(texts), origin, texts)


def _owner(origin, name):
    # What was fetched from a mirror is named as it is published.
    match = re.search(rf"([^/:]+)/{re.escape(name)}(\.git)?/?$", origin)
    return match.group(1) if match and "." not in match.group(1) else "apple"


def _by_manifest(context, module):
    for manifest in sorted((context.build / "checkouts").glob("*/Package*.swift")):
        if re.search(rf'name:\s*"{re.escape(module)}"', manifest.read_text()):
            return manifest.parent
    return None


def toolchain():
    """The Swift runtime and Foundation, which are linked into every program."""
    version = re.search(r"Swift version (\S+)", run(["swift", "--version"]))
    usr = pathlib.Path(run(["sh", "-c", "readlink -f \"$(command -v swift)\""]).strip()).parent.parent
    text = usr / "share/swift/LICENSE.txt"
    if not version or not text.is_file():
        raise PackagingError(f"{text} is missing: it is part of the tool chain")
    return Part(
        "swift-runtime", version.group(1), "toolchain", "Apache-2.0 WITH Swift-exception",
        "https://github.com/swiftlang/swift", (("LICENSE.txt", text),))  # fmt: skip


def debian_part(package):
    version, source, source_version = elf.version_of(package)
    text = pathlib.Path("/usr/share/doc", package, "copyright")
    if not text.exists():
        raise PackagingError(f"{text} is missing")
    return Part(
        package, version, "debian", "NOASSERTION", f"Debian source package {source} {source_version}", (("copyright", text),))  # fmt: skip


def static_parts():
    for name, package in sorted(STATIC.items()):
        yield debian_part(package)


def notice(parts, deliveries):
    """The text that goes with the programs: ours first, then everybody's."""
    lines = [
        "Resident health cards (居民健康卡): healthcard, healthcard-agent, libMHC_CardInterface.so",
        f"Delivered as: {deliveries}", "", "Copyright 2026 the authors of healthcard", "",
        "The software is under the Apache License, Version 2.0, whose text follows. What it is linked with is listed after it,",
        "each with its version, where it comes from and its terms. libcsv is under the LGPL: whoever wants another version of it",
        "links the programs again from the sources of this software, `make build`.", "",
        "=" * 100, "", (ROOT / "LICENSE").read_text().rstrip(), "",
    ]  # fmt: skip
    for part in sorted(parts):
        lines += ["=" * 100, f"{part.name} {part.version}", f"from: {part.origin}", "=" * 100, ""]
        for name, path in part.texts:
            if len(part.texts) > 1:
                lines += [f"--- {name}", ""]
            lines += [pathlib.Path(path).read_text(errors="replace").rstrip(), ""]
    return "\n".join(lines) + "\n"
