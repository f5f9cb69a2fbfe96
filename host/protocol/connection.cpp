#include "protocol/connection.hpp"

#include <charconv>
#include <limits>

#include "base/file.hpp"
#include "protocol/distinct_json.hpp"

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
    // Most that takes such a text would stop there.
    if (value.find('\0') != std::string::npos) return error(std::string(name) + " has a NUL in it");
    return {};
  }

  Result<void> port(const char* name, std::uint16_t& value) const {
    const auto field = object_.find(name);
    if (field == object_.end()) return error(std::string(name) + " is missing");
    // 0 would mean a port of the kernel's choice, which whoever wrote the file would not know.
    const bool fits = field->is_number_unsigned() && *field > 0 &&
                      field->get<std::uint64_t>() <= std::numeric_limits<std::uint16_t>::max();
    if (!fits) return no_port(name, *field);
    value = field->get<std::uint16_t>();
    return {};
  }

  // The same, where the number may be text.
  Result<void> port_or_text(const char* name, std::uint16_t& value, bool& is_text) const {
    const auto field = object_.find(name);
    is_text = field != object_.end() && field->is_string();
    if (!is_text) return port(name, value);
    const auto& text = field->get_ref<const std::string&>();
    const char* const end = text.data() + text.size();
    const auto [rest, failed] = std::from_chars(text.data(), end, value);
    return failed == std::errc() && rest == end && value > 0 ? Result<void>() : no_port(name, *field);
  }

  // Both keys or none: half a pair must not mean a kernel that anybody can read along with.
  Result<void> curve(std::optional<CurveKeys>& keys) const {
    const bool has_public = object_.contains("curve_publickey");
    const bool has_secret = object_.contains("curve_secretkey");
    if (!has_public && !has_secret) return {};
    if (!has_public || !has_secret) {
      return error(std::string("curve_publickey and curve_secretkey belong together; ") +
                   (has_public ? "curve_secretkey" : "curve_publickey") + " is missing");
    }
    keys.emplace();
    if (auto done = text("curve_publickey", true, keys->public_key); !done) return done;
    return text("curve_secretkey", true, keys->secret_key);
  }

  // What a registration file has in place of ports.
  Result<void> registration(const Connection& connection, std::optional<Registration>& value) const {
    for (const auto& [name, port] : named_ports({})) {
      if (!object_.contains(name)) continue;
      return error(std::string("has both registration_port and ") + name +
                   "; it has to be either a registration file or a connection file");
    }
    value.emplace();
    value->ip = connection.ip;
    if (auto done = text("registration_ip", false, value->ip); !done) return done;
    if (auto done = text("kernel_id", false, value->kernel_id); !done) return done;
    return port_or_text("registration_port", value->port, value->ports_as_text);
  }

 private:
  Error no_port(const char* name, const Json& found) const {
    return error(std::string(name) + " has to be a whole number from 1 to 65535, not " +
                 (found.is_number() ? dump_json(found) : found.type_name()));
  }

  const std::string& origin_;
  const Json& object_;
};

// What the transport is, and whether the address can be one of it.
Result<void> check_transport(const Connection& connection, bool has_ip) {
  if (connection.transport == "tcp") return {};
  if (connection.transport != "ipc") {
    return Error{"transport has to be \"tcp\" or \"ipc\", not \"" + connection.transport + "\""};
  }
  if (!has_ip)
    return Error{"ip is missing; with the transport ipc it is the path that socket files begin with"};
  if (connection.ip.empty() || connection.ip == "*") {
    return Error{"ip has to be the path that socket files begin with, since transport is ipc"};
  }
  return {};
}

}  // namespace

std::string endpoint(std::string_view transport, const std::string& ip, std::uint16_t port) {
  const std::string number = std::to_string(port);
  if (transport == "ipc") return "ipc://" + ip + "-" + number;
  const bool bare = is_ipv6(ip) && !ip.starts_with('[');
  return std::string(transport) + "://" + (bare ? "[" + ip + "]" : ip) + ":" + number;
}

std::string Connection::endpoint(std::uint16_t port) const { return hermit::endpoint(transport, ip, port); }

std::vector<std::pair<const char*, std::uint16_t>> named_ports(const Ports& ports) {
  std::vector<std::pair<const char*, std::uint16_t>> named;
  for (const auto& [name, member] : port_fields) named.emplace_back(name, ports.*member);
  return named;
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
  const auto object = parse_distinct_json(text);
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
  if (auto done = check_transport(connection, object->contains("ip")); !done) {
    return reader.error(done.error().message);
  }
  if (auto done = reader.curve(connection.curve); !done) return done.error();
  if (object->contains("registration_port")) {
    auto done = reader.registration(connection, connection.registration);
    return done ? Result<Connection>(std::move(connection)) : Result<Connection>(done.error());
  }
  for (const auto& [name, member] : port_fields) {
    if (auto done = reader.port(name, connection.ports.*member); !done) return done.error();
  }
  if (auto done = check_distinct(connection.ports); !done) return reader.error(done.error().message);
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
  for (const auto& [name, port] : named_ports(connection.ports)) object[name] = port;
  if (connection.curve) {
    object["curve_publickey"] = connection.curve->public_key;
    object["curve_secretkey"] = connection.curve->secret_key;
  }
  return object.dump(2) + "\n";
}

}  // namespace hermit
