#define _GNU_SOURCE
#include "CLinux.h"

#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_OBJECTS = 512 };

static struct healthcard_late_library *libraries;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void healthcard_add_late_library(struct healthcard_late_library *library) {
    library->next = libraries;
    libraries = library;
}

static const char *open_library(struct healthcard_late_library *library) {
    for (size_t i = 0; i < HEALTHCARD_LATE_FILES && library->files[i]; i++) {
        /* A name without a slash: the loader looks where the system's libraries are, and nowhere else. What it looks for
           is resolved before it runs, as what the program is linked with is. */
        if (!library->handles[i]) library->handles[i] = dlopen(library->files[i], RTLD_NOW | RTLD_LOCAL);
        if (!library->handles[i]) return library->files[i];
    }
    for (size_t j = 0; j < library->count; j++) {
        void *function = NULL;
        for (size_t i = 0; i < HEALTHCARD_LATE_FILES && library->files[i] && !function; i++)
            function = dlsym(library->handles[i], library->names[j]);
        if (!function) return library->names[j];
        library->functions[j] = function;
    }
    return NULL;
}

const char *healthcard_load_late_library(struct healthcard_late_library *library) {
    if (__atomic_load_n(&library->is_loaded, __ATOMIC_ACQUIRE)) return NULL;
    pthread_mutex_lock(&lock);
    const char *missing = library->is_loaded ? NULL : open_library(library);
    if (!missing) __atomic_store_n(&library->is_loaded, 1, __ATOMIC_RELEASE);
    pthread_mutex_unlock(&lock);
    return missing;
}

void healthcard_require_late_library(struct healthcard_late_library *library) {
    const char *missing = healthcard_load_late_library(library);
    if (!missing) return;
    fprintf(stderr, "%s: %s is missing and was called all the same\n", program_invocation_short_name, missing);
    abort();
}

/* --- What belongs to them --- */

struct closure {
    unsigned long addresses[MOST_OBJECTS];
    int count;
};

/* The texts of the dynamic entries. The loader makes the table's address absolute where it may write there. */
static const char *strings(const struct link_map *object) {
    for (const ElfW(Dyn) *entry = object->l_ld; entry && entry->d_tag != DT_NULL; entry++) {
        if (entry->d_tag != DT_STRTAB) continue;
        unsigned long address = entry->d_un.d_ptr;
        return (const char *)(address < object->l_addr ? object->l_addr + address : address);
    }
    return NULL;
}

/* The object that the loader took for a name somebody needs: its own name (DT_SONAME), else that of its file. */
static const struct link_map *object_named(const struct link_map *first, const char *name) {
    for (const struct link_map *object = first; object; object = object->l_next) {
        const char *text = strings(object), *own = NULL;
        for (const ElfW(Dyn) *entry = object->l_ld; text && entry && entry->d_tag != DT_NULL; entry++)
            if (entry->d_tag == DT_SONAME) own = text + entry->d_un.d_val;
        const char *slash = strrchr(object->l_name, '/');
        if (!strcmp(name, own ? own : slash ? slash + 1 : object->l_name)) return object;
    }
    return NULL;
}

static void gather(struct closure *closure, const struct link_map *first, const struct link_map *object) {
    if (!object || closure->count == MOST_OBJECTS) return;
    for (int i = 0; i < closure->count; i++)
        if (closure->addresses[i] == object->l_addr) return;
    closure->addresses[closure->count++] = object->l_addr;
    const char *text = strings(object);
    for (const ElfW(Dyn) *entry = object->l_ld; text && entry->d_tag != DT_NULL; entry++)
        if (entry->d_tag == DT_NEEDED) gather(closure, first, object_named(first, text + entry->d_un.d_val));
}

int healthcard_late_objects(unsigned long *addresses, int most) {
    struct closure closure = {.count = 0};
    for (struct healthcard_late_library *library = libraries; library; library = library->next) {
        healthcard_load_late_library(library);
        for (size_t i = 0; i < HEALTHCARD_LATE_FILES; i++) {
            struct link_map *object = NULL;
            if (!library->handles[i] || dlinfo(library->handles[i], RTLD_DI_LINKMAP, &object)) continue;
            const struct link_map *first = object;
            while (first && first->l_prev) first = first->l_prev;
            gather(&closure, first, object);
        }
    }
    int count = closure.count < most ? closure.count : most;
    memcpy(addresses, closure.addresses, (size_t)count * sizeof *addresses);
    return count;
}
