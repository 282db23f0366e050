"""Shows that the suite finds the bugs of table.py: each is built into one test program, which is one of them at a time.

mutants.py --list                     the source files that have any
mutants.py --write FILE SOURCE OUT    the file with all its bugs, each behind a switch
mutants.py --kill PROGRAM             runs each killer without a bug, where it must pass, and with each of its own; exits
                                      with 1 if a bug survives or a killer fails by itself

The product's sources and builds know nothing of this.
"""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from table import MUTANTS

SECONDS_MAX = 60
QUICK = 10  # a killer hangs with a bug if it is this many times quicker without
HUNG = "hung"


def switched(old, mutants, source):
    """The source with the bugs that this piece of it may be, each behind its switch."""
    if source.count(old) != 1:
        sys.exit(f"mutants: {mutants[0].name}: its piece of {mutants[0].file} stands there {source.count(old)} times; "
                 "follow the change in tests/mutants/table.py")
    piece = old
    for mutant in mutants:
        switch = f'[] {{ static const bool on = hansatsu::mutants::is_on("{mutant.name}"); return on; }}()'
        if old.endswith(";"):
            piece = f"if ({switch}) {{ {mutant.new} }} else {{ {piece} }}"
        else:
            piece = f"({switch} ? ({mutant.new}) : ({piece}))"
    return source.replace(old, piece)


def write(file, source_path, out_path):
    with open(source_path, encoding="utf-8") as source:
        text = source.read()
    pieces = {}
    for mutant in MUTANTS:
        if mutant.file == file:
            pieces.setdefault(mutant.old, []).append(mutant)
    for old, mutants in pieces.items():
        text = switched(old, mutants, text)
    with open(out_path, "w", encoding="utf-8") as out:
        out.write(f'#include "tests/mutants/switch.h"\n{text}')


def run(program, mutant, killer):
    """How the killer ended, None if well, and how many seconds it took; without a mutant: with no bug on."""
    environment = {name: value for name, value in os.environ.items() if name != "HANSATSU_MUTANT"}
    if mutant:
        environment["HANSATSU_MUTANT"] = mutant
    test = killer
    if killer.startswith("seeds "):
        environment["HANSATSU_SEEDS"] = killer.removeprefix("seeds ")
        test = "seeds named by HANSATSU_SEEDS"
    command = [program, "--abort", "--warn", "NoTests", test]
    begin = time.monotonic()
    try:
        ended = subprocess.run(command, env=environment, capture_output=True, timeout=SECONDS_MAX, check=False)
    except subprocess.TimeoutExpired:
        return HUNG, SECONDS_MAX
    seconds = time.monotonic() - begin
    if b"No test cases matched" in ended.stdout:
        sys.exit(f"mutants: no test is named '{test}'")
    if ended.returncode == 0:
        return None, seconds
    return ("failed" if ended.returncode > 0 else "asserted"), seconds


def kill(program):
    """A killer that fails without a bug kills nothing, and one that is slow by itself does not show that a bug hangs."""
    begin = time.monotonic()
    runs = [(mutant.name, killer) for mutant in MUTANTS for killer in mutant.killers]
    killers = sorted({killer for _, killer in runs})
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        bare = dict(zip(killers, pool.map(lambda killer: run(program, None, killer), killers)))
        ends = list(pool.map(lambda one: run(program, *one)[0], runs))
    broken = [killer for killer in killers if bare[killer][0]]
    for killer in broken:
        print(f"{killer} FAILS WITHOUT A BUG ({bare[killer][0]})")
    survivors = 0
    for (mutant, killer), end in zip(runs, ends):
        if end == HUNG and bare[killer][1] * QUICK >= SECONDS_MAX:
            print(f"{mutant}: {killer} hung, and takes {bare[killer][1]:.0f} s without it: that shows nothing")
            end = None
        survivors += end is None
        print(f"{mutant} is killed by {killer} ({end})" if end else f"{mutant} SURVIVES {killer}")
    print(f"{len(MUTANTS)} mutants, {survivors} survive, {len(killers)} killers, {len(broken)} fail by themselves, "
          f"{time.monotonic() - begin:.1f} s")
    return 1 if survivors or broken else 0


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
