/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_DNS_MUTATOR_H
#define SST_DNS_MUTATOR_H

#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

/**
 * @ingroup sst-tests
 * Feeds the parsers of DNS bytes with random bytes, and with messages of SstDnsSamples that it
 * has changed, and checks what must hold of everything they accept. Needs no simulator.
 */
class SstDnsMutator
{
  public:
    /**
     * @param seed the seed: the same one gives the same bytes
     */
    explicit SstDnsMutator(uint64_t seed);

    /// Make one input and give it to the parsers.
    void Step();

    /**
     * @return a sample message, changed
     */
    std::vector<uint8_t> MakeMessage();

    /**
     * @return inputs by what became of them: `parser: name of the error`
     */
    const std::map<std::string, uint64_t>& GetOutcomes() const;

    /**
     * @return what did not hold, empty when all is well; every entry with its input in hex
     */
    const std::vector<std::string>& GetFailures() const;

  private:
    /**
     * @param bound upper bound, not 0
     * @return a random number below it
     */
    size_t Below(size_t bound);

    /**
     * @param bytes what to change, in some of many ways
     */
    void Mutate(std::vector<uint8_t>& bytes);

    /**
     * @param bytes a message
     */
    void TryMessage(const std::vector<uint8_t>& bytes);

    /**
     * @param bytes data of a SVCB record
     */
    void TrySvcb(const std::vector<uint8_t>& bytes);

    /**
     * @param bytes parameters of a SVCB record
     */
    void TrySvcParams(const std::vector<uint8_t>& bytes);

    /**
     * @param holds what must hold
     * @param what its name
     * @param bytes the input
     */
    void Check(bool holds, const std::string& what, const std::vector<uint8_t>& bytes);

    std::mt19937_64 m_random;                     //!< what is random
    std::vector<std::vector<uint8_t>> m_messages; //!< samples
    std::vector<std::vector<uint8_t>> m_svcbs;    //!< samples of SVCB data
    std::map<std::string, uint64_t> m_outcomes;   //!< inputs by outcome
    std::vector<std::string> m_failures;          //!< what did not hold
};

#endif // SST_DNS_MUTATOR_H
