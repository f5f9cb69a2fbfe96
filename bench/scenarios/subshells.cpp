// Subshells: many of them made, used and deleted, each step for all of them before the next step (JEP 91).
//
// The floor has none: its figures are the round trips alone. What a kernel does not give back afterwards
// is counted when its threads have had time to end.
#include <nlohmann/json.hpp>

#include "../failure.hpp"
#include "../scenario.hpp"

namespace hermit::bench {
namespace {

// Memory, threads and descriptors of a kernel at one moment.
struct Weight {
  explicit Weight(const Process& process)
      : rss(process.rss_bytes()), threads(process.threads()), descriptors(process.descriptors()) {}

  std::int64_t rss;
  std::size_t threads, descriptors;
};

// How long the steps took for each subshell.
struct Times {
  std::vector<double> create, use, remove;
};

std::string id_of(const Message& reply) {
  const auto content = nlohmann::json::parse(reply.content.to_string_view(), nullptr, false);
  const std::string id = content.is_object() ? content.value("subshell_id", "") : "";
  if (id.empty()) throw Failure("a subshell has no id: " + reply.content.to_string());
  return id;
}

// Sends a request, waits for its reply and notes how long that took.
Message ask(Client& client, Channel channel, const char* type, const std::string& content,
            const std::string& subshell, std::vector<double>& times) {
  const auto sent = Clock::now();
  const std::string id = client.send(channel, type, content, subshell);
  Message reply = client.reply(channel, id, hang_limit);
  times.push_back(microseconds(Clock::now() - sent));
  if (!reply.is_ok()) throw Failure(std::string(type) + " failed: " + reply.content.to_string());
  return reply;
}

std::vector<std::string> create(Client& client, std::size_t count, Times& times) {
  std::vector<std::string> ids;
  try {
    while (ids.size() < count) {
      ids.push_back(id_of(ask(client, Channel::control, "create_subshell_request", "{}", "", times.create)));
    }
  } catch (const Failure& failure) {
    throw Failure(std::string(failure.what()) + ", when " + std::to_string(ids.size()) + " lived");
  }
  return ids;
}

void use_and_delete(Client& client, const std::vector<std::string>& ids, const std::string& cell,
                    Times& times, const std::function<void()>& between) {
  for (const std::string& id : ids) ask(client, Channel::shell, "execute_request", cell, id, times.use);
  between();
  for (const std::string& id : ids) {
    const std::string content = nlohmann::json({{"subshell_id", id}}).dump();
    ask(client, Channel::control, "delete_subshell_request", content, "", times.remove);
  }
}

void must_have_subshells(Client& client) {
  const std::string id = client.send(Channel::shell, "kernel_info_request");
  const Message reply = client.reply(Channel::shell, id, hang_limit);
  if (reply.content.to_string_view().find("\"kernel subshells\"") == std::string_view::npos)
    throw Unsupported("the kernel has no subshells");
}

void measure(Subject& subject, const Effort& effort, Findings& findings) {
  const std::string cell = Client::execute_content(snippet(subject, &Language::one));
  const auto session = subject.fresh_session();
  Client& client = session->client;
  client.subscribe(hang_limit);
  must_have_subshells(client);
  // A kernel may answer kernel_info before its main shell is there.
  client.reply(Channel::shell, client.send(Channel::shell, "execute_request", cell), hang_limit);
  const auto settle = [&] {
    if (session->process.wait(effort.settle))
      throw Failure("the kernel died: " + session->process.how_it_ended());
  };
  Times warm_up, times;
  use_and_delete(client, create(client, 1, warm_up), cell, warm_up, [] {});
  settle();
  const Weight before(session->process);
  const auto ids = create(client, effort.subshells, times);
  use_and_delete(client, ids, cell, times, [&] {
    const Weight alive(session->process);
    findings.add("subshell_rss", kibibytes(alive.rss - before.rss) / static_cast<double>(effort.subshells));
  });
  settle();
  const Weight after(session->process);
  findings.add("subshell_create", quantile(times.create, 0.5));
  findings.add("subshell_use", quantile(times.use, 0.5));
  findings.add("subshell_delete", quantile(times.remove, 0.5));
  findings.add("subshells_rss_before", mebibytes(before.rss));
  findings.add("subshells_rss_after", mebibytes(after.rss));
  findings.add("subshells_threads_left",
               static_cast<double>(after.threads) - static_cast<double>(before.threads));
  findings.add("subshells_descriptors_left",
               static_cast<double>(after.descriptors) - static_cast<double>(before.descriptors));
}

}  // namespace

Scenario subshells_scenario() {
  return {"subshells",
          {{.id = "subshell_create", .title = "create a subshell, p50", .unit = "µs"},
           {.id = "subshell_use", .title = "execute 1+1 in it for the first time, p50", .unit = "µs"},
           {.id = "subshell_delete", .title = "delete it, p50", .unit = "µs"},
           {.id = "subshell_rss", .title = "  RSS of each while all live", .unit = "KiB", .has_ratio = false},
           {.id = "subshells_rss_before", .title = "  RSS before all", .unit = "MiB", .has_ratio = false},
           {.id = "subshells_rss_after", .title = "  RSS after all", .unit = "MiB", .has_ratio = false},
           {.id = "subshells_threads_left",
            .title = "  threads left after all",
            .has_ratio = false,
            .aim = Aim::value(0)},
           {.id = "subshells_descriptors_left",
            .title = "  descriptors left after all",
            .has_ratio = false,
            .aim = Aim::value(0)}},
          3,
          measure};
}

}  // namespace hermit::bench
