// Whatever bytes come, read_bundle accepts them or throws Error: no crash, no other exception, bounded memory.
#include <algorithm>
#include <cstdint>

#include "base/error.h"
#include "bundle/bundle_reader.h"

namespace {

class FuzzSource final : public coffre::ByteSource {
 public:
  explicit FuzzSource(coffre::ByteView bytes) : bytes_(bytes) {}
  std::size_t read(coffre::ByteSpan out) override {
    const std::size_t size = std::min(out.size(), bytes_.size());
    std::copy_n(bytes_.begin(), size, out.begin());
    bytes_ = bytes_.subspan(size);
    return size;
  }

 private:
  coffre::ByteView bytes_;
};

class Nothing final : public coffre::PartVisitor {
 public:
  void begin(std::string_view /*name*/, coffre::PartRole /*role*/) override {}
  void data(coffre::ByteView /*bytes*/) override {}
  void end() override {}
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzSource source({data, size});
  Nothing visitor;
  try {
    coffre::read_bundle(source, visitor, {1 << 20, 1 << 22});
  } catch (const coffre::Error&) {
  }
  return 0;
}
