"""On a real Engine in a lab: event to query, bytes on the wire, the agent's memory."""

import importlib.util
import json
import multiprocessing
import os
import random
import socket
import subprocess
import sys
import time
import urllib.parse

from relay import Relay
from world import Connection, memory, mib, quantiles, wait

LAB = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lab")
NAME = "bayplan-bench"


def lab(*words):
    return subprocess.run([LAB, "--prefix", NAME, *words], check=True, stdout=subprocess.PIPE, text=True).stdout


def run(world, table):
    world.at_end(lambda: lab("down"))
    lab("up", "1")
    docker = json.loads(lab("ls", "--json"))["hosts"][0]
    count = world.scaled(300)
    lab("seed", "h1", str(count - 1))
    engine = Connection(docker["socket"])
    probe = make(engine)
    aggregator, port, path = world.aggregator()
    wire(world, table, engine, docker["socket"], path, port, probe, count)
    agent = world.agent(docker["socket"], port, "h1")
    world.settled(path, count)
    latency(world, table, engine, docker["socket"], path, probe)
    world.stop(agent)
    resident(world, table, docker, count)


def make(engine):
    """A running container such as Compose makes them."""
    body = {
        "Image": "bb:1", "Cmd": ["sleep", "1000000"], "ExposedPorts": {"80/tcp": {}},
        "HostConfig": {"PortBindings": {"80/tcp": [{"HostPort": ""}]}},
        "Labels": {
            "com.docker.compose.project": "bench", "com.docker.compose.service": "probe",
            "com.docker.compose.container-number": "1", "com.docker.compose.oneoff": "False",
        },
    }
    identity = json.loads(engine.call("POST", "/v1.41/containers/create?name=bench_probe_1", body))["Id"]
    engine.call("POST", f"/v1.41/containers/{identity}/start")
    return identity


def state(connection, identity):
    items = connection.get(f"/api/v1/containers?fields=status.state&id={identity}")["items"]
    return items[0]["status"]["state"] if items else ""


def wire(world, table, engine, docker, path, port, probe, count):
    """Bytes for one change on a quiet host, through a relay."""
    relay = Relay(port)
    agent = world.agent(docker, relay.port, "h1")
    world.settled(path, count)
    query = Connection(path)
    sizes = {}

    def change(name, call, wanted):
        time.sleep(0.6)
        began = time.monotonic()
        engine.call("POST", f"/v1.41/containers/{probe}/{call}")
        wait(10, f"{name} in the fleet", lambda: state(query, probe) == wanted, pause=0.005)
        time.sleep(0.6)  # the acknowledgement of the commit, and whatever else belongs to it
        sizes.setdefault(name, []).append(relay.since(began))

    for _ in range(world.scaled(10)):
        change("pause", "pause", "paused")
        change("unpause", "unpause", "running")
    for _ in range(max(3, world.scaled(5))):
        change("kill", "kill", "exited")
        change("start", "start", "running")
    world.stop(agent)
    relay.close()
    for names, title, goal in (("pause", "unpause"), "a status change", 256), (("start",), "a start", 640):
        of = [size for name in names for size in sizes[name]]
        up, _ = quantiles([one for one, _ in of])
        down, _ = quantiles([one for _, one in of])
        table.add(
            f"wire: {title}", f"{up} B up, {down} B of acknowledgements down", f"{goal} B",
            f"Engine's own event {event_size(docker, probe, names[0])} B")


def event_size(docker, probe, action):
    """The length of the Engine's line for the newest such event."""
    filters = urllib.parse.quote(json.dumps({"container": {probe: True}, "event": {action: True}}))
    now = int(time.time())
    text = Connection(docker).call("GET", f"/v1.41/events?since={now - 3600}&until={now + 1}&filters={filters}")
    lines = text.splitlines()
    return len(lines[-1]) if lines else 0


def follow_engine(path, probe, seen):
    """Puts action, emission and arrival in ns of each of the container's events."""
    stream = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    stream.connect(path)
    stream.sendall(b"GET /v1.41/events HTTP/1.1\r\nHost: bench\r\n\r\n")
    rest = b""
    while data := stream.recv(1 << 16):
        now = time.time_ns()
        *lines, rest = (rest + data).split(b"\n")
        for line in lines:
            if line.startswith(b"{") and probe.encode() in line:
                event = json.loads(line)
                seen.put(("event", event["Action"], event["timeNano"], now))


def follow_query(path, probe, seen):
    """Asks again and again and puts each new state with its time in ns."""
    connection = Connection(path)
    before = state(connection, probe)
    seen.put(("ready", before, 0, 0))
    while True:
        now = state(connection, probe)
        if now != before:
            seen.put(("query", now, 0, time.time_ns()))
            before = now
        time.sleep(0.0002)


def latency(world, table, engine, docker, path, probe):
    """From the Engine's own time of an event until a query shows it, and until another reader of the Engine has it."""
    seen = multiprocessing.Queue()
    followers = [
        multiprocessing.Process(target=follow_engine, args=(docker, probe, seen), daemon=True),
        multiprocessing.Process(target=follow_query, args=(path, probe, seen), daemon=True),
    ]
    for follower in followers:
        follower.start()
    wait(10, "the first query", lambda: seen.get(timeout=5)[0] == "ready")
    time.sleep(0.5)
    chance = random.Random(1)
    arrivals, visible = [], []
    shown = {"pause": "paused", "unpause": "running"}
    for number in range(world.scaled(200)):
        action = "unpause" if number % 2 else "pause"
        engine.call("POST", f"/v1.41/containers/{probe}/{action}")
        emitted = arrived = answered = None
        while emitted is None or answered is None:
            kind, what, nanoseconds, at = seen.get(timeout=10)
            if kind == "event" and what == action:
                emitted, arrived = nanoseconds, at
            if kind == "query" and what == shown[action]:
                answered = at
        arrivals.append((arrived - emitted) / 1e6)
        visible.append((answered - emitted) / 1e6)
        time.sleep(0.1 + chance.random() * 0.1)
    for follower in followers:
        follower.terminate()
        follower.join()
    (middle, late), (own, own_late) = quantiles(visible), quantiles(arrivals)
    table.add(
        "Engine event → visible to a query", f"p50 {middle:.2f} ms, p99 {late:.2f} ms", "",
        f"Engine event → its reader: p50 {own:.2f} ms, p99 {own_late:.2f} ms")


def resident(world, table, docker, count):
    """The agent with TLS and a token, beside others that list the containers and follow the same events."""
    _, _, path = world.secure_aggregator()
    agent = world.secure_agent(docker["socket"], path, "h1-secure")
    world.settled(path, count)
    engine = f"unix://{docker['socket']}"
    peers = {
        "docker events": world.start("docker-events", "/usr/bin/docker", "-H", engine, "events"),
        "python3 with its standard library": world.start(
            "python", sys.executable, "-c", PLAIN_PEER, docker["socket"]),
    }
    if importlib.util.find_spec("docker"):
        peers["python3 with docker's SDK"] = world.start("sdk", sys.executable, "-c", SDK_PEER, engine)
    # Past the first comparison with the Engine's whole list, after which the agent stays as large as it is.
    time.sleep(100)
    own, anonymous = memory(agent.pid)
    beside = ", ".join(f"{name} {mib(memory(process.pid)[0])}" for name, process in peers.items())
    table.add(
        f"agent's memory with TLS, {count} real containers", f"{mib(own)} resident, {mib(anonymous)} anonymous",
        "12 MiB, 4 MiB anonymous", f"{beside}, dockerd {mib(memory(docker['pid'])[0])}")


# Lists the containers, keeps what it was told, and follows the events, as an agent does.
PLAIN_PEER = """
import http.client, json, socket, sys
class Engine(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(sys.argv[1])
def ask(path):
    engine = Engine("docker")
    engine.request("GET", path)
    return engine.getresponse()
fleet = [json.loads(ask(f"/v1.41/containers/{one['Id']}/json").read())
    for one in json.loads(ask("/v1.41/containers/json?all=1").read())]
for line in ask("/v1.41/events"):
    event = json.loads(line)
"""
SDK_PEER = """
import docker, sys
engine = docker.DockerClient(base_url=sys.argv[1])
fleet = [one.attrs for one in engine.containers.list(all=True)]
for event in engine.events(decode=True):
    pass
"""
