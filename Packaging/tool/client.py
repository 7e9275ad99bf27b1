"""The thin client: the C interface for systems whose C library is too old for the full one. It asks the agent."""

import re

from context import HOMEPAGE, ROOT, PackagingError, run, say
from parts import Package, fill
from tree import Tree

NEWEST = (2, 17)


def find(context):
    """Its files by name, for this machine's architecture."""
    places = [context.client / name / "libMHC_CardInterface.so" for name in (context.machine, "native")]
    library = next((place for place in places if place.is_file()), places[0])
    if not library.is_file() and context.without_client:
        say("packed without the thin client, as asked for")
        return {}
    if not library.is_file():
        raise PackagingError(f"{library} is missing: make thin-client, or --without-client")
    versions = set(re.findall(r"GLIBC_([0-9]+)\.([0-9]+)", run(["objdump", "-T", library])))
    late = sorted(f"{a}.{b}" for a, b in versions if (int(a), int(b)) > NEWEST)
    if late:
        raise PackagingError(f"{library} wants glibc {', '.join(late)}; the systems it is for have {NEWEST[0]}.{NEWEST[1]}")
    files = {library.name: library, "MHC_CardInterface.h": ROOT / "Sources/CHealthCardHeader/include/MHC_CardInterface.h"}
    # Hospital programs of 32 bits, and of other machines that ask the agent over the network.
    for other in sorted(context.client.glob("*/*")):
        if other.is_file() and other.suffix in (".so", ".dll") and other.parent.name not in (context.machine, "native"):
            files[f"{other.parent.name}/{other.name}"] = other
    return files


def package(context, style, files):
    tree = Tree()
    library = files["libMHC_CardInterface.so"]
    tree.file(f"{style.libraries}/libMHC_CardInterface.so", library)
    tree.file("usr/include/MHC_CardInterface.h", files["MHC_CardInterface.h"])
    tree.text(f"{style.libraries}/pkgconfig/mhc-card-interface.pc", fill(
        "mhc-card-interface.pc", LIBDIR="/" + style.libraries, HOMEPAGE=HOMEPAGE, VERSION=context.version))  # fmt: skip
    documents = "usr/share/doc/libmhc-card-interface-client"
    for page in ("c-interface.md", "client-protocol.md"):
        if (ROOT / "Docs" / page).is_file():
            tree.file(f"{documents}/{page}", ROOT / "Docs" / page)
    tree.file(f"{documents}/examples/read_card.c", ROOT / "Examples/C/read_card.c")
    return Package(
        "libmhc-card-interface-client", "resident health cards: C interface through the agent (居民健康卡)",
        "The functions that the Ministry's application interface specification defines. Each call is\n"
        "answered by healthcard-agent; the library needs nothing but the C library, 2.17 or later.",
        "libs", tree, [library], recommends={"deb": ["healthcard-agent"], "rpm": ["healthcard-agent"]},
        conflicts=["libmhc-card-interface"],
    )  # fmt: skip
