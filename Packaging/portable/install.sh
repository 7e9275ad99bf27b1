#!/bin/sh
# Installs this folder. Nothing needs to be installed to try it: bin/healthcard runs from where it lies.
# 安装本文件夹。试用无需安装：bin/healthcard 可在任何位置直接运行。
#
# usage: ./install.sh [--prefix DIR] [--agent] [--client] [--remove]
#   --prefix DIR  where to; /opt/healthcard unless said otherwise. Without root: a folder of your own.
#   --agent       as root: also the service: its user, systemd unit, polkit rule, /etc/healthcard/agent.yaml
#   --client      as root: also the thin client of hospital programs, into /usr/local/lib and /usr/local/include; with --agent, a new
#                 configuration lets it in
#   --remove      takes away what was installed; /etc/healthcard, ledgers, keys and the agent's state stay
set -eu
umask 022
here=$(CDPATH='' cd -P -- "$(dirname -- "$0")" && pwd)
prefix=/opt/healthcard agent= client= remove=
fail() { echo "install.sh: $*" >&2; exit 1; }
while [ $# -gt 0 ]; do
    case $1 in
        --prefix) [ $# -gt 1 ] || fail "--prefix wants a folder"; prefix=$2; shift ;;
        --agent) agent=1 ;;
        --client) client=1 ;;
        --remove) remove=1 ;;
        -h | --help) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p;}' "$0"; exit 0 ;;
        *) fail "unknown: $1 (--help says what there is)" ;;
    esac
    shift
done
case $prefix in /*) ;; *) prefix=$PWD/$prefix ;; esac
root=; if [ "$(id -u)" = 0 ]; then root=1; fi
if [ -n "$agent$client" ] && [ -z "$root" ]; then fail "--agent and --client need root: sudo $0 …"; fi
systemd=; if [ -n "$root" ] && [ -d /run/systemd/system ]; then systemd=1; fi
unit=/etc/systemd/system/healthcard-agent.service
rule=/etc/polkit-1/rules.d/60-healthcard-agent.rules
pkla=/etc/polkit-1/localauthority/50-local.d/healthcard-agent.pkla

if [ -n "$remove" ]; then
    [ -f "$prefix/libexec/healthcard" ] || fail "$prefix is no such folder"
    if [ -n "$root" ] && grep -qs "^ExecStart=$prefix/bin/" "$unit"; then
        if [ -n "$systemd" ]; then systemctl disable --now healthcard-agent || true; fi
        rm -f "$unit" "$rule" "$pkla"
        if [ -n "$systemd" ]; then systemctl daemon-reload; fi
    fi
    if [ -n "$root" ]; then
        for name in healthcard healthcard-agent; do
            if [ "$(readlink /usr/local/bin/$name || true)" = "$prefix/bin/$name" ]; then rm -f /usr/local/bin/$name; fi
        done
        for name in lib/libMHC_CardInterface.so include/MHC_CardInterface.h; do
            if cmp -s "/usr/local/$name" "$prefix/client/${name##*/}"; then rm -f "/usr/local/$name"; fi
        done
        ldconfig || true
    fi
    for name in bin lib libexec share include client interface licences packaging install.sh README.md README.zh.md sbom.spdx.json; do
        rm -rf "${prefix:?}/$name"
    done
    rmdir "$prefix" 2>/dev/null || true
    echo "removed: $prefix. Left as they are: /etc/healthcard, /var/lib/healthcard, /var/lib/healthcard-agent"
    exit 0
fi

# Written beside and moved: one that runs keeps what it runs.
if [ "$here" != "$prefix" ]; then
    mkdir -p "$prefix"
    for name in bin lib libexec share include client interface licences packaging install.sh README.md README.zh.md sbom.spdx.json; do
        [ -e "$here/$name" ] || continue
        rm -rf "${prefix:?}/.new"
        cp -R "$here/$name" "$prefix/.new"
        rm -rf "${prefix:?}/$name"
        mv "$prefix/.new" "$prefix/$name"
    done
    if [ -n "$root" ]; then chown -R root:root "$prefix"; fi
fi
"$prefix/bin/healthcard" --version >/dev/null || fail "$prefix/bin/healthcard does not run here"
echo "installed: $prefix"

if [ -n "$root" ]; then
    mkdir -p /usr/local/bin
    for name in healthcard healthcard-agent; do ln -sfn "$prefix/bin/$name" /usr/local/bin/$name; done
    echo "installed: /usr/local/bin/healthcard, /usr/local/bin/healthcard-agent"
fi

if [ -n "$client" ]; then
    mkdir -p /usr/local/lib /usr/local/include
    cp "$prefix/client/libMHC_CardInterface.so" /usr/local/lib/.libMHC_CardInterface.so.new
    mv /usr/local/lib/.libMHC_CardInterface.so.new /usr/local/lib/libMHC_CardInterface.so
    cp "$prefix/client/MHC_CardInterface.h" /usr/local/include/
    ldconfig || true
    echo "installed: /usr/local/lib/libMHC_CardInterface.so, /usr/local/include/MHC_CardInterface.h"
fi

if [ -n "$agent" ]; then
    getent group healthcard-agent >/dev/null || groupadd --system healthcard-agent
    getent passwd healthcard-agent >/dev/null ||
        useradd --system --gid healthcard-agent --home-dir /var/lib/healthcard-agent --no-create-home \
            --shell /usr/sbin/nologin healthcard-agent
    install -d -o healthcard-agent -g healthcard-agent -m 0700 /var/lib/healthcard-agent
    mkdir -p /etc/healthcard
    if [ -e /etc/healthcard/agent.yaml ]; then
        echo "kept: /etc/healthcard/agent.yaml"
    else
        cp "$prefix/packaging/agent.yaml" /etc/healthcard/agent.yaml
        if [ -n "$client" ]; then
            sed -i -e 's/^# clients:$/clients:/' -e 's/^#   - { socket: \(.*clients.sock\)/  - { socket: \1/' /etc/healthcard/agent.yaml
        fi
        echo "installed: /etc/healthcard/agent.yaml"
    fi
    if [ -d /etc/polkit-1/localauthority ]; then
        mkdir -p "${pkla%/*}"
        cp "$prefix/packaging/healthcard-agent.pkla" "$pkla"
    fi
    mkdir -p "${rule%/*}"
    sed -e "s|@AGENTUSER@|healthcard-agent|g" "$prefix/packaging/60-healthcard-agent.rules" >"$rule"
    mkdir -p "${unit%/*}"
    sed -e "s|@BIN@|$prefix/bin|g" -e "s|@ETC@|/etc/healthcard|g" -e "s|@AGENTUSER@|healthcard-agent|g" \
        -e "s|@AGENTDOC@|$prefix/share/doc/healthcard|g" "$prefix/packaging/healthcard-agent.service" >"$unit"
    if [ -n "$systemd" ]; then
        systemctl daemon-reload
        systemctl enable --now healthcard-agent
        echo "started: healthcard-agent (systemctl status healthcard-agent)"
    else
        echo "installed: $unit. Without systemd, start it as its user:"
        echo "  mkdir -p /run/healthcard-agent && chown healthcard-agent: /run/healthcard-agent"
        echo "  su -s /bin/sh healthcard-agent -c $prefix/bin/healthcard-agent"
    fi
    echo "Whose programs use the socket: usermod -aG healthcard-agent USER"
fi
