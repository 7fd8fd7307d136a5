/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "sst-c-endpoint.h"
#include "sst/cipher.h"
#include "sst/key-file.h"
#include "sst/key-value.h"

#include <algorithm>
#include <cstring>
#include <sodium.h>

namespace
{

constexpr size_t MIN_V4_HEADER = 20; //!< RFC 791

void
ToC(const sst::KeyPair& pair, sst_key_pair& out)
{
    std::copy(pair.publicKey.begin(), pair.publicKey.end(), out.public_key);
    std::copy(pair.secretKey.begin(), pair.secretKey.end(), out.secret_key);
    out.created_unix_ms = pair.createdUnixMs;
    out.retire_unix_ms = pair.retireUnixMs;
    out.key_id = pair.keyId;
    out.flags = pair.flags;
}

/// Copies `wanted` bytes where they fit. @return SST_OK or SST_E_SPACE
int
CopyOut(const void* data, size_t wanted, void* out, size_t* size)
{
    const size_t room = *size;
    *size = wanted;
    if (wanted > room)
    {
        return SST_E_SPACE;
    }
    std::memcpy(out, data, wanted);
    return SST_OK;
}

/// @return SST_OK, or what is wrong with an IPv4 header
int
CheckV4(const uint8_t* header, size_t size)
{
    if (header == nullptr)
    {
        return SST_E_NULL;
    }
    const bool whole = size >= MIN_V4_HEADER && header[0] >> 4 == 4 && (header[0] & 15) >= 5 &&
                       size >= 4U * (header[0] & 15);
    return whole ? SST_OK : SST_E_VALUE;
}

} // namespace

int
sst_generate_key_pair(sst_random_callback random,
                      void* user,
                      uint8_t key_id,
                      uint8_t flags,
                      uint64_t unix_ms,
                      sst_key_pair* key)
{
    if (key == nullptr)
    {
        return SST_E_NULL;
    }
    return Guard([&] {
        if (sodium_init() < 0)
        {
            return int{SST_E_RANDOM};
        }
        CallbackRandom source(random, user);
        sst::KeyPair pair = sst::GenerateKeyPair(source, key_id, flags, {0, unix_ms});
        ToC(pair, *key);
        sst::Wipe(pair.secretKey.data(), pair.secretKey.size());
        return int{SST_OK};
    });
}

int
sst_parse_key_value(const uint8_t* value,
                    size_t size,
                    sst_key_entry* entries,
                    size_t* count,
                    const char** problem)
{
    if ((value == nullptr && size > 0) || count == nullptr || (entries == nullptr && *count > 0))
    {
        return SST_E_NULL;
    }
    return Guard([&] {
        std::vector<sst::KeyEntry> keys;
        const sst::KeyValueStatus status = sst::ParseKeyValue(value, size, keys);
        if (problem != nullptr)
        {
            *problem = sst::ToString(status);
        }
        const size_t room = *count;
        *count = keys.size();
        if (status != sst::KeyValueStatus::OK)
        {
            return int{SST_E_KEY_VALUE};
        }
        if (keys.size() > room)
        {
            return int{SST_E_SPACE};
        }
        for (size_t i = 0; i < keys.size(); ++i)
        {
            std::copy(keys[i].publicKey.begin(), keys[i].publicKey.end(), entries[i].public_key);
            entries[i].not_after = keys[i].notAfter;
            entries[i].key_id = keys[i].keyId;
            entries[i].flags = keys[i].flags;
        }
        return int{SST_OK};
    });
}

int
sst_serialize_key_value(const sst_key_entry* entries, size_t count, uint8_t* value, size_t* size)
{
    if (entries == nullptr || size == nullptr || (value == nullptr && *size > 0))
    {
        return SST_E_NULL;
    }
    return Guard([&] {
        if (count < 1 || count > SST_MAX_KEYS)
        {
            return int{SST_E_VALUE};
        }
        std::vector<sst::KeyEntry> keys(count);
        for (size_t i = 0; i < count; ++i)
        {
            keys[i].keyId = entries[i].key_id;
            keys[i].flags = entries[i].flags;
            keys[i].notAfter = entries[i].not_after;
            std::copy_n(entries[i].public_key, keys[i].publicKey.size(), keys[i].publicKey.begin());
        }
        const std::vector<uint8_t> bytes = sst::SerializeKeyValue(keys);
        if (sst::ParseKeyValue(bytes.data(), bytes.size(), keys) != sst::KeyValueStatus::OK)
        {
            return int{SST_E_VALUE};
        }
        return CopyOut(bytes.data(), bytes.size(), value, size);
    });
}

int
sst_print_key_value(const uint8_t* value, size_t value_size, char* text, size_t* size)
{
    if (value == nullptr || size == nullptr || (text == nullptr && *size > 0))
    {
        return SST_E_NULL;
    }
    return Guard([&] {
        const std::string printed = sst::PrintKeyValue(value, value_size);
        return CopyOut(printed.c_str(), printed.size() + 1, text, size);
    });
}

int
sst_parse_key_file(const char* text,
                   size_t size,
                   sst_key_pair* key,
                   uint32_t* not_after,
                   const char** problem,
                   size_t* line)
{
    if ((text == nullptr && size > 0) || key == nullptr)
    {
        return SST_E_NULL;
    }
    return Guard([&] {
        sst::KeyFile file;
        size_t number = 0;
        const sst::KeyFileStatus status = sst::ParseKeyFile(text, size, file, number);
        if (problem != nullptr)
        {
            *problem = sst::ToString(status);
        }
        if (line != nullptr)
        {
            *line = number;
        }
        if (status != sst::KeyFileStatus::OK)
        {
            return int{SST_E_KEY_FILE};
        }
        ToC(file.pair, *key);
        if (not_after != nullptr)
        {
            *not_after = file.notAfter;
        }
        return int{SST_OK};
    });
}

int
sst_print_key_file(const sst_key_pair* key, uint32_t not_after, char* text, size_t* size)
{
    if (key == nullptr || size == nullptr || (text == nullptr && *size > 0))
    {
        return SST_E_NULL;
    }
    return Guard([&] {
        sst::KeyFile file;
        std::copy_n(key->public_key, file.pair.publicKey.size(), file.pair.publicKey.begin());
        std::copy_n(key->secret_key, file.pair.secretKey.size(), file.pair.secretKey.begin());
        file.pair.keyId = key->key_id;
        file.pair.flags = key->flags;
        file.pair.createdUnixMs = key->created_unix_ms;
        file.notAfter = not_after;
        std::string printed = sst::PrintKeyFile(file);
        const int error = CopyOut(printed.c_str(), printed.size() + 1, text, size);
        sst::Wipe(printed.data(), printed.size());
        return error;
    });
}

void
sst_wipe(void* data, size_t size)
{
    if (data != nullptr)
    {
        sst::Wipe(data, size);
    }
}

int
sst_get_mark_v4(const uint8_t* header, size_t size, int* marked)
{
    const int error = marked == nullptr ? int{SST_E_NULL} : CheckV4(header, size);
    if (error == SST_OK)
    {
        *marked = sst::IsMarkedV4(header) ? 1 : 0;
    }
    return error;
}

int
sst_set_mark_v4(uint8_t* header, size_t size, int marked)
{
    const int error = CheckV4(header, size);
    if (error != SST_OK || marked < 0 || marked > 1)
    {
        return error != SST_OK ? error : int{SST_E_VALUE};
    }
    sst::SetMarkV4(header, marked != 0);
    return SST_OK;
}

int
sst_get_mark_v6(uint8_t traffic_class, uint8_t value, uint8_t mask)
{
    return sst::IsMarkedV6(traffic_class, {value, mask}) ? 1 : 0;
}

uint8_t
sst_set_mark_v6(uint8_t traffic_class, uint8_t value, uint8_t mask)
{
    return sst::ApplyV6(traffic_class, {value, mask});
}
