#include <filesystem>
#include <fstream>
#include <iostream>

#include "ledger/crypto/keys.h"
#include "tests/vectors/samples.h"

namespace {

using hansatsu::vectors::Sample;

/// Nothing in a sample's texts needs escaping.
void write_json(std::ostream& out, const std::vector<Sample>& samples) {
  out << "{\n  \"vectors\": [";
  const char* separator = "\n";
  for (const Sample& sample : samples) {
    out << separator << "    {\n      \"type\": \"" << sample.type << "\",\n      \"name\": \""
        << sample.name << "\",\n      \"what\": \"" << sample.what << "\",\n";
    if (!sample.hash_name.empty()) {
      out << "      \"" << sample.hash_name << "\": \"" << hansatsu::to_hex(sample.hash.view())
          << "\",\n";
    }
    out << "      \"bytes\": \"" << sample.pieces << "\"\n    }";
    separator = ",\n";
  }
  out << "\n  ]\n}\n";
}

}  // namespace

/// Writes tests/vectors/encoding.json, which tests/ledger/vectors_test.cpp holds the code against.
int main(int count, char** arguments) {
  if (count != 2 || !hansatsu::initialize_crypto()) {
    std::cerr << "usage: write-vectors PROJECT_ROOT\n";
    return 2;
  }
  const std::filesystem::path root{arguments[1]};
  std::ofstream json{root / "tests/vectors/encoding.json"};
  write_json(json, hansatsu::vectors::samples());
  return json.good() ? 0 : 1;
}
