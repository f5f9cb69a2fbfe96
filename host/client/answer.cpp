#include "client/answer.hpp"

#include <algorithm>
#include <iterator>

#include "client/client.hpp"

namespace hermit {
namespace {

std::string joined_streams(const std::vector<Received>& messages, std::string_view name) {
  std::string text;
  for (const auto& message : messages) {
    if (message.type != "stream" || message.field("name") != name) continue;
    if (const Json piece = message.field("text"); piece.is_string())
      text += piece.get_ref<const std::string&>();
  }
  return text;
}

}  // namespace

Json Received::field(const std::string& name) const {
  if (!content.is_object()) return Json();
  const auto found = content.find(name);
  return found == content.end() ? Json() : *found;
}

bool Answer::complete_so_far() const {
  return state_->idle && (!state_->has_reply || !state_->replies.empty());
}

bool Answer::wait() const {
  return client_->receive_until([this] { return complete_so_far(); });
}

bool Answer::wait_until(const std::function<bool(const Answer&)>& done) const {
  return client_->receive_until([&] { return done(*this); });
}

const Received* Answer::reply() const {
  wait();
  return state_->replies.empty() ? nullptr : &state_->replies.front();
}

Json Answer::reply_field(const std::string& name) const {
  const Received* answer = reply();
  return answer == nullptr ? Json() : answer->field(name);
}

std::string Answer::status() const {
  const Json status = reply_field("status");
  return status.is_string() ? status.get<std::string>() : std::string();
}

const std::vector<Received>& Answer::messages() const {
  wait();
  return state_->iopub;
}

std::vector<Received> Answer::messages(std::string_view type) const {
  std::vector<Received> found;
  std::copy_if(messages().begin(), messages().end(), std::back_inserter(found),
               [&](const Received& message) { return message.type == type; });
  return found;
}

std::vector<std::string> Answer::types() const {
  std::vector<std::string> types;
  Json stream;
  for (const auto& message : messages()) {
    const Json name = message.type == "stream" ? message.content.value("name", Json()) : Json();
    if (name.is_null() || name != stream) types.push_back(message.type);
    stream = name;
  }
  return types;
}

std::string Answer::stream_text(std::string_view name) const { return joined_streams(messages(), name); }

std::string Answer::stdout_so_far() const { return joined_streams(state_->iopub, "stdout"); }

std::string Answer::result_text() const {
  const auto results = messages("execute_result");
  if (results.empty()) return {};
  const Json data = results.front().field("data");
  return data.is_object() ? data.value("text/plain", std::string()) : std::string();
}

bool Answer::wait_for(std::string_view type) const {
  return wait_until([&](const Answer& answer) {
    const auto& messages = answer.messages_so_far();
    return std::any_of(messages.begin(), messages.end(),
                       [&](const Received& message) { return message.type == type; });
  });
}

bool Answer::wait_for_stdout(std::string_view text) const {
  return wait_until(
      [&](const Answer& answer) { return answer.stdout_so_far().find(text) != std::string::npos; });
}

const Received* Answer::wait_for_input(std::size_t index) const {
  wait_until([&](const Answer& answer) { return answer.inputs_so_far().size() > index; });
  return state_->inputs.size() > index ? &state_->inputs[index] : nullptr;
}

}  // namespace hermit
