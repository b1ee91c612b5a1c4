/// Tallies of days: kept for days that are over, dropped when a run or an attempt of the day changes, made of the rows
/// where none is kept. A day that has runs is in day_tallies or in untallied_days, never in both.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "model/run.h"
#include "store/day_tally.h"
#include "store/sqlite/database.h"

namespace dagy::store::sqlite {

struct DayOfDag {
    model::Scope scope;
    std::string dag_id;
    std::string date;
};

/// Call it in the transaction that changes runs or attempts of the day; `seq` is the event log's last then.
void DropTally(Database& database, const DayOfDag& day, int64_t seq);

/// The days that have runs, oldest first.
void ReadTallies(Database& database, const model::Scope& scope, const std::string& dag_id, const std::string& date_from,
                 const std::string& date_to, const std::function<void(const DayTally&)>& take);

/// A day that has no tally, and the one that it should have as long as `seq` stays.
struct UntalliedDay {
    DayOfDag day;
    int64_t seq = 0;
    DayTally tally;
};

/// At most `limit` of those before the date `before`.
std::vector<UntalliedDay> UntalliedDays(Database& database, const std::string& before, size_t limit);
/// Those that have not changed since.
void KeepTallies(Database& database, const std::vector<UntalliedDay>& days);

}  // namespace dagy::store::sqlite
