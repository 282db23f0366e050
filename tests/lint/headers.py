"""Every header compiles alone.

usage: headers.py ROOT COMPILER

A header whose .cpp includes it before anything else is proven by the build itself; the others are
compiled here, without code generation.
"""

import concurrent.futures
import os
import subprocess
import sys

import source


def proven_by_build(root, header):
    partner = (root / header).with_suffix(".cpp")
    if not partner.is_file():
        return False
    includes = source.includes_of(partner.read_text(encoding="utf-8"))
    return bool(includes) and includes[0] == (True, header.as_posix())


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
    for header in source.files(root, (".h",)):
        if not source.read(root, header).lstrip().startswith("#pragma once"):
            findings.append(f"{header}: does not begin with #pragma once")
        if not proven_by_build(root, header):
            alone.append(header)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for result in pool.map(lambda h: compile_alone(root, compiler, h), alone):
            findings += result
    print(f"{len(alone)} headers compiled alone, the others by their .cpp")
    return findings


if __name__ == "__main__":
    sys.exit(source.report("headers", check(source.root_from(sys.argv[1]), sys.argv[2])))
