#include "bundle/zip_directory.h"

#include <array>

#include "base/error.h"
#include "base/translate.h"

namespace coffre {
namespace {

constexpr std::uint32_t kRecordSignature = 0x02014b50;
constexpr std::uint32_t kEnd64Signature = 0x06064b50;
constexpr std::uint32_t kLocator64Signature = 0x07064b50;
constexpr std::uint32_t kEndSignature = 0x06054b50;
constexpr std::uint64_t kIn64BitField = 0xffffffff;
constexpr std::uint64_t kCountIn64BitField = 0xffff;
constexpr std::uint16_t kZip64ExtraId = 1;
constexpr std::uint16_t kFlagEncrypted = 1;
constexpr std::uint16_t kFlagStrongEncryption = 1U << 6U;
constexpr std::uint16_t kFlagHiddenHeaders = 1U << 13U;
constexpr std::uint16_t kStored = 0;
constexpr std::uint16_t kDeflated = 8;
constexpr std::uint8_t kMadeOnUnix = 3;
constexpr std::uint32_t kTypeMask = 0170000;
constexpr std::uint32_t kRegularFile = 0100000;
constexpr std::uint64_t kEnd64RestBytes = 44;  // length field of a version-1 record without extensible data

[[noreturn]] void refuse(const char* why) {
  throw Error(ErrorCode::damaged, tr("reading the bundle"), why);
}

// Little-endian fields, in order, counting.
class Fields {
 public:
  Fields(ByteSource& source, std::uint64_t position) : source_(source), position_(position) {}

  [[nodiscard]] std::uint64_t position() const { return position_; }

  void fill(ByteSpan out) {
    while (!out.empty()) {
      const std::size_t got = source_.read(out);
      if (got == 0) refuse(tr("the ZIP directory ends early"));
      position_ += got;
      out = out.subspan(got);
    }
  }

  std::uint64_t number(std::size_t bytes) {
    std::array<std::uint8_t, 8> raw{};
    fill(ByteSpan(raw).first(bytes));
    std::uint64_t value = 0;
    for (std::size_t i = bytes; i-- > 0;) value = (value << 8U) | raw[i];
    return value;
  }
  std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }

  [[nodiscard]] bool at_end() {
    std::array<std::uint8_t, 1> one{};
    return source_.read(one) == 0;
  }

 private:
  ByteSource& source_;
  std::uint64_t position_;
};

// The extra fields; replaces those of `wide` that say "see the 64-bit field" by what stands there.
void read_extra(Fields& in, std::size_t length, std::array<std::uint64_t*, 3> wide) {
  while (length > 0) {
    if (length < 4) refuse(tr("a damaged extra field in the ZIP directory"));
    const std::uint16_t id = in.u16();
    const std::size_t size = in.u16();
    length -= 4;
    if (size > length) refuse(tr("a damaged extra field in the ZIP directory"));
    length -= size;
    std::size_t left = size;
    if (id == kZip64ExtraId) {
      for (std::uint64_t* value : wide) {
        if (*value != kIn64BitField || left < 8) continue;
        *value = in.number(8);
        left -= 8;
      }
    }
    for (; left > 0; --left) (void)in.number(1);
  }
}

void check_record(Fields& in, const ZipEntry& expected) {
  if (in.u32() != kRecordSignature) refuse(tr("the ZIP directory does not list every entry"));
  const auto made_by = static_cast<std::uint8_t>(in.u16() >> 8U);
  (void)in.u16();  // version needed
  const std::uint16_t flags = in.u16();
  const std::uint16_t method = in.u16();
  (void)in.number(8);  // time, date, CRC: the reader checked the CRC
  std::uint64_t packed = in.u32();
  std::uint64_t size = in.u32();
  const std::size_t name_length = in.u16();
  const std::size_t extra_length = in.u16();
  const std::size_t comment_length = in.u16();
  const std::uint16_t disk = in.u16();
  (void)in.u16();  // internal attributes
  const std::uint32_t type = (in.u32() >> 16U) & kTypeMask;
  std::uint64_t offset = in.u32();
  if (name_length != expected.name.size()) refuse(tr("the ZIP directory names other entries"));
  Bytes name(name_length);
  in.fill(name);
  read_extra(in, extra_length, {&size, &packed, &offset});

  if (as_text(name) != expected.name) refuse(tr("the ZIP directory names other entries"));
  if (offset != expected.offset || size != expected.size) refuse(tr("the ZIP directory describes other entries"));
  if ((flags & (kFlagEncrypted | kFlagStrongEncryption | kFlagHiddenHeaders)) != 0) {
    refuse(tr("an entry of the ZIP is encrypted"));
  }
  if (method != kStored && method != kDeflated) refuse(tr("an entry of the ZIP is packed in a way that we never use"));
  if (made_by == kMadeOnUnix && type != 0 && type != kRegularFile) refuse(tr("an entry of the ZIP is not a file"));
  if (disk != 0 || comment_length != 0) refuse(tr("the ZIP directory holds what we never write"));
}

// Where a 64-bit end record stands, its values; read with its locator. Its signature has been read.
struct End {
  std::uint64_t count;
  std::uint64_t size;
  std::uint64_t offset;
};

End read_end64(Fields& in, std::uint64_t at) {
  if (in.number(8) != kEnd64RestBytes) refuse(tr("the ZIP's end record holds what we never write"));
  (void)in.u32();  // versions
  if (in.number(8) != 0) refuse(tr("the ZIP is said to have several volumes"));
  const std::uint64_t count = in.number(8);
  if (in.number(8) != count) refuse(tr("the ZIP is said to have several volumes"));
  const End end{count, in.number(8), in.number(8)};
  if (in.u32() != kLocator64Signature) refuse(tr("the ZIP's end record is damaged"));
  const std::uint32_t disk = in.u32();
  const std::uint64_t where = in.number(8);
  const std::uint32_t disks = in.u32();
  if (disk != 0 || where != at || disks > 1) refuse(tr("the ZIP's end record is damaged"));
  return end;
}

}  // namespace

void check_zip_directory(ByteSource& rest, std::uint64_t position, const std::vector<ZipEntry>& entries) {
  Fields in(rest, position);
  for (const ZipEntry& entry : entries) check_record(in, entry);
  const End expected{entries.size(), in.position() - position, position};

  const std::uint64_t end_at = in.position();
  std::uint32_t signature = in.u32();
  End wide = expected;
  if (signature == kEnd64Signature) {
    wide = read_end64(in, end_at);
    signature = in.u32();
  }
  if (signature != kEndSignature) refuse(tr("the ZIP directory lists more than the entries"));
  if (in.u32() != 0) refuse(tr("the ZIP is said to have several volumes"));
  const std::uint64_t count_here = in.u16();
  const std::uint64_t count = in.u16();
  const std::uint64_t size = in.u32();
  const std::uint64_t offset = in.u32();
  const auto agrees = [](std::uint64_t narrow, std::uint64_t marker, std::uint64_t wide_value, std::uint64_t truth) {
    return wide_value == truth && (narrow == truth || narrow == marker);
  };
  if (count_here != count || !agrees(count, kCountIn64BitField, wide.count, expected.count) ||
      !agrees(size, kIn64BitField, wide.size, expected.size) ||
      !agrees(offset, kIn64BitField, wide.offset, expected.offset)) {
    refuse(tr("the ZIP's end record describes another directory"));
  }
  if (in.u16() != 0) refuse(tr("the ZIP carries a comment"));
  if (!in.at_end()) refuse(tr("data follows the end of the ZIP"));
}

}  // namespace coffre
