#include "rpc/http/submission.h"

#include "rpc/json/codec.h"

namespace hansatsu::rpc {
namespace {

constexpr std::size_t kReceiptBytesMax = 65'535;

/// SubmitAnswer as it travels.
struct AnswerForm {
  SubmitState state = SubmitState::overloaded;
  Hash id;
  std::uint16_t code = 0;
  std::uint32_t retry_after_ms = 0;
  bool has_result = false;
  Height height;
  std::uint32_t position = 0;
  rules::PublicOutcome outcome;
  BoundedVector<std::uint8_t, kReceiptBytesMax> receipt;
};
template <class C, FieldsOf<AnswerForm> A>
void fields(C& c, A& a) {
  c(a.state, a.id, a.code, a.retry_after_ms, a.has_result);
  if (a.has_result) c(a.height, a.position, a.outcome, a.receipt);
}
using AnswerForms = BoundedVector<AnswerForm, kBatchMax>;

AnswerForm form_of(const SubmitAnswer& answer) {
  AnswerForm form;
  form.state = answer.state;
  form.id = answer.id;
  form.code = answer.code;
  form.retry_after_ms = static_cast<std::uint32_t>(answer.retry_after.count());
  form.has_result = answer.result != nullptr;
  if (!form.has_result) return form;
  form.height = answer.result->transaction.height;
  form.position = answer.result->transaction.position;
  form.outcome = answer.result->transaction.outcome;
  ASSERT(answer.result->receipt.size() <= kReceiptBytesMax);
  form.receipt.assign(answer.result->receipt.begin(), answer.result->receipt.end());
  return form;
}

SubmitAnswer answer_of(const AnswerForm& form) {
  SubmitAnswer answer;
  answer.state = form.state;
  answer.id = form.id;
  answer.code = form.code;
  answer.retry_after = std::chrono::milliseconds{form.retry_after_ms};
  if (!form.has_result) return answer;
  ProvenTransaction result;
  result.transaction.id = form.id;
  result.transaction.height = form.height;
  result.transaction.position = form.position;
  result.transaction.outcome = form.outcome;
  result.receipt = form.receipt;
  answer.result = std::make_shared<const ProvenTransaction>(std::move(result));
  return answer;
}

}  // namespace

std::string encode_batch(std::span<const Bytes> transactions) {
  Encoder encoder;
  for (const Bytes& transaction : transactions) {
    encoder(static_cast<std::uint32_t>(transaction.size()));
    encoder.raw(transaction);
  }
  return std::string{as_text(encoder.view())};
}

std::optional<std::vector<Bytes>> decode_batch(std::string_view text) {
  std::vector<Bytes> transactions;
  Decoder decoder{as_bytes(text)};
  while (!decoder.at_end()) {
    std::uint32_t length = 0;
    decoder(length);
    const ByteView bytes = decoder.raw(length);
    if (decoder.failed() || transactions.size() == kBatchMax) return std::nullopt;
    transactions.emplace_back(bytes.begin(), bytes.end());
  }
  if (transactions.empty()) return std::nullopt;
  return transactions;
}

Result<std::vector<Bytes>, BatchFault> batch_from_json(std::string_view text) {
  const auto json = parse_json(text);
  if (!json || !json->is_object()) return Err{BatchFault::no_json};
  const auto list = json->find("transactions");
  if (list == json->end() || !list->is_array() || json->size() != 1 || list->empty()) {
    return Err{BatchFault::no_list};
  }
  if (list->size() > kBatchMax) return Err{BatchFault::too_large};
  std::vector<Bytes> transactions;
  for (const Json& element : *list) {
    auto bytes = element.is_string() ? from_hex(*element.get_ptr<const std::string*>())
                                     : std::optional<Bytes>{};
    if (!bytes) return Err{BatchFault::no_hex};
    transactions.push_back(*std::move(bytes));
  }
  return transactions;
}

std::string encode_answers(std::span<const SubmitAnswer> answers) {
  AnswerForms forms;
  forms.reserve(answers.size());
  for (const SubmitAnswer& answer : answers) forms.push_back(form_of(answer));
  return std::string{as_text(encode(forms))};
}

std::optional<std::vector<SubmitAnswer>> decode_answers(std::string_view text) {
  const auto forms = decode<AnswerForms>(as_bytes(text));
  if (!forms) return std::nullopt;
  std::vector<SubmitAnswer> answers;
  answers.reserve(forms->size());
  for (const AnswerForm& form : *forms) answers.push_back(answer_of(form));
  return answers;
}

}  // namespace hansatsu::rpc
