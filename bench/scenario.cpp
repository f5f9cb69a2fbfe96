// Scenario: what all scenarios need.
#include "scenario.hpp"

#include <fstream>

#include "failure.hpp"

namespace hermit::bench {
namespace {

namespace fs = std::filesystem;

fs::path connection_file(const Kernel& kernel, const fs::path& folder) {
  return folder / (kernel.name + ".json");
}
fs::path log_file(const Kernel& kernel, const fs::path& folder) { return folder / (kernel.name + ".log"); }

// Writes the connection file, and puts its name into the command.
std::vector<std::string> command(const Kernel& kernel, const Connection& connection, const fs::path& folder) {
  const std::string file = connection_file(kernel, folder);
  connection.write(file);
  std::vector<std::string> argv = kernel.argv;
  constexpr std::string_view place = "{connection_file}";
  for (std::string& word : argv) {
    const std::size_t at = word.find(place);
    if (at != std::string::npos) word.replace(at, place.size(), file);
  }
  return argv;
}

}  // namespace

Session::Session(const Kernel& kernel, const fs::path& folder)
    : connection(Connection::make()),
      process(command(kernel, connection, folder), log_file(kernel, folder)),
      client(connection, process) {}

Session& Subject::session() {
  if (!session_) {
    session_ = fresh_session();
    try {
      session_->client.subscribe(hang_limit);
    } catch (const Failure& failure) {
      throw NoStart(failure.what());
    }
    // The first cell of a kernel may load much; no warm figure shall contain that.
    const std::string id = session_->client.execute(snippet(*this, &Language::one));
    session_->client.reply(Channel::shell, id, hang_limit);
    session_->client.until_idle(id, hang_limit);
  }
  return *session_;
}

std::unique_ptr<Session> Subject::fresh_session() const {
  return std::make_unique<Session>(kernel_, folder_);
}

std::string Subject::last_words() const {
  std::ifstream log(log_file(kernel_, folder_));
  std::string last;
  for (std::string line; std::getline(log, line);) {
    if (!line.empty()) last = line;
  }
  return last;
}

std::vector<Scenario> all_scenarios() {
  return {start_scenario(),
          kernel_info_scenario(),
          in_flight_scenario(),
          execute_scenario(),
          execute_in_flight_scenario(),
          spin_scenario(),
          lines_scenario(),
          big_scenario(),
          progress_scenario(),
          slow_reader_scenario(),
          comm_scenario(),
          subshells_scenario(),
          memory_scenario(),
          idle_scenario()};
}

const std::string& snippet(const Subject& subject, std::string Language::* which) {
  const Language& language = subject.kernel().language;
  if ((language.*which).empty())
    throw Unsupported("no way to say it in the language '" + language.name + "'");
  return language.*which;
}

}  // namespace hermit::bench
