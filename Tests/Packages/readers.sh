# Two virtual readers of this system's own pcscd: a test card in the first, a clinic's SAM in the second. $SAMPLES is the sample
# batch. What is started here ends with the script.
fail() { echo "$*" >&2; exit 1; }

wait_for() {
    waited=0
    until eval "$1" >/dev/null 2>&1; do
        waited=$((waited + 1))
        [ $waited -lt 300 ] || fail "waited in vain: $1"
        sleep 0.2
    done
}

start_readers() {
    mkdir -p /run/pcscd
    pcscd --version | head -n 1
    pcscd -f >/tmp/pcscd.log 2>&1 &
    wait_for '[ -S /run/pcscd/pcscd.comm ]'
    wait_for 'healthcard readers | grep -q "Virtual PCD 00 01"'
    healthcard virtual --port 35963 --serial 0102030405060708 --state /tmp/card.json --quiet &
    healthcard virtual --sam --type 5 --port 35964 --quiet &
    healthcard personalize --batch "$SAMPLES" --id 99646919970325667X --reader 0 --wait 60
}
