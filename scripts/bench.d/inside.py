"""What is measured inside one process by bayplan-benchmarks, and what SQLite does without us."""

import os
import sqlite3
import subprocess
import sys
import time


def lines(world, *arguments):
    """Each line of the program, as what and figure."""
    run = subprocess.run(
        [world.program("bayplan-benchmarks"), *arguments], stdout=subprocess.PIPE, text=True, check=True)
    for line in run.stdout.splitlines():
        what, mark, figure = line.partition(": ")
        yield what, figure if mark else ""


def fleet(world, table):
    count = world.scaled(100_000)
    strings = python_memory(world.scaled(20_000))
    for what, figure in lines(world, "fleet", str(count)):
        if what == "memory":
            peer = f"Python objects {strings} B a container"
            table.add(f"fleet alone: memory at {count} containers", figure, "", peer)
        elif figure:
            table.add(f"fleet alone: {what}", figure)


def python_memory(count):
    """Bytes of resident memory that a container takes as Python dictionaries, in a process of its own."""
    return int(subprocess.check_output([sys.executable, "-c", PYTHON, str(count)], text=True))


PYTHON = """
import json, sys
def resident():
    return next(int(line.split()[1]) * 1024 for line in open('/proc/self/status') if line.startswith('VmRSS'))
def container(number):
    name = f'stack-{number // 10}'
    status = {'state': 'running', 'pid': number, 'startedAt': 1700000000000 + number, 'health': {'status': 'healthy'}}
    port = {'privatePort': 80, 'publicPort': number % 40000, 'ip': '0.0.0.0', 'type': 'tcp'}
    network = {'name': name + '_default', 'ip': '172.16.0.2', 'mac': '02:42:ac:12:00:02', 'aliases': ['web']}
    config = {
        'image': f'registry.example.com/team/web:{number % 20}', 'imageID': 'sha256:' + '0123456789abcdef' * 4,
        'labels': {f'com.example.label.{key}': f'{name}-{key}' for key in range(10)},
        'environment': {f'KEY_{key}': '0123456789abcdef' for key in range(5)},
        'mounts': [{'type': 'volume', 'destination': '/data', 'name': name + '_data', 'driver': 'local'}] * 2,
    }
    return json.dumps({
        'host': f'host-{number // 100}', 'id': f'{number:064x}', 'name': f'{name}-web-{number}', 'status': status,
        'network': {'ports': [port], 'networks': [network]}, 'config': config})
before = resident()
fleet = [json.loads(container(number)) for number in range(int(sys.argv[1]))]
print((resident() - before) // len(fleet))
"""


def journal(world, table):
    count = world.scaled(200_000)
    peer = plain(world.path("plain.db"), count)
    os.makedirs(world.path("log"))
    os.makedirs(world.path("folded"))
    for what, figure in lines(world, "journal", world.folder, str(count)):
        table.add(f"journal: {what}", figure, "", peer if what.startswith("append") else "")


def plain(path, count):
    """Rows of 200 bytes appended by SQLite alone in transactions of 4,000, each synced; with bytes written per byte."""
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE log (revision INTEGER PRIMARY KEY, body BLOB)")
    body = os.urandom(200)
    before, began = written(), time.monotonic()
    for first in range(0, count, 4_000):
        database.execute("BEGIN")
        database.executemany("INSERT INTO log (body) VALUES (?)", ((body,) for _ in range(4_000)))
        database.execute("COMMIT")
    took = time.monotonic() - began
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    bytes_per_byte = (written() - before) / (count * 200)
    database.close()
    return f"SQLite alone {count / took:,.0f}/s, {bytes_per_byte:.1f} bytes written per byte"


def written():
    """What this process has had written to the disk (proc(5), write_bytes)."""
    fields = dict(line.split(": ") for line in open("/proc/self/io"))
    return int(fields["write_bytes"])
