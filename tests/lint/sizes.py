"""Functions fit a screen (70 lines), files fit a head (700 lines at most).

usage: sizes.py ROOT

long_functions.txt lists the functions that were longer when they came, one `path name lines` a line.
The list can only shrink: a new or a grown one fails, and so does an entry that is no longer true.
"""

import re
import sys

import source

FUNCTION_LINES_MAX = 70
FILE_LINES_MAX = 700
FILE_LINES_LOOK = 400
RATCHET = "tests/lint/long_functions.txt"

_CONTAINER = re.compile(r"\b(namespace|class|struct|union|enum|extern)\b")


def name_of(head):
    """The function's name from the text before its body."""
    before = head[: head.index("(")].rstrip()
    match = re.search(r"[~\w:]+$|operator\s*\S+$", before)
    return match.group(0) if match else before[-30:]


def functions_of(text):
    """(name, first line, lines) of each function body; what lies within one is part of it."""
    code = re.sub(r"^[ \t]*#.*(\\\n.*)*$", lambda m: re.sub(r"[^\n]", " ", m.group(0)),
                  source.code_of(text), flags=re.MULTILINE)
    found, stack, start = [], [], 0
    for match in re.finditer(r"[{};]", code):
        token, at = match.group(0), match.start()
        if token == "{":
            head = code[start:at]
            in_function = any(kind == "function" for kind, _, _ in stack)
            plain = re.sub(r"template\s*<[^{}]*?>\s*(?=[\w\[])", " ", head)
            is_function = (not in_function and "(" in plain
                           and not re.search(r"[=,(]\s*$", head)
                           and not _CONTAINER.search(plain.split("(")[0]))
            kind = "function" if is_function else "other"
            stack.append((kind, head, start + len(head) - len(head.lstrip())))
        elif token == "}" and stack:
            kind, head, begin = stack.pop()
            if kind == "function":
                first = code.count("\n", 0, begin) + 1
                last = code.count("\n", 0, at) + 1
                found.append((name_of(head.strip()), first, last - first + 1))
        start = at + 1
    return found


def ratchet_of(root):
    path = root / RATCHET
    entries = {}
    for line in path.read_text().splitlines() if path.is_file() else []:
        if line and not line.startswith("#"):
            file, name, lines = line.split()
            entries[(file, name)] = int(lines)
    return entries


def check(root):
    findings = []
    known = ratchet_of(root)
    for path in source.files(root, source.CPP):
        text = source.read(root, path)
        lines = text.count("\n")
        if lines > FILE_LINES_MAX:
            findings.append(f"{path}: {lines} lines, at most {FILE_LINES_MAX}")
        elif lines > FILE_LINES_LOOK:
            print(f"look twice: {path} has {lines} lines")
        for name, first, length in functions_of(text):
            if length <= FUNCTION_LINES_MAX:
                continue
            allowed = known.pop((path.as_posix(), name), 0)
            if length > allowed:
                findings.append(f"{path}:{first}: {name} has {length} lines, at most "
                                f"{max(allowed, FUNCTION_LINES_MAX)}")
    findings += [f"{RATCHET}: {file} {name} is short now, take it out" for file, name in known]
    return findings


if __name__ == "__main__":
    sys.exit(source.report("sizes", check(source.root_from(sys.argv[1]))))
