#include "kernel/subshell.hpp"

#include <utility>

#include "base/ids.hpp"

namespace hermit {
namespace {

// The "subshell_id" in the content of a request; "" when there is none.
std::string wanted_id(const Exchange& exchange) {
  const auto content = parse_json_object(exchange.request().message.content.view());
  if (!content) return {};
  const auto id = content->find("subshell_id");
  return id != content->end() && id->is_string() ? id->get<std::string>() : std::string();
}

}  // namespace

Subshells::~Subshells() {
  stop_all();
  end_all();
}

void Subshells::create(const std::shared_ptr<Exchange>& exchange, Executor& main) {
  join_ended();
  const auto subshell = std::make_shared<Subshell>(random_uuid(), parts_);
  {
    Lock lock(mutex_);
    Shell* const parent = main.shell();
    if (stopped_) return exchange->reply_error({"SubshellError", "the main shell is not running", {}});
    if (parent == nullptr) return early_.push_back(exchange);
    subshells_.emplace(subshell->id, subshell);
    // The lane's tasks may not hold the subshell they belong to; the maps do, until its thread has ended.
    subshell->lane.post([this, to = subshell.get(), parent, exchange] {
      auto made = parent->make_subshell();
      if (!made) {
        exchange->reply_error({"SubshellError", made.error().message, {}});
        if (const auto self = find(to->id)) end(self, nullptr);
        return;
      }
      to->executor.set_shell(std::move(*made));
      exchange->reply({{"subshell_id", to->id}});
    });
    subshell->lane.start();
  }
}

void Subshells::create_early(Executor& main) {
  std::vector<std::shared_ptr<Exchange>> early;
  {
    Lock lock(mutex_);
    early.swap(early_);
  }
  for (const auto& exchange : early) create(exchange, main);
}

void Subshells::remove(const std::shared_ptr<Exchange>& exchange) {
  const std::string id = wanted_id(*exchange);
  const auto subshell = find(id);
  if (subshell == nullptr) {
    return exchange->reply_error({"SubshellError", "there is no subshell with the id \"" + id + "\"", {}});
  }
  end(subshell, exchange);
  join_ended();
}

// Ends what runs and waits in it; its thread answers `exchange` when the shell is gone.
void Subshells::end(const std::shared_ptr<Subshell>& subshell, std::shared_ptr<Exchange> exchange) {
  {
    Lock lock(mutex_);
    if (subshells_.erase(subshell->id) == 0) return;
    ending_.push_back({subshell, std::move(exchange)});
  }
  subshell->executor.stop();
  std::vector<std::shared_ptr<Cell>> cells;
  for (const auto& cell : parts_.cells.running()) {
    if (cell->executor == &subshell->executor) cells.push_back(cell);
  }
  parts_.interrupter.interrupt(cells);
  subshell->lane.post([this, to = subshell.get()] {
    to->executor.when_idle([this, to] {
      to->executor.end_shell();
      if (const auto exchange = take_exchange(to)) exchange->reply(Json::object());
      to->lane.stop();
    });
  });
}

// Whoever gets the exchange answers it.
std::shared_ptr<Exchange> Subshells::take_exchange(const Subshell* subshell) {
  Lock lock(mutex_);
  for (auto& ending : ending_) {
    if (ending.subshell.get() == subshell) return std::exchange(ending.exchange, nullptr);
  }
  return nullptr;
}

void Subshells::answer_unfinished(const std::string& why) {
  std::vector<std::shared_ptr<Exchange>> exchanges;
  {
    Lock lock(mutex_);
    for (auto& ending : ending_) {
      if (ending.exchange) exchanges.push_back(std::exchange(ending.exchange, nullptr));
    }
  }
  for (const auto& exchange : exchanges) exchange->reply_error({"SubshellError", why, {}});
}

std::shared_ptr<Subshell> Subshells::find(const std::string& id) const {
  Lock lock(mutex_);
  const auto found = subshells_.find(id);
  return found == subshells_.end() ? nullptr : found->second;
}

std::vector<std::string> Subshells::ids() const {
  Lock lock(mutex_);
  std::vector<std::string> ids;
  for (const auto& [id, subshell] : subshells_) ids.push_back(id);
  return ids;
}

void Subshells::stop_all() {
  std::vector<std::shared_ptr<Exchange>> early;  // dropped, and so answered, without the lock
  Lock lock(mutex_);
  early.swap(early_);
  stopped_ = true;
  for (const auto& [id, subshell] : subshells_) subshell->executor.stop();
}

void Subshells::end_all() {
  for (const auto& id : ids()) {
    if (const auto subshell = find(id)) end(subshell, nullptr);
  }
  std::vector<std::shared_ptr<Subshell>> all;
  {
    Lock lock(mutex_);
    for (const auto& ending : ending_) all.push_back(ending.subshell);
  }
  for (const auto& subshell : all) subshell->lane.wait_until_ended();
}

// Frees the deleted subshells whose threads have ended. [control-thread]
void Subshells::join_ended() {
  const auto ended = std::make_shared<std::list<Ending>>();
  {
    Lock lock(mutex_);
    for (auto entry = ending_.begin(); entry != ending_.end();) {
      const auto next = std::next(entry);
      if (entry->subshell->lane.has_ended()) ended->splice(ended->end(), ending_, entry);
      entry = next;
    }
  }
  if (!ended->empty()) parts_.interrupter.release(ended);
}

}  // namespace hermit
