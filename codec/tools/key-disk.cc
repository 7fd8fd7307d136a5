/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "key-disk.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace
{

constexpr mode_t OTHERS = S_IRWXG | S_IRWXO;

/// A descriptor that closes itself.
class Descriptor
{
  public:
    explicit Descriptor(int number)
        : m_number(number)
    {
    }

    ~Descriptor()
    {
        (void)Close();
    }

    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    int Number() const
    {
        return m_number;
    }

    /// @return false when the last bytes could not be written
    bool Close()
    {
        const int number = m_number;
        m_number = -1;
        return number < 0 || close(number) == 0;
    }

  private:
    int m_number; //!< -1 none
};

std::string
SystemError(const char* what)
{
    return std::string(what) + ": " + std::strerror(errno);
}

bool
WriteAll(int descriptor, const std::string& text)
{
    for (size_t at = 0; at < text.size();)
    {
        const ssize_t written = write(descriptor, text.data() + at, text.size() - at);
        if (written < 0 && errno != EINTR)
        {
            return false;
        }
        at += written > 0 ? static_cast<size_t>(written) : 0;
    }
    return true;
}

/// The name of a file is on the disk once its folder is.
bool
SyncFolder(const std::string& path)
{
    const size_t slash = path.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    const Descriptor descriptor(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    // Some file systems know no fsync of a folder: EINVAL.
    return descriptor.Number() >= 0 && (fsync(descriptor.Number()) == 0 || errno == EINVAL);
}

/// Writes a file that does not exist yet.
std::string
WriteNew(const std::string& path, const std::string& text)
{
    Descriptor file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (file.Number() < 0)
    {
        return errno == EEXIST ? "exists already and may be in use; --force replaces it"
                               : SystemError("cannot be made");
    }
    std::string problem;
    if (fchmod(file.Number(), 0600) != 0 || !WriteAll(file.Number(), text) ||
        fsync(file.Number()) != 0 || !file.Close())
    {
        problem = SystemError("cannot be written");
        (void)unlink(path.c_str());
    }
    return problem;
}

} // namespace

std::string
ReadKeyFile(const std::string& path, sst::KeyFile& out)
{
    // O_NONBLOCK: opening a named pipe does not wait for a writer.
    const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat state;
    if (file.Number() < 0 || fstat(file.Number(), &state) != 0)
    {
        return SystemError("cannot be opened");
    }
    if (!S_ISREG(state.st_mode))
    {
        return "is no ordinary file";
    }
    if ((state.st_mode & OTHERS) != 0)
    {
        std::array<char, 8> mode;
        (void)std::snprintf(mode.data(), mode.size(), "%04o", state.st_mode & 07777U);
        return "may be read or written by others (mode " + std::string(mode.data()) +
               "): run chmod 600 on it, and make a new key where others may have read this one";
    }
    std::array<char, sst::KEY_FILE_MAX + 1> text;
    size_t size = 0;
    ssize_t got = 1;
    while (got != 0 && size < text.size())
    {
        got = read(file.Number(), text.data() + size, text.size() - size);
        if (got < 0 && errno != EINTR)
        {
            break;
        }
        size += got > 0 ? static_cast<size_t>(got) : 0;
    }
    std::string problem = got < 0 ? SystemError("cannot be read") : "";
    if (problem.empty())
    {
        size_t line = 0;
        const sst::KeyFileStatus status = sst::ParseKeyFile(text.data(), size, out, line);
        if (status != sst::KeyFileStatus::OK)
        {
            problem = (line > 0 ? "line " + std::to_string(line) + ": " : "") +
                      std::string(sst::ToString(status));
        }
    }
    sst::Wipe(text.data(), text.size());
    return problem;
}

std::string
WriteKeyFile(const std::string& path, const sst::KeyFile& file, bool replace)
{
    // Renaming replaces whatever is there: a device, or a link to the file meant, would be lost.
    struct stat state;
    if (replace && lstat(path.c_str(), &state) == 0 && !S_ISREG(state.st_mode))
    {
        return "is no ordinary file: --force does not replace it";
    }
    const std::string target =
        replace ? path + ".new-" + std::to_string(static_cast<long>(getpid())) : path;
    std::string text = sst::PrintKeyFile(file);
    std::string problem = WriteNew(target, text);
    sst::Wipe(text.data(), text.size());
    if (problem.empty() && replace && rename(target.c_str(), path.c_str()) != 0)
    {
        problem = SystemError("cannot be replaced");
        (void)unlink(target.c_str());
    }
    if (problem.empty() && !SyncFolder(path))
    {
        problem = SystemError("was written, but its folder cannot be synchronised");
    }
    return problem;
}
