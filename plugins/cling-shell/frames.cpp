// Reads the tables of lines when they are asked for, which is seldom.
#include "frames.hpp"

#include <cxxabi.h>
#include <dlfcn.h>
#include <execinfo.h>

#include <llvm/DebugInfo/DWARF/DWARFContext.h>
#include <llvm/Object/ELFObjectFile.h>

#include "linker.hpp"

namespace hermit::cling_shell {
namespace {

// As many frames as a traceback is read for.
constexpr int most_frames = 64;

}  // namespace

struct Frames::Object {
  std::unique_ptr<llvm::MemoryBuffer> bytes;
  std::unique_ptr<llvm::object::ObjectFile> file;
};

void Frames::add(std::unique_ptr<llvm::MemoryBuffer> object, const std::map<std::string, void*>& addresses) {
  auto file = llvm::object::ObjectFile::createELFObjectFile(object->getMemBufferRef());
  if (!file) return llvm::consumeError(file.takeError());
  const auto kept = std::make_shared<const Object>(Object{std::move(object), std::move(*file)});
  for (const llvm::object::ELFSymbolRef symbol : kept->file->symbols()) {
    if (symbol.getELFType() != llvm::ELF::STT_FUNC) continue;
    auto name = symbol.getName();
    auto section = symbol.getSection();
    auto offset = symbol.getValue();
    if (!name || !section || !offset || *section == kept->file->section_end()) continue;
    const auto found = addresses.find(name->str());
    if (found == addresses.end()) continue;
    functions_[static_cast<const char*>(found->second)] = {kept, name->str(), (*section)->getIndex(), *offset,
                                                           symbol.getSize()};
  }
}

void Frames::remove(const std::map<std::string, void*>& addresses) {
  for (const auto& [name, address] : addresses) functions_.erase(static_cast<const char*>(address));
}

std::optional<Frame> Frames::find(const void* address) const {
  const auto* place = static_cast<const char*>(address);
  auto after = functions_.upper_bound(place);
  if (after == functions_.begin()) return std::nullopt;
  const auto& [begin, function] = *--after;
  const auto offset = static_cast<uint64_t>(place - begin);
  if (offset >= function.size) return std::nullopt;
  Frame frame;
  frame.function = demangled(function.symbol);
  const auto lines = llvm::DWARFContext::create(*function.object->file);
  const llvm::DILineInfo info = lines->getLineInfoForAddress({function.offset + offset, function.section});
  if (info.FileName != llvm::DILineInfo::BadString) frame.file = info.FileName;
  frame.line = info.Line;
  return frame;
}

namespace {

std::vector<void*>& last_throw() {
  thread_local std::vector<void*> addresses;
  return addresses;
}

}  // namespace

const std::vector<void*>& thrown_from() { return last_throw(); }

extern "C" void hermit_cpp_throw(void* exception, void* type, void (*destroy)(void*)) {
  using Throw = void (*)(void*, void*, void (*)(void*));
  static const auto real = reinterpret_cast<Throw>(dlsym(RTLD_DEFAULT, "__cxa_throw"));
  void* addresses[most_frames];
  const int count = backtrace(addresses, most_frames);
  last_throw().assign(addresses, addresses + count);
  real(exception, type, destroy);
  __builtin_unreachable();
}

}  // namespace hermit::cling_shell
