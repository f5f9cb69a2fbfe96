#include "check/exports.hpp"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>

#include <algorithm>

namespace hermit::check {
namespace {

// The parts of a library's dynamic section that tell of its symbols. GNU's hash table lists all that are
// defined for others, behind those that are not, and so tells how many there are.
struct Symbols {
  const ElfW(Sym) * table = nullptr;
  const char* names = nullptr;
  const std::uint32_t* hash = nullptr;

  explicit Symbols(const link_map& map) {
    // Loaders differ in whether they add the library's own address.
    const auto absolute = [&](ElfW(Addr) address) {
      return address < map.l_addr ? address + map.l_addr : address;
    };
    for (const ElfW(Dyn)* entry = map.l_ld; entry->d_tag != DT_NULL; ++entry) {
      if (entry->d_tag == DT_SYMTAB) table = reinterpret_cast<const ElfW(Sym)*>(absolute(entry->d_un.d_ptr));
      if (entry->d_tag == DT_STRTAB) names = reinterpret_cast<const char*>(absolute(entry->d_un.d_ptr));
      if (entry->d_tag == DT_GNU_HASH)
        hash = reinterpret_cast<const std::uint32_t*>(absolute(entry->d_un.d_ptr));
    }
  }
};

// The table: number of buckets, index of its first symbol, number of words of a filter, a shift; then the
// filter, the buckets, and for each symbol a number of which the lowest bit ends a bucket's chain.
struct HashTable {
  std::uint32_t first;
  std::uint32_t end;

  explicit HashTable(const std::uint32_t* hash) : first(hash[1]), end(hash[1]) {
    const std::uint32_t buckets_size = hash[0];
    const std::size_t filter_words = hash[2] * (sizeof(ElfW(Addr)) / sizeof(std::uint32_t));
    const std::uint32_t* const buckets = hash + 4 + filter_words;
    const std::uint32_t* const chains = buckets + buckets_size;
    const std::uint32_t last = buckets_size == 0 ? 0 : *std::max_element(buckets, buckets + buckets_size);
    if (last < first) return;
    for (end = last + 1; (chains[end - 1 - first] & 1) == 0; ++end) {
    }
  }
};

}  // namespace

std::vector<std::string> strong_exports(void* library) {
  std::vector<std::string> names;
  link_map* map = nullptr;
  if (dlinfo(library, RTLD_DI_LINKMAP, &map) != 0 || map == nullptr) return names;
  const Symbols symbols(*map);
  if (symbols.table == nullptr || symbols.names == nullptr || symbols.hash == nullptr) return names;
  const HashTable hashed(symbols.hash);
  for (std::uint32_t i = hashed.first; i < hashed.end; ++i) {
    const auto& symbol = symbols.table[i];
    if (ELF64_ST_BIND(symbol.st_info) == STB_GLOBAL) names.emplace_back(symbols.names + symbol.st_name);
  }
  return names;
}

}  // namespace hermit::check
