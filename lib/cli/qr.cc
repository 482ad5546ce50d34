#include "cli/qr.h"

#include <fmt/format.h>
#include <qrencode.h>

#include <memory>

#include "base/error.h"
#include "base/translate.h"

namespace coffre::cli {
namespace {

constexpr int kQuietZone = 4;  // modules on each side, ISO/IEC 18004 section 9.1

struct Free {
  void operator()(QRcode* code) const { QRcode_free(code); }
};

class Modules {
 public:
  explicit Modules(std::string_view text) {
    constexpr int kSmallestVersion = 0;  // the library chooses
    const std::string_view step = tr("drawing a QR code");
    if (text.empty()) throw Error(ErrorCode::usage, std::string(step), tr("there is no text"));
    if (text.size() > kLongestQrText) throw Error(ErrorCode::usage, std::string(step), tr("the text is too long"));
    const auto* const bytes = as_unsigned(text);
    code_.reset(QRcode_encodeData(static_cast<int>(text.size()), bytes, kSmallestVersion, QR_ECLEVEL_M));
    if (code_ == nullptr) throw Error(ErrorCode::internal, std::string(step), tr("the library refused the text"));
  }

  [[nodiscard]] int width() const { return code_->width + 2 * kQuietZone; }

  [[nodiscard]] bool is_dark(int row, int column) const {
    row -= kQuietZone;
    column -= kQuietZone;
    if (row < 0 || column < 0 || row >= code_->width || column >= code_->width) return false;
    return (code_->data[row * code_->width + column] & 1U) != 0;
  }

 private:
  static const unsigned char* as_unsigned(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
  }
  std::unique_ptr<QRcode, Free> code_;
};

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else
      out += c;
  }
  return out;
}

}  // namespace

std::string qr_svg(std::string_view text, std::string_view title) {
  const Modules modules(text);
  const int width = modules.width();
  std::string path;
  for (int row = 0; row < width; ++row) {
    for (int column = 0; column < width; ++column) {
      const int start = column;
      while (column < width && modules.is_dark(row, column)) ++column;
      if (column > start) path += fmt::format("M{} {}h{}v1h-{}z", start, row, column - start, column - start);
    }
  }
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {0}\" shape-rendering=\"crispEdges\" role=\"img\">"
      "<title>{1}</title><rect width=\"{0}\" height=\"{0}\" fill=\"#fff\"/><path d=\"{2}\" fill=\"#000\"/></svg>",
      width, escaped(title), path);
}

std::string qr_blocks(std::string_view text) {
  const Modules modules(text);
  std::string out;
  for (int row = 0; row < modules.width(); row += 2) {
    for (int column = 0; column < modules.width(); ++column) {
      const bool upper_light = !modules.is_dark(row, column);
      const bool lower_light = !modules.is_dark(row + 1, column);
      if (upper_light && lower_light)
        out += "\u2588";
      else if (upper_light)
        out += "\u2580";
      else if (lower_light)
        out += "\u2584";
      else
        out += ' ';
    }
    out += '\n';
  }
  return out;
}

}  // namespace coffre::cli
