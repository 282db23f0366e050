#include <algorithm>

#include "rpc/server/call_tools.h"

namespace hansatsu::rpc::calls {
namespace {

struct DayRange {
  Date from;
  Date to;
};

/// Both days named, or up to yesterday, or the whole from one of them on that an answer takes.
std::optional<DayRange> day_range(const Request& request, Date today) {
  constexpr std::uint32_t kMore = kFigureDaysMax - 1;
  DayRange range{Date{}, Date{std::max(today.raw, 1U) - 1}};
  const std::string_view from = request.argument("from");
  const std::string_view to = request.argument("to");
  if (!to.empty()) {
    const auto day = parse_date(to);
    if (!day) return std::nullopt;
    range.to = *day;
  }
  range.from = Date{std::max(range.to.raw, kMore) - kMore};
  if (!from.empty()) {
    const auto day = parse_date(from);
    if (!day) return std::nullopt;
    range.from = *day;
    if (to.empty()) range.to = Date{std::min(range.from.raw, Date::kNever - kMore) + kMore};
  }
  if (range.to < range.from || range.to.raw - range.from.raw > kMore) return std::nullopt;
  return range;
}

using Lines = std::vector<FigureLine>;
using rules::OperationCode;

/// Those between two accounts: the sum of one shop's takings is that shop's affair, however many
/// paid there.
bool has_two_sides(const FigureLine& line) {
  return line.operation == OperationCode::pay || line.operation == OperationCode::send ||
         line.operation == OperationCode::refund;
}

bool is_of_many(const FigureLine& line) {
  return line.accounts >= kSmallestGroup && (!has_two_sides(line) || line.others >= kSmallestGroup);
}

/// What one of few did, the others could tell; and a whole with all of its parts but one would tell
/// that one. `day`: all lines of the line's day.
bool is_told(const FigureLine& line, std::span<const FigureLine> day) {
  if (!is_of_many(line)) return false;
  // What shops ask for is told when it is paid out: each redemption is settled once, so that a
  // withheld sum of one could be the difference between the two.
  if (line.program) return line.operation != OperationCode::redeem;
  if (line.operation) return true;
  // Of any operation: only beside all of its parts.
  return std::all_of(day.begin(), day.end(), [&](const FigureLine& part) {
    return part.coin != line.coin || part.program || !part.operation || is_of_many(part);
  });
}

/// Down to a multiple: the difference between two counts tells of no group below the smallest.
std::uint32_t rounded(std::uint32_t accounts) { return accounts - accounts % kSmallestGroup; }

DayFigures figures_of(std::span<const FigureLine> lines) {
  DayFigures day{lines.front().day, {}, {}};
  for (const FigureLine& line : lines) {
    const bool told = is_told(line, lines);
    if (line.program && line.operation) {
      ProgramFigure figure{line.coin, *line.program, *line.operation, std::nullopt};
      if (told) figure.amount = line.amount;
      day.programs.push_back(figure);
      continue;
    }
    ActivityFigure figure{line.coin, line.operation, std::nullopt, std::nullopt};
    if (told) figure.accounts = rounded(line.accounts);
    if (told && line.operation) figure.transactions = line.transactions;
    day.activity.push_back(figure);
  }
  return day;
}

}  // namespace

Answering figures(Api& api, const Request& request) {
  const auto charter = api.view.charter();
  const auto range = day_range(request, local_date(api.view.now(), charter->utc_offset));
  if (!range) co_return refuse(request, ApiError::bad_parameter, "from or to");
  auto answer = co_await wait_for_view<FiguresAnswer>(
      api.executor, api.limits.view_max,
      [&](auto told) { api.view.figures(range->from, range->to, std::move(told)); });
  if (!answer) co_return refuse(request, answer.error());
  Figures figures;
  figures.newest = answer->newest;
  figures.smallest_group = kSmallestGroup;
  const Lines& lines = answer->lines;
  for (auto first = lines.begin(); first != lines.end();) {
    const auto last = std::find_if(first, lines.end(),
                                   [&](const FigureLine& line) { return line.day != first->day; });
    figures.days.push_back(figures_of({first, last}));
    first = last;
  }
  co_return json_response(write_json(figures, charter->utc_offset));
}

}  // namespace hansatsu::rpc::calls
