/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_SERVICE_CATALOG_H
#define SST_SERVICE_CATALOG_H

#include "ns3/ptr.h"
#include "ns3/sst-service-script.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ns3
{

/**
 * @ingroup sst
 * What a script is made of, besides the name of its service. Equal parameters give equal scripts.
 */
struct SstServiceParameters
{
    std::string host;                     //!< name of the server: HTTP Host, TLS SNI
    std::string client{"client.example"}; //!< the client's own name: SMTP EHLO
    uint32_t size{0};      //!< bytes of the transfer, 0 for the service's own; not for dns, rtp
    uint32_t datagrams{0}; //!< datagrams of a rtp stream, 0 for the service's own
    uint64_t seed{1};      //!< seed of everything that differs between two flows of a service
};

/**
 * @ingroup sst
 * The services by name.
 */
class SstServiceCatalog
{
  public:
    /// What is fixed of a service.
    struct Entry
    {
        std::string name;  //!< name of the service
        uint8_t protocol;  //!< 6 TCP, 17 UDP
        uint16_t port;     //!< port of the server
        uint32_t size;     //!< default size of the transfer, bytes (rtp: datagrams; dns: 0)
        std::string about; //!< what it is, for --help
        Ptr<SstServiceScript> (*build)(const SstServiceParameters&); //!< makes its script
    };

    static constexpr uint32_t MAX_SIZE = 256 << 20;  //!< largest size of a transfer, bytes
    static constexpr uint32_t MAX_DATAGRAMS = 32768; //!< a rtp stream must not repeat a number

    SstServiceCatalog() = delete;

    /// @return all services
    static const std::vector<Entry>& GetEntries();

    /// @return the names of all services
    static const std::vector<std::string>& Names();

    /**
     * @param name name of a service
     * @return what is fixed of it, nullptr when there is none of this name
     */
    static const Entry* Find(const std::string& name);

    /**
     * @param text names of services separated by commas, or "all"
     * @param [out] names the names in the order given, each once
     * @param [out] error the value met and the allowed ones, when something is wrong
     * @return whether all names are known and there is at least one
     */
    [[nodiscard]] static bool ParseList(const std::string& text,
                                        std::vector<std::string>& names,
                                        std::string& error);

    /**
     * @param name name of a service
     * @param parameters what its script is made of
     * @param [out] error what is wrong with the name or the parameters, when something is
     * @return the script, nullptr when something is wrong
     */
    [[nodiscard]] static Ptr<const SstServiceScript> Make(const std::string& name,
                                                          const SstServiceParameters& parameters,
                                                          std::string& error);
};

} // namespace ns3

#endif // SST_SERVICE_CATALOG_H
