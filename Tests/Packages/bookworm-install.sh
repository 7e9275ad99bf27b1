# A bare Debian 12: the packages come with what they need.
apt-get update -qq
apt-get install -y -qq --no-install-recommends "/packages/healthcard_${VERSION}_$(dpkg --print-architecture).deb" \
    "/packages/healthcard-agent_${VERSION}_$(dpkg --print-architecture).deb" \
    "/packages/libmhc-card-interface_${VERSION}_$(dpkg --print-architecture).deb" >/tmp/apt.log 2>&1 ||
    { cat /tmp/apt.log; exit 1; }

# What is recommended is there to be had.
for name in $(dpkg-query -W -f '${Recommends}, ' healthcard healthcard-agent libmhc-card-interface | tr -d ' ' | tr ',' '\n'); do
    apt-cache show "$name" >/dev/null || { echo "Recommends: $name is no package of this system"; exit 1; }
done

# Rights (keys.md §7). The group has no members, and nothing but the program has it.
[ "$(stat -c '%U:%G %a' /usr/bin/healthcard)" = "root:healthcard 2711" ]
[ "$(stat -c '%U:%G %a' /etc/healthcard/keys)" = "root:healthcard 750" ]
[ "$(stat -c '%U:%G %a' /var/lib/healthcard)" = "healthcard:healthcard 2770" ]
[ "$(stat -c '%U:%G %a' /etc/healthcard/lines)" = "root:root 700" ]
[ "$(stat -c '%U:%G %a' /var/lib/healthcard-agent)" = "healthcard-agent:healthcard-agent 700" ]
[ -z "$(getent group healthcard | cut -d: -f4)" ]

# Installed again, and as an upgrade: the same, and the configuration as the administrator left it.
echo "# changed here" >>/etc/healthcard/agent.yaml
dpkg -i /packages/healthcard_*.deb /packages/healthcard-agent_*.deb >/dev/null
[ "$(stat -c '%U:%G %a' /usr/bin/healthcard)" = "root:healthcard 2711" ]
tail -n 1 /etc/healthcard/agent.yaml | grep -q "changed here"
dpkg --audit
healthcard --version
# Without readers: a clear word instead of a crash.
if healthcard readers >/tmp/out 2>&1; then echo "readers without a service should fail"; exit 1; fi
grep -q pcscd /tmp/out || { cat /tmp/out; exit 1; }
apt-get install -y -qq --no-install-recommends pcscd vsmartcard-vpcd curl gcc libc6-dev pkg-config libturbojpeg0 libjpeg62-turbo \
    libxml2 >/tmp/apt.log 2>&1 || { cat /tmp/apt.log; exit 1; }
