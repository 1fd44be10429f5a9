# shellcheck shell=bash disable=SC2154
# Taking a lab away, whatever state it is in. Sourced by scripts/lab.

# shims: the pids of this host's container shims. They belong to process 1, so their command line tells.
shims() {
    local file pid
    for file in $(grep -laF -e "$home/containerd/containerd.sock" /proc/[0-9]*/cmdline 2>/dev/null); do
        pid=${file#/proc/}
        pid=${pid%/cmdline}
        [[ $(cat "/proc/$pid/comm" 2>/dev/null) != containerd-shim* ]] || echo "$pid"
    done
}

# container_ids: every container this Engine ever wrote down and did not remove.
container_ids() {
    local path
    for path in "$home"/data/containers/*/ "$home"/containerd/state/io.containerd.runtime.v2.task/moby/*/; do
        basename "$path"
    done | sort -u
}

cgroups_of() {
    local path
    for path in /sys/fs/cgroup/{,*/}docker/"$1" /sys/fs/cgroup/{,*/}system.slice/docker-"$1".scope; do
        [ ! -d "$path" ] || echo "$path"
    done
}

# kill_containers: SIGKILL for what runs inside; a frozen process only dies once it is thawed.
kill_containers() {
    local id path shim
    for shim in $(shims); do
        # shellcheck disable=SC2046
        kill -KILL $(cat /proc/"$shim"/task/*/children 2>/dev/null) 2>/dev/null || true
    done
    for id in $(container_ids); do
        for path in $(cgroups_of "$id"); do
            [ ! -f "$path/freezer.state" ] || echo THAWED >"$path/freezer.state" 2>/dev/null || true
            [ ! -f "$path/cgroup.freeze" ] || echo 0 >"$path/cgroup.freeze" 2>/dev/null || true
        done
    done
}

# stop_processes: Engine, containers, containerd, shims, and whatever else lives in the namespace.
stop_processes() {
    local pid end=$((SECONDS + 8))
    machine_stop
    if pid=$(engine_pid); then
        kill -CONT "$pid" && kill -TERM "$pid"
        # Once it is stopping it starts nothing again, whatever the restart policy.
        while [ -d "/proc/$pid" ] && [ "$(process_state "$pid")" != Z ] && [ "$SECONDS" -lt "$end" ]; do
            kill_containers
            sleep 0.1
        done
        kill -KILL "$pid" 2>/dev/null || true
    fi
    kill_containers
    if pid=$(containerd_pid); then
        kill -CONT "$pid" && kill -TERM "$pid"
        until_gone 5 "$pid" || kill -KILL "$pid" 2>/dev/null || true
    fi
    for pid in $(shims); do
        kill -KILL "$pid" 2>/dev/null || true
    done
    [ -e "/run/netns/$namespace" ] || return 0
    for pid in $(ip netns pids "$namespace"); do kill -TERM "$pid" 2>/dev/null || true; done
    for pid in $(ip netns pids "$namespace"); do
        until_gone 5 "$pid" || kill -KILL "$pid" 2>/dev/null || true
    done
}

mounts_below() { awk -v below="$1/" 'index($2, below) == 1 { print $2 }' /proc/self/mounts | sort -r; }

remove_files() {
    local id path
    for path in "$home"/containerd/state/io.containerd.runtime.v2.task/moby/*/address; do
        # The shim's socket lies in /run/containerd/s; its path is all that the file holds.
        path=$(cat "$path")
        [[ $path != unix:///run/containerd/s/* ]] || rm -f "${path#unix://}"
    done
    for id in $(container_ids); do
        for path in $(cgroups_of "$id"); do
            find "$path" -depth -type d -exec rmdir {} + 2>/dev/null || true
        done
    done
    for path in $(mounts_below "$home"); do umount "$path" 2>/dev/null || umount -l "$path"; done
    rm -rf --one-file-system "${home:?}"
}

remove_network() {
    [ ! -e "/run/netns/$namespace" ] || ip netns delete "$namespace"
    while blackhole_outside -D; do :; done
    # The pair goes with the namespace, a little later; asking for it to go now makes the end certain.
    ip link delete "$outside" 2>/dev/null || true
}

# leftovers: what is still there of this host, one thing per line.
leftovers() {
    local found
    found=$(shims) && [ -z "$found" ] || echo "shims of $name: $found"
    found=$(mounts_below "$home") && [ -z "$found" ] || echo "mounts of $name: $found"
    [ ! -e "/run/netns/$namespace" ] || echo "namespace $namespace"
    [ ! -e "/sys/class/net/$outside" ] || echo "link $outside"
    [ ! -e "$home" ] || echo "directory $home"
}

down() {
    local i left
    [ -f "$dir/lab.conf" ] || { echo "lab: There is no lab in $dir; nothing was done." >&2; return 0; }
    load
    for ((i = 1; i <= count; i++)); do
        # No `set -e`: each step is tried whatever became of the one before; the check below decides.
        ( set +e; place "$i"; stop_processes; remove_files; remove_network ) &
    done
    wait
    left=$(for ((i = 1; i <= count; i++)); do place "$i"; leftovers; done)
    [ -z "$left" ] ||
        die "Not everything could be removed; $dir/lab.conf stays, so that lab down can be tried again.
$left"
    rm -f "$dir/lab.conf" "$dir/lab.conf.new"
    rmdir "$dir" 2>/dev/null || echo "lab: $dir holds files that are not the lab's; they stay." >&2
    # What Engines and `ip netns` made beside our directory; an Engine that is starting a container needs it.
    exec 9>/run/lock/bayplan-lab.lock
    flock -w 10 9 || return 0
    [ -z "$(ls -A /run/netns 2>/dev/null)" ] && ! pgrep -x dockerd -r R,S,D >/dev/null || return 0
    { umount /run/netns && rmdir /run/netns; } 2>/dev/null || true
    rmdir /run/containerd/s /run/containerd /run/docker/plugins /run/docker 2>/dev/null || true
    rmdir /sys/fs/cgroup/{,*/}docker 2>/dev/null || true
}
