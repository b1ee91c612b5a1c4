/// What makes hits of one cause one group.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "lake/row_query.h"
#include "lake/template_mask.h"

namespace dagy::search {

/// Errors: the row's own signature, else its class and the mask of its title (lake/template_mask.h). Log lines: the
/// mask of the message, without its level. Data rows: dag, phase and the column of the hit.
class SignatureMaker {
  public:
    /// A number that is the same for hits of one group, in any run and on any machine.
    uint64_t KeyOf(const lake::RowHit& hit, std::string_view dag_id);

    /// As shown: the row's own signature, else the key as 16 hex digits.
    static std::string Shown(const lake::RowHit& hit, uint64_t key);
    /// A line that names the group.
    std::string TitleOf(const lake::RowHit& hit, std::string_view dag_id);

  private:
    lake::TemplateMask mask_;
};

}  // namespace dagy::search
