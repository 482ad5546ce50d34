// A Document against a JSON Schema (draft-07), every violation in words for a person who edits the file.
//
// valijson decides whether a document is valid; the words are ours: unknown key with the nearest allowed one, missing
// key, wrong type, not in the list of allowed values, wrong form. A schema may carry, beside `pattern` or `not`, the
// annotation "x-form": an English phrase for "it has to be ..." that replaces the pattern in messages (translated).
//
// Threads: a Schema is immutable after its making; check() may run in many threads. Errors: none for bad documents
// (they become findings); Error(internal) for a schema that is not one.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/finding.h"
#include "config/yaml_document.h"

namespace coffre {

// Texts and keys longer than this are refused before any pattern sees them: std::regex recurses once a character and
// ended the process at 16 KiB (measured, g++ 12).
inline constexpr std::size_t kMaxCheckedTextBytes = 4096;

class Schema {
 public:
  // The JSON text of a draft-07 schema; `$ref` only inside the same text.
  static Schema from_text(std::string_view json);
  // One of those in schemas/NAME.schema.json, built into the program: "config", "inventory", "driver".
  static Schema embedded(std::string_view name);

  Schema(Schema&&) noexcept;
  Schema& operator=(Schema&&) noexcept;
  ~Schema();

  // All violations, by place; empty when the document is valid. An empty document is checked as an empty map.
  [[nodiscard]] std::vector<Finding> check(const Document& document) const;

 private:
  struct State;
  explicit Schema(std::unique_ptr<const State> state);
  std::unique_ptr<const State> state_;
};

}  // namespace coffre
