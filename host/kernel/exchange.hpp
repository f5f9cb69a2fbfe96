// Exchange: a request and all that is needed to answer it. Its destructor guarantees what every client
// relies on (K2): busy, exactly one reply where the protocol has one, idle, whatever happened between.
#pragma once

#include <string>
#include <string_view>

#include "kernel/publisher.hpp"
#include "protocol/json.hpp"
#include "protocol/message.hpp"

namespace hermit {

// Why a request or cell failed, as replies and iopub carry it. Jupyter messaging: "Request-Reply".
struct Failure {
  std::string name;
  std::string value;
  std::vector<std::string> traceback;

  // {"ename": …, "evalue": …, "traceback": […]}, ill-formed UTF-8 repaired.
  Json json() const;
};

// Used by one thread at a time; handed from the door's thread to the lane that answers it.
class Exchange {
 public:
  // `publisher` outlives it.
  Exchange(const Publisher& publisher, Channel channel, Request request);
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  // end().
  ~Exchange();

  const Request& request() const { return request_; }
  Channel channel() const { return channel_; }
  // The request's header, the parent of all that it causes.
  const Bytes& parent() const { return request_.message.header; }

  // Says busy. The second time nothing.
  void begin();
  // Sends something on iopub that belongs to this request.
  void publish(std::string_view msg_type, const Json& content);
  // The same with content that is encoded already.
  void publish_encoded(std::string_view msg_type, Bytes content);
  // Sets the metadata of the reply; {} without.
  void set_reply_metadata(Bytes encoded) { metadata_ = std::move(encoded); }
  // Replies; `content` needs no "status" when that is "ok". A second reply is a bug and not sent.
  void reply(Json content);
  // Replies with content that is encoded already.
  void reply_encoded(Bytes content);
  // The same, and end().
  void end_with(Bytes content);
  void reply_error(const Failure& failure);
  // Replies that the request was not carried out because one before it failed, or the kernel ends (K6).
  void reply_aborted();
  // Says busy if that was not said, replies with an error if nothing was replied, and says idle. Nothing
  // can be sent afterwards. The second time nothing.
  void end();

 private:
  // The msg_type of the reply, "" for a message that has none.
  std::string reply_type() const;

  const Publisher& publisher_;
  const Channel channel_;
  const Request request_;
  Bytes metadata_ = Bytes::constant("{}");
  bool begun_ = false;
  bool replied_ = false;
  bool ended_ = false;
};

}  // namespace hermit
