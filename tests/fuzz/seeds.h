#pragma once

#include <filesystem>
#include <fstream>
#include <iostream>

#include "ledger/types/assert.h"
#include "tests/vectors/samples.h"

/// Where the seeds go, and what they are made of.
namespace fuzz {

using namespace hansatsu;  // NOLINT: a test's own header

class Corpus {
 public:
  explicit Corpus(std::filesystem::path root) : root_{std::move(root)} {}

  void write(const std::string& target, const std::string& name, ByteView bytes) const {
    std::filesystem::create_directories(root_ / target);
    std::ofstream file{root_ / target / name, std::ios::binary};
    const std::string_view text = as_text(bytes);
    file.write(text.data(), static_cast<std::streamsize>(text.size()));
    if (!file) std::cerr << "cannot write " << target << "/" << name << "\n";
  }

 private:
  std::filesystem::path root_;
};

[[nodiscard]] inline Bytes sample(std::string_view type, std::string_view name) {
  for (const vectors::Sample& sample : vectors::samples()) {
    if (sample.type == type && sample.name == name) return sample.bytes;
  }
  ASSERT(false);
  return {};
}

/// Lists that a node answers with, behind the letter of the call.
void write_lists(const Corpus& corpus);
/// Entries of the store: the tag of the range, with the highest bit for a value.
void write_store_entries(const Corpus& corpus);
/// The journal of accounts that are being opened.
void write_submitted(const Corpus& corpus);

}  // namespace fuzz
