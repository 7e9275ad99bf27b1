# Readers, a card, the agent, a program in C: with what the packages installed.
. /story/readers.sh
SAMPLES=/usr/share/doc/healthcard/examples/sample-batch
start_readers
healthcard readers
healthcard read --reader 0 --sam 1 | head -n 5

# A program in C, by pkg-config.
cc -o /tmp/read_card /usr/share/doc/libmhc-card-interface/examples/read_card.c \
    $(pkg-config --cflags --libs mhc-card-interface)
HEALTHCARD_READER=0 HEALTHCARD_SAM_READER=1 /tmp/read_card | tee /tmp/read
grep -q "born: 19970325" /tmp/read

# The agent, as its unit starts it, but for systemd: its user, its folders.
install -d -o healthcard-agent -g healthcard-agent /run/healthcard-agent
setpriv --reuid healthcard-agent --regid healthcard-agent --clear-groups env HOME=/ healthcard-agent check
setpriv --reuid healthcard-agent --regid healthcard-agent --clear-groups env HOME=/ healthcard-agent >/tmp/agent.log 2>&1 &
agent=$!
wait_for 'curl -fs http://127.0.0.1:8327/v1/readers | grep -q "Virtual PCD"'
[ "$(stat -c '%U:%G %a' /run/healthcard-agent/agent.sock)" = "healthcard-agent:healthcard-agent 660" ]
curl -fs --unix-socket /run/healthcard-agent/agent.sock http://localhost/v1/status | head -c 200
echo
kill -TERM $agent
wait $agent
# The program that starts it finds it beside itself.
healthcard serve --help-agent >/tmp/out 2>&1 || { cat /tmp/out; exit 1; }

# A ledger, a key store and state for the next step to leave alone.
cp /tmp/card.json /var/lib/healthcard/ledger.sqlite
touch /etc/healthcard/keys/factory.keys
[ -n "$(ls -A /var/lib/healthcard-agent)" ]
