"""Debian packages, by dpkg-deb."""

import email.utils
import hashlib
import pathlib
import re
import tempfile
import textwrap

import elf
from context import HOMEPAGE, MAINTAINER, ROOT, run

HOOKS = """#!/bin/sh
set -e
{functions}
"""
POSTINST = HOOKS + """case "$1" in
    configure) make_accounts; after_install ;;
    abort-upgrade | abort-remove | abort-deconfigure) ;;
    *) echo "postinst: unknown argument $1" >&2; exit 1 ;;
esac
"""
PRERM = HOOKS + """if [ "$1" = remove ]; then before_remove; fi
"""
POSTRM = HOOKS + """case "$1" in
    remove) after_remove ;;
    purge) after_purge ;;
esac
"""


def changelog(context, name):
    """What Debian's tools read; what changed for users is in NEWS.md."""
    date = email.utils.formatdate(context.epoch, usegmt=False)
    return f"{name} ({context.version}) stable; urgency=medium\n\n  * See NEWS.md.gz.\n\n -- {MAINTAINER}  {date}\n".encode()


def shortened(text):
    """Without the terms that every Debian system has."""
    pattern = r"^ *Apache License\n *Version 2\.0, January 2004\n.*?^ *END OF TERMS AND CONDITIONS$"
    return re.sub(pattern, "Apache License, Version 2.0: /usr/share/common-licenses/Apache-2.0", text, flags=re.MULTILINE | re.DOTALL)


def dependencies(package):
    """What has to be there, and what makes a command work that would say that something is missing."""
    depends = elf.debian_dependencies(package.binaries) if package.binaries else []
    have = {re.split(r"[ (]", one)[0] for one in depends}
    recommends = list(package.recommends.get("deb", []))
    for name in package.late:
        found = elf.package_of(elf.library(name))
        if found not in have:
            (depends if name in package.must else recommends).append(found)
            have.add(found)
    return depends, sorted(set(recommends) - have)


def _control(context, package, installed):
    depends, recommends = dependencies(package)
    scripts = ROOT / "Packaging/scripts" / f"{package.name}.sh"
    if scripts.is_file():
        # groupadd and useradd.
        depends.append("passwd")
    fields = [
        ("Package", package.name), ("Version", context.version), ("Architecture", context.debian_architecture),
        ("Maintainer", MAINTAINER), ("Installed-Size", str(installed)), ("Depends", ", ".join(sorted(set(depends)))),
        ("Recommends", ", ".join(recommends)), ("Conflicts", ", ".join(package.conflicts)),
        ("Section", package.section), ("Priority", "optional"), ("Homepage", HOMEPAGE),
        ("Description", package.summary + "\n" + textwrap.fill(
            package.description, 76, initial_indent=" ", subsequent_indent=" ")),
    ]  # fmt: skip
    return "".join(f"{name}: {value}\n" for name, value in fields if value)


def build(context, package, folder):
    with tempfile.TemporaryDirectory() as place:
        root = pathlib.Path(place, package.name)
        package.tree.write(root, context.epoch)
        sizes = [path.stat().st_size for path in root.rglob("*") if path.is_file() and not path.is_symlink()]
        control = root / "DEBIAN"
        control.mkdir()
        (control / "control").write_text(_control(context, package, sum((size + 1023) // 1024 for size in sizes)))
        sums = [
            f"{hashlib.md5((root / entry.path).read_bytes()).hexdigest()}  {entry.path}\n"
            for entry in package.tree.sorted() if entry.link is None and not entry.is_folder]  # fmt: skip
        (control / "md5sums").write_text("".join(sums))
        configuration = [f"/{entry.path}\n" for entry in package.tree.sorted() if entry.configuration]
        if configuration:
            (control / "conffiles").write_text("".join(configuration))
        scripts = ROOT / "Packaging/scripts" / f"{package.name}.sh"
        if scripts.is_file():
            functions = scripts.read_text()
            for name, text in (("postinst", POSTINST), ("prerm", PRERM), ("postrm", POSTRM)):
                path = control / name
                path.write_text(text.format(functions=functions))
                path.chmod(0o755)
        elif package.section == "libs":
            (control / "triggers").write_text("activate-noawait ldconfig\n")
        # Rights, owners and dates as the tree has them; dates of the control files by SOURCE_DATE_EPOCH.
        name = f"{package.name}_{context.version}_{context.debian_architecture}.deb"
        command = ["dpkg-deb", "--root-owner-group", "-Zxz" if context.level else "-Znone", "--threads-max=1", "--build", root, folder / name]
        run(command, env=context.environment())
    return folder / name
