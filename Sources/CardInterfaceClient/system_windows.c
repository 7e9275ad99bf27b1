/* Windows 7 and later. Built, and its exports are pinned; not run where this was written. */
#undef _WIN32_WINNT
#define _WIN32_WINNT 0x0601
#include <winsock2.h>
#include <ws2tcpip.h>

#include <windows.h>

#include <ntsecapi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "system.h"

const char system_default_address[] = "127.0.0.1:8337";
const char system_default_secret[] = "C:\\ProgramData\\healthcard\\agent-secret";

/* --- Threads ----------------------------------------------------------------------------------------------------- */

static SRWLOCK lock = SRWLOCK_INIT;
static CONDITION_VARIABLE condition = CONDITION_VARIABLE_INIT;

void system_lock(void) { AcquireSRWLockExclusive(&lock); }
void system_unlock(void) { ReleaseSRWLockExclusive(&lock); }
void system_changed(void) { WakeAllConditionVariable(&condition); }
void system_wait(void) { SleepConditionVariableSRW(&condition, &lock, 250, 0); }
void system_after_fork(void (*child)(void)) { (void)child; }
int64_t system_now(void) { return (int64_t)GetTickCount64(); }
unsigned long system_process(void) { return GetCurrentProcessId(); }
int system_random(unsigned char *bytes, size_t count) { return RtlGenRandom(bytes, (ULONG)count); }

const char *system_variable(const char *name) {
    const char *value = getenv(name);
    return value ? value : "";
}

int system_configuration_path(int number, char *path, size_t size) {
    const char *folder = system_variable(number == 0 ? "APPDATA" : "ProgramData");
    if (number > 1) return 0;
    if (!*folder) return number == 0 ? system_configuration_path(1, path, size) : 0;
    return snprintf(path, size, "%s\\healthcard\\interface.conf", folder) < (int)size;
}

size_t system_read_memory(const void *from, void *to, size_t count) {
    const size_t page = 4096;
    size_t done = 0;
    while (done < count) {
        const size_t rest = page - ((size_t)from + done) % page, size = count - done < rest ? count - done : rest;
        SIZE_T got = 0;
        if (!ReadProcessMemory(GetCurrentProcess(), (const char *)from + done, (char *)to + done, size, &got)
            || got != size)
            break;
        done += size;
    }
    return done;
}

/* --- Connections ------------------------------------------------------------------------------------------------- */

/* Waits for an event; 0 where it does not come until `end`. */
static int wait_for(SOCKET socket, int writes, int64_t end) {
    const int64_t left = end > system_now() ? end - system_now() : 0;
    struct timeval limit = {(long)(left / 1000), (long)(left % 1000 * 1000)};
    fd_set set, errors;
    FD_ZERO(&set);
    FD_ZERO(&errors);
    FD_SET(socket, &set);
    FD_SET(socket, &errors);
    return select(0, writes ? NULL : &set, writes ? &set : NULL, &errors, &limit) > 0;
}

connection system_connect(const char *address, int64_t end) {
    static int is_started;
    WSADATA data;
    struct sockaddr_in place;
    char host[64];
    u_long on = 1;
    int error = 0, size = sizeof error;
    BOOL no_delay = TRUE;
    const char *colon = strrchr(address, ':');
    const long port = colon ? strtol(colon + 1, NULL, 10) : 0;
    if (!is_started && WSAStartup(MAKEWORD(2, 2), &data) != 0) return NO_CONNECTION;
    is_started = 1;
    if (port <= 0 || port > 65535 || colon - address >= (long)sizeof host) return NO_CONNECTION;
    memcpy(host, address, (size_t)(colon - address));
    host[colon - address] = 0;
    memset(&place, 0, sizeof place);
    place.sin_family = AF_INET;
    place.sin_port = htons((u_short)port);
    place.sin_addr.s_addr = inet_addr(host);
    /* What is said is not hidden from the network: this machine only. */
    if (strncmp(host, "127.", 4) || place.sin_addr.s_addr == INADDR_NONE) return NO_CONNECTION;
    const SOCKET made = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    if (made == INVALID_SOCKET) return NO_CONNECTION;
    ioctlsocket(made, FIONBIO, &on);
    setsockopt(made, IPPROTO_TCP, TCP_NODELAY, (const char *)&no_delay, sizeof no_delay);
    if (connect(made, (struct sockaddr *)&place, sizeof place) != 0) {
        error = WSAGetLastError();
        if (error == WSAEWOULDBLOCK) {
            error = WSAETIMEDOUT;
            if (wait_for(made, 1, end)) getsockopt(made, SOL_SOCKET, SO_ERROR, (char *)&error, &size);
        }
    }
    if (error == 0) return made;
    closesocket(made);
    return NO_CONNECTION;
}

void system_hang_up(connection socket) { shutdown(socket, SD_BOTH); }

void system_disconnect(connection socket) {
    system_hang_up(socket);
    closesocket(socket);
}

void system_forget(connection socket) { closesocket(socket); }

int system_is_up(connection socket) {
    char byte;
    if (!wait_for(socket, 0, 0)) return 1;
    const int got = recv(socket, &byte, 1, MSG_PEEK);
    return got > 0 || (got < 0 && WSAGetLastError() == WSAEWOULDBLOCK);
}

int system_send(connection socket, const unsigned char *bytes, size_t count, int64_t end) {
    while (count) {
        const int sent = send(socket, (const char *)bytes, count > 1 << 20 ? 1 << 20 : (int)count, 0);
        if (sent > 0) {
            bytes += sent;
            count -= (size_t)sent;
        } else if (sent < 0 && WSAGetLastError() == WSAEWOULDBLOCK) {
            if (!wait_for(socket, 1, end)) return 0;
        } else {
            return 0;
        }
    }
    return 1;
}

long system_receive(connection socket, unsigned char *bytes, size_t count) {
    const int wanted = count > 1 << 20 ? 1 << 20 : (int)count;
    int got = recv(socket, (char *)bytes, wanted, 0);
    if (got < 0 && WSAGetLastError() == WSAEWOULDBLOCK) {
        if (!wait_for(socket, 0, system_now() + 200)) return 0;
        got = recv(socket, (char *)bytes, wanted, 0);
    }
    if (got > 0) return got;
    return got < 0 && WSAGetLastError() == WSAEWOULDBLOCK ? 0 : -1;
}

/* --- Files ------------------------------------------------------------------------------------------------------- */

enum { LONGEST_NAME = 4096 };

/* Paths come as UTF-8, or in the code page of the program. */
static int wide_path(const char *path, wchar_t *wide) {
    return MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, path, -1, wide, LONGEST_NAME) > 0
        || MultiByteToWideChar(CP_ACP, 0, path, -1, wide, LONGEST_NAME) > 0;
}

static HANDLE open_file(const char *path, DWORD access, DWORD how) {
    wchar_t wide[LONGEST_NAME];
    if (!wide_path(path, wide)) return INVALID_HANDLE_VALUE;
    HANDLE file = CreateFileW(wide, access, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, how, FILE_ATTRIBUTE_NORMAL, NULL);
    if (file != INVALID_HANDLE_VALUE && GetFileType(file) != FILE_TYPE_DISK) {
        CloseHandle(file);
        SetLastError(ERROR_INVALID_NAME);
        return INVALID_HANDLE_VALUE;
    }
    return file;
}

enum file_state system_read_file(const char *path, size_t most, unsigned char **bytes, size_t *count) {
    LARGE_INTEGER size;
    DWORD got = 0;
    enum file_state state = FILE_UNREADABLE;
    *bytes = NULL;
    *count = 0;
    HANDLE file = open_file(path, GENERIC_READ, OPEN_EXISTING);
    if (file == INVALID_HANDLE_VALUE) {
        const DWORD error = GetLastError();
        return error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND ? FILE_MISSING : FILE_UNREADABLE;
    }
    if (GetFileSizeEx(file, &size)) {
        unsigned char *all = (unsigned long long)size.QuadPart > most ? NULL : malloc((size_t)size.QuadPart + 1);
        if (!all) {
            state = FILE_TOO_LONG;
        } else if (ReadFile(file, all, (DWORD)size.QuadPart, &got, NULL) && got == (DWORD)size.QuadPart) {
            state = FILE_READ;
            *bytes = all;
            *count = got;
        } else {
            free(all);
        }
    }
    CloseHandle(file);
    return state;
}

const char *system_write_picture(const char *path, const unsigned char *bytes, size_t count) {
    static const char no[] = "the photo's file cannot be written";
    wchar_t from[LONGEST_NAME], to[LONGEST_NAME];
    char temporary[LONGEST_NAME];
    unsigned char head[2] = {0, 0}, number[4] = {0};
    DWORD got = 0;
    HANDLE file = open_file(path, GENERIC_READ, OPEN_EXISTING);
    if (file != INVALID_HANDLE_VALUE) {
        const int is_empty = ReadFile(file, head, 2, &got, NULL) && got == 0;
        CloseHandle(file);
        if (!is_empty && (got < 2 || head[0] != 0xFF || head[1] != 0xD8))
            return "the file at the photo's path is not a photo";
    } else if (GetLastError() != ERROR_FILE_NOT_FOUND) {
        return "the path of the photo is not a file's";
    }
    system_random(number, sizeof number);
    if (snprintf(temporary, sizeof temporary, "%s.%02x%02x%02x%02x.new", path, number[0], number[1], number[2],
                 number[3]) >= (int)sizeof temporary)
        return "the path of the photo is too long";
    file = open_file(temporary, GENERIC_WRITE, CREATE_NEW);
    if (file == INVALID_HANDLE_VALUE) return no;
    const int is_written = WriteFile(file, bytes, (DWORD)count, &got, NULL) && got == count && FlushFileBuffers(file);
    CloseHandle(file);
    if (!wide_path(temporary, from) || !wide_path(path, to)) return no;
    if (is_written && MoveFileExW(from, to, MOVEFILE_REPLACE_EXISTING)) return NULL;
    DeleteFileW(from);
    return no;
}

/* --- The log ----------------------------------------------------------------------------------------------------- */

void system_time(char text[32]) {
    SYSTEMTIME now;
    GetSystemTime(&now);
    snprintf(text, 32, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", now.wYear, now.wMonth, now.wDay, now.wHour, now.wMinute,
             now.wSecond, now.wMilliseconds);
}

void system_log(const char *place, const char *line, size_t length) {
    char head[29];
    DWORD got = 0;
    HANDLE file = open_file(place, GENERIC_READ | GENERIC_WRITE, OPEN_ALWAYS);
    /* There is no system log of lines; what is no log is left alone. */
    if (file == INVALID_HANDLE_VALUE) return;
    ReadFile(file, head, sizeof head, &got, NULL);
    if (got == 0 || (got == sizeof head && !memcmp(head + 23, "Z pid=", 6))) {
        SetFilePointer(file, 0, NULL, FILE_END);
        WriteFile(file, line, (DWORD)length, &got, NULL);
        WriteFile(file, "\r\n", 2, &got, NULL);
    }
    CloseHandle(file);
}
