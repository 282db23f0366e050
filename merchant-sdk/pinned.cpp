#include "merchant-sdk/pinned.h"

#include "ledger/block/genesis.h"
#include "rpc/json/json.h"
#include "wallet/keystore/atomic_file.h"

namespace hansatsu::merchant {
namespace {

constexpr std::size_t kCharterBytesMax = 4U << 20U;

std::optional<state::Charter> parse_charter(ByteView bytes) {
  if (auto charter = decode<state::Charter>(bytes)) return *std::move(charter);
  if (auto charter = rpc::from_json<state::Charter>(as_text(bytes))) return *std::move(charter);
  return std::nullopt;
}

std::chrono::system_clock::time_point clock_time(Timestamp time) {
  return std::chrono::system_clock::time_point{
      std::chrono::milliseconds{static_cast<std::int64_t>(time.raw)}};
}

}  // namespace

Result<Pinned> read_pinned(const std::filesystem::path& path) {
  const auto bytes = wallet::read_file(path, kCharterBytesMax);
  if (!bytes) return ErrorCode::charter_unreadable;
  auto charter = parse_charter(*bytes);
  if (!charter || !state::check_charter(*charter)) return ErrorCode::charter_malformed;
  const Hash chain_id = state::chain_id(*charter);
  block::Trust trust = block::trust_of(*charter);
  return Pinned{*std::move(charter), chain_id, std::move(trust)};
}

Result<Payment> verify_payment(const Pinned& pinned, const Expected& expected,
                               ByteView receipt_bytes) {
  const auto receipt = decode<block::Receipt>(receipt_bytes);
  if (!receipt) return ErrorCode::proof_malformed;
  if (const auto verified = block::verify_receipt(pinned.trust, *receipt); !verified) {
    return verified.error() == block::ReceiptError::not_final ? ErrorCode::proof_not_final
                                                              : ErrorCode::proof_not_in_block;
  }
  const rules::PublicOutcome& outcome = receipt->outcome;
  if (outcome.code != 0 || outcome.operation != rules::OperationCode::pay ||
      outcome.subject != expected.shop || outcome.coin != expected.coin ||
      outcome.amount != expected.amount || outcome.order != expected.order) {
    return ErrorCode::proof_of_another;
  }
  Payment payment;
  payment.transaction_id = to_hex(receipt->transaction_id.view());
  payment.amount = outcome.amount.units();
  payment.number = outcome.reference;
  payment.signatures = static_cast<std::uint32_t>(receipt->finality.finalization.signatures.size());
  payment.height = receipt->header.height.raw;
  payment.time = clock_time(outcome.time);
  payment.coin = pinned.charter.coins[expected.coin.raw].name.text;
  payment.receipt.assign(receipt_bytes.begin(), receipt_bytes.end());
  return payment;
}

}  // namespace hansatsu::merchant
