#include <winscard.h>

#include "late.h"
#include <CLatePCSC.h>

#define FUNCTIONS(X)                                                                                                   \
    X(LONG, SCardEstablishContext, (DWORD a, LPCVOID b, LPCVOID c, LPSCARDCONTEXT d), (a, b, c, d))                    \
    X(LONG, SCardReleaseContext, (SCARDCONTEXT a), (a))                                                                \
    X(LONG, SCardIsValidContext, (SCARDCONTEXT a), (a))                                                                \
    X(LONG, SCardListReaders, (SCARDCONTEXT a, LPCSTR b, LPSTR c, LPDWORD d), (a, b, c, d))                            \
    X(LONG, SCardCancel, (SCARDCONTEXT a), (a))                                                                        \
    X(LONG, SCardGetStatusChange, (SCARDCONTEXT a, DWORD b, SCARD_READERSTATE * c, DWORD d), (a, b, c, d))             \
    X(LONG, SCardConnect, (SCARDCONTEXT a, LPCSTR b, DWORD c, DWORD d, LPSCARDHANDLE e, LPDWORD f),                    \
      (a, b, c, d, e, f))                                                                                              \
    X(LONG, SCardReconnect, (SCARDHANDLE a, DWORD b, DWORD c, DWORD d, LPDWORD e), (a, b, c, d, e))                    \
    X(LONG, SCardDisconnect, (SCARDHANDLE a, DWORD b), (a, b))                                                         \
    X(LONG, SCardBeginTransaction, (SCARDHANDLE a), (a))                                                               \
    X(LONG, SCardEndTransaction, (SCARDHANDLE a, DWORD b), (a, b))                                                     \
    X(LONG, SCardStatus,                                                                                               \
      (SCARDHANDLE a, LPSTR b, LPDWORD c, LPDWORD d, LPDWORD e, LPBYTE f, LPDWORD g), (a, b, c, d, e, f, g))           \
    X(LONG, SCardTransmit,                                                                                             \
      (SCARDHANDLE a, const SCARD_IO_REQUEST *b, LPCBYTE c, DWORD d, SCARD_IO_REQUEST *e, LPBYTE f, LPDWORD g),        \
      (a, b, c, d, e, f, g))                                                                                           \
    X(LONG, SCardControl, (SCARDHANDLE a, DWORD b, LPCVOID c, DWORD d, LPVOID e, DWORD f, LPDWORD g),                  \
      (a, b, c, d, e, f, g))                                                                                           \
    X(LONG, SCardGetAttrib, (SCARDHANDLE a, DWORD b, LPBYTE c, LPDWORD d), (a, b, c, d))                               \
    X(LONG, SCardSetAttrib, (SCARDHANDLE a, DWORD b, LPCBYTE c, DWORD d), (a, b, c, d))

HEALTHCARD_LATE_LIBRARY(FUNCTIONS, healthcard_missing_pcsc, "libpcsclite.so.1")
