"""What every lint needs: the tree's files, and C++ text without comments and literals."""

import pathlib
import re

FOLDERS = ("ledger", "consensus", "rpc", "node", "wallet", "merchant-sdk", "tests")
CPP = (".h", ".cpp")
PRUNED = {".git", "build", ".town", "corpus"}


def files(root, suffixes, folders=FOLDERS):
    """Paths relative to the root, sorted, of the files with one of the suffixes."""
    found = []
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            relative = path.relative_to(root)
            if path.suffix in suffixes and path.is_file() and not PRUNED & set(relative.parts):
                found.append(relative)
    return found


_TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<raw>[^(\s]*)\(.*?\)(?P=raw)"'
    r'|"(?:\\.|[^"\\\n])*"|(?<![0-9A-Za-z_])\'(?:\\.|[^\'\\\n])*\'',
    re.DOTALL,
)
_INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def code_of(text):
    """The text with comments and literals blanked; line numbers and columns stay as they were."""

    def blank(match):
        token = match.group(0)
        return re.sub(r"[^\n]", " ", token)

    return _TOKEN.sub(blank, text)


def includes_of(text):
    """Every include as (is_quoted, path), in order."""
    return [(mark == '"', path) for mark, path in _INCLUDE.findall(text)]


def read(root, path):
    return (root / path).read_text(encoding="utf-8")


def report(name, findings):
    """Prints the findings and gives the exit code."""
    for finding in findings:
        print(finding)
    print(f"lint.{name}: {len(findings)} findings" if findings else f"lint.{name}: clean")
    return 1 if findings else 0


def root_from(argument):
    root = pathlib.Path(argument).resolve()
    if not (root / "ledger").is_dir():
        raise SystemExit(f"{root} is not the project's root")
    return root
