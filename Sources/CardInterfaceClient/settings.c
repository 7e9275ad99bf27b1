/* What the environment and the configuration file say: the same variables and the same file as for the full library. */
#include "client.h"
#include "system.h"

#include <stdlib.h>
#include <string.h>

enum { LONGEST_FILE = 1 << 16, LONGEST_VALUE = 4096, PATIENCE = 10 };

/* How a file of the program stands with the agent. */
enum told_file { TOLD_NONE, TOLD_MISSING, TOLD_UNREADABLE, TOLD_CONTENT };

/* The file that HEALTHCARD_CONFIG names, else the first there is. */
static enum told_file find_file(unsigned char **bytes, size_t *count) {
    const char *named = system_variable("HEALTHCARD_CONFIG");
    char path[4096];
    *bytes = NULL;
    *count = 0;
    /* The usual way to say that there is none. */
    if (!strcmp(named, "/dev/null")) return TOLD_CONTENT;
    if (*named) {
        switch (system_read_file(named, LONGEST_FILE, bytes, count)) {
        case FILE_READ: return TOLD_CONTENT;
        case FILE_MISSING: return TOLD_MISSING;
        default: return TOLD_UNREADABLE;
        }
    }
    for (int number = 0; system_configuration_path(number, path, sizeof path); number++) {
        switch (system_read_file(path, LONGEST_FILE, bytes, count)) {
        case FILE_READ: return TOLD_CONTENT;
        case FILE_MISSING: break;
        default: return TOLD_UNREADABLE;
        }
    }
    return TOLD_NONE;
}

/* --- For the agent ----------------------------------------------------------------------------------------------- */

static const char *const variables[] = {"HEALTHCARD_READER", "HEALTHCARD_SAM_READER", "HEALTHCARD_PROFILE",
                                        "HEALTHCARD_LOG", "HEALTHCARD_LOG_LEVEL", "HEALTHCARD_COMMAND_LIMIT"};
enum { VARIABLES = sizeof variables / sizeof *variables };

void put_surroundings(buffer *buffer) {
    unsigned char *bytes;
    size_t count;
    enum told_file told;
    int set = 0;
    for (int i = 0; i < VARIABLES; i++) set += *system_variable(variables[i]) != 0;
    put_number(buffer, (uint64_t)set, 1);
    for (int i = 0; i < VARIABLES; i++) {
        const char *value = system_variable(variables[i]);
        /* One that is longer is no reader's and no path; what is left of it is refused by the agent. */
        const size_t length = strlen(value) < LONGEST_VALUE ? strlen(value) : LONGEST_VALUE;
        if (!length) continue;
        put_number(buffer, strlen(variables[i]), 1);
        put_bytes(buffer, variables[i], strlen(variables[i]));
        put_number(buffer, length, 2);
        put_bytes(buffer, value, length);
    }
    told = find_file(&bytes, &count);
    put_number(buffer, told, 1);
    if (told == TOLD_CONTENT) {
        put_number(buffer, count, 4);
        put_bytes(buffer, bytes, count);
    }
    free(bytes);
}

/* --- For the client itself --------------------------------------------------------------------------------------- */

static int is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

/* The value of the first line `name = value`; 0 where there is none, or none that fits. */
static int find_value(const char *text, size_t length, const char *name, char *value, size_t room) {
    const char *end = text + length;
    while (text < end) {
        const char *line = text, *stop = memchr(text, '\n', (size_t)(end - text));
        size_t count = strlen(name);
        if (!stop) stop = end;
        text = stop + (stop < end);
        while (line < stop && is_blank(*line)) line++;
        if ((size_t)(stop - line) <= count || memcmp(line, name, count)) continue;
        line += count;
        while (line < stop && is_blank(*line)) line++;
        if (line == stop || *line++ != '=') continue;
        while (line < stop && is_blank(*line)) line++;
        while (stop > line && is_blank(stop[-1])) stop--;
        count = (size_t)(stop - line);
        if (!count || count >= room || memchr(line, 0, count)) return 0;
        memcpy(value, line, count);
        value[count] = 0;
        return 1;
    }
    return 0;
}

static void choose(char *setting, size_t room, const char *variable, const char *text, size_t length, const char *name,
                   const char *standard) {
    const char *value = system_variable(variable);
    if (*value && strlen(value) < room) strcpy(setting, value);
    else if (!find_value(text, length, name, setting, room)) strcpy(setting, standard);
}

void settings_load(settings *settings) {
    unsigned char *bytes;
    size_t count;
    char word[256];
    find_file(&bytes, &count);
    const char *text = bytes ? (const char *)bytes : "";
    memset(settings, 0, sizeof *settings);
    choose(settings->address, sizeof settings->address, "HEALTHCARD_AGENT", text, count, "agent",
           system_default_address);
    choose(settings->secret, sizeof settings->secret, "HEALTHCARD_AGENT_SECRET", text, count, "agent-secret",
           system_default_secret);
    choose(settings->log, sizeof settings->log, "HEALTHCARD_LOG", text, count, "log", "");
    choose(word, sizeof word, "HEALTHCARD_LOG_LEVEL", text, count, "log-level", "calls");
    settings->logs_errors_only = !strcmp(word, "errors");
    choose(word, sizeof word, "HEALTHCARD_AGENT_PATIENCE", text, count, "agent-patience", "");
    settings->patience = atoi(word) > 0 && atoi(word) <= 3600 ? atoi(word) : PATIENCE;
    settings->opens_with_status = find_value(text, count, "open-device", word, sizeof word) && !strcmp(word, "status");
    settings->forwards_codes =
        find_value(text, count, "error-codes", word, sizeof word) && !strcmp(word, "forwarding");
    free(bytes);
}
