#include "check/catalogue.hpp"

namespace hermit::check {

const std::vector<Group>& catalogue() {
  static const std::vector<Group> groups{
      loading_cases(),  manifest_cases(), life_cases(),      execution_cases(), text_cases(),
      output_cases(),   error_cases(),    interrupt_cases(), input_cases(),     completion_cases(),
      question_cases(), comm_cases(),     pending_cases(),   thread_cases(),    ownership_cases(),
      leak_cases(),     home_cases(),     wire_cases()};
  return groups;
}

const Case* find_case(std::string_view name) {
  for (const auto& group : catalogue()) {
    for (const auto& known : group.cases) {
      if (known.name == name) return &known;
    }
  }
  return nullptr;
}

}  // namespace hermit::check
