// Output: many lines, and one long text. Time counts until the idle that says that all of it has been sent.
//
// What has arrived is counted after the clock has stopped: a kernel that loses output is not fast.
#include <algorithm>
#include <cstdlib>
#include <thread>

#include <nlohmann/json.hpp>

#include "../failure.hpp"
#include "../scenario.hpp"

namespace hermit::bench {
namespace {

// Kernels are known that take seconds for the lines.
constexpr std::chrono::seconds output_limit{60};

// A reader that pauses misses so many times the lines of others, so that no buffer of the system's holds
// them.
constexpr std::size_t slow_factor = 10;
constexpr std::chrono::milliseconds pause{500};

struct Output {
  std::vector<Message> streams;
  std::string error;  // the content of an error message, if there was one

  std::string text() const {
    std::string all;
    for (const Message& message : streams) {
      all += nlohmann::json::parse(message.content.to_string_view()).value("text", "");
    }
    return all;
  }
};

// Runs the code and returns how long its idle took; what it printed is in `output` also when it throws.
Client::Duration run(Session& session, const std::string& code, Output& output) {
  const auto sent = Clock::now();
  const std::string id = session.client.execute(code);
  session.client.until_idle(id, output_limit, [&](Message& message) {
    if (message.is("stream"))
      output.streams.push_back(std::move(message));
    else if (message.is("error"))
      output.error = message.content.to_string();
  });
  const auto took = Clock::now() - sent;
  session.client.reply(Channel::shell, id, hang_limit);
  if (!output.error.empty()) throw Failure("the cell failed: " + output.error);
  return took;
}

// How many of the lines 0, 1, 2 … are there; fails when they are out of order.
std::size_t count_lines(const std::string& text) {
  std::size_t count = 0;
  long last = -1;
  constexpr std::string_view word = "line ";
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    at = end + 1;
    if (!line.starts_with(word)) throw Failure("a line was torn: '" + line + "'");
    const long number = std::strtol(line.c_str() + word.size(), nullptr, 10);
    if (number <= last) throw Failure("lines came out of order at " + std::to_string(number));
    last = number;
    ++count;
  }
  return count;
}

void print_lines(Subject& subject, const Effort& effort, Findings& findings) {
  const std::string code = with_count(snippet(subject, &Language::lines), effort.lines);
  Session& session = subject.session();
  Output output;
  Client::Duration took{};
  std::string trouble;
  try {
    took = run(session, code, output);
  } catch (const Failure& failure) {
    trouble = failure.what();
  }
  const std::size_t received = count_lines(output.text());
  findings.add("lines_received", static_cast<double>(received));
  findings.add("lines_messages", static_cast<double>(output.streams.size()));
  if (!trouble.empty()) throw Failure(trouble);
  if (received == 0) throw Failure("no line arrived");
  if (received < effort.lines) findings.note("only " + std::to_string(received) + " lines arrived");
  findings.add("lines", milliseconds(took));
}

void print_big(Subject& subject, const Effort& effort, Findings& findings) {
  const std::string code = with_count(snippet(subject, &Language::big), effort.big);
  Session& session = subject.session();
  Output output;
  const auto took = run(session, code, output);
  const std::string text = output.text();
  const auto received = static_cast<std::size_t>(std::count(text.begin(), text.end(), 'x'));
  if (received != effort.big) {
    throw Failure(std::to_string(received) + " of " + std::to_string(effort.big) + " bytes arrived");
  }
  findings.add("big", milliseconds(took));
}

// A reader that does not read for a while, and the system keeps little for it: what a cell prints meanwhile
// is the kernel's to keep. Time counts from when it reads again.
void read_slowly(Subject& subject, const Effort& effort, Findings& findings) {
  const std::size_t count = slow_factor * effort.lines;
  const std::string code = with_count(snippet(subject, &Language::lines), count);
  Session& session = subject.session();
  Client slow(session.connection, session.process, Client::Ahead::little);
  slow.subscribe(hang_limit);
  const std::string id = slow.execute(code);
  std::this_thread::sleep_for(pause);
  Output output;
  const auto returned = Clock::now();
  slow.until_idle(id, output_limit, [&](Message& message) {
    if (message.is("stream")) output.streams.push_back(std::move(message));
  });
  const auto took = Clock::now() - returned;
  const std::size_t received = count_lines(output.text());
  findings.add("slow_reader_lines", static_cast<double>(received));
  if (received < count) findings.note("only " + std::to_string(received) + " lines arrived");
  findings.add("slow_reader", milliseconds(took));
}

}  // namespace

Scenario slow_reader_scenario() {
  return {"slow-reader",
          {{.id = "slow_reader",
            .title = "a reader that paused reads again → idle",
            .unit = "ms",
            .aim = Aim::ratio(5)},
           {.id = "slow_reader_lines",
            .title = "  lines that arrived",
            .more_is_better = true,
            .has_ratio = false}},
          5,
          read_slowly};
}

Scenario lines_scenario() {
  return {
      "lines",
      {{.id = "lines", .title = "many printed lines → idle", .unit = "ms", .aim = Aim::ratio(5)},
       {.id = "lines_received", .title = "  lines that arrived", .more_is_better = true, .has_ratio = false},
       {.id = "lines_messages", .title = "  in so many messages", .has_ratio = false}},
      5,
      print_lines};
}

Scenario big_scenario() {
  return {"big",
          {{.id = "big", .title = "a big text printed at once → idle", .unit = "ms", .aim = Aim::ratio(2)}},
          5,
          print_big};
}

}  // namespace hermit::bench
