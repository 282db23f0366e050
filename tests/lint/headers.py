"""Every header compiles alone.

usage: headers.py ROOT COMPILER

Headers are compiled without code generation, and without the precompiled ones that the build uses:
those that the last commit or the working tree changed, and with HANSATSU_LINT_ALL set, as
`./check --long` sets it, every one.
"""

import concurrent.futures
import os
import subprocess
import sys

import source


def changed_files(root):
    """Paths that differ from the commit before the last; None where git can't tell."""
    command = ["git", "-C", str(root), "diff", "--name-only", "HEAD~1"]
    run = subprocess.run(command, capture_output=True, text=True)
    return set(run.stdout.splitlines()) if run.returncode == 0 else None


def compile_alone(root, compiler, header):
    command = [compiler, "-std=c++20", "-fsyntax-only", "-I", str(root), "-x", "c++", "-Wall",
               "-Wno-pragma-once-outside-header", str(root / header)]
    command += ["-DBOOST_ASIO_SEPARATE_COMPILATION", "-DBOOST_BEAST_SEPARATE_COMPILATION"]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode == 0:
        return []
    first = next((line for line in run.stderr.splitlines() if "error" in line), run.stderr[:200])
    return [f"{header}: does not compile alone: {first}"]


def check(root, compiler):
    findings, alone = [], []
    changed = None if os.environ.get("HANSATSU_LINT_ALL") else changed_files(root)
    for header in source.files(root, (".h",)):
        if not source.read(root, header).lstrip().startswith("#pragma once"):
            findings.append(f"{header}: does not begin with #pragma once")
        if changed is None or header.as_posix() in changed:
            alone.append(header)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for result in pool.map(lambda h: compile_alone(root, compiler, h), alone):
            findings += result
    print(f"{len(alone)} headers compiled alone")
    return findings


if __name__ == "__main__":
    sys.exit(source.report("headers", check(source.root_from(sys.argv[1]), sys.argv[2])))
