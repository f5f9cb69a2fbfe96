#include "kernel/output.hpp"

#include <algorithm>
#include <utility>

#include "base/file.hpp"
#include "base/text.hpp"
#include "base/thread.hpp"

namespace hermit {
namespace {

using namespace std::chrono_literals;

// Long enough to join the prints of a loop, short enough that nobody sees it (a frame of a display
// takes 16 ms).
constexpr auto join_time = 3ms;

// Text beyond this leaves without waiting: a message of this size costs more to carry than to send.
constexpr std::size_t join_size = std::size_t{64} << 10;

constexpr std::size_t index_of(std::uint32_t stream) { return stream == HERMIT_STDERR ? 1 : 0; }

constexpr std::string_view stream_name(std::uint32_t stream) {
  return stream == HERMIT_STDERR ? "stderr" : "stdout";
}

}  // namespace

Output::Output(const Publisher& publisher, const Cells& cells, bool echo)
    : publisher_(publisher),
      cells_(cells),
      echo_(echo),
      capture_([this](std::uint32_t stream, std::string_view bytes) { take_captured(stream, bytes); },
               [this] { wait_for_room(cells_.latest(), true); }) {}

Output::~Output() { close(); }

void Output::close() {
  capture_.stop();
  std::thread flusher;
  {
    Lock lock(mutex_);
    stopped_ = true;
    for (auto& [number, buffer] : buffers_) send_waiting(buffer);
    flusher.swap(flusher_);
  }
  changed_.notify_all();
  if (flusher.joinable()) flusher.join();
}

// The buffer of a request; NULL for a number that was never given. Number 0 becomes that of the cell
// which started last.
Output::Buffer* Output::buffer(hermit_request& number) {
  if (const auto found = buffers_.find(number); found != buffers_.end()) return &found->second;
  const auto owner = cells_.owner(number);
  if (!owner) return nullptr;
  if (owner->cell) number = owner->cell->number;
  Buffer& made = buffers_[number];
  made.number = number;
  made.parent = owner->parent;
  return &made;
}

hermit_status Output::wait_for_room(hermit_request number, bool droppable) const {
  Port& port = publisher_.port();
  if (port.has_room(droppable)) return HERMIT_OK;
  const auto owner = cells_.owner(number);
  if (!owner || !owner->cell) return HERMIT_OK;
  const Cell& cell = *owner->cell;
  const bool waited =
      port.wait_for_room(droppable, [&] { return cell.interrupted || cells_.find(cell.number) == nullptr; });
  return !waited && cell.interrupted ? HERMIT_INTERRUPTED : HERMIT_OK;
}

hermit_status Output::stream(hermit_request number, std::uint32_t stream, std::string_view text) {
  if (text.empty()) return HERMIT_OK;
  const hermit_status waited = wait_for_room(number, true);
  capture_.drain();
  {
    Lock lock(mutex_);
    Buffer* const to = buffer(number);
    if (to == nullptr) return HERMIT_INVALID;
    add(*to, to->beginnings[index_of(stream)], stream, text);
  }
  if (echo_) copy_out(stream, text);
  return waited;
}

// Copies text to where the stream led before. Not with mutex_ held: a terminal may stand still.
void Output::copy_out(std::uint32_t stream, std::string_view text) {
  Lock lock(copy_mutex_);
  write_all(capture_.original(stream), text);
}

// Adds text behind the beginning of a character that was left over before; what is left over now is kept
// there.
void Output::add(Buffer& buffer, std::string& beginning, std::uint32_t stream, std::string_view text) {
  std::string joined;
  if (!beginning.empty()) {
    joined = std::move(beginning);
    joined.append(text);
    beginning.clear();
    text = joined;
  }
  const std::size_t whole = whole_characters(text);
  beginning = text.substr(whole);
  text = text.substr(0, whole);
  if (text.empty()) return;
  if (is_utf8(text)) {
    append(buffer, stream, text);
  } else {
    append(buffer, stream, repaired_utf8(text));
  }
}

// Captured bytes belong to the cell that started last and still runs, or else to the last one.
void Output::take_captured(std::uint32_t stream, std::string_view bytes) {
  bool shown = false;
  {
    Lock lock(mutex_);
    hermit_request number = cells_.latest();
    if (Buffer* const to = number == HERMIT_NO_REQUEST ? nullptr : buffer(number)) {
      Captured& captured = captured_[index_of(stream)];
      if (captured.number != number) end_captured(captured.number, stream);
      captured.number = number;
      add(*to, captured.beginning, stream, bytes);
      shown = true;
    }
  }
  if (echo_ || !shown) copy_out(stream, bytes);  // nobody else would show it
}

// Sends what looks like the beginning of a character and will not be completed any more.
void Output::end_captured(hermit_request number, std::uint32_t stream) {
  Captured& captured = captured_[index_of(stream)];
  if (captured.number != number || captured.beginning.empty()) return;
  const std::string rest = repaired_utf8(std::exchange(captured.beginning, std::string()));
  if (Buffer* const to = buffer(number)) append(*to, stream, rest);
}

void Output::append(Buffer& buffer, std::uint32_t stream, std::string_view text) {
  if (!buffer.text.empty() && buffer.stream != stream) send_waiting(buffer);
  buffer.stream = stream;
  if (buffer.text.empty()) {
    if (text.size() >= join_size || Clock::now() - buffer.sent >= join_time) {
      send(buffer, text);
      if (cells_.find(buffer.number) == nullptr) wait_for_flush(buffer);  // nothing else would remove it
    } else {
      buffer.text = text;
      wait_for_flush(buffer);
    }
    return;
  }
  buffer.text.append(text);
  if (buffer.text.size() >= join_size) send_waiting(buffer);
}

void Output::send(Buffer& buffer, std::string_view text) {
  std::string content = R"({"name":")";
  content.append(stream_name(buffer.stream)).append(R"(","text":)");
  append_json_string(content, text);
  content += '}';
  Publication publication{"stream", std::move(content)};
  publication.droppable = true;
  publisher_.publish(buffer.parent, buffer.stream == HERMIT_STDERR ? "stream.stderr" : "stream.stdout",
                     std::move(publication));
  buffer.sent = Clock::now();
}

void Output::send_waiting(Buffer& buffer) {
  if (buffer.text.empty()) return;
  send(buffer, buffer.text);
  buffer.text.clear();
}

void Output::publish(hermit_request number, const Owner& owner, std::string_view msg_type,
                     const Json& content) {
  publish(number, owner, Publication{msg_type, dump_json(content)});
}

void Output::publish(hermit_request number, const Owner& owner, Publication publication) {
  capture_.drain();
  Lock lock(mutex_);
  if (Buffer* const waiting = buffer(number)) send_waiting(*waiting);
  publisher_.publish(owner.parent, publication.msg_type, std::move(publication));
}

void Output::flush(hermit_request number) {
  capture_.drain(true);
  Lock lock(mutex_);
  if (const auto found = buffers_.find(number); found != buffers_.end()) send_waiting(found->second);
}

void Output::finish(hermit_request number) {
  wake();  // a thread of the cell's may still wait
  capture_.mend();
  capture_.drain();
  send_rest(number);
  if (const auto owner = cells_.owner(number)) tell(publisher_.port().take_dropped(owner->parent));
}

void Output::send_rest(hermit_request number) {
  Lock lock(mutex_);
  for (const std::uint32_t stream : {HERMIT_STDOUT, HERMIT_STDERR}) end_captured(number, stream);
  const auto found = buffers_.find(number);
  if (found == buffers_.end()) return;
  for (const std::uint32_t stream : {HERMIT_STDOUT, HERMIT_STDERR}) {
    const std::string& beginning = found->second.beginnings[index_of(stream)];
    if (!beginning.empty()) append(found->second, stream, repaired_utf8(beginning));
  }
  send_waiting(found->second);
  buffers_.erase(found);
}

void Output::tell(const Dropped& dropped) const {
  if (dropped.messages == 0) return;
  const std::string text = fmt::format(
      "\n[hermit: {} messages with output of this cell, {} bytes, were dropped, because a client did "
      "not take them]\n",
      dropped.messages, dropped.bytes);
  publisher_.publish(dropped.parent, "stream", "stream.stderr",
                     dump_json({{"name", "stderr"}, {"text", text}}));
}

void Output::wait_for_flush(Buffer& buffer) {
  buffer.due = Clock::now() + join_time;
  if (!flusher_.joinable() && !stopped_) {
    flusher_ = start_quiet_thread("hermit-output", [this] { run_flusher(); });
  }
  if (waiting_) return;
  waiting_ = true;
  changed_.notify_one();
}

// Sends text that nothing else has sent when it is due. Sleeps while no text waits.
void Output::run_flusher() {
  Lock lock(mutex_);
  while (!stopped_) {
    if (!waiting_) {
      changed_.wait(lock);
      continue;
    }
    const auto now = Clock::now();
    auto next = Clock::time_point::max();
    for (auto& [number, buffer] : buffers_) {
      if (buffer.due <= now) {
        send_waiting(buffer);
      } else {
        next = std::min(next, buffer.due);
      }
    }
    // What a finished cell's threads still print leaves no buffer behind.
    std::erase_if(buffers_, [this, now](const auto& entry) {
      const Buffer& buffer = entry.second;
      return buffer.due <= now && buffer.text.empty() && buffer.beginnings[0].empty() &&
             buffer.beginnings[1].empty() && cells_.find(entry.first) == nullptr;
    });
    waiting_ = next != Clock::time_point::max();
    if (waiting_) changed_.wait_until(lock, next);
  }
}

}  // namespace hermit
