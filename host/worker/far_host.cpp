#include "worker/far_host.hpp"

#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/log.hpp"
#include "base/text.hpp"
#include "base/thread.hpp"
#include "shell/abi_text.hpp"
#include "worker/sockets.hpp"

namespace hermit::worker {
namespace {

// How long output may stay in the shared memory before the host is told of it: the host joins what comes
// within a few milliseconds anyway.
constexpr long flush_time = 1'000'000;  // ns

// A value that is shown takes no call of the host's when it is plain and this small.
constexpr std::size_t small_result = std::size_t{8} << 10;

// Whose beginnings of characters those are that were captured.
constexpr hermit_request captured = ~hermit_request{0};

thread_local Line* waiting_line = nullptr;          // of a thread that the host calls
thread_local std::unique_ptr<Line> line_of_thread;  // of any other

// The process is about to be ended by the host, or by the thread that watches the link.
[[noreturn]] void wait_for_the_end() {
  for (;;) pause();
}

// Values that a record can carry: what the host makes of them cannot fail.
bool is_plain(const hermit_bundle& bundle) {
  if (bundle.metadata.size != 0) return false;
  std::size_t size = 0;
  for (std::size_t i = 0; i < bundle.count; ++i) {
    if (bundle.parts[i].form == HERMIT_MIME_JSON) return false;
    size += bundle.parts[i].data.size + bundle.parts[i].type.size;
  }
  return size <= small_result;
}

}  // namespace

FarHost::FarHost(int link, Ring ring)
    : link_(link),
      timer_(moved_up(Descriptor(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC)))),
      capture_([this](std::uint32_t stream, std::string_view bytes) { take_captured(stream, bytes); },
               nullptr, &ring.captured()),
      ring_(std::move(ring)) {}

Result<void> FarHost::start(std::map<std::string, std::string, std::less<>> settings, bool capture) {
  settings_ = std::move(settings);
  flusher_ = start_quiet_thread("hermit-w-flush", [this] { run_flusher(); });
  if (!capture) return {};
  if (auto started = capture_.start(); !started) return started;
  const std::vector<int> streams{capture_.read_end(HERMIT_STDOUT), capture_.read_end(HERMIT_STDERR)};
  send_packet(link_, packet(Word::streams), streams);
  return {};
}

void FarHost::set_line(Line& line) { waiting_line = &line; }

// A thread that the shell has started gets a line of its own when it first calls the host.
Line& FarHost::line() {
  if (waiting_line != nullptr) return *waiting_line;
  if (line_of_thread != nullptr) return *line_of_thread;
  std::optional<std::pair<Descriptor, Descriptor>> ends;
  {
    const SpareDescriptors spare;
    ends = Line::make_ends();
  }
  if (!ends) send_packet(link_, packet(Word::no_descriptors));
  if (!ends || !send_packet(link_, packet(Word::foreign_thread), {ends->second.get()})) wait_for_the_end();
  line_of_thread = std::make_unique<Line>(std::move(ends->first));
  return *line_of_thread;
}

hermit_status FarHost::call(Word word, const Writer& values, std::string* yield) {
  Line& line = this->line();
  if (!line.send(word, values)) wait_for_the_end();
  auto frame = line.receive();
  if (!frame || frame->word != Word::answered) wait_for_the_end();
  const hermit_status status = frame->values.status();
  if (yield != nullptr) *yield = frame->values.text();
  return status;
}

void FarHost::begin(hermit_request request, bool is_cell) {
  Lock lock(mutex_);
  last_ = std::max(last_, request);
  if (!is_cell) return;
  cells_.insert(request);
  last_cell_ = std::max(last_cell_, request);
}

void FarHost::flush() {
  capture_.drain(true);
  Lock lock(mutex_);
  if (armed_) set_timer(false);
}

void FarHost::end(hermit_request request) {
  capture_.mend();
  capture_.drain(true);
  put_beginnings(captured);
  put_beginnings(request);
  Lock lock(mutex_);
  cells_.erase(request);
  if (armed_) set_timer(false);
}

bool FarHost::was_given(hermit_request request) const {
  Lock lock(mutex_);
  return request <= last_;
}

void FarHost::set_timer(bool on) {
  const itimerspec time{{0, 0}, {0, on ? flush_time : 0}};
  timerfd_settime(timer_.get(), 0, &time, nullptr);
  armed_ = on;
}

// Puts a record into the ring; waits, with its thread, while there is no room.
void FarHost::put(Record record, hermit_request request, std::string_view text, Ring::Source source) {
  for (;;) {
    {
      Lock lock(mutex_);
      if (ring_.put(record, request, text, source)) {
        if (!armed_) set_timer(true);
        return;
      }
    }
    call(Word::emptied, Writer());
  }
}

// Tells the host of output that nothing else tells it of.
void FarHost::run_flusher() {
  for (;;) {
    std::uint64_t times = 0;
    if (read(timer_.get(), &times, sizeof times) < 0 && errno != EINTR) return;
    {
      Lock lock(mutex_);
      if (!armed_) continue;
      armed_ = false;
    }
    if (!line().send(Word::drain)) return;
  }
}

// The whole characters of what `owner` has written; the rest waits for what it writes next.
std::string FarHost::whole_of(hermit_request owner, std::uint32_t stream, std::string_view bytes) {
  const auto begun = beginnings_.find({owner, stream});
  std::string text;
  if (begun != beginnings_.end()) {
    text = std::move(begun->second);
    beginnings_.erase(begun);
  }
  text.append(bytes);
  const std::size_t whole = whole_characters(text);
  if (whole < text.size()) beginnings_[{owner, stream}] = text.substr(whole);
  text.resize(whole);
  return text;
}

// Captured bytes belong to the cell that started last and still runs, or else to the last one.
void FarHost::take_captured(std::uint32_t stream, std::string_view bytes) {
  hermit_request request = HERMIT_NO_REQUEST;
  std::string text;
  {
    Lock lock(mutex_);
    request = cells_.empty() ? last_cell_ : *cells_.rbegin();
    text = whole_of(captured, stream, bytes);
  }
  put_text(stream, request, text, Ring::Source::capture);
}

// Puts what looks like the beginning of a character and will not be completed any more.
void FarHost::put_beginnings(hermit_request owner) {
  for (const std::uint32_t stream : {HERMIT_STDOUT, HERMIT_STDERR}) {
    std::string rest;
    hermit_request request = owner;
    {
      Lock lock(mutex_);
      const auto begun = beginnings_.find({owner, stream});
      if (begun == beginnings_.end()) continue;
      rest = repaired_utf8(begun->second);
      beginnings_.erase(begun);
      if (owner == captured) request = last_cell_;
    }
    put_text(stream, request, rest);
  }
}

void FarHost::put_text(std::uint32_t stream, hermit_request request, std::string_view text,
                       Ring::Source source) {
  for (; !text.empty(); text.remove_prefix(std::min(text.size(), Ring::largest))) {
    put(stream == HERMIT_STDERR ? Record::standard_error : Record::standard_output, request,
        text.substr(0, Ring::largest), source);
  }
}

// True when nothing has to wait, or did.
bool FarHost::is_whole(hermit_request owner, std::uint32_t stream, std::string_view text) const {
  if (whole_characters(text) < text.size()) return false;
  Lock lock(mutex_);
  return beginnings_.empty() || !beginnings_.contains({owner, stream});
}

hermit_status FarHost::stream(hermit_request request, std::uint32_t stream, std::string_view text) {
  if (!was_given(request)) return call(Word::stream, Writer().number(request).number(stream).text(text));
  capture_.drain();
  if (is_whole(request, stream, text)) {
    put_text(stream, request, text);
  } else {
    std::string whole;
    {
      Lock lock(mutex_);
      whole = whole_of(request, stream, text);
    }
    put_text(stream, request, whole);
  }
  return HERMIT_OK;
}

hermit_status FarHost::result(hermit_request request, const hermit_bundle& bundle) {
  bool runs = false;
  {
    Lock lock(mutex_);
    runs = cells_.contains(request);
  }
  if (runs && is_plain(bundle)) {
    capture_.drain();
    put(Record::result, request, Writer().bundle(bundle).joined());
    return HERMIT_OK;
  }
  return output(Word::result, Writer().number(request).bundle(bundle));
}

// A call about output: what was written past the shell before comes first.
hermit_status FarHost::output(Word word, const Writer& values) {
  capture_.drain();
  return call(word, values);
}

hermit_status FarHost::display(hermit_request request, const hermit_bundle& bundle,
                               std::string_view display_id) {
  return output(Word::display, Writer().number(request).bundle(bundle).text(display_id));
}

hermit_status FarHost::update(hermit_request request, const hermit_bundle& bundle,
                              std::string_view display_id) {
  return output(Word::update, Writer().number(request).bundle(bundle).text(display_id));
}

hermit_status FarHost::clear(hermit_request request, bool wait) {
  return output(Word::clear, Writer().number(request).number(wait ? 1 : 0));
}

hermit_status FarHost::fail(hermit_request request, const hermit_error& error) {
  return call(Word::fail, Writer().number(request).error(error));
}

hermit_status FarHost::finish(hermit_request request, hermit_status status) {
  end(request);
  return call(Word::finish, Writer().number(request).status(status));
}

hermit_status FarHost::resume_after(hermit_request request, std::uint64_t microseconds) {
  return call(Word::resume_after, Writer().number(request).number(microseconds));
}

hermit_status FarHost::comm_target(std::string_view target, bool add) {
  return call(Word::comm_target, Writer().text(target).number(add ? 1 : 0));
}

hermit_status FarHost::comm_open(hermit_request request, const hermit_comm_message& message,
                                 std::string& comm_id) {
  capture_.drain();
  return call(Word::comm_open, Writer().number(request).message(message), &comm_id);
}

hermit_status FarHost::comm_send(hermit_request request, const hermit_comm_message& message) {
  return output(Word::comm_send, Writer().number(request).message(message));
}

hermit_status FarHost::comm_close(hermit_request request, const hermit_comm_message& message) {
  return output(Word::comm_close, Writer().number(request).message(message));
}

hermit_status FarHost::read_line(hermit_request request, std::string_view prompt, bool password,
                                 std::string& line) {
  capture_.drain();
  return call(Word::read_line, Writer().number(request).text(prompt).number(password ? 1 : 0), &line);
}

std::optional<std::string> FarHost::setting(std::string_view name) {
  const auto found = settings_.find(name);
  return found == settings_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace hermit::worker
