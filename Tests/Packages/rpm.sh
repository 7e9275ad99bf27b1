#!/usr/bin/env bash
# rpm.sh PACKAGES ROOT VERSION: what is in the RPM packages, what they want and do; then they are installed into a system, and
# removed. ROOT has no database of RPM; what it lacks of packages is left out of account, its files are not.
set -euo pipefail
packages=$1 root=$2 version=$3 machine=$(uname -m)
fail() { echo "$*" >&2; exit 1; }
# Reads to the end: what writes must not be told that nobody listens.
match() { grep "$@" >/dev/null; }
of() { rpm "$@" "$packages/$name-$version-1.$machine.rpm"; }

for name in healthcard healthcard-agent libmhc-card-interface; do
    of -K --nosignature >/dev/null || fail "$name: digests do not fit"
    of -qpi | match "^Version *: $version$" || fail "$name: another version"
    # Nothing of the machine that packed it.
    of -qpi | match "^Build Host *: localhost$" || fail "$name: names a machine"
done
name=healthcard
of -qpl | match -x /usr/bin/healthcard && of -qpl | match -x /usr/share/man/man1/healthcard.1.gz ||
    fail "the program or its manual is missing"
rights() { of -qp --qf '[%{FILENAMES} %{FILEMODES:perms} %{FILEUSERNAME} %{FILEGROUPNAME}\n]'; }
rights | match -x '/usr/bin/healthcard -rwx--s--x root healthcard' || fail "rights: $(rights | grep bin/)"
rights | match -x '/etc/healthcard/keys drwxr-x--- root healthcard' || fail "rights of the key stores"
of -qp --requires | match '^libpcsclite.so.1()(64bit)' || fail "libpcsclite is not wanted"
of -qp --requires | match '^libsqlite3.so.0()(64bit)' || fail "libsqlite3 is not wanted"
of -qp --recommends | match '^libpq.so.5()(64bit)' || fail "libpq is not recommended"
of -qp --scripts | match 'groupadd --system healthcard' || fail "the group is not made"
name=healthcard-agent
of -qpl | match -x /usr/lib/systemd/system/healthcard-agent.service || fail "the unit is missing"
of -qpl | match -x /usr/share/polkit-1/rules.d/60-healthcard-agent.rules || fail "the rule is missing"
of -qpc | match -x /etc/healthcard/agent.yaml || fail "the configuration is none"
of -qp --scripts | match 'systemctl preset healthcard-agent' || fail "the service is not announced"
name=libmhc-card-interface
of -qpl | match -x /usr/lib64/libMHC_CardInterface.so || fail "the library is missing"
of -qp --provides | match '^libMHC_CardInterface.so()(64bit)' || fail "the library is not provided"

install=(healthcard healthcard-agent libmhc-card-interface)
rpm --root "$root" --initdb
(cd "$packages" && rpm --root "$root" -i --nodeps "${install[@]/%/-$version-1.$machine.rpm}")
[ "$(chroot "$root" stat -c '%U:%G %a' /usr/bin/healthcard)" = "root:healthcard 2711" ] || fail "installed with other rights"
[ "$(chroot "$root" stat -c '%U:%G %a' /var/lib/healthcard-agent)" = "healthcard-agent:healthcard-agent 700" ] ||
    fail "the agent's state is not its own"
rpm --root "$root" -V --nodeps healthcard healthcard-agent libmhc-card-interface || fail "what was installed is not what was packed"
touch "$root/etc/healthcard/keys/factory.keys" "$root/var/lib/healthcard/ledger.sqlite"
rpm --root "$root" -e --nodeps healthcard healthcard-agent libmhc-card-interface
[ -f "$root/etc/healthcard/keys/factory.keys" ] && [ -f "$root/var/lib/healthcard/ledger.sqlite" ] || fail "keys or ledger are gone"
[ ! -e "$root/usr/bin/healthcard" ] || fail "the program is still there"
