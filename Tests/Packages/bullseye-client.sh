# A hospital program in C on this system: the portable folder's agent, and the thin client. What is done here is what
# Docs/packages.md §4 says.
. /story/readers.sh
name=healthcard-$VERSION-linux-$MACHINE
cd "$HOME"
tar xf "/packages/$name.tar.xz"
"$name/install.sh" --agent --client
[ "$(stat -c '%U:%G %a' /var/lib/healthcard-agent)" = "healthcard-agent:healthcard-agent 700" ]
grep -q "^ExecStart=/opt/healthcard/bin/healthcard-agent --config /etc/healthcard/agent.yaml$" \
    /etc/systemd/system/healthcard-agent.service
[ -f /etc/polkit-1/rules.d/60-healthcard-agent.rules ]
if grep -q "@[A-Z]*@" /etc/systemd/system/healthcard-agent.service /etc/polkit-1/rules.d/60-healthcard-agent.rules; then exit 1; fi
# Again: the same, and the configuration is kept.
"$name/install.sh" --agent --client | grep "kept: /etc/healthcard/agent.yaml"
PATH=/usr/local/bin:$PATH
healthcard --version
SAMPLES=/opt/healthcard/share/doc/healthcard/examples/sample-batch
start_readers

# No systemd runs here: started as its unit does.
mkdir -p /run/healthcard-agent
chown healthcard-agent: /run/healthcard-agent
su -s /bin/sh healthcard-agent -c "/opt/healthcard/bin/healthcard-agent" >/tmp/agent.log 2>&1 &
wait_for '[ -S /run/healthcard-agent/clients.sock ]' || { cat /tmp/agent.log; exit 1; }
usermod -aG healthcard-agent clinic
cc -o /tmp/read_card /opt/healthcard/share/doc/healthcard/examples/read_card.c -I/usr/local/include -L/usr/local/lib -lMHC_CardInterface
ldd /tmp/read_card | grep -v -E 'libMHC_CardInterface|libc\.so|linux-vdso|ld-linux|libpthread|libdl' | tee /tmp/others
[ ! -s /tmp/others ]
setpriv --reuid clinic --regid clinic --init-groups /tmp/read_card | tee /tmp/read
grep -q "born: 19970325" /tmp/read

pkill -TERM -u healthcard-agent
[ -n "$(ls -A /var/lib/healthcard-agent)" ]
/opt/healthcard/install.sh --remove
[ ! -e /opt/healthcard ]
[ ! -e /usr/local/bin/healthcard ]
[ ! -e /usr/local/lib/libMHC_CardInterface.so ]
[ -n "$(ls -A /var/lib/healthcard-agent)" ]
[ -f /etc/healthcard/agent.yaml ]
