/// Reads a tar stream (ustar, pax, GNU long names) piece by piece.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace dagy {

struct TarMember {
    std::string path;  ///< as the archive has it, unchecked
    int64_t bytes = 0;
    char type = '0';  ///< '0' a file, '5' a folder, others as ustar has them
};

/// What a reader tells: a member begins, its bytes follow in pieces, it ends.
class TarSink {
  public:
    virtual ~TarSink() = default;
    virtual void Begin(const TarMember& member) = 0;
    virtual void Bytes(std::string_view bytes) = 0;
    virtual void End() = 0;
};

class TarReader {
  public:
    /// `way_out` is what a user of a broken archive is told to do.
    TarReader(TarSink& sink, std::string way_out) : sink_(sink), way_out_(std::move(way_out)) {}

    /// Throws kBadRequest with the byte of the tar stream where it is broken, or that it is no tar at all.
    void Feed(std::string_view bytes);
    /// The stream ends here. Throws kBadRequest if it ends inside a member.
    void Finish();
    /// The block of zeros that ends an archive has come.
    bool ended() const { return state_ == State::kEnd; }

  private:
    enum class State { kHeader, kBody, kEnd };

    void TakeHeader();
    void TakeBody(std::string_view& bytes);
    void EndOfBody();
    void TakePax(std::string_view records);
    [[noreturn]] void Fail(std::string_view why) const;
    [[noreturn]] void RefuseAsNoArchive() const;

    TarSink& sink_;
    const std::string way_out_;
    State state_ = State::kHeader;
    std::string header_;
    std::string meta_;  ///< body of a pax header or a long name
    TarMember member_;
    int64_t rest_ = 0;     ///< of the body
    int64_t padding_ = 0;  ///< behind the body
    std::string next_path_;
    int64_t next_bytes_ = -1;
    uint64_t offset_ = 0;
};

}  // namespace dagy
