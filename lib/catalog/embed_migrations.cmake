# cmake -DFILES=<NNNN_name.sql;...> -DOUTPUT=<file.cc> -P embed_migrations.cmake
# Writes the definition of all_migrations() (catalog/migrations.h). Numbers must be 0001, 0002, ... without a gap.
list(SORT FILES)
set(rows "")
set(expected 0)
foreach(file IN LISTS FILES)
  get_filename_component(name "${file}" NAME)
  if(NOT name MATCHES "^([0-9][0-9][0-9][0-9])_[a-z0-9_]+\\.sql$")
    message(FATAL_ERROR "${file}: a migration is named NNNN_what_it_does.sql")
  endif()
  math(EXPR expected "${expected} + 1")
  string(REGEX REPLACE "^0+" "" number "${CMAKE_MATCH_1}")
  if(NOT number EQUAL expected)
    message(FATAL_ERROR "${file}: the next migration's number is ${expected}")
  endif()
  file(READ "${file}" sql)
  string(APPEND rows "    Migration{${number}, R\"sql(${sql})sql\"},\n")
endforeach()
file(WRITE "${OUTPUT}" "// Made by lib/catalog/embed_migrations.cmake from schemas/catalog/sqlite/*.sql.
#include <array>

#include \"catalog/migrations.h\"

namespace coffre {

std::span<const Migration> all_migrations() {
  static constexpr std::array kAll{
${rows}  };
  return kAll;
}

}  // namespace coffre
")
