/// The words of this run that templates may use.
#pragma once

#include "diagnose/advise/template.h"

namespace dagy::diagnose {

struct Story;

/// Names, numbers and lines of the run, its cause, its change and its history. The rule's own captures win over what is
/// read from the error's text. What is not known is not there.
Words MakeWords(const Story& story);

}  // namespace dagy::diagnose
