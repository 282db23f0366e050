#pragma once

namespace test_rpc {

/// While it stands, kName is a name of loopback: its first lookup is done at once, and each later
/// one when the test lets it. One at a time.
class SlowLookup {
 public:
  static constexpr const char* kName = "slow.test";

  SlowLookup();
  ~SlowLookup();
  SlowLookup(const SlowLookup&) = delete;
  SlowLookup& operator=(const SlowLookup&) = delete;

  /// A later lookup is under way.
  [[nodiscard]] bool has_begun() const;
  void release();
};

}  // namespace test_rpc
