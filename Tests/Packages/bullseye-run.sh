# The portable folder where nothing of it was installed, as a user without rights of any kind.
. /story/readers.sh
getconf GNU_LIBC_VERSION
name=healthcard-$VERSION-linux-$MACHINE
# A folder whose name has a space in it: nothing may depend on where it lies.
mkdir -p "/home/clinic/new folder"
tar -C "/home/clinic/new folder" -xf "/packages/$name.tar.xz"
chown -R clinic: /home/clinic
folder="/home/clinic/new folder/$name"
PATH="$folder/bin:$PATH"
SAMPLES=$folder/share/doc/healthcard/examples/sample-batch

healthcard --version
start_readers
user() { setpriv --reuid clinic --regid clinic --init-groups env HOME=/home/clinic PATH="$PATH" "$@"; }
user healthcard readers
user healthcard read --reader 0 --sam 1 >/tmp/read
head -n 5 /tmp/read
grep -q 1997-03-25 /tmp/read
# By a link, by a path from elsewhere, and with the name it was called by.
ln -s "$folder/bin/healthcard" /tmp/hc
/tmp/hc --version
(cd "$folder/bin" && ./healthcard --version)
# What the commands that need libraries of their own need is in the folder: pictures, pages, codes, workbooks, databases.
user healthcard batch check "$SAMPLES"
if user healthcard ledger verify --ledger postgres://nobody@127.0.0.1:1/none >/tmp/out 2>&1; then exit 1; fi
grep -q 127.0.0.1 /tmp/out || { cat /tmp/out; exit 1; }
# The command that starts the other program finds it in the folder.
user healthcard serve --help-agent >/tmp/out 2>&1 || { cat /tmp/out; exit 1; }
grep -q healthcard-agent /tmp/out

# What the agent wants of this system is the PC/SC library: every other file that is loaded is the folder's.
user healthcard-agent --listen 127.0.0.1:8400 >/tmp/agent.log 2>&1 &
wait_for 'curl -fs http://127.0.0.1:8400/v1/readers | grep -q "Virtual PCD"'
agent=$(pgrep -u clinic -f libexec/healthcard-agent)
sed -n 's/^[^/]*x[^/]*\(\/.*\)$/\1/p' "/proc/$agent/maps" | sort -u >/tmp/loaded
grep -v "^$folder/" /tmp/loaded | tee /tmp/foreign
[ "$(basename "$(cat /tmp/foreign)" | cut -d. -f1-3)" = libpcsclite.so.1 ]
grep -q "^$folder/lib/glibc/libc.so.6" /tmp/loaded
kill -TERM "$agent"

# Texts of the card are GBK, whose converter is the folder's too: other systems keep theirs elsewhere, or have none.
mkdir /tmp/aside
mv /usr/lib/"$MACHINE"-linux-gnu/gconv /tmp/aside/
user healthcard read --reader 0 --sam 1 >/tmp/read.again
cmp /tmp/read /tmp/read.again
mv /tmp/aside/gconv /usr/lib/"$MACHINE"-linux-gnu/

# Without the PC/SC library: a word that says what to install, and everything else goes on.
mv /usr/lib/"$MACHINE"-linux-gnu/libpcsclite.so.1* /tmp/aside/
ldconfig
healthcard --version
if healthcard readers >/tmp/out 2>&1; then exit 1; fi
grep -q "libpcsclite.so.1" /tmp/out || { cat /tmp/out; exit 1; }
cat /tmp/out
mv /tmp/aside/libpcsclite.so.1* /usr/lib/"$MACHINE"-linux-gnu/
ldconfig
