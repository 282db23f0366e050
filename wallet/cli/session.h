#pragma once

#include <map>
#include <memory>
#include <set>

#include "ledger/block/genesis.h"
#include "rpc/client/client.h"
#include "rpc/client/transaction_builder.h"
#include "wallet/cli/console.h"
#include "wallet/cli/settings.h"
#include "wallet/keystore/keystore.h"

namespace hansatsu::wallet {

/// A key that is unlocked, and its place on the ledger.
struct Identity {
  KeyPair key;
  block::KeyReference reference;
  [[nodiscard]] rpc::Signer signer() const { return {reference, &key}; }
};

/// What an operation would do if it were final now.
struct Preview {
  rules::Outcome outcome;
  std::vector<rpc::CoinTotals> after;  ///< the signer's, when it pays or sends
};

/// An operation that is final, done by every rule, with a receipt that this program verified.
struct Done {
  rpc::ProvenTransaction proven;
  [[nodiscard]] const rules::PublicOutcome& outcome() const { return proven.transaction.outcome; }
};

/// Done, or refused by a rule, by proof.
[[nodiscard]] bool is_settled(const Attempt<Done>& done);

/// How long a signed operation stays valid, in ms; the charter allows more.
inline constexpr std::uint64_t kSignedValidityMs = 120'000;

/// What commands share: the trusted charter, a node, the unlocked key. Each is made when it is
/// first needed. Threads: one.
class Session {
 public:
  Session(Settings settings, const Console& console);

  [[nodiscard]] const Settings& settings() const { return settings_; }
  [[nodiscard]] const Console& console() const { return console_; }

  /// The charter this wallet trusts; at the first use it is taken from the node and kept, and the
  /// person is told its id to compare. A node of another chain is refused ever after.
  [[nodiscard]] Attempt<const state::Charter*> charter();
  /// The first use takes no other chain than this one.
  void expect_chain(const Hash& chain_id) { expected_chain_ = chain_id; }
  [[nodiscard]] Attempt<const block::Trust*> trust();
  /// A node of the trusted chain.
  [[nodiscard]] Attempt<rpc::Client*> client();
  [[nodiscard]] Attempt<const Identity*> identity();
  /// The identity's account as the newest final block left it.
  [[nodiscard]] Attempt<rpc::AccountAnswer> own_account();

  /// The coin of that name; without one the chain's only coin, or the account's home coin.
  [[nodiscard]] Attempt<CoinId> coin(std::string_view name);
  [[nodiscard]] std::string coin_name(CoinId coin) const;
  [[nodiscard]] UtcOffset offset() const;

  /// What the operation would do now. A refusal is a Failure.
  [[nodiscard]] Attempt<Preview> preview(const rules::Operation& operation);
  /// Signs, submits and waits for the final outcome; checks its receipt. While the answer is
  /// missing the same bytes are offered again: the ledger takes them once. From then on a node's no
  /// is not believed: it may keep what was signed, and have it done. All nodes are asked; "refused"
  /// is said when a receipt proves it, or when two nodes or more, all that are configured, agree
  /// for good; anything else is unknown, with how to find out. Another transaction is signed only
  /// when a receipt proves that the first can never happen, its sequence being used by another.
  /// `expires`: no transaction is signed after it, or for longer.
  [[nodiscard]] Attempt<Done> run(const rules::Operation& operation,
                                  std::span<const rpc::Cosigner> cosigners = {},
                                  std::optional<Timestamp> expires = std::nullopt);
  /// Many under one key, valid for as long as a holder's may be. Of all that are signed under one
  /// sequence the ledger does one at most; those without get one that is free and not `kept`.
  struct Numbered {
    rules::Operation operation;
    std::optional<std::uint64_t> sequence;
  };
  [[nodiscard]] Attempt<std::vector<Bytes>> sign_many(const std::vector<Numbered>& operations,
                                                      const std::set<std::uint64_t>& kept);
  /// Side by side; answers stand in the transactions' order. A refused one is an answer, not a
  /// failure. The same bytes may be offered again at any time.
  [[nodiscard]] Attempt<std::vector<std::optional<rpc::SubmitAnswer>>> submit_many(
      const std::vector<Bytes>& transactions, const std::function<void(std::size_t)>& progress);

  /// What became of the identity's sequences, as far as receipts prove it: the node tells where to
  /// look. Reads the account's history from the newest on, at most `pages` of it.
  struct Use {
    block::Transaction transaction;
    rpc::ProvenTransaction proven;
  };
  using Uses = std::map<std::uint64_t, Use>;
  [[nodiscard]] Uses proven_uses(rpc::Client& node, std::set<std::uint64_t> sequences,
                                 std::uint32_t pages);

  [[nodiscard]] Failure failure(const rpc::CallError& error) const;
  [[nodiscard]] Failure refusal(std::uint16_t code) const;
  /// The receipt's own words against what is claimed of it.
  [[nodiscard]] Attempt<void> verify(const rpc::ProvenTransaction& proven);
  /// And that it is of this transaction: a node may answer with the true receipt of another.
  [[nodiscard]] Attempt<void> verify_of(const rpc::ProvenTransaction& proven,
                                        const block::Transaction& transaction);
  [[nodiscard]] Attempt<void> verify_of(const rpc::ProvenTransaction& proven, const Hash& id);
  /// What nodes tell signers alone, and no answer to a submission: a node's word. Empty if it tells
  /// nothing.
  [[nodiscard]] rules::PrivateOutcome private_outcome(const Done& done);

 private:
  [[nodiscard]] Attempt<void> load_charter();
  [[nodiscard]] Attempt<void> adopt_charter();
  [[nodiscard]] Attempt<rpc::Client*> any_client();
  [[nodiscard]] Attempt<KeyPair> unlock() const;
  [[nodiscard]] Attempt<std::uint64_t> next_sequence();
  [[nodiscard]] Attempt<rpc::SubmitAnswer> submit_until_final(const rpc::BuiltTransaction& built);
  [[nodiscard]] Attempt<rpc::SubmitAnswer> offer_until_final(const rpc::BuiltTransaction& built);
  [[nodiscard]] Failure not_final_yet(const Hash& id) const;
  void tell_id(const Hash& id) const;
  [[nodiscard]] Failure unsettled(const Hash& id, Timestamp valid_until, const Failure& said) const;

  /// What became of a signed transaction that some node would not take. None: nobody can tell.
  struct Fate {
    std::optional<Attempt<Done>> outcome;   ///< it is final: done, or refused by a rule
    bool impossible = false;                ///< another transaction provably has its sequence
    std::optional<rules::Refusal> refused;  ///< for good, as far as words go
  };
  [[nodiscard]] Fate fate_of(const rpc::Envelope& envelope, const rpc::BuiltTransaction& built);
  [[nodiscard]] Fate word_of(rpc::Client& node, const rpc::Envelope& envelope,
                             const rpc::BuiltTransaction& built);
  /// A client of each configured node alone: none answers in another's place.
  [[nodiscard]] std::vector<rpc::Client> each_node() const;
  /// Done, refused by a rule, or unproven.
  [[nodiscard]] Attempt<Done> concluded(const rpc::ProvenTransaction& proven, const Hash& id);

  Settings settings_;
  const Console& console_;
  rpc::ClientOptions options_;
  std::unique_ptr<rpc::Client> client_;
  bool chain_checked_ = false;
  std::optional<state::Charter> charter_;
  Hash chain_id_;
  std::optional<Hash> expected_chain_;
  std::optional<block::Trust> trust_;
  std::optional<Identity> identity_;
};

/// The passphrase of a keystore: from the file, or asked for.
[[nodiscard]] Attempt<SecretText> passphrase_for(const Console& console,
                                                 const std::filesystem::path& file);
/// A key of a keystore by the settings' rules: by name, the only one, or a holder of its words.
[[nodiscard]] Attempt<KeyPair> unlock_key(const Console& console, const Settings& settings);

}  // namespace hansatsu::wallet
