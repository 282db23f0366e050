"""docs/protocol/ledger.md lists every refusal with the sentences that people see.

usage: refusals.py ROOT [--write]

The table comes from ledger/rules/refusal.h and refusal.cpp. With --write it is made anew; without, a
page that differs fails.
"""

import re
import sys

import source

PAGE = "docs/protocol/ledger.md"
BEGIN, END = "<!-- refusals -->", "<!-- end -->"
_TEXT = re.compile(r'RefusalText\{(\w+),\s*"(\w+)",((?:\s*"[^"]*")+),((?:\s*"[^"]*")+)\}')
_NUMBER = re.compile(r"^  (\w+) = (\d+),", re.MULTILINE)
_FAMILIES = re.compile(r"kFamilies = \{(.*?)\}", re.DOTALL)


def joined(literals):
    return "".join(re.findall(r'"([^"]*)"', literals))


def table(header, texts):
    numbers = {name: int(number) for name, number in _NUMBER.findall(header)}
    families = re.findall(r'"(\w*)"', _FAMILIES.search(texts).group(1))
    lines = ["| code | name | English | 日本語 |", "|---|---|---|---|"]
    for name, shown, english, japanese in _TEXT.findall(texts):
        family, place = divmod(numbers[name], 100)
        lines.append(f"| E-{families[family]}-{place:02} | {shown} | {joined(english)} "
                     f"| {joined(japanese)} |")
    return lines, sorted(set(numbers) - {found[0] for found in _TEXT.findall(texts)})


def renewed(root):
    page = source.read(root, PAGE)
    lines, missing = table(source.read(root, "ledger/rules/refusal.h"),
                           source.read(root, "ledger/rules/refusal.cpp"))
    start = page.index(BEGIN) + len(BEGIN)
    stop = page.index(END, start)
    return page[:start] + "\n\n" + "\n".join(lines) + "\n\n" + page[stop:], missing


def check(root):
    wanted, missing = renewed(root)
    findings = [f"ledger/rules/refusal.cpp: no sentences for {name}" for name in missing]
    if wanted != source.read(root, PAGE):
        findings.append(f"{PAGE} is behind the refusals; run tests/lint/refusals.py . --write")
    return findings


if __name__ == "__main__":
    project = source.root_from(sys.argv[1])
    if "--write" in sys.argv[2:]:
        (project / PAGE).write_text(renewed(project)[0], encoding="utf-8")
    sys.exit(source.report("refusals", check(project)))
