// What one simulated recorder is and has. Made from the command line, changed by the command `set`, and (the part that
// a configuration holds) written into exports and read back by imports.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace coffre::simulator {

struct Settings {
  std::string make = "hikvision";  // hikvision, nx, axis
  std::string name = "NVR";
  std::string user = "backup";
  std::string password = "Simulated-Pass-1";
  std::string serial;                 // empty: made from seed and name
  std::string model;                  // empty: the make's
  std::string firmware;               // empty: the make's
  std::string canary = "no-canary";   // stands in users and passwords of the configuration
  std::string digest = "MD5";         // MD5, SHA-256
  std::string api = "v2";             // nx: v1, v2, v4
  std::string export_mode = "plain";  // hikvision: plain, encrypted
  std::string key = "p256";           // of the certificate: p256, rsa1024
  std::string state = "active";       // active, fresh (factory state)
  std::uint64_t size = 200'000;       // bytes of the export
  std::uint64_t seed = 1;
  std::string key_file;  // PEM of the certificate's key, made when absent: the pin stays from start to start
  unsigned port = 0;     // 0, or one that is taken: any free one
  unsigned channels = 8;
  unsigned users = 3;
  std::chrono::milliseconds delay{0};           // before each answer
  std::chrono::milliseconds fresh_for{10'000};  // nx: a session older than this may not export
};

// Sets one by its command-line name ("delay-ms", "fresh-ms", ...). False: no such key, or not a number.
[[nodiscard]] bool assign(Settings& settings, std::string_view key, std::string_view value);

// Fills what was left empty.
void complete(Settings& settings);

// The part that a configuration file carries, as lines "key=value", and back. Unknown lines are skipped.
std::string configuration_text(const Settings& settings);
void apply_configuration_text(Settings& settings, std::string_view text);

}  // namespace coffre::simulator
