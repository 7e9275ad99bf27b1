#include <libpq-fe.h>

#include "late.h"
#include <CSystemLibraries.h>

#define FUNCTIONS(X)                                                                                                   \
    X(PGconn *, PQconnectStartParams, (const char *const *a, const char *const *b, int c), (a, b, c))                  \
    X(PostgresPollingStatusType, PQconnectPoll, (PGconn * a), (a))                                                     \
    X(void, PQfinish, (PGconn * a), (a))                                                                               \
    X(ConnStatusType, PQstatus, (const PGconn *a), (a))                                                                \
    X(PGTransactionStatusType, PQtransactionStatus, (const PGconn *a), (a))                                            \
    X(const char *, PQparameterStatus, (const PGconn *a, const char *b), (a, b))                                       \
    X(char *, PQerrorMessage, (const PGconn *a), (a))                                                                  \
    X(int, PQsocket, (const PGconn *a), (a))                                                                           \
    X(int, PQsslInUse, (PGconn * a), (a))                                                                              \
    X(int, PQconnectionNeedsPassword, (const PGconn *a), (a))                                                          \
    X(PGVerbosity, PQsetErrorVerbosity, (PGconn * a, PGVerbosity b), (a, b))                                           \
    X(PQnoticeProcessor, PQsetNoticeProcessor, (PGconn * a, PQnoticeProcessor b, void *c), (a, b, c))                  \
    X(PQconninfoOption *, PQconninfoParse, (const char *a, char **b), (a, b))                                          \
    X(void, PQconninfoFree, (PQconninfoOption * a), (a))                                                               \
    X(void, PQfreemem, (void *a), (a))                                                                                 \
    X(PGresult *, PQexec, (PGconn * a, const char *b), (a, b))                                                         \
    X(int, PQsendQuery, (PGconn * a, const char *b), (a, b))                                                           \
    X(int, PQsendPrepare, (PGconn * a, const char *b, const char *c, int d, const Oid *e), (a, b, c, d, e))            \
    X(int, PQsendQueryPrepared,                                                                                        \
      (PGconn * a, const char *b, int c, const char *const *d, const int *e, const int *f, int g),                     \
      (a, b, c, d, e, f, g))                                                                                           \
    X(int, PQconsumeInput, (PGconn * a), (a))                                                                          \
    X(int, PQisBusy, (PGconn * a), (a))                                                                                \
    X(PGresult *, PQgetResult, (PGconn * a), (a))                                                                      \
    X(int, PQbackendPID, (const PGconn *a), (a))                                                                       \
    X(ExecStatusType, PQresultStatus, (const PGresult *a), (a))                                                        \
    X(char *, PQresultErrorField, (const PGresult *a, int b), (a, b))                                                  \
    X(void, PQclear, (PGresult * a), (a))                                                                              \
    X(char *, PQcmdTuples, (PGresult * a), (a))                                                                        \
    X(int, PQntuples, (const PGresult *a), (a))                                                                        \
    X(int, PQnfields, (const PGresult *a), (a))                                                                        \
    X(Oid, PQftype, (const PGresult *a, int b), (a, b))                                                                \
    X(int, PQgetisnull, (const PGresult *a, int b, int c), (a, b, c))                                                  \
    X(char *, PQgetvalue, (const PGresult *a, int b, int c), (a, b, c))

HEALTHCARD_LATE_LIBRARY(FUNCTIONS, healthcard_missing_postgresql, "libpq.so.5")
