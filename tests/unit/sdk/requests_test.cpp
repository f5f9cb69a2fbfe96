// OpenRequests: an interrupt finds who serves a request, also when it comes first.
#include <hermit/requests.hpp>

#include <gtest/gtest.h>

namespace hermit::sdk {
namespace {

struct Server {
  bool asked = false;
};

class OpenRequestsTest : public ::testing::Test {
 protected:
  void begin(hermit_request request, Server& server) {
    requests.begin(request, server, [&](bool early) { server.asked = early; });
  }
  void interrupt(hermit_request request) {
    requests.interrupt(request, [](Server& server) { server.asked = true; });
  }
  bool is_served(hermit_request request) {
    const std::lock_guard<std::mutex> guard(requests.mutex());
    return requests.server_of(request) != nullptr;
  }

  OpenRequests<Server> requests;
  Server one;
  Server two;
};

}  // namespace

TEST_F(OpenRequestsTest, AnInterruptReachesWhoServesTheRequestAndNobodyElse) {
  begin(1, one);
  begin(2, two);
  interrupt(2);
  EXPECT_FALSE(one.asked);
  EXPECT_TRUE(two.asked);
}

TEST_F(OpenRequestsTest, OneThatComesFirstIsRemembered) {
  interrupt(1);
  begin(1, one);
  begin(2, two);
  EXPECT_TRUE(one.asked);
  EXPECT_FALSE(two.asked);
}

TEST_F(OpenRequestsTest, OneThatComesLateIsNothing) {
  begin(1, one);
  requests.end(1, one, [] {});
  EXPECT_FALSE(is_served(1));
  interrupt(1);
  EXPECT_FALSE(one.asked);
}

TEST_F(OpenRequestsTest, ARequestCanBeTakenOver) {
  begin(1, one);
  begin(1, two);
  requests.end(1, one, [] {});
  EXPECT_TRUE(is_served(1));
}

TEST_F(OpenRequestsTest, AScopeServesARequestAndEndsWithIt) {
  struct Book {
    void begin(Server& server, hermit_request request) {
      requests.begin(request, server, [&](bool asked) { server.asked = asked; });
    }
    void end(Server& server) { requests.end(1, server); }
    OpenRequests<Server> requests;
  } book;
  const auto server = [&] {
    const std::lock_guard<std::mutex> guard(book.requests.mutex());
    return book.requests.server_of(1);
  };
  {
    const Serving serving(book, one, 1);
    EXPECT_EQ(server(), &one);
  }
  EXPECT_EQ(server(), nullptr);
}

TEST_F(OpenRequestsTest, NoRequestIsNeverInterrupted) {
  interrupt(HERMIT_NO_REQUEST);
  begin(HERMIT_NO_REQUEST, one);
  EXPECT_FALSE(one.asked);
  EXPECT_FALSE(is_served(HERMIT_NO_REQUEST));
}

TEST_F(OpenRequestsTest, OnlySomeAreRemembered) {
  for (hermit_request request = 1; request <= 65; ++request) interrupt(request);
  begin(1, one);
  begin(65, two);
  EXPECT_FALSE(one.asked) << "the oldest has made room";
  EXPECT_TRUE(two.asked);
}

}  // namespace hermit::sdk
