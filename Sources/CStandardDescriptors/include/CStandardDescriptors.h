#ifndef HEALTHCARD_CSTANDARDDESCRIPTORS_H
#define HEALTHCARD_CSTANDARDDESCRIPTORS_H

/* Whether descriptors 0, 1 and 2 were open when the process started: bits 0, 1 and 2. They are open afterwards. */
int healthcard_standard_descriptors(void);

/* Where this program's own messages go: what descriptor 2 was at the start, whatever becomes of that. */
int healthcard_error_descriptor(void);

/* Libraries print on descriptor 2 themselves, some by no door that could be shut (fontconfig, libpq, libxml2's
   converters): between these two calls it leads nowhere. Calls may overlap, from any threads; each silence is ended once.
   What the Swift runtime says of a crash is heard outside of them. */
void healthcard_silence_libraries(void);
void healthcard_hear_libraries(void);

/* Adds to posix_spawn's file actions (posix_spawn_file_actions_t) that all descriptors from this one on are closed: Swift
   does not see the C library's function for it. Returns 0, or what errno would say. */
int healthcard_close_from(void *actions, int first);

#endif
