"""Shows that the suite finds the bugs of table.py: each is built into one test program, which is one of them at a time.

mutants.py --list                     the source files that have any
mutants.py --write FILE SOURCE OUT    the file with all its bugs, each behind a switch
mutants.py --kill PROGRAM             runs each bug's killers, with it and without any; exits with 1 if one survives

The product's sources and builds know nothing of this.
"""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from table import MUTANTS

SECONDS_MAX = 60


def switched(mutant, source):
    """The source with this bug behind its switch."""
    if source.count(mutant.old) != 1:
        sys.exit(f"mutants: {mutant.name}: its piece of {mutant.file} stands there {source.count(mutant.old)} times; "
                 "follow the change in tests/mutants/table.py")
    switch = f'hansatsu::mutants::is_on("{mutant.name}")'
    if mutant.old.endswith(";"):
        piece = f"if ({switch}) {{ {mutant.new} }} else {{ {mutant.old} }}"
    else:
        piece = f"({switch} ? ({mutant.new}) : ({mutant.old}))"
    return source.replace(mutant.old, piece)


def write(file, source_path, out_path):
    with open(source_path, encoding="utf-8") as source:
        text = source.read()
    for mutant in MUTANTS:
        if mutant.file == file:
            text = switched(mutant, text)
    with open(out_path, "w", encoding="utf-8") as out:
        out.write(f'#include "tests/mutants/switch.h"\n{text}')


def run(program, mutant, killer):
    """How the killer ended: None if well."""
    environment = dict(os.environ, HANSATSU_MUTANT=mutant)
    test = killer
    if killer.startswith("seeds "):
        environment["HANSATSU_SEEDS"] = killer.removeprefix("seeds ")
        test = "seeds named by HANSATSU_SEEDS"
    command = [program, "--abort", "--warn", "NoTests", test]
    try:
        ended = subprocess.run(command, env=environment, capture_output=True, timeout=SECONDS_MAX, check=False)
    except subprocess.TimeoutExpired:
        return "hung"
    if b"No test cases matched" in ended.stdout:
        sys.exit(f"mutants: no test is named '{test}'")
    if ended.returncode == 0:
        return None
    return "failed" if ended.returncode > 0 else "asserted"


def kill(program):
    begin = time.monotonic()
    runs = [(mutant.name, killer) for mutant in MUTANTS for killer in mutant.killers]
    runs += [("", killer) for killer in sorted({killer for _, killer in runs})]
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        ends = list(pool.map(lambda one: run(program, *one), runs))
    wrong = 0
    for (mutant, killer), end in zip(runs, ends):
        if mutant and end is None:
            print(f"{mutant} SURVIVES {killer}")
        elif mutant:
            print(f"{mutant} is killed by {killer} ({end})")
        elif end is not None:
            print(f"{killer} {end} without any mutant")
        wrong += bool(mutant) == (end is None)
    print(f"{len(MUTANTS)} mutants, {wrong} things wrong, {time.monotonic() - begin:.1f} s")
    return 1 if wrong else 0


def main(arguments):
    if arguments == ["--list"]:
        print("\n".join(sorted({mutant.file for mutant in MUTANTS})))
        return 0
    if len(arguments) == 4 and arguments[0] == "--write":
        write(*arguments[1:])
        return 0
    if len(arguments) == 2 and arguments[0] == "--kill":
        return kill(arguments[1])
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
