#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace hansatsu::rpc {

/// One event of a stream, as its lines give it.
struct RawEvent {
  std::string id;    ///< the last one named, by this event or an earlier one
  std::string data;  ///< its data lines, a line feed between two
  bool operator==(const RawEvent&) const = default;
};

/// Cuts a text/event-stream into events (WHATWG HTML, 9.2.6). Comments and names are passed over;
/// an event without data only moves the id.
class EventReader {
 public:
  static constexpr std::size_t kEventBytesMax = 1U << 20U;

  /// False when an event or a line grows too large; the stream is of no more use then.
  [[nodiscard]] bool feed(std::string_view bytes);
  /// The next whole event with data; false when there is none yet.
  [[nodiscard]] bool take(RawEvent& event);
  [[nodiscard]] const std::string& last_id() const { return last_id_; }

 private:
  void end_line();

  std::string line_;
  std::string data_;
  std::string id_;
  std::string last_id_;
  bool after_return_ = false;  ///< a line feed that follows ends no second line
  std::deque<RawEvent> events_;
};

}  // namespace hansatsu::rpc
