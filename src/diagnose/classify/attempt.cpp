#include "diagnose/classify/attempt.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>

#include "diagnose/classify/frames.h"
#include "diagnose/read/template.h"
#include "diagnose/read/told_exception.h"

namespace dagy::diagnose {
namespace {

constexpr double kPrimaryMin = 0.25;
constexpr double kSignalMin = 0.45;
constexpr double kClaimMax = 0.84;

Proof ProofOf(const Reading& reading, Proof::Kind kind, int64_t row, std::string text, std::optional<Time> ts) {
    return {.kind = kind,
            .dag_id = reading.dag_id,
            .run_id = reading.run_id,
            .task_id = reading.task_id,
            .attempt = reading.attempt,
            .row = row,
            .ts = ts,
            .text = std::move(text)};
}

bool IsExternal(std::string_view code) {
    return code.starts_with("NETWORK_") || code.starts_with("HTTP_") || code.starts_with("AUTH_") ||
           code.starts_with("DATABASE_") || code.starts_with("STORAGE_") || code.starts_with("SQL_") ||
           code.starts_with("RESOURCE_") || code == "OUT_OF_MEMORY_ERROR" || code == "CONFIG_CONNECTION_MISSING" ||
           code == "CONFIG_VARIABLE_MISSING" || code == "DATA_PARSE_ERROR";
}

bool HasWord(std::string_view text, std::initializer_list<std::string_view> words) {
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return std::ranges::any_of(words, [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

/// It was dealt with, says the line itself.
bool WasHandled(std::string_view text) {
    // `(1/3)`, `attempt 2 of 5`: there was another try.
    static const re2::RE2 kTry(R"((?i)(?:\(|\b(?:attempt|try|retry) )(\d{1,3}) ?(?:/|of) ?(\d{1,3})\b)");
    int number = 0, of = 0;
    if (re2::RE2::PartialMatch(re2::StringPiece(text.data(), std::min<size_t>(text.size(), 500)), kTry, &number, &of) &&
        number < of)
        return true;
    return HasWord(
        text, {"retrying", "retry in", "will retry", "falling back", "fallback", "taking yesterday", "using cached",
               "using default", "skipping", "skipped", "ignoring", "ignored", "recovered", "continuing", "instead"});
}

class AttemptJudge {
  public:
    AttemptJudge(Assessor& assessor, const Reading& reading, const Contrast* contrast, std::vector<FiredRule>* fired)
        : assessor_(assessor), reading_(reading), contrast_(contrast), fired_(fired) {}

    std::vector<Candidate> Judge() {
        TakePrimary();
        TakeMemory();
        TakeEnds();
        FindTold();
        FindClosing();
        TakeOutput();
        TakeLastWords();
        NameImportErrors();
        Refine();
        std::ranges::stable_sort(candidates_, [](const Candidate& a, const Candidate& b) { return a.score > b.score; });
        return std::move(candidates_);
    }

  private:
    bool IsUsual(std::string_view text) const { return contrast_ != nullptr && contrast_->IsUsual(text); }
    bool IsUsual(const ExceptionChain& chain) const {
        if (contrast_ == nullptr || contrast_->Empty()) return false;
        return std::ranges::all_of(chain.exceptions, [&](const Exception& e) {
            return contrast_->templates.contains(TemplateHash(e.type + ": " + e.message));
        });
    }

    void Record(const Verdict& verdict, double weight, const Proof& proof) {
        constexpr size_t kFiredMax = 100;
        if (fired_ == nullptr || fired_->size() + verdict.beaten.size() >= kFiredMax) return;
        fired_->push_back({verdict.rule, verdict.code, verdict.why, verdict.score, std::min(weight, 0.99), proof});
        for (const auto& beaten : verdict.beaten)
            fired_->push_back({beaten.rule, beaten.code, beaten.why, beaten.score, 0, proof});
    }

    void Add(const Verdict& verdict, double score, Proof proof) {
        Record(verdict, score, proof);
        for (auto& known : candidates_)
            if (known.code == verdict.code) {
                NameInner(known, verdict);
                if (known.score >= score) return;
                Fill(known, verdict, score, std::move(proof));
                return;
            }
        Fill(candidates_.emplace_back(), verdict, score, std::move(proof));
    }

    /// A wrapper's words and an exception inside tell of one cause: the exception is its class.
    void NameInner(Candidate& known, const Verdict& verdict) const {
        const ClassRow* outer = assessor_.tables().FindClass(known.exception_class);
        const ClassRow* inner = assessor_.tables().FindClass(verdict.exception_class);
        const bool wraps = outer != nullptr && outer->kind == ClassRow::Kind::kWrapper;
        if (!wraps || verdict.exception_class.empty() || (inner != nullptr && inner->kind == ClassRow::Kind::kWrapper))
            return;
        known.exception_class = verdict.exception_class;
        known.exception_message = verdict.exception_message;
    }

    /// "Failed to import: x.py" is followed by the trace that says why.
    void NameImportErrors() {
        for (auto& candidate : candidates_) {
            if (candidate.code != "DAG_IMPORT_ERROR" || !candidate.exception_class.empty()) continue;
            for (const auto& chain : reading_.chains) {
                if (chain.first_row < candidate.proof.row || chain.first_row > candidate.proof.row + 1) continue;
                candidate.exception_class = chain.exceptions.back().type;
                candidate.exception_message = chain.exceptions.back().message;
                break;
            }
        }
    }

    void Fill(Candidate& candidate, const Verdict& verdict, double score, Proof proof) const {
        candidate = {.code = verdict.code,
                     .score = std::min(score, 0.99),
                     .rule = verdict.rule,
                     .why = verdict.why,
                     .proof = std::move(proof),
                     .exception_class = verdict.exception_class,
                     .exception_message = verdict.exception_message,
                     .captures = verdict.captures};
        const auto cause = assessor_.tables().cause_index.find(verdict.code);
        if (cause != assessor_.tables().cause_index.end())
            candidate.log_classification = assessor_.tables().causes[cause->second].classification;
        if (!verdict.classification.empty()) candidate.log_classification = verdict.classification;
    }

    Proof ChainProof(const ExceptionChain& chain, const Verdict& verdict) const {
        const Exception& exception = chain.exceptions[verdict.exception];
        const std::string text =
            exception.message.empty() ? exception.type : exception.message.substr(0, exception.message.find('\n'));
        return ProofOf(reading_, exception.from_error_record ? Proof::Kind::kError : Proof::Kind::kLog, verdict.row,
                       text, chain.ts);
    }

    /// What went wrong while a failure that had been told was being handled: a mail, a callback.
    bool IsAftermath(const ExceptionChain& later) const {
        return std::ranges::any_of(reading_.chains, [&](const ExceptionChain& told) {
            const size_t count = told.exceptions.size();
            if (told.where != "task" || told.first_row >= later.first_row || count >= later.exceptions.size())
                return false;
            const size_t skip = later.exceptions.size() - count;
            if (later.exceptions[skip].link != Exception::Link::kContext) return false;
            for (size_t i = 0; i < count; ++i)
                if (told.exceptions[i].type != later.exceptions[skip + i].type ||
                    told.exceptions[i].message != later.exceptions[skip + i].message)
                    return false;
            return true;
        });
    }

    /// The failure that Airflow itself reports.
    void TakePrimary() {
        for (auto chain = reading_.chains.rbegin(); chain != reading_.chains.rend(); ++chain) {
            if (chain->where != "task" || IsAftermath(*chain)) continue;
            const auto verdict = assessor_.OfChain(*chain);
            if (!verdict) continue;
            if (verdict->score < kPrimaryMin) {
                Record(*verdict, verdict->score, ChainProof(*chain, *verdict));
                continue;
            }
            primary_ = verdict;
            primary_chain_ = &*chain;
            Add(*verdict, verdict->score, ChainProof(*chain, *verdict));
            return;
        }
    }

    void TakeMemory() {
        for (const auto& signal : reading_.signals) {
            if (signal.name == "memory_growth")
                memory_ = &signal;
            else if (signal.name == "words" && signal.value == "memory.words" && !IsUsual(signal.text))
                memory_ = &signal;
        }
    }

    void AddEnd(const Signal& signal, std::string code, double score, std::string why) {
        if (memory_ != nullptr && code == "PLATFORM_KILLED") {
            const Verdict oom{.code = "OUT_OF_MEMORY_ERROR",
                              .score = 0.93,
                              .rule = "end.killed_with_memory_signs",
                              .why = why + ", memory: " + memory_->text,
                              .row = memory_->row};
            Add(oom, oom.score, ProofOf(reading_, Proof::Kind::kLog, memory_->row, memory_->text, memory_->ts));
        }
        const Verdict verdict{.code = std::move(code),
                              .score = score,
                              .rule = "end." + signal.name,
                              .why = std::move(why),
                              .row = signal.row};
        Add(verdict, score, ProofOf(reading_, Proof::Kind::kLog, signal.row, signal.text, signal.ts));
    }

    /// Code called sys.exit: its words say why, a number only that it did.
    void AddSystemExit(const Signal& signal) {
        const bool is_number = signal.value.find_first_not_of("0123456789-") == std::string::npos;
        Verdict verdict{.code = "USER_CODE_EXPLICIT_FAILURE",
                        .score = is_number ? 0.5 : 0.8,
                        .rule = "end.system_exit",
                        .why = "sys.exit(" + signal.value.substr(0, 160) + ")",
                        .row = signal.row};
        if (!is_number) {
            Signal words = signal;
            words.text = signal.value;
            words.is_orchestrator = false;
            if (auto said = assessor_.OfSignal(words); said && said->score >= kSpecific) verdict = *said;
        }
        Add(verdict, verdict.score, ProofOf(reading_, Proof::Kind::kLog, signal.row, signal.text, signal.ts));
    }

    /// How the process ended.
    void TakeEnds() {
        for (const auto& signal : reading_.signals) {
            if (signal.name == "signal") {
                if (const CodeRow* row = assessor_.tables().FindCode("signal", signal.value))
                    AddEnd(signal, row->code, row->score, row->meaning);
            } else if (signal.name == "exit_code") {
                const CodeRow* row = assessor_.tables().FindCode("exit", signal.value);
                if (row != nullptr)
                    AddEnd(signal, row->code, row->score, "exit code " + signal.value + ": " + row->meaning);
                else if (!signal.is_orchestrator)
                    AddEnd(signal, "USER_CODE_SHELL_EXIT", 0.5, "exit code " + signal.value);
            } else if (signal.name == "system_exit") {
                AddSystemExit(signal);
            } else if (signal.name == "state_set") {
                if (signal.value == "failed" || signal.value == "success")
                    AddEnd(signal, "PLATFORM_CANCELLED_BY_USER", 0.9, "state set to " + signal.value + " from outside");
                else if (signal.value == "skipped")
                    AddEnd(signal, "PLATFORM_CANCELLED_BY_USER", 0.86, "state set to skipped from outside");
            }
        }
    }

    /// An exit code that shells also give for other faults names no cause yet.
    bool Specific() const {
        const bool by_code =
            primary_ && primary_->rule == "exit.words" &&
            (primary_->code == "USER_CODE_COMMAND_NOT_FOUND" || primary_->code == "STORAGE_PERMISSION_DENIED");
        return primary_ && primary_->score >= kSpecific && !by_code && !primary_->is_claim;
    }

    /// What a general failure leaves open and a line before it says: a 401's expired token, a lost worker's crash.
    void Refine() {
        struct Finer {
            std::string_view general, code;
            int64_t rows;  ///< how far before the failure it may stand
        };
        static constexpr std::array<Finer, 14> kFiner{{
            {"AUTH_INVALID_CREDENTIALS", "AUTH_TOKEN_EXPIRED", 60},
            {"AUTH_PERMISSION_DENIED", "AUTH_TOKEN_EXPIRED", 60},
            {"AUTH_PERMISSION_DENIED", "RESOURCE_QUOTA_EXCEEDED", 60},
            {"AUTH_PERMISSION_DENIED", "HTTP_RATE_LIMITED", 60},
            {"HTTP_BAD_REQUEST", "AUTH_TOKEN_EXPIRED", 60},
            {"HTTP_BAD_REQUEST", "RESOURCE_QUOTA_EXCEEDED", 60},
            {"HTTP_RATE_LIMITED", "RESOURCE_QUOTA_EXCEEDED", 60},
            {"NETWORK_CONNECT_TIMEOUT", "NETWORK_TLS_ERROR", 60},
            {"NETWORK_CONNECT_TIMEOUT", "NETWORK_DNS_FAILURE", 60},
            {"NETWORK_CONNECTION_RESET", "NETWORK_UNREACHABLE", 400},
            {"PLATFORM_WORKER_LOST", "USER_CODE_NATIVE_CRASH", 400},
            {"PLATFORM_WORKER_LOST", "OUT_OF_MEMORY_ERROR", 400},
            {"CONFIG_VARIABLE_MISSING", "CONFIG_INVALID_VALUE", 60},
            {"CONFIG_CONNECTION_MISSING", "CONFIG_INVALID_VALUE", 60},
        }};
        if (candidates_.empty()) return;
        const auto top = std::ranges::max_element(candidates_, {}, &Candidate::score);
        for (auto& candidate : candidates_) {
            // What was dealt with says nothing of what came after; what a client retried in vain is why it gave up.
            constexpr double kNotHandled = 0.4;
            if (candidate.score < kNotHandled && !candidate.code.starts_with("NETWORK_")) continue;
            for (const auto& finer : kFiner) {
                const int64_t distance = top->proof.row - candidate.proof.row;
                if (finer.general == top->code && finer.code == candidate.code && distance >= 0 &&
                    distance <= finer.rows)
                    candidate.score = std::min(0.99, top->score + 0.005);
            }
        }
    }

    /// A failure that user code raised in general words may only repeat what its output said before.
    bool MaySwallow() const {
        return primary_ && primary_chain_ != nullptr && (told_ || SaysNoMore(*primary_chain_, *primary_));
    }

    /// Code met nothing where it expected something: whoever should have brought it may have said why not.
    static bool IsConsequence(const ExceptionChain& chain) {
        const Exception& exception = chain.exceptions.front();
        if (chain.exceptions.size() != 1 || !RaisedByUser(exception)) return false;
        const std::string type = exception.ShortType();
        if (type == "TypeError" || type == "AttributeError")
            return exception.message.find("NoneType") != std::string::npos;
        return type == "IndexError" || type == "ZeroDivisionError" || type == "StopIteration" ||
               (type == "ValueError" && exception.message.find("empty") != std::string::npos);
    }

    /// A complaint so close before a failure that only met its result tells the cause.
    bool Explains(const Signal& signal, const Verdict& verdict) const {
        constexpr int64_t kRowsMax = 8;
        if (!primary_ || primary_chain_ == nullptr || !IsConsequence(*primary_chain_)) return false;
        const int64_t distance = primary_chain_->first_row - signal.row;
        // Who writes "the root cause is …" into a log wants to be believed, and is not.
        if (HasWord(signal.text, {"root cause", "instructions"})) return false;
        return distance >= 0 && distance <= kRowsMax && signal.level >= model::Level::kWarning &&
               verdict.score >= kSpecific && !verdict.code.starts_with("USER_CODE_");
    }

    /// Classes that code raises when it only wants to stop.
    static bool IsGeneralStop(const ExceptionChain& chain) {
        const std::string type = chain.exceptions.front().ShortType();
        for (const char* general : {"ValueError", "RuntimeError", "Exception", "AirflowException",
                                    "AirflowFailException", "SystemExit", "BaseException"})
            if (type == general) return RaisedByUser(chain.exceptions.front());
        return false;
    }

    /// Straight before a failure in general words the output told an exception.
    void FindTold() {
        if (!primary_ || primary_chain_ == nullptr || primary_chain_->exceptions.size() != 1 ||
            primary_->score > 0.75 || !IsGeneralStop(*primary_chain_))
            return;
        for (const auto& signal : reading_.signals) {
            const int64_t distance = primary_chain_->first_row - signal.row;
            if (signal.is_orchestrator || distance < 0 || distance > 3 || IsUsual(signal.text)) continue;
            if (!ToldClass(signal.text).empty() && !WasHandled(signal.text)) told_ = true;
        }
    }

    static bool SaysNoMore(const ExceptionChain& chain, const Verdict& verdict) {
        if (verdict.score > 0.75) return false;
        const Exception& outer = chain.exceptions.front();
        if (chain.exceptions.size() > 1 || !outer.frames.empty()) {
            if (!outer.frames.empty() && !outer.frames.back().is_user_code) return false;
        }
        const std::string type = outer.ShortType();
        if (type == "KeyError" || type == "IndexError" || type == "AssertionError" || type == "ZeroDivisionError" ||
            type == "NameError")
            return false;
        return HasWord(
            outer.message,
            {"fail",          "could not",   "couldn't", "unable",    "cannot",        "can't",     "no data",
             "empty",         "nonetype",    "missing",  "error",     "not available", "no result", "did not",
             "none",          "nothing",     "abort",    "giving up", "gave up",       "stopp",     "incomplete",
             "not complete",  "see the log", "see log",  "above",     "went wrong",    "problem",   "unsuccessful",
             "invalid state", "zero rows",   "0 rows"});
    }

    /// A code that general words may stand in front of.
    bool MayHide(std::string_view code) const {
        return IsExternal(code) ||
               (MaySwallow() && !code.starts_with("USER_CODE_PYTHON_") && code != "USER_CODE_EXPLICIT_FAILURE" &&
                code != "USER_CODE_SHELL_EXIT" && code != "OTHER");
    }

    /// The process's own last words: where Airflow only reports how it ended, a trace that nothing follows is what
    /// ended it, and the complaints before it are its history.
    void FindClosing() {
        if (Specific()) return;
        for (auto chain = reading_.chains.rbegin(); chain != reading_.chains.rend(); ++chain) {
            if (&*chain == primary_chain_ || (chain->where != "output" && chain->where != "task") || IsUsual(*chain))
                continue;
            const bool is_last = IsLast(chain->last_row) || chain->first_row == chain->last_row;
            const bool is_whole = !chain->exceptions.front().frames.empty();
            if (!is_last || !is_whole) return;
            const auto verdict = assessor_.OfChain(*chain);
            // That a child ended badly is told by whoever started it; why, by the child, before.
            if (verdict && verdict->code == "USER_CODE_SHELL_EXIT") return;
            if (verdict && (!IsGeneralStop(*chain) || !SaysNoMore(*chain, *verdict))) closing_ = &*chain;
            return;
        }
    }

    double OutputFactor(int64_t row, bool after_nothing) const {
        if (closing_ != nullptr && row <= closing_->first_row) return 0.55;
        const int64_t end = primary_chain_ != nullptr ? primary_chain_->first_row : reading_.rows;
        const int64_t distance = std::max<int64_t>(0, end - row);
        const double recency = 1 - 0.15 * std::min(1.0, static_cast<double>(distance) / 400);
        if (!Specific()) {
            // A log that just stops, or a process that vanished, does not say that its last complaint was the reason.
            const bool vanished = !primary_ && reading_.signal_number.has_value();
            const bool silent_end = !primary_ && reading_.exit_code.has_value() && !ShellSaidCode();
            if (vanished) return 0.4;
            if (silent_end || (reading_.cut_short && !primary_)) return after_nothing ? 0.8 : 0.4;
            return recency;
        }
        return MaySwallow() && distance <= 40 && row <= end ? 0.97 : 0.5;
    }

    bool ShellSaidCode() const {
        return std::ranges::any_of(reading_.signals, [](const Signal& signal) {
            return signal.name == "exit_code" && !signal.is_orchestrator;
        });
    }

    /// Nothing else was put out after `row`.
    bool IsLast(int64_t row) const {
        int64_t last = -1;
        for (const auto& signal : reading_.signals)
            if (signal.name == "last_output") last = std::max(last, signal.row);
        return last <= row + 1;
    }

    /// A log that was cut out of a longer one: a whole trace close before its end is what it was cut out for.
    bool EndsExcerpt(const ExceptionChain& chain) const {
        constexpr int64_t kRowsAfterMax = 8;
        return reading_.cut_short && !reading_.exit_code && !chain.exceptions.front().frames.empty() &&
               reading_.rows - chain.last_row <= kRowsAfterMax;
    }

    void TakeOutput() {
        for (const auto& chain : reading_.chains) {
            if (&chain == primary_chain_ || IsUsual(chain)) continue;
            const auto verdict = assessor_.OfChain(chain);
            if (!verdict || (chain.where == "task" && verdict->score < kPrimaryMin)) continue;
            double factor = chain.where == "callback" || (chain.where == "task" && IsAftermath(chain)) ? 0.3
                            : &chain == closing_                                                       ? 0.985
                            : chain.where == "task"
                                ? 0.6
                                : 0.985 * OutputFactor(chain.last_row, IsLast(chain.last_row) || EndsExcerpt(chain));
            if (chain.where == "orchestrator") factor *= 0.9;
            if (chain.where == "retry_warning") factor *= Specific() ? 0.5 : 0.6;
            if (Specific() && !MayHide(verdict->code)) factor = std::min(factor, 0.5);
            // A whole trace says more than the exit code of the shell around it.
            const double score =
                std::max(verdict->score, primary_ && primary_->code == "USER_CODE_SHELL_EXIT" ? 0.56 : 0.5) * factor;
            if (score >= kSignalMin * (Specific() ? 0.5 : 1))
                Add(*verdict, score, ChainProof(chain, *verdict));
            else
                Record(*verdict, score, ChainProof(chain, *verdict));
        }
        for (const auto& signal : reading_.signals) {
            if (signal.name == "last_output" || signal.name == "exit_code" || signal.name == "signal" ||
                signal.name == "memory_growth" || signal.name == "state_set" || signal.name == "system_exit")
                continue;
            if (IsUsual(signal.text)) continue;
            // The failure that is known already, told again.
            const bool retold =
                primary_ && signal.is_orchestrator && signal.text.find("Failed to execute job") != std::string::npos;
            const auto verdict = assessor_.OfSignal(signal);
            if (!verdict || (retold && verdict->code != "PLATFORM_CANCELLED_BY_USER")) continue;
            const bool afterwards =
                primary_chain_ != nullptr && signal.is_orchestrator && signal.row > primary_chain_->last_row && !retold;
            double factor = afterwards               ? 0.5
                            : signal.is_orchestrator ? 0.95
                                                     : 0.97 * OutputFactor(signal.row, IsLast(signal.row));
            if (Specific()) {
                const bool loud = signal.level >= model::Level::kWarning ||
                                  HasWord(signal.text, {"error", "fail", "exception", "refused", "denied", "timed out",
                                                        "could not", "unable"});
                const bool may_hide = MayHide(verdict->code) || (signal.name == "told_exception" && MaySwallow());
                if ((!loud || !may_hide) && !retold) factor = std::min(factor, 0.5);
            }
            const bool explains = Explains(signal, *verdict);
            if (WasHandled(signal.text) && !explains) factor *= 0.6;
            double score = verdict->score * factor;
            // A claim is a guess: it may not rise to what counts as confirmed.
            if (explains)
                score = std::max(
                    score, verdict->is_claim ? std::min(primary_->score + 0.02, kClaimMax) : primary_->score + 0.02);
            // What did not work is told, and then only that there is nothing to go on with.
            if (signal.name == "told_exception" && MaySwallow() && !WasHandled(signal.text) &&
                primary_chain_->first_row - signal.row <= 40)
                score = std::max(score, primary_->score + 0.02);
            Proof proof = ProofOf(reading_, Proof::Kind::kLog, signal.row, signal.text, signal.ts);
            if (score < kSignalMin * (Specific() ? 0.5 : 1))
                Record(*verdict, score, proof);
            else
                Add(*verdict, score, std::move(proof));
        }
    }

    /// Where nothing else names a cause, the last lines of a process that failed may say it in words of their own.
    void TakeLastWords() {
        const bool known =
            std::ranges::any_of(candidates_, [](const Candidate& candidate) { return candidate.score >= kSpecific; });
        if (known) return;
        for (const auto& signal : reading_.signals) {
            if (signal.name != "last_output" || IsUsual(signal.text) || WasHandled(signal.text)) continue;
            const auto verdict = assessor_.OfLastWords(signal);
            if (!verdict) continue;
            const double score = verdict->score * OutputFactor(signal.row, IsLast(signal.row));
            if (score < kSpecific) continue;
            Add(*verdict, score, ProofOf(reading_, Proof::Kind::kLog, signal.row, signal.text, signal.ts));
        }
    }

    Assessor& assessor_;
    const Reading& reading_;
    const Contrast* contrast_;
    std::vector<FiredRule>* fired_;
    std::vector<Candidate> candidates_;
    std::optional<Verdict> primary_;
    const ExceptionChain* primary_chain_ = nullptr;
    const Signal* memory_ = nullptr;
    const ExceptionChain* closing_ = nullptr;
    bool told_ = false;
};

}  // namespace

std::vector<Candidate> JudgeAttempt(Assessor& assessor, const Reading& reading, const Contrast* contrast,
                                    std::vector<FiredRule>* fired) {
    return AttemptJudge(assessor, reading, contrast, fired).Judge();
}

}  // namespace dagy::diagnose
