#pragma once

#include "tests/consensus/forge.h"

namespace hansatsu::consensus::test {

/// One engine on the bench: the test plays its peers, its disk and its executor by hand, and sees
/// every effect. Time stands still unless told to move.
class Solo {
 public:
  /// Starts at once, connected to all and, unless `heard` is false, free to vote.
  Solo(const Genesis& genesis, std::uint8_t self, Recovered recovered, bool heard = true);
  Solo(const Genesis& genesis, std::uint8_t self) : Solo(genesis, self, fresh(genesis)) {}
  static Recovered fresh(const Genesis& genesis) { return {genesis.anchor, {}, {}}; }

  Effects step(Input input);
  Effects receive(std::uint8_t from, Message message);
  Effects tick_after(std::int64_t ms);
  /// All Persists so far are synced.
  Effects sync();
  /// Answers every Validate so far: true unless the body begins with "invalid".
  Effects execute();
  /// A proposal with its body, executed.
  Effects propose(const Block& block, std::optional<Certificate> parent = {},
                  std::vector<Certificate> gap = {});
  /// A Status of a peer that heard this life's nonce.
  [[nodiscard]] Status status(std::uint8_t from) const;
  [[nodiscard]] Status sign(Status status) const;

  [[nodiscard]] Snapshot snapshot() const { return engine_.snapshot(); }
  [[nodiscard]] Engine& engine() { return engine_; }
  [[nodiscard]] const std::vector<Record>& log() const { return log_; }
  [[nodiscard]] std::size_t unsynced() const { return tickets_.size(); }
  [[nodiscard]] std::int64_t ms() const { return ms_; }

  static constexpr std::uint64_t kNonce = 77;

 private:
  Effects note(Effects effects);

  const Genesis& genesis_;
  ValidatorIndex self_;
  FakeSigner signer_;
  FakeChecker checker_;
  Engine engine_;
  std::int64_t ms_ = 0;
  std::vector<Record> log_;
  std::vector<Ticket> tickets_;
  std::vector<Validate> validates_;
};

template <class T>
std::vector<T> all(const Effects& effects) {
  std::vector<T> found;
  for (const Effect& effect : effects) {
    if (const auto* match = std::get_if<T>(&effect)) found.push_back(*match);
  }
  return found;
}
/// Messages of one type among those sent to anybody.
template <class T>
std::vector<T> sent(const Effects& effects) {
  std::vector<T> found;
  for (const Effect& effect : effects) {
    const Message* message = nullptr;
    if (const auto* send = std::get_if<Send>(&effect)) message = &send->message;
    if (const auto* broadcast = std::get_if<Broadcast>(&effect)) message = &broadcast->message;
    if (message == nullptr) continue;
    if (const auto* match = std::get_if<T>(message)) found.push_back(*match);
  }
  return found;
}
/// Own votes of one kind among the records handed to the log.
[[nodiscard]] std::vector<Vote> logged_votes(const Effects& effects, VoteKind kind);
[[nodiscard]] std::vector<Vote> sent_votes(const Effects& effects, VoteKind kind);

}  // namespace hansatsu::consensus::test
