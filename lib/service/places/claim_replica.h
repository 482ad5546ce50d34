// A place that a person gives to this installation: the disk that replaces a broken one, another second place. Behind
// `backupd replica claim`; `init` stores its lists by the same function.
//
// Two objects are made in the place, put-if-absent: whose it is (replicas/installation.h), then the signed lists, so
// that this place and one key file are enough (rule 6). Copies that the catalog has there and the place has not are set
// down as missing: a run puts them there again from the other place. A kill in
// between is finished by calling again.
#pragma once

#include <string>

#include "replicas/replica.h"
#include "service/installation.h"

namespace coffre {

// Texts of the two lists as the root signed them, and the number that their names bear.
struct ListTexts {
  std::string recipients;
  std::uint32_t recipients_epoch = 1;
  std::string signers;
  std::uint32_t signers_epoch = 1;
};

// Nothing to do when they are there. Error(rule) when another list lies under that name: it was left as it was.
void store_lists(Replica& replica, const ListTexts& lists);

// Error(rule, FOREIGN_INSTALLATION) for a place that some installation has claimed. For `init`, which asks every place
// before it claims one.
void require_unclaimed(Replica& replica);

struct ClaimRequest {
  Replica& replica;
  std::string recipients;  // texts of the files; they count only with the signature of this installation's root
  std::string signers;
  std::string ticket;
  std::string reason;
};

struct Claim {
  bool was_ours = false;    // before
  std::size_t missing = 0;  // copies that are missing now
};

// Claims the place and stores the lists; a journal row each time. Errors: rule (category FOREIGN_INSTALLATION: another
// installation's; PLACE_NOT_EMPTY: nobody's, but with objects in it; E_LIST), damaged, and what the replica throws.
Claim claim_replica(Installation& at, const ClaimRequest& request);

}  // namespace coffre
