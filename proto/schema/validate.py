#!/usr/bin/python3
"""Checks frames against the JSON Schemas beside this file.

    validate.py [--complete | --refused] FILE-OR-FOLDER...

A *.json file is one frame's body, a *.ndjson file one body a line; of a session's transcript only the lines of either
end are frames. Prints what is wrong and ends with status 1, or with 0 when nothing is.

--complete  Members that no schema describes are wrong too, and so are described members that no frame has.
--refused   Frames that a schema allows are wrong.

Needs Python 3 and its package jsonschema, 4.0 or later (Debian: python3-jsonschema).
"""

import copy
import json
import pathlib
import sys
import warnings

warnings.simplefilter("ignore", DeprecationWarning)
from jsonschema import Draft202012Validator, RefResolver  # noqa: E402

FOLDER = pathlib.Path(__file__).resolve().parent


def closed(schema):
    """The schema, with every object of named members allowing no others."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    result = {name: closed(part) for name, part in schema.items()}
    if "properties" in schema and "type" in schema:
        result["additionalProperties"] = False
    return result


def described(schema, store, path=""):
    """The path of every member that a schema describes."""
    if isinstance(schema, list):
        for part in schema:
            yield from described(part, store, path)
    elif isinstance(schema, dict):
        if "$ref" in schema:
            yield from described(store[schema["$ref"]], store, path)
        for name, part in schema.get("properties", {}).items() if "type" in schema else ():
            yield f"{path}/{name}"
            yield from described(part, store, f"{path}/{name}")
        yield from described(schema.get("oneOf", []), store, path)
        if "items" in schema:
            yield from described(schema["items"], store, f"{path}/*")
        if isinstance(schema.get("additionalProperties"), dict):
            yield from described(schema["additionalProperties"], store, f"{path}/*")


def present(value, path=""):
    """The path of every member that a frame has; those of maps both by name and as `*`."""
    if isinstance(value, list):
        for part in value:
            yield from present(part, f"{path}/*")
    elif isinstance(value, dict):
        for name, part in value.items():
            for place in (f"{path}/{name}", f"{path}/*"):
                yield place
                yield from present(part, place)


def frames(path):
    """Each frame of a file, with the place where it stands."""
    if path.suffix == ".json":
        yield str(path), json.loads(path.read_text("utf-8"))
        return
    for number, line in enumerate(path.read_text("utf-8").split("\n"), 1):
        if not line.strip():
            continue
        value = json.loads(line)
        if "type" not in value:
            value = value.get("agent") or value.get("aggregator")
        if value:
            yield f"{path}:{number}", value


def main(arguments):
    complete = "--complete" in arguments
    refused = "--refused" in arguments
    store = {}
    for path in sorted(FOLDER.glob("*.schema.json")):
        schema = json.loads(path.read_text("utf-8"))
        Draft202012Validator.check_schema(schema)
        store[path.name] = closed(schema) if complete else schema
    byID = {schema["$id"]: schema for schema in store.values()}
    paths = []
    for name in (name for name in arguments if not name.startswith("--")):
        path = pathlib.Path(name)
        paths += sorted(path.glob("*.*json")) if path.is_dir() else [path]

    wrong, count, seen = [], 0, {}
    for path in paths:
        for place, frame in frames(path):
            count += 1
            schema = store.get(f"{frame.get('type')}.schema.json")
            if schema is None:
                if complete or refused:
                    wrong.append(f"{place}: there is no schema for this type")
                continue
            seen.setdefault(frame["type"], set()).update(present(frame))
            resolver = RefResolver(schema["$id"], schema, store=copy.copy(byID))
            errors = list(Draft202012Validator(schema, resolver=resolver).iter_errors(frame))
            if refused and not errors:
                wrong.append(f"{place}: allowed")
            elif not refused:
                wrong += [f"{place}: {error.json_path}: {error.message[:300]}" for error in errors]
    if complete:
        for name, schema in store.items():
            kind = schema["properties"].get("type", {}).get("const")
            if kind is None:
                continue
            missing = set(described(schema, store)) - seen.get(kind, set())
            wrong += [f"{name}: no frame has {path}" for path in sorted(missing)]
    for line in wrong:
        print(line)
    print(f"{count} frames, {len(wrong)} wrong")
    return 1 if wrong or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
