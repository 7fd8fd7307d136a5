/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "sst/key-record.h"

namespace sst
{

namespace
{

constexpr const char* OWNER_PREFIX = "_sst.";
constexpr uint16_t PARAMETER_PORT = 3;     //!< RFC 9460, 14.3.2
constexpr uint16_t PARAMETER_KEYS = 65280; //!< first of the private-use keys
constexpr uint16_t PRIORITY = 1;           //!< ServiceMode; 0 would be an alias
constexpr size_t MAX_LABEL = 63;           //!< RFC 1035, 2.3.4
constexpr size_t MAX_HOST = 253 - 5;       //!< text of a name of 255 bytes, less `_sst.`

/// @return the host without the last dot
std::string
WithoutDot(const std::string& host)
{
    return !host.empty() && host.back() == '.' ? host.substr(0, host.size() - 1) : host;
}

bool
IsHostCharacter(char character)
{
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
           (character >= '0' && character <= '9') || character == '-' || character == '_';
}

void
Append16(std::vector<uint8_t>& out, size_t value)
{
    out.push_back(static_cast<uint8_t>(value >> 8));
    out.push_back(static_cast<uint8_t>(value));
}

/// The wire form of a name.
void
AppendName(std::vector<uint8_t>& out, const std::string& name)
{
    for (size_t at = 0; at < name.size();)
    {
        size_t end = name.find('.', at);
        end = end == std::string::npos ? name.size() : end;
        out.push_back(static_cast<uint8_t>(end - at));
        out.insert(out.end(),
                   name.begin() + static_cast<long>(at),
                   name.begin() + static_cast<long>(end));
        at = end + 1;
    }
    out.push_back(0);
}

/// What both forms begin with.
std::string
PrintOwner(const KeyRecord& record)
{
    return OWNER_PREFIX + WithoutDot(record.host) + ". " + std::to_string(record.ttl) + " IN ";
}

} // namespace

bool
IsHostName(const std::string& host)
{
    const std::string name = WithoutDot(host);
    if (name.empty() || name.size() > MAX_HOST)
    {
        return false;
    }
    size_t label = 0;
    for (const char character : name)
    {
        if (character == '.' && label > 0)
        {
            label = 0;
        }
        else if (!IsHostCharacter(character) || ++label > MAX_LABEL)
        {
            return false;
        }
    }
    return label > 0;
}

std::vector<uint8_t>
SerializeKeyRecord(const KeyRecord& record)
{
    std::vector<uint8_t> out;
    Append16(out, PRIORITY);
    AppendName(out, WithoutDot(record.host));
    // RFC 9460 2.2: "SvcParamKeys SHALL appear in increasing numeric order."
    if (record.udpPort != 0)
    {
        Append16(out, PARAMETER_PORT);
        Append16(out, 2);
        Append16(out, record.udpPort);
    }
    const std::vector<uint8_t> value = SerializeKeyValue(record.keys);
    Append16(out, PARAMETER_KEYS);
    Append16(out, value.size());
    out.insert(out.end(), value.begin(), value.end());
    return out;
}

std::string
PrintKeyRecord(const KeyRecord& record)
{
    const std::vector<uint8_t> value = SerializeKeyValue(record.keys);
    std::string text = PrintOwner(record) + "SVCB " + std::to_string(PRIORITY) + " " +
                       WithoutDot(record.host) + ".";
    if (record.udpPort != 0)
    {
        text += " port=" + std::to_string(record.udpPort);
    }
    return text + " key" + std::to_string(PARAMETER_KEYS) + "=" +
           PrintKeyValue(value.data(), value.size());
}

std::string
PrintKeyRecordGeneric(const KeyRecord& record)
{
    static const char* const digits = "0123456789abcdef";
    const std::vector<uint8_t> rdata = SerializeKeyRecord(record);
    std::string text = PrintOwner(record) + "TYPE" + std::to_string(RECORD_TYPE_SVCB) + " \\# " +
                       std::to_string(rdata.size()) + " ";
    for (const uint8_t byte : rdata)
    {
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

} // namespace sst
