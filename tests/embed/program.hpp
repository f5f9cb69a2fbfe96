// Program: a program that embeds a kernel, as a test sees it: what it was sent, and messages to send. Its
// shell is a small one of the program's own, `toy_shell`.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <hermit/embed.hpp>
#include <nlohmann/json.hpp>

namespace hermit::tests {

// Runs these cells: "print TEXT", "fail", "ask" (prints the user's line), "spin" (until interrupted), "stop"
// (calls hermit_stop() from the cell), "end" (shows what hermit_end() and hermit_pump() answer there),
// "thread" (prints whether it runs on the thread that its context names).
extern const hermit_shell_entry_type toy_shell;

// What the program gives to the shell.
struct ToyContext {
  std::thread::id lane;
};

class Program {
 public:
  using Json = nlohmann::json;

  // Starts a kernel with the toy shell, and on a lane of its own unless `pumped`; then tests pump by waiting.
  // Options that are given stay. Throws embedding::Failure.
  explicit Program(bool pumped = false, embedding::Options options = {});
  ~Program();

  // Sends a request; its msg_id.
  std::string send(const std::string& type, const Json& content = Json::object(),
                   const std::string& channel = "shell", const std::string& session = "client");
  std::string execute(const std::string& code) {
    return send("execute_request", {{"code", code}, {"allow_stdin", true}});
  }
  // A message of this type, with this parent unless that is empty, once it has come; {} when it does not
  // come.
  Json wait_for(const std::string& type, const std::string& parent = "");
  // All that has come with this parent.
  std::vector<Json> messages(const std::string& parent = "");
  // Runs a cell; its reply's content, once it is idle.
  Json run(const std::string& code);
  // What the cell has printed.
  std::string printed(const std::string& parent);

  // Waits until it holds; pumps meanwhile. False when it does not.
  bool wait_until(const std::function<bool()>& holds);
  bool has_been_told() const;  // that the kernel has stopped
  std::string log() const;

  embedding::Kernel& kernel() { return *kernel_; }
  void end() { kernel_.reset(); }

  // What `send` answers from now on, and what it does besides; nothing, if null.
  using OnMessage = std::function<std::optional<std::string>(const Json& message, bool expects_reply)>;
  void on_message(OnMessage call);

 private:
  void wait(std::unique_lock<std::mutex>& lock);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  OnMessage on_message_;
  std::vector<Json> received_;
  std::string log_;
  bool stopped_ = false;
  int last_id_ = 0;
  const bool pumped_;
  ToyContext context_;
  std::unique_ptr<embedding::Kernel> kernel_;
};

}  // namespace hermit::tests
