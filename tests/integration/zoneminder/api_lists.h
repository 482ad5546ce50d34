// Lists as the API gives them, compared and searched. Texts are JSON; what is no such list throws std::runtime_error.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "integration/zoneminder/api_client.h"

namespace coffre::test {

struct Resource {
  const char* name;                         // the list's key, and its path below /zm/api
  const char* everything;                   // path that gives all of it at once
  std::vector<std::string> volatile_paths;  // JSON pointers below an item: change by themselves
};

// Everything that the API of 1.36 lists and that is configuration.
const std::vector<Resource>& resources();

struct ListComparison {
  std::size_t items = 0;
  std::size_t values = 0;                // compared
  std::vector<std::string> differences;  // as people read them; empty = the same
};

// `pages` together against `whole`, in order, volatile values aside.
ListComparison compare_lists(const Resource& resource, const std::vector<std::string>& pages, const std::string& whole);

// Whether one item's object `model` has all these values. Numbers and booleans are compared as the form had them.
bool holds(const std::vector<std::string>& pages, std::string_view list, std::string_view model, const Fields& fields);

}  // namespace coffre::test
