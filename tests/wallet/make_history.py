#!/usr/bin/env python3
"""Writes a random history of a coin for `./town replay`: overdrafts, payments before charges,
payments to oneself, ids that are shop and person, Japanese names; bad rows and other shapes by
option. The same seed gives the same file."""

import argparse
import csv
import io
import random
import sys

FAMILY = ["佐藤", "鈴木", "高橋", "田中", "伊藤", "山本"]
SHOP = ["商店", "食堂", "薬局", "書店", "鮮魚店"]


def ids(random_, count):
    shops = max(1, count // 50)
    people = [
        f"{random_.choice(FAMILY)}{n}" if n % 3 == 0 else f'p-{n:05d}' if n % 7 else f'"p", {n}'
        for n in range(count - shops)
    ]
    return people, [f"{random_.choice(FAMILY)}{random_.choice(SHOP)} {n}" for n in range(shops)]


def random_rows(random_, count, people, shops):
    """Every id is named at least once if there are rows enough."""
    rows = []
    fresh = people[:]
    random_.shuffle(fresh)
    for _ in range(count):
        dice = random_.random()
        person = fresh.pop() if fresh and dice < 0.7 else random_.choice(people)
        amount = random_.choice([1, 10, 500, 1200, 5000]) * random_.randint(1, 9)
        if dice < 0.25:
            rows.append(["grant", "役場", person, amount * 2])
        elif dice < 0.5:
            rows.append(["charge", "", person, amount * 3])
        elif dice < 0.82:
            rows.append(["pay", person, random_.choice(shops), amount])
        elif dice < 0.93:
            rows.append(["send", person, random_.choice(people), amount])
        elif dice < 0.98:
            rows.append(["redeem", random_.choice(shops), "", amount])
        elif dice < 0.985:
            rows.append(["pay", person, random_.choice(people), amount])
        elif dice < 0.99:
            rows.append(["redeem", person, "", amount])
        elif dice < 0.995:
            rows.append(["send", person, person, amount])
        else:
            rows.append(["pay", random_.choice(shops[: max(1, len(shops) // 10)]), person, amount])
    return rows


def one_payer(_, count, people, shops):
    """Everything hangs on one account."""
    receivers = people[1:] + shops
    rows = [["charge", "", people[0], count // 2 * 10]]
    for n in range(count - 1):
        kind = "pay" if n % 2 else "send"
        rows.append([kind, people[0], receivers[n % len(receivers)], 10])
    return rows


def hot_potato(_, count, people, shops):
    """The same coin from hand to hand: nothing can run side by side."""
    ring = people + [f"{shop} (人)" for shop in shops]
    rows = [["grant", "", ring[0], 100]]
    for n in range(count - 1):
        rows.append(["send", ring[n % len(ring)], ring[(n + 1) % len(ring)], 100])
    return rows


def spoil(random_, rows, count):
    for n in random_.sample(range(len(rows)), min(count, len(rows))):
        kind = n % 6
        column, text = [(4, "12.5"), (4, "-3"), (0, "きのう"), (1, "donate"), (4, "0"), (4, "")][kind]
        rows[n][column] = text


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=10_000)
    options.add_argument("--ids", type=int, default=5_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--shape", choices=["random", "payer", "potato"], default="random")
    options.add_argument("--bad", type=int, default=0, help="rows made unreadable")
    options.add_argument("--iso", action="store_true", help="times as RFC 3339")
    options.add_argument("--cp932", action="store_true", help="as Windows writes it")
    options.add_argument("--in-order", action="store_true", help="do not shuffle the file's rows")
    chosen = options.parse_args()
    random_ = random.Random(chosen.seed)
    people, shops = ids(random_, chosen.ids)
    make = {"random": random_rows, "payer": one_payer, "potato": hot_potato}[chosen.shape]
    rows = []
    for n, (kind, giver, receiver, amount) in enumerate(make(random_, chosen.rows, people, shops)):
        seconds = n // 2 if chosen.shape == "random" else n  # ties are in the file's order
        day, rest = divmod(seconds, 86_400)
        iso = f"2026-04-{day + 1:02d}T{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}+09:00"
        rows.append([iso if chosen.iso else seconds - 1_000, kind, giver, receiver, amount])
    if not chosen.in_order:
        random_.shuffle(rows)
    spoil(random_, rows, chosen.bad)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["time", "kind", "from", "to", "amount"])
    writer.writerows(rows)
    sys.stdout.buffer.write(text.getvalue().encode("cp932" if chosen.cp932 else "utf-8"))


if __name__ == "__main__":
    main()
