#pragma once

#include <map>

#include "ledger/block/genesis.h"
#include "rpc/client/client.h"
#include "rpc/client/transaction_builder.h"
#include "wallet/keystore/keystore.h"
#include "wallet/town/town_files.h"

namespace hansatsu::town {

/// Somebody who signs: a key, its place on the ledger, and the next sequence it has not used.
struct Actor {
  KeyPair key;
  block::KeyReference reference;
  std::uint64_t next_sequence = 1;

  [[nodiscard]] rpc::Signer signer() const { return {reference, &key}; }
};

/// One wish of one actor: what to do, and who co-signs.
struct Wish {
  Actor* actor = nullptr;
  rules::Operation operation;
  Actor* cosigner = nullptr;
};

/// What became of a wish.
struct Done {
  std::uint16_t code = 0;  ///< 0 = done; otherwise the refusal, final or of admission
  bool is_final = false;   ///< it stands in a block, with a receipt that was verified
  Hash id;                 ///< of the transaction
  rules::Outcome outcome;  ///< answers to submissions hold the public part only
  [[nodiscard]] bool ok() const { return is_final && code == 0; }
};

/// The town's tools: clients of all validators, the trusted charter, and submission of many wishes
/// with every receipt verified. Threads: one.
class Desk {
 public:
  enum class Needs : std::uint8_t { quorum, all };
  /// Waits for at most `wait` until as many validators as are needed answer.
  [[nodiscard]] static Attempt<Desk> open(const Path& dir, Needs needs, std::chrono::seconds wait);

  [[nodiscard]] const Path& dir() const { return dir_; }
  [[nodiscard]] TownFile& town() { return town_; }
  [[nodiscard]] const state::Charter& charter() const { return charter_; }
  [[nodiscard]] const block::Trust& trust() const { return trust_; }
  [[nodiscard]] rpc::Client& client() { return *client_; }
  /// One client a validator, in town.json's order, for questions to a particular one.
  [[nodiscard]] std::vector<rpc::Client>& validators() { return validators_; }

  /// The staff member of that name (registrar, issuer, treasurer, auditor), ready to sign.
  [[nodiscard]] Attempt<Actor*> staff(const std::string& name);
  /// A named key of a keystore file in keys/.
  [[nodiscard]] Attempt<KeyPair> key(const std::string& keystore, const std::string& name);
  /// The seed behind a keystore's words, for many holders' keys.
  [[nodiscard]] Attempt<wallet::Seed> seed(const std::string& keystore, const std::string& name);

  /// Reads from the ledger which sequence the actor's key may use next.
  [[nodiscard]] Attempt<void> prepare(Actor& actor);
  [[nodiscard]] Attempt<rpc::AccountAnswer> account(AccountId account);  ///< asked by the auditor

  /// Signs and submits all, side by side and in each actor's order, and waits until each is final.
  /// Errors: a sentence, when some got no final answer in `time`, or a receipt that does not hold.
  [[nodiscard]] Attempt<std::vector<Done>> run(
      const std::vector<Wish>& wishes, std::chrono::seconds time,
      const std::function<void(std::size_t)>& progress = {});
  [[nodiscard]] Attempt<Done> run_one(Wish wish);

  /// True once all validators that answer tell the same root of the same height; asks for at most
  /// `wait`. Those that do not answer are named in `silent`.
  [[nodiscard]] bool agree(std::chrono::seconds wait, std::vector<std::string>& silent);

 private:
  Desk() = default;
  [[nodiscard]] Attempt<void> wait_for_validators(Needs needs, std::chrono::seconds wait);
  [[nodiscard]] Attempt<wallet::Keystore*> keystore(const std::string& file);

  Path dir_;
  TownFile town_;
  state::Charter charter_;
  block::Trust trust_;
  std::unique_ptr<rpc::Client> client_;
  std::vector<rpc::Client> validators_;
  std::map<std::string, wallet::Keystore> keystores_;
  std::map<std::string, std::unique_ptr<Actor>> staff_;
};

/// What a node's answer says of the transaction `asked`; final by proof only. A node may answer
/// with the true receipt of another.
[[nodiscard]] Attempt<Done> read_answer(const block::Trust& trust, const rpc::SubmitAnswer& answer,
                                        const Hash& asked);

/// E-PAY-03 and what it means, in English.
[[nodiscard]] std::string explain(std::uint16_t code);

/// A progress bar on standard error, if that is a terminal.
class Bar {
 public:
  Bar(std::string what, std::size_t total);
  ~Bar();
  Bar(const Bar&) = delete;
  Bar& operator=(const Bar&) = delete;
  void show(std::size_t done);

 private:
  std::string what_;
  std::size_t total_;
  std::size_t shown_ = ~std::size_t{0};
  bool visible_;
};

}  // namespace hansatsu::town
