#include "worker/host_calls.hpp"

namespace hermit::worker {

std::optional<hermit_status> HostCalls::make(Word word, Reader& values, std::string& yield) {
  auto status = make_output(word, values);
  if (!status) status = make_service(word, values, yield);
  return values.good() ? status : std::nullopt;
}

void HostCalls::show(Record record, hermit_request request, std::string_view text) {
  if (record != Record::result) {
    host_.stream(request, static_cast<std::uint32_t>(record), text);
    return;
  }
  Reader values(text);
  const BundleRead read(values);
  if (values.good()) host_.result(request, read.bundle);
}

// Nothing for a word of another kind.
std::optional<hermit_status> HostCalls::make_output(Word word, Reader& values) {
  switch (word) {
    case Word::stream: {
      const auto request = values.number();
      const auto stream = static_cast<std::uint32_t>(values.number());
      const auto text = values.text();
      return values.good() ? host_.stream(request, stream, text) : HERMIT_INVALID;
    }
    case Word::result: {
      const auto request = values.number();
      const BundleRead read(values);
      return values.good() ? host_.result(request, read.bundle) : HERMIT_INVALID;
    }
    case Word::display:
    case Word::update: {
      const auto request = values.number();
      const BundleRead read(values);
      const auto id = values.text();
      if (!values.good()) return HERMIT_INVALID;
      return word == Word::display ? host_.display(request, read.bundle, id)
                                   : host_.update(request, read.bundle, id);
    }
    case Word::clear: {
      const auto request = values.number();
      const bool wait = values.number() != 0;
      return values.good() ? host_.clear(request, wait) : HERMIT_INVALID;
    }
    default:
      return std::nullopt;
  }
}

std::optional<hermit_status> HostCalls::make_service(Word word, Reader& values, std::string& yield) {
  if (word == Word::comm_target) {
    const auto target = values.text();
    const bool add = values.number() != 0;
    return values.good() ? host_.comm_target(target, add) : HERMIT_INVALID;
  }
  const auto request = values.number();
  switch (word) {
    case Word::fail: {
      const ErrorRead read(values);
      return values.good() ? requests_.fail(request, read.error) : HERMIT_INVALID;
    }
    case Word::finish: {
      const auto status = values.status();
      return values.good() ? host_.finish(request, requests_.settle(request, status)) : HERMIT_INVALID;
    }
    case Word::resume_after: {
      const auto microseconds = values.number();
      return values.good() ? host_.resume_after(request, microseconds) : HERMIT_INVALID;
    }
    case Word::comm_open:
    case Word::comm_send:
    case Word::comm_close: {
      const MessageRead read(values);
      if (!values.good()) return HERMIT_INVALID;
      if (word == Word::comm_open) return host_.comm_open(request, read.message, yield);
      return word == Word::comm_send ? host_.comm_send(request, read.message)
                                     : host_.comm_close(request, read.message);
    }
    case Word::read_line: {
      const auto prompt = values.text();
      const bool password = values.number() != 0;
      return values.good() ? host_.read_line(request, prompt, password, yield) : HERMIT_INVALID;
    }
    default:
      return std::nullopt;
  }
}

}  // namespace hermit::worker
