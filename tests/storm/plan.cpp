#include "storm/plan.hpp"

namespace hermit::tests {
namespace {

// Rare ones cost much, or would leave little for the others to do.
constexpr std::size_t mischief_every = 6;
constexpr std::size_t cells_every = 2;
constexpr std::size_t spoilt_every = 6;
constexpr std::size_t leave_every = 150;
constexpr std::size_t window_every = 50;

// Frames that are no message, some with the delimiter of one.
std::vector<std::string> junk(Dice& dice) {
  std::vector<std::string> frames;
  for (std::size_t i = 1 + dice.number(8); i > 0; --i) {
    switch (dice.number(4)) {
      case 0:
        frames.emplace_back("<IDS|MSG>");
        break;
      case 1:
        frames.emplace_back("{}");
        break;
      default:
        frames.push_back(dice.bytes(60));
        break;
    }
  }
  return frames;
}

}  // namespace

Step Plan::next() {
  constexpr std::size_t windows[] = {1, 2, 4, 8, 16, 32, 64};
  if (dice_.once_in(window_every)) window_ = dice_.one_of(windows);
  return dice_.once_in(mischief_every) ? mischief() : traffic();
}

Step Plan::traffic() {
  Step step = dice_.once_in(cells_every) ? random_cell(dice_, tasks_) : random_question(dice_);
  if (step.channel == Channel::shell && dice_.once_in(4)) {
    step.where = dice_.once_in(8) ? Where::unknown_subshell : Where::subshell;
    if (step.where == Where::subshell && step.verdict == Verdict::good) {
      step.verdict = Verdict::any;  // it may be gone when the request gets there
    }
    if (step.where == Where::unknown_subshell && step.owed == Owed::answer) step.verdict = Verdict::error;
  }
  if (dice_.once_in(spoilt_every)) spoil(dice_, step);
  if (dice_.once_in(20)) step.frames = {dice_.bytes(300), "", "<IDS|MSG>"};
  return step;
}

Step Plan::mischief() {
  constexpr Channel channels[] = {Channel::shell, Channel::control, Channel::stdin_};
  Step step;
  if (dice_.once_in(leave_every / mischief_every)) {
    step.kind = Step::Kind::leave;
    step.same_identity = dice_.once_in(2);
    return step;
  }
  constexpr Step::Kind kinds[] = {Step::Kind::send_twice, Step::Kind::forge, Step::Kind::forge,
                                  Step::Kind::junk,       Step::Kind::junk,  Step::Kind::beat,
                                  Step::Kind::junk_beat};
  constexpr Step::Kind rare_kinds[] = {Step::Kind::subscribe, Step::Kind::signal, Step::Kind::pass_by};
  step = traffic();
  step.kind = dice_.once_in(8) ? dice_.one_of(rare_kinds) : dice_.one_of(kinds);
  switch (step.kind) {
    case Step::Kind::forge:
      step.owed = Owed::nothing;
      break;
    case Step::Kind::junk:
    case Step::Kind::junk_beat:
      step.channel = dice_.one_of(channels);
      step.frames = junk(dice_);
      break;
    case Step::Kind::subscribe:
      step.content = dice_.bytes(30);
      break;
    case Step::Kind::pass_by:
      step = random_question(dice_);  // nothing that somebody would have to bring to its end
      step.kind = Step::Kind::pass_by;
      break;
    default:
      break;
  }
  return step;
}

}  // namespace hermit::tests
