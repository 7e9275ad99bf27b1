#include <winscard.h>
#include <reader.h>

/* The library's own structures are globals, which would tie a program to it before it runs. They hold nothing else. */
static inline const SCARD_IO_REQUEST *healthcard_pci(DWORD protocol) {
    static const SCARD_IO_REQUEST t0 = {SCARD_PROTOCOL_T0, sizeof(SCARD_IO_REQUEST)};
    static const SCARD_IO_REQUEST t1 = {SCARD_PROTOCOL_T1, sizeof(SCARD_IO_REQUEST)};
    static const SCARD_IO_REQUEST raw = {SCARD_PROTOCOL_RAW, sizeof(SCARD_IO_REQUEST)};
    switch (protocol) {
    case SCARD_PROTOCOL_T0: return &t0;
    case SCARD_PROTOCOL_T1: return &t1;
    default: return &raw;
    }
}
