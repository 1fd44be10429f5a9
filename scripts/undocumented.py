"""Lists package types and functions without a documentation comment; exits 1 when there are any."""

import pathlib
import re
import sys

DECLARATION = re.compile(
    r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*package\s+(?:(?:final|static|mutating|consuming|borrowing|nonisolated|indirect|convenience)\s+)*"
    r"(?:class|struct|enum|actor|protocol|func|typealias)\b"
)
# What a protocol of the standard library asks for needs no words of its own.
KNOWN = re.compile(r"func (==|<|~=|hash\(into|next\(|encode\(|makeAsyncIterator|advanced\(|duration\(to|sleep\(until|checkIsolated|enqueue)")

missing = 0
for root in sys.argv[1:]:
    for path in sorted(pathlib.Path(root).rglob("*.swift")):
        lines = path.read_text().splitlines()
        for index, line in enumerate(lines):
            if not DECLARATION.match(line) or KNOWN.search(line):
                continue
            above = index - 1
            while above >= 0 and lines[above].lstrip().startswith("@"):
                above -= 1
            if above < 0 or not lines[above].lstrip().startswith("///"):
                print(f"{path}:{index + 1}: {line.strip()}", file=sys.stderr)
                missing += 1
sys.exit(1 if missing else 0)
