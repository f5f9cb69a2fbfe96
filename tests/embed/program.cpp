#include "embed/program.hpp"

#include <poll.h>

#include <chrono>
#include <utility>

#include "support/kernel_under_test.hpp"

namespace hermit::tests {

using std::chrono::milliseconds;

Program::Program(bool pumped, embedding::Options options) : pumped_(pumped) {
  options.pumped = pumped;
  if (options.shell == nullptr) {
    options.shell = &toy_shell;
    options.shell_context = &context_;
  }
  if (!options.send) {
    options.send = [this](std::string_view json, const embedding::Buffers&, bool expects_reply) {
      const Json message = Json::parse(json);
      OnMessage call;
      {
        const std::lock_guard lock(mutex_);
        call = on_message_;
      }
      std::optional<std::string> line;
      if (call) line = call(message, expects_reply);
      const std::lock_guard lock(mutex_);
      received_.push_back(message);
      changed_.notify_all();
      return line;
    };
  }
  options.stopped = [this] {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
  };
  options.log = [this](std::string_view line) {
    const std::lock_guard lock(mutex_);
    log_.append(line).append("\n");
  };
  context_.lane = std::this_thread::get_id();
  kernel_ = std::make_unique<embedding::Kernel>(std::move(options));
}

Program::~Program() = default;

void Program::on_message(OnMessage call) {
  const std::lock_guard lock(mutex_);
  on_message_ = std::move(call);
}

std::string Program::send(const std::string& type, const Json& content, const std::string& channel,
                          const std::string& session) {
  std::string id;
  {
    const std::lock_guard lock(mutex_);
    id = "request " + std::to_string(++last_id_);
  }
  const Json message = {{"header", {{"msg_id", id}, {"msg_type", type}, {"session", session}}},
                        {"content", content},
                        {"channel", channel}};
  kernel_->handle_msg(message.dump());
  return id;
}

void Program::wait(std::unique_lock<std::mutex>& lock) {
  if (!pumped_ || kernel_ == nullptr) {
    changed_.wait_for(lock, milliseconds(50));
    return;
  }
  lock.unlock();
  pollfd waiting{kernel_->descriptor(), POLLIN, 0};
  poll(&waiting, 1, 10);
  kernel_->pump();
  lock.lock();
}

bool Program::wait_until(const std::function<bool()>& holds) {
  for (const auto deadline = soon(); !holds();) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::unique_lock lock(mutex_);
    wait(lock);
  }
  return true;
}

std::vector<Program::Json> Program::messages(const std::string& parent) {
  const std::lock_guard lock(mutex_);
  std::vector<Json> found;
  for (const Json& message : received_) {
    if (parent.empty() || message["parent_header"].value("msg_id", "") == parent) found.push_back(message);
  }
  return found;
}

Program::Json Program::wait_for(const std::string& type, const std::string& parent) {
  Json found = Json::object();
  wait_until([&] {
    for (const Json& message : messages(parent)) {
      if (message["header"]["msg_type"] != type) continue;
      found = message;
      return true;
    }
    return false;
  });
  return found;
}

Program::Json Program::run(const std::string& code) {
  const std::string id = execute(code);
  const Json reply = wait_for("execute_reply", id);
  wait_until([&] {
    for (const Json& message : messages(id)) {
      if (message["content"].value("execution_state", "") == "idle") return true;
    }
    return false;
  });
  return reply.value("content", Json::object());
}

std::string Program::printed(const std::string& parent) {
  std::string text;
  for (const Json& message : messages(parent)) {
    if (message["header"]["msg_type"] == "stream") text += message["content"]["text"].get<std::string>();
  }
  return text;
}

bool Program::has_been_told() const {
  const std::lock_guard lock(mutex_);
  return stopped_;
}

std::string Program::log() const {
  const std::lock_guard lock(mutex_);
  return log_;
}

}  // namespace hermit::tests
