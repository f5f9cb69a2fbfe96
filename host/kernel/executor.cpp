#include "kernel/executor.hpp"

#include <utility>

#include "base/log.hpp"
#include "kernel/bundle.hpp"
#include "shell/abi_text.hpp"

namespace hermit {
namespace {

bool flag_or(const Json& content, const char* key, bool otherwise) {
  const auto field = content.find(key);
  return field != content.end() && field->is_boolean() ? field->get<bool>() : otherwise;
}

// The notebook's id of the cell. JupyterLab's request carries it in metadata.cellId.
std::string cell_id(const Request& request) {
  const auto metadata = parse_json_object(request.message.metadata.view());
  if (!metadata) return {};
  const auto id = metadata->find("cellId");
  return id != metadata->end() && id->is_string() ? id->get<std::string>() : std::string();
}

std::uint32_t flags_of(const Cell& cell) {
  std::uint32_t flags = 0;
  if (cell.silent) flags |= HERMIT_CELL_SILENT;
  if (cell.store_history) flags |= HERMIT_CELL_STORE_HISTORY;
  if (cell.allow_stdin) flags |= HERMIT_CELL_ALLOW_STDIN;
  return flags;
}

}  // namespace

void Executor::submit(std::shared_ptr<Exchange> exchange) {
  {
    Lock lock(mutex_);
    if (!stopped_) waiting_.push_back(std::move(exchange));
  }
  run_next();
}

std::shared_ptr<Exchange> Executor::take_next() {
  Lock lock(mutex_);
  if (waiting_.empty()) return nullptr;
  auto next = std::move(waiting_.front());
  waiting_.pop_front();
  return next;
}

void Executor::run_next() {
  while (current_ == nullptr && shell_ != nullptr) {
    const auto exchange = take_next();
    if (exchange == nullptr) return;
    exchange->begin();
    if (auto cell = prepare(exchange)) run(cell);
  }
}

void Executor::stop() {
  std::deque<std::shared_ptr<Exchange>> dropped;
  Lock lock(mutex_);
  stopped_ = true;
  dropped.swap(waiting_);
}

// Reads the request; answers it and returns NULL when the cell is not to be run.
std::shared_ptr<Cell> Executor::prepare(const std::shared_ptr<Exchange>& exchange) {
  const auto content = parse_json_object(exchange->request().message.content.view());
  const auto refuse = [&](const std::string& problem) {
    exchange->reply_error({"InvalidRequest", "execute_request: " + problem, {}});
    return nullptr;
  };
  if (!content) return refuse("its content " + content.error().message);
  const auto code = content->find("code");
  if (code == content->end() || !code->is_string()) return refuse("\"code\" has to be text");

  auto cell = std::make_shared<Cell>();
  cell->exchange = exchange;
  cell->code = code->get<std::string>();
  cell->silent = flag_or(*content, "silent", false);
  cell->store_history = !cell->silent && flag_or(*content, "store_history", true);
  cell->allow_stdin = flag_or(*content, "allow_stdin", true);
  cell->stop_on_error = flag_or(*content, "stop_on_error", true);
  const auto expressions = content->find("user_expressions");
  if (expressions != content->end() && expressions->is_object()) cell->user_expressions = *expressions;
  if (is_aborted(*cell)) {
    exchange->reply_aborted();
    return nullptr;
  }
  if (cell->store_history) ++execution_count_;
  cell->execution_count = execution_count_;
  return cell;
}

bool Executor::is_aborted(const Cell& cell) const {
  return !cell.silent && cell.exchange->request().arrival <= aborted_until_;
}

void Executor::run(const std::shared_ptr<Cell>& cell) {
  Exchange& exchange = *cell->exchange;
  if (!cell->silent) {
    exchange.publish("execute_input", {{"code", cell->code}, {"execution_count", cell->execution_count}});
  }
  cells_.open(cell);
  current_ = cell;
  const std::string id = cell_id(exchange.request());
  const hermit_cell lent{lend(cell->code), lend(id), cell->execution_count, flags_of(*cell),
                         HERMIT_RUN_QUEUE};
  const hermit_status status = shell_->execute(cell->number, lent);
  if (status == HERMIT_PENDING) return;
  if (!cells_.fix_outcome(cell->number)) {
    log::error("SHELL_MISBEHAVING {}: it finished a cell and then did not return HERMIT_PENDING",
               shell_->manifest().name);
  }
  complete(cell, status);
}

hermit_status Executor::finish(hermit_request number, hermit_status status) {
  const auto cell = cells_.find(number);
  if (cell == nullptr || !cells_.fix_outcome(number)) return HERMIT_STALE;
  lane_.post([this, cell, status] {
    if (current_ == cell) complete(cell, status);
    run_next();
  });
  return HERMIT_OK;
}

void Executor::complete(const std::shared_ptr<Cell>& cell, hermit_status status) {
  Exchange& exchange = *cell->exchange;
  Json reply = {{"execution_count", cell->execution_count}, {"payload", Json::array()}};
  bool failed = status != HERMIT_OK;
  if (!failed) {
    reply["user_expressions"] = evaluate(*cell);
  } else {
    reply["user_expressions"] = Json::object();
  }
  // Whoever closes the cell answers it: at the end of the kernel that may be another thread.
  if (!cells_.close(*cell)) return;
  output_.finish(cell->number);
  if (failed) {
    const Json failure = failure_of(*cell, status).json();
    exchange.publish("error", failure);
    reply.update(failure);
  }
  reply["status"] = failed ? "error" : "ok";
  if (cell->store_history) history_.record(cell->execution_count, cell->code, cells_.result(*cell));
  if (failed && cell->stop_on_error && !cell->silent) {
    publisher_.port().drain();
    aborted_until_ = publisher_.arrivals();
  }
  exchange.reply(std::move(reply));
  current_ = nullptr;
}

Failure Executor::failure_of(const Cell& cell, hermit_status status) const {
  if (auto described = cells_.failure(cell); described && status > HERMIT_OK) return *described;
  if (status == HERMIT_INTERRUPTED) return {"KernelInterrupt", "the cell was interrupted", {}};
  const std::string& shell = shell_->manifest().name;
  if (status == HERMIT_USER_ERROR) {
    log::error("SHELL_MISBEHAVING {}: a cell failed, but the shell did not say why", shell);
    return {"Error", "the cell failed; the shell \"" + shell + "\" did not say why", {}};
  }
  return {"ShellError",
          "the shell \"" + shell + "\" could not run the cell (status " + std::to_string(status) + ")",
          {}};
}

Json Executor::evaluate(const Cell& cell) {
  Json values = Json::object();
  for (const auto& [name, expression] : cell.user_expressions.items()) {
    BundleJson bundle;
    Failure failure{"Unsupported", "this shell cannot evaluate expressions", {}};
    const hermit_bundle_sink value{&bundle, [](void* to, const hermit_bundle* from) {
                                     *static_cast<BundleJson*>(to) = bundle_json(*from);
                                   }};
    const hermit_error_sink error{&failure, [](void* to, const hermit_error* from) {
                                    *static_cast<Failure*>(to) = failure_from(*from);
                                  }};
    hermit_status status = HERMIT_INVALID;
    if (expression.is_string()) {
      const std::string text = expression.get<std::string>();
      status = shell_->evaluate(cell.number, text, value, error);
    } else {
      failure = {"InvalidRequest", "a user expression has to be text", {}};
    }
    if (status == HERMIT_OK) {
      values[name] = {{"status", "ok"}, {"data", bundle.data}, {"metadata", bundle.metadata}};
    } else {
      values[name] = failure.json();
      values[name]["status"] = "error";
    }
  }
  return values;
}

}  // namespace hermit
