#include "kernel/comms.hpp"

#include <optional>
#include <utility>
#include <vector>

#include "base/ids.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "protocol/json_scan.hpp"
#include "shell/abi_text.hpp"

namespace hermit {
namespace {

constexpr std::string_view empty_object = "{}";

// Text of a shell's that has to be JSON; empty text stands for an empty object.
std::string_view or_object(hermit_text json) { return json.size == 0 ? empty_object : view(json); }

// A member of a message's content that has to be text; nothing when it is not.
std::optional<std::string> text_member(std::string_view content, std::string_view key) {
  const auto member = scan_member(content, key);
  const auto value = member ? parse_json(*member) : Result<Json>(Error{});
  return value && value->is_string() ? std::optional(value->get<std::string>()) : std::nullopt;
}

}  // namespace

struct Comms::Arrived {
  std::string comm_id;
  std::string target;
  std::string_view data = empty_object;  // in the request
  std::string_view metadata;             // the same
  std::vector<hermit_text> buffers;

  // What is lent to the shell.
  hermit_comm_message lent() const {
    return {lend(comm_id), lend(target), lend(data), lend(metadata), buffers.data(), buffers.size()};
  }
};

hermit_status Comms::add_target(std::string_view target) {
  Lock lock(mutex_);
  targets_.emplace(target);
  return HERMIT_OK;
}

hermit_status Comms::remove_target(std::string_view target) {
  Lock lock(mutex_);
  const auto found = targets_.find(target);
  if (found == targets_.end()) return HERMIT_STALE;
  targets_.erase(found);
  return HERMIT_OK;
}

hermit_status Comms::open(const Owner& owner, hermit_request request, const hermit_comm_message& message,
                          std::string& comm_id) {
  comm_id = message.comm_id.size == 0 ? random_uuid() : repaired_utf8(view(message.comm_id));
  const std::string target = repaired_utf8(view(message.target));
  {
    Lock lock(mutex_);
    if (!open_.emplace(comm_id, target).second) return HERMIT_INVALID;
  }
  output_.wait_for_room(request);
  Lock order(order_mutex_);
  const hermit_status status = publish(owner, request, "comm_open", comm_id, message);
  if (status != HERMIT_OK) {
    Lock lock(mutex_);
    open_.erase(comm_id);
  }
  return status;
}

hermit_status Comms::send(const Owner& owner, hermit_request request, const hermit_comm_message& message) {
  const std::string comm_id(view(message.comm_id));
  if (!is_open(comm_id)) return HERMIT_STALE;
  output_.wait_for_room(request);  // an interrupt has the shell's own call end the cell
  Lock order(order_mutex_);
  return is_open(comm_id) ? publish(owner, request, "comm_msg", comm_id, message) : HERMIT_STALE;
}

hermit_status Comms::close(const Owner& owner, hermit_request request, const hermit_comm_message& message) {
  const std::string comm_id(view(message.comm_id));
  if (!is_open(comm_id)) return HERMIT_STALE;
  output_.wait_for_room(request);
  Lock order(order_mutex_);
  if (!is_open(comm_id)) return HERMIT_STALE;
  const hermit_status status = publish(owner, request, "comm_close", comm_id, message);
  if (status != HERMIT_OK) return status;
  Lock lock(mutex_);
  open_.erase(comm_id);
  return HERMIT_OK;
}

void Comms::close_all(const Owner& owner) {
  decltype(open_) closed;
  {
    Lock lock(mutex_);
    closed.swap(open_);
    targets_.clear();
  }
  for (const auto& [comm_id, target] : closed) {
    output_.publish(HERMIT_NO_REQUEST, owner, "comm_close", {{"comm_id", comm_id}, {"data", Json::object()}});
  }
}

bool Comms::is_open(const std::string& comm_id) const {
  Lock lock(mutex_);
  return open_.contains(comm_id);
}

hermit_status Comms::publish(const Owner& owner, hermit_request request, std::string_view msg_type,
                             std::string_view comm_id, const hermit_comm_message& message) {
  const std::string_view data = or_object(message.data);
  const std::string_view metadata = or_object(message.metadata);
  if (!parse_json(data) || !parse_json_object(metadata)) return HERMIT_INVALID;
  std::string content = R"({"comm_id":)";
  append_json_string(content, comm_id);
  if (msg_type == "comm_open") {
    content += R"(,"target_name":)";
    append_json_string(content, repaired_utf8(view(message.target)));
  }
  content.append(R"(,"data":)").append(data).append("}");
  Publication publication{msg_type, std::move(content), std::string(metadata), {}};
  for (std::size_t i = 0; i < message.buffer_count; ++i) {
    publication.buffers.emplace_back(std::string(view(message.buffers[i])));
  }
  output_.publish(request, owner, std::move(publication));
  return HERMIT_OK;
}

void Comms::receive(Exchange& exchange, Shell& shell) {
  exchange.begin();
  const Message& message = exchange.request().message;
  const std::string& type = exchange.request().header.msg_type;
  const std::string_view content = message.content.view();
  auto comm_id = text_member(content, "comm_id");
  if (!comm_id) return log::warning("a {} without a text \"comm_id\" was ignored", type);
  Arrived arrived;
  arrived.comm_id = std::move(*comm_id);
  if (const auto data = scan_member(content, "data"); data && parse_json(*data)) arrived.data = *data;
  arrived.metadata = message.metadata.view();
  for (const auto& buffer : message.buffers) arrived.buffers.push_back(lend(buffer.view()));

  if (exchange.request().type == RequestType::comm_open) return receive_open(exchange, shell, arrived);
  const bool closes = exchange.request().type == RequestType::comm_close;
  {
    Lock lock(mutex_);
    const auto found = open_.find(arrived.comm_id);
    if (found == open_.end()) return log::warning("a {} for a comm that is not open was ignored", type);
    arrived.target = found->second;
    if (closes) open_.erase(found);
  }
  tell(exchange, shell, closes ? CommEvent::closed : CommEvent::received, arrived);
}

// A comm that nobody takes is closed at once, so that the client does not wait for it.
void Comms::receive_open(Exchange& exchange, Shell& shell, const Arrived& given) {
  Arrived arrived = given;
  const auto target = text_member(exchange.request().message.content.view(), "target_name");
  bool known = false;
  shell.wait_until_started();  // it registers its targets then
  {
    Lock lock(mutex_);
    if (open_.contains(arrived.comm_id))
      return log::warning("a comm_open for a comm that is open already was ignored");
    known = target && targets_.contains(*target);
    if (known) open_.emplace(arrived.comm_id, *target);
  }
  if (known) {
    arrived.target = *target;
    if (tell(exchange, shell, CommEvent::opened, arrived)) return;
    Lock lock(mutex_);
    if (open_.erase(arrived.comm_id) == 0) return;  // the shell has closed it itself
  } else {
    log::info("a comm_open for the unknown target \"{}\" was closed", target.value_or(""));
  }
  exchange.publish("comm_close", {{"comm_id", arrived.comm_id}, {"data", Json::object()}});
}

// Calls the shell, and shows the error if it reports one; true when it did its work.
bool Comms::tell(Exchange& exchange, Shell& shell, CommEvent event, const Arrived& arrived) {
  const hermit_request request = cells_.open_other(exchange.parent());
  const hermit_comm_message lent = arrived.lent();
  const hermit_status status = shell.comm(request, event, lent);
  const auto failure = cells_.close_other(request);
  output_.finish(request);
  if (status == HERMIT_OK) return true;
  if (failure && (status == HERMIT_USER_ERROR || status == HERMIT_INTERRUPTED)) {
    exchange.publish("error", failure->json());
  } else {
    log::warning("the shell \"{}\" could not take a {} (status {})", shell.manifest().name,
                 exchange.request().header.msg_type, status);
  }
  return false;
}

void Comms::answer_info(Exchange& exchange) const {
  exchange.begin();
  const auto target = text_member(exchange.request().message.content.view(), "target_name");
  Json comms = Json::object();
  {
    Lock lock(mutex_);
    for (const auto& [id, name] : open_) {
      if (!target || *target == name) comms[id] = {{"target_name", name}};
    }
  }
  exchange.reply({{"comms", std::move(comms)}});
}

}  // namespace hermit
