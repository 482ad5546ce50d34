#include "drivers/answer_body.h"

#include <catch2/catch.hpp>

using namespace coffre;

TEST_CASE("an answer to be parsed is kept up to its limit, and no further") {
  AnswerBody body(5);
  body.write(as_bytes("abc"));
  CHECK(as_text(body.kept()) == "abc");
  CHECK_FALSE(body.too_large());
  body.write(as_bytes("def"));
  CHECK(body.too_large());
  CHECK(body.kept().size() == 3);
  CHECK(body.window().size() == 6);
}

TEST_CASE("a short answer is handed over only when it is wanted") {
  MemorySink out;
  int opened = 0;
  AnswerBody body(0, [&]() -> ByteSink& {
    ++opened;
    return out;
  });
  body.write(as_bytes("error page"));
  CHECK(opened == 0);
  body.commit();
  body.commit();
  CHECK(opened == 1);
  CHECK(as_text(out.bytes()) == "error page");
}

TEST_CASE("a long answer streams through byte for byte, in whatever pieces it comes") {
  std::string all;
  for (int i = 0; all.size() < 200'000; ++i) all += std::to_string(i) + ";";
  for (const std::size_t piece : {std::size_t{1000}, kHeadBytes, kHeadBytes + 1, std::size_t{200'000}}) {
    CAPTURE(piece);
    MemorySink out;
    AnswerBody body(0, [&]() -> ByteSink& { return out; });
    for (std::size_t at = 0; at < all.size(); at += piece)
      body.write(as_bytes(std::string_view(all).substr(at, piece)));
    CHECK(out.bytes().size() == all.size());
    body.commit();
    CHECK(as_text(out.bytes()) == all);
    CHECK_FALSE(body.too_large());
  }
}
