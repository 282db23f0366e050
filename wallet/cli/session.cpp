#include "wallet/cli/session.h"

#include "rpc/json/json.h"
#include "wallet/cli/sentences.h"
#include "wallet/keystore/atomic_file.h"
#include "wallet/text_file.h"

namespace hansatsu::wallet {
namespace {

constexpr std::size_t kCharterBytesMax = 8UL * 1024 * 1024;
constexpr std::size_t kProblemCharactersMax = 400;
constexpr std::string_view kClockDiffers = "E-CLOCK-01";

}  // namespace

Session::Session(Settings settings, const Console& console)
    : settings_{std::move(settings)}, console_{console} {}

Failure Session::failure(const rpc::CallError& error) const {
  switch (error.failure) {
    case rpc::CallFailure::unreachable:
    case rpc::CallFailure::timed_out:
    case rpc::CallFailure::closed:
      return {ExitCode::unreachable, "",
              console_.say({"no node answered at {}", "ノード {} から返事がありません"},
                           {settings_.nodes.front()})};
    case rpc::CallFailure::malformed:
      return {ExitCode::unproven, "",
              console_.say({"the node's answer is not one of this API",
                            "ノードの返事がこのAPIのものではありません"})};
    case rpc::CallFailure::clock_differs:
      return {ExitCode::unproven, std::string{kClockDiffers},
              console_.say({"this machine's clock and the node's differ by more than 10 minutes: "
                            "set this one right, or ask another node",
                            "この端末とノードの時計が10分以上ずれています。端末の時計を合わせるか、"
                            "別のノードを使ってください"})};
    case rpc::CallFailure::refused:
      // Codes of the ledger stand in proven outcomes; a problem that names one is not believed.
      return {
          error.status >= 500 || error.status == 429 ? ExitCode::unreachable : ExitCode::refused,
          error.code.starts_with("E-API-") ? shown(error.code) : "",
          shown(error.text, kProblemCharactersMax)};
  }
  return {};
}

Failure Session::refusal(std::uint16_t code) const {
  const auto known = rules::refusal_of(code);
  if (!known) return {ExitCode::refused, std::to_string(code), ""};
  return {ExitCode::refused, rules::code_text(*known),
          std::string{rules::sentence(*known, console_.language())}};
}

Attempt<rpc::Client*> Session::any_client() {
  if (client_) return client_.get();
  rpc::ClientOptions options;
  options.language = console_.language() == Language::ja ? "ja" : "en";
  for (const std::string& url : settings_.nodes) {
    const auto endpoint = rpc::parse_endpoint(url);
    if (!endpoint)
      return Err{
          wrong_input(console_, {"{} is no node's URL", "{} はノードのURLではありません"}, {url})};
    options.endpoints.push_back(*endpoint);
  }
  options_ = options;
  client_ = std::make_unique<rpc::Client>(std::move(options));
  return client_.get();
}

Attempt<void> Session::load_charter() {
  const auto bytes = read_file(settings_.charter, kCharterBytesMax);
  if (!bytes) {
    if (bytes.error() == FileError::not_found) return adopt_charter();
    return Err{failure_of(console_, bytes.error(), settings_.charter.string())};
  }
  auto charter = rpc::from_json<state::Charter>(as_text(*bytes));
  if (!charter)
    return Err{wrong_input(console_, {"{}: {}", "{}: {}"},
                           {settings_.charter.string(), rpc::to_string(charter.error())})};
  if (!state::check_charter(*charter))
    return Err{wrong_input(console_, {"{}: its parts do not fit", "{}: 内容に矛盾があります"},
                           {settings_.charter.string()})};
  chain_id_ = state::chain_id(*charter);
  charter_ = std::move(*charter);
  return {};
}

Attempt<void> Session::adopt_charter() {
  const auto client = any_client();
  if (!client) return Err{client.error()};
  auto charter = (*client)->charter();
  if (!charter) return Err{failure(charter.error())};
  if (!state::check_charter(*charter))
    return Err{Failure{ExitCode::unproven, "",
                       console_.say({"the node's charter does not hold together",
                                     "ノードの規程の内容に矛盾があります"})}};
  chain_id_ = state::chain_id(*charter);
  if (expected_chain_ && *expected_chain_ != chain_id_)
    return Err{Failure{ExitCode::unproven, "",
                       console_.say({"the node serves the chain {}, not the expected one",
                                     "ノードの台帳は {} で、指定と違います"},
                                    {to_hex(chain_id_.view())})}};
  std::error_code ignored;  // a folder that can't be made shows when the file is written
  std::filesystem::create_directories(settings_.charter.parent_path(), ignored);
  const std::string text = rpc::to_json(*charter, charter->utc_offset, rpc::JsonLayout::indented);
  const auto written = write_new_file(settings_.charter, as_bytes(text));
  if (!written) return Err{failure_of(console_, written.error(), settings_.charter.string())};
  console_.note(console_.say(
      {"Trusting the chain {} from now on.\nCompare this id with the one the town publishes: {}",
       "今後この台帳を信頼します: {}\nこの番号を町の公表したものと比べてください: {}"},
      {shown(charter->chain_name.text), to_hex(chain_id_.view())}));
  charter_ = std::move(*charter);
  return {};
}

Attempt<const state::Charter*> Session::charter() {
  if (!charter_) {
    if (const auto loaded = load_charter(); !loaded) return Err{loaded.error()};
  }
  return &*charter_;
}

Attempt<const block::Trust*> Session::trust() {
  const auto known = charter();
  if (!known) return Err{known.error()};
  if (!trust_) trust_ = block::trust_of(**known);
  return &*trust_;
}

Attempt<rpc::Client*> Session::client() {
  const auto known = charter();
  if (!known) return Err{known.error()};
  auto client = any_client();
  if (!client || chain_checked_) return client;
  const auto status = (*client)->status();
  if (!status) return Err{failure(status.error())};
  if (status->chain_id != chain_id_)
    return Err{Failure{ExitCode::unproven, "",
                       console_.say({"this node serves another chain than the one you trust ({})",
                                     "このノードは信頼している台帳({})のものではありません"},
                                    {settings_.charter.string()})}};
  chain_checked_ = true;
  return client;
}

Attempt<const Identity*> Session::identity() {
  if (identity_) return &*identity_;
  auto key = unlock_key(console_, settings_);
  if (!key) return Err{key.error()};
  const auto node = client();
  if (!node) return Err{node.error()};
  const auto places = (*node)->find_key(*key);
  if (!places) return Err{failure(places.error())};
  std::optional<AccountId> wanted;
  if (!settings_.account.empty()) {
    const auto account = parse_account_number(settings_.account);
    if (!account) return Err{failure_of(console_, account.error(), settings_.account)};
    wanted = *account;
  }
  std::optional<block::KeyReference> found;
  for (const block::KeyReference& place : *places) {
    if (wanted && place.account != *wanted) continue;
    if (found)
      return Err{
          wrong_input(console_, {"this key stands on several accounts: add --account",
                                 "この鍵は複数の口座にあります。--account で選んでください"})};
    found = place;
  }
  if (!found)
    return Err{
        wrong_input(console_,
                    {"this key stands on no account yet: give the town office its public key {}",
                     "この鍵の口座はまだありません。窓口に公開鍵を伝えてください: {}"},
                    {to_hex(key->public_key().view())})};
  identity_.emplace(Identity{std::move(*key), *found});
  return &*identity_;
}

Attempt<rpc::AccountAnswer> Session::own_account() {
  const auto own = identity();
  if (!own) return Err{own.error()};
  auto account = client_->account((*own)->reference.account, (*own)->signer());
  if (!account) return Err{failure(account.error())};
  return std::move(*account);
}

Attempt<CoinId> Session::coin(std::string_view name) {
  const auto known = charter();
  if (!known) return Err{known.error()};
  const auto& coins = (*known)->coins;
  if (name.empty() && coins.size() == 1) return CoinId{0};
  if (name.empty()) {
    const auto account = own_account();
    if (!account) return Err{account.error()};
    const CoinId home = account->record.account.identity.home;
    if (home.raw < coins.size()) return home;
    return Err{Failure{ExitCode::unproven, "",
                       console_.say({"the node names a coin that the charter has not",
                                     "ノードの返事に規程にないコインがあります"})}};
  }
  for (std::size_t i = 0; i < coins.size(); ++i) {
    if (coins[i].name.text == name) return CoinId{static_cast<CoinId::Raw>(i)};
  }
  return Err{wrong_input(
      console_, {"this chain has no coin {}", "この台帳にコイン {} はありません"}, {shown(name)})};
}

std::string Session::coin_name(CoinId coin) const {
  if (!charter_ || coin.raw >= charter_->coins.size()) return std::to_string(coin.raw);
  return shown(charter_->coins[coin.raw].display_name.text);
}

UtcOffset Session::offset() const { return charter_ ? charter_->utc_offset : UtcOffset{}; }

Attempt<std::uint64_t> Session::next_sequence() {
  const auto account = own_account();
  if (!account) return Err{account.error()};
  const auto& keys = account->record.account.keys;
  const std::uint8_t slot = identity_->reference.slot;
  if (slot >= keys.size())
    return Err{Failure{ExitCode::unproven, "",
                       console_.say({"the node's answer does not hold this key",
                                     "ノードの返事にこの鍵がありません"})}};
  return keys[slot].window.highest + 1;
}

Attempt<Preview> Session::preview(const rules::Operation& operation) {
  const auto own = identity();
  if (!own) return Err{own.error()};
  const auto sequence = next_sequence();
  if (!sequence) return Err{sequence.error()};
  block::UnsignedTransaction transaction;
  transaction.signer = (*own)->reference;
  transaction.sequence = *sequence;
  transaction.valid_until = plus_ms(client_->now(), kSignedValidityMs);
  transaction.operation = operation;
  auto result = client_->preview(transaction, (*own)->signer());
  if (!result) return Err{failure(result.error())};
  if (result->refusal) return Err{refusal(static_cast<std::uint16_t>(*result->refusal))};
  if (!result->outcome)
    return Err{Failure{ExitCode::unproven, "",
                       console_.say({"the node's answer is not one of this API",
                                     "ノードの返事がこのAPIのものではありません"})}};
  return Preview{std::move(*result->outcome), std::move(result->after)};
}

Attempt<void> Session::verify(const rpc::ProvenTransaction& proven) {
  const Failure unproven{ExitCode::unproven, "",
                         console_.say({"the receipt does not prove what the node says",
                                       "領収証明がノードの返事を裏付けていません"})};
  const auto trusted = trust();
  if (!trusted) return Err{trusted.error()};
  const auto receipt = decode<block::Receipt>(proven.receipt);
  if (!receipt || !block::verify_receipt(**trusted, *receipt)) return Err{unproven};
  if (receipt->transaction_id != proven.transaction.id ||
      receipt->outcome != proven.transaction.outcome)
    return Err{unproven};
  return {};
}

}  // namespace hansatsu::wallet
