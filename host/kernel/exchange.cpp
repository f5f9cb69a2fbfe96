#include "kernel/exchange.hpp"

#include <utility>

#include "base/log.hpp"

namespace hermit {

Json Failure::json() const { return {{"ename", name}, {"evalue", value}, {"traceback", traceback}}; }

Exchange::Exchange(const Publisher& publisher, Channel channel, Request request)
    : publisher_(publisher), channel_(channel), request_(std::move(request)) {}

Exchange::~Exchange() { end(); }

void Exchange::end() {
  if (std::exchange(ended_, true)) return;
  try {
    begin();
    if (!replied_ && !reply_type().empty()) {
      if (request_.type == RequestType::execute) {
        reply_aborted();
      } else {
        reply_error({"KernelError", "the kernel ended before it answered " + request_.header.msg_type, {}});
      }
    }
    publisher_.status(parent(), "idle");
  } catch (const std::exception& error) {
    log::error("a {} could not be answered: {}", request_.header.msg_type, error.what());
  }
}

std::string Exchange::reply_type() const {
  const std::string& type = request_.header.msg_type;
  constexpr std::string_view suffix = "_request";
  if (!type.ends_with(suffix)) return {};
  return type.substr(0, type.size() - suffix.size()) + "_reply";
}

void Exchange::begin() {
  if (std::exchange(begun_, true)) return;
  publisher_.status(parent(), "busy");
}

void Exchange::publish(std::string_view msg_type, const Json& content) {
  publish_encoded(msg_type, dump_json(content));
}

void Exchange::publish_encoded(std::string_view msg_type, Bytes content) {
  publisher_.publish(parent(), msg_type, std::move(content));
}

void Exchange::reply(Json content) {
  if (!content.contains("status")) content["status"] = "ok";
  reply_encoded(dump_json(content));
}

void Exchange::reply_encoded(Bytes content) {
  const std::string type = reply_type();
  if (type.empty()) return;
  if (std::exchange(replied_, true)) {
    log::error("HOST_MISBEHAVING a second reply to a {}", request_.header.msg_type);
    return;
  }
  begin();
  publisher_.reply(channel_, request_, type, metadata_, std::move(content));
}

void Exchange::end_with(Bytes content) {
  reply_encoded(std::move(content));
  end();
}

void Exchange::reply_error(const Failure& failure) {
  Json content = failure.json();
  content["status"] = "error";
  reply(std::move(content));
}

void Exchange::reply_aborted() {
  // Since protocol 5.1 "aborted" is for clients the same as an error; the names say why.
  Json content = Failure{"Aborted", "the cell was not run", {}}.json();
  content["status"] = "aborted";
  reply(std::move(content));
}

}  // namespace hermit
