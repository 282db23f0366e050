#include "node/recovered_log.h"

#include "consensus/parameters.h"
#include "node/log/records.h"

namespace hansatsu::node {

std::optional<log::GroupPlace> ReplayPoints::from(View above) const {
  std::optional<log::GroupPlace> earliest;
  for (auto entry = first_groups_.upper_bound(above); entry != first_groups_.end(); ++entry) {
    if (!earliest || entry->second.sequence < earliest->sequence) earliest = entry->second;
  }
  if (!earliest && last_.sequence != 0) earliest = last_;
  return earliest;
}

View done_at(const consensus::Record& record) {
  const View view = log::view_of(record);
  if (std::holds_alternative<consensus::Block>(record)) return view;
  return View{view.raw + consensus::kWindowBehind};
}

Result<void, std::string> read_log(log::Disk& disk, const std::optional<log::GroupPlace>& from,
                                   RecoveredLog& out) {
  auto cursor = from ? log::Cursor::from(disk, *from) : log::Cursor::from_start(disk);
  if (!cursor) return Err{log::describe(cursor.error())};
  const View base = out.recovered.base.view;
  for (;;) {
    auto group = cursor->next();
    if (!group) return Err{log::describe(group.error())};
    if (!*group) return {};
    const log::GroupPlace& place = (*group)->place;
    for (std::uint32_t i = 0; i < (*group)->records.size(); ++i) {
      auto record = log::from_record((*group)->records[i]);
      if (!record)
        return Err{std::string{"the log holds a record that this program does not know"}};
      if (done_at(*record) <= base) continue;
      out.points.add(log::view_of(*record), place);
      if (const auto* block = std::get_if<consensus::Block>(&*record)) {
        out.places[chain::block_id(block->header)] = {place.segment, place.offset, i};
      }
      out.recovered.records.push_back(*std::move(record));
    }
    out.points.set_last(place);
  }
}

}  // namespace hansatsu::node
