#include "wallet/payout_list.h"

namespace hansatsu::wallet {

rpc::Answer<std::vector<rpc::RedemptionRecord>> all_redemptions(rpc::Client& client, CoinId coin,
                                                                state::RedemptionState state,
                                                                const rpc::Signer& signer) {
  std::vector<rpc::RedemptionRecord> all;
  RedemptionId from;
  for (;;) {
    auto page = client.redemptions(coin, state, from, signer);
    if (!page) return Err{page.error()};
    if (!page->empty() && page->back().id < from)  // it would never come to an end
      return Err{rpc::CallError{rpc::CallFailure::malformed, 0, {}, {}, {}}};
    all.insert(all.end(), page->begin(), page->end());
    if (page->size() < rpc::kRedemptionsCountMax) return all;
    from = RedemptionId{page->back().id.raw + 1};
  }
}

}  // namespace hansatsu::wallet
