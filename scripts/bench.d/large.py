"""100,000 containers over the real protocol: the aggregator's memory, and how soon it answers after a restart."""

import glob
import os
import signal
import sqlite3
import time

from world import Connection, memory, mib, wait

ENGINES = 10


def run(world, table):
    count = world.scaled(100_000)
    engines = world.simulator(count // ENGINES, ENGINES)
    aggregator, port, path = world.aggregator()
    empty, empty_anonymous = memory(aggregator.pid)
    began = time.monotonic()
    agents = [world.agent(engine, port, f"h{number}") for number, engine in enumerate(engines)]
    world.settled(path, count, seconds=600)
    took = time.monotonic() - began
    time.sleep(2)
    full, anonymous = memory(aggregator.pid)
    table.add(
        f"aggregator at {count} containers of {ENGINES} hosts",
        f"{(full - empty) // count} B a container; {mib(full)} resident, {mib(anonymous)} anonymous", "",
        f"empty {mib(empty)}, {mib(empty_anonymous)} anonymous; first reports took {took:.0f} s")
    for agent in agents:
        world.stop(agent)
    # All that was sent is on disk once a stop in order has ended.
    for ending, how in (signal.SIGTERM, "a stop in order"), (signal.SIGKILL, "kill -9"):
        world.stop(aggregator, ending)
        peer = scan(world.path("aggregator-data"))
        began = time.monotonic()
        aggregator = world.start(
            "restarted", world.program("bayplan-aggregator"), "--data", world.path("aggregator-data"),
            "--agents", "127.0.0.1:0", "--http", "127.0.0.1:0", "--socket", path, "--insecure")
        first = wait(120, "the aggregator's answer", lambda: answer(path), pause=0.002)
        took = (time.monotonic() - began) * 1000
        if first["total"] != count:
            raise RuntimeError(f"the first answer knows {first['total']} of {count} containers")
        table.add(f"restart after {how} until the first answer, all {count}", f"{took:.0f} ms", "", peer)


def answer(path):
    return Connection(path).get("/api/v1/containers?limit=1&fields=id")


def scan(folder):
    """How long SQLite takes for nothing but reading every row of the database."""
    file = max(glob.glob(os.path.join(folder, "*.db")), key=os.path.getsize)
    began = time.monotonic()
    database = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    rows = 0
    for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
        for _ in database.execute(f'SELECT * FROM "{name}"'):
            rows += 1
    took = (time.monotonic() - began) * 1000
    database.close()
    return f"SQLite reading all {rows} rows: {took:.0f} ms"
