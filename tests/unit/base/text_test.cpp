// UTF-8 and positions in it.
#include "base/text.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace hermit {
namespace {

const std::string accent = "\xC3\xA9";           // two bytes
const std::string euro = "\xE2\x82\xAC";         // three
const std::string astral = "\xF0\x9D\x94\xB8";   // four
const std::string replacement = "\xEF\xBF\xBD";  // U+FFFD

TEST(TextTest, WellFormedUtf8IsTold) {
  for (const auto& text : {std::string(), std::string("plain"), accent + euro + astral, std::string("\0", 1),
                           std::string("\xEF\xBF\xBF"), std::string("\xF4\x8F\xBF\xBF")}) {
    EXPECT_TRUE(is_utf8(text)) << text;
    EXPECT_EQ(repaired_utf8(text), text);
  }
}

TEST(TextTest, IllFormedUtf8IsToldAndRepaired) {
  const std::string bad[] = {"\x80",
                             "\xC3",
                             "\xC3(",
                             "\xE2\x82",
                             "\xF0\x9D\x94",
                             "\xFF",
                             "\xC0\x80",
                             "\xED\xA0\x80",
                             "\xF4\x90\x80\x80",
                             "\xE0\x80\x80",
                             "\xF8\x88\x80\x80\x80"};
  for (const auto& bytes : bad) {
    EXPECT_FALSE(is_utf8(bytes));
    const std::string repaired = repaired_utf8("a" + bytes + "z");
    EXPECT_TRUE(is_utf8(repaired));
    EXPECT_EQ(repaired.front(), 'a');
    EXPECT_EQ(repaired.back(), 'z');
    EXPECT_NE(repaired.find(replacement), std::string::npos);
  }
}

TEST(TextTest, GoodTextAroundBadBytesIsKept) {
  EXPECT_EQ(repaired_utf8("a\xFF" + astral + "b"), "a" + replacement + astral + "b");
}

TEST(TextTest, ACharacterThatIsNotWholeYetIsLeftForLater) {
  for (const auto& character : {accent, euro, astral}) {
    for (std::size_t part = 1; part < character.size(); ++part) {
      EXPECT_EQ(whole_characters("ab" + character.substr(0, part)), 2U) << part;
      EXPECT_EQ(whole_characters(character.substr(0, part)), 0U) << part;
    }
    EXPECT_EQ(whole_characters("ab" + character), 2 + character.size());
    EXPECT_EQ(whole_characters(character + "ab"), 2 + character.size());
  }
  EXPECT_EQ(whole_characters(""), 0U);
}

TEST(TextTest, BytesThatNoCharacterBeginsWithAreNotWaitedFor) {
  EXPECT_EQ(whole_characters("a\x80\x80\x80\x80"), 5U);
  EXPECT_EQ(whole_characters("\x80"), 1U);
  EXPECT_EQ(whole_characters(accent + "\x80"), 3U);
}

TEST(TextTest, PositionsAreTranslatedBothWays) {
  const std::string text = "a" + accent + euro + astral + "z";
  const std::size_t offsets[] = {0, 1, 3, 6, 10, 11};
  for (std::int64_t position = 0; position < 6; ++position) {
    EXPECT_EQ(byte_offset(text, position), offsets[position]);
    EXPECT_EQ(code_points(text, offsets[position]), position);
  }
}

TEST(TextTest, PositionsOutsideAreTakenForTheNearestEnd) {
  EXPECT_EQ(byte_offset(euro, -1), 0U);
  EXPECT_EQ(byte_offset(euro, std::numeric_limits<std::int64_t>::min()), 0U);
  EXPECT_EQ(byte_offset(euro, 2), 3U);
  EXPECT_EQ(byte_offset(euro, std::numeric_limits<std::int64_t>::max()), 3U);
  EXPECT_EQ(code_points(euro, 1000), 1);
  EXPECT_EQ(byte_offset("", 5), 0U);
}

TEST(TextTest, TheNearestNameIsFound) {
  const std::vector<std::string> names = {"shell_class", "shell", "connection_file", "log_level"};
  EXPECT_EQ(nearest("shell_clas", names), "shell_class");
  EXPECT_EQ(nearest("log_levle", names), "log_level");
  EXPECT_EQ(nearest("conection_fil", names), "connection_file");
  EXPECT_EQ(nearest("shell", names), "shell");
}

TEST(TextTest, TwoLettersInTheWrongOrderAreOneSlip) {
  EXPECT_EQ(nearest("lau", {"lua", "echo"}), "lua");
  EXPECT_EQ(nearest("prot", {"port", "transport"}), "port");
}

TEST(TextTest, NoNameIsNearToAnotherWord) {
  EXPECT_EQ(nearest("banana", {"shell_class", "log_level"}), "");
  EXPECT_EQ(nearest("", {"shell"}), "");
  EXPECT_EQ(nearest("shell", {}), "");
}

}  // namespace
}  // namespace hermit
