"""Links between documents resolve, files that they name exist, and what code cites as docs/... does.

usage: documents.py ROOT
"""

import re
import sys

import source

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CITED = re.compile(r"\bdocs/[\w./-]+\.(?:md|json|toml|csv)\b")
_HEADING_CITED = re.compile(r'\b(docs/[\w./-]+\.md)(?:\s|//)+"([^"]+)"')
_FILE_NAMED = re.compile(r"`((?:%s)/[\w./-]+\.(?:h|cpp|py|json|txt|md))`" % "|".join(source.FOLDERS))
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def anchor_of(heading):
    kept = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return kept.replace(" ", "-")


def anchors_of(text):
    return {anchor_of(h) for h in re.findall(r"^#+\s+(.*)$", _FENCE.sub("", text), re.MULTILINE)}


def broken_links(root, path):
    text = _FENCE.sub("", source.read(root, path))
    findings = []
    for target in _LINK.findall(text):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        goal = (root / path).parent / file if file else root / path
        if not goal.exists():
            findings.append(f"{path}: link to {target}, which does not exist")
        elif anchor and goal.suffix == ".md" and anchor not in anchors_of(goal.read_text()):
            findings.append(f"{path}: link to {target}, which has no such heading")
    return findings


def missing_files(root, path):
    """Files of the tree that a document names between ticks: `node/core.h`."""
    named = sorted(set(_FILE_NAMED.findall(source.read(root, path))))
    return [f"{path}: names {file}, which does not exist" for file in named
            if not (root / file).exists()]


def broken_citations(root, path):
    """Pages that code names, and the headings it names in them: docs/a.md "Heading"."""
    text = source.read(root, path)
    findings = [f"{path}: cites {cited}, which does not exist"
                for cited in sorted(set(_CITED.findall(text))) if not (root / cited).exists()]
    for page, heading in sorted(set(_HEADING_CITED.findall(text))):
        if (root / page).exists() and anchor_of(heading) not in anchors_of(source.read(root, page)):
            findings.append(f'{path}: cites {page} "{heading}", which has no such heading')
    return findings


def check(root):
    documents = source.files(root, (".md",), source.FOLDERS + ("docs",))
    documents += [p.relative_to(root) for p in sorted(root.glob("*.md"))]
    findings = []
    for path in documents:
        findings += broken_links(root, path) + missing_files(root, path)
    for path in source.files(root, source.CPP + (".py", ".cmake", ".txt", ".toml")):
        if path.parts[:2] == ("tests", "lint"):
            continue
        findings += broken_citations(root, path)
    return findings


if __name__ == "__main__":
    sys.exit(source.report("documents", check(source.root_from(sys.argv[1]))))
