#include "kernel/inputs.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace hermit {
namespace {

bool same_client(const Request& a, const Request& b) {
  return std::equal(a.message.idents.begin(), a.message.idents.end(), b.message.idents.begin(),
                    b.message.idents.end(),
                    [](const Bytes& left, const Bytes& right) { return left.view() == right.view(); });
}

}  // namespace

hermit_status Inputs::read(const Cell& cell, std::string_view prompt, bool password, std::string& line) {
  if (!cell.allow_stdin) return HERMIT_REFUSED;
  Question question{&cell, publisher_.session().next_id(), false, {}};

  Message message;
  message.idents = cell.exchange->request().message.idents;
  message.header = publisher_.session().header("input_request", question.msg_id);
  message.parent_header = cell.exchange->parent();
  message.content = dump_json({{"prompt", prompt}, {"password", password}});

  Lock lock(mutex_);
  if (cell.interrupted) return HERMIT_INTERRUPTED;
  questions_.push_back(&question);
  publisher_.port().send(Channel::stdin_, std::move(message));
  while (!question.answered && !cell.interrupted) changed_.wait(lock);
  questions_.remove(&question);
  if (!question.answered) return HERMIT_INTERRUPTED;
  line = std::move(question.line);
  return HERMIT_OK;
}

void Inputs::answer(const Request& reply) {
  auto content = parse_json_object(reply.message.content.view());
  const auto value = content ? content->find("value") : Json::iterator();
  if (!content || value == content->end() || !value->is_string()) {
    log::warning("an input_reply without a text \"value\" was ignored");
    return;
  }
  // Some clients leave the parent of an input_reply empty; then the identity has to do.
  const std::string parent = parent_msg_id(reply.message.parent_header.view());

  Lock lock(mutex_);
  for (Question* question : questions_) {
    const bool asked = same_client(question->cell->exchange->request(), reply) &&
                       (parent.empty() || parent == question->msg_id);
    if (!asked || question->answered) continue;
    question->answered = true;
    question->line = value->get<std::string>();
    changed_.notify_all();
    return;
  }
  log::warning("an input_reply that nobody waits for was ignored");
}

void Inputs::wake() {
  {
    Lock lock(mutex_);
  }  // whoever has looked at its cell but does not wait yet holds it
  changed_.notify_all();
}

}  // namespace hermit
