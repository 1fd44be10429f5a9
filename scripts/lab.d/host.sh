# shellcheck shell=bash disable=SC2154
# One host of a lab: its namespace and link, its containerd and dockerd. Sourced by scripts/lab.

# place NUMBER: where host NUMBER keeps everything. All functions here speak about the host placed last.
place() {
    name=h$1
    home=$dir/$name
    namespace=$prefix-$name
    outside=lab$block-$1
    gateway=10.$block.$1.1
    address=10.$block.$1.2
    socket=$home/docker.sock
}

# running PIDFILE PROGRAM: prints the pid when it is alive and is PROGRAM started for this host.
running() {
    local pid=
    [ -f "$1" ] && read -r pid <"$1" || [ -n "$pid" ] || return 1
    [[ $pid =~ ^[0-9]+$ ]] || return 1
    # A recycled pid belongs to somebody else: the command line names our directory, or it isn't ours.
    grep -qaF -- "$home/" "/proc/$pid/cmdline" 2>/dev/null || return 1
    [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = "$2" ] || return 1
    echo "$pid"
}

engine_pid() { running "$home/docker.pid" dockerd; }
containerd_pid() { running "$home/containerd.pid" containerd; }

# process_state PID: the one letter of proc(5), T when stopped by a signal.
process_state() { sed 's/.*) \(.\) .*/\1/' "/proc/$1/stat" 2>/dev/null || true; }

# until_gone SECONDS PID: waits for a process that is not our child.
until_gone() {
    local end=$((SECONDS + $1))
    while [ -d "/proc/$2" ] && [ "$(process_state "$2")" != Z ]; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.02
    done
}

# link: the namespace, a veth pair into it, addresses and the way out. Makes only what is missing.
link() {
    local problem
    if [ ! -e "/run/netns/$namespace" ]; then
        problem=$(ip netns add "$namespace" 2>&1) ||
            die "No network namespace could be made (${problem}); no Engine was started.
     Root with CAP_SYS_ADMIN and CAP_NET_ADMIN is needed: a plain container has neither, a privileged one has both."
    fi
    if ! ip link show "$outside" >/dev/null 2>&1; then
        problem=$(ip link add "$outside" type veth peer name eth0 netns "$namespace" 2>&1) ||
            die "No veth pair could be made (${problem}); the Engine of $name was not started.
     The kernel needs veth (modprobe veth)."
    fi
    ip address replace "$gateway/24" dev "$outside"
    ip link set "$outside" up
    # Hosts reach each other through this machine; nothing else is forwarded.
    echo 1 >"/proc/sys/net/ipv4/conf/$outside/forwarding"
    nsenter --net="/run/netns/$namespace" sh -c "
        ip link set lo up && ip address replace $address/24 dev eth0 && ip link set eth0 up &&
        ip route replace default via $gateway" ||
        die "The link of $name could not be set up; its Engine was not started."
}

# write_settings: our own files, so that nothing of the machine's own Docker is read or changed.
write_settings() {
    mkdir -p "$home/containerd"
    cat >"$home/containerd.toml" <<TOML
version = 2
root = "$home/containerd/root"
state = "$home/containerd/state"
disabled_plugins = [
    "io.containerd.grpc.v1.cri", "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs",
    "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs",
]
[grpc]
address = "$home/containerd/containerd.sock"
TOML
    # Before Engine 23 the identity lies in /etc/docker/key.json: the hosts would share it, and it would stay.
    case $(dockerd --version) in
        *' version 1'?.* | *' version 2'[012].*) printf '{"deprecated-key-path": "%s/key.json"}\n' "$home" ;;
        *) echo '{}' ;;
    esac >"$home/daemon.json"
}

# engine_start: containerd, then dockerd, then waits until the Engine answers.
engine_start() {
    local within=("nsenter" "--net=/run/netns/$namespace" "--")
    write_settings
    # containerd is a service of its own, as on a real host: dockerd may die and containers run on.
    if ! containerd_pid >/dev/null; then
        setsid "${within[@]}" containerd --config "$home/containerd.toml" \
            </dev/null >>"$home/containerd.log" 2>&1 &
        echo $! >"$home/containerd.pid"
    fi
    if ! engine_pid >/dev/null; then
        rm -f "$home/docker.pid"
        # Not `ip netns exec`: it mounts a new /sys and hides the cgroup mounts.
        setsid "${within[@]}" dockerd --config-file "$home/daemon.json" --data-root "$home/data" \
            --exec-root "$home/exec" --containerd "$home/containerd/containerd.sock" -H "unix://$socket" \
            --pidfile "$home/docker.pid" --label "bayplan.lab=$prefix" </dev/null >>"$home/dockerd.log" 2>&1 &
        started=$!
    else
        started=$(engine_pid)
    fi
    engine_ready
}

# engine_ready: an answer to /_ping, or the reason why there will be none.
engine_ready() {
    local end=$((SECONDS + ${BAYPLAN_LAB_DEADLINE:-60}))
    until [ "$(curl -s --max-time 2 --unix-socket "$socket" http://engine/_ping)" = OK ]; do
        if [ ! -d "/proc/$started" ] || [ "$SECONDS" -ge "$end" ]; then
            {
                echo "lab: The Engine of $name is not answering. Its log ends:"
                tail -n 8 "$home/dockerd.log" | sed 's/^/    /'
                ! grep -q cgroup "$home/dockerd.log" ||
                    echo "    (an Engine needs the cgroup file systems mounted)"
            } >&2
            return 1
        fi
        sleep 0.05
    done
}

# load_image: bb:1, a busybox that stops at once, the same id on every host. No registry is asked.
load_image() {
    local made root applet layer status=0
    [ -z "$("$docker" -H "unix://$socket" images -q bb:1)" ] || return 0
    made=$(mktemp -d "$home/image.XXXXXX")
    root=$made/root
    mkdir -p "$root/bin" "$root/tmp" "$root/www"
    cp /bin/busybox "$root/bin/busybox"
    for applet in sh sleep httpd true false echo cat kill env ls date nc wget; do
        ln -s busybox "$root/bin/$applet"
    done
    echo 'bay' >"$root/www/index.html"
    tar -C "$root" --sort=name --mtime=@1 --owner=0 --group=0 --numeric-owner -cf "$made/layer.tar" .
    layer=$(sha256sum "$made/layer.tar")
    # A process 1 without a handler ignores SIGTERM, and each stop would take its ten seconds: hence
    # StopSignal, which `docker import --change` refuses; so the archive of `docker save` is written by hand.
    cat >"$made/config.json" <<JSON
{"architecture":"$(dpkg --print-architecture)","os":"linux","created":"2024-01-01T00:00:00Z",
"config":{"Cmd":["sleep","1000000"],"Env":["PATH=/bin"],"WorkingDir":"/www","StopSignal":"SIGKILL"},
"rootfs":{"type":"layers","diff_ids":["sha256:${layer%% *}"]}}
JSON
    echo '[{"Config":"config.json","RepoTags":["bb:1"],"Layers":["layer.tar"]}]' >"$made/manifest.json"
    tar -C "$made" -cf - manifest.json config.json layer.tar |
        "$docker" -H "unix://$socket" load -q >/dev/null || status=1
    rm -rf "$made"
    [ "$status" = 0 ] || echo "lab: bb:1 could not be loaded into the Engine of $name." >&2
    return "$status"
}

engine_stop() {
    local pid
    pid=$(engine_pid) || { rm -f "$home/docker.pid"; return 0; }
    kill -CONT "$pid"
    kill -TERM "$pid"
    until_gone 40 "$pid" ||
        die "The Engine of $name (process $pid) did not stop within 40 s; it still runs. Try: lab engine kill $name"
}

engine_kill() {
    local pid
    pid=$(engine_pid) || return 0
    kill -KILL "$pid"
    until_gone 10 "$pid" || die "Process $pid outlived SIGKILL for 10 s."
}

engine_restart() { engine_stop && engine_start; }

engine_pause() { signal_engine STOP; }
engine_resume() { signal_engine CONT; }

signal_engine() {
    local pid
    pid=$(engine_pid) || die "The Engine of $name is not running; nothing was sent to it."
    kill "-$1" "$pid"
}

# Each end drops what arrives, before anything else looks at it: no sender sees an error, as in a real outage.
blackhole_inside() {
    nsenter --net="/run/netns/$namespace" iptables -w 10 -t raw "$1" PREROUTING -i eth0 -j DROP 2>/dev/null
}
blackhole_outside() {
    iptables -w 10 -t raw "$1" PREROUTING -i "$outside" -j DROP 2>/dev/null
}

cut_off() {
    case $1 in
        '')
            blackhole_inside -C || blackhole_inside -I ||
                die "No packet filter works in $name; it was not cut off. Try --link."
            blackhole_outside -C || blackhole_outside -I ||
                die "No packet filter works here; $name is half cut off. Undo it: lab heal $name"
            ;;
        --link) ip link set "$outside" down ;;
        *) usage "lab cut HOST [--link]" ;;
    esac
}

heal() {
    while blackhole_inside -D; do :; done
    while blackhole_outside -D; do :; done
    ip link set "$outside" up
    nsenter --net="/run/netns/$namespace" ip route replace default via "$gateway"
}

is_cut() {
    [ -e "/run/netns/$namespace" ] || return 1
    [[ $(cat "/sys/class/net/$outside/operstate" 2>/dev/null) == down ]] || blackhole_outside -C
}
