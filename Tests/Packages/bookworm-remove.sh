# Removed with everything that is the packages': keys, ledgers and state are not.
dpkg --purge libmhc-card-interface healthcard-agent healthcard >/tmp/purge 2>&1 || { cat /tmp/purge; exit 1; }
cat /tmp/purge
[ -f /var/lib/healthcard/ledger.sqlite ]
[ -f /etc/healthcard/keys/factory.keys ]
[ -n "$(ls -A /var/lib/healthcard-agent)" ]
grep -q "left as it is: /etc/healthcard/keys" /tmp/purge
grep -q "left as it is: /var/lib/healthcard" /tmp/purge
grep -q "left as it is: /var/lib/healthcard-agent" /tmp/purge
[ ! -e /etc/healthcard/agent.yaml ]
[ ! -e /usr/bin/healthcard ]
[ -z "$(find / -xdev -name '*healthcard*' -not -path '/var/lib/healthcard*' -not -path '/etc/healthcard*' -not -path '/proc/*' \
    -not -path '/tmp/*' -not -path '/packages/*' -not -path '/var/lib/dpkg/*' -not -path '/var/lib/systemd/*' \
    -not -path "$HOME/*" -not -path '/run/*')" ]
