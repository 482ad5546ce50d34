// A metadata record has one text: what parses is written as exactly what was read.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/error.h"
#include "vault/metadata_record.h"

using namespace coffre;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  try {
    const MetadataRecord record = MetadataRecord::parse(bytes);
    if (record.to_json() != as_text(bytes)) abort();
    for (const Kind kind : {Kind::hebdo, Kind::pre, Kind::anchor}) (void)is_object_name(record.name(), kind);
  } catch (const Error& error) {
    if (error.category() != "E_META") abort();
  }
  return 0;
}
