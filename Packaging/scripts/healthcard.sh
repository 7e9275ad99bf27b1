# The group of the key stores has no members, and is nobody's own but the user of lines that run by themselves (keys.md §7).
make_accounts() {
    getent group healthcard >/dev/null || groupadd --system healthcard
    getent passwd healthcard >/dev/null ||
        useradd --system --gid healthcard --home-dir /var/lib/healthcard --no-create-home \
            --shell /usr/sbin/nologin --comment "Resident health cards" healthcard
}

# The package manager lays files down before the group is there.
after_install() {
    set_rights root:healthcard 2711 /usr/bin/healthcard
    set_rights root:healthcard 0750 /etc/healthcard/keys
    set_rights root:root 0700 /etc/healthcard/lines
    set_rights root:root 0700 /etc/healthcard/credentials
    set_rights healthcard:healthcard 2770 /var/lib/healthcard
    if [ -d /run/systemd/system ]; then systemctl daemon-reload || true; fi
    members=$(getent group healthcard | cut -d: -f4)
    if [ -n "$members" ]; then
        echo "healthcard: the group healthcard has members ($members), who can read the key stores without the program" >&2
    fi
}

# What the administrator has decided stays: dpkg-statoverride.
set_rights() {
    if command -v dpkg-statoverride >/dev/null && dpkg-statoverride --list "$3" >/dev/null; then return 0; fi
    chown "$1" "$3"
    chmod "$2" "$3"
}

before_remove() { :; }

after_remove() {
    if [ -d /run/systemd/system ]; then systemctl daemon-reload || true; fi
}

# Keys and ledgers are not the package's to delete.
after_purge() {
    for folder in /etc/healthcard/keys /etc/healthcard/lines /etc/healthcard/credentials /var/lib/healthcard; do
        if [ -d "$folder" ] && [ -n "$(ls -A "$folder")" ]; then echo "healthcard: left as it is: $folder" >&2; fi
    done
}
