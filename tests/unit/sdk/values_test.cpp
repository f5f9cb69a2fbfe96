// The values of the C++ layer: how they are made, and the form in which they cross the ABI.
#include <hermit/values.hpp>

#include <gtest/gtest.h>

namespace hermit::sdk {

TEST(ValuesTest, AMimeTypeSaysTheForm) {
  for (const char* type :
       {"text/plain", "text/html", "image/svg+xml", "application/javascript", "text/html; charset=utf-8"}) {
    EXPECT_EQ(form_of(type), Form::text) << type;
  }
  for (const char* type :
       {"application/json", "application/vnd.vegalite.v5+json", "application/geo+json;x=1"}) {
    EXPECT_EQ(form_of(type), Form::json) << type;
  }
  for (const char* type : {"image/png", "application/pdf", "application/jsonx", "text", ""}) {
    EXPECT_EQ(form_of(type), Form::binary) << type;
  }
}

TEST(ValuesTest, WhatIsAddedHasTheFormOfItsTypeUnlessItIsSaid) {
  const Bundle bundle = Bundle::plain("[1]")
                            .add("application/json", "[1]")
                            .add("image/png", "bytes")
                            .add("application/x-mine", "words", Form::text);
  ASSERT_EQ(bundle.parts.size(), 4U);
  EXPECT_EQ(bundle.parts[0].form, Form::text);
  EXPECT_EQ(bundle.parts[1].form, Form::json);
  EXPECT_EQ(bundle.parts[2].form, Form::binary);
  EXPECT_EQ(bundle.parts[3].form, Form::text);
}

TEST(ValuesTest, ABundleCrossesWithAnyNumberOfParts) {
  for (std::size_t count : {0, 1, 4, 5, 100}) {
    Bundle bundle;
    bundle.metadata = "{}";
    for (std::size_t i = 0; i < count; ++i) bundle.add("text/x-" + std::to_string(i), std::to_string(i));
    const std::size_t crossed = with_bundle(bundle, [&](const hermit_bundle* lent) {
      EXPECT_EQ(view(lent->metadata), "{}");
      EXPECT_EQ(lent->count, count);
      for (std::size_t i = 0; i < count; ++i) {
        EXPECT_EQ(view(lent->parts[i].type), "text/x-" + std::to_string(i));
        EXPECT_EQ(lent->parts[i].data.data, bundle.parts[i].data.data()) << "it is lent, not copied";
        EXPECT_EQ(lent->parts[i].reserved, 0U);
      }
      return lent->count;
    });
    EXPECT_EQ(crossed, count);
  }
}

TEST(ValuesTest, AnErrorCrossesWithItsTraceback) {
  const UserError error{"Error", "why", {"1", "2", "3", "4", "5"}};
  with_error(error, [&](const hermit_error* lent) {
    EXPECT_EQ(view(lent->name), "Error");
    EXPECT_EQ(view(lent->value), "why");
    ASSERT_EQ(lent->traceback_size, 5U);
    EXPECT_EQ(view(lent->traceback[4]), "5");
  });
}

TEST(ValuesTest, EmptyTextIsAViewThatPointsSomewhere) {
  EXPECT_NE(view(hermit_text{nullptr, 0}).data(), nullptr);
  EXPECT_TRUE(view(hermit_text{nullptr, 0}).empty());
}

TEST(ValuesTest, ACellHasANameForErrors) {
  Cell cell;
  cell.execution_count = 3;
  EXPECT_EQ(cell_name(cell), "cell [3]");
  EXPECT_EQ(cell_name(cell, 12), "cell [sub12:3]");
  cell.silent = true;
  EXPECT_EQ(cell_name(cell, 12), "silent cell");
}

TEST(ValuesTest, AnOutcomeIsWhatItWasMadeOf) {
  EXPECT_EQ(Outcome().status(), HERMIT_OK);
  EXPECT_TRUE(Outcome(Bundle::plain("x")).value());
  EXPECT_EQ(Outcome(UserError{"Error", "why"}).status(), HERMIT_USER_ERROR);
  EXPECT_EQ(Outcome(HERMIT_REFUSED).status(), HERMIT_REFUSED);
  EXPECT_EQ(Outcome::pending().status(), HERMIT_PENDING);
  EXPECT_FALSE(Outcome::interrupted().error());
  const Outcome described = Outcome::interrupted(UserError{"Stop", "why"});
  EXPECT_EQ(described.status(), HERMIT_INTERRUPTED);
  ASSERT_TRUE(described.error());
  EXPECT_EQ(described.error()->name, "Stop");
}

}  // namespace hermit::sdk
