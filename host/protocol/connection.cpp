#include "protocol/connection.hpp"

#include <limits>
#include <utility>
#include <vector>

#include "base/file.hpp"
#include "protocol/json.hpp"

namespace hermit {
namespace {

// Real connection files have a few hundred bytes.
constexpr std::size_t size_limit = 1 << 20;

using PortField = std::pair<const char*, std::uint16_t Ports::*>;
constexpr PortField port_fields[] = {{"shell_port", &Ports::shell},
                                     {"iopub_port", &Ports::iopub},
                                     {"stdin_port", &Ports::stdin_},
                                     {"control_port", &Ports::control},
                                     {"hb_port", &Ports::heartbeat}};

// Reads the fields of one file; every method returns what is wrong, or success.
class Reader {
 public:
  Reader(const std::string& origin, const Json& object) : origin_(origin), object_(object) {}

  Error error(const std::string& problem) const {
    return Error{origin_ + ": " + problem, Exit::connection_file};
  }

  Result<void> text(const char* name, bool required, std::string& value) const {
    const auto field = object_.find(name);
    if (field == object_.end()) {
      return required ? Result<void>(error(std::string(name) + " is missing")) : Result<void>();
    }
    // The value itself is not shown: it may be a key.
    if (!field->is_string()) return error(std::string(name) + " has to be text, not " + field->type_name());
    value = field->get<std::string>();
    return {};
  }

  Result<void> port(const char* name, std::uint16_t& value) const {
    const auto field = object_.find(name);
    if (field == object_.end()) return error(std::string(name) + " is missing");
    // 0 would mean a port of the kernel's choice, which whoever wrote the file would not know.
    const bool fits = field->is_number_unsigned() && *field > 0 &&
                      field->get<std::uint64_t>() <= std::numeric_limits<std::uint16_t>::max();
    if (!fits) {
      const std::string found = field->is_number() ? dump_json(*field) : field->type_name();
      return error(std::string(name) + " has to be a whole number from 1 to 65535, not " + found);
    }
    value = field->get<std::uint16_t>();
    return {};
  }

 private:
  const std::string& origin_;
  const Json& object_;
};

}  // namespace

std::string Connection::endpoint(std::uint16_t port) const {
  if (transport == "ipc") return "ipc://" + ip + "-" + std::to_string(port);
  return transport + "://" + ip + ":" + std::to_string(port);
}

Result<void> check_distinct(const Ports& ports) {
  for (const auto& [name, member] : port_fields) {
    for (const auto& [other_name, other] : port_fields) {
      if (member == other) break;
      if (ports.*member != 0 && ports.*member == ports.*other) {
        return Error{std::string(other_name) + " and " + name + " are both " + std::to_string(ports.*member) +
                     "; each channel needs a port of its own"};
      }
    }
  }
  return {};
}

Result<Connection> parse_connection(std::string_view text, const std::string& origin) {
  const auto object = parse_json(text);
  if (!object) return Reader(origin, Json()).error(object.error().message);
  const Reader reader(origin, *object);
  if (!object->is_object()) return reader.error("has to be a JSON object");

  Connection connection;
  const std::pair<const char*, std::string*> texts[] = {{"transport", &connection.transport},
                                                        {"ip", &connection.ip},
                                                        {"key", &connection.key},
                                                        {"signature_scheme", &connection.signature_scheme},
                                                        {"kernel_name", &connection.kernel_name}};
  for (const auto& [name, value] : texts) {
    const bool required = std::string_view(name) == "key";  // a key forgotten must not mean "unsigned"
    if (auto done = reader.text(name, required, *value); !done) return done.error();
  }
  for (const auto& [name, member] : port_fields) {
    if (auto done = reader.port(name, connection.ports.*member); !done) return done.error();
  }
  if (auto done = check_distinct(connection.ports); !done) return reader.error(done.error().message);
  for (const char* name : {"curve_publickey", "curve_secretkey"}) {
    if (object->contains(name)) {
      return reader.error(std::string(name) + ": encryption is not available yet; remove the key");
    }
  }
  if (connection.transport != "tcp") {
    return reader.error("transport has to be \"tcp\", not \"" + connection.transport +
                        "\"; others are not available yet");
  }
  return connection;
}

Result<Connection> read_connection_file(const std::filesystem::path& path) {
  const auto text = read_file(path, size_limit);
  if (!text) return Error{"connection file " + text.error().message, Exit::connection_file};
  return parse_connection(*text, "connection file " + path.string());
}

std::string connection_text(const Connection& connection) {
  Json object = {{"transport", connection.transport},
                 {"ip", connection.ip},
                 {"key", connection.key},
                 {"signature_scheme", connection.signature_scheme},
                 {"kernel_name", connection.kernel_name}};
  for (const auto& [name, member] : port_fields) object[name] = connection.ports.*member;
  return object.dump(2) + "\n";
}

}  // namespace hermit
