"""The portable folder: programs with every library they need, and the C library with its loader, for systems whose own is older.
The one library that is left out is libpcsclite: it has to fit the system's pcscd."""

import hashlib
import io
import lzma
import pathlib
import re
import tarfile

import elf
import licences
import sbom
from context import ROOT, PackagingError, run
from parts import PACKAGING
from tree import Tree

HOST = {"libpcsclite.so.1"}
# What the health card's text is written in, what files come in, and what UTF-16BE is made with (Sources/CardProfiles, libxml2).
CONVERTERS = ["GBK", "GB18030", "EUC-CN", "GBGBK", "UTF-16", "UTF-32", "UNICODE", "ISO8859-1", "CP1252", "libGB"]


def _glibc():
    """The files of the C library's package, by name; the loader's name; where converters lie."""
    files = [pathlib.Path(line) for line in run(["dpkg", "-L", "libc6"]).splitlines()]
    libraries = {path.name: path for path in files if re.search(r"/(lib[^/]*|ld-[^/]*)\.so(\.[0-9]+)*$", str(path)) and "/gconv/" not in str(path)}
    loader = next((name for name in libraries if name.startswith("ld-")), None)
    gconv = next((path for path in files if path.name == "gconv" and path.is_dir()), None)
    if loader is None or gconv is None:
        raise PackagingError("the package libc6 has no loader or no converters")
    return libraries, loader, gconv


def _interpreter(program):
    found = re.search(r"interpreter: (\S+)\]", run(["readelf", "-lW", program]))
    if not found:
        raise PackagingError(f"{program} names no loader")
    return found.group(1)


def _converters(tree, gconv):
    """The converters, and of the list of them the lines that concern them."""
    kept = {name: gconv / f"{name}.so" for name in CONVERTERS if (gconv / f"{name}.so").is_file()}
    if "GBK" not in kept:
        raise PackagingError(f"{gconv} has no converter for GBK")
    lines, names = [], set()
    texts = [gconv / "gconv-modules", *sorted((gconv / "gconv-modules.d").glob("*.conf"))]
    rows = [line.split() for text in texts if text.is_file() for line in text.read_text().splitlines()]
    for row in rows:
        if len(row) >= 4 and row[0] == "module" and row[3] in kept:
            lines.append(" ".join(row))
            names |= {row[1], row[2]}
    lines += [" ".join(row) for row in rows if len(row) == 3 and row[0] == "alias" and row[2] in names]
    tree.text("lib/gconv/gconv-modules", "\n".join(lines) + "\n")
    for name, path in kept.items():
        tree.file(f"lib/gconv/{name}.so", path, 0o755)


def tree(context, packages, client):
    """The folder, and the parts of others in it."""
    result = Tree()
    # What the packages have, at its place in the folder.
    moved = {"usr/bin/": "libexec/", "usr/share/": "share/", "usr/include/": "include/"}
    programs = []
    for package in packages:
        for entry in package.tree.sorted():
            place = next((new + entry.path[len(old):] for old, new in moved.items() if entry.path.startswith(old)), None)
            if package.name == "libmhc-card-interface" and entry.path.endswith("libMHC_CardInterface.so"):
                place = "interface/libMHC_CardInterface.so"
            if place is None or "polkit-1" in entry.path or place.startswith("share/doc/"):
                continue
            if entry.source is not None:
                result.file(place, entry.source, entry.mode)
            else:
                result.text(place, entry.content, entry.mode)
            if place.startswith("libexec/"):
                programs.append((place.removeprefix("libexec/"), entry.source))
    for page in sorted((ROOT / "Docs").rglob("*.md")):
        result.file(f"share/doc/healthcard/{page.relative_to(ROOT / 'Docs')}", page)
    result.file("share/doc/healthcard/openapi.json", ROOT / "Docs/openapi.json")
    samples = ROOT / "Samples/sample-batch"
    for file in sorted(path for path in samples.rglob("*") if path.is_file()):
        result.file(f"share/doc/healthcard/examples/sample-batch/{file.relative_to(samples)}", file)
    result.file("share/doc/healthcard/examples/read_card.c", ROOT / "Examples/C/read_card.c")

    glibc, loader, gconv = _glibc()
    minor = re.search(r" 2\.([0-9]+)", run(["getconf", "GNU_LIBC_VERSION"]))
    interpreter = _interpreter(programs[0][1])
    if pathlib.Path(interpreter).name != loader:
        raise PackagingError(f"the programs name the loader {interpreter}, libc6 has {loader}")
    launcher = (PACKAGING / "portable/launcher").read_text().replace("@LOADER@", interpreter).replace("@MINOR@", minor.group(1))
    wanted = set()
    for name, source in programs:
        result.text(f"bin/{name}", launcher, 0o755)
        wanted |= set(elf.needed(source))
    wanted |= {name for names in elf.late_libraries().values() for name in names}
    libraries = elf.closure(sorted(wanted - HOST - set(glibc)), HOST | set(glibc))
    for name, path in sorted(libraries.items()):
        result.file(f"lib/{name}", path.resolve(), 0o644)
    for name, path in sorted(glibc.items()):
        result.file(f"lib/glibc/{name}", path.resolve(), 0o755)
    _converters(result, gconv)

    for name in ("agent.yaml", "60-healthcard-agent.rules", "healthcard-agent.pkla", "healthcard-agent.service"):
        result.file(f"packaging/{name}", PACKAGING / name)
    result.file("install.sh", PACKAGING / "portable/install.sh", 0o755)
    result.file("README.md", PACKAGING / "portable/README.md")
    result.file("README.zh.md", PACKAGING / "portable/README.zh.md")
    for name, source in client.items():
        result.file(f"client/{name}", source, 0o755 if name.endswith((".so", ".dll")) else 0o644)

    parts = [licences.debian_part(name) for name in sorted({elf.package_of(path) for path in [*libraries.values(), *glibc.values()]})]
    return result, parts


def archive(context, tree, name, path):
    """A tar of the tree below a folder of its own name: sorted, owned by root, dated by the commit, packed in one thread."""
    def header(place, kind, mode):
        info = tarfile.TarInfo(place)
        info.type, info.mode, info.mtime, info.uname, info.gname = kind, mode, context.epoch, "root", "root"
        return info

    entries = tree.sorted()
    folders = {name}
    for entry in entries:
        folders |= {f"{name}/{parent}" for parent in pathlib.PurePosixPath(entry.path).parents if str(parent) != "."}
    rows = [(folder, None) for folder in folders] + [(f"{name}/{entry.path}", entry) for entry in entries]
    with lzma.open(path, "wb", preset=context.level) as packed, tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for place, entry in sorted(rows, key=lambda row: row[0]):
            if entry is None:
                tar.addfile(header(place, tarfile.DIRTYPE, 0o755))
                continue
            data = entry.source.read_bytes() if entry.source is not None else entry.content
            info = header(place, tarfile.REGTYPE, entry.mode)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))


def _name(context):
    return f"healthcard-{context.version}-linux-{context.machine}"


def add_notices(context, tree, parts):
    tree.text("licences/NOTICE.txt", licences.notice(parts, _name(context)))
    files = [
        (entry.path, hashlib.sha256(entry.source.read_bytes() if entry.source is not None else entry.content).hexdigest())
        for entry in tree.sorted()]  # fmt: skip
    tree.text("sbom.spdx.json", sbom.document(context, _name(context), parts, files))


def build(context, packages, swift_parts, client, folder):
    result, parts = tree(context, packages, client)
    add_notices(context, result, parts + swift_parts)
    path = folder / f"{_name(context)}.tar.xz"
    archive(context, result, _name(context), path)
    return path
