#include "cli/logos.hpp"

#include <map>
#include <system_error>

#include "base/file.hpp"
#include "cli/program.hpp"

namespace hermit {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t size_limit = 16 << 20;
constexpr unsigned public_file = 0644;

// PNG specification: the signature, then the chunk IHDR with width and height.
constexpr std::string_view png_signature = "\x89PNG\r\n\x1a\n";
constexpr std::size_t png_width = 16;
constexpr std::size_t png_header_size = 24;

unsigned number_at(const std::string& bytes, std::size_t at) {
  unsigned number = 0;
  for (std::size_t i = at; i < at + 4; ++i) number = number << 8 | static_cast<unsigned char>(bytes[i]);
  return number;
}

// The name under which Jupyter looks for such a picture; "" for one that it does not show.
std::string logo_name(const fs::path& file, const std::string& bytes) {
  if (file.extension() == ".svg" && bytes.find("<svg") != std::string::npos) return "logo-svg.svg";
  if (!bytes.starts_with(png_signature) || bytes.size() < png_header_size) return "";
  const unsigned width = number_at(bytes, png_width);
  if (width != number_at(bytes, png_width + 4) || (width != 64 && width != 32)) return "";
  return width == 64 ? "logo-64x64.png" : "logo-32x32.png";
}

}  // namespace

Result<void> copy_logos(const std::string& shell, const std::vector<fs::path>& chosen,
                        const fs::path& folder) {
  std::map<std::string, fs::path> sources;
  std::error_code missing;
  for (const char* logo : {"logo-svg.svg", "logo-64x64.png", "logo-32x32.png"}) {
    const fs::path own = kernelspec_data() / shell / logo;
    sources[logo] = fs::exists(own, missing) ? own : kernelspec_data() / logo;
  }
  for (const auto& file : chosen) {
    const auto bytes = read_file(file, size_limit);
    if (!bytes) return Error{"--logo: " + bytes.error().message, Exit::usage};
    const auto name = logo_name(file, *bytes);
    if (name.empty()) {
      return Error{"--logo: " + file.string() + " has to be an SVG, or a PNG of 64 by 64 or 32 by 32 pixels",
                   Exit::usage};
    }
    sources[name] = file;
  }
  for (const auto& [name, source] : sources) {
    if (!fs::exists(source, missing)) continue;
    const auto bytes = read_file(source, size_limit);
    if (!bytes) return bytes.error();
    if (auto done = write_file_atomically(folder / name, *bytes, public_file); !done) return done;
  }
  return {};
}

}  // namespace hermit
