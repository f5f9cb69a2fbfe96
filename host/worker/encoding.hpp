// Encoding: the values of the ABI as bytes, for the pipe to a worker and back. Both ends are of one build, so
// numbers are written as the machine has them.
#pragma once

#include <sys/uio.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <hermit/hermit.h>

namespace hermit::worker {

// Puts values behind one another. Large text is not copied: it stays lent until the writer has been sent.
class Writer {
 public:
  Writer& number(std::uint64_t value);
  Writer& status(hermit_status status) {
    return number(static_cast<std::uint64_t>(static_cast<std::int64_t>(status)));
  }
  Writer& text(std::string_view text);
  Writer& text(hermit_text text);
  Writer& error(const hermit_error& error);
  Writer& bundle(const hermit_bundle& bundle);
  Writer& match(const hermit_match& match);
  Writer& message(const hermit_comm_message& message);

  // A copy of all of it.
  std::string joined() const;
  // All of it, in order; valid while the writer is and nothing is added.
  std::vector<iovec> pieces() const;
  std::size_t size() const { return copied_.size() + lent_size_; }

 private:
  // Text that was not copied, and where it belongs in what was.
  struct Lent {
    std::size_t at;
    std::string_view text;
  };

  std::string copied_;
  std::vector<Lent> lent_;
  std::size_t lent_size_ = 0;
};

// Takes values out in the order in which they were put in. What it returns is lent from the bytes it reads.
// Once something is missing it returns zeros and empty text, and good() is false: whoever wrote the bytes may
// be out of its mind.
class Reader {
 public:
  explicit Reader(std::string_view bytes = {}) : rest_(bytes) {}

  std::uint64_t number();
  hermit_status status() { return static_cast<hermit_status>(static_cast<std::int64_t>(number())); }
  std::string_view text();
  hermit_text lent_text();

  bool good() const { return good_; }
  bool at_end() const { return rest_.empty(); }

  // How many values of at least `least` bytes each come; 0 when so many cannot be there.
  std::size_t count(std::size_t least);

 private:
  std::string_view take(std::size_t size);

  std::string_view rest_;
  bool good_ = true;
};

// What stands in front of a value that a shell has put into a sink.
enum Mark : std::uint64_t { mark_number = 1, mark_text, mark_bundle, mark_error, mark_range, mark_match };

// The structures of the ABI, read. The pointers in them lead into this object and the reader's bytes.
struct ErrorRead {
  explicit ErrorRead(Reader& from);
  std::vector<hermit_text> traceback;
  hermit_error error{};
};

struct BundleRead {
  explicit BundleRead(Reader& from);
  std::vector<hermit_mime> parts;
  hermit_bundle bundle{};
};

struct MessageRead {
  explicit MessageRead(Reader& from);
  std::vector<hermit_text> buffers;
  hermit_comm_message message{};
};

}  // namespace hermit::worker
