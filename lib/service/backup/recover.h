// What a run that died left behind: finished, or forgotten, by the next one (design.md rule 9).
//
// The trace of an attempt is its job row (catalog/jobs.h), with the intent (service/backup/intent.h) once the file was
// about to get its name. Anything before that left only an unnamed file, which died with its process.
#pragma once

#include <string_view>

#include "model/inventory.h"
#include "service/installation.h"

namespace coffre {

// Finishes what a dead run left of this device: an intent whose file is there is recorded, any other attempt forgotten.
// Called with the device's lock held.
void recover_device(Installation& at, const DeviceKey& device, std::string_view device_id);

// The same for every device with a dead run, due or not; a device whose lock is held has a live one and is left alone.
void recover_interrupted(Installation& at);

}  // namespace coffre
