// The named values of one session ({salt}, {api}, {export_password} ...) and the places they are put into.
//
// All of them are kept as secrets: some are, and the others lose nothing. Threads: one session's own.
// Errors: Error(unsupported) when a value is asked for that no answer has given.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/secret.h"
#include "drivers/definition.h"

namespace coffre {

class Values {
 public:
  // The settings of the device in the inventory over the definition's defaults. Error(usage) for a setting that the
  // definition does not know or whose value it does not allow.
  Values(const Definition& definition, const std::map<std::string, std::string>& settings);

  void set(const std::string& name, std::string_view text);
  void set(const std::string& name, SecretString secret);
  void erase(const std::string& name);
  [[nodiscard]] const SecretString* find(std::string_view name) const;
  [[nodiscard]] const SecretString& get(std::string_view name) const;

  [[nodiscard]] bool holds(const std::vector<Condition>& conditions) const;

  // Every {name} replaced, percent-encoded (RFC 3986); a setting that is a path keeps its "/".
  [[nodiscard]] std::string path(std::string_view text) const;
  // A path for messages: the definition's settings filled in, every other {name} left as it is, for it may be a secret.
  [[nodiscard]] std::string shown_path(std::string_view text) const;
  [[nodiscard]] ClearBytes body(const RequestBody& body) const;

 private:
  [[nodiscard]] bool holds_one(const Condition& condition) const;
  void append_expanded(ClearBytes& out, std::string_view text,
                       void (*append_value)(ClearBytes&, std::string_view)) const;

  const Definition& definition_;
  std::map<std::string, SecretString, std::less<>> values_;
};

// Carries out the computations of a request: each result becomes a value of its name.
void compute(const std::vector<Computation>& computations, std::string_view user, const SecretString& login_password,
             Random& random, Values& values);

}  // namespace coffre
