// HostCalls: what a worker asks of the host, read from a frame and asked of the kernel.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "shell/shell.hpp"
#include "worker/encoding.hpp"
#include "worker/requests.hpp"
#include "worker/ring.hpp"
#include "worker/words.hpp"

namespace hermit::worker {

// Usable on any thread.
class HostCalls {
 public:
  // Both outlive it.
  HostCalls(ShellHost& host, Requests& requests) : host_(host), requests_(requests) {}

  // Makes the call that a word stands for. `yield` gets the text that it yields. Nothing for a word that
  // stands for none, or with which something is missing.
  std::optional<hermit_status> make(Word word, Reader& values, std::string& yield);

  // Shows what a worker has put into its ring.
  void show(Record record, hermit_request request, std::string_view text);

 private:
  std::optional<hermit_status> make_output(Word word, Reader& values);
  std::optional<hermit_status> make_service(Word word, Reader& values, std::string& yield);

  ShellHost& host_;
  Requests& requests_;
};

}  // namespace hermit::worker
