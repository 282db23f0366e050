#pragma once

#include <nlohmann/json.hpp>

#include "tests/wallet/program.h"

namespace hansatsu::wallet::test {

/// A chain of one real validator, founded for this test: a registrar, an issuer and a treasurer
/// with keystores of their own, one coin, no limits that a small day could meet.
class NodeTown {
 public:
  NodeTown();
  ~NodeTown();
  NodeTown(const NodeTown&) = delete;
  NodeTown& operator=(const NodeTown&) = delete;

  [[nodiscard]] const Home& home() const { return home_; }
  [[nodiscard]] std::string charter() const { return (home_.path() / "charter.json").string(); }
  [[nodiscard]] std::string keystore(const std::string& person) const {
    return (home_.path() / (person + ".keys")).string();
  }
  [[nodiscard]] const std::string& url() const { return url_; }
  /// A keystore with one key; its public key.
  std::string make_key(const std::string& person) const;
  /// `hansatsu` as this person, without questions, with the founders' charter trusted.
  [[nodiscard]] Ended as(const std::string& person, std::vector<std::string> arguments) const;
  /// The same with --json; it must succeed.
  [[nodiscard]] nlohmann::json did(const std::string& person,
                                   std::vector<std::string> arguments) const;

 private:
  void found(const nlohmann::json& validator);
  void start();

  Home home_;
  std::string url_;
  int node_ = -1;
};

}  // namespace hansatsu::wallet::test
