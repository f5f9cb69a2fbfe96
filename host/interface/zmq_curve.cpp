#include "interface/zmq_curve.hpp"

#include <array>
#include <cstdint>
#include <string>

namespace hermit {
namespace {

// RFC 26: a key is 32 bytes, or 40 characters of Z85. ZeroMQ's functions put a zero behind them.
constexpr std::size_t key_bytes = 32;
constexpr std::size_t key_text = 40;
using KeyText = std::array<char, key_text + 1>;

Error wrong(const char* name, const std::string& problem) {
  return Error{std::string(name) + " " + problem, Exit::connection_file};
}

Result<void> check_key(const char* name, const std::string& key) {
  const std::string wanted = "has to be " + std::to_string(key_text) + " characters of Z85";
  if (key.size() != key_text)
    return wrong(name, wanted + ", not " + std::to_string(key.size()) + " characters");
  std::array<std::uint8_t, key_bytes> bytes{};
  if (zmq_z85_decode(bytes.data(), key.c_str()) == nullptr)
    return wrong(name, wanted + "; there is another character");
  return {};
}

}  // namespace

Result<void> check_curve_is_there() {
  if (zmq_has("curve") != 0) return {};
  const auto [major, minor, patch] = zmq::version();
  return Error{"the libzmq of this system (" + std::to_string(major) + "." + std::to_string(minor) + "." +
                   std::to_string(patch) + ") was built without Curve, so connections cannot be encrypted",
               Exit::connection_file};
}

Result<void> check_curve(const CurveKeys& keys) {
  if (auto there = check_curve_is_there(); !there) return there;
  if (auto good = check_key("curve_publickey", keys.public_key); !good) return good;
  if (auto good = check_key("curve_secretkey", keys.secret_key); !good) return good;
  KeyText derived{};
  if (zmq_curve_public(derived.data(), keys.secret_key.c_str()) != 0 || derived.data() != keys.public_key) {
    return wrong("curve_publickey", "is not the public key that belongs to curve_secretkey");
  }
  return {};
}

CurveKeys new_curve_keys() {
  KeyText public_key{};
  KeyText secret_key{};
  if (zmq_curve_keypair(public_key.data(), secret_key.data()) != 0) throw zmq::error_t();
  return {public_key.data(), secret_key.data()};
}

void serve_curve(zmq::socket_t& socket, const CurveKeys& keys) {
  socket.set(zmq::sockopt::curve_server, true);
  socket.set(zmq::sockopt::curve_secretkey, keys.secret_key);
}

}  // namespace hermit
