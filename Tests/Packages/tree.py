#!/usr/bin/python3
"""tree.py DIR: whether what Scripts/package --tree laid down in DIR is whole, and what systems expect. Needs no root and no readers."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
faults = []


def expect(holds, what):
    if not holds:
        faults.append(what)


def output(*command, **options):
    result = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, **options)
    return result.returncode, result.stdout + result.stderr


def files(folder):
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink()]


def is_elf(path):
    return path.read_bytes()[:4] == b"\x7fELF"


def packages(place):
    machine = os.uname().machine
    wanted = {
        "healthcard": [
            "usr/bin/healthcard", "usr/share/man/man1/healthcard.1.gz", "usr/share/man/zh_CN/man1/healthcard-read.1.gz",
            "usr/share/bash-completion/completions/healthcard", "usr/share/zsh/vendor-completions/_healthcard",
            "usr/share/fish/vendor_completions.d/healthcard.fish", "usr/lib/sysusers.d/healthcard.conf",
            "usr/lib/systemd/system/healthcard-line@.service", "usr/share/doc/healthcard/keys.md",
        ],
        "healthcard-agent": [
            "usr/bin/healthcard-agent", "usr/share/man/man1/healthcard-agent.1.gz", "etc/healthcard/agent.yaml",
            "usr/lib/systemd/system/healthcard-agent.service", "usr/lib/sysusers.d/healthcard-agent.conf",
            "usr/share/polkit-1/rules.d/60-healthcard-agent.rules", "usr/share/doc/healthcard-agent/agent.md",
        ],
        "libmhc-card-interface": [
            f"usr/lib/{machine}-linux-gnu/libMHC_CardInterface.so", "usr/include/MHC_CardInterface.h",
            f"usr/lib/{machine}-linux-gnu/pkgconfig/mhc-card-interface.pc",
        ],
    }  # fmt: skip
    for name, paths in wanted.items():
        for path in paths + [f"usr/share/doc/{name}/copyright", f"usr/share/doc/{name}/sbom.spdx.json"]:
            expect((place / name / path).is_file(), f"{name}: /{path} is missing")
        for path in files(place / name):
            if is_elf(path):
                _, listing = output("readelf", "-SW", path)
                expect(".symtab" not in listing and ".debug" not in listing, f"{path}: is not stripped")
            elif path.suffix in (".service", ".conf", ".rules", ".pc", ".yaml"):
                expect(not re.search(r"@[A-Z]+@", path.read_text()), f"{path}: a word was not filled in")
            expect(path.stat().st_mode & 0o022 == 0, f"{path}: others may write it")
    # Every command has its page, in both languages.
    pages = {path.name for path in (place / "healthcard/usr/share/man/man1").iterdir()}
    expect(len(pages) > 50, f"only {len(pages)} pages")
    expect(pages == {path.name for path in (place / "healthcard/usr/share/man/zh_CN/man1").iterdir()}, "pages differ by language")
    shell = place / "healthcard/usr/share/bash-completion/completions/healthcard"
    expect(output("bash", "-n", shell)[0] == 0, "bash does not read its completions")
    page = output("gzip", "-dc", place / "healthcard-agent/usr/share/man/man1/healthcard-agent.1.gz")[1]
    _, complaints = output("groff", "-man", "-Tutf8", "-ww", "-z", input=page)
    expect(not complaints, f"healthcard-agent(1): {complaints}")


def units(place):
    if shutil.which("systemd-analyze") is None:
        return faults.append("systemd-analyze is missing: make setup")
    folder = place / "root"
    shutil.rmtree(folder, ignore_errors=True)
    for name in ("healthcard", "healthcard-agent"):
        shutil.copytree(place / name, folder, dirs_exist_ok=True)
    # What they speak of, of other packages.
    system = folder / "usr/lib/systemd/system"
    for target in ("pcscd.socket", "network.target", "basic.target", "sysinit.target", "shutdown.target", "multi-user.target"):
        text = "[Socket]\nListenStream=/run/x\n" if target.endswith("socket") else "[Unit]\n"
        (system / target).write_text(text)
    (system / "pcscd.service").write_text("[Service]\nExecStart=/usr/bin/healthcard\n")
    (folder / "bin").mkdir()
    (folder / "bin/kill").symlink_to("../usr/bin/healthcard")
    for unit in ("healthcard-agent.service", "healthcard-line@.service"):
        instance = unit.replace("@.", "@morning.")
        if instance != unit:
            shutil.copy(system / unit, system / instance)
            unit = instance
        _, said = output("systemd-analyze", "verify", "--man=no", f"--root={folder.resolve()}", unit)
        lines = [line for line in said.splitlines() if line.strip()]
        expect(not lines, f"{unit}: {lines}")


def portable(place):
    folder = place / "portable"
    libraries = {path.name for place in ("lib", "lib/glibc", "lib/gconv") for path in (folder / place).iterdir()}
    for path in files(folder / "lib") + files(folder / "libexec"):
        if not is_elf(path):
            continue
        needed = set(re.findall(r"\(NEEDED\).*\[(.*)\]", output("readelf", "-dW", path)[1]))
        expect(needed <= libraries, f"{path.name} wants {sorted(needed - libraries)}, which the folder does not have")
    expect("libpcsclite.so.1" not in libraries, "the folder has a PC/SC library of its own")
    # With the system's C library, with its own, by a link, from elsewhere.
    version = re.search(r'currentVersion = "(.*)"', (ROOT / "Sources/Releases/ProductionFacts.swift").read_text()).group(1)
    code, said = output(folder / "bin/healthcard", "--version")
    expect(code == 0 and said.strip() == version, f"bin/healthcard --version: {said}")
    link = place / "link"
    link.unlink(missing_ok=True)
    link.symlink_to("portable/bin/healthcard")
    expect(output("./link", "--version", cwd=place)[1].strip() == version, "it does not start by a link")
    loader = next((folder / "lib/glibc").glob("ld-*"))
    own = [loader, "--library-path", f"{folder}/lib/glibc:{folder}/lib", folder / "libexec/healthcard"]
    code, said = output(*own, "--version")
    expect(code == 0 and said.strip() == version, f"with its own C library: {said}")
    code, said = output(*own, "serve", "--help-agent")
    expect(code == 0 and "healthcard-agent" in said, f"it does not find the agent beside itself: {said}")
    # Texts of cards are GBK, pictures JPEG, replies XML.
    code, said = output(*own, "batch", "check", folder / "share/doc/healthcard/examples/sample-batch", "--lang", "en")
    expect(code == 0 and "24 sound" in said, f"a batch is not read: {said}")


def components(place):
    """What was linked is named, with its version and its terms."""
    recorded = dict(line.split()[:2] for line in (ROOT / "Scripts/packages.txt").read_text().splitlines() if not line.startswith("#"))
    for name, linked in (("healthcard", {"GRDB.swift", "swift-argument-parser"}), ("healthcard-agent", {"hummingbird", "swift-nio-ssl", "Yams"})):
        document = json.loads((place / name / f"usr/share/doc/{name}/sbom.spdx.json").read_text())
        found = {part["name"]: part["versionInfo"] for part in document["packages"]}
        notice = (place / name / f"usr/share/doc/{name}/copyright").read_text()
        for part in linked | {"swift-runtime", "libcsv-dev", "libyaml-dev", "libstdc++-12-dev"}:
            expect(part in found, f"{name}: {part} is no component")
            expect(f"{part} {found.get(part)}" in notice, f"{name}: no terms of {part}")
        for part, version in found.items():
            expect(version and (part not in recorded or recorded[part] == version), f"{name}: {part} {version}")
    document = json.loads((place / "portable/sbom.spdx.json").read_text())
    listed = {entry["fileName"] for entry in document["files"]} | {"./sbom.spdx.json"}
    there = {f"./{path.relative_to(place / 'portable')}" for path in files(place / "portable")}
    expect(listed == there, f"the list of components has other files: {sorted(listed ^ there)[:5]}")
    expect("libc6" in {part["name"] for part in document["packages"]}, "libc6 is no component")


def main():
    place = pathlib.Path(sys.argv[1])
    for check in (packages, units, portable, components):
        check(place)
    for fault in faults:
        print(f"tree: {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
