// From nothing to the first answers, what the kernel weighs then, and how fast it goes.
//
// The client connects at once and asks at once, so that the figures hold the kernel's start and nothing
// else. The first cell is sent when kernel_info has been answered, as clients do.
#include "../failure.hpp"
#include "../scenario.hpp"

namespace hermit::bench {
namespace {

void shut_down(Session& session, Findings& findings) {
  const auto asked = Clock::now();
  session.client.send(Channel::control, "shutdown_request", R"({"restart":false})");
  if (!session.process.wait(hang_limit)) throw Failure("it does not exit after shutdown_request");
  findings.add("shutdown", milliseconds(Clock::now() - asked));
}

void measure(Subject& subject, const Effort&, Findings& findings) {
  subject.end_session();  // Memory that two kernels share would count half for each.
  const auto session = subject.fresh_session();
  Client& client = session->client;
  try {
    const std::string info = client.send(Channel::shell, "kernel_info_request");
    client.reply(Channel::shell, info, hang_limit);
  } catch (const Failure& failure) {
    throw NoStart(failure.what());
  }
  findings.add("first_kernel_info", milliseconds(Clock::now() - session->process.started()));
  const std::string cell = client.execute(snippet(subject, &Language::one));
  const Message reply = client.reply(Channel::shell, cell, hang_limit);
  findings.add("first_execute", milliseconds(Clock::now() - session->process.started()));
  if (!reply.is_ok()) throw Failure("the first cell failed: " + reply.content.to_string());
  findings.add("rss", mebibytes(session->process.rss_bytes()));
  findings.add("pss", mebibytes(session->process.pss_bytes()));
  shut_down(*session, findings);
}

}  // namespace

Scenario start_scenario() {
  return {"start",
          {{.id = "first_kernel_info", .title = "start → first kernel_info_reply", .unit = "ms"},
           {.id = "first_execute", .title = "start → first execute_reply", .unit = "ms"},
           {.id = "rss", .title = "RSS after start, all processes", .unit = "MiB"},
           {.id = "pss", .title = "PSS after start, all processes", .unit = "MiB"},
           {.id = "shutdown", .title = "shutdown_request → exit", .unit = "ms"}},
          20,
          measure};
}

}  // namespace hermit::bench
