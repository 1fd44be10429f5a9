"""Holds the package's layers: reads `swift package dump-package` on standard input."""

import json
import sys

PURE = {"Inventory", "JSON", "Wire"}
FACILITIES = {
    "OS", "Log", "Crypto", "YAML", "SQLite", "Settings", "HTTP", "HTTPServer", "TLS", "Lifecycle", "Daemon", "Docker", "Watch", "Simulation",
}
AGENT = {"AgentCore", "bayplan-agent"}
AGGREGATOR = {"Fleet", "Journal", "AggregatorCore", "AggregatorAPI", "bayplan-aggregator"}
# Where agent and aggregator may meet.
SHARED = {"Wire", "Inventory", "Watch"} | FACILITIES | PURE

problems = []
targets = {}
for target in json.load(sys.stdin)["targets"]:
    names = set()
    for dependency in target["dependencies"]:
        names.update(value[0] for value in dependency.values() if isinstance(value, list) and value)
    targets[target["name"]] = (target["type"], names)

c_modules = {
    name for name, (kind, _) in targets.items()
    if kind != "test" and name != "CLI" and name.startswith("C") and name[1:2].isupper()
}
importers = {name: [] for name in c_modules}
for name, (kind, uses) in targets.items():
    for used in uses & c_modules:
        importers[used].append(name)
    if name in PURE and uses - PURE:
        problems.append(f"{name} is pure and may not use {sorted(uses - PURE)}")
    if name in FACILITIES and uses & (AGENT | AGGREGATOR | {"CLI"}):
        problems.append(f"{name} is a facility and may not use {sorted(uses & (AGENT | AGGREGATOR | {'CLI'}))}")
    if name in AGENT and uses & AGGREGATOR or name in AGGREGATOR and uses & AGENT:
        problems.append(f"{name}: agent and aggregator meet only in Wire, Inventory and Watch")
    if kind == "executable" and any(used in c_modules for used in uses):
        problems.append(f"{name} only composes and may not use a C module")
    if kind != "test" and "TestSupport" in uses:
        problems.append(f"{name} is no test and may not use TestSupport")
for module, names in sorted(importers.items()):
    if len(names) != 1:
        problems.append(f"{module} must have exactly one importer, not {sorted(names)}")

for line in problems:
    print(line, file=sys.stderr)
sys.exit(1 if problems else 0)
