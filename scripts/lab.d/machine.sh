# shellcheck shell=bash disable=SC2154
# A machine of its own for a host: a clean copy of this system with a real systemd, in the host's network. Sourced by
# scripts/lab. Everything lives in namespaces: when its systemd dies, nothing is left but an empty cgroup.

machine_pid() {
    local pid=
    [ -f "$home/machine.pid" ] && read -r pid <"$home/machine.pid" || [ -n "$pid" ] || return 1
    [[ $pid =~ ^[0-9]+$ && $(cat "/proc/$pid/comm" 2>/dev/null) = systemd ]] || return 1
    # A recycled pid is in another network.
    [ "/proc/$pid/ns/net" -ef "/run/netns/$namespace" ] || return 1
    echo "$pid"
}

# machine_cgroup: where its processes are counted: the systemd hierarchy of cgroup v1, or v2.
machine_cgroup() {
    if [ -f /sys/fs/cgroup/cgroup.controllers ]; then
        echo "/sys/fs/cgroup/$namespace"
    else
        echo "/sys/fs/cgroup/systemd/$namespace"
    fi
}

machine_start() {
    local pid group end=$((SECONDS + 30)) unshared
    ! machine_pid >/dev/null || return 0
    [ -x /usr/lib/systemd/systemd ] || die "A machine needs systemd (apt-get install systemd); none was started."
    group=$(machine_cgroup)
    mkdir -p "$group" "$home/machine"
    # The shell moves itself into the cgroup, which becomes the root of the new namespace.
    (
        exec </dev/null >"$home/machine.log" 2>&1 9>&-
        echo "$BASHPID" >"$group/cgroup.procs"
        exec setsid nsenter --net="/run/netns/$namespace" unshare --mount --propagation private --pid --fork \
            --cgroup --ipc --uts --kill-child -- bash "$here/lab.d/machine-root.sh" "$home" "$name"
    ) &
    unshared=$!
    until pid=$(pgrep -P "$unshared" -x systemd); do
        [ "$SECONDS" -lt "$end" ] && [ -d "/proc/$unshared" ] ||
            die "The machine of $name did not start: $(tail -n 3 "$home/machine.log" 2>/dev/null)"
        sleep 0.05
    done
    echo "$pid" >"$home/machine.pid"
    until [[ $(machine_run systemctl is-system-running 2>/dev/null) =~ ^(running|degraded)$ ]]; do
        [ "$SECONDS" -lt "$end" ] || die "The machine of $name did not come up within 30 s: see $home/machine.log"
        sleep 0.1
    done
}

# machine_run COMMAND…: in the machine's namespaces and root, as a login there would.
machine_run() {
    local pid
    pid=$(machine_pid) || die "The machine of $name does not run. Start it: scripts/lab machine $name"
    nsenter --target "$pid" --mount --uts --ipc --net --pid --cgroup --root -- \
        env -i --chdir=/root HOME=/root TERM="${TERM:-dumb}" LANG=C.UTF-8 \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
}

machine_stop() {
    local pid group
    if pid=$(machine_pid); then
        kill -KILL "$pid"
        until_gone 10 "$pid" || true
    fi
    rm -f "$home/machine.pid"
    group=$(machine_cgroup)
    [ ! -d "$group" ] || find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || true
}
