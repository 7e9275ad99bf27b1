#define _GNU_SOURCE
#include "CLinux.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

enum { MOST_OBJECTS = 512 };

static struct healthcard_process_start start = {.dumpable = -1, .tracer = -1};
static unsigned long objects_at_start[MOST_OBJECTS];
static int object_count;

const struct healthcard_process_start *healthcard_process_start(void) { return &start; }

int healthcard_tracer(void) {
    static const char label[] = "\nTracerPid:\t";
    char text[2048];
    int file = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
    if (file < 0) return -1;
    ssize_t count = read(file, text, sizeof text - 1);
    close(file);
    if (count <= 0) return -1;
    text[count] = 0;
    const char *found = strstr(text, label);
    return found ? atoi(found + sizeof label - 1) : -1;
}

/* Variables that tell the loader, or the allocator it brings, what to load and how to work. */
static int gives_orders(const char *variable) {
    static const char *const prefixes[] = {"LD_", "GLIBC_TUNABLES=", "MALLOC_", "GCONV_PATH="};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        if (strncmp(variable, prefixes[i], strlen(prefixes[i]))) continue;
        const char *value = strchr(variable, '=');
        return value && value[1];
    }
    return 0;
}

static void take_down(const char *variable) {
    if (start.loader_variable[0] || !gives_orders(variable)) return;
    size_t length = strcspn(variable, "=");
    if (length >= sizeof start.loader_variable) length = sizeof start.loader_variable - 1;
    memcpy(start.loader_variable, variable, length);
    start.loader_variable[length] = 0;
}

static int note_object(struct dl_phdr_info *info, size_t size, void *context) {
    (void)size, (void)context;
    if (object_count < MOST_OBJECTS) objects_at_start[object_count++] = info->dlpi_addr;
    return 0;
}

/* Before main and before any other code of the program. The libraries it is linked with were set up already. */
__attribute__((constructor(101))) static void at_start(int argc, char **argv, char **environment) {
    start.dumpable = healthcard_prctl_get_dumpable();
    start.is_secure = getauxval(AT_SECURE) != 0;
    start.tracer = healthcard_tracer();
    start.real_group = getgid();
    start.effective_group = getegid();
    for (char **variable = environment; variable && *variable; variable++) take_down(*variable);
    /* The loader takes out of the list what it does not obey; the texts lie where the kernel put them, between the last
       argument and the program's name. */
    const char *end = (const char *)getauxval(AT_EXECFN);
    if (argc > 0 && argv && argv[argc - 1] && end) {
        const char *text = argv[argc - 1] + strlen(argv[argc - 1]) + 1;
        while (text < end) {
            take_down(text);
            text += strlen(text) + 1;
        }
    }
    dl_iterate_phdr(note_object, NULL);
}

/* --- What is mapped --- */

struct visit {
    healthcard_code_visitor visitor;
    void *context;
    unsigned long kernels;
    unsigned long late_objects[MOST_OBJECTS];
    int late_count;
};

static int visit_object(struct dl_phdr_info *info, size_t size, void *context) {
    (void)size;
    struct visit *visit = context;
    const char *name = info->dlpi_name ? info->dlpi_name : "";
    const char *slash = strrchr(name, '/');
    int was_there = 0;
    for (int i = 0; i < object_count; i++) was_there |= objects_at_start[i] == info->dlpi_addr;
    for (int i = 0; i < visit->late_count; i++) was_there |= visit->late_objects[i] == info->dlpi_addr;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
        if (segment->p_type != PT_LOAD || segment->p_flags & PF_W || !(segment->p_flags & PF_R)) continue;
        unsigned long address = info->dlpi_addr + segment->p_vaddr;
        if (visit->kernels && address <= visit->kernels && visit->kernels < address + segment->p_memsz) continue;
        visit->visitor(
            slash ? slash + 1 : name, segment->p_vaddr, (const void *)address, segment->p_filesz, was_there,
            visit->context);
    }
    return 0;
}

void healthcard_visit_code(healthcard_code_visitor visitor, void *context) {
    struct visit visit = {.visitor = visitor, .context = context, .kernels = getauxval(AT_SYSINFO_EHDR)};
    visit.late_count = healthcard_late_objects(visit.late_objects, MOST_OBJECTS);
    dl_iterate_phdr(visit_object, &visit);
}

/* --- The environment of a program with rights of its own --- */

/* What libraries read and what makes none of them load or open anything in its own right. */
static int is_harmless(const char *variable) {
    static const char *const known[] = {
        "PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TERM", "COLUMNS", "LINES", "PWD", "TZ",
        "CREDENTIALS_DIRECTORY", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "PCSCLITE_CSOCK_NAME",
        "PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGUSER", "PGPASSFILE", "PGSSLMODE", "PGSSLROOTCERT",
        "PGSSLCERT", "PGSSLKEY", "PGSSLCRL", "PGCHANNELBINDING", "PGREQUIREAUTH", "PGGSSENCMODE",
        "PGCONNECT_TIMEOUT", "PGAPPNAME"};
    size_t length = strcspn(variable, "=");
    const char *value = variable[length] ? variable + length + 1 : "";
    if (!strncmp(variable, "HEALTHCARD_", 11) || !strncmp(variable, "LC_", 3)) return 1;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strlen(known[i]) != length || strncmp(variable, known[i], length)) continue;
        /* A key of an engine is code that is loaded; a time zone by path is any file. */
        if (!strcmp(known[i], "PGSSLKEY")) return !strchr(value, ':');
        if (!strcmp(known[i], "TZ")) return value[0] != ':' && value[0] != '/' && !strstr(value, "..");
        return 1;
    }
    return 0;
}

void healthcard_scrub_environment(void) {
    for (size_t i = 0; environ && environ[i];) {
        char name[256];
        size_t length = strcspn(environ[i], "=");
        if (is_harmless(environ[i])) {
            i++;
            continue;
        }
        if (length == 0 || length >= sizeof name) {
            /* No name to take it out by. */
            for (size_t j = i; (environ[j] = environ[j + 1]); j++) {}
            continue;
        }
        memcpy(name, environ[i], length);
        name[length] = 0;
        char *before = environ[i];
        unsetenv(name);
        if (environ[i] == before) i++;
    }
}
