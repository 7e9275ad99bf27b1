"""RPM packages, by rpmbuild. What a program is linked with, rpmbuild finds by itself."""

import pathlib
import tempfile

from context import HOMEPAGE, ROOT, run
import elf

SPEC = """Name: {name}
Version: {version}
Release: 1
Summary: {summary}
License: Apache-2.0
URL: {homepage}
{requirements}
%description
{description}

%install
cp -a %{{staged}}/. %{{buildroot}}/

{scripts}
%files
{files}
"""
# Nothing of the machine that packs: no host, no time but the commit's, no compression in parallel; nothing of what was packed is
# changed.
SETTINGS = {
    "_buildhost": "localhost", "use_source_date_epoch_as_buildtime": "1", "clamp_mtime_to_source_date_epoch": "1",
    "source_date_epoch_from_changelog": "0",
    "debug_package": "%{nil}", "__os_install_post": "%{nil}", "_build_id_links": "none", "_missing_build_ids_terminate_build": "0",
    "__brp_strip": "%{nil}", "_build_name_fmt": "%%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm",
}  # fmt: skip


def _quoted(path):
    # In %files a name with a space is written in quotes, and % is rpm's own.
    return '"/' + path.replace("%", "%%") + '"'


def _files(package):
    for entry in package.tree.sorted():
        words = ["%dir"] if entry.is_folder else []
        if entry.configuration:
            words.append("%config(noreplace)")
        if entry.path.startswith("usr/share/doc/"):
            words.append("%doc")
        mode, group, owner = f"{entry.mode:04o}", entry.group, entry.owner
        rights = {
            "usr/bin/healthcard": ("2711", "root", "healthcard"), "etc/healthcard/keys": ("0750", "root", "healthcard"),
            "var/lib/healthcard": ("2770", "healthcard", "healthcard"),
            "var/lib/healthcard-agent": ("0700", "healthcard-agent", "healthcard-agent"),
        }  # fmt: skip
        mode, owner, group = rights.get(entry.path, (mode, owner, group))
        if entry.link is None:
            words.append(f"%attr({mode}, {owner}, {group})")
        yield " ".join(words + [_quoted(entry.path)])


def _scripts(package):
    path = ROOT / "Packaging/scripts" / f"{package.name}.sh"
    if not path.is_file():
        return "%post -p /sbin/ldconfig\n%postun -p /sbin/ldconfig\n" if package.section == "libs" else ""
    functions = path.read_text().replace("%", "%%")
    return "\n".join([
        f"%pre\n{functions}\nmake_accounts\n", f"%post\n{functions}\nafter_install\n",
        f'%preun\n{functions}\nif [ "$1" -eq 0 ]; then before_remove; fi\n',
        f'%postun\n{functions}\nif [ "$1" -eq 0 ]; then after_remove; after_purge; fi\n',
    ])  # fmt: skip


def _requirements(package):
    lines = [f"Conflicts: {name}" for name in package.conflicts]
    # Libraries are asked for by their names: packages are called otherwise in every distribution.
    lines += [f"{'Requires' if name in package.must else 'Recommends'}: {name}()(64bit)" for name in sorted(set(package.late))]
    lines += [f"Recommends: {name}" for name in package.recommends.get("rpm", [])]
    if (ROOT / "Packaging/scripts" / f"{package.name}.sh").is_file():
        lines.append("Requires(pre): /usr/sbin/useradd, /usr/sbin/groupadd, /usr/bin/getent")
    return "\n".join(lines) + "\n"


def build(context, package, folder):
    with tempfile.TemporaryDirectory() as place:
        place = pathlib.Path(place)
        package.tree.write(place / "staged", context.epoch)
        spec = place / f"{package.name}.spec"
        spec.write_text(SPEC.format(
            name=package.name, version=context.version, summary=package.summary, homepage=HOMEPAGE,
            requirements=_requirements(package), description=package.description, scripts=_scripts(package),
            files="\n".join(_files(package))))  # fmt: skip
        settings = dict(SETTINGS, _topdir=place / "top", staged=place / "staged", _rpmdir=folder, _binary_payload=f"w{context.level}.xzdio" if context.level else "w.ufdio")
        command = ["rpmbuild", "-bb", "--quiet", "--target", context.machine]
        for name, value in settings.items():
            command += ["--define", f"{name} {value}"]
        run(command + [spec], env=context.environment())
    return folder / f"{package.name}-{context.version}-1.{context.machine}.rpm"
