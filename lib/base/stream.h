// How bytes travel between rooms: device -> bundle -> sealer -> file, and back, in bounded memory.
//
// Threads: one thread per stream. All functions report failure by throwing Error; after a throw the stream is not used
// again. None of them owns the bytes it is given.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"

namespace coffre {

// Takes bytes in order. Whoever made the sink decides how it ends (finish, commit); dying before that means "never
// was".
class ByteSink {
 public:
  virtual ~ByteSink() = default;
  // Takes all of `bytes`, or throws. An empty view is allowed and does nothing.
  virtual void write(ByteView bytes) = 0;
};

// Gives bytes in order, once.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Fills the front of `out` and says how many bytes; 0 means the end (and only the end, when `out` is not empty).
  virtual std::size_t read(ByteSpan out) = 0;
};

// A thing of known size that may be read anywhere and more than once; its bytes do not change while it is open.
class RandomReader {
 public:
  virtual ~RandomReader() = default;
  [[nodiscard]] virtual std::uint64_t size() const = 0;
  // Fills `out` completely from `offset`; reaching past the end throws Error(damaged).
  virtual void read_at(std::uint64_t offset, ByteSpan out) const = 0;
};

// A RandomReader over memory that the caller keeps alive.
class MemoryReader final : public RandomReader {
 public:
  explicit MemoryReader(ByteView bytes) : bytes_(bytes) {}
  [[nodiscard]] std::uint64_t size() const override { return bytes_.size(); }
  void read_at(std::uint64_t offset, ByteSpan out) const override;

 private:
  ByteView bytes_;
};

// Collects into memory.
class MemorySink final : public ByteSink {
 public:
  void write(ByteView bytes) override { append(bytes_, bytes); }
  [[nodiscard]] const Bytes& bytes() const { return bytes_; }
  [[nodiscard]] Bytes take() { return std::move(bytes_); }

 private:
  Bytes bytes_;
};

// Swallows everything, counting.
class CountingSink final : public ByteSink {
 public:
  void write(ByteView bytes) override { count_ += bytes.size(); }
  [[nodiscard]] std::uint64_t count() const { return count_; }

 private:
  std::uint64_t count_ = 0;
};

}  // namespace coffre
