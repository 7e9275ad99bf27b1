#include "healthcard_https.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* The options of a handle take arguments of any type, so that Swift cannot call them; and the checks of the header's macros
   would want the library when this is linked. */
#undef curl_easy_setopt
#undef curl_easy_getinfo

static struct {
    void *handle;
    CURLcode (*global_init)(long);
    CURL *(*easy_init)(void);
    CURLcode (*easy_setopt)(CURL *, CURLoption, ...);
    CURLcode (*easy_perform)(CURL *);
    CURLcode (*easy_getinfo)(CURL *, CURLINFO, ...);
    void (*easy_cleanup)(CURL *);
    struct curl_slist *(*slist_append)(struct curl_slist *, const char *);
    void (*slist_free_all)(struct curl_slist *);
} curl;

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
    void *handle = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (!handle) return;
#define FIND(field, name)                                                                                             \
    *(void **)&curl.field = dlsym(handle, name);                                                                       \
    if (!curl.field) return
    FIND(global_init, "curl_global_init");
    FIND(easy_init, "curl_easy_init");
    FIND(easy_setopt, "curl_easy_setopt");
    FIND(easy_perform, "curl_easy_perform");
    FIND(easy_getinfo, "curl_easy_getinfo");
    FIND(easy_cleanup, "curl_easy_cleanup");
    FIND(slist_append, "curl_slist_append");
    FIND(slist_free_all, "curl_slist_free_all");
#undef FIND
    if (curl.global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK) curl.handle = handle;
}

struct receiver {
    unsigned char *body;
    size_t length, capacity, limit;
    int is_too_long, is_out_of_memory;
};

static size_t receive(char *bytes, size_t size, size_t count, void *context) {
    struct receiver *receiver = context;
    size_t length = size * count;
    if (length > receiver->limit - receiver->length) {
        receiver->is_too_long = 1;
        return 0;
    }
    if (length > receiver->capacity - receiver->length) {
        size_t capacity = receiver->capacity * 2 + length;
        if (capacity > receiver->limit) capacity = receiver->limit;
        unsigned char *grown = realloc(receiver->body, capacity);
        if (!grown) {
            receiver->is_out_of_memory = 1;
            return 0;
        }
        receiver->body = grown;
        receiver->capacity = capacity;
    }
    memcpy(receiver->body + receiver->length, bytes, length);
    receiver->length += length;
    return length;
}

static enum healthcard_https_result result_of(CURLcode code, const struct receiver *receiver) {
    if (receiver->is_too_long) return HEALTHCARD_HTTPS_TOO_LONG;
    if (receiver->is_out_of_memory) return HEALTHCARD_HTTPS_MEMORY;
    switch (code) {
    case CURLE_OK: return HEALTHCARD_HTTPS_OK;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_COULDNT_RESOLVE_HOST: return HEALTHCARD_HTTPS_ADDRESS;
    case CURLE_COULDNT_CONNECT: return HEALTHCARD_HTTPS_UNREACHABLE;
    case CURLE_OPERATION_TIMEDOUT: return HEALTHCARD_HTTPS_TIMEOUT;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR: return HEALTHCARD_HTTPS_CERTIFICATE;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CIPHER: return HEALTHCARD_HTTPS_TLS;
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_WEIRD_SERVER_REPLY: return HEALTHCARD_HTTPS_CUT;
    case CURLE_FILESIZE_EXCEEDED: return HEALTHCARD_HTTPS_TOO_LONG;
    case CURLE_OUT_OF_MEMORY: return HEALTHCARD_HTTPS_MEMORY;
    default: return HEALTHCARD_HTTPS_OTHER;
    }
}

static CURLcode set_up(
    CURL *handle, const struct healthcard_https_request *request, struct receiver *receiver,
    struct curl_slist *headers) {
#define SET(option, value)                                                                                             \
    do {                                                                                                               \
        CURLcode code = curl.easy_setopt(handle, option, value);                                                       \
        if (code != CURLE_OK) return code;                                                                             \
    } while (0)
    SET(CURLOPT_URL, request->url);
    SET(CURLOPT_PROTOCOLS_STR, "https");
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_PROXY, "");
    SET(CURLOPT_SSL_VERIFYPEER, 1L);
    SET(CURLOPT_SSL_VERIFYHOST, 2L);
    SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (request->ca_file) {
        SET(CURLOPT_CAINFO, request->ca_file);
        SET(CURLOPT_CAPATH, NULL);
    }
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_CONNECTTIMEOUT_MS, request->connect_timeout_ms);
    SET(CURLOPT_TIMEOUT_MS, request->timeout_ms);
    SET(CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)request->limit);
    SET(CURLOPT_POST, 1L);
    SET(CURLOPT_POSTFIELDS, request->body);
    SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_length);
    SET(CURLOPT_HTTPHEADER, headers);
    SET(CURLOPT_WRITEFUNCTION, receive);
    SET(CURLOPT_WRITEDATA, receiver);
#undef SET
    return CURLE_OK;
}

enum healthcard_https_result healthcard_https_post(
    const struct healthcard_https_request *request, struct healthcard_https_answer *answer) {
    memset(answer, 0, sizeof *answer);
    pthread_once(&once, load);
    if (!curl.handle) return HEALTHCARD_HTTPS_NO_LIBRARY;
    CURL *handle = curl.easy_init();
    if (!handle) return HEALTHCARD_HTTPS_MEMORY;

    struct receiver receiver = {.limit = request->limit};
    struct curl_slist *headers = NULL;
    char type[128] = "Content-Type: ";
    strncat(type, request->content_type, sizeof type - strlen(type) - 1);
    const char *lines[] = {type, "Accept: application/json", "Expect:"};
    for (size_t index = 0; index < sizeof lines / sizeof *lines; index++) {
        struct curl_slist *longer = curl.slist_append(headers, lines[index]);
        if (!longer) {
            curl.slist_free_all(headers);
            curl.easy_cleanup(handle);
            return HEALTHCARD_HTTPS_MEMORY;
        }
        headers = longer;
    }
    CURLcode code = set_up(handle, request, &receiver, headers);
    if (code == CURLE_OK) code = curl.easy_perform(handle);
    enum healthcard_https_result result = result_of(code, &receiver);
    if (result == HEALTHCARD_HTTPS_OK) {
        curl.easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &answer->status);
        answer->body = receiver.body;
        answer->length = receiver.length;
    } else {
        free(receiver.body);
    }
    curl.slist_free_all(headers);
    curl.easy_cleanup(handle);
    return result;
}

void healthcard_https_free(struct healthcard_https_answer *answer) {
    free(answer->body);
    memset(answer, 0, sizeof *answer);
}
