"""Arrows between folders run downwards only, and neither folders nor headers include each
other in a circle.

usage: layers.py ROOT
"""

import sys

import source

# folder -> what it may include: project folders, then other people's headers.
# The longest matching prefix decides. Headers of the standard library are judged by words.py.
LEDGER = ("ledger/",)
BELOW_STATE = ("ledger/types/", "ledger/crypto/", "ledger/chain/")
LAYERS = {
    "ledger/types/": (("ledger/types/",), ()),
    "ledger/crypto/": (("ledger/types/", "ledger/crypto/"), ("secp256k1", "sodium")),
    "ledger/chain/": (("ledger/types/", "ledger/crypto/", "ledger/chain/"), ()),
    # The charter names its validators: docs/decisions/0003-state-sees-chain.md.
    "ledger/state/": (BELOW_STATE + ("ledger/state/",), ()),
    "ledger/rules/": (BELOW_STATE + ("ledger/state/", "ledger/rules/"), ()),
    "ledger/block/": (LEDGER, ()),
    "consensus/": (("ledger/types/", "ledger/crypto/", "ledger/chain/", "consensus/"), ()),
    "rpc/": (("ledger/", "rpc/"), ("boost/", "nlohmann/", "openssl/", "spdlog/", "sodium")),
    "rpc/json/": (("ledger/", "rpc/json/"), ("nlohmann/",)),
    "node/": (("ledger/", "consensus/", "rpc/", "node/"), None),
    "node/log/": (("ledger/", "consensus/", "node/log/"), ()),
    "wallet/": (("ledger/", "rpc/client/", "rpc/json/", "wallet/"), None),
    # Links the log's reader, and nothing else of a node.
    "wallet/audit/": (("ledger/", "consensus/", "node/log/", "wallet/audit/"), ()),
    "wallet/keystore/": (
        ("ledger/", "wallet/keystore/"),
        ("sodium", "openssl/", "utf8proc", "secp256k1", "nlohmann/"),
    ),
    # The till may open a keystore as the wallet does.
    "merchant-sdk/": (
        ("ledger/", "rpc/client/", "rpc/json/", "wallet/keystore/", "merchant-sdk/"),
        None,
    ),
    # A program on the library's own header; of the wallet it takes the terminal's side.
    "merchant-sdk/till/": (
        ("ledger/types/", "wallet/keystore/", "wallet/screen/", "merchant-sdk/include/",
         "merchant-sdk/till/"),
        None,
    ),
}
POSIX = ("sys/", "unistd.h", "fcntl.h", "dirent.h", "termios.h", "signal.h", "poll.h", "netinet/", "arpa/")
# Circles of files that exist and may only be taken out of this list.
KNOWN_CYCLES = ()


def layer_of(path):
    matching = [prefix for prefix in LAYERS if path.startswith(prefix)]
    return max(matching, key=len) if matching else None


def wrong_arrows(root):
    findings = []
    for path in source.files(root, source.CPP):
        layer = layer_of(path.as_posix())
        if layer is None:
            continue
        project, others = LAYERS[layer]
        for quoted, included in source.includes_of(source.read(root, path)):
            if quoted:
                if not (root / included).is_file():
                    findings.append(f"{path}: \"{included}\" is not a path from the root")
                elif not included.startswith(project):
                    findings.append(f"{path}: {layer} may not include {included}")
            elif ("/" in included or "." in included) and others is not None:
                system = included.startswith(POSIX)
                pure = layer.startswith(("ledger/", "consensus/"))
                if (pure or not system) and not included.startswith(others):
                    findings.append(f"{path}: {layer} may not include <{included}>")
    return findings


def graph_of(root, kind):
    """What includes what: headers among themselves, or folders as wholes.

    Within a folder a .cpp may use what builds upon its own header; between folders nothing may.
    """
    graph = {}
    for path in source.files(root, (".h",) if kind == "headers" else source.CPP):
        if kind == "folders" and path.parts[0] == "tests":
            continue
        node = path.as_posix() if kind == "headers" else path.parent.as_posix()
        edges = graph.setdefault(node, set())
        for quoted, included in source.includes_of(source.read(root, path)):
            target = included if kind == "headers" else included.rpartition("/")[0]
            if quoted and target != node:
                edges.add(target)
    return graph


def circles_of(graph):
    found, state = set(), {}

    def visit(module, trail):
        state[module] = "open"
        for target in sorted(graph.get(module, ())):
            if state.get(target) == "open":
                circle = trail[trail.index(target):]
                start = circle.index(min(circle))
                found.add(" -> ".join(circle[start:] + circle[:start]))
            elif target not in state:
                visit(target, trail + [target])
        state[module] = "done"

    for module in sorted(graph):
        if module not in state:
            visit(module, [module])
    return found


def cycles(root):
    found = circles_of(graph_of(root, "headers")) | circles_of(graph_of(root, "folders"))
    new = [f"circle of includes: {c}" for c in sorted(found - set(KNOWN_CYCLES))]
    gone = [f"no longer a circle, take it out of KNOWN_CYCLES: {c}"
            for c in sorted(set(KNOWN_CYCLES) - found)]
    return new + gone


def check(root):
    return wrong_arrows(root) + cycles(root)


if __name__ == "__main__":
    sys.exit(source.report("layers", check(source.root_from(sys.argv[1]))))
