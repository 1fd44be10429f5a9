"""Programs that a benchmark starts and asks, and how it reads what they use."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time


class Connection(http.client.HTTPConnection):
    """One kept connection to a Unix socket that speaks HTTP: an Engine or an aggregator."""

    def __init__(self, path):
        super().__init__("bench", timeout=120)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)

    def call(self, method, path, body=None):
        """The answer's body; anything but success is an error."""
        data = None if body is None else json.dumps(body)
        self.request(method, path, data, {"Content-Type": "application/json"} if data else {})
        answer = self.getresponse()
        text = answer.read()
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status} {text[:200]!r}")
        return text

    def get(self, path):
        return json.loads(self.call("GET", path))


def wait(seconds, what, condition, pause=0.05):
    """Waits until the condition gives something, and gives that back."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            found = condition()
        except (OSError, http.client.HTTPException, RuntimeError):
            found = None
        if found:
            return found
        time.sleep(pause)
    raise RuntimeError(f"{what} did not come within {seconds} s")


def memory(pid):
    """Resident and anonymous bytes of a process (proc(5))."""
    fields = dict(line.split(":", 1) for line in open(f"/proc/{pid}/status") if ":" in line)
    return tuple(int(fields[name].split()[0]) * 1024 for name in ("VmRSS", "RssAnon"))


def mib(count):
    return f"{count / (1 << 20):.1f} MiB"


def quantiles(values):
    """The middle and the 99th of a hundred."""
    ordered = sorted(values)
    return ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)]


class World:
    """What one part of the benchmark runs in: its folder and its processes, all gone when it ends."""

    def __init__(self, bin, folder, short):
        self.bin, self.folder, self.short = bin, folder, short
        self.processes = []
        self.endings = []
        os.makedirs(folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def program(self, name):
        return os.path.join(self.bin, name)

    def scaled(self, count):
        return max(1, count // 10) if self.short else count

    def start(self, name, *command):
        with open(self.path(name + ".log"), "ab") as log:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.processes.append(process)
        return process

    def stop(self, process, number=signal.SIGTERM):
        if process.poll() is None:
            process.send_signal(number)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.processes.remove(process)

    def aggregator(self, name="aggregator"):
        """Starts one on a free port; gives the process, its agents' port and its socket."""
        port, http_port = free_port(), free_port()
        path = self.path(f"{name}.sock")
        process = self.start(
            name, self.program("bayplan-aggregator"), "--data", self.path(f"{name}-data"),
            "--agents", f"127.0.0.1:{port}", "--http", f"127.0.0.1:{http_port}", "--socket", path, "--insecure")
        wait(60, "the aggregator", lambda: Connection(path).get("/api/v1/version"), pause=0.01)
        return process, port, path

    def secure_aggregator(self, name="secure"):
        """Starts one whose doors speak TLS and ask for tokens; gives the process, its agents' address and its socket."""
        address, path = f"127.0.0.1:{free_port()}", self.path(f"{name}.sock")
        process = self.start(
            name, self.program("bayplan-aggregator"), "--data", self.path(f"{name}-data"), "--agents", address,
            "--http", f"127.0.0.1:{free_port()}", "--socket", path)
        wait(60, "the aggregator", lambda: Connection(path).get("/api/v1/version"), pause=0.01)
        return process, address, path

    def token(self, path, host):
        """A file with a token for a host, readable by nobody else."""
        text = subprocess.check_output(
            [self.program("bayplan"), "--socket", path, "token", "create", "--host", host], text=True)
        file = self.path(f"{host}.token")
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            out.write(text)
        return file

    def secure_agent(self, engine, path, host):
        """An agent that reports over TLS with a token of its own."""
        return self.start(
            f"agent-{host}", self.program("bayplan-agent"), "--docker", f"unix://{engine}", "--token-file",
            self.token(path, host), "--state", self.path(f"agent-{host}"))

    def agent(self, engine, port, host, *more):
        return self.start(
            f"agent-{host}", self.program("bayplan-agent"), "--docker", f"unix://{engine}", "--aggregator",
            f"127.0.0.1:{port}", "--host-id", host, "--state", self.path(f"agent-{host}"), "--insecure", *more)

    def simulator(self, containers, count=1, *more):
        """Starts simulated Engines; gives their sockets."""
        paths = [self.path(f"engine-{number}.sock") for number in range(count)]
        sockets = [word for path in paths for word in ("--socket", path)]
        self.start(
            "simulator", self.program("bayplan-simulator"), "engine", *sockets, "--containers", str(containers), *more)
        for path in paths:
            wait(120, "a simulated Engine", lambda: Connection(path).call("GET", "/_ping"))
        return paths

    def settled(self, path, containers, seconds=300):
        """Waits until the aggregator has so many containers and all hosts are live."""
        def look():
            connection = Connection(path)
            hosts = connection.get("/api/v1/hosts")["items"]
            return hosts and all(host["state"] == "live" for host in hosts) and (
                connection.get("/api/v1/containers?limit=1&fields=id")["total"] >= containers)
        wait(seconds, f"{containers} containers", look, pause=0.2)

    def at_end(self, ending):
        self.endings.append(ending)

    def show_logs(self):
        for name in sorted(os.listdir(self.folder)):
            if name.endswith(".log"):
                with open(self.path(name), errors="replace") as log:
                    for line in log.readlines()[-3:]:
                        print(f"  {name}: {line.rstrip()}", file=sys.stderr)

    def close(self):
        for process in reversed(list(self.processes)):
            self.stop(process)
        for ending in reversed(self.endings):
            ending()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
