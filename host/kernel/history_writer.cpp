#include "kernel/history_writer.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

#include "base/log.hpp"
#include "base/thread.hpp"

namespace hermit {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

// At its end the thread has to have given up on a locked file.
constexpr auto give_up_before = 50ms;
// Between two attempts at a locked file.
constexpr auto pause = 5ms;

// Whether a range or a search wants this cell.
bool selects(const HistoryQuery& query, const HistoryEntry& entry) {
  if (query.access == HistoryQuery::Access::search) {
    return history_matches(query.pattern, entry.cell->source);
  }
  return entry.session == query.session && entry.cell->line >= query.start && entry.cell->line < query.stop;
}

}  // namespace

HistoryWriter::HistoryWriter(std::optional<std::filesystem::path> file, const HistoryLimits& limits)
    : file_(std::move(file)), limits_(limits) {}

HistoryWriter::Key HistoryWriter::open_session() {
  Lock lock(mutex_);
  return ++sessions_;
}

void HistoryWriter::record(Key session, HistoryCell cell) {
  auto shared = std::make_shared<const HistoryCell>(std::move(cell));
  {
    Lock lock(mutex_);
    journal_.add(session, std::move(shared));
  }
  schedule(steady_clock::now() + limits_.delay);
}

void HistoryWriter::end_session(Key session) {
  {
    Lock lock(mutex_);
    if (!journal_.end(session)) return;
  }
  schedule(steady_clock::now() + limits_.delay);
}

// Sees to it that the thread writes, at the latest then. It is woken once for all cells until it does.
void HistoryWriter::schedule(Time when) {
  if (!file_) return;
  {
    Lock lock(mutex_);
    if (closing_ || (due_ && *due_ <= when)) return;
    due_ = when;
    if (!thread_.joinable()) {
      try {
        thread_ = start_quiet_thread("hermit-history", [self = shared_from_this()] { self->run(); });
      } catch (const std::system_error& error) {
        due_.reset();
        return complain({"no thread can be started: " + std::string(error.what())});
      }
    }
  }
  changed_.notify_one();
}

void HistoryWriter::run() {
  Lock lock(mutex_);
  for (bool last = false; !last;) {
    while (!closing_ && !due_) changed_.wait(lock);
    while (!closing_ && steady_clock::now() < *due_) changed_.wait_until(lock, *due_);
    last = closing_.has_value();
    due_.reset();
    writing_ = true;
    lock.unlock();
    const auto written = write();
    if (!written) complain(written.error());
    if (!written || last) store_.reset();
    lock.lock();
    writing_ = false;
    done_ = last;
    settled_.notify_all();
  }
}

Result<void> HistoryWriter::write() try {
  give_up_ = steady_clock::now() + limits_.write;
  if (store_ && store_->has_moved()) store_.reset();
  const bool opens = !store_;
  if (opens) {
    auto opened = HistoryStore::open(*file_, [this] { return wait_for_file(); });
    if (!opened) return opened.error();
    store_ = std::move(*opened);
  }
  std::vector<HistoryWrite> writes;
  {
    Lock lock(mutex_);
    writes = journal_.take();
  }
  if (opens) {
    const auto known = store_->knows(writes);
    if (!known) return known.error();
    if (!*known) {
      Lock lock(mutex_);
      journal_.forget_file();
      writes = journal_.take();
    }
  }
  const auto numbers = store_->write(writes);
  if (!numbers) return numbers.error();
  Lock lock(mutex_);
  journal_.settle(writes, *numbers);
  return {};
} catch (const std::exception& error) {
  return Error{file_->string() + ": " + error.what()};
}

// HistoryStore::Patience.
bool HistoryWriter::wait_for_file() {
  Lock lock(mutex_);
  const Time end = closing_ ? std::min(give_up_, *closing_ - give_up_before) : give_up_;
  const Time now = steady_clock::now();
  if (now >= end) return false;
  changed_.wait_until(lock, std::min(now + pause, end));
  return true;
}

void HistoryWriter::complain(const Error& error) {
  if (complained_.exchange(true)) return;
  log::warning("the history file cannot be used, and what is run is kept in memory only: {}", error.message);
}

void HistoryWriter::close() {
  std::thread thread;
  bool done = false;
  {
    Lock lock(mutex_);
    if (!closing_) {
      closing_ = steady_clock::now() + limits_.close;
      journal_.end_all();
    }
    thread = std::move(thread_);
    changed_.notify_all();
    while (thread.joinable() && !done_ && settled_.wait_until(lock, *closing_)) {
    }
    done = done_;
  }
  if (!thread.joinable()) return;
  if (done) return thread.join();
  thread.detach();
  log::warning("the history file {} did not take the last cells in time", file_->string());
}

HistoryJournal::View HistoryWriter::find(Key asker, HistoryQuery& query) {
  wait_for_numbers();
  // First the file, then memory: what goes from here to there meanwhile is found at least once.
  std::int64_t last = 0;
  auto store = look(last);
  HistoryJournal::View view;
  {
    Lock lock(mutex_);
    view = journal_.view(asker, last);
  }
  if (query.session <= 0) query.session += view.current;
  if (query.access != HistoryQuery::Access::tail) {
    std::erase_if(view.entries, [&](const HistoryEntry& entry) { return !selects(query, entry); });
  }
  if (!store) return view;
  auto found = store->find(query, view.current);
  if (!found) return complain(found.error()), view;
  view.entries.insert(view.entries.begin(), found->begin(), found->end());
  return view;
}

// A session's number is known for certain when its first cells have been written, so they are now.
void HistoryWriter::wait_for_numbers() {
  const Time end = steady_clock::now() + limits_.number;
  Lock lock(mutex_);
  while (journal_.is_unnumbered() && (due_ || writing_)) {
    if (due_) due_ = steady_clock::now();
    changed_.notify_one();
    if (!settled_.wait_until(lock, end)) return;
  }
}

// The file as it is now, if there is one.
std::optional<HistoryStore> HistoryWriter::look(std::int64_t& last) {
  std::error_code ignored;
  if (!file_ || !std::filesystem::exists(*file_, ignored)) return std::nullopt;
  auto store = HistoryStore::open_existing(*file_, [end = steady_clock::now() + limits_.look] {
    HistoryStore::pause();
    return steady_clock::now() < end;
  });
  if (!store) return complain(store.error()), std::nullopt;
  const auto seen = store->look();
  if (!seen) return complain(seen.error()), std::nullopt;
  last = *seen;
  return std::move(*store);
}

}  // namespace hermit
