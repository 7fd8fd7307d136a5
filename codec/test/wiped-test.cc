// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// AEAD-10, EPOCH-12, RETRY-12, SRV-15
// "Keys, ephemerals and old epochs are wiped when done with": searches this process's own memory
// for every key at the times they are to be gone, and before, where they are to be found: so the
// search is known to work. This program keeps keys only under a mask.

#include "secret-duo.h"
#include "sst/cipher.h"

#include <array>
#include <cstdint>
#include <fcntl.h>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

using namespace ssttest;

namespace
{

constexpr uint8_t MASK = 0xa5;
// X25519 changes the first and the last byte of a scalar: what stands between is looked for.
constexpr size_t FROM = 8;
constexpr size_t SIZE = 16;

/// Middle part of keys, masked.
class Book
{
  public:
    using Line = std::array<uint8_t, SIZE>;

    void Write(const uint8_t* key)
    {
        Line line;
        for (size_t i = 0; i < SIZE; i++)
        {
            line[i] = static_cast<uint8_t>(key[FROM + i] ^ MASK);
        }
        for (const Line& known : m_lines)
        {
            if (known == line)
            {
                return;
            }
        }
        m_lines.push_back(line);
    }

    const std::vector<Line>& Lines() const
    {
        return m_lines;
    }

    size_t Size() const
    {
        return m_lines.size();
    }

    /// Only the lines from `first` on.
    Book From(size_t first) const
    {
        Book book;
        book.m_lines.assign(m_lines.begin() + static_cast<long>(first), m_lines.end());
        return book;
    }

    /// Only the lines before `end`.
    Book Until(size_t end) const
    {
        Book book;
        book.m_lines.assign(m_lines.begin(), m_lines.begin() + static_cast<long>(end));
        return book;
    }

  private:
    std::vector<Line> m_lines;
};

/// Looks through all writable memory of this process.
class Search
{
  public:
    Search()
    {
        m_window = static_cast<uint8_t*>(mmap(nullptr,
                                              WINDOW + OVERLAP,
                                              PROT_READ | PROT_WRITE,
                                              MAP_PRIVATE | MAP_ANONYMOUS,
                                              -1,
                                              0));
        m_memory = open("/proc/self/mem", O_RDONLY);
        Check(m_window != MAP_FAILED && m_memory >= 0, "own memory can be read");
    }

    /// @return how many of the keys are somewhere
    size_t Count(const Book& book, const char* say = nullptr)
    {
        std::vector<bool> found(book.Size());
        std::FILE* maps = std::fopen("/proc/self/maps", "r");
        Check(maps != nullptr, "/proc/self/maps can be read");
        char line[512];
        std::vector<std::pair<std::pair<uint64_t, uint64_t>, std::string>> regions;
        while (std::fgets(line, sizeof line, maps) != nullptr)
        {
            unsigned long begin = 0;
            unsigned long end = 0;
            char rights[8] = {};
            if (std::sscanf(line, "%lx-%lx %7s", &begin, &end, rights) == 3 && rights[0] == 'r' &&
                rights[1] == 'w' && std::strstr(line, "[v") == nullptr)
            {
                regions.push_back({{begin, end}, line});
            }
        }
        std::fclose(maps);
        for (const auto& [range, name] : regions)
        {
            Look(range.first, range.second, name, book, found, say);
        }
        size_t count = 0;
        for (const bool one : found)
        {
            count += one ? 1 : 0;
        }
        std::memset(m_window, 0, WINDOW + OVERLAP);
        return count;
    }

  private:
    static constexpr size_t WINDOW = 1 << 20;
    static constexpr size_t OVERLAP = SIZE;

    void Look(uint64_t begin,
              uint64_t end,
              const std::string& name,
              const Book& book,
              std::vector<bool>& found,
              const char* say)
    {
        const auto own = reinterpret_cast<uint64_t>(m_window);
        for (uint64_t at = begin; at < end; at += WINDOW)
        {
            if (at < own + WINDOW + OVERLAP && own < at + WINDOW + OVERLAP)
            {
                continue; // the window itself; it stands alone or beside other windows only
            }
            const size_t want = end - at < WINDOW + OVERLAP ? end - at : WINDOW + OVERLAP;
            const ssize_t got = pread(m_memory, m_window, want, static_cast<off_t>(at));
            for (ssize_t i = 0; i + static_cast<ssize_t>(SIZE) <= got; i++)
            {
                for (size_t k = 0; k < book.Size(); k++)
                {
                    const Book::Line& line = book.Lines()[k];
                    if ((m_window[i] ^ MASK) == line[0] && (m_window[i + 1] ^ MASK) == line[1] &&
                        Equals(m_window + i, line))
                    {
                        if (say != nullptr)
                        {
                            std::printf("%s: key %zu at %lx in %s",
                                        say,
                                        k,
                                        static_cast<unsigned long>(at + static_cast<uint64_t>(i)),
                                        name.c_str());
                        }
                        found[k] = true;
                    }
                }
            }
        }
    }

    static bool Equals(const uint8_t* data, const Book::Line& line)
    {
        for (size_t i = 0; i < SIZE; i++)
        {
            if ((data[i] ^ MASK) != line[i])
            {
                return false;
            }
        }
        return true;
    }

    uint8_t* m_window;
    int m_memory;
};

/// Writes down every ephemeral and every secret of RETRY.
class BookedRandom : public sst::Random
{
  public:
    void Fill(sst::Purpose purpose, uint8_t* out, size_t size) override
    {
        for (size_t i = 0; i < size; i++)
        {
            m_state = m_state * 6364136223846793005ULL + 1442695040888963407ULL;
            out[i] = static_cast<uint8_t>(m_state >> 56);
        }
        if (purpose == sst::Purpose::EPHEMERAL)
        {
            ephemerals.Write(out);
        }
        if (purpose == sst::Purpose::RETRY)
        {
            retries.Write(out);
        }
    }

    Book ephemerals;
    Book retries;

  private:
    uint64_t m_state{77};
};

/// Writes down every key that seals or opens.
class BookedCipher : public sst::SodiumChaChaPoly
{
  public:
    explicit BookedCipher(Book& book)
        : m_book{book}
    {
    }

    void Seal(const uint8_t* key,
              uint64_t nonce,
              const uint8_t* aad,
              size_t aadSize,
              uint8_t* data,
              size_t size,
              uint8_t* tag) const override
    {
        m_book.Write(key);
        SodiumChaChaPoly::Seal(key, nonce, aad, aadSize, data, size, tag);
    }

    bool Open(const uint8_t* key,
              uint64_t nonce,
              const uint8_t* aad,
              size_t aadSize,
              uint8_t* data,
              size_t size,
              const uint8_t* tag) const override
    {
        m_book.Write(key);
        return SodiumChaChaPoly::Open(key, nonce, aad, aadSize, data, size, tag);
    }

  private:
    Book& m_book;
};

void
Expect(size_t found, size_t wanted, const char* what)
{
    std::printf("%-64s %zu%s\n", what, found, found == wanted ? "" : "  WRONG");
    std::fflush(stdout);
    Check(found == wanted, what);
}

void
ExpectSome(size_t found, const char* what)
{
    std::printf("%-64s %zu\n", what, found);
    std::fflush(stdout);
    Check(found > 0, what);
}

} // namespace

int
main()
{
    Search search;
    Book keys;
    BookedRandom random;
    Book statics;
    SecretDuo duo(random, std::make_shared<BookedCipher>(keys), true);
    sst::KeyPair pair;
    BookedRandom().Fill(sst::Purpose::SECRET, pair.secretKey.data(), pair.secretKey.size());
    sst::X25519Base(pair.secretKey.data(), pair.publicKey.data());
    pair.keyId = 1;
    statics.Write(pair.secretKey.data());
    const sst::PublicKey publicKey = pair.publicKey;
    Check(duo.server->AddServerKey(pair, duo.clock), "the server takes its key");
    sst::Wipe(&pair, sizeof pair);
    ExpectSome(search.Count(statics), "static key while the server holds it");

    duo.Learn(publicKey, 1);
    (void)duo.Send(CLIENT, 2);
    ExpectSome(search.Count(random.ephemerals), "ephemeral of the INIT before RESP");
    duo.Carry();
    ExpectSome(search.Count(random.retries), "secret of RETRY tokens in its slot");
    (void)duo.Send(SERVER, 18);
    duo.Carry();
    constexpr size_t handshake = 2; // k of both messages: every key before those of DATA
    (void)duo.Send(CLIENT, 16, std::vector<uint8_t>(50, 1));
    (void)duo.Send(SERVER, 16, std::vector<uint8_t>(50, 1));
    duo.Carry();
    Expect(search.Count(random.ephemerals, "ephemeral"), 0, "ephemerals after RESP");
    Expect(search.Count(keys.Until(handshake), "handshake key"), 0, "handshake keys after RESP");
    const Book epoch0 = keys.From(handshake);
    Expect(search.Count(epoch0), epoch0.Size(), "session keys of epoch 0 in use");
    Expect(epoch0.Size(), 2, "of these there are");

    duo.SkipEpoch(CLIENT, 1);
    (void)duo.Send(CLIENT, 16, std::vector<uint8_t>(50, 1));
    duo.Carry();
    (void)duo.Send(SERVER, 16, std::vector<uint8_t>(50, 1));
    duo.Carry();
    const Book epoch1 = keys.From(handshake + epoch0.Size());
    ExpectSome(search.Count(epoch1), "session keys of epoch 1 in use");
    ExpectSome(search.Count(epoch0), "of epoch 0 within 3 s");
    duo.Pass(3 * sst::NS_PER_S + sst::NS_PER_MS);
    duo.Carry();
    Expect(search.Count(epoch0, "epoch 0"), 0, "of epoch 0 after 3 s");

    duo.Pass(240 * sst::NS_PER_S);
    duo.Carry();
    Expect(search.Count(random.retries, "retry"), 0, "secret of RETRY tokens after two slots");

    // The server loses its sessions, and a RESET closes the client's.
    ExpectSome(search.Count(keys), "session keys before the sessions close");
    BookedRandom().Fill(sst::Purpose::SECRET, pair.secretKey.data(), pair.secretKey.size());
    pair.publicKey = publicKey;
    pair.keyId = 1;
    duo.RestartServer(pair);
    sst::Wipe(&pair, sizeof pair);
    (void)duo.Send(CLIENT, 16, std::vector<uint8_t>(50, 1));
    duo.Carry();
    Check(duo.client->Count(sst::Reason::RESET) > 0, "RESET closed the session");
    Expect(search.Count(keys, "session"), 0, "session keys after the sessions closed");
    ExpectSome(search.Count(statics), "static key still held");
    Check(duo.server->RemoveServerKey(1), "the server forgets its key");
    Expect(search.Count(statics, "static"), 0, "static key after RemoveServerKey");
    Expect(search.Count(random.ephemerals, "ephemeral"), 0, "ephemerals at the end");
    return 0;
}
