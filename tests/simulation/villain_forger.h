#pragma once

#include "tests/simulation/application.h"
#include "tests/simulation/villain.h"

namespace hansatsu::simulation {

/// As leader shows other blocks than its honest node made: a proposal, its block and the answer to
/// who asks for that change in the same way.
class BlockForger : public Villain {
 public:
  using Villain::Villain;

  void outgoing(std::uint32_t to, const SharedParcel& parcel) override;

 protected:
  /// What it shows in place of this block of its honest node; absent: the block itself. Asked once
  /// a block.
  [[nodiscard]] virtual std::optional<consensus::Block> instead_of(
      const consensus::Block& honest) = 0;
  [[nodiscard]] virtual bool deceives(std::uint32_t /*peer*/) const { return true; }
  /// The proposal of a block that its honest node did not make: what stood beside its header stays.
  virtual void dress(consensus::Proposal& /*proposal*/) const {}
  virtual void show(std::uint32_t to, consensus::Message message) {
    send_false(to, std::move(message));
  }

  [[nodiscard]] const Application& application() const;
  /// Counts the views it leads, for those who take turns in what they do.
  [[nodiscard]] std::uint64_t turn(const consensus::Header& header) const;
  /// The block with the roots that its body has on its parent, whoever signed what is in it; if
  /// that body can't stand there, the roots that the body alone decides.
  [[nodiscard]] consensus::Block with_roots(consensus::Block block) const;

 private:
  [[nodiscard]] const consensus::Block* shown_for(const consensus::Header& header,
                                                  std::uint32_t to);
  std::map<Hash, std::optional<consensus::Block>> shown_;  ///< by the honest block's id
};

}  // namespace hansatsu::simulation
