# One room of the house = one static library, one folder. `coffre_room(vault DEPENDS base model LIBRARIES ...)`
# takes every .cc and .h of the folder and of the folders in it, so that a new file needs no build change. DEPENDS are
# other rooms and are the arrows of lib/README.md; tests/checks/layers checks the includes against the same list.

add_library(coffre_warnings INTERFACE)
target_compile_options(coffre_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast -Wnon-virtual-dtor
  -Woverloaded-virtual -Wcast-align -Wcast-qual -Wformat=2 -Wnull-dereference -Wundef -Wextra-semi
  -Wmissing-declarations -Werror
  $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond -Wduplicated-branches -Wlogical-op -Wsuggest-override>)

add_library(coffre_build INTERFACE)
# -O2, not -O3: g++ 12 reports a false -Wrestrict at -O3 (toolchain facts).
target_compile_options(coffre_build INTERFACE -fstack-protector-strong -fPIE
  $<$<CONFIG:RelWithDebInfo>:-O2 -D_FORTIFY_SOURCE=2 -UNDEBUG>)
target_link_options(coffre_build INTERFACE -pie -Wl,-z,relro,-z,now)
if(COFFRE_SANITIZE)
  target_compile_options(coffre_build INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all
                         -fno-omit-frame-pointer -O1)
  target_link_options(coffre_build INTERFACE -fsanitize=address,undefined)
endif()
if(COFFRE_FUZZ)
  target_compile_options(coffre_build INTERFACE -fsanitize=fuzzer-no-link)
endif()

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)

function(coffre_room name)
  cmake_parse_arguments(arg "" "" "DEPENDS;LIBRARIES;PRIVATE" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cc")
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.h")
  add_library(coffre_${name} STATIC ${sources})
  target_sources(coffre_${name} PUBLIC FILE_SET HEADERS BASE_DIRS "${CMAKE_SOURCE_DIR}/lib" FILES ${headers})
  list(TRANSFORM arg_DEPENDS PREPEND coffre_)
  target_link_libraries(coffre_${name} PUBLIC coffre_build ${arg_DEPENDS} ${arg_LIBRARIES}
                        PRIVATE coffre_warnings fmt::fmt ${arg_PRIVATE})
endfunction()
