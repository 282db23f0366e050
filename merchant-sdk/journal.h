#pragma once

#include <map>
#include <set>

#include "merchant-sdk/include/hansatsu/merchant.h"
#include "rpc/client/payment_uri.h"

namespace hansatsu::merchant {

/// What the journal knows of an order that is not over.
struct JournalEntry {
  Order order;
  rpc::PaymentRequest request;     ///< what its QR said
  bool settled = false;            ///< a noted payment was in full
  std::set<std::string> payments;  ///< noted: their transactions' ids
};
/// By reference; of one shop and coin.
using JournalEntries = std::map<OrderReference, JournalEntry>;

/// Whose lines are read: another till's in the same file are passed over.
struct JournalOwner {
  Hash chain_id;
  AccountId shop;
  std::string coin;
};

/// Orders that are not over, of a journal's bytes. Errors: journal_damaged. A last line that is not
/// whole is none: its writer has never said that it was written.
[[nodiscard]] Result<JournalEntries> parse_journal(std::string_view text,
                                                   const JournalOwner& owner);

/// A till's orders on disk, one line each, nothing ever changed.
/// Source:  docs/merchant.md "The journal".
/// Threads: any, also of several processes: the file is locked while a line is added.
/// Limits:  64 MiB, about 200,000 orders.
class Journal {
 public:
  Journal(std::filesystem::path path, JournalOwner owner)
      : path_{std::move(path)}, owner_{std::move(owner)} {}

  /// As parse_journal. A file that is not there has none. Errors: journal_unreadable as well.
  [[nodiscard]] Result<JournalEntries> read() const;

  /// Each is on the disk when it returns. Errors: journal_unwritable, and nothing is added.
  [[nodiscard]] Result<Done> add_order(const Order& order) const;
  [[nodiscard]] Result<Done> add_payment(const OrderReference& order, const Payment& payment) const;
  [[nodiscard]] Result<Done> add_over(const OrderReference& order) const;

 private:
  [[nodiscard]] Result<Done> add_line(const std::string& line) const;

  std::filesystem::path path_;
  JournalOwner owner_;
};

}  // namespace hansatsu::merchant
