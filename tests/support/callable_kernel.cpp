#include "support/callable_kernel.hpp"

#include <cstdio>
#include <cstdlib>
#include <deque>
#include <stdexcept>
#include <utility>

#include "base/thread.hpp"
#include "interface/interface_settings.hpp"
#include "protocol/json_scan.hpp"
#include "protocol/message_json.hpp"
#include "settings/command_line.hpp"
#include "shell/library.hpp"

namespace hermit::tests {
namespace {

template <class T>
T value_of(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}

// The settings that an embedding program has, and those that `hermit start` would make of these arguments.
Settings settings_of(const Start& start, const Manifest& manifest) {
  Settings settings;
  declare_settings(settings);
  if (auto done = declare_shell_settings(settings, manifest); !done) {
    throw std::runtime_error(done.error().message);
  }
  std::vector<std::string> arguments = {"--no-own_process", "--no-capture", "--history_file=none",
                                        "--interface_class=callable"};
  arguments.insert(arguments.end(), start.arguments.begin(), start.arguments.end());
  if (auto read = read_arguments(arguments, settings, Unknown::refuse); !read) {
    throw std::runtime_error(read.error().message);
  }
  return settings;
}

// The message in a JSON object that the kernel has sent.
std::pair<Channel, Message> take_apart(const std::string& json) {
  const auto part = [&](const char* key) { return std::string(scan_member(json, key).value_or("{}")); };
  Channel channel = Channel::iopub;
  for (const Channel known : {Channel::shell, Channel::control, Channel::stdin_}) {
    if (part("channel") == '"' + std::string(channel_name(known)) + '"') channel = known;
  }
  Message message;
  message.header = part("header");
  message.parent_header = part("parent_header");
  message.metadata = part("metadata");
  message.content = part("content");
  if (channel == Channel::iopub) message.idents = {Bytes(parse_header(message.header.view())->msg_type)};
  return {channel, std::move(message)};
}

}  // namespace

// A client's end.
class CallableTransport final : public Transport {
 public:
  explicit CallableTransport(CallableKernel& kernel) : kernel_(kernel) {}
  ~CallableTransport() override { kernel_.leave(*this); }

  void send(Channel channel, Message message) override { kernel_.send(*this, channel, message); }

  std::optional<Arrival> receive(std::initializer_list<Channel> channels, Deadline deadline) override {
    Lock lock(mutex_);
    for (bool in_time = true;;) {
      for (const Channel channel : channels) {
        auto& waiting = waiting_[channel];
        if (waiting.empty()) continue;
        Arrival arrival{channel, std::move(waiting.front())};
        waiting.pop_front();
        return arrival;
      }
      if (!in_time) return std::nullopt;
      in_time = arrived_.wait_until(lock, deadline);
    }
  }

  void take(Channel channel, Message message) {
    {
      Lock lock(mutex_);
      waiting_[channel].push_back(std::move(message));
    }
    arrived_.notify_one();
  }

 private:
  CallableKernel& kernel_;
  Mutex mutex_;
  Condition arrived_;
  std::map<Channel, std::deque<Message>> waiting_ GUARDED_BY(mutex_);
};

CallableKernel::CallableKernel(const Start& start)
    : listener_([this](std::string_view line) {
        Lock lock(mutex_);
        log_.append(line).append("\n");
      }) {
  if (start.connection || !start.environment.empty()) {
    throw std::logic_error("only a process has a connection file and an environment");
  }
  InterfaceParts parts;
  const auto shell = value_of(find_shell(test_shell(start.shell), {}));
  parts.shell = shell;
  parts.manifest = value_of(read_manifest(shell));
  parts.settings = settings_of(start, parts.manifest);
  parts.program = program();
  parts.send = [this](const std::string& json, const std::vector<Bytes>& buffers, bool) {
    hand_out(json, buffers);
    return std::optional<std::string>();
  };
  interface_ = Interface::make(std::move(parts));
  lane_ = start_user_thread("hermit-main", [this] {
    const auto result = interface_->start();
    Lock lock(mutex_);
    ending_ = Ending{static_cast<int>(result ? Exit::ok : result.error().exit), 0};
    if (!result) log_ += "hermit: " + result.error().message + "\n";
    ended_.notify_all();
  });
}

CallableKernel::~CallableKernel() {
  interface_->stop();
  if (!wait(soon())) {
    std::fputs("a kernel in the process of the tests is stuck; the tests end\n", stderr);
    std::abort();
  }
  lane_.join();
}

std::unique_ptr<Transport> CallableKernel::connect(const std::vector<std::string>& topics) {
  auto transport = std::make_unique<CallableTransport>(*this);
  for (const auto& topic : topics) {
    Message welcome;
    welcome.idents = {Bytes(topic)};
    welcome.header = Bytes::constant(R"({"msg_id":"welcome","msg_type":"iopub_welcome"})");
    welcome.content = std::string(R"({"subscription":""})");
    transport->take(Channel::iopub, std::move(welcome));
  }
  Lock lock(mutex_);
  transports_.insert(transport.get());
  return transport;
}

void CallableKernel::leave(CallableTransport& transport) {
  Lock lock(mutex_);
  transports_.erase(&transport);
  std::erase_if(asked_by_, [&](const auto& asked) { return asked.second == &transport; });
}

void CallableKernel::send(CallableTransport& from, Channel channel, const Message& message) {
  const auto header = parse_header(message.header.view());
  if (header && !header->msg_id.empty()) {
    Lock lock(mutex_);
    asked_by_[header->msg_id] = &from;
  }
  if (auto sent = interface_->handle(message_json(channel, message), message.buffers); !sent) {
    log::warning("a message for {} was dropped: {}", channel_name(channel), sent.error().message);
  }
}

// To everybody on iopub, else to who has asked.
void CallableKernel::hand_out(const std::string& json, const std::vector<Bytes>& buffers) {
  auto [channel, message] = take_apart(json);
  message.buffers = buffers;
  Lock lock(mutex_);
  const auto asked = asked_by_.find(parent_msg_id(message.parent_header.view()));
  if (channel != Channel::iopub && asked != asked_by_.end())
    return asked->second->take(channel, std::move(message));
  for (CallableTransport* transport : transports_) transport->take(channel, message);
}

std::optional<Ending> CallableKernel::wait(std::chrono::steady_clock::time_point deadline) {
  Lock lock(mutex_);
  while (!ending_ && ended_.wait_until(lock, deadline)) {
  }
  return ending_;
}

std::string CallableKernel::log() const {
  Lock lock(mutex_);
  return log_;
}

}  // namespace hermit::tests
