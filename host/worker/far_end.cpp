#include "worker/far_end.hpp"

#include <signal.h>
#include <sys/socket.h>

#include <filesystem>
#include <list>
#include <map>
#include <memory>
#include <thread>
#include <utility>

#include "base/log.hpp"
#include "base/mutex.hpp"
#include "base/thread.hpp"
#include "shell/abi_shell.hpp"
#include "shell/abi_text.hpp"
#include "shell/last_resort.hpp"
#include "shell/library.hpp"
#include "worker/backtrace.hpp"
#include "worker/far_host.hpp"
#include "worker/far_process.hpp"
#include "worker/options.hpp"
#include "worker/sockets.hpp"

namespace hermit::worker {
namespace {

// What a shell puts into the sinks of a call, as it is sent back: each value behind the other, each with a
// mark in front.
struct Found {
  std::string values;

  void add(const Writer& written) { values += written.joined(); }

  static void take_text(void* self, hermit_text text) {
    static_cast<Found*>(self)->add(Writer().number(mark_text).text(text));
  }
  static void take_bundle(void* self, const hermit_bundle* bundle) {
    static_cast<Found*>(self)->add(Writer().number(mark_bundle).bundle(*bundle));
  }
  static void take_error(void* self, const hermit_error* error) {
    static_cast<Found*>(self)->add(Writer().number(mark_error).error(*error));
  }
  static void take_range(void* self, std::uint64_t start, std::uint64_t end) {
    static_cast<Found*>(self)->add(Writer().number(mark_range).number(start).number(end));
  }
  static hermit_status take_match(void* self, const hermit_match* match) {
    static_cast<Found*>(self)->add(Writer().number(mark_match).match(*match));
    return HERMIT_OK;
  }
};

// The shell in this process, and the threads that the host calls it on.
class FarEnd {
 public:
  explicit FarEnd(FarHost& host, int link) : host_(host), link_(link), inode_(inode_of(link)) {}

  // Answers calls on the calling thread until the host closes the line: then false; or the shell was
  // destroyed.
  bool serve(Line& line);
  // Does what comes over the link, until the host closes it: then ends the process.
  [[noreturn]] void follow_link() EXCLUDES(mutex_);

 private:
  // Who runs a request.
  class Running {
   public:
    Running(FarEnd& end, hermit_request request);
    ~Running();
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

   private:
    FarEnd& end_;
    const hermit_request request_;
  };

  void answer(Line& line, Frame& frame);
  void create(Line& line, Reader& values);
  Result<void> make(Reader& values);
  void make_subshell(Line& line, Shell& parent, Reader& values);
  void run_cell(Line& line, Shell& shell, Word word, Reader& values);
  void evaluate(Line& line, Shell& shell, Reader& values);
  void answer_question(Line& line, Shell& shell, Word word, Reader& values);
  static hermit_status ask(Shell& shell, Word word, hermit_request request, Reader& values, Found& found);
  void tell_comm(Line& line, Shell& shell, Reader& values);
  Shell* shell(std::uint64_t number) EXCLUDES(mutex_);
  void signal_thread_of(hermit_request request) EXCLUDES(mutex_);
  static bool returned(Line& line, hermit_status status, std::string_view values = {});

  FarHost& host_;
  const int link_;
  const ino_t inode_;  // of the link
  bool over_ = false;  // the main shell was destroyed; of the main thread

  Mutex mutex_;
  std::map<std::uint64_t, std::unique_ptr<Shell>> shells_ GUARDED_BY(mutex_);  // 0 is the main shell
  std::multimap<hermit_request, pthread_t> running_ GUARDED_BY(mutex_);
};

FarEnd::Running::Running(FarEnd& end, hermit_request request) : end_(end), request_(request) {
  Lock lock(end_.mutex_);
  end_.running_.emplace(request, pthread_self());
}

FarEnd::Running::~Running() {
  Lock lock(end_.mutex_);
  const auto [begin, last] = end_.running_.equal_range(request_);
  for (auto entry = begin; entry != last; ++entry) {
    if (pthread_equal(entry->second, pthread_self()) == 0) continue;
    end_.running_.erase(entry);
    return;
  }
}

void FarEnd::signal_thread_of(hermit_request request) {
  Lock lock(mutex_);
  const auto [begin, end] = running_.equal_range(request);
  for (auto entry = begin; entry != end; ++entry) pthread_kill(entry->second, interrupt_signal());
}

Shell* FarEnd::shell(std::uint64_t number) {
  Lock lock(mutex_);
  const auto found = shells_.find(number);
  return found == shells_.end() ? nullptr : found->second.get();
}

bool FarEnd::returned(Line& line, hermit_status status, std::string_view values) {
  return line.send(Word::returned, Writer().status(status).text(values));
}

bool FarEnd::serve(Line& line) {
  const AlternateStack stack;
  FarHost::set_line(line);
  while (!over_) {
    auto frame = line.receive();
    if (!frame) return false;
    answer(line, *frame);
  }
  return true;
}

void FarEnd::answer(Line& line, Frame& frame) {
  if (frame.word == Word::create) return create(line, frame.values);
  const auto number = frame.values.number();
  Shell* const to = shell(number);
  if (to == nullptr) {
    returned(line, HERMIT_STALE);
    return;
  }
  switch (frame.word) {
    case Word::destroy: {
      std::unique_ptr<Shell> ended;
      {
        Lock lock(mutex_);
        ended = std::move(shells_.extract(number).mapped());
      }
      ended.reset();
      host_.flush();
      returned(line, HERMIT_OK);
      over_ = number == 0;
      return;
    }
    case Word::make_subshell:
      return make_subshell(line, *to, frame.values);
    case Word::execute:
    case Word::resume:
      return run_cell(line, *to, frame.word, frame.values);
    case Word::evaluate:
      return evaluate(line, *to, frame.values);
    case Word::comm:
      return tell_comm(line, *to, frame.values);
    case Word::interrupt:
      returned(line, to->interrupt(frame.values.number()));
      return;
    default:
      return answer_question(line, *to, frame.word, frame.values);
  }
}

Result<void> FarEnd::make(Reader& values) {
  const std::filesystem::path library(values.text());
  log::Style style{static_cast<log::Level>(values.number()), static_cast<log::Format>(values.number()), {}};
  style.file = values.text();
  if (const auto done = log::set_style(style); !done) log::warning("{}", done.error().message);
  const bool capture = values.number() != 0;
  const WorkerLimits limits{values.number(), values.number(), values.number()};
  std::map<std::string, std::string, std::less<>> settings;
  for (auto left = values.count(2 * sizeof(std::uint64_t)); left > 0; --left) {
    std::string name(values.text());
    settings[std::move(name)] = values.text();
  }
  if (const auto started = host_.start(std::move(settings), capture); !started) {
    log::warning("{}", started.error().message);
  }
  apply(limits);
  const auto entry = load_library(library);
  if (!entry) return entry.error();
  // Before the shell is made, which may have a handler of its own for exceptions that nobody catches.
  if (const auto manifest = parse_manifest((*entry)->manifest)) outlive_shell_threads(manifest->name);
  auto made = AbiShell::create(**entry, host_, library.string());
  if (!made) return made.error();
  Lock lock(mutex_);
  shells_.emplace(0, std::move(*made));
  return {};
}

void FarEnd::create(Line& line, Reader& values) {
  if (const auto made = make(values); !made) {
    const auto exit = static_cast<std::uint64_t>(made.error().exit);
    returned(line, HERMIT_FAILED, Writer().number(exit).text(made.error().message).joined());
    return;
  }
  returned(line, HERMIT_OK, Writer().number(shell(0)->keeps_history() ? 1 : 0).joined());
}

void FarEnd::make_subshell(Line& line, Shell& parent, Reader& values) {
  const auto number = values.number();
  auto made = parent.make_subshell();
  if (!made) {
    returned(line, HERMIT_FAILED, Writer().text(made.error().message).joined());
    return;
  }
  {
    Lock lock(mutex_);
    shells_.emplace(number, std::move(*made));
  }
  returned(line, HERMIT_OK);
}

void FarEnd::run_cell(Line& line, Shell& shell, Word word, Reader& values) {
  const hermit_request request = values.number();
  host_.begin(request, true);
  hermit_status status = HERMIT_OK;
  {
    const Running running(*this, request);
    if (word == Word::resume) {
      status = shell.resume(request);
    } else {
      hermit_cell cell{};
      cell.code = values.lent_text();
      cell.id = values.lent_text();
      cell.execution_count = values.number();
      cell.flags = static_cast<std::uint32_t>(values.number());
      cell.run_mode = static_cast<std::uint32_t>(values.number());
      status = shell.execute(request, cell);
    }
  }
  status == HERMIT_PENDING ? host_.flush() : host_.end(request);
  returned(line, status);
}

void FarEnd::evaluate(Line& line, Shell& shell, Reader& values) {
  const hermit_request request = values.number();
  const std::string_view expression = values.text();
  host_.begin(request, true);
  Found found;
  const hermit_bundle_sink value{&found, Found::take_bundle};
  const hermit_error_sink error{&found, Found::take_error};
  hermit_status status = HERMIT_OK;
  {
    const Running running(*this, request);
    status = shell.evaluate(request, expression, value, error);
  }
  host_.end(request);
  returned(line, status, found.values);
}

void FarEnd::answer_question(Line& line, Shell& shell, Word word, Reader& values) {
  const hermit_request request = values.number();
  host_.begin(request, false);
  Found found;
  hermit_status status = HERMIT_INVALID;
  {
    const Running running(*this, request);
    status = ask(shell, word, request, values, found);
  }
  returned(line, status, found.values);
}

hermit_status FarEnd::ask(Shell& shell, Word word, hermit_request request, Reader& values, Found& found) {
  const std::string_view code = values.text();
  const hermit_text_sink text{&found, Found::take_text};
  switch (word) {
    case Word::complete: {
      const hermit_match_sink matches{&found, Found::take_range, Found::take_match};
      return shell.complete(request, code, values.number(), matches);
    }
    case Word::inspect: {
      const auto cursor = values.number();
      const hermit_bundle_sink description{&found, Found::take_bundle};
      return shell.inspect(request, code, cursor, static_cast<std::uint32_t>(values.number()), description);
    }
    case Word::is_complete: {
      std::uint32_t completeness = HERMIT_CODE_UNKNOWN;
      const hermit_status status = shell.is_complete(request, code, completeness, text);
      found.add(Writer().number(mark_number).number(completeness));
      return status;
    }
    case Word::history:
      return shell.history(request, code, text);
    default:
      log::error("HOST_MISBEHAVING a worker was told something that means nothing");
      return HERMIT_INVALID;
  }
}

void FarEnd::tell_comm(Line& line, Shell& shell, Reader& values) {
  const hermit_request request = values.number();
  const auto event = static_cast<CommEvent>(values.number());
  const MessageRead read(values);
  host_.begin(request, false);
  hermit_status status = HERMIT_OK;
  {
    const Running running(*this, request);
    status = shell.comm(request, event, read.message);
  }
  host_.flush();
  returned(line, status);
}

void FarEnd::follow_link() {
  // Whoever has closed the link has closed all else: what has its number now is none of ours.
  while (inode_of(link_) == inode_) {
    auto packet = receive_packet(link_);
    if (!packet) break;
    Reader values(packet->bytes);
    const auto word = static_cast<Word>(values.number());
    if (word == Word::signal) {
      signal_thread_of(values.number());
    } else if (word == Word::thread && packet->descriptors.size() == 1) {
      auto line = std::make_shared<Line>(std::move(packet->descriptors[0]));
      start_user_thread("hermit-w-call", [this, line] { serve(*line); }).detach();
    } else {
      send_packet(link_, worker::packet(Word::no_descriptors));  // the system has dropped the one that came with it
    }
  }
  end_without_host(link_, inode_);
}

}  // namespace

Result<void> run_far_end() {
  take_signals();
  int type = 0;
  socklen_t size = sizeof type;
  if (getsockopt(far_end_descriptor, SOL_SOCKET, SO_TYPE, &type, &size) != 0 || type != SOCK_SEQPACKET) {
    return Error{"worker is no verb for users: it runs a shell for `hermit start --isolation=process`",
                 Exit::usage};
  }
  const Descriptor link = moved_up(Descriptor(far_end_descriptor));
  auto hello = receive_packet(link.get());
  if (!hello || hello->descriptors.size() != 3) return Error{"worker: the host says nothing"};
  auto ring = Ring::map(std::move(hello->descriptors[1]));
  if (!ring) return ring.error();
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // they report crashes themselves
  report_crashes(hello->descriptors[2].get());
#endif
  is_host_thread = true;
  SpareDescriptors::keep();
  // They stay until the process ends, since threads of the shell's do too.
  auto& host = *new FarHost(link.get(), std::move(*ring));
  auto& end = *new FarEnd(host, link.get());
  start_quiet_thread("hermit-w-link", [&end] { end.follow_link(); }).detach();
  Line main(std::move(hello->descriptors[0]));
  const ino_t inode = inode_of(link.get());
  if (!end.serve(main)) end_without_host(link.get(), inode);
  leave();
}

}  // namespace hermit::worker
