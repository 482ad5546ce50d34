// A look over the bytes of an XML document of a peer, before a parser that builds a tree from them sees it: bombs never
// come that far. Memory: none; time: linear. Not a parser: well-formedness is the parser's matter.
//
// Threads: no shared state. Source of the limits: security-design.md section 3 ("Parsers").
#pragma once

#include <cstddef>

#include "base/bytes.h"

namespace coffre {

// Throws Error(implausible) for NUL bytes (other encodings than UTF-8 hold them, and would hide the rest), a document
// type of its own (entities), or elements nested deeper than `max_depth`.
void guard_xml(ByteView bytes, std::size_t max_depth);

}  // namespace coffre
