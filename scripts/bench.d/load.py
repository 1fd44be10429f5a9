"""A simulated fleet of a thousand hosts over TLS: its first report, changes as fast as they come, questions meanwhile."""

import json
import os
import re
import shutil
import socket
import subprocess
import threading
import time

from inside import plain
from world import Connection, free_port, memory, mib, quantiles, wait

HOSTS, EACH = 1_000, 100
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:" + os.environ.get("PATH", ""))
PS = "host,id,name,status.state,status.startedAt,status.health,config.image,config.created,network.ports"


def run(world, table):
    hosts = world.scaled(HOSTS)
    count = hosts * EACH
    aggregator, address, path = world.secure_aggregator()
    first_report(world, table, aggregator, address, path, hosts, count)
    flood(world, table, aggregator, address, path, hosts, count)
    questions(world, table, aggregator, address, path, hosts, count)


def fleet(world, name, address, path, hosts, *more):
    """Starts the simulator; gives the process, once it has drawn its fleet and begins to connect."""
    process = world.start(
        name, world.program("bayplan-simulator"), "fleet", "--hosts", str(hosts), "--containers", str(EACH),
        "--aggregator", address, "--socket", path, "--create-tokens", "--report", "--quiet", *more)
    wait(120, "the simulated fleet", lambda: "drawn in" in log(world, name), pause=0.01)
    return process


def log(world, name):
    with open(world.path(name + ".log"), errors="replace") as file:
        return file.read()


def report(world, name):
    """What the simulator counted."""
    return json.loads(next(line for line in log(world, name).splitlines() if line.startswith("{")))


def revision(path):
    """The number of the last change that is on disk."""
    answer = Connection(path).get("/api/v1/containers?limit=1&fields=id")
    return int(answer["revision"].rsplit(".", 1)[1]), answer["total"]


def processor(pid):
    """Seconds of processor time of a process (proc(5))."""
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def sent_to(address):
    """Bytes that present connections have sent to an address, those of TLS included (ss(8))."""
    text = subprocess.check_output(["ss", "-tinH", "dst", address], text=True)
    return sum(int(count) for count in re.findall(r"bytes_sent:(\d+)", text))


def loopback(count):
    """Seconds that so many bytes take from one process to another over TCP on 127.0.0.1."""
    door = socket.create_server(("127.0.0.1", 0))

    def send():
        block = bytes(1 << 16)
        with socket.create_connection(door.getsockname()) as out:
            for _ in range(max(1, count >> 16)):
                out.sendall(block)

    began = time.monotonic()
    sender = threading.Thread(target=send)
    sender.start()
    stream, _ = door.accept()
    while stream.recv(1 << 18):
        pass
    sender.join()
    return time.monotonic() - began


def first_report(world, table, aggregator, address, path, hosts, count):
    """From the first connection until everything is on disk."""
    empty, _ = memory(aggregator.pid)
    process = fleet(world, "first", address, path, hosts, "--churn", "0")
    began, used = time.monotonic(), processor(aggregator.pid)
    wait(600, "the first report", lambda: revision(path)[0] >= count and revision(path)[1] >= count, pause=0.1)
    took = time.monotonic() - began
    used = processor(aggregator.pid) - used
    sent = sent_to(address)
    time.sleep(2)
    full, anonymous = memory(aggregator.pid)
    rows = plain(world.path("plain.db"), count)
    table.add(
        f"first report of {hosts} hosts, {count} containers, TLS, until durable",
        f"{took:.1f} s, {count / took:,.0f} containers/s, CPU of the aggregator {used:.1f} s, {sent >> 20} MiB sent",
        "", f"as many bytes over loopback TCP: {loopback(sent):.2f} s; {rows}")
    table.add(
        f"aggregator's memory with {hosts} TLS sessions, {count} containers",
        f"{mib(full)} resident, {mib(anonymous)} anonymous, {(full - empty) // count} B a container", "",
        f"the simulated fleet itself {mib(memory(process.pid)[0])}")
    world.stop(process)


def flood(world, table, aggregator, address, path, hosts, count):
    """As many changes as the simulator makes, and how many of them the aggregator has on disk meanwhile."""
    seconds = 20
    process = fleet(
        world, "flood", address, path, hosts, "--churn", "1000000", "--duration", f"{seconds}s", "--check",
        "--check-time", "300s")
    wait(300, "all hosts", lambda: "hosts connected" in log(world, "flood"), pause=0.05)
    number, _ = revision(path)
    began, used = time.monotonic(), processor(aggregator.pid)
    time.sleep(seconds - 1)
    took = time.monotonic() - began
    durable = (revision(path)[0] - number) / took
    used = (processor(aggregator.pid) - used) / took
    peak, _ = memory(aggregator.pid)
    status = process.wait(900)
    world.processes.remove(process)
    if status != 0:
        raise RuntimeError("after the flood the aggregator's answers differ from the fleet")
    made = report(world, "flood")
    rate = made["changes"] * 1000 / made["churnedMs"]
    table.add(
        f"changes of {hosts} hosts as fast as they come, {seconds} s",
        f"{durable:,.0f} containers/s changed durably, of {rate:,.0f} things/s that happened", "",
        f"CPU of the aggregator {used:.2f} of {os.cpu_count()}, memory {mib(peak)}; all facets equal afterwards")


def questions(world, table, aggregator, address, path, hosts, count):
    """Answers under a thousand changes a second, in turns with nginx that sends the same bytes from a file."""
    process = fleet(world, "asked", address, path, hosts, "--churn", "1000")
    wait(300, "all hosts", lambda: "hosts connected" in log(world, "asked"), pause=0.05)
    one = Connection(path).get("/api/v1/containers?limit=1&fields=host,id")["items"][0]
    targets = {
        "ps of one host": f"/api/v1/containers?host={one['host']}&fields={PS}",
        "first 500 of ps": f"/api/v1/containers?limit=500&fields={PS}",
        "a label": "/api/v1/containers?labelSelector=com.docker.compose.service%3Dgrafana&limit=100&fields=host,name",
        "one whole record": f"/api/v1/containers/{one['host']}/{one['id']}",
        "all stacks": "/api/v1/stacks",
    }
    connection = Connection(path)
    bodies = {}
    for name, target in targets.items():
        bodies[name] = connection.call("GET", target)
    peer = nginx(world, bodies)
    for name, target in targets.items():
        ours, theirs = [], []
        for _ in range(world.scaled(400)):
            # In turns, so that both see the same neighbours. A container may have gone: that is an answer too.
            ours.append(timed(connection, target))
            if peer:
                theirs.append(timed(peer, f"/{list(targets).index(name)}"))
        middle, late = quantiles(ours)
        beside = "nginx is not installed"
        if theirs:
            beside = "nginx, same bytes: p50 %.2f ms, p99 %.2f ms" % quantiles(theirs)
        table.add(
            f"query under 1,000 changes/s: {name}, {len(bodies[name]):,} B",
            f"p50 {middle:.2f} ms, p99 {late:.2f} ms", "", beside)
    resident, anonymous = memory(aggregator.pid)
    table.add("aggregator's memory after all that", f"{mib(resident)} resident, {mib(anonymous)} anonymous")
    world.stop(process)


def timed(connection, target):
    """How long an answer takes, to its last byte, in ms."""
    began = time.perf_counter()
    connection.request("GET", target)
    connection.getresponse().read()
    return (time.perf_counter() - began) * 1000


def nginx(world, bodies):
    """A connection to an nginx that serves these bodies from files; nil when there is none."""
    if NGINX is None:
        return None
    folder, path = world.path("www"), world.path("nginx.sock")
    os.makedirs(folder, exist_ok=True)
    # Its worker has another user's rights.
    for place in (os.path.dirname(world.folder), world.folder, folder):
        os.chmod(place, 0o755)
    for number, body in enumerate(bodies.values()):
        with open(os.path.join(folder, str(number)), "wb") as file:
            file.write(body)
    configuration = world.path("nginx.conf")
    with open(configuration, "w") as file:
        file.write(
            f"daemon off; worker_processes 1; pid {world.path('nginx.pid')}; error_log {world.path('nginx-error.log')};\n"
            "events {}\n"
            f"http {{ access_log off; default_type application/json; keepalive_requests 1000000;\n"
            f"  server {{ listen unix:{path}; root {folder}; }} }}\n")
    world.start("nginx", NGINX, "-p", world.folder, "-c", configuration)
    wait(10, "nginx", lambda: Connection(path).call("GET", "/0"))
    return Connection(path)
