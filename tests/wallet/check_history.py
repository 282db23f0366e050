#!/usr/bin/env python3
"""Runs a history of tests/wallet/make_history.py (UTF-8, no bad rows, whole numbers as times) row
after row, and compares what should be refused with the list that `./town replay` wrote:
check_history.py HISTORY.csv TOWN/replay-N.csv"""

import csv
import sys


def refused_in_line(rows):
    """Line numbers, from a separate reading of what each kind does."""
    balances = {}
    refused = set()
    for line in sorted(range(len(rows)), key=lambda at: int(rows[at]["time"])):
        row = rows[line]
        amount, giver, receiver = int(row["amount"]), row["from"], row["to"]
        if row["kind"] in ("pay", "send", "redeem"):
            if balances.get(giver, 0) < amount or (row["kind"] != "redeem" and giver == receiver):
                refused.add(line + 2)
                continue
            balances[giver] -= amount
        if row["kind"] != "redeem":
            balances[receiver] = balances.get(receiver, 0) + amount
    return refused


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf-8", newline="") as file:
        wanted = refused_in_line(list(csv.DictReader(file)))
    with open(sys.argv[2], encoding="utf-8", newline="") as file:
        told = {int(row["line"]) for row in csv.DictReader(file)}
    for line in sorted(wanted ^ told)[:20]:
        print(f"line {line}: {'not ' if line in wanted else ''}told as refused")
    if wanted != told:
        sys.exit(f"FAILED: {len(wanted ^ told)} verdicts differ")
    print(f"OK: the same {len(wanted)} rows are refused")


if __name__ == "__main__":
    main()
