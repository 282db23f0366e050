#include <catch2/catch.hpp>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "ledger/crypto/keys.h"
#include "tests/vectors/samples.h"

using namespace hansatsu;

namespace {

std::string without_spaces(std::string text) {
  std::erase(text, ' ');
  return text;
}

}  // namespace

TEST_CASE("vectors: the code encodes as the published vectors say", "[ledger][vectors]") {
  REQUIRE(initialize_crypto());
  std::ifstream file{HANSATSU_SOURCE_DIR "/tests/vectors/encoding.json"};
  const auto published = nlohmann::json::parse(file);
  std::map<std::string, nlohmann::json> by_name;
  for (const auto& vector : published.at("vectors")) {
    by_name[vector.at("type").get<std::string>() + "/" + vector.at("name").get<std::string>()] =
        vector;
  }
  const std::vector<vectors::Sample> samples = vectors::samples();
  CHECK(samples.size() == by_name.size());
  for (const vectors::Sample& sample : samples) {
    INFO(sample.type << "/" << sample.name << ": `write-vectors .` makes the vectors anew");
    const auto found = by_name.find(sample.type + "/" + sample.name);
    REQUIRE(found != by_name.end());
    CHECK(found->second.at("bytes") == sample.pieces);
    CHECK(without_spaces(sample.pieces) == to_hex(sample.bytes));
    if (!sample.hash_name.empty()) {
      CHECK(found->second.at(sample.hash_name) == to_hex(sample.hash.view()));
    }
  }
}
