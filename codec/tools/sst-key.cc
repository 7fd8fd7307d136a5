/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "key-disk.h"
#include "sst/cipher.h"
#include "sst/key-record.h"
#include "sst/key-value.h"
#include "sst/random.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <map>
#include <string>
#include <sys/resource.h>
#include <vector>

/**
 * @file
 * Makes, shows and publishes a server's static keys.
 */

namespace
{

constexpr const char* USAGE =
    R"(sst-key: makes, shows and publishes the static keys of an SST server.

  sst-key new FILE [--key-id N] [--flags F,F] [--not-after TIME] [--force]
      makes a key and writes it to FILE, for its owner alone (mode 0600)
      --key-id N         0 to 255, default 1; the keys of a server have different ones
      --flags F,F        early-syn, early-udp, layout-u, strict, or none; default early-syn
      --not-after TIME   clients stop using the key then: 2030-12-31, 2030-12-31T23:59:59Z (UTC),
                         Unix seconds, or +SECONDS from now; default 0: never
      --force            replace FILE
  sst-key show FILE
      prints what is public of it
  sst-key zone FILE... --host NAME [--port UDP] [--ttl SECONDS] [--generic]
      prints the DNS record that publishes one to four keys, the preferred one first: a line for
      zone files, and behind ';' the same for servers that do not know SVCB
      --port UDP         where layout U is served; needed when a key has the flag layout-u
      --ttl SECONDS      default 300; not above 3600 when keys are changed daily
      --generic          the second line alone, without ';'
  sst-key check-value HEX
      reads the value of key65280 as it came from DNS and prints its entries

Exit status: 0 done, 1 a file, key or value is wrong, 2 the command is.
)";

constexpr uint64_t MAX_TTL = 0x7fffffff; //!< RFC 2181, 8

/// What went wrong, and the exit status.
struct Problem
{
    int status;       //!< 1 or 2
    std::string text; //!< without the program's name
};

[[noreturn]] void
Misuse(const std::string& text)
{
    throw Problem{2, text + "\nSee sst-key --help"};
}

[[noreturn]] void
Fail(const std::string& text)
{
    throw Problem{1, text};
}

/// The words behind a command: what begins with -- and what does not.
struct Words
{
    std::vector<std::string> plain;             //!< files
    std::map<std::string, std::string> options; //!< by name, "" without a value

    bool Has(const std::string& name) const
    {
        return options.count(name) != 0;
    }

    std::string Get(const std::string& name, const std::string& otherwise) const
    {
        const auto found = options.find(name);
        return found != options.end() ? found->second : otherwise;
    }
};

/**
 * @param arguments behind the command
 * @param valued options with a value
 * @param switches options without one
 */
Words
Split(const std::vector<std::string>& arguments,
      const std::vector<std::string>& valued,
      const std::vector<std::string>& switches)
{
    const auto holds = [](const std::vector<std::string>& list, const std::string& name) {
        return std::find(list.begin(), list.end(), name) != list.end();
    };
    Words words;
    for (size_t i = 0; i < arguments.size(); ++i)
    {
        const std::string& word = arguments[i];
        if (word.size() < 2 || word[0] != '-')
        {
            words.plain.push_back(word);
            continue;
        }
        const size_t equals = word.find('=');
        const std::string name = word.substr(0, equals);
        std::string value;
        if (holds(valued, name))
        {
            if (equals == std::string::npos && ++i >= arguments.size())
            {
                Misuse(name + " needs a value");
            }
            value = equals == std::string::npos ? arguments[i] : word.substr(equals + 1);
        }
        else if (!holds(switches, word))
        {
            std::string known;
            for (const auto* list : {&valued, &switches})
            {
                for (const std::string& option : *list)
                {
                    known += (known.empty() ? "" : ", ") + option;
                }
            }
            Misuse("unknown option " + word + "; known: " + (known.empty() ? "none" : known));
        }
        if (!words.options.emplace(name, value).second)
        {
            Misuse(name + " is given twice");
        }
    }
    return words;
}

/// @return false unless `text` is a decimal number up to `largest`
bool
ParseNumber(const std::string& text, uint64_t largest, uint64_t& out)
{
    out = 0;
    for (const char character : text)
    {
        const auto digit = static_cast<unsigned>(character - '0');
        if (digit > 9 || out > (largest - digit) / 10)
        {
            return false;
        }
        out = 10 * out + digit;
    }
    return !text.empty();
}

uint64_t
Number(const Words& words,
       const std::string& name,
       uint64_t smallest,
       uint64_t largest,
       uint64_t otherwise)
{
    uint64_t value = otherwise;
    if (words.Has(name) && (!ParseNumber(words.Get(name, ""), largest, value) || value < smallest))
    {
        Misuse(name + ": '" + words.Get(name, "") + "' is no number from " +
               std::to_string(smallest) + " to " + std::to_string(largest));
    }
    return value;
}

/// @return seconds since 1970 of a date, -1 for none
int64_t
ParseDate(const std::string& text)
{
    std::tm parts{};
    const char* const formats[] = {"%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"};
    for (const char* format : formats)
    {
        parts = {};
        const char* end = strptime(text.c_str(), format, &parts);
        if (end != nullptr && *end == '\0')
        {
            const int day = parts.tm_mday;
            const int month = parts.tm_mon;
            const int64_t seconds = timegm(&parts);
            // timegm makes 2 March of 30 February.
            return parts.tm_mday == day && parts.tm_mon == month ? seconds : -1;
        }
    }
    return -1;
}

/// @return Unix seconds, 0 for never
uint32_t
ParseNotAfter(const std::string& text, uint64_t now)
{
    uint64_t seconds = 0;
    if (!text.empty() && text[0] == '+')
    {
        if (!ParseNumber(text.substr(1), UINT32_MAX, seconds))
        {
            Misuse("--not-after: '" + text + "' is no number of seconds from now");
        }
        seconds += now;
    }
    else if (!ParseNumber(text, UINT32_MAX, seconds))
    {
        const int64_t date = ParseDate(text);
        if (date < 0)
        {
            Misuse("--not-after: '" + text +
                   "' is neither a date such as 2030-12-31 or "
                   "2030-12-31T23:59:59Z, nor Unix seconds up to 4294967295, nor +SECONDS");
        }
        seconds = static_cast<uint64_t>(date);
    }
    if (seconds > UINT32_MAX)
    {
        Misuse("--not-after: '" + text + "' is later than the record can say (2106-02-07)");
    }
    if (seconds != 0 && seconds <= now)
    {
        Misuse("--not-after: '" + text + "' has passed");
    }
    return static_cast<uint32_t>(seconds);
}

std::string
PrintTime(uint64_t unixSeconds, const char* zero)
{
    const auto time = static_cast<std::time_t>(unixSeconds);
    std::tm parts{};
    char text[32];
    if (unixSeconds == 0 || gmtime_r(&time, &parts) == nullptr ||
        std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
    {
        return unixSeconds == 0 ? zero : std::to_string(unixSeconds);
    }
    return text;
}

std::string
PrintHex(const uint8_t* data, size_t size)
{
    static const char* const digits = "0123456789abcdef";
    std::string text;
    for (size_t i = 0; i < size; ++i)
    {
        text += digits[data[i] >> 4];
        text += digits[data[i] & 15];
    }
    return text;
}

sst::KeyEntry
ToEntry(const sst::KeyFile& file)
{
    sst::KeyEntry entry;
    entry.keyId = file.pair.keyId;
    entry.flags = file.pair.flags;
    entry.notAfter = file.notAfter;
    entry.publicKey = file.pair.publicKey;
    return entry;
}

void
Print(const std::string& path, const sst::KeyFile& file)
{
    const std::vector<uint8_t> value = sst::SerializeKeyValue({ToEntry(file)});
    std::printf("file        %s\n", path.c_str());
    std::printf("key-id      %u\n", file.pair.keyId);
    std::printf("flags       %s\n", sst::PrintKeyFlags(file.pair.flags).c_str());
    std::printf("created     %s\n", PrintTime(file.pair.createdUnixMs / 1000, "unknown").c_str());
    std::printf("not-after   %s\n", PrintTime(file.notAfter, "never").c_str());
    std::printf("public-key  %s\n",
                PrintHex(file.pair.publicKey.data(), file.pair.publicKey.size()).c_str());
    std::printf("key65280    %s\n", PrintHex(value.data(), value.size()).c_str());
}

sst::KeyFile
Read(const std::string& path)
{
    sst::KeyFile file;
    const std::string problem = ReadKeyFile(path, file);
    if (!problem.empty())
    {
        Fail(path + ": " + problem);
    }
    return file;
}

void
New(const std::vector<std::string>& arguments)
{
    const Words words = Split(arguments, {"--key-id", "--flags", "--not-after"}, {"--force"});
    if (words.plain.size() != 1)
    {
        Misuse("new needs the name of one file");
    }
    const auto now = static_cast<uint64_t>(std::time(nullptr));
    uint8_t flags = 0;
    if (!sst::ParseKeyFlags(words.Get("--flags", "early-syn"), flags))
    {
        Misuse("--flags: '" + words.Get("--flags", "") +
               "' is neither 'none' nor of early-syn, "
               "early-udp, layout-u, strict, each once, separated by commas");
    }
    const auto keyId = static_cast<uint8_t>(Number(words, "--key-id", 0, UINT8_MAX, 1));
    sst::KeyFile file;
    file.notAfter = ParseNotAfter(words.Get("--not-after", "0"), now);
    sst::SodiumRandom random;
    sst::KeyPair pair = sst::GenerateKeyPair(random, keyId, flags, {0, 1000 * now});
    file.pair = pair;
    sst::Wipe(pair.secretKey.data(), pair.secretKey.size());
    const std::string& path = words.plain[0];
    const std::string problem = WriteKeyFile(path, file, words.Has("--force"));
    if (!problem.empty())
    {
        Fail(path + ": " + problem);
    }
    Print(path, file);
}

void
Show(const std::vector<std::string>& arguments)
{
    const Words words = Split(arguments, {}, {});
    if (words.plain.size() != 1)
    {
        Misuse("show needs the name of one file");
    }
    Print(words.plain[0], Read(words.plain[0]));
}

/// Reads the keys of a record, refusing those no client could use together.
void
ReadKeys(const std::vector<std::string>& paths, sst::KeyRecord& record)
{
    const auto now = static_cast<uint64_t>(std::time(nullptr));
    bool servesU = false;
    for (const std::string& path : paths)
    {
        const sst::KeyEntry entry = ToEntry(Read(path));
        if (!entry.IsValidAt(1000 * now))
        {
            Fail(path + ": its not-after has passed (" + PrintTime(entry.notAfter, "") +
                 "): clients ignore it; make a new key");
        }
        for (const sst::KeyEntry& other : record.keys)
        {
            if (other.keyId == entry.keyId)
            {
                Fail(path + ": key-id " + std::to_string(entry.keyId) +
                     " is that of another file here; clients refuse such a record");
            }
        }
        servesU = servesU || (entry.flags & sst::KEY_FLAG_LAYOUT_U) != 0;
        record.keys.push_back(entry);
    }
    if (servesU != (record.udpPort != 0))
    {
        Misuse(servesU
                   ? "a key has the flag layout-u: --port must say where it is served"
                   : "--port is given, but no key has the flag layout-u: no client would use it");
    }
}

void
Zone(const std::vector<std::string>& arguments)
{
    const Words words = Split(arguments, {"--host", "--port", "--ttl"}, {"--generic"});
    sst::KeyRecord record;
    record.host = words.Get("--host", "");
    record.ttl = static_cast<uint32_t>(Number(words, "--ttl", 0, MAX_TTL, record.ttl));
    record.udpPort = static_cast<uint16_t>(Number(words, "--port", 1, UINT16_MAX, 0));
    if (words.plain.empty() || words.plain.size() > 4)
    {
        Misuse("zone needs the names of one to four key files");
    }
    if (!sst::IsHostName(record.host))
    {
        Misuse("--host: '" + record.host +
               "' is no host name: labels of up to 63 letters, digits, "
               "- and _, 248 characters in all; other scripts in their xn-- form");
    }
    ReadKeys(words.plain, record);
    const std::string generic = sst::PrintKeyRecordGeneric(record);
    if (words.Has("--generic"))
    {
        std::printf("%s\n", generic.c_str());
        return;
    }
    std::printf("%s\n; the same for servers that do not know SVCB (one of both lines is enough):\n"
                "; %s\n",
                sst::PrintKeyRecord(record).c_str(),
                generic.c_str());
}

void
CheckValue(const std::vector<std::string>& arguments)
{
    const Words words = Split(arguments, {}, {});
    if (words.plain.size() != 1 || words.plain[0].size() % 2 != 0 ||
        words.plain[0].find_first_not_of("0123456789abcdefABCDEF") != std::string::npos)
    {
        Misuse("check-value needs the value as one even number of hexadecimal digits");
    }
    std::vector<uint8_t> value;
    for (size_t i = 0; i < words.plain[0].size(); i += 2)
    {
        value.push_back(
            static_cast<uint8_t>(std::strtoul(words.plain[0].substr(i, 2).c_str(), nullptr, 16)));
    }
    std::vector<sst::KeyEntry> entries;
    const sst::KeyValueStatus status = sst::ParseKeyValue(value.data(), value.size(), entries);
    if (status != sst::KeyValueStatus::OK)
    {
        Fail(std::string("key65280: ") + sst::ToString(status));
    }
    std::printf("%s", sst::DescribeKeyValue(entries).c_str());
}

} // namespace

int
main(int argc, char** argv)
{
    const rlimit none{0, 0};
    (void)setrlimit(RLIMIT_CORE, &none); // a core file would hold the key
    std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
    const std::string command = arguments.empty() ? "" : arguments[0];
    try
    {
        if (std::find(arguments.begin(), arguments.end(), "--help") != arguments.end())
        {
            std::printf("%s", USAGE);
            return 0;
        }
        const std::map<std::string, void (*)(const std::vector<std::string>&)> commands{
            {"new", New},
            {"show", Show},
            {"zone", Zone},
            {"check-value", CheckValue},
        };
        const auto found = commands.find(command);
        if (found == commands.end())
        {
            Misuse((command.empty() ? "a command is needed" : "unknown command '" + command + "'") +
                   std::string("; known: new, show, zone, check-value"));
        }
        arguments.erase(arguments.begin());
        found->second(arguments);
    }
    catch (const Problem& problem)
    {
        (void)std::fprintf(stderr, "sst-key: %s\n", problem.text.c_str());
        return problem.status;
    }
    if (std::fflush(stdout) != 0)
    {
        std::perror("sst-key: standard output");
        return 1;
    }
    return 0;
}
