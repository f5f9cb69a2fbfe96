#include "worker/worker.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/log.hpp"
#include "base/thread.hpp"
#include "worker/sockets.hpp"

namespace hermit::worker {
namespace {

using namespace std::chrono_literals;

// How long a worker that was asked to end may take.
constexpr auto ending_patience = 300ms;

// How long a process whose sockets have gone may take until it has ended: the system may write its memory to
// a file meanwhile.
constexpr auto dying_patience = 2s;

// What is read at most of a pipe whose writer is dead.
constexpr std::size_t last_words = std::size_t{2} << 20;

Error no_descriptors(const char* call) {
  return Error{std::string("the process of the shell cannot be started: ") + call + ": " +
               std::strerror(errno)};
}

// What is in a pipe, without waiting for more.
std::string read_rest(int descriptor) {
  fcntl(descriptor, F_SETFL, O_NONBLOCK);
  std::string text;
  std::array<char, 4096> piece;
  while (text.size() < last_words) {
    const ssize_t size = read(descriptor, piece.data(), piece.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) break;
    text.append(piece.data(), static_cast<std::size_t>(size));
  }
  return text;
}

// Whether what was printed before has to be shown before the call counts as returned: for the others it is
// dropped anyway, and they shall not wait for a client that takes no output.
bool prints(Word word) {
  switch (word) {
    case Word::execute:
    case Word::resume:
    case Word::evaluate:
    case Word::comm:
    case Word::destroy:
      return true;
    default:
      return false;
  }
}

}  // namespace

Result<std::shared_ptr<Worker>> Worker::start(const WorkerOptions& options, ShellHost& host,
                                              std::thread::id main) {
  auto link = socket_pair(SOCK_SEQPACKET);
  auto main_ends = Line::make_ends();
  int report[2];
  if (!link || !main_ends || pipe2(report, O_CLOEXEC) != 0) return no_descriptors("socketpair");
  Descriptor read_end = moved_up(Descriptor(report[0]));
  const Descriptor write_end(report[1]);
  Descriptor wake(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wake) return no_descriptors("eventfd");
  auto ring = Ring::make();
  if (!ring) return ring.error();
  auto child = Child::start(options.program, link->second.get());
  if (!child) return child.error();
  // The first packet; the worker waits for it.
  if (!send_packet(link->first.get(), "hello",
                   {main_ends->second.get(), ring->descriptor(), write_end.get()})) {
    return no_descriptors("send");
  }
  const auto worker = std::make_shared<Worker>(options, host,
                                               Ends{std::move(*child), std::move(link->first),
                                                    std::move(read_end), std::move(wake), std::move(*ring)});
  auto line = std::make_unique<Line>(std::move(main_ends->first));
  Line& main_line = *line;
  {
    Lock lock(worker->mutex_);
    worker->lines_.emplace(main, std::move(line));
  }
  worker->maker_ = start_quiet_thread(
      "hermit-w-start", [&self = *worker, options, &main_line] { self.make_shell(options, main_line); });
  return worker;
}

Worker::Worker(const WorkerOptions& options, ShellHost& host, Ends ends)
    : host_(host),
      limits_(options.limits),
      requests_(host, options.interrupt_timeout),
      calls_(host, requests_),
      child_(std::move(ends.child)),
      link_(std::move(ends.link)),
      report_(std::move(ends.report)),
      wake_(std::move(ends.wake)),
      ring_(std::move(ends.ring)) {}

Worker::~Worker() {
  child_.kill();  // does nothing once it was buried
  if (maker_.joinable()) maker_.join();
  join_servers(true);
}

void Worker::make_shell(const WorkerOptions& options, Line& main) {
  Writer values;
  const log::Style log = log::style();
  values.text(options.library.native());
  values.number(static_cast<std::uint64_t>(log.level)).number(static_cast<std::uint64_t>(log.format));
  values.text(log.file.native());
  values.number(options.capture ? 1 : 0);
  values.number(limits_.memory).number(limits_.cpu_seconds).number(limits_.processes);
  values.number(options.settings.size());
  for (const auto& [name, value] : options.settings) values.text(name).text(value);
  Result<void> made;
  bool sent = false;
  if (auto returned = call_on(main, Word::create, values, sent); !returned) {
    made = Error{"its process " + death().what};
  } else if (returned->status == HERMIT_OK) {
    keeps_history_ = returned->values.number() != 0;
  } else {
    const auto exit = static_cast<Exit>(returned->values.number());
    made = Error{std::string(returned->values.text()), exit};
    condemn(has_no_shell);
  }
  Lock lock(mutex_);
  made_ = made;
  changed_.notify_all();
}

Result<void> Worker::wait_until_made() {
  Lock lock(mutex_);
  while (!made_) changed_.wait(lock);
  return *made_;
}

bool Worker::is_made() const {
  Lock lock(mutex_);
  return made_ && *made_;
}

// The line of the calling thread; NULL when there can be none.
Line* Worker::line() {
  Lock lock(mutex_);
  auto& line = lines_[std::this_thread::get_id()];
  if (line != nullptr) return line.get();
  auto ends = Line::make_ends();
  if (!ends) {
    log::error("HOST_MISBEHAVING there are no descriptors left for one more thread of a shell");
    return nullptr;
  }
  if (!send_packet(link_.get(), packet(Word::thread), {ends->second.get()})) return nullptr;
  line = std::make_unique<Line>(std::move(ends->first));
  return line.get();
}

std::optional<Returned> Worker::call(Word word, const Writer& values, bool& sent) {
  Line* const to = line();
  return to == nullptr ? std::nullopt : call_on(*to, word, values, sent);
}

std::optional<Returned> Worker::call_on(Line& line, Word word, const Writer& values, bool& sent) {
  sent = line.send(word, values);
  if (!sent) return std::nullopt;
  for (;;) {
    auto frame = line.receive();
    if (!frame) {
      if (line.broken()) condemn(wrote_rubbish);
      return std::nullopt;
    }
    if (frame->word == Word::returned) {
      if (prints(word)) empty_ring();
      const hermit_status status = frame->values.status();
      return Returned{status, Reader(frame->values.text())};
    }
    if (!serve(line, *frame)) return std::nullopt;
  }
}

// Does what the worker asks for; false when it may not ask for that, or has gone.
bool Worker::serve(Line& line, Frame& frame) {
  // A task that waits for its turn says nothing.
  if (frame.word != Word::resume_after) empty_ring();
  if (frame.word == Word::drain) return true;
  std::string yield;
  std::optional<hermit_status> status = HERMIT_OK;
  if (frame.word != Word::emptied) status = calls_.make(frame.word, frame.values, yield);
  if (!status) {
    condemn(wrote_rubbish);
    return false;
  }
  return line.send(Word::answered, Writer().status(*status).text(yield));
}

void Worker::empty_ring() {
  Lock lock(ring_mutex_);
  const bool good = ring_.take([this](Record record, hermit_request request, std::string_view text) {
    calls_.show(record, request, text);
  });
  if (!good) condemn(wrote_rubbish);
}

void Worker::wake() const { eventfd_write(wake_.get(), 1); }

void Worker::note_interrupt(hermit_request request) {
  if (requests_.note_interrupt(request)) wake();
}

void Worker::condemn(const std::string& why) {
  Lock lock(mutex_);
  condemn_locked(why);
}

void Worker::condemn_locked(const std::string& why) {
  if (!condemned_) condemned_ = why;
  if (!ended_) child_.kill();
}

Death Worker::death() {
  Lock lock(mutex_);
  const auto deadline = Clock::now() + dying_patience;
  while (!death_) {
    if (changed_.wait_until(lock, deadline) || death_ || condemned_) continue;
    condemn_locked(closed_pipe);
  }
  return *death_;
}

void Worker::let_end() {
  {
    Lock lock(mutex_);
    if (!made_ || !*made_) return condemn_locked(ended_with_kernel);
    patience_ = Clock::now() + ending_patience;
  }
  wake();
  call(Word::destroy, Writer().number(0));
}

// Ends requests that are not obeyed, and a process that does not end as it should. Returns when to look
// again.
std::optional<Worker::Clock::time_point> Worker::enforce() {
  const auto steps = requests_.take_steps();
  for (const auto request : steps.signal) send_packet(link_.get(), packet(Word::signal, request));
  Lock lock(mutex_);
  const auto now = Clock::now();
  if (steps.end && !condemned_) {
    by_interrupt_ = true;
    condemn_locked(not_interrupted);
  }
  if (patience_ && *patience_ <= now) condemn_locked(ended_with_kernel);
  if (link_patience_ && *link_patience_ <= now) condemn_locked(closed_pipe);
  if (condemned_) return std::nullopt;
  auto due = steps.next;
  for (const auto& end : {patience_, link_patience_}) {
    if (end) due = due ? std::min(*due, *end) : *end;
  }
  return due;
}

void Worker::watch() {
  for (;;) {
    const auto due = enforce();
    int timeout = -1;  // in ms
    if (due) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(*due - Clock::now());
      timeout = static_cast<int>(std::max<std::int64_t>(left.count(), 0));
    }
    std::array<pollfd, 3> items{
        {{child_.descriptor(), POLLIN, 0}, {link_.get(), POLLIN, 0}, {wake_.get(), POLLIN, 0}}};
    if (link_ended_) items[1].fd = -1;
    if (poll(items.data(), items.size(), timeout) < 0) continue;
    eventfd_t ignored = 0;
    if (items[2].revents != 0) eventfd_read(wake_.get(), &ignored);
    if (items[1].revents != 0) link_ended_ = !read_link();
    if (link_ended_ && !link_patience_) link_patience_ = Clock::now() + dying_patience;
    if (items[0].revents != 0) return die();
  }
}

// Takes one packet; false when there will be no more.
bool Worker::read_link() {
  auto packet = receive_packet(link_.get());
  if (!packet) return false;
  Reader values(packet->bytes);
  const auto word = static_cast<Word>(values.number());
  if (word == Word::foreign_thread && packet->descriptors.size() == 1) {
    start_server(std::move(packet->descriptors[0]));
  } else if (word == Word::streams && packet->descriptors.size() == 2) {
    streams_ = std::move(packet->descriptors);
  } else {
    condemn(word == Word::no_descriptors ? has_no_descriptors : wrote_rubbish);
  }
  return true;
}

// A thread of the shell's own may wait in the host, for input for instance: it gets one here to wait for it.
void Worker::start_server(Descriptor socket) {
  join_servers(false);
  Lock lock(mutex_);
  Server& server = servers_.emplace_back();
  const auto line = std::make_shared<Line>(std::move(socket));
  server.thread = start_quiet_thread("hermit-w-serve", [this, line, &server] {
    while (auto frame = line->receive()) {
      if (!serve(*line, *frame)) break;
    }
    if (line->broken()) condemn(wrote_rubbish);
    Lock done(mutex_);
    server.done = true;
  });
}

void Worker::join_servers(bool all) {
  std::list<Server> ended;
  {
    Lock lock(mutex_);
    for (auto server = servers_.begin(); server != servers_.end();) {
      const auto next = std::next(server);
      if (all || server->done) ended.splice(ended.end(), servers_, server);
      server = next;
    }
  }
  for (auto& server : ended) server.thread.join();
}

// The process has ended: says what it still had to say, and what became of it.
void Worker::die() {
  {
    Lock lock(mutex_);
    ended_ = true;  // nobody else signals the process from now on
  }
  const Ending ending = child_.bury();
  // A hung-up link still gives what was sent before.
  while (!link_ended_) link_ended_ = !read_link();
  host_.shell_lost(requests_.all());
  empty_ring();
  take_last_output();
  const Death death = describe(ending);
  requests_.die(death);
  {
    Lock lock(mutex_);
    death_ = death;
  }
  changed_.notify_all();
  if (maker_.joinable()) maker_.join();
  join_servers(true);
}

// What a process that has been killed had not passed on, and what lies in its pipes.
void Worker::take_last_output() {
  for (std::size_t i = 0; i < streams_.size(); ++i) {
    const std::uint32_t stream = i == 0 ? HERMIT_STDOUT : HERMIT_STDERR;
    std::string text = read_rest(streams_[i].get());
    {
      Lock lock(ring_mutex_);
      if (!ring_.has_captured()) text.insert(0, left_in(ring_.captured(), stream, text));
    }
    if (!text.empty()) host_.stream(HERMIT_NO_REQUEST, stream, text);
  }
}

Death Worker::describe(const Ending& ending) {
  Death death = death_of(ending, read_rest(report_.get()), limits_);
  Lock lock(mutex_);
  death.by_interrupt = by_interrupt_;
  if (condemned_) death.what = *condemned_;
  return death;
}

}  // namespace hermit::worker
