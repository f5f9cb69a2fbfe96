// WorkerShell: a shell in a process of its own, which may die without the kernel dying with it (N1).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "base/mutex.hpp"
#include "shell/manifest.hpp"
#include "shell/shell.hpp"
#include "worker/options.hpp"

namespace hermit {

namespace worker {
class Reader;
class Supervisor;
class Worker;
class Writer;
enum class Word : std::uint32_t;
}  // namespace worker

// The main shell, or a subshell. Calls come as for every Shell; each thread that makes them has one of the
// worker's which answers.
class WorkerShell final : public Shell {
 public:
  // Starts the worker and does not wait for it: what it cannot do is said by the first call that needs it.
  // `host` outlives the shell. [main-thread]
  WorkerShell(WorkerOptions options, Manifest manifest, ShellHost& host);
  ~WorkerShell() override;

  const Manifest& manifest() const override { return *manifest_; }
  hermit_status execute(hermit_request request, const hermit_cell& cell) override;
  hermit_status resume(hermit_request request) override;
  Result<std::unique_ptr<Shell>> make_subshell() override;
  hermit_status evaluate(hermit_request request, std::string_view expression, const hermit_bundle_sink& value,
                         const hermit_error_sink& error) override;
  hermit_status complete(hermit_request request, std::string_view code, std::uint64_t cursor,
                         const hermit_match_sink& matches) override;
  hermit_status inspect(hermit_request request, std::string_view code, std::uint64_t cursor,
                        std::uint32_t detail, const hermit_bundle_sink& description) override;
  hermit_status is_complete(hermit_request request, std::string_view code, std::uint32_t& completeness,
                            const hermit_text_sink& indent) override;
  bool keeps_history() const override;
  hermit_status history(hermit_request request, std::string_view content,
                        const hermit_text_sink& reply) override;
  hermit_status comm(hermit_request request, CommEvent event, const hermit_comm_message& message) override;
  hermit_status interrupt(hermit_request request) override;
  void wait_until_started() override;
  void give_up_starting() override;

 private:
  using TakeFound = std::function<void(worker::Reader& found)>;

  WorkerShell(const WorkerShell& main, std::uint64_t number);

  Result<std::shared_ptr<worker::Worker>> living_worker(const worker::Worker* dead = nullptr);
  hermit_status call(hermit_request request, worker::Word word, const worker::Writer& values,
                     const TakeFound& take = nullptr);
  Result<void> make_in(worker::Worker& worker);

  const std::shared_ptr<const Manifest> manifest_;
  ShellHost& host_;
  const std::shared_ptr<worker::Supervisor> supervisor_;
  const std::uint64_t number_;  // 0 for the main shell
  Mutex making_;
  std::weak_ptr<worker::Worker> made_in_ GUARDED_BY(making_);  // where a subshell exists
};

}  // namespace hermit
