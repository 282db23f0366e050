#include "node/node_view.h"

namespace hansatsu::node {
namespace {

/// Lines as Prometheus reads them: https://prometheus.io/docs/instrumenting/exposition_formats/.
class MetricsText {
 public:
  void type(const std::string& name, const char* kind) {
    text_ += "# TYPE hansatsu_" + name + " " + kind + "\n";
  }
  void gauge(const std::string& name, std::uint64_t value) { add(name, "gauge", value); }
  void counter(const std::string& name, std::uint64_t value) { add(name, "counter", value); }
  void seconds(const std::string& name, const char* label, const std::string& value,
               std::chrono::nanoseconds time) {
    const std::string nanoseconds = std::to_string(time.count() % 1'000'000'000);
    text_ += "hansatsu_" + name + "{" + label + "=\"" + value + "\"} " +
             std::to_string(time.count() / 1'000'000'000) + "." +
             std::string(9 - nanoseconds.size(), '0') + nanoseconds + "\n";
  }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  void add(const std::string& name, const char* kind, std::uint64_t value) {
    type(name, kind);
    text_ += "hansatsu_" + name + " " + std::to_string(value) + "\n";
  }
  std::string text_;
};

}  // namespace

std::string NodeView::metrics() const {
  const CoreFigures figures = parts_.core.figures();
  const chain::Header tip = parts_.chain.tip();
  const log::GroupPlace& group = figures.last_group;
  const std::uint64_t full_segments = group.segment == 0 ? 0 : group.segment - 1;
  MetricsText text;
  text.gauge("height", tip.height.raw);
  text.gauge("view", figures.snapshot.view.raw);
  text.gauge("final_view", figures.snapshot.final_view.raw);
  text.gauge("mempool_transactions", figures.waiting);
  text.gauge("voting_stopped", figures.snapshot.voting_stopped ? 1 : 0);
  text.gauge("peers_up", parts_.network.peers_up());
  text.gauge("disk_bytes", disk_bytes());
  text.counter("log_syncs_total", group.sequence);
  text.counter("log_bytes_total", full_segments * kLogOptions.segment_bytes + group.offset);
  text.type("stage_seconds_total", "counter");
  for (std::size_t i = 0; i < kStageCount; ++i) {
    const Stage stage{static_cast<std::uint8_t>(i)};
    text.seconds("stage_seconds_total", "stage", name_of(stage), parts_.times.of(stage));
  }
  text.type("thread_seconds_total", "counter");
  for (const auto& [name, time] : thread_times()) {
    text.seconds("thread_seconds_total", "thread", name, time);
  }
  return text.take();
}

}  // namespace hansatsu::node
