"""Words that break determinism in ledger/ and consensus/, and words that no file may hold.

usage: words.py ROOT
"""

import re
import sys

import source

PURE_FOLDERS = ("ledger", "consensus")
# pattern in code -> what to use instead. Only ledger/ and consensus/.
PURE = {
    r"\bunordered_\w+": "std::map or a sorted vector: order must not depend on hashing",
    r"\b(float|double)\b": "integers with named rounding",
    r"\b(clock_gettime|gettimeofday|localtime|gmtime|mktime|strftime)\b": "Timestamp, Date",
    r"\b(rand|srand|random_device|mt19937\w*|getrandom)\b": "seeds enter as values",
    r"\b(getenv|setlocale|imbue)\b": "parameters from the charter",
    r"#\s*include\s*<(thread|mutex|shared_mutex|atomic|future|condition_variable|stop_token)>":
        "one thread owns the core; hand values to it",
    r"#\s*include\s*<(iostream|fstream|filesystem|sstream|locale|random|ctime|regex)>":
        "std::string and to_string of the type; no I/O, randomness or locale here",
    r"#\s*include\s*<(functional|any|typeindex)>": "a template parameter or a named struct",
    r"\b(throw|try|catch)\b": "Result<T, E>",
    r"\b(printf|fprintf|puts|cout|cerr)\b": "return it; only the node logs",
    r"\b(unsigned\s+long|long\s+long|unsigned\s+int|unsigned\s+short)\b": "std::uint32_t and kin",
    r"\bstd::hash\b": "the type's own order, or hash_of",
    r"\b\w+_clock\b": "time enters as an event or a header's field",
}
# Everywhere in C++.
EVERYWHERE = {
    r"\busing namespace std\b": "std:: where it is used",
    r"\bassert\s*\(": "ASSERT, which is on in every build",
    r"#\s*include\s*<cassert>": "ledger/types/assert.h",
}
# Only in tests/, C++ and Python: a test waits for the thing, with a bound.
TESTS = {
    r"\b(sleep_for|sleep_until|usleep|nanosleep)\b": "wait for the thing, with a bound",
    r"\btime\.sleep\b": "wait for the thing, with a bound",
}
# Only in text as written, comments included; pieces are joined so that this file stays clean.
WRITTEN = {
    r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b": "do it, or say it in an issue",
    r"\.\./" r"shared\b": "the project stands alone: cite its own docs",
}
# file -> pattern it may hold, and why. Nothing else.
ALLOWED = {
    ("ledger/types/assert.cpp", r"\b(printf|fprintf|puts|cout|cerr)\b"):
        "the last words of a failed ASSERT",
}
WRITTEN_SUFFIXES = source.CPP + (".py", ".txt", ".cmake", ".md", ".sh", ".json", ".toml", "")
WRITTEN_FOLDERS = source.FOLDERS + ("cmake", "docs", "scripts")
TOP_FILES = ("README.md", "README.ja.md", "check", "town", "CMakeLists.txt", "CMakePresets.json")


def matches(path, text, patterns):
    findings = []
    for pattern, instead in patterns.items():
        if (path.as_posix(), pattern) in ALLOWED:
            continue
        for match in re.finditer(pattern, text):
            line = text.count("\n", 0, match.start()) + 1
            findings.append(f"{path}:{line}: `{match.group(0).strip()}`; instead: {instead}")
    return findings


def check(root):
    findings = []
    for path in source.files(root, source.CPP):
        text = source.read(root, path)
        code = source.code_of(text)
        if path.parts[0] in PURE_FOLDERS:
            findings += matches(path, code, PURE)
        if path.parts[0] == "tests":
            findings += matches(path, code, TESTS)
        findings += matches(path, code, EVERYWHERE)
    for path in source.files(root, (".py", ".sh"), ("tests",)):
        if path.parts[:2] != ("tests", "lint"):
            findings += matches(path, source.read(root, path), TESTS)
    written = source.files(root, WRITTEN_SUFFIXES, WRITTEN_FOLDERS)
    written += [(root / name).relative_to(root) for name in TOP_FILES if (root / name).is_file()]
    for path in written:
        findings += matches(path, source.read(root, path), WRITTEN)
    return findings


if __name__ == "__main__":
    sys.exit(source.report("words", check(source.root_from(sys.argv[1]))))
