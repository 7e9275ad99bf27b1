/* SwiftPM wants a source file in every C target; the functions are in Sources/CHealthCard. */
#include "MHC_CardInterface.h"
