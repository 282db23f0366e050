#include "node/log/segment_maker.h"

#include <algorithm>

namespace hansatsu::log {

Result<bool, DiskError> SegmentMaker::step() {
  if (named_) return true;
  if (!file_) {
    auto created = disk_->create(kPreparingName);
    if (!created) return Err{created.error()};
    file_ = *std::move(created);
  }
  Bytes piece;
  if (written_ == 0) piece = encode_segment_header(header_);
  piece.resize(std::min(kPrepareBytes, header_.bytes - written_), 0);
  if (const auto done = file_->write(written_, piece); !done) return Err{done.error()};
  if (const auto done = file_->sync(); !done) return Err{done.error()};
  written_ += static_cast<std::uint32_t>(piece.size());
  if (written_ < header_.bytes) return false;
  file_.reset();
  const auto done = disk_->rename(kPreparingName, segment_name(header_.number));
  if (!done) return Err{done.error()};
  named_ = true;
  return true;
}

Result<void, DiskError> SegmentMaker::finish() {
  for (;;) {
    const auto done = step();
    if (!done) return Err{done.error()};
    if (*done) return {};
  }
}

}  // namespace hansatsu::log
