"""A million containers in one aggregator: memory, cold start, and each query beside nginx, plain Python and docker-py."""

import glob
import json
import os
import signal
import subprocess
import sys
import time
import urllib.parse

from inside import lines
from load import PS, nginx, timed
from world import Connection, memory, mib, quantiles, wait

TIMES = 400


def run(world, table, size=1_000_000):
    count = world.scaled(size)
    folder = prepared(world, table, count)
    aggregator, path, took = start(world, folder, "first")
    table.add(
        f"start with {count:,} containers, from the database", f"{took:,.0f} ms until the first answer", "",
        f"memory after it {per(aggregator, count)}")
    halt(world, aggregator, signal.SIGTERM)
    image = os.path.join(folder, "fleet.image")
    if os.path.exists(image):
        table.add("the fleet's image on disk", mib(os.path.getsize(image)))
    cold_start(world, table, folder, count)
    aggregator, path, _ = start(world, folder, "asked")
    time.sleep(2)
    table.add(f"memory at {count:,} containers", per(aggregator, count), "1,000 B")
    ask(world, table, aggregator, path, count)
    halt(world, aggregator, signal.SIGTERM)
    docker_py(world, table)


def prepared(world, table, count):
    """A data folder with so many containers; one that BAYPLAN_BENCH_DATA names is used and kept."""
    folder = os.environ.get("BAYPLAN_BENCH_DATA") or world.path("data")
    if not os.path.exists(os.path.join(folder, "fleet.db")):
        os.makedirs(folder, exist_ok=True)
        for what, figure in lines(world, "prepare", folder, str(count)):
            table.add(f"a data folder with {what}", figure)
    for old in glob.glob(os.path.join(folder, "fleet.image*")):
        os.remove(old)
    return folder


def start(world, folder, name):
    """Starts an aggregator; gives the process, its socket and the milliseconds until its first answer."""
    path = world.path(f"{name}.sock")
    began = time.monotonic()
    process = world.start(
        name, world.program("bayplan-aggregator"), "--data", folder, "--agents", "127.0.0.1:0", "--http",
        "127.0.0.1:0", "--socket", path, "--insecure", "--memory-retention", "7d")
    wait(600, "the aggregator's answer", lambda: Connection(path).get("/api/v1/containers?limit=1&fields=id"), pause=0.002)
    return process, path, (time.monotonic() - began) * 1000


def halt(world, process, number):
    process.send_signal(number)
    process.wait(120)
    world.processes.remove(process)


def per(process, count):
    resident, anonymous = memory(process.pid)
    return f"{resident // count:,} B a container; {mib(resident)} resident, {mib(anonymous)} anonymous"


def cold_start(world, table, folder, count):
    times = {"files in the page cache": [], "page cache dropped": []}
    for number in range(3):
        for name, found in times.items():
            if name == "page cache dropped":
                subprocess.run(["sync"], check=True)
                with open("/proc/sys/vm/drop_caches", "w") as file:
                    file.write("3")
            process, path, took = start(world, folder, f"again-{number}")
            total = Connection(path).get("/api/v1/containers?limit=1&fields=id")["total"]
            if total != count:
                raise RuntimeError(f"after the start there are {total} of {count} containers")
            found.append(took)
            halt(world, process, signal.SIGKILL)
    for name, found in times.items():
        table.add(
            f"start with {count:,} containers, {name}", f"{sorted(found)[1]:,.0f} ms (of {', '.join(f'{t:,.0f}' for t in found)})",
            "2,500 ms")


def processor(pid):
    """Microseconds of processor time of all threads of a process (proc(5), schedstat)."""
    total = 0
    for thread in os.listdir(f"/proc/{pid}/task"):
        try:
            total += int(open(f"/proc/{pid}/task/{thread}/schedstat").read().split()[0])
        except FileNotFoundError:
            continue
    return total / 1000


def targets(path):
    connection = Connection(path)
    some = connection.get("/api/v1/containers?limit=200&fields=host,id,name,compose.project")["items"]
    one = some[137]
    project = one["compose"]["project"]
    label = urllib.parse.quote("com.example.team=team-5", safe="")
    return {
        "by id, from memory": (f"/api/v1/containers?id={one['id']}", "nginx × 1.2, 25 µs CPU"),
        "by id, the whole record from disk": (f"/api/v1/containers/{one['host']}/{one['id']}", ""),
        "by name": (f"/api/v1/containers?name={one['name']}&fields={PS}", ""),
        "a stack by service": (f"/api/v1/stacks/{project}", "100 µs"),
        "a label's first 100, with their count": (
            f"/api/v1/containers?labelSelector={label}&limit=100&fields=host,name", "300 µs"),
        "health summary": ("/api/v1/health", "100 µs"),
        "search, 200 found": ("/api/v1/search?q=stack-3-on-77&limit=100&fields=host,name", "10 ms"),
        "search, nothing found": ("/api/v1/search?q=nothing-has-this&limit=100&fields=host,name", "10 ms"),
        "search, hexadecimal": ("/api/v1/search?q=c0ffee&limit=100&fields=host,name", "10 ms"),
        "search, a fifth of all": ("/api/v1/search?q=web&limit=100&fields=host,name", ""),
        "ps of one host": (f"/api/v1/containers?host={one['host']}&fields={PS}", ""),
        "first 500 of ps": (f"/api/v1/containers?limit=500&fields={PS}", ""),
        "all label keys": ("/api/v1/labels", ""),
        "first stacks": ("/api/v1/stacks?limit=100", ""),
        "all stacks": ("/api/v1/stacks", ""),
    }


def ask(world, table, aggregator, path, count):
    """Each question in turns with nginx that sends the same bytes from a file; then Python's own model."""
    connection = Connection(path)
    questions, bodies = {}, {}
    for name, (target, goal) in targets(path).items():
        try:
            bodies[name] = connection.call("GET", target)
            questions[name] = (target, goal)
        except RuntimeError as problem:
            if " 404 " not in str(problem) and " 400 " not in str(problem):
                raise
    peer = nginx(world, bodies)
    model = python_model(min(count, 100_000))
    for name, (target, goal) in questions.items():
        ours, theirs, used = [], [], 0.0
        began = time.monotonic()
        for _ in range(TIMES):
            before = processor(aggregator.pid)
            ours.append(timed(connection, target))
            used += processor(aggregator.pid) - before
            if peer:
                theirs.append(timed(peer, f"/{list(questions).index(name)}"))
            if time.monotonic() - began > 20:
                break
        middle, late = quantiles(ours)
        beside = "nginx, same bytes: p50 %.3f ms, p99 %.2f ms" % quantiles(theirs) if theirs else "nginx is not installed"
        if name in model:
            beside += f"; Python model at {min(count, 100_000):,}: p50 {model[name]:.2f} ms"
        table.add(
            f"{name}, {len(bodies[name]):,} B", f"p50 {middle:.3f} ms, p99 {late:.2f} ms, {used / len(ours):,.0f} µs CPU",
            goal, beside)


def python_model(count):
    """Milliseconds of the same questions to a dict of objects with forty fields, in a process of its own."""
    return json.loads(subprocess.check_output([sys.executable, "-c", MODEL, str(count)], text=True))


MODEL = """
import json, sys, time
from dataclasses import make_dataclass
FIELDS = ['host', 'host_name', 'id', 'name', 'state', 'pid', 'started_at', 'finished_at', 'exit_code', 'error', 'oom_killed',
    'dead', 'restart_count', 'health', 'failing_streak', 'mode', 'ports', 'networks', 'image', 'image_id', 'created',
    'entrypoint', 'command', 'labels', 'mounts', 'environment', 'restart_policy', 'kind', 'project', 'service', 'number',
    'config_files', 'working_dir', 'one_off', 'depends_on', 'changed_at', 'cpu', 'memory', 'rx', 'tx']
Container = make_dataclass('Container', FIELDS, slots=True)
fleet = {}
for number in range(int(sys.argv[1])):
    host, place = divmod(number, 100)
    stack = f'stack-{place // 10}-on-{host}'
    service = ['web', 'db', 'cache', 'worker', 'queue'][place % 5]
    values = dict.fromkeys(FIELDS)
    values.update(host=f'host-{host}', id=f'{number * 0x9e3779b97f4a7c15 % 2 ** 256:064x}', name=f'{stack}-{service}-{place}',
        state='running', health='healthy' if place % 3 == 0 else None, project=stack, service=service, cpu=number * 7919 % 100003,
        image=f'registry.example.com/team/{service}:{host % 20}',
        labels={'com.example.team': f'team-{place % 40}', 'com.docker.compose.project': stack, 'com.docker.compose.service': service})
    fleet[values['id']] = Container(**values)
some = list(fleet.values())[137]
def found(test):
    return [container for container in fleet.values() if test(container)]
def health():
    counts = {}
    for container in fleet.values():
        counts[container.health] = counts.get(container.health, 0) + 1
    return counts
questions = {
    'by id, from memory': lambda: fleet[some.id],
    'by name': lambda: found(lambda one: one.name == some.name),
    'a stack by service': lambda: found(lambda one: one.project == some.project),
    "a label's first 100, with their count": lambda: found(lambda one: one.labels.get('com.example.team') == 'team-5')[:100],
    'health summary': health,
    'top ten by CPU': lambda: sorted(fleet.values(), key=lambda one: one.cpu, reverse=True)[:10],
    'search, nothing found': lambda: found(lambda one: 'nothing-has-this' in one.name or 'nothing-has-this' in one.image),
    'search, hexadecimal': lambda: found(lambda one: 'c0ffee' in one.name or 'c0ffee' in one.image or 'c0ffee' in one.id),
    'search, a fifth of all': lambda: found(lambda one: 'web' in one.name or 'web' in one.image),
    'ps of one host': lambda: found(lambda one: one.host == some.host),
}
times = {}
for name, question in questions.items():
    each = []
    for _ in range(15):
        began = time.perf_counter()
        question()
        each.append((time.perf_counter() - began) * 1000)
    times[name] = sorted(each)[7]
print(json.dumps(times))
"""


def docker_py(world, table):
    """What docker's own library takes for the list of 300 containers of one Engine."""
    if subprocess.run(["/usr/bin/python3", "-c", "import docker"], capture_output=True).returncode:
        return table.add("docker-py asking one Engine", "python3-docker is not installed")
    engine = world.simulator(300)[0]
    code = (
        "import docker, time, sys\n"
        "client = docker.DockerClient(base_url='unix://' + sys.argv[1])\n"
        "each = []\n"
        "for _ in range(9):\n"
        "    began = time.perf_counter()\n"
        "    assert len(client.containers.list(all=True)) == 300\n"
        "    each.append((time.perf_counter() - began) * 1000)\n"
        "print(sorted(each)[4])\n")
    took = float(subprocess.check_output(["/usr/bin/python3", "-c", code, engine], text=True))
    table.add("docker-py asking one simulated Engine for its 300 containers", f"p50 {took:.0f} ms")
