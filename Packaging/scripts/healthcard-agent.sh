is_debian() { [ -n "${DPKG_MAINTSCRIPT_PACKAGE:-}" ] && command -v deb-systemd-helper >/dev/null; }

make_accounts() {
    getent group healthcard-agent >/dev/null || groupadd --system healthcard-agent
    getent passwd healthcard-agent >/dev/null ||
        useradd --system --gid healthcard-agent --home-dir /var/lib/healthcard-agent --no-create-home \
            --shell /usr/sbin/nologin --comment "Resident health cards agent" healthcard-agent
}

after_install() {
    if command -v dpkg-statoverride >/dev/null && dpkg-statoverride --list /var/lib/healthcard-agent >/dev/null; then
        :
    else
        chown healthcard-agent:healthcard-agent /var/lib/healthcard-agent
        chmod 0700 /var/lib/healthcard-agent
    fi
    if [ -d /run/systemd/system ]; then systemctl daemon-reload || true; fi
    # Debian starts what is installed; elsewhere the system's presets decide.
    if is_debian; then
        deb-systemd-helper unmask healthcard-agent.service >/dev/null || true
        if deb-systemd-helper --quiet was-enabled healthcard-agent.service; then
            deb-systemd-helper enable healthcard-agent.service >/dev/null || true
        else
            deb-systemd-helper update-state healthcard-agent.service >/dev/null || true
        fi
        if [ -d /run/systemd/system ]; then deb-systemd-invoke restart healthcard-agent.service || true; fi
    elif [ -d /run/systemd/system ]; then
        systemctl preset healthcard-agent.service || true
        systemctl try-restart healthcard-agent.service || true
    fi
}

before_remove() {
    if [ -d /run/systemd/system ]; then systemctl stop healthcard-agent.service || true; fi
}

after_remove() {
    if is_debian; then deb-systemd-helper mask healthcard-agent.service >/dev/null || true; fi
    if [ -d /run/systemd/system ]; then systemctl daemon-reload || true; fi
}

# The access journal, and what programs were let in, are not the package's to delete.
after_purge() {
    if is_debian; then
        deb-systemd-helper purge healthcard-agent.service >/dev/null || true
        deb-systemd-helper unmask healthcard-agent.service >/dev/null || true
    fi
    folder=/var/lib/healthcard-agent
    if [ -d "$folder" ] && [ -n "$(ls -A "$folder")" ]; then echo "healthcard-agent: left as it is: $folder" >&2; fi
}
