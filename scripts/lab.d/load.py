"""Containers in bulk, through the Engine's API on its socket: load.py SOCKET seed|storm COUNT [options].

The docker client takes 30 ms to start; here a thread keeps one connection and spends nothing beside the call.
"""

import argparse
import http.client
import json
import socket
import sys
import threading
import time

API = "/v1.41"


class Engine(http.client.HTTPConnection):
    """One kept connection to an Engine's Unix socket."""

    def __init__(self, path):
        super().__init__("engine", timeout=60)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)

    def call(self, method, path, body=None):
        """Answers status and text; a broken connection is an OSError or HTTPException."""
        data = None if body is None else json.dumps(body)
        self.request(method, API + path, data, {"Content-Type": "application/json"} if data else {})
        answer = self.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")


class Tally:
    """What was done, how long each call took, and what went wrong first."""

    def __init__(self):
        self.lock = threading.Lock()
        self.times = {}
        self.failures = 0
        self.first = None

    def timed(self, engine, kind, method, path, body=None, accepted=(200, 201, 204)):
        began = time.monotonic()
        status, text = engine.call(method, path, body)
        took = time.monotonic() - began
        with self.lock:
            if status in accepted:
                self.times.setdefault(kind, []).append(took)
            else:
                self.failures += 1
                self.first = self.first or f"{method} {path}: {status} {text.strip()}"
        return status, text

    def report(self, seconds):
        operations = {}
        for kind, times in sorted(self.times.items()):
            times.sort()
            operations[kind] = {
                "count": len(times),
                "medianMs": round(times[len(times) // 2] * 1000, 3),
                "p99Ms": round(times[min(len(times) - 1, len(times) * 99 // 100)] * 1000, 3),
            }
        return {
            "seconds": round(seconds, 3),
            "failures": self.failures,
            "first": self.first,
            "operations": operations,
        }


def seed(engine, tally, index):
    name = f"seed-{index}"
    labels = {"lab.seed": str(index), "lab.parity": ["even", "odd"][index % 2]}
    body = {"Image": "bb:1", "Cmd": ["sleep", "1000000"], "Labels": labels}
    status, text = tally.timed(engine, "create", "POST", f"/containers/create?name={name}", body, (201, 409))
    if status == 201:
        tally.timed(engine, "start", "POST", f"/containers/{json.loads(text)['Id']}/start")
    elif status == 409:
        tally.timed(engine, "start", "POST", f"/containers/{name}/start", None, (204, 304))


def storm(engine, tally, index, start_every):
    body = {"Image": "bb:1", "Cmd": ["sleep", "1000000"], "Labels": {"lab.storm": str(index)}}
    status, text = tally.timed(engine, "create", "POST", f"/containers/create?name=storm-{index}", body)
    if status != 201:
        return
    identity = json.loads(text)["Id"]
    for turn in range(2):
        tally.timed(engine, "rename", "POST", f"/containers/{identity}/rename?name=storm-{index}-{turn}")
    if start_every and index % start_every == 0:
        tally.timed(engine, "start", "POST", f"/containers/{identity}/start")
        tally.timed(engine, "kill", "POST", f"/containers/{identity}/kill")
    tally.timed(engine, "remove", "DELETE", f"/containers/{identity}?force=1")


def main():
    parser = argparse.ArgumentParser(prog="lab")
    parser.add_argument("socket")
    parser.add_argument("what", choices=["seed", "storm"])
    parser.add_argument("count", type=int)
    parser.add_argument("--jobs", type=int, default=4)
    parser.add_argument("--start-every", type=int, default=20)
    options = parser.parse_args()

    tally = Tally()
    numbers = iter(range(1, options.count + 1))
    guard = threading.Lock()

    def work():
        engine = Engine(options.socket)
        while True:
            with guard:
                index = next(numbers, None)
            if index is None:
                return
            try:
                if options.what == "seed":
                    seed(engine, tally, index)
                else:
                    storm(engine, tally, index, options.start_every)
            except (OSError, http.client.HTTPException) as problem:
                engine.close()
                with tally.lock:
                    tally.failures += 1
                    tally.first = tally.first or f"{type(problem).__name__}: {problem}"

    began = time.monotonic()
    threads = [threading.Thread(target=work) for _ in range(max(1, options.jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps(tally.report(time.monotonic() - began)))
    if tally.failures:
        print(f"lab: {tally.failures} calls failed; the first: {tally.first}", file=sys.stderr)
        sys.exit(1)


main()
