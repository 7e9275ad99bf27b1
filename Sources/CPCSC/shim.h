#include <winscard.h>
#include <reader.h>

/* The protocol structures are macros over globals, which do not import. */
static inline const SCARD_IO_REQUEST *healthcard_pci(DWORD protocol) {
    switch (protocol) {
    case SCARD_PROTOCOL_T0: return SCARD_PCI_T0;
    case SCARD_PROTOCOL_T1: return SCARD_PCI_T1;
    default: return SCARD_PCI_RAW;
    }
}
