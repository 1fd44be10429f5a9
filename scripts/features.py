"""Makes docs/FEATURES.md of scripts/features.table and of the ids in the tests' comments; `--check` only compares.

Fails when the table names a command, request, setting or file that there isn't, when a row that works has no test, when
a test names an id that isn't in the table, or when the page is not what it would be.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TABLE = ROOT / "scripts/features.table"
PAGE = ROOT / "docs/FEATURES.md"
ID = re.compile(r"\b([A-H])(\d{1,2})(?:[–-]([A-H])(\d{1,2}))?\b(?!-)")
WORD = r"[a-z][a-z0-9-]*"
problems = []


def text(*folders):
    """All Swift code of some folders."""
    paths = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.swift"))
    return "\n".join(path.read_text() for path in paths)


class House:
    """What the programs have, read from their code."""

    def __init__(self):
        tool = (ROOT / "Sources/CLI/CommandLineTool.swift").read_text()
        listed = set(re.findall(r"\b(\w+)\.(\w+)(?=[,\]\s])", tool[: tool.index("static var commands")]))
        self.commands = {}
        for path in (ROOT / "Sources/CLI").rglob("*.swift"):
            code = path.read_text()
            owner = re.search(r"^(?:enum|extension) (\w+)", code, re.M)
            for found in re.finditer(r'static (?:let|var) (\w+) = Command\(\s*name: "([^"]+)"', code):
                if owner and (owner[1], found[1]) in listed:
                    self.commands[found[2]] = code
        self.flags = self.names(text("Sources/CLI"))
        self.routes = self.find_routes()
        agent = text("agent/Core")
        aggregator = text("aggregator/Core")
        self.settings = {
            "agent": self.names(agent),
            "aggregator": self.names(aggregator),
        }
        self.own = {
            "bayplan-agent": set(re.findall(r'^\s+\("([a-z-]+)", "[A-Z]', agent, re.M)),
            "bayplan-aggregator": set(re.findall(r'^\s+\("([a-z-]+)", "[A-Z]', aggregator, re.M)),
        }

    @staticmethod
    def names(code):
        """What matches the names of the settings that are declared; `\\(facet)-lifetime` stands for several."""
        names = re.findall(r'Setting\(\s*"((?:[a-z0-9-]|\\\(\w+\))+)"', code)
        return re.compile("|".join(re.sub(r"\\\(\w+\)", WORD, name) for name in names))

    @staticmethod
    def find_routes():
        """Paths as their first word below /api/v1, how many parts they have, and which of those must be which word."""
        code = (ROOT / "aggregator/API/FleetAPI.swift").read_text()
        beside = re.findall(r'path == \["(\w+)"\]|case \["(\w+)"\]', code)
        routes = [(word, 1, []) for pair in beside for word in pair if word]
        for line in re.findall(r"case (\(.*?\).*?):", code):
            fixed = [(int(place), word) for place, word in re.findall(r'path\[(\d)\] == "([\w-]+)"', line)]
            for word, count in re.findall(r'\("([\w-]+)", (\d)\)', line):
                routes.append((word, int(count), fixed))
        return routes

    def has(self, place):
        """Whether something that the table names is there."""
        words = place.split()
        if words[0] == "bayplan":
            names = [word for word in words[1:] if not word.startswith("-")]
            flags = [word for word in words[1:] if word.startswith("--")]
            code = self.commands.get(" ".join(names))
            return code is not None and all(self.flags.fullmatch(flag[2:]) for flag in flags)
        if words[0] in self.own:
            return len(words) == 2 and words[1] in self.own[words[0]]
        if words[0] in self.settings:
            return len(words) == 2 and words[1][:2] == "--" and self.settings[words[0]].fullmatch(words[1][2:]) is not None
        if words[0] in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            return len(words) == 2 and self.answers(words[1].strip("/").split("/"))
        return len(words) == 1 and (ROOT / place).exists()

    def answers(self, parts):
        path = ["api", "v1", *parts]
        return any(
            word == parts[0] and (count == 1 == len(parts) or count == len(path) and all(path[p] == w for p, w in fixed))
            for word, count, fixed in self.routes
        )


def read_tests():
    """Test files by the ids that their documentation comments name."""
    tests = {}
    for path in sorted((ROOT / "Tests").rglob("*.swift")):
        for line in path.read_text().splitlines():
            if not line.lstrip().startswith("///"):
                continue
            for letter, first, other, last in ID.findall(line):
                numbers = range(int(first), int(last) + 1) if other == letter and last else [int(first)]
                for number in numbers:
                    name = f"{path.parent.relative_to(ROOT / 'Tests')}/{path.stem}"
                    tests.setdefault(f"{letter}{number}", {})[name] = True
    return {row: list(names) for row, names in tests.items()}


def read_table():
    """Sections of rows (id, state, what, places)."""
    sections = []
    for number, line in enumerate(TABLE.read_text().splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("="):
            sections.append((line[1:].strip(), []))
            continue
        parts = [part.strip() for part in line.split("|")]
        if len(parts) != 4 or not sections:
            problems.append(f"line {number} of {TABLE.name} is no row: {line}")
            continue
        places = [place.strip() for place in parts[3].split(";") if place.strip()]
        sections[-1][1].append((*parts[:3], places))
    return sections


def check(sections, tests, house):
    rows = [row for _, rows in sections for row in rows]
    ids = [row[0] for row in rows]
    for letter, last in zip("ABCDEFGH", (8, 20, 10, 9, 5, 3, 6, 10)):
        for number in range(1, last + 1):
            if ids.count(f"{letter}{number}") != 1:
                problems.append(f"{letter}{number} stands {ids.count(f'{letter}{number}')} times in the table")
    for row, state, _, places in rows:
        if state != "works" and state != "not yet" and not re.match(r"part: \S", state):
            problems.append(f"{row}: the state is `works`, `part: …` or `not yet`, not `{state}`")
        if state == "works" and row not in tests:
            problems.append(f"{row} works, says the table, and no test names it")
        if state == "not yet" and places:
            problems.append(f"{row} is not built yet, and yet to be found in {places}")
        for place in places:
            if not house.has(place):
                problems.append(f"{row}: there is no `{place}`")
    for row in sorted(set(tests) - set(ids)):
        problems.append(f"{tests[row][0]} names {row}, which is no requirement")
    measured = (ROOT / "aggregator/API/HTTPMeasures.swift").read_text()
    nouns = set(re.findall(r'"([\w-]+)"', measured[measured.index("static let nouns") : measured.index("]", measured.index("static let nouns"))]))
    for word in sorted({word for word, count, _ in house.routes if count > 1} - nouns):
        problems.append(f"HTTPMeasures.nouns lacks {word}, which FleetAPI routes")


def page(sections, tests):
    lines = [
        "# What works, and where",
        "",
        "Made by `make features` from `scripts/features.table` and from the ids in the tests' comments; `make check` compares.",
        "Requests are below `/api/v1`, but for `/metrics`; settings are flags, keys of the file and variables alike.",
        "",
    ]
    rows = [row for _, rows in sections for row in rows]
    works, parts = sum(r[1] == "works" for r in rows), sum(r[1].startswith("part") for r in rows)
    lines += [f"Of {len(rows)} requirements {works} work, {parts} in part, {len(rows) - works - parts} are not built yet.", ""]
    for title, rows in sections:
        lines += [f"## {title}", "", "| id | what | state | where | tests |", "|---|---|---|---|---|"]
        for row, state, what, places in rows:
            state = {"works": "works", "not yet": "not yet"}.get(state, state.replace("part: ", "in part: "))
            where = ", ".join(f"[{p}](../{p})" if (ROOT / p).exists() else f"`{p}`" for p in places)
            named = tests.get(row, [])
            shown = ", ".join(named[:4]) + (f" and {len(named) - 4} more" if len(named) > 4 else "")
            if state == "not yet":
                shown = ""
            lines.append(f"| {row} | {what} | {state} | {where} | {shown} |")
        lines.append("")
    return "\n".join(lines)


sections, tests, house = read_table(), read_tests(), House()
check(sections, tests, house)
made = page(sections, tests)
if "--check" in sys.argv[1:]:
    if not PAGE.exists() or PAGE.read_text() != made:
        problems.append("docs/FEATURES.md is not what `make features` makes; run it, and look at what changed")
else:
    PAGE.write_text(made)
    for row, state, _, _ in [row for _, rows in sections for row in rows]:
        if state == "not yet" and row in tests:
            print(f"features: {row} is not built yet, says the table, but {tests[row][0]} names it", file=sys.stderr)
for problem in problems:
    print(f"features: {problem}", file=sys.stderr)
sys.exit(1 if problems else 0)
