// Reads what Linux tells in /proc and /sys/fs/cgroup, in both versions of control groups.
#include "memory_left.hpp"

#include <fcntl.h>
#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace hermit::lua_shell {
namespace {

constexpr uint64_t everything = UINT64_MAX;

// The reserve: a part of the whole, so that a large machine stays usable, and enough for the host on a small
// one.
constexpr uint64_t reserved_part = 32;
constexpr uint64_t smallest_reserve = uint64_t{64} << 20;

// The beginning of a file; "" when there is none.
struct Text {
  char data[4096];

  Text(const char* root, const char* folder, const char* name) {
    char path[PATH_MAX];
    const int length = std::snprintf(path, sizeof path, "%s%s%s", root, folder, name);
    const bool fits = length > 0 && length < PATH_MAX;
    const int file = fits ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    const ssize_t size = file < 0 ? 0 : read(file, data, sizeof data - 1);
    if (file >= 0) close(file);
    data[std::max<ssize_t>(size, 0)] = '\0';
  }
};

// The number after a word that begins a line; `otherwise` when there is none.
uint64_t number_after(const char* text, const char* word, uint64_t otherwise) {
  const size_t size = std::strlen(word);
  for (const char* line = text; line != nullptr; line = std::strchr(line, '\n')) {
    if (*line == '\n') ++line;
    if (std::strncmp(line, word, size) != 0) continue;
    char* end = nullptr;
    const uint64_t number = std::strtoull(line + size, &end, 10);
    return end == line + size ? otherwise : number;
  }
  return otherwise;
}

uint64_t left_of(uint64_t whole, uint64_t available) {
  const uint64_t reserve = std::max(smallest_reserve, whole / reserved_part);
  return available > reserve ? available - reserve : 0;
}

uint64_t left_by_limit(uint64_t limit, uint64_t used) {
  return limit == everything ? everything : left_of(limit, limit > used ? limit - used : 0);
}

uint64_t left_by_machine(const char* root) {
  const Text text(root, "/proc/", "meminfo");
  const uint64_t available = number_after(text.data, "MemAvailable:", everything);
  if (available == everything) return everything;
  return left_of(number_after(text.data, "MemTotal:", 0) * 1024, available * 1024);
}

// The names of the files of a control group.
struct GroupFiles {
  const char* mount;
  const char* limit;
  const char* used;
  const char* cache;  // in memory.stat: pages of files that can be dropped
};

constexpr GroupFiles second_version = {"/sys/fs/cgroup", "/memory.max", "/memory.current", "inactive_file "};
constexpr GroupFiles first_version = {"/sys/fs/cgroup/memory", "/memory.limit_in_bytes",
                                      "/memory.usage_in_bytes", "total_inactive_file "};

// Of one group. Without a limit the file says "max", or a number that is larger than any memory.
uint64_t left_by_group(const char* root, const char* folder, const GroupFiles& files) {
  const uint64_t limit = number_after(Text(root, folder, files.limit).data, "", everything);
  if (limit >= uint64_t{INT64_MAX} / 2) return everything;
  const uint64_t used = number_after(Text(root, folder, files.used).data, "", 0);
  const uint64_t cache = number_after(Text(root, folder, "/memory.stat").data, files.cache, 0);
  return left_by_limit(limit, used - std::min(used, cache));
}

// Of the group at `path` and all that it is in. Inside a container the path may be one of outside, of which
// only the outermost folder is to be seen.
uint64_t left_by_groups(const char* root, const char* path, size_t size, const GroupFiles& files) {
  char folder[PATH_MAX];
  const size_t mount = std::strlen(files.mount);
  if (mount + size >= sizeof folder) return everything;
  std::memcpy(folder, files.mount, mount);
  std::memcpy(folder + mount, path, size);
  uint64_t left = everything;
  for (size_t end = mount + size;;) {
    while (end > mount && folder[end - 1] == '/') --end;
    folder[end] = '\0';
    left = std::min(left, left_by_group(root, folder, files));
    if (end == mount) return left;
    while (folder[end - 1] != '/') --end;
  }
}

uint64_t left_by_groups(const char* root) {
  const Text groups(root, "/proc/self/", "cgroup");
  uint64_t left = everything;
  for (const char* line = groups.data; line != nullptr && *line != '\0';) {
    const char* end = line + std::strcspn(line, "\n");
    const char* kind = std::strchr(line, ':');
    if (kind == nullptr || kind > end) break;
    const char* path = std::strchr(kind + 1, ':');
    if (path == nullptr || path > end) break;
    const auto size = static_cast<size_t>(end - path - 1);
    if (path == kind + 1) left = std::min(left, left_by_groups(root, path + 1, size, second_version));
    if (std::strncmp(kind, ":memory:", 8) == 0)
      left = std::min(left, left_by_groups(root, path + 1, size, first_version));
    line = *end == '\n' ? end + 1 : nullptr;
  }
  return left;
}

uint64_t limit_of(__rlimit_resource resource) {
  rlimit limit{};
  const bool is_limited = getrlimit(resource, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
  return is_limited ? limit.rlim_cur : everything;
}

// Addresses that malloc has got and gives out again are used, and are left all the same.
uint64_t left_by_resources(const char* root) {
  const uint64_t space = limit_of(RLIMIT_AS);
  const uint64_t data = limit_of(RLIMIT_DATA);
  if (space == everything && data == everything) return everything;
  const Text text(root, "/proc/self/", "status");
  const uint64_t kept = mallinfo2().fordblks;
  const auto used = [&](const char* word) {
    const uint64_t bytes = number_after(text.data, word, 0) * 1024;
    return bytes - std::min(bytes, kept);
  };
  return std::min(left_by_limit(space, used("VmSize:")), left_by_limit(data, used("VmData:")));
}

}  // namespace

uint64_t memory_left(const char* root) noexcept {
  return std::min({left_by_machine(root), left_by_groups(root), left_by_resources(root)});
}

}  // namespace hermit::lua_shell
