// A buffer of our own before that of each stream, which looks at whose thread it is on.
#include "streams.hpp"

#include <dlfcn.h>
#include <stdio_ext.h>
#include <ext/stdio_filebuf.h>

#include <atomic>
#include <cstdio>
#include <ostream>

#include "in_host.hpp"
#include "session.hpp"

namespace hermit::cling_shell {
namespace {

// How much text a lane keeps before it is sent without being asked for.
constexpr size_t most_kept = 4096;

// Lanes that run code now.
std::atomic<int> running = 0;

// Whether the text of this thread would be taken for that of another lane.
bool is_beside(const Lane* lane) { return lane != nullptr && (lane->is_apart || running > 1); }

void send(Lane& lane, uint32_t stream) {
  std::string& text = lane.printed[stream];
  if (text.empty()) return;
  // What C has printed before comes first.
  if (__fpending(stdout) > 0) std::fflush(stdout);
  const InHost here;
  lane.session->host.stream(lane.request, stream, text);
  text.clear();
}

class Buffer : public std::streambuf {
 public:
  Buffer(std::ostream& owner, uint32_t stream) : owner_(owner), stream_(stream), next_(owner.rdbuf(this)) {}

  // std::ios::sync_with_stdio(false) puts another buffer in our place.
  void come_back() {
    auto* fast = dynamic_cast<__gnu_cxx::stdio_filebuf<char>*>(owner_.rdbuf());
    if (fast != nullptr) next_ = owner_.rdbuf(this);
  }

 protected:
  std::streamsize xsputn(const char* text, std::streamsize size) override {
    Lane* lane = lane_of_thread();
    if (is_beside(lane)) {
      const InHost here;
      std::string& kept = lane->printed[stream_];
      kept.append(text, static_cast<size_t>(size));
      if (kept.size() >= most_kept) send(*lane, stream_);
      return size;
    }
    if (lane != nullptr) send(*lane, stream_);
    return next_->sputn(text, size);
  }

  int_type overflow(int_type byte) override {
    if (traits_type::eq_int_type(byte, traits_type::eof())) return traits_type::not_eof(byte);
    const char text = traits_type::to_char_type(byte);
    return xsputn(&text, 1) == 1 ? byte : traits_type::eof();
  }

  int sync() override {
    Lane* lane = lane_of_thread();
    if (lane != nullptr) send(*lane, stream_);
    return is_beside(lane) ? 0 : next_->pubsync();
  }

 private:
  std::ostream& owner_;
  const uint32_t stream_;
  std::streambuf* next_;
};

// A stream of the process's C++ library, as the code of cells finds it.
std::ostream& stream(const char* symbol) { return *static_cast<std::ostream*>(dlsym(RTLD_DEFAULT, symbol)); }

// The streams outlive all that runs, and so do these.
struct Buffers {
  Buffer out{stream("_ZSt4cout"), HERMIT_STDOUT};
  Buffer error{stream("_ZSt4cerr"), HERMIT_STDERR};
  Buffer log{stream("_ZSt4clog"), HERMIT_STDERR};
};

Buffers& buffers() {
  static auto* const made = new Buffers;
  return *made;
}

}  // namespace

OnThread::OnThread(Lane& lane) : before_(lane_of_thread()) {
  for (Buffer* each : {&buffers().out, &buffers().error, &buffers().log}) each->come_back();
  lane_of_thread() = &lane;
  ++running;
}

OnThread::~OnThread() {
  stream("_ZSt4cout").flush();
  stream("_ZSt4clog").flush();
  std::fflush(nullptr);
  --running;
  lane_of_thread() = before_;
}

}  // namespace hermit::cling_shell
