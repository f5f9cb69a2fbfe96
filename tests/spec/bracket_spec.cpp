// What holds for every request: busy, exactly one reply where the protocol has one, idle, whatever the
// request is (K2). Jupyter messaging: "Request-Reply", "Kernel status".
#include <set>

#include <gmock/gmock.h>

#include "support/kernel_spec.hpp"

namespace hermit::tests {
namespace {

using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// The execution states that were published for a request, in order.
std::vector<std::string> states(const Answer& answer) {
  std::vector<std::string> states;
  for (const auto& message : answer.messages("status")) {
    states.push_back(message.field("execution_state").get<std::string>());
  }
  return states;
}

// Every request type of the protocol that is answered on `channel`.
std::vector<std::string> answered_on(Channel channel) {
  std::vector<std::string> types = {"kernel_info_request", "comm_info_request", "execute_request",
                                    "complete_request",    "inspect_request",   "is_complete_request",
                                    "history_request"};
  if (channel == Channel::control) types.insert(types.end(), {"interrupt_request"});
  return types;
}

}  // namespace

HERMIT_SPEC(BracketSpec);

TEST_P(BracketSpec, EveryRequestIsBusyThenRepliedOnceThenIdle) {
  for (const Channel channel : {Channel::shell, Channel::control}) {
    for (const auto& type : answered_on(channel)) {
      const auto answer = client().request(channel, type, {{"code", "nop"}, {"cursor_pos", 0}});

      EXPECT_TRUE(answer.wait()) << type;
      settle();
      EXPECT_THAT(states(answer), ElementsAre("busy", "idle")) << type;
      ASSERT_EQ(answer.replies_so_far().size(), 1U) << type;
      const Received& reply = answer.replies_so_far().front();
      EXPECT_EQ(reply.type, type.substr(0, type.find("_request")) + "_reply");
      EXPECT_EQ(reply.channel, channel) << type;
      if (type == "is_complete_request") continue;  // its status says something else
      EXPECT_EQ(reply.field("status"), "ok") << type;
    }
  }
}

TEST_P(BracketSpec, GarbageContentIsAnsweredOnceToo) {
  if (door() == "callable") GTEST_SKIP() << "a message as one JSON object has no such part";
  for (const Channel channel : {Channel::shell, Channel::control}) {
    for (const auto& type : answered_on(channel)) {
      for (const char* content :
           {"", "{", "[]", "null", "\"text\"", "-1e999", "\xff\xfe\x00", R"({"code": {}})",
            R"({"code": "x", "cursor_pos": "end", "hist_access_type": 5, "n": "all"})"}) {
        Message message = client().message(type);
        message.content = std::string(content);
        const auto answer = client().request(channel, std::move(message));

        EXPECT_TRUE(answer.wait()) << type << " " << content;
        EXPECT_THAT(states(answer), ElementsAre("busy", "idle")) << type << " " << content;
        EXPECT_EQ(answer.replies_so_far().size(), 1U) << type << " " << content;
        EXPECT_NE(answer.status(), "") << type << " " << content;
      }
    }
  }
  EXPECT_TRUE(kernel_works());
}

TEST_P(BracketSpec, ContentThatIsNestedVeryDeeplyIsAnswered) {
  const std::size_t depth = 1'000'000;
  for (const auto& type : answered_on(Channel::shell)) {
    Message message = client().message(type);
    message.content = R"({"code": )" + std::string(depth, '[') + std::string(depth, ']') + "}";
    const auto answer = client().request(Channel::shell, std::move(message));

    EXPECT_TRUE(answer.wait()) << type;
    EXPECT_EQ(answer.replies_so_far().size(), 1U) << type;
  }
  EXPECT_TRUE(kernel_works());
}

TEST_P(BracketSpec, ParentsThatAreNoHeadersAreIgnored) {
  for (const char* text : {"", "{", "[]", "7", "\xff"}) {
    Message message = client().message("execute_request", {{"code", "echo ran"}});
    message.parent_header = std::string(text);

    EXPECT_EQ(client().request(Channel::shell, std::move(message)).stdout_text(), "ran\n") << text;
  }
}

TEST_P(BracketSpec, MetadataThatAreNoObjectAreAnsweredWithAnError) {
  for (const char* text : {"{", "[]", "7", "\xff"}) {
    Message message = client().message("execute_request", {{"code", "echo ran"}});
    message.metadata = std::string(text);
    const auto cell = client().request(Channel::shell, std::move(message));

    EXPECT_EQ(cell.status(), "error") << text;
    EXPECT_THAT(cell.reply_field("evalue").get<std::string>(), HasSubstr("metadata")) << text;
    EXPECT_THAT(states(cell), ElementsAre("busy", "idle"));
  }
}

TEST_P(BracketSpec, AnUnknownRequestGetsAnErrorReplyOfItsOwnType) {
  for (const Channel channel : {Channel::shell, Channel::control, Channel::stdin_}) {
    const auto answer = client().request(channel, "teleport_request");

    EXPECT_EQ(answer.status(), "error");
    EXPECT_EQ(answer.reply()->type, "teleport_reply");
    EXPECT_EQ(answer.reply()->channel, channel);
    EXPECT_THAT(answer.reply_field("evalue").get<std::string>(), HasSubstr("teleport_request"));
    EXPECT_THAT(answer.types(), ElementsAre("status", "status"));
  }
}

TEST_P(BracketSpec, AnUnknownMessageThatIsNoRequestGetsBusyAndIdleOnly) {
  const auto answer = client().request(Channel::shell, "telepathy");

  EXPECT_THAT(states(answer), ElementsAre("busy", "idle"));
  settle();
  EXPECT_EQ(answer.replies_so_far().size(), 0U);
}

TEST_P(BracketSpec, RequestsOnTheWrongChannelAreRefused) {
  const std::pair<Channel, const char*> wrong[] = {
      {Channel::shell, "interrupt_request"}, {Channel::shell, "shutdown_request"},
      {Channel::stdin_, "execute_request"},  {Channel::stdin_, "shutdown_request"},
      {Channel::stdin_, "complete_request"},
  };
  for (const auto& [channel, type] : wrong) {
    const auto answer = client().request(channel, type, {{"code", "echo ran"}, {"restart", false}});

    EXPECT_EQ(answer.status(), "error") << type;
    EXPECT_THAT(answer.types(), ElementsAre("status", "status")) << type;
    EXPECT_THAT(answer.reply_field("evalue").get<std::string>(), HasSubstr(type));
    EXPECT_THAT(answer.reply_field("evalue").get<std::string>(),
                HasSubstr(std::string(channel_name(channel))));
  }
  EXPECT_TRUE(kernel_works());
}

TEST_P(BracketSpec, WhatTheKernelDoesNotOfferIsRefused) {
  for (const Channel channel : {Channel::shell, Channel::control}) {
    const auto answer = client().request(channel, "debug_request", {{"command", "initialize"}});

    EXPECT_EQ(answer.status(), "error");
    EXPECT_THAT(answer.types(), ElementsAre("status", "status"));
  }
}

TEST_P(BracketSpec, RequestsThatOnlyOtherKernelsKnowAreAnsweredWithAnError) {
  const std::pair<Channel, std::string> others[] = {
      {Channel::shell, "connect"}, {Channel::control, "usage"}, {Channel::shell, "object_info"}};
  for (const auto& [channel, name] : others) {
    const auto answer = client().request(channel, name + "_request");

    EXPECT_EQ(answer.status(), "error") << name;
    ASSERT_NE(answer.reply(), nullptr) << name;
    EXPECT_EQ(answer.reply()->type, name + "_reply");
    EXPECT_THAT(states(answer), ElementsAre("busy", "idle")) << name;
  }
}

TEST_P(BracketSpec, FieldsThatNobodyKnowsChangeNothing) {
  const Json more = {{"colour", "red"}, {"payload", {1, 2}}};
  Message cell = client().message("execute_request", {{"code", "echo ran"}, {"colour", more}});
  cell.metadata = dump_json({{"trusted", true}, {"deletedCells", Json::array()}, {"recordTiming", false}});

  EXPECT_EQ(client().request(Channel::shell, std::move(cell)).stdout_text(), "ran\n");
  for (const auto& type : answered_on(Channel::shell)) {
    Json content = more;
    content.update({{"code", "nop"}, {"cursor_pos", 0}});
    EXPECT_THAT(client().request(Channel::shell, type, content).status(), AnyOf("ok", "complete")) << type;
  }
}

TEST_P(BracketSpec, ARequestForASubshellThatDoesNotExistIsAnsweredWithAnError) {
  Message message = client().message("execute_request", {{"code", "echo ran"}});
  Json header = *parse_json(message.header.view());
  header["subshell_id"] = "no-such-subshell";
  message.header = dump_json(header);
  const auto answer = client().request(Channel::shell, std::move(message));

  EXPECT_EQ(answer.status(), "error");
  EXPECT_THAT(states(answer), ElementsAre("busy", "idle"));
  EXPECT_EQ(answer.stdout_text(), "");
}

TEST_P(BracketSpec, ACommForAnUnknownTargetIsClosedAtOnce) {
  const auto answer =
      client().request(Channel::shell, "comm_open",
                       {{"comm_id", "comm-1"}, {"target_name", "nobody"}, {"data", Json::object()}});

  EXPECT_THAT(answer.types(), ElementsAre("status", "comm_close", "status"));
  EXPECT_EQ(answer.messages()[1].field("comm_id"), "comm-1");
  EXPECT_EQ(client().comm_info().reply_field("comms"), Json::object());
}

TEST_P(BracketSpec, MessagesForUnknownCommsGetBusyAndIdle) {
  for (const char* type : {"comm_msg", "comm_close"}) {
    const auto answer =
        client().request(Channel::shell, type, {{"comm_id", "nowhere"}, {"data", Json::object()}});

    EXPECT_THAT(answer.types(), ElementsAre("status", "status")) << type;
  }
  for (const char* content : {"{}", "[]", "{", R"({"comm_id": 5})"}) {
    Message message = client().message("comm_open");
    message.content = std::string(content);
    EXPECT_THAT(states(client().request(Channel::shell, std::move(message))), ElementsAre("busy", "idle"))
        << content;
  }
}

TEST_P(BracketSpec, TheParentHeaderIsTheRequestsHeaderByteForByte) {
  const std::string header =
      R"({ "msg_type":"execute_request",  "msg_id" : "odd one", "session":"s", "username":"", "version":"5.0",)"
      R"( "date":"yesterday, more or less", "number":1.50e+2, "escaped":"\u00e9\/", "extra":{"b":1,"a":[null]} })";
  Message message;
  message.header = header;
  message.content = dump_json({{"code", "echo out\ndisplay shown\n1+1\nfail"}});
  const auto cell = client().request(Channel::shell, std::move(message));

  EXPECT_EQ(cell.status(), "error");
  EXPECT_EQ(cell.reply()->message.parent_header.view(), header);
  EXPECT_THAT(cell.types(), ElementsAre("status", "execute_input", "stream", "display_data", "execute_result",
                                        "error", "status"));
  for (const auto& shown : cell.messages())
    EXPECT_EQ(shown.message.parent_header.view(), header) << shown.type;
}

TEST_P(BracketSpec, ReplyHeadersAreWhole) {
  const auto answer = client().kernel_info();
  ASSERT_NE(answer.reply(), nullptr);
  const auto header = parse_json(answer.reply()->message.header.view());

  ASSERT_TRUE(header);
  for (const char* field : {"msg_id", "msg_type", "session", "username", "date", "version"}) {
    EXPECT_TRUE(header->contains(field) && (*header)[field].is_string()) << field;
  }
  EXPECT_EQ((*header)["version"], client().kernel_info().reply_field("protocol_version"));
}

TEST_P(BracketSpec, IopubHeadersAreWholeAndOfTheSessionOfTheReply) {
  const auto cell = client().execute("echo out\ndisplay shown\n1+1\nfail");
  ASSERT_NE(cell.reply(), nullptr);
  const Json reply = *parse_json(cell.reply()->message.header.view());
  std::set<Json> ids = {reply["msg_id"]};

  for (const auto& shown : cell.messages()) {
    const Json header = *parse_json(shown.message.header.view());
    EXPECT_EQ(header["msg_type"], shown.type);
    for (const char* field : {"session", "username", "version"})
      EXPECT_EQ(header[field], reply[field]) << field;
    EXPECT_TRUE(header["date"].is_string()) << shown.type;
    EXPECT_TRUE(ids.insert(header["msg_id"]).second) << shown.type << " has the id of another message";
    EXPECT_EQ(shown.message.metadata.view(), "{}") << shown.type;
    EXPECT_TRUE(shown.message.buffers.empty()) << shown.type;
  }
}

TEST_P(BracketSpec, HeadersWithoutTheOtherFieldsWillDo) {
  Message message;
  message.header = Bytes::constant(R"({"msg_type": "kernel_info_request"})");
  const auto answer = client().request(Channel::shell, std::move(message));

  EXPECT_EQ(answer.status(), "ok");
}

TEST_P(BracketSpec, MessagesThatCannotBeAnsweredAreDroppedAndTheKernelGoesOn) {
  for (const char* header :
       {"", "{", "[]", "{}", R"({"msg_type": 5})", R"({"msg_type": ""})", "\xff", "null"}) {
    Message message;
    message.header = std::string(header);
    transport_of(client()).send(Channel::shell, message);
    transport_of(client()).send(Channel::control, message);
    transport_of(client()).send(Channel::stdin_, std::move(message));
  }
  EXPECT_TRUE(kernel_works());
}

TEST_P(BracketSpec, BuffersOfARequestAreTaken) {
  Message message = client().message("execute_request", {{"code", "echo ran"}});
  message.buffers = {Bytes(std::string(1000, 'b')), Bytes(), Bytes::constant("<IDS|MSG>")};
  const auto cell = client().request(Channel::shell, std::move(message));

  EXPECT_EQ(cell.stdout_text(), "ran\n");
}

}  // namespace hermit::tests
