#include "rpc/client/event_reader.h"

#include <algorithm>
#include <utility>

namespace hansatsu::rpc {

bool EventReader::feed(std::string_view bytes) {
  for (const char byte : bytes) {
    const bool is_second = std::exchange(after_return_, byte == '\r') && byte == '\n';
    if (is_second) continue;
    if (byte == '\n' || byte == '\r') {
      end_line();
    } else {
      line_ += byte;
    }
    if (line_.size() + data_.size() > kEventBytesMax) return false;
  }
  return true;
}

void EventReader::end_line() {
  const std::string line = std::exchange(line_, {});
  if (line.empty()) {
    last_id_ = id_;
    if (data_.empty()) return;
    data_.pop_back();
    events_.push_back({last_id_, std::exchange(data_, {})});
    return;
  }
  const std::size_t colon = std::min(line.find(':'), line.size());
  const std::string_view name = std::string_view{line}.substr(0, colon);
  std::string_view value = std::string_view{line}.substr(std::min(colon + 1, line.size()));
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (name == "data") {
    data_.append(value).append("\n");
  } else if (name == "id") {
    id_ = value;
  }
}

bool EventReader::take(RawEvent& event) {
  if (events_.empty()) return false;
  event = std::move(events_.front());
  events_.pop_front();
  return true;
}

}  // namespace hansatsu::rpc
