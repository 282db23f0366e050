#pragma once

#include "merchant-sdk/include/hansatsu/merchant.h"
#include "rpc/client/event_stream.h"

namespace hansatsu::merchant {

using Clock = std::chrono::steady_clock;

/// Why a node gave nothing.
struct NodeTrouble {
  Error error;
  bool passing = true;  ///< what its next answer, or the next node's, may mend
  std::chrono::milliseconds retry_after{0};
};
template <class T>
using NodeAnswer = hansatsu::Result<T, NodeTrouble>;

/// Whose history is read, with which key, on which chain.
struct Reader {
  Hash chain_id;
  AccountId shop;
  const KeyPair* key = nullptr;  ///< outlives the node
};

/// One node as a till reads it: the shop's history back to a time, then what comes. What it tells
/// is its word and no more. Every call ends within its deadline.
class ShopNode {
 public:
  ShopNode(const rpc::Endpoint& endpoint, const Reader& reader);

  /// Begins anew: `news` then gives all entries from `since` on (by the town's clock, should the
  /// till's be ahead of it).
  void look_from(Timestamp since);
  /// The history is asked again before it is listened to.
  void look_again() { ask_at_ = {}; }
  /// Everything between `since` and the newest entry was given.
  [[nodiscard]] bool is_read() const { return read_; }

  /// A page of the history, or what came within the tenth of a second that it listens. In no
  /// order; an entry may come twice.
  [[nodiscard]] NodeAnswer<std::vector<rpc::FinalTransaction>> news(Clock::time_point deadline);
  [[nodiscard]] NodeAnswer<Bytes> receipt(const Hash& id, Clock::time_point deadline);

  /// Listens no more: a node has few streams to give.
  void leave();

 private:
  [[nodiscard]] NodeAnswer<bool> introduce(Clock::time_point deadline);
  [[nodiscard]] NodeAnswer<std::vector<rpc::FinalTransaction>> read_page(
      Clock::time_point deadline);
  [[nodiscard]] NodeAnswer<std::vector<rpc::FinalTransaction>> listen(Clock::time_point until);
  [[nodiscard]] Timestamp since_by_its_clock() const;
  rpc::Client& client_until(Clock::time_point deadline);
  [[nodiscard]] rpc::Signer signer() const { return {*reference_, reader_.key}; }

  rpc::ClientOptions options_;
  Reader reader_;
  rpc::Client client_;
  std::optional<block::KeyReference> reference_;  ///< of the key, as this node has it

  Timestamp since_;
  std::optional<rpc::Cursor> known_;   ///< up to here nothing is missing
  std::optional<rpc::Cursor> newest_;  ///< first entry of the pages that are under way
  std::optional<rpc::Cursor> next_;    ///< the page that follows
  bool read_ = false;
  Clock::time_point ask_at_;  ///< the history's next page is due

  std::optional<rpc::EventStream> stream_;
  bool listening_ = false;
};

}  // namespace hansatsu::merchant
