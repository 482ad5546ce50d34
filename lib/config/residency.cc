#include "config/residency.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace coffre {
namespace {

// Looked up in November 2026; D and T as in residency.h.
constexpr std::string_view kOvh = "help.ovhcloud.com, Object Storage: endpoints and geoavailability (2025-10), D";
constexpr std::string_view kScaleway = "scaleway.com/en/docs, Object Storage: regions and availability zones, D";
constexpr std::string_view kOutscale = "docs.outscale.com, Regions, Endpoints and Subregions Reference, D";
constexpr std::string_view kClever = "clever-cloud.com/developers/doc/addons/cellar, D";
constexpr std::string_view kOrange =
    "support.huaweicloud.com/intl/en-us/eu-west-0-usermanual-obs (Flexible Engine, EU-Paris), T";

constexpr std::array kKnown = {
    KnownEndpoint{"s3.gra.io.cloud.ovh.net", "gra", "OVHcloud", "Gravelines", kOvh},
    KnownEndpoint{"s3.gra.perf.cloud.ovh.net", "gra", "OVHcloud", "Gravelines", kOvh},
    KnownEndpoint{"s3.rbx.io.cloud.ovh.net", "rbx", "OVHcloud", "Roubaix", kOvh},
    KnownEndpoint{"s3.sbg.io.cloud.ovh.net", "sbg", "OVHcloud", "Strasbourg", kOvh},
    KnownEndpoint{"s3.sbg.perf.cloud.ovh.net", "sbg", "OVHcloud", "Strasbourg", kOvh},
    KnownEndpoint{"s3.eu-west-par.io.cloud.ovh.net", "eu-west-par", "OVHcloud", "Paris", kOvh},
    KnownEndpoint{"s3.fr-par.scw.cloud", "fr-par", "Scaleway", "Paris", kScaleway},
    KnownEndpoint{"oos.eu-west-2.outscale.com", "eu-west-2", "3DS OUTSCALE", "Paris", kOutscale},
    KnownEndpoint{"oos.cloudgouv-eu-west-1.outscale.com", "cloudgouv-eu-west-1", "3DS OUTSCALE", "Paris", kOutscale},
    KnownEndpoint{"cellar-c2.services.clever-cloud.com", "", "Clever Cloud", "Paris", kClever},
    KnownEndpoint{"cellar-fr-north-hds-c1.services.clever-cloud.com", "", "Clever Cloud", "Nord", kClever},
    KnownEndpoint{"oss.eu-west-0.prod-cloud-ocb.orange-business.com", "eu-west-0", "Orange Business", "Paris", kOrange},
};

}  // namespace

const KnownEndpoint* known_in_france(std::string_view host) {
  const std::string wanted = to_lower_ascii(host);
  const auto* const found = std::ranges::find(kKnown, wanted, &KnownEndpoint::host);
  return found == kKnown.end() ? nullptr : found;
}

std::string_view host_of_endpoint(std::string_view endpoint) {
  constexpr std::string_view kScheme = "https://";
  if (endpoint.starts_with(kScheme)) endpoint.remove_prefix(kScheme.size());
  return endpoint.substr(0, endpoint.find(':'));
}

}  // namespace coffre
