#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>

#include "ledger/types/ids.h"
#include "tests/simulation/parcel.h"

namespace hansatsu::simulation {

class World;

/// The ways in which one validator lies.
enum class Attack : std::uint8_t {
  twins,  ///< two honest engines with one key, each facing a part of the others
  clone,  ///< two honest processes with one key, both facing all: an accident
  // As a leader.
  equivocate,   ///< another block to every second peer
  skip,         ///< builds on an older block and shows no reason for it
  misdate,      ///< stamps the next midnight, the year 2100, the day before
  spoil,        ///< blocks that are not valid
  withhold,     ///< proposes, and gives the block to none, one or just enough
  garble,       ///< bodies that can't be read, or are another block's
  counterfeit,  ///< payments that nobody signed, under roots that match
  accuse,       ///< evidence against the innocent
  // As a voter.
  vote_both_ways,  ///< notarizes, nullifies and finalizes whatever it sees, each to some
  never_finalize,  ///< notarizes and never finalizes
  favour,          ///< each vote to one peer only
  give_up,         ///< nullifies each view at once
  // As a peer.
  silence,  ///< hears all, says nothing
  stale,    ///< keeps messages back, sends them late, sends old things again
  lie,      ///< absurd Status, empty answers
  confuse,  ///< answers to other questions, unasked ones, each twice
  remind,   ///< shows others their own old votes
  forge,    ///< bad signatures, wrong signers, epochs and views
  mislead,  ///< answers with falsified blocks, certificates and ranges
};
inline constexpr std::uint32_t kAttackCount = 21;
[[nodiscard]] const char* name_of(Attack attack);
[[nodiscard]] constexpr bool lives_twice(Attack attack) {
  return attack == Attack::twins || attack == Attack::clone;
}

/// A validator that lies: an honest node's output passes through it, and it holds the key. It can
/// sign anything in its own name and nothing in another's. It marks its attack whenever it does
/// what its honest node would not have done.
class Villain {
 public:
  Villain(Attack attack, World& world, std::uint32_t index)
      : world_{world}, index_{index}, attack_{attack} {}
  virtual ~Villain() = default;

  /// What its honest node would send.
  virtual void outgoing(std::uint32_t to, const SharedParcel& parcel);
  /// What its honest node is shown of what arrives.
  [[nodiscard]] virtual SharedParcel incoming(std::uint32_t from, const SharedParcel& parcel);
  /// Whether its first (or its second) life has to do with this peer.
  [[nodiscard]] virtual bool faces(bool second_life, std::uint32_t peer) const;

 protected:
  /// What an honest node might have sent.
  void send(std::uint32_t to, consensus::Message message);
  /// What none would have sent.
  void send_false(std::uint32_t to, consensus::Message message);
  void mark() const;
  /// Sees all that leaves.
  virtual void leaves(const consensus::Message&) {}
  /// Marks a vote in its name that contradicts one that left before.
  void mark_contradiction(const consensus::Message& message);
  [[nodiscard]] chain::Vote vote(chain::VoteKind kind, View view, const Hash& id) const;
  void sign(consensus::Status& status) const;

  World& world_;
  std::uint32_t index_;

 private:
  Attack attack_;
  std::map<View, std::set<chain::Ballot>> said_;
};

[[nodiscard]] std::unique_ptr<Villain> make_villain(Attack attack, World& world,
                                                    std::uint32_t index);

}  // namespace hansatsu::simulation
