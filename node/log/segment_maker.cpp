#include "node/log/segment_maker.h"

#include <algorithm>

namespace hansatsu::log {

Result<void, DiskError> SegmentMaker::write_piece() {
  if (!file_) {
    auto created = disk_->create(kPreparingName);
    if (!created) return Err{created.error()};
    file_ = *std::move(created);
  }
  Bytes piece;
  if (written_ == 0) piece = encode_segment_header(header_);
  piece.resize(std::min(kPrepareBytes, header_.bytes - written_), 0);
  if (const auto done = file_->write(written_, piece); !done) return done;
  written_ += static_cast<std::uint32_t>(piece.size());
  return {};
}

Result<void, DiskError> SegmentMaker::give_name() {
  file_.reset();
  const auto done = disk_->rename(kPreparingName, segment_name(header_.number));
  named_ = done.has_value();
  return done;
}

Result<bool, DiskError> SegmentMaker::step() {
  if (named_) return true;
  if (const auto done = write_piece(); !done) return Err{done.error()};
  if (const auto done = file_->sync(); !done) return Err{done.error()};
  if (written_ < header_.bytes) return false;
  if (const auto done = give_name(); !done) return Err{done.error()};
  return true;
}

Result<void, DiskError> SegmentMaker::finish() {
  if (named_) return {};
  while (written_ < header_.bytes) {
    if (const auto done = write_piece(); !done) return done;
  }
  if (const auto done = file_->sync(); !done) return done;
  return give_name();
}

}  // namespace hansatsu::log
