// Comms: lasting connections between the shell and its clients, opened from both sides (K11).
// Jupyter messaging: "Custom Messages". What the echo shell does with them stands in echo_comms.c.
#include <gmock/gmock.h>

#include "support/kernel_spec.hpp"

namespace hermit::tests {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A message about a comm, as a client sends it.
Message about(const Client& client, const std::string& type, const Json& content,
              const std::vector<std::string>& buffers = {}) {
  Message message = client.message(type, content);
  for (const auto& buffer : buffers) message.buffers.emplace_back(buffer);
  return message;
}

Answer open(Client& client, const std::string& target, const std::string& id,
            const Json& data = Json::object(), const std::vector<std::string>& buffers = {}) {
  const Json content = {{"comm_id", id}, {"target_name", target}, {"data", data}};
  return client.request(Channel::shell, about(client, "comm_open", content, buffers));
}

Answer send(Client& client, const std::string& id, const Json& data = Json::object(),
            const std::vector<std::string>& buffers = {}) {
  return client.request(Channel::shell,
                        about(client, "comm_msg", {{"comm_id", id}, {"data", data}}, buffers));
}

Answer close(Client& client, const std::string& id, const Json& data = Json::object(),
             const std::vector<std::string>& buffers = {}) {
  return client.request(Channel::shell,
                        about(client, "comm_close", {{"comm_id", id}, {"data", data}}, buffers));
}

Json comms(Client& client, const Json& content = Json::object()) {
  return client.request(Channel::shell, "comm_info_request", content).reply_field("comms");
}

// Bytes of every value.
std::string bytes(std::size_t size) {
  std::string made(size, '\0');
  for (std::size_t i = 0; i < size; ++i) made[i] = static_cast<char>(i % 251);
  return made;
}

// Not in a comparison of gmock's, which would print them.
bool same_buffers(const Received& message, const std::vector<std::string>& buffers) {
  if (message.message.buffers.size() != buffers.size()) return false;
  for (std::size_t i = 0; i < buffers.size(); ++i) {
    if (message.message.buffers[i].view() != buffers[i]) return false;
  }
  return true;
}

}  // namespace

namespace {
class CommSpec : public KernelSpec {
 protected:
  // Makes the shell take comms to these targets.
  void add_targets(const std::vector<std::string>& targets) {
    for (const auto& target : targets) ASSERT_EQ(client().execute("target " + target).status(), "ok");
  }
  // A shell that hears of comms while a cell runs.
  void start_concurrent() { start({.shell = "echo_concurrent_comms"}); }
};
HERMIT_SPEC_OVER(CommSpec, doors());
}  // namespace

TEST_P(CommSpec, AClientOpensACommAndIsAnswered) {
  add_targets({"mirror"});
  Message message = about(client(), "comm_open",
                          {{"comm_id", "c"}, {"target_name", "mirror"}, {"data", {{"a", {1, nullptr, "x"}}}}},
                          {"first", ""});
  message.metadata = Bytes(std::string(R"({"version": "2.1.0"})"));
  const auto opened = client().request(Channel::shell, std::move(message));

  EXPECT_THAT(opened.types(), ElementsAre("status", "stream", "comm_msg", "status"));
  EXPECT_EQ(opened.stdout_text(), "opened mirror\n");
  const Received back = opened.messages("comm_msg").at(0);
  EXPECT_EQ(back.content, Json({{"comm_id", "c"}, {"data", {{"a", {1, nullptr, "x"}}}}}));
  EXPECT_EQ(*parse_json(back.message.metadata.view()), Json({{"version", "2.1.0"}}));
  EXPECT_TRUE(same_buffers(back, {"first", ""}));
  EXPECT_EQ(back.message.parent_header.view(), opened.request_header());
  EXPECT_TRUE(opened.replies_so_far().empty());
}

TEST_P(CommSpec, TheShellOpensAComm) {
  const auto cell = client().execute(R"(echo before)"
                                     "\n"
                                     R"(open widget c {"n": [1, 2.50]})"
                                     "\necho after");

  EXPECT_THAT(cell.types(),
              ElementsAre("status", "execute_input", "stream", "comm_open", "stream", "status"));
  const Received opened = cell.messages("comm_open").at(0);
  EXPECT_EQ(opened.content, Json({{"comm_id", "c"}, {"target_name", "widget"}, {"data", {{"n", {1, 2.5}}}}}));
  EXPECT_EQ(opened.message.idents.at(0).view(), "comm_open");
  EXPECT_EQ(cell.stdout_text(), "before\nc\nafter\n") << "the shell is told the id";
  EXPECT_EQ(comms(client()), Json({{"c", {{"target_name", "widget"}}}}));
}

TEST_P(CommSpec, AnIdThatTheKernelMakesIsNewEachTime) {
  const auto cell = client().execute("open widget\nopen widget");
  const auto opened = cell.messages("comm_open");

  ASSERT_EQ(opened.size(), 2U);
  EXPECT_NE(opened[0].field("comm_id"), opened[1].field("comm_id"));
  EXPECT_EQ(comms(client()).size(), 2U);
  EXPECT_EQ(opened[0].field("data"), Json::object());
}

TEST_P(CommSpec, WhatTheShellSendsArrivesAsItIs) {
  const auto cell = client().execute(
      "open widget c\nsend c {\"text\": \"\\u00e9\"}\nsend c\nsend c [1]\n"
      "meta c {\"m\": true}\nclose c {\"bye\": 1}");
  const auto sent = cell.messages("comm_msg");

  ASSERT_EQ(sent.size(), 4U);
  EXPECT_EQ(sent[0].content, Json({{"comm_id", "c"}, {"data", {{"text", "\xC3\xA9"}}}}));
  EXPECT_EQ(sent[1].field("data"), Json::object());
  EXPECT_EQ(sent[2].field("data"), Json::array({1}));
  EXPECT_EQ(*parse_json(sent[3].message.metadata.view()), Json({{"m", true}}));
  EXPECT_EQ(cell.messages("comm_close").at(0).content, Json({{"comm_id", "c"}, {"data", {{"bye", 1}}}}));
  EXPECT_EQ(comms(client()), Json::object());
}

TEST_P(CommSpec, AnUnknownTargetIsClosedAtOnceUntilItIsRegistered) {
  EXPECT_THAT(open(client(), "mirror", "c").types(), ElementsAre("status", "comm_close", "status"));
  add_targets({"mirror", "mirror"});
  EXPECT_EQ(open(client(), "mirror", "c").messages("comm_close").size(), 0U);
  EXPECT_EQ(client().execute("untarget mirror").status(), "ok");
  EXPECT_THAT(open(client(), "mirror", "d").types(), ElementsAre("status", "comm_close", "status"));

  EXPECT_EQ(comms(client()), Json({{"c", {{"target_name", "mirror"}}}})) << "open comms stay open";
  EXPECT_EQ(send(client(), "c").messages("comm_msg").size(), 1U);
  EXPECT_EQ(client().execute("untarget mirror").reply_field("evalue"), "untarget: -4");
}

TEST_P(CommSpec, CommInfoNamesTheCommsOfATarget) {
  add_targets({"one", "two"});
  for (const char* id : {"a", "b"}) open(client(), "one", id).wait();
  open(client(), "two", "c").wait();
  const Json one = {{"target_name", "one"}};

  EXPECT_EQ(comms(client()), Json({{"a", one}, {"b", one}, {"c", {{"target_name", "two"}}}}));
  EXPECT_EQ(comms(client(), {{"target_name", "one"}}), Json({{"a", one}, {"b", one}}));
  EXPECT_EQ(comms(client(), {{"target_name", "none"}}), Json::object());
  EXPECT_EQ(comms(client(), {{"target_name", nullptr}}).size(), 3U);
}

TEST_P(CommSpec, BuffersOfAnySizeComeBackAsTheyWere) {
  add_targets({"mirror"});
  open(client(), "mirror", "c").wait();
  for (const std::size_t size : {0U, 1U, 1U << 20}) {
    const std::vector<std::string> buffers = {bytes(size)};
    EXPECT_TRUE(same_buffers(send(client(), "c", {}, buffers).messages("comm_msg").at(0), buffers)) << size;
  }
  const std::vector<std::string> many = {bytes(1), "", bytes(1 << 20), std::string("\0\xFF", 2), ""};
  EXPECT_TRUE(same_buffers(send(client(), "c", {}, many).messages("comm_msg").at(0), many));
}

TEST_P(CommSpec, ABufferOf64MegabytesArrivesBothWays) {
  add_targets({"mirror"});
  open(client(), "mirror", "c").wait();
  const std::vector<std::string> buffers = {bytes(std::size_t{64} << 20)};

  EXPECT_TRUE(same_buffers(send(client(), "c", {}, buffers).messages("comm_msg").at(0), buffers));
  const auto cell = client().execute("buffer c " + std::to_string(std::size_t{64} << 20));
  EXPECT_TRUE(same_buffers(cell.messages("comm_msg").at(0), buffers));
}

TEST_P(CommSpec, AThousandCommsAreOpenAtOnce) {
  add_targets({"mirror"});
  std::vector<Answer> opened, sent, closed;
  for (int i = 0; i < 1000; ++i) opened.push_back(open(client(), "mirror", "c" + std::to_string(i)));
  for (int i = 0; i < 1000; ++i) {
    sent.push_back(send(client(), "c" + std::to_string(i), {{"number", i}}));
  }
  for (int i = 0; i < 1000; ++i) {
    ASSERT_EQ(sent[i].messages("comm_msg").size(), 1U) << i;
    const Received back = sent[i].messages("comm_msg").at(0);
    EXPECT_EQ(back.content, Json({{"comm_id", "c" + std::to_string(i)}, {"data", {{"number", i}}}}));
  }
  EXPECT_EQ(comms(client()).size(), 1000U);
  for (int i = 0; i < 1000; ++i) closed.push_back(close(client(), "c" + std::to_string(i)));
  for (const auto& each : closed) EXPECT_TRUE(each.wait());
  EXPECT_EQ(comms(client()), Json::object());
}

TEST_P(CommSpec, MessagesAreHandledInTheOrderInWhichTheyWereSent) {
  add_targets({"run"});
  open(client(), "run", "c").wait();
  std::vector<Answer> sent;
  for (int i = 0; i < 200; ++i) {
    sent.push_back(send(client(), "c", {}, {"send c " + std::to_string(i)}));
  }
  for (const auto& each : sent) each.wait();
  std::vector<std::string> expected, order;
  for (int i = 0; i < 200; ++i) {
    expected.push_back(std::to_string(i));
    order.push_back(sent[i].messages("comm_msg").at(0).field("data").dump());
  }
  EXPECT_EQ(order, expected);
}

TEST_P(CommSpec, WhatAHandlerShowsBelongsToTheClientsMessage) {
  add_targets({"run"});
  const auto opened = open(client(), "run", "c", {}, {"echo text\ndisplay shown\nopen widget d\nsend c 1"});

  EXPECT_THAT(opened.types(),
              ElementsAre("status", "stream", "display_data", "comm_open", "stream", "comm_msg", "status"));
  for (const auto& message : opened.messages()) {
    EXPECT_EQ(message.message.parent_header.view(), opened.request_header());
  }
}

TEST_P(CommSpec, WhatAHandlerLeavesBehindBelongsToTheClientsMessageToo) {
  add_targets({"run"});
  const auto opened = open(client(), "run", "c", {}, {"pending 0\necho later\nsend c \"later\""});

  EXPECT_TRUE(opened.wait_for("comm_msg"));
  EXPECT_TRUE(opened.wait_for_stdout("later\n"));
}

TEST_P(CommSpec, AMessageFromACellThatHasEndedBelongsToIt) {
  const auto cell = client().execute("open widget c\npending 0\nfinish\nsend c \"late\"\nclose c");

  EXPECT_EQ(cell.status(), "ok");
  EXPECT_TRUE(cell.wait_for("comm_msg"));
  EXPECT_TRUE(cell.wait_for("comm_close"));
}

TEST_P(CommSpec, AnErrorInAHandlerIsShownAndTheCommStaysOpen) {
  add_targets({"run"});
  open(client(), "run", "c").wait();
  const auto failed = send(client(), "c", {}, {"fail Broken by order"});

  EXPECT_THAT(failed.types(), ElementsAre("status", "error", "status"));
  const Received error = failed.messages("error").at(0);
  EXPECT_EQ(error.field("ename"), "Broken");
  EXPECT_EQ(error.field("evalue"), "by order");
  EXPECT_EQ(error.field("traceback").size(), 2U);
  EXPECT_EQ(comms(client()).size(), 1U);
  EXPECT_EQ(client().execute("nop").status(), "ok");
}

TEST_P(CommSpec, AnErrorWhileOpeningIsShownAndClosesTheComm) {
  add_targets({"run"});
  const auto opened = open(client(), "run", "c", {}, {"fail Broken"});

  EXPECT_THAT(opened.types(), ElementsAre("status", "error", "comm_close", "status"));
  EXPECT_EQ(comms(client()), Json::object());
  EXPECT_EQ(open(client(), "run", "d", {}, {"status -3"}).messages("comm_close").size(), 1U);
  EXPECT_EQ(comms(client()), Json::object());
}

TEST_P(CommSpec, AHandlerThatClosesTheCommClosesItOnce) {
  add_targets({"run"});
  const auto opened = open(client(), "run", "c", {}, {"close c\nfail Broken"});
  EXPECT_THAT(opened.types(), ElementsAre("status", "comm_close", "error", "status"));
  open(client(), "run", "d").wait();
  EXPECT_EQ(send(client(), "d", {}, {"close d"}).messages("comm_close").size(), 1U);

  EXPECT_EQ(comms(client()), Json::object());
}

TEST_P(CommSpec, AnInterruptEndsAHandler) {
  add_targets({"run"});
  open(client(), "run", "c").wait();
  const auto spinning = send(client(), "c", {}, {"echo spins\nspin"});
  ASSERT_TRUE(spinning.wait_for_stdout("spins\n"));
  EXPECT_EQ(client().interrupt().status(), "ok");

  EXPECT_TRUE(spinning.wait());
  EXPECT_EQ(comms(client()).size(), 1U);
  EXPECT_EQ(client().execute("1+1").result_text(), "2");
}

TEST_P(CommSpec, AShutdownEndsAHandler) {
  add_targets({"run"});
  const auto spinning = open(client(), "run", "c", {}, {"echo spins\nspin"});
  ASSERT_TRUE(spinning.wait_for_stdout("spins\n"));

  EXPECT_EQ(client().shutdown().status(), "ok");
  EXPECT_EQ(expect_end().exit_code, 0);
}

TEST_P(CommSpec, MessagesAreHandledWhileACellRunsIfTheShellCan) {
  start_concurrent();
  add_targets({"mirror", "run"});
  const auto cell = client().execute("echo runs\nspin");
  ASSERT_TRUE(cell.wait_for_stdout("runs\n"));
  EXPECT_EQ(open(client(), "mirror", "m").messages("comm_msg").size(), 1U);
  EXPECT_EQ(open(client(), "run", "r", {}, {"echo beside"}).stdout_text(), "beside\n");
  EXPECT_EQ(send(client(), "m", {{"n", 1}}, {"x"}).messages("comm_msg").at(0).field("data"),
            Json({{"n", 1}}));
  EXPECT_EQ(close(client(), "m").stdout_text(), "closed {}\n");

  EXPECT_FALSE(cell.complete_so_far());
  client().interrupt().wait();
  EXPECT_EQ(cell.reply_field("ename"), "KernelInterrupt");
  EXPECT_EQ(cell.stdout_text(), "runs\n");
}

TEST_P(CommSpec, AHandlerBesideACellIsInterruptedWithIt) {
  start_concurrent();
  add_targets({"run"});
  const auto cell = client().execute("echo runs\nspin");
  const auto handler = open(client(), "run", "c", {}, {"echo spins\nspin"});
  ASSERT_TRUE(cell.wait_for_stdout("runs\n"));
  ASSERT_TRUE(handler.wait_for_stdout("spins\n"));
  EXPECT_EQ(client().interrupt().status(), "ok");

  EXPECT_EQ(cell.reply_field("ename"), "KernelInterrupt");
  EXPECT_TRUE(handler.wait());
}

TEST_P(CommSpec, OtherwiseTheyWaitForTheCellButNotForTheQueue) {
  add_targets({"mirror"});
  const auto held = execute_held("echo held ends");
  const auto opened = open(client(), "mirror", "c");
  const auto queued = client().execute("1+1");
  let_go(held);

  EXPECT_EQ(opened.messages("comm_msg").size(), 1U);
  EXPECT_EQ(held.status(), "ok");
  EXPECT_EQ(queued.result_text(), "2");
}

TEST_P(CommSpec, ACommThatIsClosedTakesNothing) {
  add_targets({"mirror"});
  open(client(), "mirror", "c").wait();
  const auto closed = close(client(), "c", {{"bye", 1}});
  EXPECT_EQ(closed.stdout_text(), "closed {\"bye\":1}\n");
  EXPECT_EQ(closed.messages("comm_close").size(), 0U) << "the client knows";

  EXPECT_THAT(send(client(), "c").types(), ElementsAre("status", "status"));
  EXPECT_THAT(close(client(), "c").types(), ElementsAre("status", "status"));
  EXPECT_EQ(client().execute("send c").reply_field("evalue"), "send: -4");
  EXPECT_EQ(client().execute("close c").reply_field("evalue"), "close: -4");
  EXPECT_EQ(client().execute("buffer nowhere 1").reply_field("evalue"), "buffer: -4");
}

TEST_P(CommSpec, AnIdOfAClosedCommCanBeUsedAgain) {
  add_targets({"mirror"});
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(open(client(), "mirror", "c").messages("comm_msg").size(), 1U);
    close(client(), "c").wait();
  }
  for (int i = 0; i < 2; ++i) EXPECT_EQ(client().execute("open widget c\nclose c").status(), "ok");
}

TEST_P(CommSpec, AnIdOfAnOpenCommIsNotOpenedAgain) {
  add_targets({"mirror"});
  open(client(), "mirror", "c").wait();
  EXPECT_THAT(open(client(), "mirror", "c").types(), ElementsAre("status", "status"));
  const auto cell = client().execute("open widget c");

  EXPECT_EQ(cell.reply_field("evalue"), "open: -2");
  EXPECT_EQ(cell.messages("comm_open").size(), 0U);
  EXPECT_EQ(comms(client()), Json({{"c", {{"target_name", "mirror"}}}}));
}

TEST_P(CommSpec, AClientClosesWhatTheShellHasOpened) {
  client().execute("open widget c").wait();

  EXPECT_EQ(close(client(), "c").stdout_text(), "closed {}\n");
  EXPECT_EQ(comms(client()), Json::object());
}

TEST_P(CommSpec, JsonOfTheShellsThatIsNoneIsRefused) {
  EXPECT_EQ(client().execute("open widget c {").reply_field("evalue"), "open: -2");
  EXPECT_EQ(comms(client()), Json::object()) << "it was not opened";
  client().execute("open widget c").wait();
  for (const char* wrong : {"send c {", "send c nothing", "send c {} {}", "meta c [1]", "meta c {\"a\"}"}) {
    const auto cell = client().execute(wrong);
    EXPECT_THAT(cell.reply_field("evalue").dump(), HasSubstr(": -2")) << wrong;
    EXPECT_EQ(cell.messages("comm_msg").size(), 0U) << wrong;
  }
  const auto closing = client().execute("close c {");
  EXPECT_EQ(closing.reply_field("evalue"), "close: -2");
  EXPECT_EQ(comms(client()).size(), 1U) << "it stays open";
}

TEST_P(CommSpec, ContentThatLacksWhatItNeedsIsPassedOver) {
  if (door() == "callable") GTEST_SKIP() << "a message as one JSON object has no such part";
  add_targets({"mirror"});
  for (const char* type : {"comm_open", "comm_msg", "comm_close"}) {
    for (const char* content : {"{}", "[]", "{", R"({"comm_id": 5})", R"({"comm_id": null})"}) {
      Message message = client().message(type);
      message.content = Bytes(std::string(content));
      const auto answer = client().request(Channel::shell, std::move(message));
      EXPECT_THAT(answer.types(), ElementsAre("status", "status")) << type << content;
    }
  }
  const auto nameless = client().request(Channel::shell, "comm_open", {{"comm_id", "c"}});
  EXPECT_THAT(nameless.types(), ElementsAre("status", "comm_close", "status"));
  const auto bare =
      client().request(Channel::shell, "comm_open", {{"comm_id", "c"}, {"target_name", "mirror"}});
  EXPECT_EQ(bare.messages("comm_msg").at(0).field("data"), Json::object());
}

TEST_P(CommSpec, EveryClientHearsWhatAShellSends) {
  Client& other = new_client();
  const auto cell = client().execute("open widget c\nsend c 1");
  EXPECT_TRUE(other.receive_until([&] {
    return !other.others().empty() && other.others().back().parent == cell.msg_id() &&
           other.others().back().field("execution_state") == "idle";
  }));
  std::vector<std::string> types;
  for (const auto& message : other.others()) {
    if (message.parent == cell.msg_id()) types.push_back(message.type);
  }

  EXPECT_THAT(types, ElementsAre("status", "execute_input", "comm_open", "stream", "comm_msg", "status"));
  EXPECT_EQ(close(other, "c").stdout_text(), "closed {}\n") << "and may use the comm";
}

TEST_P(CommSpec, WithConcurrencyModeBlockingCommsTakeTheirTurn) {
  start({.shell = "echo_concurrent_comms", .arguments = {"--concurrency_mode=blocking"}});
  add_targets({"run"});
  const auto held = execute_held("set order cell");
  const auto opened = open(client(), "run", "c", {}, {"set order comm"});
  const auto after = client().execute("get order");
  let_go(held);

  EXPECT_EQ(after.result_text(), "comm");
  EXPECT_THAT(opened.types(), ElementsAre("status", "status"));
}

}  // namespace hermit::tests
