"""Runs the benchmarks and prints one table, each figure beside a peer or limit of the same run."""

import argparse
import os
import platform
import shutil
import sys
import tempfile
import time

import commands
import inside
import large
import load
import queries
import real
from world import World

PARTS = {
    "engine": real.run,  # event to query, bytes on the wire, the agent's memory: on a real Engine
    "ps": commands.run,  # the whole of `bayplan ps` beside `docker ps`
    "fleet": inside.fleet,  # memory and time of the fleet in memory
    "journal": inside.journal,  # rows and bytes that go to the disk
    "load": load.run,  # a thousand simulated hosts over TLS: first report, changes, questions meanwhile
    "queries": queries.run,  # a million containers: memory, cold start, each query beside its peers
    "restart": large.run,  # memory and restart with 100,000 containers over the real protocol
}


class Table:
    """Rows of what, figure, goal and peer, printed as they come and once more at the end."""

    def __init__(self):
        self.rows = []

    def add(self, what, figure, goal="", peer=""):
        self.rows.append((what, figure, goal, peer))
        print("  " + " | ".join(part for part in self.rows[-1] if part), file=sys.stderr, flush=True)

    def show(self):
        rows = [("WHAT", "MEASURED", "GOAL", "PEER OR LIMIT, SAME RUN")] + self.rows
        widths = [max(len(row[column]) for row in rows) for column in range(3)]
        for row in rows:
            cells = [cell.ljust(width) for cell, width in zip(row, widths)]
            print("   ".join(cells + [row[3]]).rstrip())


def busy():
    return "/".join(f"{value:.1f}" for value in os.getloadavg())


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--only", default=",".join(PARTS), help=f"some of {','.join(PARTS)}")
    parser.add_argument("--short", action="store_true", help="a tenth of the size, to see that it works")
    parser.add_argument("--size", type=int, default=1_000_000, help="containers of the part `queries`")
    parser.add_argument("--bin", default=".build/release", help="where the programs are")
    parser.add_argument("--dir", help="where data goes; on the disk that is to be measured")
    options = parser.parse_args()
    chosen = options.only.split(",")
    for part in chosen:
        if part not in PARTS:
            parser.error(f"there is no part {part}; there are {', '.join(PARTS)}")
    if os.geteuid() != 0:
        sys.exit("bench: real Engines and network namespaces need root; nothing was measured. Use sudo.")

    folder = tempfile.mkdtemp(prefix="bayplan-bench-", dir=options.dir or "/var/tmp")
    table = Table()
    failed = []
    print(
        f"{time.strftime('%Y-%m-%d %H:%M UTC', time.gmtime())}, {os.cpu_count()} CPUs, "
        f"Linux {platform.release()}, load before {busy()}", flush=True)
    try:
        for part in chosen:
            print(f"bench: {part}, load {busy()}", file=sys.stderr, flush=True)
            world = World(os.path.abspath(options.bin), os.path.join(folder, part), options.short)
            try:
                PARTS[part](world, table, *([options.size] if part == "queries" else []))
            except Exception as problem:  # the other parts still count
                failed.append(part)
                print(f"bench: {part} failed: {type(problem).__name__}: {problem}", file=sys.stderr)
                world.show_logs()
            finally:
                world.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    table.show()
    print(f"load after {busy()}")
    if failed:
        sys.exit(f"bench: {', '.join(failed)} failed (see above); those figures are missing")


main()
