# Writes OUT, a C++ source with the content of each of FILES as raw strings, found by file name (embedded_file.h).
set(body "")
foreach(file IN LISTS FILES)
  get_filename_component(name "${file}" NAME)
  file(READ "${file}" content)
  # Pieces of whole lines: compilers limit one literal to 64 KiB, and join adjacent ones. Lines are far below 8000 bytes.
  string(LENGTH "${content}" length)
  string(APPEND body "    {\"${name}\",")
  set(from 0)
  while(from LESS length)
    string(SUBSTRING "${content}" ${from} 8000 piece)
    string(FIND "${piece}" "\n" last REVERSE)
    math(EXPR size "${last} + 1")
    string(SUBSTRING "${content}" ${from} ${size} piece)
    string(APPEND body "\n     R\"coffre~(${piece})coffre~\"")
    math(EXPR from "${from} + ${size}")
  endwhile()
  string(APPEND body "},\n")
endforeach()

file(WRITE "${OUT}.new" "// Made by lib/config/embed.cmake.
#include \"config/embedded_file.h\"

#include <string>
#include <utility>

#include \"base/error.h\"

namespace coffre {
namespace {

constexpr std::pair<std::string_view, std::string_view> kFiles[] = {
${body}};

}  // namespace

std::string_view embedded_file(std::string_view name) {
  for (const auto& [known, content] : kFiles) {
    if (known == name) return content;
  }
  throw Error(ErrorCode::internal, \"looking for a built-in file\", \"there is none named \" + std::string(name));
}

}  // namespace coffre
")
file(COPY_FILE "${OUT}.new" "${OUT}" ONLY_IF_DIFFERENT)
