#include "service/keys/secret_file.h"

#include "os/folder.h"
#include "os/narrow_umask.h"

namespace coffre {

PublishResult write_secret_file(const std::filesystem::path& file, const SecretString& text) {
  const std::filesystem::path path = std::filesystem::absolute(file);
  const Folder folder = Folder::open(path.parent_path().string());
  const NarrowUmask narrow;
  return put_if_absent(folder, path.filename().string(), as_bytes(text.reveal_text()));
}

}  // namespace coffre
