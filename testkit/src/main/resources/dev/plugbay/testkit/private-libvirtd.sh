# Runs as the first process of namespaces of its own, where libvirt's folders are the lab's. Takes orders from stdin, one a line, and answers each with
# one line. When stdin ends - its Java was killed, say - this ends, and the kernel ends everything else in the namespace with it.
set -u
lab=$1
export PATH=$PATH:/usr/sbin:/sbin
cd /

fail() {
  echo "failed: $1"
  exit 1
}

mount --make-rprivate / || fail "mounts cannot be made private"
for part in etc/libvirt run/libvirt var/lib/libvirt var/log/libvirt var/cache/libvirt; do
  mkdir -p "$lab/$part" "/$part" && mount --bind "$lab/$part" "/$part" || fail "cannot put a folder over /$part"
done
# Nor are the machine's service managers asked: they know nothing of these processes.
if [[ -d /run/dbus ]]; then mount -t tmpfs none /run/dbus || fail "cannot hide /run/dbus"; fi
export DBUS_SYSTEM_BUS_ADDRESS=unix:path=/nonexistent
# Where root can open /dev/kvm and QEMU's user cannot, libvirt finds what it knows of QEMU outdated and asks QEMU anew, at every start and definition: seconds each.
if [[ -e /dev/kvm ]]; then
  (umask 777 && : >"$lab/kvm") && mount --bind "$lab/kvm" /dev/kvm || fail "cannot hide /dev/kvm"
fi

daemon=/run/libvirt/libvirtd.pid
log_daemon=/run/libvirt/virtlogd.pid

# Waits up to 30 s for a condition.
await() {
  local tries
  for ((tries = 0; tries < 600; tries++)); do
    if "$@"; then return 0; fi
    sleep 0.05
  done
  return 1
}

gone() {
  ! kill -0 "$1" 2>/dev/null
}

start() {
  libvirtd -d -p "$daemon" >&2 && await test -S /run/libvirt/libvirt-sock
}

# Ends libvirtd by a signal; the machines that it started go on.
stop() {
  local pid
  pid=$(<"$daemon") && kill "-$1" "$pid" && await gone "$pid" && rm -f "$daemon" /run/libvirt/libvirt-sock /run/libvirt/libvirt-sock-ro
}

signal() {
  kill "-$1" "$(<"$daemon")"
}

crash() {
  local pid
  pid=$(<"/run/libvirt/qemu/$1.pid") && kill -KILL "$pid" && await gone "$pid"
}

# Signals a machine's QEMU.
machine() {
  kill "-$1" "$(<"/run/libvirt/qemu/$2.pid")"
}

answer() {
  if "$@" >&2; then echo ok; else echo "failed: $*"; fi
}

virtlogd -d -p "$log_daemon" >&2 || fail "virtlogd does not start"
start || fail "libvirtd does not start"
echo ok

while read -r order name; do
  case $order in
    start) answer start ;;
    stop) answer stop TERM ;;
    kill) answer stop KILL ;;
    freeze) answer signal STOP ;;
    thaw) answer signal CONT ;;
    hang) answer machine STOP "$name" ;;
    unhang) answer machine CONT "$name" ;;
    crash) answer crash "$name" ;;
    *) echo "failed: unknown order $order" ;;
  esac
done
kill -KILL -1 # all but this
for ((i = 0; i < 200; i++)); do # what dies late may still make a file
  kill -0 -1 2>/dev/null || break
  sleep 0.05
done
rm -rf "$lab"
