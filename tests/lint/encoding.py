"""docs/protocol/encoding.md lists every field as the headers state them.

usage: encoding.py ROOT [--write]

A type's names and order come from its `fields`, the C++ types and remarks from its struct. With
--write the page's tables are made anew; without, a page that differs fails.
"""

import re
import sys

import source

PAGE = "docs/protocol/encoding.md"
BEGIN = "<!-- fields: {} -->"
END = "<!-- end -->"
# Page section -> the headers whose types it lists.
SECTIONS = {
    "chain": ("ledger/crypto/merkle_path.h", "ledger/chain/validators.h", "ledger/chain/vote.h",
              "ledger/chain/header.h", "ledger/chain/certificate.h"),
    "transactions": ("ledger/block/transaction.h", "ledger/rules/operation.h"),
    "state": ("ledger/state/account.h", "ledger/state/account_parts.h", "ledger/state/program.h",
              "ledger/state/records.h", "ledger/state/tables.h", "ledger/state/charter.h"),
    "block": ("ledger/rules/outcome.h", "ledger/block/receipt.h", "ledger/block/statement.h"),
    "consensus": ("consensus/messages.h",),
    "peers": ("node/net/hello.h",),
}

_STRUCT = re.compile(r"\bstruct (\w+)(?: : [\w:<>, ]+)? \{(.*?)\n\};", re.DOTALL)
_FIELDS = re.compile(
    r"FieldsOf<([\w:]+)> \w+>\s*(?:inline )?void (\w*fields)\([^)]*?(\w+)\)\s*\{(.*?)\n\}", re.DOTALL)
_MEMBER = re.compile(
    r"^  (?!static|bool operator|auto operator|\[\[|constexpr|//|using|enum|return)"
    r"([\w:]+(?:<.*>)?) (\w+)(?:\s*=\s*[^;]*|\{[^;]*\})?;[ ]*(?:@(.*))?$", re.MULTILINE)
_CONSTANT = re.compile(r"constexpr [\w:]+ (k\w+)\s*=\s*([\d']+)U?L?L?;")
_ENUM = re.compile(r"\benum class (\w+) : std::(u?int\d+)_t \{(.*?)\};", re.DOTALL)

WIRE = {"std::uint8_t": "u8", "std::uint16_t": "u16", "std::uint32_t": "u32",
        "std::uint64_t": "u64", "std::int32_t": "i32", "std::int16_t": "i16", "Rights": "u16"}


def wire_name(cpp):
    """The C++ type in the page's words."""
    short = cpp
    for name, wire in WIRE.items():
        short = re.sub(rf"(?<![\w:]){re.escape(name)}\b", wire, short)
    short = re.sub(r"\b(?:\w+::)+(?=[A-Za-z])", "", short)
    short = re.sub(r"\bBoundedVector<(.*), ([^,<>]+)>$", r"list of at most \2 \1", short)
    short = re.sub(r"\bBoundedText<([^<>]+)>", r"text of at most \1 bytes", short)
    short = re.sub(r"^FixedBytes<struct \w+, (\d+)>$", r"\1 bytes", short)
    short = re.sub(r"^std::optional<(.*)>$|^optional<(.*)>$",
                   lambda m: f"optional {m.group(1) or m.group(2)}", short)
    return short


def constants_of(root):
    """Named limits, so that the page shows numbers."""
    found = {}
    for header in source.files(root, (".h",), ("ledger", "consensus", "node")):
        for name, number in _CONSTANT.findall(source.read(root, header)):
            found[name] = f"{int(number.replace(chr(39), '')):,}"
    return found


def struct_members(text):
    members = {}
    for name, body in _STRUCT.findall(text):
        # A remark, also one the formatter moved to a line of its own, becomes "@remark".
        joined = re.sub(r"\s+///< ?", "  @", body)
        while re.search(r"@[^\n]*  @", joined):
            joined = re.sub(r"(@[^\n]*)  @", r"\1 ", joined)
        joined = re.sub(r"^ *//.*$", "", joined, flags=re.MULTILINE)
        joined = re.sub(r"(^  [^;@\n]+)\n\s{6,}(\w+[;{])", r"\1 \2", joined, flags=re.MULTILINE)
        members[name] = {field: (wire_name(cpp), remark)
                         for cpp, field, remark in _MEMBER.findall(joined)}
    return members


def tables_of(text):
    """[(type, [(field, wire type, remark)])], in the header's order."""
    members = struct_members(text)
    tables, steps = [], {}
    for type_name, step, variable, body in _FIELDS.findall(text):
        # What only one direction does (the operation's code) is told in the page's text.
        calls = re.findall(r"\bc\(([^;]*)\);", body)
        names = re.findall(rf"\b{variable}\.(\w+)", ", ".join(calls))
        for earlier in re.findall(r"^  (\w+_fields)\(c, ", body, re.MULTILINE):
            names = steps.get((type_name, earlier), []) + names
        if step != "fields":
            steps[(type_name, step)] = names
            continue
        known = members.get(type_name.rsplit("::", 1)[-1], {})
        rows = [(name, *known.get(name, ("?", ""))) for name in names]
        if rows:
            tables.append((type_name, rows))
    return tables


def enums_of(text):
    """[(enum, width, [(value, name)])] of those that are encoded: the ones with a known()."""
    found = []
    for name, width, body in _ENUM.findall(source.code_of(text)):
        if re.search(rf"\bbool known\({name}\b", text):
            values = re.findall(r"(\w+)\s*=\s*(\d+)", body)
            found.append((name, width.replace("int", ""), values))
    return found


def section_text(root, section):
    lines, constants = [], constants_of(root)
    for header in SECTIONS[section]:
        if not (root / header).is_file():
            continue
        text = source.read(root, header)
        enums, tables = enums_of(text), tables_of(text)
        if enums or tables:
            lines += [f"`{header}`", ""]
        for name, width, values in enums:
            listed = ", ".join(f"{number} {value.rstrip('_')}" for value, number in values)
            lines += [f"**{name}**, {width}: {listed}.", ""]
        for name, rows in tables:
            lines += [f"**{name}**", "", "| field | type | |", "|---|---|---|"]
            for field, wire, remark in rows:
                wire = re.sub(r"(\d)'(\d)", r"\1,\2", wire)
                shown = re.sub(r"\bk[A-Z]\w+", lambda m: constants.get(m[0], m[0]), wire)
                lines.append(f"| {field} | {shown} | {remark.strip()} |")
            lines.append("")
    return "\n".join(lines)


def renewed(root, page):
    for section in SECTIONS:
        begin = BEGIN.format(section)
        start = page.find(begin)
        if start < 0:
            continue
        stop = page.index(END, start)
        page = page[: start + len(begin)] + "\n\n" + section_text(root, section) + page[stop:]
    return page


def check(root):
    page = source.read(root, PAGE)
    findings = [f"{PAGE}: there is no section {s}" for s in SECTIONS
                if BEGIN.format(s) not in page]
    wanted = renewed(root, page)
    if wanted != page:
        have = set(page.splitlines())
        new = next((line for line in wanted.splitlines() if line not in have), "a line is gone")
        findings.append(f"{PAGE} is behind the headers ({new}); run tests/lint/encoding.py . --write")
    findings += [f"{PAGE}: a field of unknown type: {line}" for line in wanted.splitlines()
                 if re.match(r"\| \w+ \| \? ", line)]
    findings += unlisted_tags(root, page)
    return findings


def unlisted_tags(root, page):
    """Every domain tag of the code stands in the page."""
    tags = re.findall(r'return "(hs/[\w-]+)";', source.read(root, "ledger/crypto/hash.cpp"))
    return [f"{PAGE}: domain tag {tag} is not listed" for tag in tags if f"`{tag}`" not in page]


if __name__ == "__main__":
    project = source.root_from(sys.argv[1])
    if "--write" in sys.argv[2:]:
        (project / PAGE).write_text(renewed(project, source.read(project, PAGE)), encoding="utf-8")
    sys.exit(source.report("encoding", check(project)))
