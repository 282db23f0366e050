#include "wallet/town/desk.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <thread>

#include "ledger/block/receipt.h"
#include "rpc/json/machine_time.h"
#include "wallet/keystore/passphrase.h"
#include "wallet/text_file.h"

namespace hansatsu::town {
namespace {

constexpr std::chrono::milliseconds kPoll{50};
constexpr std::uint64_t kHolderValidityMs = 9 * 60'000;
constexpr std::chrono::seconds kOneWishMax{30};

std::string text_of(const rpc::CallError& error) {
  if (error.text.empty()) return "the node does not answer";
  return wallet::shown(error.code) + " " + wallet::shown(error.text, 400);
}

rpc::ClientOptions options_for(const std::string& url) {
  rpc::ClientOptions options;
  if (const auto endpoint = rpc::parse_endpoint(url)) options.endpoints.push_back(*endpoint);
  return options;
}

}  // namespace

std::string explain(std::uint16_t code) {
  const auto refusal = rules::refusal_of(code);
  if (!refusal) return "code " + std::to_string(code);
  return std::string{rules::code_text(*refusal)} + " " +
         std::string{rules::sentence(*refusal, rules::Language::en)};
}

Attempt<Desk> Desk::open(const Path& dir, Needs needs, std::chrono::seconds wait) {
  Desk desk;
  desk.dir_ = dir;
  auto town = load_town(dir);
  if (!town) return Err{town.error()};
  desk.town_ = *std::move(town);
  auto charter = load_charter(dir, desk.town_.chain_id);
  if (!charter) return Err{charter.error()};
  desk.charter_ = *std::move(charter);
  desk.trust_ = block::trust_of(desk.charter_);
  rpc::ClientOptions all;
  for (const ValidatorPlace& place : desk.town_.validators) {
    const rpc::ClientOptions one = options_for(place.api);
    if (one.endpoints.empty()) return Err{"town.json: " + place.api + " is no address"};
    all.endpoints.push_back(one.endpoints.front());
    desk.validators_.emplace_back(one);
  }
  desk.client_ = std::make_unique<rpc::Client>(all);

  if (auto answered = desk.wait_for_validators(needs, wait); !answered)
    return Err{answered.error()};
  return desk;
}

Attempt<void> Desk::wait_for_validators(Needs needs, std::chrono::seconds wait) {
  const std::size_t needed = needs == Needs::all ? validators_.size() : trust_.validators.quorum();
  const auto deadline = std::chrono::steady_clock::now() + wait;
  for (;;) {
    std::size_t serving = 0;
    std::string silent;
    for (std::size_t i = 0; i < validators_.size(); ++i) {
      const auto status = validators_[i].status();
      if (status && status->chain_id != town_.chain_id) {
        return Err{town_.validators[i].name + " runs another chain"};
      }
      if (status && status->serving) {
        ++serving;
      } else {
        silent += " " + town_.validators[i].name;
      }
    }
    if (serving >= needed) return {};
    if (std::chrono::steady_clock::now() > deadline) {
      return Err{"too few validators answer; silent:" + silent};
    }
    std::this_thread::sleep_for(kPoll);
  }
}

Attempt<wallet::Keystore*> Desk::keystore(const std::string& file) {
  const auto known = keystores_.find(file);
  if (known != keystores_.end()) return &known->second;
  const auto passphrase = wallet::passphrase_from_file(passphrase_file(dir_));
  if (!passphrase) return Err{passphrase_file(dir_).string() + ": can't be read"};
  auto opened = wallet::Keystore::open(keys_folder(dir_) / file, passphrase->view());
  if (!opened) return Err{(keys_folder(dir_) / file).string() + ": can't be opened"};
  return &keystores_.emplace(file, *std::move(opened)).first->second;
}

Attempt<KeyPair> Desk::key(const std::string& file, const std::string& name) {
  auto store = keystore(file);
  if (!store) return Err{store.error()};
  auto key = (*store)->key(name);
  if (!key) return Err{file + ": no key " + name};
  return *std::move(key);
}

Attempt<wallet::Seed> Desk::seed(const std::string& file, const std::string& name) {
  auto store = keystore(file);
  if (!store) return Err{store.error()};
  const auto words = (*store)->words(name);
  if (!words) return Err{file + ": no words of " + name};
  auto seed = wallet::seed_of(wallet::words_of(words->entropy.view(), words->language).view(), {});
  if (!seed) return Err{file + ": the words give no seed"};
  return *std::move(seed);
}

Attempt<Actor*> Desk::staff(const std::string& name) {
  auto& known = staff_[name];
  if (known) return known.get();
  auto pair = key(kStaffKeys, name);
  if (!pair) return Err{pair.error()};
  const auto places = client_->find_key(*pair);
  if (!places) return Err{text_of(places.error())};
  if (places->empty()) return Err{"the ledger does not know the key of " + name};
  known = std::make_unique<Actor>(Actor{*std::move(pair), places->front(), 1});
  if (auto ready = prepare(*known); !ready) return Err{ready.error()};
  return known.get();
}

Attempt<void> Desk::prepare(Actor& actor) {
  const auto answer = client_->account(actor.reference.account, actor.signer());
  if (!answer) return Err{text_of(answer.error())};
  const auto& slots = answer->record.account.keys;
  if (actor.reference.slot >= slots.size()) return Err{std::string{"the key has no slot"}};
  actor.next_sequence = slots[actor.reference.slot].window.highest + 1;
  return {};
}

Attempt<rpc::AccountAnswer> Desk::account(AccountId account) {
  const auto auditor = staff("auditor");
  if (!auditor) return Err{auditor.error()};
  auto answer = client_->account(account, (*auditor)->signer());
  if (!answer) return Err{text_of(answer.error())};
  return *std::move(answer);
}

Attempt<Done> read_answer(const block::Trust& trust, const rpc::SubmitAnswer& answer,
                          const Hash& asked) {
  Done done;
  done.id = asked;
  if (answer.state == rpc::SubmitState::inadmissible) {
    done.code = answer.code;
    return done;
  }
  if (answer.state != rpc::SubmitState::final || !answer.result) {
    return Err{std::string{"a transaction has no final answer"}};
  }
  const auto receipt = decode<block::Receipt>(answer.result->receipt);
  if (!receipt || !block::verify_receipt(trust, *receipt) || receipt->transaction_id != asked ||
      receipt->outcome != answer.result->transaction.outcome) {
    return Err{std::string{"a receipt does not hold"}};
  }
  done.is_final = true;
  done.code = receipt->outcome.code;
  done.outcome.public_part = receipt->outcome;
  if (answer.result->transaction.private_outcome) {
    done.outcome.private_part = *answer.result->transaction.private_outcome;
  }
  return done;
}

Attempt<std::vector<Done>> Desk::run(const std::vector<Wish>& wishes, std::chrono::seconds time,
                                     const std::function<void(std::size_t)>& progress) {
  std::vector<Bytes> transactions;
  std::vector<Hash> ids;
  transactions.reserve(wishes.size());
  const Timestamp valid_until = plus_ms(rpc::machine_time(), kHolderValidityMs);
  for (const Wish& wish : wishes) {
    const rpc::Envelope envelope{town_.chain_id, wish.actor->reference, wish.actor->next_sequence++,
                                 valid_until};
    std::vector<rpc::Cosigner> cosigners;
    if (wish.cosigner != nullptr) {
      cosigners.push_back({wish.cosigner->reference, &wish.cosigner->key});
    }
    auto built = rpc::build_transaction(envelope, wish.operation, wish.actor->key, cosigners);
    ids.push_back(built.id);
    transactions.push_back(std::move(built.bytes));
  }
  rpc::SubmitManyOptions options;
  options.progress = progress;
  const auto answers = client_->submit_many(transactions, options, time);
  std::vector<Done> done;
  done.reserve(answers.size());
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (!answers[i]) return Err{std::string{"a transaction had no answer in time"}};
    auto one = read_answer(trust_, *answers[i], ids[i]);
    if (!one) return Err{one.error()};
    done.push_back(*std::move(one));
  }
  return done;
}

Attempt<Done> Desk::run_one(Wish wish) {
  const auto done = run({std::move(wish)}, kOneWishMax);
  if (!done) return Err{done.error()};
  return done->front();
}

bool Desk::agree(std::chrono::seconds wait, std::vector<std::string>& silent) {
  const auto deadline = std::chrono::steady_clock::now() + wait;
  for (;;) {
    silent.clear();
    std::optional<rpc::NodeStatus> first;
    bool same = true;
    for (std::size_t i = 0; i < validators_.size(); ++i) {
      const auto status = validators_[i].status();
      if (!status) {
        silent.push_back(town_.validators[i].name);
        continue;
      }
      if (!first) first = *status;
      same = same && status->height == first->height && status->state_root == first->state_root;
    }
    if (first && same) return true;
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(kPoll);
  }
}

Bar::Bar(std::string what, std::size_t total)
    : what_{std::move(what)}, total_{total}, visible_{::isatty(STDERR_FILENO) == 1} {
  show(0);
}

Bar::~Bar() {
  if (visible_) std::cerr << "\r\x1b[K";
}

void Bar::show(std::size_t done) {
  constexpr std::size_t kWidth = 30;
  if (!visible_ || total_ == 0 || done * kWidth / total_ == shown_) return;
  shown_ = done * kWidth / total_;
  std::cerr << "\r" << what_ << " [" << std::string(shown_, '#')
            << std::string(kWidth - std::min(kWidth, shown_), '.') << "] " << done << "/" << total_
            << std::flush;
}

}  // namespace hansatsu::town
