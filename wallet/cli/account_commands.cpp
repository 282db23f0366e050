#include "rpc/json/members_state.h"
#include "wallet/cli/sentences.h"
#include "wallet/cli/shell.h"
#include "wallet/cli/show.h"
#include "wallet/text_file.h"

/// What a holder decides about their own account: its keys, and whether it takes sends.
namespace hansatsu::wallet {
namespace {

struct AccountKeyOptions {
  std::string public_key;
  std::vector<std::string> rights;
  std::string limit_payment;
  std::string limit_day;
  std::vector<std::string> shops;
  std::string last_day;
  bool cosigned = false;
  std::uint32_t slot = 0;
  std::string receive;
};

struct RightName {
  std::string_view name;
  state::Rights right;
};
constexpr RightName kRightNames[]{
    {"pay", state::kRightPay},         {"send", state::kRightSend},
    {"collect", state::kRightCollect}, {"refund", state::kRightRefund},
    {"redeem", state::kRightRedeem},   {"charge", state::kRightCharge},
    {"manage", state::kRightManage},   {"read", state::kRightRead},
};

std::string names_of(state::Rights rights) {
  std::string names;
  for (const RightName& each : kRightNames)
    if ((rights & each.right) != 0) names += (names.empty() ? "" : ",") + std::string{each.name};
  if ((rights & state::kRightOffice) != 0) names += names.empty() ? "office" : ",office";
  return names;
}

Attempt<state::KeyGrant> read_grant(const Console& console, const AccountKeyOptions& options) {
  state::KeyGrant grant;
  const auto key = fixed_from_hex<PublicKey>(options.public_key);
  if (!key || !is_valid_key(*key))
    return Err{wrong_input(console, {"{} is no public key", "{} は公開鍵ではありません"},
                           {shown(options.public_key)})};
  grant.key = *key;
  for (const std::string& name : options.rights) {
    for (const RightName& each : kRightNames)
      if (each.name == name) grant.rights = static_cast<state::Rights>(grant.rights | each.right);
  }
  for (auto [text, place] : {std::pair{&options.limit_payment, &grant.limit_payment},
                             std::pair{&options.limit_day, &grant.limit_day}}) {
    if (text->empty()) continue;
    const auto amount = read_amount(console, *text);
    if (!amount) return Err{amount.error()};
    *place = *amount;
  }
  for (const std::string& number : options.shops) {
    const auto shop = read_account(console, number);
    if (!shop) return Err{shop.error()};
    if (grant.shops.is_full())
      return Err{wrong_input(console, {"a key names at most 8 shops", "加盟店は8か所までです"})};
    grant.shops.push_back(*shop);
  }
  std::sort(grant.shops.begin(), grant.shops.end());
  if (!options.last_day.empty()) {
    const auto day = parse_date(options.last_day);
    if (!day)
      return Err{wrong_input(console, {"{} is no date", "{} は日付ではありません"},
                             {shown(options.last_day)})};
    grant.last_day = *day;
  }
  grant.needs_cosignature = options.cosigned;
  return grant;
}

Attempt<void> list_account_keys(Session& session, const AccountKeyOptions& /*none*/) {
  const Console& console = session.console();
  const auto account = session.own_account();
  if (!account) return Err{account.error()};
  Table table{{{{"slot", "番号"}, true},
               {{"rights", "権限"}},
               {{"a payment", "1回"}, true},
               {{"a day", "1日"}, true},
               {{"until", "期限"}},
               {{"public key", "公開鍵"}}}};
  Json list = Json::array();
  const auto limit = [&](Amount amount) {
    return amount.units() == Amount::kMax ? console.say({"any", "なし"}) : grouped(amount);
  };
  for (std::size_t slot = 0; slot < account->record.account.keys.size(); ++slot) {
    const state::KeySlot& key = account->record.account.keys[slot];
    if (!key.filled) continue;
    table.add({std::to_string(slot), names_of(key.grant.rights), limit(key.grant.limit_payment),
               limit(key.grant.limit_day), date_text(console, key.grant.last_day),
               to_hex(key.grant.key.view())});
    Json entry = rpc::write_json(key, session.offset());
    entry["slot"] = slot;
    list.push_back(std::move(entry));
  }
  console.table(table);
  console.json({{"account", to_account_number(account->record.id)}, {"keys", list}});
  return {};
}

Attempt<void> add_account_key(Session& session, const AccountKeyOptions& options) {
  const Console& console = session.console();
  const auto grant = read_grant(console, options);
  if (!grant) return Err{grant.error()};
  const auto done = preview_and_run(
      session, {rules::AddKey{*grant}},
      console.say({"Add the key {} with the rights {}", "鍵 {} を追加します。権限: {}"},
                  {options.public_key, names_of(grant->rights)}));
  if (!done) return Err{done.error()};
  show_done(session, *done,
            console.say({"Added in slot {}.", "番号 {} に追加しました。"},
                        {std::to_string(done->outcome().reference)}));
  return {};
}

Attempt<void> remove_account_key(Session& session, const AccountKeyOptions& options) {
  const Console& console = session.console();
  const auto account = session.own_account();
  if (!account) return Err{account.error()};
  const auto& keys = account->record.account.keys;
  if (options.slot >= keys.size() || !keys[options.slot].filled)
    return Err{wrong_input(console, {"no key in that slot", "その番号に鍵はありません"})};
  const rules::RemoveKey operation{static_cast<std::uint8_t>(options.slot),
                                   keys[options.slot].generation};
  const auto done = preview_and_run(session, {operation},
                                    console.say({"Remove the key {}", "鍵 {} を削除します"},
                                                {to_hex(keys[options.slot].grant.key.view())}));
  if (!done) return Err{done.error()};
  show_done(session, *done, console.say({"Removed.", "削除しました。"}));
  return {};
}

Attempt<void> set_receive(Session& session, const AccountKeyOptions& options) {
  const Console& console = session.console();
  const bool receives = options.receive == "on";
  const auto done =
      preview_and_run(session, {rules::SetReceive{receives}},
                      console.say(receives ? Sentence{"Others may send to this account",
                                                      "この口座で譲渡を受け取れるようにします"}
                                           : Sentence{"Nobody may send to this account",
                                                      "この口座で譲渡を受け取らないようにします"}));
  if (!done) return Err{done.error()};
  show_done(session, *done, console.say({"Changed.", "変更しました。"}));
  return {};
}

}  // namespace

void add_account_commands(Shell& shell) {
  CLI::App* account =
      shell.group("account", {"your account's keys and settings", "口座の鍵と設定"});
  const auto options = std::make_shared<AccountKeyOptions>();
  shell.on(shell.command(account, "keys", {"list the account's keys", "口座の鍵の一覧"},
                         "  hansatsu account keys"),
           options, &list_account_keys);

  CLI::App* adding = shell.command(
      account, "add-key", {"give another key rights on your account", "別の鍵に権限を与える"},
      "  hansatsu account add-key PUBLICKEY --right pay --right read --limit-day 3000\n"
      "  hansatsu account add-key PUBLICKEY --right pay --shop 0001-2345-20 --until 2027-03-31");
  adding->add_option("key", options->public_key, shell.say({"public key", "公開鍵"}))->required();
  std::set<std::string> rights;
  for (const RightName& each : kRightNames) rights.insert(std::string{each.name});
  adding->add_option("--right", options->rights, shell.say({"what it may do", "権限"}))
      ->required()
      ->check(CLI::IsMember(rights));
  adding->add_option("--limit-payment", options->limit_payment,
                     shell.say({"most in one payment", "1回の上限"}));
  adding->add_option("--limit-day", options->limit_day, shell.say({"most in a day", "1日の上限"}));
  adding->add_option("--shop", options->shops,
                     shell.say({"shops it may pay, else all", "支払える加盟店(なければ全部)"}));
  adding->add_option("--until", options->last_day, shell.say({"last day", "最終日"}));
  adding->add_flag("--card", options->cosigned,
                   shell.say({"needs the card desk's co-signature", "カード窓口の連署を要する"}));
  shell.on(adding, options, &add_account_key);

  CLI::App* removing = shell.command(account, "remove-key", {"stop a key at once", "鍵を止める"},
                                     "  hansatsu account remove-key 1");
  removing->add_option("slot", options->slot, shell.say({"its slot", "番号"}))->required();
  shell.on(removing, options, &remove_account_key);

  CLI::App* receiving =
      shell.command(account, "receive", {"whether others may send to you", "譲渡を受け取るか"},
                    "  hansatsu account receive off");
  receiving->add_option("on", options->receive, "on | off")
      ->required()
      ->check(CLI::IsMember({"on", "off"}));
  shell.on(receiving, options, &set_receive);
}

}  // namespace hansatsu::wallet
