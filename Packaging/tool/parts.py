"""What is in each package, and what it wants."""

import dataclasses
import datetime
import pathlib
import re

import elf
from context import HOMEPAGE, ROOT, PackagingError, run
from tree import Tree

PACKAGING = ROOT / "Packaging"


@dataclasses.dataclass
class Style:
    """Where a family of systems keeps things."""

    name: str  # deb, rpm
    libraries: str
    zsh: str


@dataclasses.dataclass
class Package:
    name: str
    summary: str
    description: str
    section: str
    tree: Tree
    binaries: list  # stripped programs and libraries of our own: what they are linked with is wanted
    late: list = dataclasses.field(default_factory=list)  # names of libraries that are loaded when they are needed
    must: list = dataclasses.field(default_factory=list)  # of them, those without which nothing works
    wants: list = dataclasses.field(default_factory=list)  # our packages, of the same version
    recommends: dict = dataclasses.field(default_factory=dict)  # style: packages of the system
    conflicts: list = dataclasses.field(default_factory=list)


def fill(name, **values):
    """A file of Packaging with its @WORDS@ filled in."""
    text = (PACKAGING / name).read_text()
    for word, value in values.items():
        text = text.replace(f"@{word}@", value)
    left = set(re.findall(r"@[A-Z]+@", text))
    if left:
        raise PackagingError(f"Packaging/{name}: nothing is known of {', '.join(sorted(left))}")
    return text


def _manuals(context, folder):
    """Every page of the command line: English, and Chinese as man(1) finds it."""
    program = context.program("healthcard")
    for language, place in (("en", "man1"), ("zh", "zh_CN/man1")):
        target = folder / place
        target.mkdir(parents=True)
        run([program, "--lang", language, "man", "--out", target], env=context.environment())
        for page in sorted(target.iterdir()):
            yield f"usr/share/man/{place}/{page.name}", page.read_bytes()


def _completions(context, style, program, arguments):
    for shell, path in (
        ("bash", f"usr/share/bash-completion/completions/{program}"),
        ("zsh", f"{style.zsh}/_{program}"),
        ("fish", f"usr/share/fish/vendor_completions.d/{program}.fish"),
    ):
        script = run([context.program(program), *arguments, shell], env=context.environment())
        # It is read by a shell, and started by nobody.
        yield path, re.sub(r"\A#!.*\n", "", script)


def _words(context):
    return {
        "BIN": "/usr/bin", "ETC": "/etc/healthcard", "DOC": "/usr/share/doc/healthcard", "VERSION": context.version,
        "AGENTDOC": "/usr/share/doc/healthcard-agent", "STATE": "/var/lib/healthcard", "KEYS": "/etc/healthcard/keys",
        "GROUP": "healthcard", "USER": "healthcard", "AGENTUSER": "healthcard-agent",
    }  # fmt: skip


def _fill(context, name, **more):
    words = {**_words(context), **more}
    text = (PACKAGING / name).read_text()
    return fill(name, **{word: value for word, value in words.items() if f"@{word}@" in text})


def stripped(context, source, folder):
    target = pathlib.Path(folder, pathlib.Path(source).name)
    run(["strip", "--strip-unneeded", "-o", target, source])
    return target


def command_line(context, style, folder):
    program = stripped(context, context.program("healthcard"), folder)
    tree = Tree()
    tree.file("usr/bin/healthcard", program, 0o755)
    for path, page in _manuals(context, pathlib.Path(folder, "man")):
        tree.compressed(path, page)
    for path, script in _completions(context, style, "healthcard", ["completion"]):
        tree.text(path, script)
    tree.text("usr/lib/systemd/system/healthcard-line@.service", _fill(context, "healthcard-line@.service"))
    tree.text("usr/lib/sysusers.d/healthcard.conf", _fill(context, "healthcard-sysusers.conf"))
    documents = "usr/share/doc/healthcard"
    # Settings for a machine that holds keys of formal production change all of it: to be taken over by hand.
    for name in ("60-healthcard.conf", "healthcard-limits.conf"):
        tree.text(f"{documents}/examples/{name}", _fill(context, name))
    for page in sorted((ROOT / "Docs").rglob("*.md")):
        tree.file(f"{documents}/{page.relative_to(ROOT / 'Docs')}", page)
    samples = ROOT / "Samples/sample-batch"
    for file in sorted(path for path in samples.rglob("*") if path.is_file()):
        tree.file(f"{documents}/examples/sample-batch/{file.relative_to(samples)}", file)
    tree.folder("etc/healthcard/keys", 0o750)
    tree.folder("etc/healthcard/lines", 0o700)
    tree.folder("etc/healthcard/credentials", 0o700)
    tree.folder("var/lib/healthcard", 0o770)
    late = elf.late_libraries()
    return Package(
        "healthcard", "resident health cards: production, test, reading (居民健康卡)",
        "Prepares batches, personalizes cards, runs the conformance suite, keeps the ledger,\n"
        "and reads and updates resident health cards through PC/SC readers.",
        "utils", tree, [program], late=sorted(name for names in late.values() for name in names), must=late["pcsc"],
        recommends={"deb": ["pcscd", "fonts-wqy-zenhei"], "rpm": ["pcsc-lite", "wqy-zenhei-fonts"]},
    )  # fmt: skip


def agent(context, style, folder):
    program = stripped(context, context.program("healthcard-agent"), folder)
    tree = Tree()
    tree.file("usr/bin/healthcard-agent", program, 0o755)
    date = datetime.datetime.fromtimestamp(context.epoch, datetime.timezone.utc).strftime("%Y-%m-%d")
    tree.compressed("usr/share/man/man1/healthcard-agent.1", _fill(context, "healthcard-agent.1", DATE=date).encode())
    for path, script in _completions(context, style, "healthcard-agent", ["--generate-completion-script"]):
        tree.text(path, script)
    tree.text("usr/lib/systemd/system/healthcard-agent.service", _fill(context, "healthcard-agent.service"))
    tree.file("usr/lib/sysusers.d/healthcard-agent.conf", PACKAGING / "healthcard-agent-sysusers.conf")
    tree.text("usr/share/polkit-1/rules.d/60-healthcard-agent.rules", _fill(context, "60-healthcard-agent.rules"))
    tree.file("etc/healthcard/agent.yaml", PACKAGING / "agent.yaml", configuration=True)
    tree.folder("var/lib/healthcard-agent", 0o700)
    for page in ("agent.md", "openapi.json", "fhir.md", "items.md"):
        tree.file(f"usr/share/doc/healthcard-agent/{page}", ROOT / "Docs" / page)
    tree.file("usr/share/doc/healthcard-agent/zh/agent.md", ROOT / "Docs/zh/agent.md")
    late = elf.late_libraries()
    return Package(
        "healthcard-agent", "resident health cards: local service for hospital programs (居民健康卡)",
        "Owns the readers and the SAM of a machine, and gives every program that a person has let in\n"
        "the card as JSON over HTTP, with events.",
        "net", tree, [program], late=late["pcsc"] + late["jpeg"], must=late["pcsc"],
        recommends={"deb": ["pcscd"], "rpm": ["pcsc-lite"]},
    )  # fmt: skip


def interface(context, style, folder):
    source = context.interface / "libMHC_CardInterface.so"
    if not source.is_file():
        raise PackagingError(f"{source} is missing: make package builds it (make c-interface)")
    tree = Tree()
    library = stripped(context, source, folder)
    tree.file(f"{style.libraries}/libMHC_CardInterface.so", library)
    tree.file("usr/include/MHC_CardInterface.h", context.interface / "MHC_CardInterface.h")
    tree.text(f"{style.libraries}/pkgconfig/mhc-card-interface.pc", fill(
        "mhc-card-interface.pc", LIBDIR="/" + style.libraries, HOMEPAGE=HOMEPAGE, VERSION=context.version))  # fmt: skip
    documents = "usr/share/doc/libmhc-card-interface"
    tree.file(f"{documents}/c-interface.md", ROOT / "Docs/c-interface.md")
    tree.file(f"{documents}/examples/read_card.c", ROOT / "Examples/C/read_card.c")
    late = elf.late_libraries()
    return Package(
        "libmhc-card-interface", "resident health cards: C interface of hospital programs (居民健康卡)",
        "The functions that the Ministry's application interface specification defines, over PC/SC.\n"
        "Hospital programs load this library in place of a reader manufacturer's.",
        "libs", tree, [library], late=late["pcsc"] + late["jpeg"], must=late["pcsc"],
        recommends={"deb": ["pcscd"], "rpm": ["pcsc-lite"]}, conflicts=["libmhc-card-interface-client"],
    )  # fmt: skip


def all_packages(context, style, folder):
    for make in (command_line, agent, interface):
        own = pathlib.Path(folder, make.__name__)
        own.mkdir(parents=True)
        yield make(context, style, own)
