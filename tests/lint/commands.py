"""Commands that documents show exist: the subcommand and each option stand in the program's source.

usage: commands.py ROOT
"""

import re
import sys

import source

# program -> where its words stand, and how many words of a command line are subcommands' names.
PROGRAMS = {
    "hansatsu": "wallet/cli",
    "hansatsud": "node/main.cpp",
    "hansatsu-till": "merchant-sdk/till",
    "hansatsu-town": "wallet/town/main.cpp",
    "hansatsu-sim": "tests/simulation/main.cpp",
    "hansatsu-bench": "tests/bench/main.cpp",
    "./town": "town",
}
GROUPS = ("wallet", "chain", "account", "receipt", "shop", "office")
WITHOUT_SUBCOMMANDS = ("hansatsu-till", "hansatsu-sim", "hansatsu-bench")
NO_PROGRAMS = ("hansatsu-merchant",)  # a package
ALWAYS = {"--help", "--version"}

_PROGRAM = re.compile(
    r"(?<![\w/.=@-])(?:build/release/bin/)?(\./town|hansatsu(?:d|-\w+)?)(?![\w/.@=:-])")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_END = re.compile(r"\s{2,}(?!-)|\s[#|>;(]|\s&&|[`|;()]|$")
_LITERAL = re.compile(r'"((?:\\.|[^"\\\n])*)"')
_FLAG = re.compile(r'add_flag\(\s*"([^"]+)"')


class Words:
    """What a program's source knows: subcommands' names, options, and options without a value."""

    def __init__(self, root, program):
        place = root / PROGRAMS[program]
        files = sorted(place.glob("*.cpp")) if place.is_dir() else [place]
        text = "\n".join(file.read_text(encoding="utf-8") for file in files if file.is_file())
        if program == "./town":  # a shell script: its `case` labels
            labels = re.findall(r"^\s*([a-z][a-z |-]*)\)", text, re.MULTILINE)
            self.names = {name.strip() for label in labels for name in label.split("|")}
            # What it does not know it hands on to hansatsu-town.
            text += (root / PROGRAMS["hansatsu-town"]).read_text(encoding="utf-8")
            self.options = set(re.findall(r"--[a-z][a-z-]*", text))
            self.flags = {"--json", "--wipe", "--help"}
            return
        literals = {part for found in _LITERAL.findall(text) for part in found.split(",")}
        self.names = {word for word in literals if re.fullmatch(r"[a-z][a-z-]*", word)}
        self.options = {word for word in literals if word.startswith("-")} | ALWAYS
        self.flags = {part for found in _FLAG.findall(text) for part in found.split(",")} | ALWAYS


def commands_of(text):
    """(line, program, words) of each command in a document's code, in blocks and between ticks."""
    for number, line in enumerate(text.splitlines(), 1):
        block = line.startswith("    ") or line.startswith("\t")
        spans = [line.strip()] if block else re.findall(r"`([^`]+)`", line)
        for span in spans:
            plain = _QUOTED.sub("X", span)
            for match in _PROGRAM.finditer(plain):
                rest = plain[match.end():]
                words = rest[: _END.search(rest).start()].split()
                if not (words and _PROGRAM.fullmatch(words[0])):  # `sudo -u hansatsu hansatsud run`
                    yield number, match.group(1), words


def fault_of(program, words, known):
    names, skip = [], False
    for word in words:
        if skip:
            skip = False
        elif word.startswith("-"):
            option, _, value = word.partition("=")
            if option not in known.options:
                return f"{program} has no option {option}"
            skip = not value and option not in known.flags
        else:
            names.append(word)
    # A path comes after a program's name where that is an argument of another: `install hansatsu /usr`.
    if program in WITHOUT_SUBCOMMANDS or not names or names[0].startswith("/"):
        return None
    shown = names[: 2 if names[0] in GROUPS else 1]
    for name in shown:
        if name not in known.names and name != "...":
            return f"{program} has no command {' '.join(shown)}"
    return None


def check(root):
    documents = source.files(root, (".md",), source.FOLDERS + ("docs",))
    documents += [p.relative_to(root) for p in sorted(root.glob("*.md"))]
    known = {program: Words(root, program) for program in PROGRAMS}
    findings = []
    for path in documents:
        for line, program, words in commands_of(source.read(root, path)):
            if program in NO_PROGRAMS:
                continue
            if program not in known:
                findings.append(f"{path}:{line}: there is no program {program}")
                continue
            fault = fault_of(program, words, known[program])
            if fault:
                findings.append(f"{path}:{line}: {fault}")
    return findings


if __name__ == "__main__":
    sys.exit(source.report("commands", check(source.root_from(sys.argv[1]))))
