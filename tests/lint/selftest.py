"""Each lint must be able to fail: tiny bad trees, each with one fault, and clean twins.

usage: selftest.py
"""

import pathlib
import tempfile
import unittest

import commands
import documents
import encoding
import headers
import layers
import refusals
import sizes
import symbols
import words


class Tree(unittest.TestCase):
    """A tree of files in a temporary folder."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def write(self, path, text):
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def assert_one(self, findings, part):
        self.assertEqual(len(findings), 1, findings)
        self.assertIn(part, findings[0])


class Layers(Tree):
    def test_an_arrow_upwards_is_found(self):
        self.write("consensus/engine.h", "")
        self.write("ledger/types/amount.h", '#include "consensus/engine.h"\n')
        self.assert_one(layers.check(self.root), "may not include consensus/engine.h")

    def test_rpc_never_includes_node(self):
        self.write("node/node.h", "")
        self.write("rpc/server/api.cpp", '#include "node/node.h"\n')
        self.assert_one(layers.check(self.root), "may not include node/node.h")

    def test_the_log_knows_no_sockets(self):
        self.write("node/log/reader.cpp", "#include <boost/asio.hpp>\n")
        self.assert_one(layers.check(self.root), "boost/asio.hpp")

    def test_an_include_from_elsewhere_than_the_root_is_found(self):
        self.write("ledger/types/a.h", '#include "b.h"\n')
        self.assert_one(layers.check(self.root), "not a path from the root")

    def test_a_circle_of_headers_is_found(self):
        self.write("ledger/types/a.h", '#include "ledger/types/b.h"\n')
        self.write("ledger/types/b.h", '#include "ledger/types/c.h"\n')
        self.write("ledger/types/c.h", '#include "ledger/types/a.h"\n')
        self.assert_one(layers.check(self.root), "types/a.h -> ledger/types/b.h -> ledger/types/c")

    def test_a_circle_of_folders_is_found_through_the_cpp(self):
        self.write("node/a.h", "")
        self.write("node/a.cpp", '#include "node/net/b.h"\n')
        self.write("node/net/b.h", "")
        self.write("node/net/b.cpp", '#include "node/a.h"\n')
        self.assert_one(layers.check(self.root), "node -> node/net")

    def test_downward_arrows_are_fine(self):
        self.write("ledger/types/a.h", "#include <cstdint>\n")
        self.write("ledger/crypto/b.h", '#include <sodium.h>\n#include "ledger/types/a.h"\n')
        self.assertEqual(layers.check(self.root), [])


class Words(Tree):
    def test_banned_words_in_the_core_name_a_replacement(self):
        for code in ("std::unordered_map<int, int> m;", "double rate;", "float f;",
                     "std::chrono::steady_clock::now();", "auto r = rand();", 'auto e = getenv("HOME");',
                     "#include <thread>", "throw 1;", "std::mt19937_64 g;", "long long n;"):
            with self.subTest(code=code):
                self.write("ledger/state/a.cpp", code + "\n")
                self.assert_one(words.check(self.root), "instead: ")

    def test_the_same_words_are_free_in_comments_text_and_the_node(self):
        self.write("ledger/state/a.cpp", '// double the float\nauto s = "throw";\n')
        self.write("node/clock.cpp", "#include <chrono>\nstd::chrono::seconds s;\n")
        self.assertEqual(words.check(self.root), [])

    def test_a_digit_separator_does_not_hide_what_follows(self):
        self.write("ledger/state/a.cpp", "auto n = 1'000; double d; auto m = 1'000;\n")
        self.assert_one(words.check(self.root), "double")

    def test_a_sleeping_test_is_found(self):
        self.write("tests/node/a_test.cpp", "std::this_thread::sleep_for(x);\n")
        self.assert_one(words.check(self.root), "wait for the thing")

    def test_a_sleeping_script_is_found(self):
        self.write("tests/cluster/a.py", "import time\ntime.sleep(1)\n")
        self.assert_one(words.check(self.root), "wait for the thing")

    def test_unfinished_work_and_outside_pages_are_found_in_comments(self):
        self.write("node/a.cpp", "// TO" "DO later\n")
        self.assert_one(words.check(self.root), "do it")
        self.write("node/a.cpp", "// see .." "/shared/page\n")
        self.assert_one(words.check(self.root), "stands alone")


class Sizes(Tree):
    def long_function(self, lines):
        return "int f(int a) {\n" + "  ++a;\n" * (lines - 3) + "  return a;\n}\n"

    def test_a_screenful_is_fine_and_a_line_more_is_found(self):
        self.write("node/a.cpp", "namespace x {\n" + self.long_function(70) + "}\n")
        self.assertEqual(sizes.check(self.root), [])
        self.write("node/a.cpp", "namespace x {\n" + self.long_function(71) + "}\n")
        self.assert_one(sizes.check(self.root), "f has 71 lines")

    def test_members_templates_and_tests_are_functions_too(self):
        body = "{\n" + "  work();\n" * 80 + "}\n"
        for head in ("class A {\n  void g() const ", "template <class T>\nvoid h(T t) noexcept ",
                     'TEST_CASE("long", "[x]") ', "A::A(int a) : a_(a) "):
            with self.subTest(head=head):
                self.write("node/a.cpp", head + body + ("};\n" if "class" in head[:6] else ""))
                self.assert_one(sizes.check(self.root), "at most 70")

    def test_the_ratchet_only_shrinks(self):
        self.write("node/a.cpp", self.long_function(80))
        self.write(sizes.RATCHET, "node/a.cpp f 80\n")
        self.assertEqual(sizes.check(self.root), [])
        self.write("node/a.cpp", self.long_function(81))
        self.assert_one(sizes.check(self.root), "at most 80")
        self.write("node/a.cpp", self.long_function(60))
        self.assert_one(sizes.check(self.root), "take it out")

    def test_a_long_file_is_found(self):
        self.write("node/a.cpp", "int a;\n" * (sizes.FILE_LINES_MAX + 1))
        self.assert_one(sizes.check(self.root), "at most 700")


class Symbols(unittest.TestCase):
    def test_what_differs_between_machines_is_found(self):
        for symbol in ("clock_gettime@GLIBC_2.17", "std::chrono::_V2::system_clock::now()",
                       "rand", "pthread_create", "open64", "socket", "getenv", "__cxa_throw"):
            with self.subTest(symbol=symbol):
                self.assertEqual(len(symbols.judge("hansatsu_state", [symbol])), 1)

    def test_only_the_named_library_has_the_exception(self):
        self.assertEqual(symbols.judge("hansatsu_crypto", ["randombytes_buf"]), [])
        self.assertEqual(len(symbols.judge("hansatsu_rules", ["randombytes_buf"])), 1)

    def test_memory_and_own_symbols_are_fine(self):
        self.assertEqual(symbols.judge("hansatsu_state", ["operator new(unsigned long)", "memcpy",
                                                         "hansatsu::crypto::hash()"]), [])


class Documents(Tree):
    def test_a_dead_link_and_a_dead_heading_are_found(self):
        self.write("docs/a.md", "# First part\n[x](b.md)\n")
        self.assert_one(documents.check(self.root), "b.md")
        self.write("docs/a.md", "# First part\n[x](#second-part) [y](#first-part)\n")
        self.assert_one(documents.check(self.root), "no such heading")

    def test_a_file_named_in_a_document_must_exist(self):
        self.write("node/core.h", "")
        self.write("docs/a.md", "`node/core.h` and `node/cores.h`, not `wallet/...`\n")
        self.assert_one(documents.check(self.root), "node/cores.h")

    def test_code_may_only_cite_pages_that_exist(self):
        self.write("node/a.h", "// Source: docs/protocol/none.md 3\n")
        self.assert_one(documents.check(self.root), "docs/protocol/none.md")

    def test_code_may_only_cite_headings_that_exist(self):
        self.write("docs/a.md", "# A page\n## Frames\n")
        self.write("node/a.h", '// Source: docs/a.md "Frames".\n// docs/a.md "Fragments"\n')
        self.assert_one(documents.check(self.root), "Fragments")


class Commands(Tree):
    def setUp(self):
        super().setUp()
        self.write("wallet/cli/main.cpp", 'app.add_option("--node", n);\napp.add_flag("-y,--yes", y);\n'
                   'shell.command(wallet, "new", w);\nshell.group("wallet", w);\nshell.group("pay", p);\n')
        self.write("node/main.cpp", 'app.add_subcommand("run", r)->add_option("--data", d);\n')
        self.write("merchant-sdk/till/main.cpp", 'app.add_flag("--once", o);\n')
        self.write("wallet/town/main.cpp", 'app.add_option("--seed", s);\n')
        self.write("town", "case $1 in\n  up | down) run ;;\nesac\n")

    def test_a_command_or_option_that_no_program_has_is_found(self):
        for shown in ("hansatsu wallet old", "hansatsu --node pay old", "hansatsu wallet new --sed 1",
                      "hansatsud  --dat D run", "hansatsu-till --twice", "./town sideways",
                      "hansatsu-tool run"):
            self.write("docs/a.md", f"    {shown}      comment --none\n")
            self.assertEqual(len(commands.check(self.root)), 1, shown)
            self.write("docs/a.md", f"Text `{shown}` text.\n")
            self.assertEqual(len(commands.check(self.root)), 1, shown)

    def test_true_commands_and_other_words_are_fine(self):
        self.write("docs/a.md", "    sudo -u hansatsu hansatsud run  --data /var/lib/hansatsu\n"
                   "    install hansatsu /usr/local/bin/\n    hansatsu -y pay 'hansatsu:pay?x --y'\n"
                   "    ./town up --seed 7       again\nA hansatsu wallet of old, `hansatsu::merchant`.\n")
        self.assertEqual(commands.check(self.root), [])


class Encoding(Tree):
    HEADER = """struct Lot {
  ProgramId program;  ///< whose
  BoundedVector<Hash, kHashesMax> hashes;
};
template <class C, FieldsOf<Lot> L>
void fields(C& c, L& l) {
  c(l.program, l.hashes);
}
inline constexpr std::size_t kHashesMax = 1'000;
"""

    def setUp(self):
        super().setUp()
        self.write("ledger/crypto/hash.cpp", 'return "hs/header";\n')
        self.write("ledger/chain/header.h", self.HEADER)
        sections = "".join(f"<!-- fields: {s} -->\n<!-- end -->\n" for s in encoding.SECTIONS)
        page = encoding.renewed(self.root, "`hs/header`\n" + sections)
        self.write(encoding.PAGE, page)
        self.page = page

    def test_the_page_says_names_types_limits_and_remarks(self):
        self.assertIn("| program | ProgramId | whose |", self.page)
        self.assertIn("| hashes | list of at most 1,000 Hash |", self.page)
        self.assertEqual(encoding.check(self.root), [])

    def test_swapped_fields_are_found(self):
        swapped = self.HEADER.replace("c(l.program, l.hashes)", "c(l.hashes, l.program)")
        self.write("ledger/chain/header.h", swapped)
        self.assert_one(encoding.check(self.root), "behind the headers")

    def test_fields_stated_in_two_steps_stand_in_their_order(self):
        text = self.HEADER + """
struct Note {
  Hash hash;
  Signature signature;
};
template <class C, FieldsOf<Note> N>
void signed_fields(C& c, N& n) {
  c(n.hash);
}
template <class C, FieldsOf<Note> N>
void fields(C& c, N& n) {
  signed_fields(c, n);
  c(n.signature);
}
"""
        rows = dict(encoding.tables_of(text))["Note"]
        self.assertEqual([row[0] for row in rows], ["hash", "signature"])

    def test_a_tag_that_the_page_does_not_list_is_found(self):
        self.write("ledger/crypto/hash.cpp", 'return "hs/header";\nreturn "hs/new";\n')
        self.assert_one(encoding.check(self.root), "hs/new")


class Refusals(Tree):
    def setUp(self):
        super().setUp()
        self.write("ledger/rules/refusal.h", "enum class R {\n  one = 101,\n  two = 203,\n};\n")
        self.write("ledger/rules/refusal.cpp", 'kFamilies = {"", "TX", "ACC"};\n'
                   'RefusalText{one, "one", "First.", "\u4e00"},\n'
                   'RefusalText{two, "two", "Sec"\n "ond.", "\u4e8c"},\n')
        self.write(refusals.PAGE, refusals.BEGIN + refusals.END)
        self.write(refusals.PAGE, refusals.renewed(self.root)[0])

    def test_the_table_has_codes_and_whole_sentences(self):
        self.assertIn("| E-ACC-03 | two | Second. | ", (self.root / refusals.PAGE).read_text())
        self.assertEqual(refusals.check(self.root), [])

    def test_a_changed_sentence_is_found(self):
        text = (self.root / "ledger/rules/refusal.cpp").read_text().replace("First", "Other")
        self.write("ledger/rules/refusal.cpp", text)
        self.assert_one(refusals.check(self.root), "behind the refusals")

    def test_a_refusal_without_sentences_is_found(self):
        self.write("ledger/rules/refusal.h",
                   "enum class R {\n  one = 101,\n  two = 203,\n  three = 204,\n};\n")
        self.assert_one(refusals.check(self.root), "no sentences for three")


class Headers(Tree):
    def test_a_header_that_leans_on_its_includer_is_found(self):
        self.write("ledger/types/a.h", "#pragma once\ninline std::uint32_t a = 0;\n")
        self.assert_one(headers.check(self.root, "g++"), "does not compile alone")

    def test_a_header_without_its_guard_is_found(self):
        self.write("ledger/types/a.h", "inline int a = 0;\n")
        self.assert_one(headers.check(self.root, "g++"), "#pragma once")


if __name__ == "__main__":
    unittest.main()
