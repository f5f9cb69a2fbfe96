// OpenRequests: which part of a shell serves which request, so that an interrupt finds it, also one that came
// just before. Serving: that it does so for a while. Header-only, C++17; for shells whose cells can be
// interrupted.
#ifndef HERMIT_REQUESTS_HPP
#define HERMIT_REQUESTS_HPP

#include <algorithm>
#include <array>
#include <cstddef>
#include <mutex>
#include <unordered_map>

#include "hermit/hermit.h"

namespace hermit::sdk {

// Serves a request as long as it lives. `Book` keeps who serves what, such as a class of the shell's around
// OpenRequests, by begin(server, request) and end(server).
template <class Book, class Server>
class Serving {
 public:
  Serving(Book &book, Server &server, hermit_request request) : book_(book), server_(server) {
    book.begin(server, request);
  }
  ~Serving() { book_.end(server_); }
  Serving(const Serving &) = delete;
  Serving &operator=(const Serving &) = delete;

 private:
  Book &book_;
  Server &server_;
};

// `Server` is whatever serves a request: a lane, a cell, a flag. [any-thread]
template <class Server>
class OpenRequests {
 public:
  // A server begins with a request, and stays until end(). `begun` is called, with the lock held, and told
  // whether the request was to be interrupted before it began.
  template <class Begun>
  void begin(hermit_request request, Server &server, Begun begun) {
    const std::lock_guard<std::mutex> guard(mutex_);
    const bool asked = std::find(early_.begin(), early_.end(), request) != early_.end();
    if (request != HERMIT_NO_REQUEST) servers_[request] = &server;
    begun(request != HERMIT_NO_REQUEST && asked);
  }

  // It has ended; `ended` is called with the lock held.
  template <class Ended>
  void end(hermit_request request, Server &server, Ended ended) {
    const std::lock_guard<std::mutex> guard(mutex_);
    if (server_of(request) == &server) servers_.erase(request);
    ended();
  }
  void end(hermit_request request, Server &server) {
    end(request, server, [] {});
  }

  // Calls `ask` with who serves the request, with the lock held. Remembers a request that nobody serves yet.
  template <class Ask>
  void interrupt(hermit_request request, Ask ask) {
    if (request == HERMIT_NO_REQUEST) return;
    const std::lock_guard<std::mutex> guard(mutex_);
    if (Server *const server = server_of(request)) return ask(*server);
    early_[next_early_++ % early_.size()] = request;
  }

  // The lock, for what has to change together with it.
  std::mutex &mutex() { return mutex_; }

  // Who serves the request, or NULL. While the lock is held.
  Server *server_of(hermit_request request) const {
    const auto found = servers_.find(request);
    return found == servers_.end() ? nullptr : found->second;
  }

 private:
  std::mutex mutex_;
  std::unordered_map<hermit_request, Server *> servers_;  // guarded by mutex_

  // Requests that were to be interrupted before they began. No number is given twice, so what stays here by
  // mistake harms nobody, and few are on their way at once. Guarded by mutex_.
  std::array<hermit_request, 64> early_{};
  std::size_t next_early_ = 0;
};

}  // namespace hermit::sdk

#endif
