#include "kernel/outcome.hpp"

#include <optional>
#include <string>
#include <utility>

#include "base/log.hpp"
#include "kernel/bundle.hpp"
#include "shell/abi_text.hpp"

namespace hermit {
namespace {

Failure failure_of(const Cells& cells, const Shell& shell, const Cell& cell, hermit_status status) {
  auto described = cells.failure(cell);
  if (status == HERMIT_INTERRUPTED) {
    Failure failure{"KernelInterrupt", "the cell was interrupted", {}};
    if (cell.timed_out) {
      failure = {"TimeoutError", fmt::format("the cell ran longer than {} s", cell.timeout.count()), {}};
    }
    if (described) failure.traceback = std::move(described->traceback);
    return failure;
  }
  if (described && status == HERMIT_USER_ERROR) {
    // What it took to end the cell is the shell's home to say, and why it was ended is ours.
    if (cell.timed_out && described->name == "KernelInterrupt") {
      described->name = "TimeoutError";
      described->value =
          fmt::format("the cell ran longer than {} s: {}", cell.timeout.count(), described->value);
      if (!described->traceback.empty()) described->traceback.front() = "TimeoutError: " + described->value;
    }
    return *described;
  }
  const std::string& name = shell.manifest().name;
  if (status == HERMIT_USER_ERROR) {
    log::error("SHELL_MISBEHAVING {}: a cell failed, but the shell did not say why", name);
    return {"Error", "the cell failed; the shell \"" + name + "\" did not say why", {}};
  }
  return {"ShellError",
          "the shell \"" + name + "\" could not run the cell (status " + std::to_string(status) + ")",
          {}};
}

// Why an expression has no value, when its shell has not said so itself.
Failure no_value(const Shell& shell, hermit_status status) {
  const std::string& name = shell.manifest().name;
  switch (status) {
    case HERMIT_OK:
      return {"ShellError", "the shell gave no value", {}};
    case HERMIT_INTERRUPTED:
      return {"KernelInterrupt", "the expression was interrupted", {}};
    case HERMIT_UNSUPPORTED:
      return {"Unsupported", "this shell cannot evaluate expressions", {}};
    case HERMIT_USER_ERROR:
      return {"Error", "the expression failed; the shell \"" + name + "\" did not say why", {}};
    default:
      return {"ShellError",
              "the shell \"" + name + "\" could not evaluate the expression (status " +
                  std::to_string(status) + ")",
              {}};
  }
}

}  // namespace

bool report_outcome(const Cells& cells, const Shell& shell, const Cell& cell, hermit_status status,
                    Json& reply) {
  reply["status"] = "ok";
  if (status == HERMIT_OK && !cell.raises_exception) return false;
  const Failure failure =
      status == HERMIT_OK
          ? Failure{"ExpectedError", "the cell is tagged raises-exception, but did not fail", {}}
          : failure_of(cells, shell, cell, status);
  if (cell.suppress_error) {
    std::string text = failure.name + ": " + failure.value + "\n";
    cell.exchange->publish("stream", {{"name", "stderr"}, {"text", std::move(text)}});
    return false;
  }
  const Json described = failure.json();
  cell.exchange->publish("error", described);
  reply.update(described);
  reply["status"] = "error";
  return true;
}

Json evaluate(Shell& shell, const Cell& cell) {
  Json values = Json::object();
  for (const auto& [name, expression] : cell.user_expressions.items()) {
    std::optional<BundleJson> bundle;
    std::optional<Failure> failure;
    const hermit_bundle_sink value{&bundle, [](void* to, const hermit_bundle* from) {
                                     *static_cast<std::optional<BundleJson>*>(to) = bundle_json(*from);
                                   }};
    const hermit_error_sink error{&failure, [](void* to, const hermit_error* from) {
                                    *static_cast<std::optional<Failure>*>(to) = failure_from(*from);
                                  }};
    hermit_status status = HERMIT_INVALID;
    if (expression.is_string()) {
      const std::string text = expression.get<std::string>();
      status = shell.evaluate(cell.number, text, value, error);
    } else {
      failure = Failure{"InvalidRequest", "a user expression has to be text", {}};
    }
    if (status == HERMIT_OK && bundle) {
      values[name] = {{"status", "ok"}, {"data", bundle->data}, {"metadata", bundle->metadata}};
      continue;
    }
    if (status == HERMIT_OK || !failure) failure = no_value(shell, status);
    values[name] = failure->json();
    values[name]["status"] = "error";
  }
  return values;
}

}  // namespace hermit
