// From a device of the inventory to what its driver needs to speak to it, and what becomes of a refused password.
#pragma once

#include <optional>
#include <string>

#include "base/error.h"
#include "drivers/driver.h"
#include "service/installation.h"

namespace coffre {

// The driver of the device; Error(usage) naming it when this installation has none of that name.
const Driver& driver_for(const Installation& at, const Device& device);

// Where the names of the device's site may lead; empty for a site that the inventory does not have (yet).
const std::vector<std::string>& networks_of(const Installation& at, const Device& device);

// Until when the configuration allows the device a weak TLS key, its last day included; nullopt: not, or not any more.
std::optional<Date> weak_key_allowed(const Installation& at, const Device& device);

// Address, pin and the unwrapped password, in locked memory. Errors: locked_out (category CREDENTIAL_STOPPED) when the
// credential was stopped, naming its release command; usage when there is no such credential or no pin.
DeviceAccess access_for(Installation& at, const Device& device);

// Whether the device itself refused these credentials (rule 5), as opposed to not answering, and to having locked the
// account: a lock says nothing about the password, often comes from somebody else's attempts, and ends by itself.
bool is_wrong_password(const Error& error);

// What a person does about it: the commands that correct and release this device's credential (rule 10).
std::string advice_on_wrong_password(const Device& device);

// Stops the device's credential everywhere, with anomaly and journal row. One transaction.
void stop_credential_of(Installation& at, const Device& device, const Error& cause);
// The same, for a command that ends by it: the error to throw, which names the device and the two commands.
Error stopped_by(Installation& at, const Device& device, const Error& cause);

}  // namespace coffre
