"""Which libraries a program wants, and which Debian packages have them."""

import functools
import pathlib
import re
import tempfile

from context import ROOT, PackagingError, run


@functools.lru_cache(maxsize=None)
def needed(path):
    """The names of the libraries that a file is linked with."""
    return tuple(re.findall(r"\(NEEDED\).*\[(.*)\]", run(["readelf", "-dW", path])))


@functools.lru_cache(maxsize=1)
def _system_libraries():
    machine = {"x86_64": "x86-64", "aarch64": "AArch64"}.get(run(["uname", "-m"]).strip(), "")
    found = {}
    for line in run(["/sbin/ldconfig", "-p"]).splitlines():
        match = re.match(r"\s+(\S+) \((.*)\) => (\S+)", line)
        if match and machine in match.group(2):
            found.setdefault(match.group(1), pathlib.Path(match.group(3)))
    return found


def library(name):
    """The file that this system has under the name of a library."""
    path = _system_libraries().get(name)
    if path is None:
        raise PackagingError(f"{name} is not installed: make setup")
    return path


def closure(names, without):
    """Every library that these need, by name: theirs too. Those in `without`, and what only they need, are left out."""
    found, waiting = {}, list(names)
    while waiting:
        name = waiting.pop()
        if name in found or name in without:
            continue
        found[name] = library(name)
        waiting += needed(found[name])
    return found


@functools.lru_cache(maxsize=1)
def late_libraries():
    """The libraries that programs load when they need them, by the source that names them: Sources/CSystemLibraries and the like."""
    found = {}
    for source in sorted(ROOT.glob("Sources/*/*.c")):
        text = source.read_text()
        for arguments in re.findall(r"HEALTHCARD_LATE_LIBRARY\((?:FUNCTIONS|list), \w+, ([^)]*)\)", text):
            found.setdefault(source.stem, []).extend(re.findall(r'"([^"]+)"', arguments))
        found.setdefault(source.stem, []).extend(re.findall(r'dlopen\("([^"/]+)"', text))
    return {stem: names for stem, names in found.items() if names}


def is_elf(path):
    with open(path, "rb") as file:
        return file.read(4) == b"\x7fELF"


@functools.lru_cache(maxsize=1)
def _owners():
    """The package of every library and loader, from dpkg's lists: asking it for each takes minutes."""
    found = {}
    for listing in sorted(pathlib.Path("/var/lib/dpkg/info").glob("*.list")):
        for line in listing.read_text().splitlines():
            if ".so" in line:
                found[line] = listing.stem.split(":")[0]
    return found


def package_of(path):
    """The Debian package that a library belongs to, without its architecture."""
    # Debian 12 knows files of /lib under either name.
    names = {str(path), str(path.resolve())}
    names |= {name[4:] if name.startswith("/usr/") else "/usr" + name for name in names}
    owner = next((_owners()[name] for name in sorted(names) if name in _owners()), None)
    if owner is None:
        raise PackagingError(f"{path} belongs to no Debian package")
    return owner


@functools.lru_cache(maxsize=None)
def version_of(package):
    """Version, source package and its version of an installed Debian package."""
    form = "${Version} ${source:Package} ${source:Version}\n"
    return tuple(run(["dpkg-query", "-W", "-f", form, package]).splitlines()[0].split(" "))


def debian_dependencies(paths):
    """What dpkg-shlibdeps finds: packages, each with the version from which on it has what is used."""
    with tempfile.TemporaryDirectory() as folder:
        control = pathlib.Path(folder, "debian", "control")
        control.parent.mkdir()
        control.write_text("Source: healthcard\n\nPackage: healthcard\nArchitecture: any\n")
        output = run(["dpkg-shlibdeps", "-O", *[f"-e{pathlib.Path(path).resolve()}" for path in paths]], cwd=folder)
    found = re.search(r"shlibs:Depends=(.*)", output)
    return sorted(found.group(1).split(", ")) if found else []
