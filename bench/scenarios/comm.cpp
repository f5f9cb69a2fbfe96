// A message of a comm's with a buffer of a mebibyte, to the kernel and back.
#include "../failure.hpp"
#include "../scenario.hpp"

namespace hermit::bench {
namespace {

constexpr std::size_t buffer_size = std::size_t{1} << 20;
constexpr std::size_t most_messages = 200;

// Sends a message of the comm's and waits for its idle; returns how many bytes came back in buffers.
std::size_t send(Client& client, std::string_view type, const std::string& content,
                 std::string_view buffer = {}) {
  const std::string id = client.send(Channel::shell, type, content, {}, buffer);
  std::size_t received = 0;
  client.until_idle(id, hang_limit, [&](const Message& message) {
    if (message.is("error")) throw Failure("it failed: " + message.content.to_string());
    if (message.is("comm_msg")) received += message.buffered;
  });
  return received;
}

void measure(Subject& subject, const Effort& effort, Findings& findings) {
  Session& session = subject.session();
  Client& client = session.client;
  const std::string target = client.execute(snippet(subject, &Language::comm_target));
  if (!client.reply(Channel::shell, target, hang_limit).is_ok()) throw Failure("there is no target");
  client.until_idle(target, hang_limit);
  send(client, "comm_open", R"({"comm_id":"bench","target_name":"bench","data":{}})");
  const std::string buffer(buffer_size, 'x');
  std::vector<double> times;
  const auto until = Clock::now() + effort.batch;
  do {
    const auto sent = Clock::now();
    const std::size_t received = send(client, "comm_msg", R"({"comm_id":"bench","data":{}})", buffer);
    times.push_back(milliseconds(Clock::now() - sent));
    if (received != buffer_size) {
      throw Failure(std::to_string(received) + " of " + std::to_string(buffer_size) + " bytes came back");
    }
  } while (times.size() < most_messages && Clock::now() < until);
  send(client, "comm_close", R"({"comm_id":"bench","data":{}})");
  findings.add("comm_echo", quantile(times, 0.5));
}

}  // namespace

Scenario comm_scenario() {
  return {"comm",
          {{.id = "comm_echo",
            .title = "comm message of 1 MiB → back and idle, p50",
            .unit = "ms",
            .aim = Aim::ratio(2)}},
          any_rounds,
          measure};
}

}  // namespace hermit::bench
