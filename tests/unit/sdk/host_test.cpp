// The host of the C++ layer: one that lacks all services, and when there is no host any more.
#include <hermit/host.hpp>

#include <gtest/gtest.h>

#include <vector>

namespace hermit::sdk {
namespace {

// Calls each function that returns a status, and puts them side by side.
std::vector<hermit_status> answers(const Host& host) {
  std::string line;
  std::string id;
  return {host.print(1, "text"),
          host.result(1, Bundle::plain("value")),
          host.display(1, Bundle::plain("value"), "id"),
          host.update(1, Bundle::plain("value"), "id"),
          host.clear(1, true),
          host.resume_after(1, std::chrono::microseconds(5)),
          host.read(1, "? ", false, line),
          host.add_target("target"),
          host.remove_target("target"),
          host.open_comm(1, {"", "target"}, &id),
          host.send_comm(1, {"id"}),
          host.close_comm(1, {"id"})};
}

// What a host has that knows of no extension.
const hermit_host bare = {
    nullptr, [](const hermit_host*, hermit_text) -> const void* { return nullptr; },
    [](const hermit_host*, hermit_request, const hermit_error*) -> hermit_status { return HERMIT_OK; },
    [](const hermit_host*, hermit_request, hermit_status) -> hermit_status { return HERMIT_OK; }};

}  // namespace

TEST(HostTest, WhatAHostLacksIsUnsupported) {
  const Host host(&bare);
  for (const hermit_status status : answers(host)) EXPECT_EQ(status, HERMIT_UNSUPPORTED);
  EXPECT_FALSE(host.has_lane());
  EXPECT_EQ(host.fail(1, {"Error", "why"}), HERMIT_OK);
  EXPECT_EQ(host.finish(1, HERMIT_OK), HERMIT_OK);
  EXPECT_EQ(host.setting("A.b"), "");
  host.log(HERMIT_LOG_ERROR, "nobody listens");
}

TEST(HostTest, WhatIsRequiredIsThereOrRefusesTheShell) {
  const Host host(&bare);
  try {
    host.require(HERMIT_EXT_OUTPUT);
    ADD_FAILURE() << "there is no output";
  } catch (const Refusal& refusal) {
    EXPECT_EQ(refusal.why, "the host lacks hermit.output/1, which this shell needs");
    EXPECT_EQ(refusal.status, HERMIT_UNSUPPORTED);
  }
}

TEST(HostTest, WhereThereIsNoHostAnyMoreEverythingIsStale) {
  Host nowhere(&bare);
  nowhere.leave();
  for (const hermit_status status : answers(nowhere)) EXPECT_EQ(status, HERMIT_STALE);
  EXPECT_EQ(nowhere.fail(1, {"Error", "why"}), HERMIT_STALE);
  EXPECT_EQ(nowhere.finish(1, HERMIT_OK), HERMIT_STALE);
  EXPECT_EQ(nowhere.setting("A.b"), "");
  EXPECT_EQ(nowhere.find<hermit_host_output>(HERMIT_EXT_OUTPUT), nullptr);
  nowhere.log(HERMIT_LOG_ERROR, "nobody listens");
}

}  // namespace hermit::sdk
