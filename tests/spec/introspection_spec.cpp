// complete_request, inspect_request, is_complete_request (K12). Jupyter messaging: "Introspection",
// "Completion", "Code completeness".
#include <gmock/gmock.h>

#include "support/kernel_spec.hpp"

namespace hermit::tests {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Four bytes, one code point.
const std::string astral = "\xF0\x9D\x94\xB8";

std::vector<std::string> matches(const Answer& answer) {
  const Json list = answer.reply_field("matches");
  return list.is_array() ? list.get<std::vector<std::string>>() : std::vector<std::string>();
}

}  // namespace

HERMIT_SPEC(IntrospectionSpec);

TEST_P(IntrospectionSpec, CompletionOffersWhatBeginsLikeTheWord) {
  const auto answer = client().complete("echo a\nfl", 9);

  EXPECT_EQ(answer.status(), "ok");
  EXPECT_THAT(matches(answer), ElementsAre("flags"));
  EXPECT_EQ(answer.reply_field("cursor_start"), 7);
  EXPECT_EQ(answer.reply_field("cursor_end"), 9);
  const Json types = answer.reply_field("metadata")["_jupyter_types_experimental"];
  ASSERT_EQ(types.size(), 1U);
  EXPECT_EQ(types[0]["text"], "flags");
  EXPECT_EQ(types[0]["type"], "command");
  EXPECT_EQ(types[0]["start"], 7);
  EXPECT_EQ(types[0]["end"], 9);
}

TEST_P(IntrospectionSpec, AMatchTellsItsSignature) {
  const auto answer = client().complete("sle", 3);

  EXPECT_EQ(answer.reply_field("metadata")["_jupyter_types_experimental"].at(0)["signature"], "MS");
}

TEST_P(IntrospectionSpec, CursorsCountCodePoints) {
  const std::string before = "echo " + astral + astral + "\xC3\xA9\n";  // nine code points
  const auto answer = client().complete(before + "disp" + astral, 13);

  EXPECT_THAT(matches(answer), ElementsAre("display"));
  EXPECT_EQ(answer.reply_field("cursor_start"), 9);
  EXPECT_EQ(answer.reply_field("cursor_end"), 13);

  const auto inspected = client().inspect(before + "spin", 11);
  EXPECT_EQ(inspected.reply_field("found"), true);
  EXPECT_THAT(inspected.reply_field("data")["text/plain"].get<std::string>(),
              HasSubstr("Keeps the processor busy"));
}

TEST_P(IntrospectionSpec, TheCursorInTheMiddleOfAWordCompletesWhatIsLeftOfIt) {
  EXPECT_THAT(matches(client().complete("sleepy", 3)), ElementsAre("sleep"));
}

TEST_P(IntrospectionSpec, ACursorOutOfTheCodeIsTakenForItsNearestEnd) {
  for (const Json& cursor : {Json(-1), Json(-9223372036854775807LL - 1), Json(0)}) {
    EXPECT_EQ(client().complete("sp", cursor).reply_field("cursor_start"), 0) << cursor;
    EXPECT_EQ(client().complete("sp", cursor).reply_field("cursor_end"), 0) << cursor;
    EXPECT_EQ(client().inspect("spin", cursor).reply_field("found"), true) << cursor;
  }
  for (const Json& cursor : {Json(2), Json(3), Json(9223372036854775807LL), Json(18446744073709551615ULL)}) {
    EXPECT_THAT(matches(client().complete("sp", cursor)), ElementsAre("spin")) << cursor;
    EXPECT_EQ(client().complete("sp", cursor).reply_field("cursor_end"), 2) << cursor;
    EXPECT_EQ(client().inspect("spin", cursor).reply_field("found"), true) << cursor;
  }
}

TEST_P(IntrospectionSpec, EveryCursorIsAnswered) {
  for (const Json& cursor :
       {Json(), Json("two"), Json(1.5), Json::array(), Json::object(), Json(true), Json(1e300)}) {
    const auto completed = client().complete("sp", cursor);
    const auto inspected = client().inspect("sp", cursor);

    EXPECT_NE(completed.status(), "") << cursor;
    EXPECT_NE(inspected.status(), "") << cursor;
    EXPECT_EQ(completed.messages().size(), 2U) << cursor;
  }
}

TEST_P(IntrospectionSpec, WithoutACursorTheEndOfTheCodeIsMeant) {
  const auto answer = client().request(Channel::shell, "complete_request", {{"code", "sp"}});

  EXPECT_THAT(matches(answer), ElementsAre("spin"));
}

TEST_P(IntrospectionSpec, ACursorOfNullIsTheEndOfTheCodeToo) {
  EXPECT_THAT(matches(client().complete("sp", nullptr)), ElementsAre("spin"));
  EXPECT_EQ(client().inspect("spin", nullptr).reply_field("found"), true);
}

TEST_P(IntrospectionSpec, WithoutCodeTheRequestIsAnError) {
  for (const char* type : {"complete_request", "inspect_request", "is_complete_request"}) {
    EXPECT_EQ(client().request(Channel::shell, type).status(), "error") << type;
    EXPECT_EQ(client().request(Channel::shell, type, {{"code", 5}, {"cursor_pos", 0}}).status(), "error")
        << type;
  }
}

TEST_P(IntrospectionSpec, NothingToOfferIsNoMatch) {
  const auto answer = client().complete("zzz", 3);

  EXPECT_EQ(answer.status(), "ok");
  EXPECT_EQ(answer.reply_field("matches"), Json::array());
}

TEST_P(IntrospectionSpec, InspectionDescribesTheNameAtTheCursor) {
  const auto brief = client().inspect("spin", 2);
  const auto full = client().inspect("spin", 2, 1);
  const auto nothing = client().inspect("no such word", 1);

  EXPECT_EQ(brief.reply_field("found"), true);
  EXPECT_THAT(brief.reply_field("data")["text/plain"].get<std::string>(),
              ::testing::Not(HasSubstr("A command of the echo shell")));
  EXPECT_THAT(full.reply_field("data")["text/plain"].get<std::string>(),
              HasSubstr("A command of the echo shell"));
  EXPECT_EQ(brief.reply_field("metadata"), Json::object());
  EXPECT_EQ(nothing.status(), "ok");
  EXPECT_EQ(nothing.reply_field("found"), false);
  EXPECT_EQ(nothing.reply_field("data"), Json::object());
}

TEST_P(IntrospectionSpec, CompletenessHasFourAnswersOfWhichTheShellGivesThree) {
  EXPECT_EQ(client().is_complete("echo a").status(), "complete");
  EXPECT_EQ(client().is_complete(") what").status(), "invalid");
  const auto incomplete = client().is_complete("echo a\\");
  EXPECT_EQ(incomplete.status(), "incomplete");
  EXPECT_EQ(incomplete.reply_field("indent"), "  ");
  EXPECT_TRUE(client().is_complete("echo a").reply_field("indent").is_null());
}

TEST_P(IntrospectionSpec, ItIsAnsweredWhileACellSpins) {
  const auto cell = client().execute("echo begun\nspin");
  ASSERT_TRUE(cell.wait_for_stdout("begun\n"));

  EXPECT_THAT(matches(client().complete("sp", 2)), ElementsAre("spin"));
  EXPECT_EQ(client().inspect("spin", 0).reply_field("found"), true);
  EXPECT_EQ(client().is_complete("echo").status(), "complete");
  EXPECT_EQ(client().history({{"hist_access_type", "tail"}, {"n", 1}}).status(), "ok");
  EXPECT_EQ(client().complete("sp", 2).replies_so_far().size(), 0U);  // one that is never waited for
  EXPECT_FALSE(cell.complete_so_far());
  client().interrupt().wait();
  EXPECT_EQ(cell.status(), "error");
}

TEST_P(IntrospectionSpec, WhatTheShellDoesNotOfferIsAnsweredAllTheSame) {
  start({.shell = "throws"});  // declares no ability and offers nothing but a completion that throws

  EXPECT_EQ(client().is_complete("anything").status(), "unknown");
  EXPECT_EQ(client().inspect("anything", 0).reply_field("found"), false);
  EXPECT_EQ(client().complete("anything", 3).status(), "error");
}

TEST_P(IntrospectionSpec, AShellWithoutCompletionOffersNoMatchAtTheCursor) {
  start({.shell = "stubborn"});

  const auto completion = client().complete("anything", 3);
  EXPECT_EQ(completion.reply_field("matches"), Json::array());
  EXPECT_EQ(completion.reply_field("cursor_start"), 3);
  EXPECT_EQ(completion.reply_field("cursor_end"), 3);
}

TEST_P(IntrospectionSpec, LongCodeIsNoTrouble) {
  std::string code;
  for (int i = 0; i < 200'000; ++i) code += astral + "\n";
  const auto answer = client().complete(code + "sp", 400'002);

  EXPECT_THAT(matches(answer), ElementsAre("spin"));
  EXPECT_EQ(answer.reply_field("cursor_start"), 400'000);
}

}  // namespace hermit::tests
