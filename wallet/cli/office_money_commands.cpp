#include <algorithm>

#include "rpc/json/members_answers.h"
#include "wallet/cli/sentences.h"
#include "wallet/cli/shell.h"
#include "wallet/cli/show.h"

/// Cash in, and paying shops out.
namespace hansatsu::wallet {
namespace {

struct ChargeOptions {
  std::string account;
  std::uint32_t program = 0;
  std::string amount;
  std::string premium_least;
};

Attempt<void> charge(Session& session, const ChargeOptions& options) {
  const Console& console = session.console();
  const auto account = read_account(console, options.account);
  if (!account) return Err{account.error()};
  const auto amount = read_amount(console, options.amount);
  if (!amount) return Err{amount.error()};
  rules::Charge operation{*account, ProgramId{options.program}, *amount, {}};
  if (!options.premium_least.empty()) {
    const auto least = read_amount(console, options.premium_least);
    if (!least) return Err{least.error()};
    operation.premium_least = *least;
  }
  const auto preview = session.preview({operation});
  if (!preview) return Err{preview.error()};
  const Amount premium = preview->outcome.private_part.premium;
  console.line(console.say(
      {"Charge {} with {} for cash, and {} of premium", "{} に現金 {} をチャージ、上乗せ {}"},
      {to_account_number(*account), grouped(*amount), grouped(premium)}));
  // What was shown is what is given: a premium that ran out meanwhile refuses the charge.
  operation.premium_least = std::max(operation.premium_least, premium);
  if (!console.confirm({"Cash received?", "現金を受け取りましたか。"}))
    return Err{declined(console)};
  const auto done = session.run({operation});
  if (!done) return Err{done.error()};
  show_done(session, *done, console.say({"Charged.", "チャージしました。"}));
  return {};
}

struct FloatOptions {
  std::string agent;
  std::string limit;
};

Attempt<void> set_float(Session& session, const FloatOptions& options) {
  const Console& console = session.console();
  const auto agent = read_account(console, options.agent);
  if (!agent) return Err{agent.error()};
  const auto limit = read_amount(console, options.limit);
  if (!limit) return Err{limit.error()};
  const auto done = preview_and_run(
      session, {rules::SetFloat{*agent, *limit}},
      console.say({"The agent {} may hold cash up to {}", "窓口 {} の現金の上限を {} にします"},
                  {to_account_number(*agent), grouped(*limit)}));
  if (!done) return Err{done.error()};
  show_done(session, *done, console.say({"Set.", "設定しました。"}));
  return {};
}

struct HandInOptions {
  std::string amount;
  std::filesystem::path keystore;
  std::string key;
  std::filesystem::path passphrase_file;
};

Attempt<void> hand_in(Session& session, const HandInOptions& options) {
  const Console& console = session.console();
  const auto amount = read_amount(console, options.amount);
  if (!amount) return Err{amount.error()};
  const auto agent = session.identity();
  if (!agent) return Err{agent.error()};
  // The treasurer who counted the cash signs too, with a key of their own.
  Settings settings = session.settings();
  settings.keystore = options.keystore;
  settings.key = options.key;
  settings.holder.reset();
  settings.account.clear();
  settings.passphrase_file = options.passphrase_file;
  console.note(console.say({"The treasurer's keystore: {}", "出納担当の鍵ファイル: {}"},
                           {options.keystore.string()}));
  Session treasurer{settings, console};
  const auto cosigner = treasurer.identity();
  if (!cosigner) return Err{cosigner.error()};
  const rpc::Cosigner cosigners[]{{(*cosigner)->reference, &(*cosigner)->key}};
  const auto done = preview_and_run(
      session, {rules::HandIn{*amount}},
      console.say({"{} in cash, counted by the treasurer {}", "現金 {}、確認した出納担当 {}"},
                  {grouped(*amount), to_account_number((*cosigner)->reference.account)}),
      cosigners);
  if (!done) return Err{done.error()};
  show_done(session, *done, console.say({"Handed in.", "納入しました。"}));
  return {};
}

struct PayoutOptions {
  std::string coin;
  std::string state = "requested";
  std::filesystem::path bank_file;
  std::vector<std::uint64_t> redemptions;
};

state::RedemptionState state_of(std::string_view name) {
  for (const auto& entry : names(state::RedemptionState{}))
    if (entry.name == name) return entry.value;
  return state::RedemptionState::requested;
}

/// All redemptions of a coin in a state.
Attempt<std::vector<rpc::RedemptionRecord>> redemptions_of(Session& session, CoinId coin,
                                                           state::RedemptionState state) {
  const auto own = session.identity();
  if (!own) return Err{own.error()};
  const auto client = session.client();
  if (!client) return Err{client.error()};
  std::vector<rpc::RedemptionRecord> all;
  RedemptionId from;
  for (;;) {
    auto page = (*client)->redemptions(coin, state, from, (*own)->signer());
    if (!page) return Err{session.failure(page.error())};
    all.insert(all.end(), page->begin(), page->end());
    if (page->size() < rpc::kRedemptionsCountMax) return all;
    from = RedemptionId{page->back().id.raw + 1};
  }
}

Amount gross_of(const state::Redemption& redemption) {
  Amount gross;
  for (const state::ProgramAmount& part : redemption.gross)
    gross = gross.plus(part.amount).value_or(gross);
  return gross;
}

Attempt<void> list_redemptions(Session& session, const PayoutOptions& options) {
  const Console& console = session.console();
  const auto coin = session.coin(options.coin);
  if (!coin) return Err{coin.error()};
  const auto all = redemptions_of(session, *coin, state_of(options.state));
  if (!all) return Err{all.error()};
  Table table{{{{"redemption", "換金番号"}, true},
               {{"shop", "加盟店"}},
               {{"gross", "総額"}, true},
               {{"fee", "手数料"}, true},
               {{"payout", "振込額"}, true},
               {{"asked", "請求日時"}}}};
  Json list = Json::array();
  for (const rpc::RedemptionRecord& record : *all) {
    const Amount gross = gross_of(record.redemption);
    table.add({std::to_string(record.id.raw), to_account_number(record.redemption.shop),
               grouped(gross), grouped(record.redemption.fee),
               grouped(gross.minus(record.redemption.fee).value_or(Amount{})),
               to_string(record.redemption.time, session.offset())});
    list.push_back(rpc::write_json(record, session.offset()));
  }
  console.table(table);
  console.json({{"redemptions", list}});
  return {};
}

struct Payout {
  CoinId coin;
  Hash bank_file;
  std::vector<rpc::RedemptionRecord> redemptions;  ///< ascending, at least one
  Amount total;                                    ///< gross less fees
};

/// The redemptions in `state` that were named, or all of them; of one bank file when they are
/// filed.
Attempt<Payout> choose(Session& session, const PayoutOptions& options,
                       state::RedemptionState state) {
  const Console& console = session.console();
  const auto coin = session.coin(options.coin);
  if (!coin) return Err{coin.error()};
  const auto bytes = read_input(console, options.bank_file);
  if (!bytes) return Err{bytes.error()};
  auto all = redemptions_of(session, *coin, state);
  if (!all) return Err{all.error()};
  Payout payout{*coin, hash(HashTag::bank_file, *bytes), {}, {}};
  for (rpc::RedemptionRecord& record : *all) {
    const bool named = options.redemptions.empty() ||
                       std::find(options.redemptions.begin(), options.redemptions.end(),
                                 record.id.raw) != options.redemptions.end();
    const bool in_file =
        state != state::RedemptionState::filed || record.redemption.bank_file == payout.bank_file;
    if (!named || !in_file) continue;
    const Amount net = gross_of(record.redemption).minus(record.redemption.fee).value_or(Amount{});
    payout.total = payout.total.plus(net).value_or(payout.total);
    payout.redemptions.push_back(std::move(record));
  }
  if (payout.redemptions.size() < std::max<std::size_t>(options.redemptions.size(), 1))
    return Err{wrong_input(
        console, {"there is no such redemption in this state", "該当する換金請求がありません"})};
  if (payout.redemptions.size() > rules::kFileLinesMax)
    return Err{wrong_input(console, {"a bank file binds at most 1,000 redemptions: name some",
                                     "一つの振込データは1,000件までです"})};
  return payout;
}

Attempt<void> file(Session& session, const PayoutOptions& options) {
  const Console& console = session.console();
  const auto payout = choose(session, options, state::RedemptionState::requested);
  if (!payout) return Err{payout.error()};
  rules::File operation{payout->coin, payout->bank_file, {}};
  for (const rpc::RedemptionRecord& record : payout->redemptions)
    operation.lines.push_back({record.id, record.redemption.payee_digest});
  const auto done =
      preview_and_run(session, {operation},
                      console.say({"Bind {} redemptions, {} to pay, to the bank file {}",
                                   "換金請求 {} 件、振込額 {} を振込データ {} に結びます"},
                                  {std::to_string(payout->redemptions.size()),
                                   grouped(payout->total), options.bank_file.string()}));
  if (!done) return Err{done.error()};
  show_done(session, *done, console.say({"Filed.", "登録しました。"}));
  return {};
}

Attempt<void> settle(Session& session, const PayoutOptions& options) {
  const Console& console = session.console();
  const auto payout = choose(session, options, state::RedemptionState::filed);
  if (!payout) return Err{payout.error()};
  rules::Settle operation{payout->coin, payout->bank_file, {}};
  for (const rpc::RedemptionRecord& record : payout->redemptions)
    operation.redemptions.push_back(record.id);
  const auto done = preview_and_run(
      session, {operation},
      console.say({"Confirm that the bank has paid {} redemptions, {} in all",
                   "換金請求 {} 件、合計 {} の振込を確認します"},
                  {std::to_string(payout->redemptions.size()), grouped(payout->total)}));
  if (!done) return Err{done.error()};
  show_done(session, *done, console.say({"Settled.", "精算しました。"}));
  return {};
}

void add_cash_commands(Shell& shell, CLI::App* office) {
  const auto charging = std::make_shared<ChargeOptions>();
  CLI::App* counter = shell.command(office, "charge", {"cash in, coin out", "チャージ"},
                                    "  hansatsu office charge 0001-2345-20 --program 0 "
                                    "--amount 5000");
  counter->add_option("account", charging->account, shell.say({"account number", "口座番号"}))
      ->required();
  counter->add_option("--program", charging->program, shell.say({"charge program", "事業番号"}))
      ->required();
  counter->add_option("--amount", charging->amount, shell.say({"cash", "現金"}))->required();
  counter->add_option("--premium-least", charging->premium_least,
                      shell.say({"refuse below this premium", "上乗せの下限"}));
  shell.on(counter, charging, &charge);

  const auto limits = std::make_shared<FloatOptions>();
  CLI::App* setting =
      shell.command(office, "set-float", {"how much cash an agent may hold", "窓口の現金の上限"},
                    "  hansatsu office set-float 0001-2345-20 --limit 300000");
  setting->add_option("agent", limits->agent, shell.say({"agent's account", "窓口の口座"}))
      ->required();
  setting->add_option("--limit", limits->limit, shell.say({"amount", "金額"}))->required();
  shell.on(setting, limits, &set_float);

  const auto cash = std::make_shared<HandInOptions>();
  CLI::App* handing = shell.command(
      office, "hand-in",
      {"an agent hands in cash; the treasurer co-signs", "現金の納入(出納担当の連署)"},
      "  hansatsu office hand-in --amount 120000 --treasurer-keystore treasurer.keys");
  handing->add_option("--amount", cash->amount, shell.say({"cash", "現金"}))->required();
  handing
      ->add_option("--treasurer-keystore", cash->keystore,
                   shell.say({"the treasurer's keystore", "出納担当の鍵ファイル"}))
      ->required();
  handing->add_option("--treasurer-key", cash->key,
                      shell.say({"name of the treasurer's key", "出納担当の鍵の名前"}));
  handing->add_option("--treasurer-passphrase-file", cash->passphrase_file,
                      shell.say({"else it is asked for", "なければ尋ねます"}));
  shell.on(handing, cash, &hand_in);
}

}  // namespace

void add_office_money_commands(Shell& shell, CLI::App* office) {
  add_cash_commands(shell, office);
  const auto options = std::make_shared<PayoutOptions>();
  CLI::App* listing =
      shell.command(office, "redemptions", {"what shops ask to be paid", "換金請求の一覧"},
                    "  hansatsu office redemptions --state filed");
  listing->add_option("--state", options->state, shell.say({"their state", "状態"}))
      ->check(CLI::IsMember({"requested", "filed", "paid"}))
      ->capture_default_str();
  CLI::App* filing =
      shell.command(office, "file", {"bind redemptions to a bank file", "振込データに結ぶ"},
                    "  hansatsu office file --bank-file 20261130.txt");
  CLI::App* settling =
      shell.command(office, "settle", {"confirm that a bank file was paid", "振込を確認する"},
                    "  hansatsu office settle --bank-file 20261130.txt");
  for (CLI::App* command : {listing, filing, settling})
    command->add_option("--coin", options->coin, shell.say({"coin", "コイン"}));
  for (CLI::App* command : {filing, settling}) {
    command
        ->add_option("--bank-file", options->bank_file,
                     shell.say({"the file sent to the bank", "銀行に送るファイル"}))
        ->required();
    command->add_option("--redemption", options->redemptions,
                        shell.say({"redemptions, else all", "換金番号(なければ全部)"}));
  }
  shell.on(listing, options, &list_redemptions);
  shell.on(filing, options, &file);
  shell.on(settling, options, &settle);
}

}  // namespace hansatsu::wallet
