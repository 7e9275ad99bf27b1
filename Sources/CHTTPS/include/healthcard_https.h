#ifndef HEALTHCARD_HTTPS_H
#define HEALTHCARD_HTTPS_H

#include <stddef.h>

/* One POST over TLS by libcurl, which is looked for when it is first wanted: programs that ask no platform do not load it.
   The server's certificate and name are always verified; no redirection is followed, no proxy of the environment used. */

struct healthcard_https_request {
    const char *url; /* https:// */
    const char *content_type;
    const void *body;
    size_t body_length;
    const char *ca_file; /* PEM; NULL for the system's */
    long connect_timeout_ms;
    long timeout_ms;
    size_t limit; /* bytes of the longest answer that is taken */
};

struct healthcard_https_answer {
    unsigned char *body; /* to be given to healthcard_https_free */
    size_t length;
    long status; /* of HTTP */
};

enum healthcard_https_result {
    HEALTHCARD_HTTPS_OK,
    HEALTHCARD_HTTPS_NO_LIBRARY,
    HEALTHCARD_HTTPS_ADDRESS,     /* the URL, or its host, is not one */
    HEALTHCARD_HTTPS_UNREACHABLE, /* nobody listens, or the network is down */
    HEALTHCARD_HTTPS_TIMEOUT,
    HEALTHCARD_HTTPS_CERTIFICATE, /* the server could not prove who it is */
    HEALTHCARD_HTTPS_TLS,         /* anything else about TLS */
    HEALTHCARD_HTTPS_CUT,         /* the answer ended early */
    HEALTHCARD_HTTPS_TOO_LONG,
    HEALTHCARD_HTTPS_MEMORY,
    HEALTHCARD_HTTPS_OTHER
};

enum healthcard_https_result healthcard_https_post(
    const struct healthcard_https_request *request, struct healthcard_https_answer *answer);

void healthcard_https_free(struct healthcard_https_answer *answer);

#endif
