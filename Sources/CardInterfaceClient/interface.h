/* The header of the interface, beside that of Windows, which has the same names for its types. */
#ifndef CLIENT_INTERFACE_H
#define CLIENT_INTERFACE_H

#ifdef _WIN32
#include <windows.h>
#define MHC_NO_WINDOWS_TYPES
#endif

#include "MHC_CardInterface.h"

#endif
