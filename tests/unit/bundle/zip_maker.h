// ZIPs made by hand, byte by byte, so that they can be wrong in one chosen way. Stored entries, sizes known in front.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace coffre::test {

struct MadeEntry {
  std::string name;
  std::string data;
  std::uint32_t mode = 0100600;     // Unix type and permissions, in the directory only
  std::uint16_t flags = 0;          // bit 0: encrypted
  std::string directory_name = {};  // when the directory shall say another name
  std::string junk_before = {};     // bytes between the entry before and this one
};

class ZipMaker {
 public:
  explicit ZipMaker(const std::vector<MadeEntry>& entries) {
    for (const MadeEntry& entry : entries) add(entry);
  }

  std::string comment;
  int directory_records_left_out = 0;

  [[nodiscard]] std::string text() const {
    std::string all = body_;
    std::string directory;
    const std::size_t kept = records_.size() - static_cast<std::size_t>(directory_records_left_out);
    for (std::size_t i = 0; i < kept; ++i) directory += records_[i];
    all += directory;
    put(all, 0x06054b50, 4);
    put(all, 0, 4);
    put(all, kept, 2);
    put(all, kept, 2);
    put(all, directory.size(), 4);
    put(all, body_.size(), 4);
    put(all, comment.size(), 2);
    return all + comment;
  }

  static std::uint32_t crc32(std::string_view data) {
    std::uint32_t crc = 0xffffffff;
    for (const char c : data) {
      crc ^= static_cast<unsigned char>(c);
      for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0xedb88320U : 0U);
    }
    return ~crc;
  }

 private:
  static void put(std::string& out, std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) out.push_back(static_cast<char>((value >> (8 * i)) & 0xffU));
  }

  void add(const MadeEntry& entry) {
    body_ += entry.junk_before;
    const std::size_t offset = body_.size();
    const auto common = [&entry](std::string& out, std::size_t name_length) {
      put(out, 20, 2);
      put(out, entry.flags, 2);
      put(out, 0, 2);
      put(out, 0x21, 4);
      put(out, crc32(entry.data), 4);
      put(out, entry.data.size(), 4);
      put(out, entry.data.size(), 4);
      put(out, name_length, 2);
      put(out, 0, 2);
    };
    put(body_, 0x04034b50, 4);
    common(body_, entry.name.size());
    body_ += entry.name + entry.data;

    const std::string& name = entry.directory_name.empty() ? entry.name : entry.directory_name;
    std::string record;
    put(record, 0x02014b50, 4);
    put(record, 0x0314, 2);
    common(record, name.size());
    put(record, 0, 2);
    put(record, 0, 2);
    put(record, 0, 2);
    put(record, std::uint64_t{entry.mode} << 16U, 4);
    put(record, offset, 4);
    records_.push_back(record + name);
  }

  std::string body_;
  std::vector<std::string> records_;
};

}  // namespace coffre::test
