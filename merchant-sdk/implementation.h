#pragma once

#include "merchant-sdk/journal.h"
#include "merchant-sdk/pinned.h"
#include "merchant-sdk/shop_node.h"

namespace hansatsu::merchant {

class Till::Implementation {
 public:
  /// `endpoints`: at least one.
  Implementation(Pinned pinned, AccountId shop, CoinId coin, KeyPair key,
                 const std::vector<rpc::Endpoint>& endpoints, const std::filesystem::path& journal);
  Implementation(const Implementation&) = delete;  // the nodes point to its key
  Implementation& operator=(const Implementation&) = delete;

  Result<Order> create_order(const OrderTerms& terms) const;
  Result<Payment> wait_for_payment(const Order& order, Clock::time_point deadline,
                                   const WaitOn& wait_on);
  Result<LookBack> look_back(Clock::time_point deadline, const WaitOn& wait_on);
  Result<Done> note(const Order& order, const Payment& payment) const;
  Town town() const;
  Result<Payment> verify(const Order& order, ByteView receipt) const;

 private:
  struct Waiting;
  struct Search;
  [[nodiscard]] const std::string& coin_name() const {
    return pinned_.charter.coins[coin_.raw].name.text;
  }

  /// Absent: not paid yet, as far as this node tells.
  NodeAnswer<std::optional<Payment>> ask(const Order& order, Waiting& waiting);
  /// False: it is no payment of the order in full.
  bool settles(const Order& order, const rpc::FinalTransaction& entry, Waiting& waiting) const;
  Result<Payment> wait(const Order& order, Waiting& waiting, const WaitOn& wait_on);
  void go_to_next_node(Waiting& waiting);

  /// Reads all that a node tells. Errors: those of waiting and of proofs.
  Result<Done> search(ShopNode& node, Search& search, Clock::time_point until,
                      const WaitOn& wait_on) const;
  NodeAnswer<Done> prove(ShopNode& node, const rpc::FinalTransaction& entry, Search& search,
                         Clock::time_point until) const;
  /// Forgets the orders whose time is over, and of which nothing is to be told any more.
  void end_orders(const Search& search) const;

  Pinned pinned_;
  AccountId shop_;
  CoinId coin_;
  KeyPair key_;
  std::vector<ShopNode> nodes_;
  std::size_t node_ = 0;  ///< asked now
  std::optional<Journal> journal_;
};

/// From when on the history concerns an order that was made then.
[[nodiscard]] Timestamp history_since(std::chrono::system_clock::time_point created);

}  // namespace hansatsu::merchant
