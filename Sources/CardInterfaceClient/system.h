/* What the client needs of the operating system. One lock guards everything of the process, one condition tells of every
 * change: calls are carried out one after the other anyway. */
#ifndef CLIENT_SYSTEM_H
#define CLIENT_SYSTEM_H

#include <stddef.h>
#include <stdint.h>

#ifdef _WIN32
typedef uintptr_t connection;
#define NO_CONNECTION (~(uintptr_t)0)
#else
typedef int connection;
#define NO_CONNECTION (-1)
#endif

void system_lock(void);
void system_unlock(void);
/* Lets go of the lock until something has changed, or for a quarter of a second. */
void system_wait(void);
void system_changed(void);

/* Milliseconds that nobody sets. */
int64_t system_now(void);
unsigned long system_process(void);
/* 0 where the system has none to give. */
int system_random(unsigned char *bytes, size_t count);
/* Has `child` called in the child of each fork, where the lock is free and nothing of another thread goes on. */
void system_after_fork(void (*child)(void));

/* Bytes of this process's own memory, as far as they can be read. */
size_t system_read_memory(const void *from, void *to, size_t count);

/* A connection to `unix:/path`, `127.0.0.1:8337` or `[::1]:8337`; NO_CONNECTION where nobody is there until `end`. */
connection system_connect(const char *address, int64_t end);
void system_disconnect(connection);
/* Ends it, and leaves it open for the thread that is at it. */
void system_hang_up(connection);
/* Only this process's part of a connection that its parent uses. */
void system_forget(connection);
/* Whether it has not been hung up on. Only while nobody is expected to send. */
int system_is_up(connection);
/* 0 where it cannot be until `end`. */
int system_send(connection, const unsigned char *bytes, size_t count, int64_t end);
/* How many bytes came: 0 where none did for some 200 ms, negative where none will. */
long system_receive(connection, unsigned char *bytes, size_t count);

/* A whole file, in memory of malloc: what has become of it. */
enum file_state { FILE_READ, FILE_MISSING, FILE_UNREADABLE, FILE_TOO_LONG };
enum file_state system_read_file(const char *path, size_t most, unsigned char **bytes, size_t *count);
/* Puts a JPEG at a path, in place of one that is there; NULL once it is done, else why not. */
const char *system_write_picture(const char *path, const unsigned char *bytes, size_t count);
/* Adds a line to the log: `syslog`, or the path of a file that is one. */
void system_log(const char *place, const char *line, size_t length);
/* `2026-10-08T01:02:03.456Z` */
void system_time(char text[32]);
/* The variable's value; empty where it is not set. */
const char *system_variable(const char *name);
/* The paths of configuration files, the first that is there counts. */
int system_configuration_path(int number, char *path, size_t size);

extern const char system_default_address[], system_default_secret[];

#endif
