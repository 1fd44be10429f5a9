"""The whole of a command, from its start to its last byte, beside docker's."""

import os
import subprocess
import time

from world import quantiles

DOCKER = "/usr/bin/docker"


def timed(command):
    """Wall and processor time of a process in ms."""
    began = time.monotonic()
    child = os.posix_spawn(
        command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)])
    _, status, usage = os.wait4(child, 0)
    took = (time.monotonic() - began) * 1000
    if status != 0:
        raise RuntimeError(f"{' '.join(command)} ended with status {status}")
    return took, (usage.ru_utime + usage.ru_stime) * 1000


def run(world, table):
    count = world.scaled(3_000)
    engine = world.simulator(count)[0]
    aggregator, port, path = world.aggregator()
    world.agent(engine, port, "sim")
    world.settled(path, count)
    bayplan = [world.program("bayplan"), "--socket", path]
    commands = {
        "true": ["/bin/true"],
        "help": [world.program("bayplan"), "help"],
        "ps": [*bayplan, "ps", "-a"],
        "json": [*bayplan, "ps", "-a", "--no-trunc", "--format", "json"],
        "docker": [DOCKER, "-H", f"unix://{engine}", "ps", "-a"],
    }
    rows = subprocess.check_output(commands["ps"]).count(b"\n") - 1
    if rows != count:
        raise RuntimeError(f"bayplan ps shows {rows} of {count} containers")
    times = {name: [] for name in commands}
    for _ in range(world.scaled(60)):
        # Taken in turns, so that all of them see the same neighbours.
        for name, command in commands.items():
            times[name].append(timed(command))

    def text(name):
        wall = sorted(one for one, _ in times[name])
        used, _ = quantiles([one for _, one in times[name]])
        return f"p50 {wall[len(wall) // 2]:.1f} ms, min {wall[0]:.1f} ms, CPU {used:.1f} ms"

    table.add(f"bayplan ps -a, {count} containers", text("ps"), "10 ms", f"docker ps -a: {text('docker')}")
    table.add("bayplan ps -a --format json", text("json"), "", f"/bin/true: {text('true')}")
    table.add("bayplan help", text("help"), "", f"/bin/true: {text('true')}")
