/* A library with the C interface that does what it should not; for the test of `healthcard c-interface check`. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static unsigned char visit[4096];

/* Says what only the check says. */
int iDOpenPort(void) {
    puts("{\"deviation\":{\"_0\":{\"kind\":\"code\",\"program\":\"dialogs\",\"function\":\"forged\",\"detail\":\"\","
         "\"chinese\":\"x\"}}}");
    fflush(stdout);
    return 0;
}
/* Does not come back. */
int iDClosePort(void) { return (int)sleep(60); }
void *OpenDevice(int port) { return port ? NULL : (void *)1; }
int CloseDevice(void *device) { return device ? 0 : 101; }

/* Writes what the specification has room for, into whatever there is. */
int PowerOn(void *device, int slot, char *ATR) {
    (void)device;
    (void)slot;
    memset(ATR, '3', 40);
    ATR[40] = 0;
    return 0;
}

/* Wipes what it was only to read. */
int iVerifyPIN(void *device, char *PIN) {
    (void)device;
    memset(PIN, 0, strlen(PIN));
    return 0;
}

/* A text without an end. */
int iR_DDF1EF06Info(void *device, char *XM, char *XB, char *MZ, char *CSRQ, char *SFZH) {
    (void)device;
    memset(XM, 'x', 50);
    *XB = *MZ = *CSRQ = *SFZH = 0;
    return 0;
}

/* No code of the interface. */
int iR_DDF1EF08Info(void *device) {
    (void)device;
    return 7;
}

/* Fails, and leaves the last patient's address. */
int iR_DF01EF05Info(void *device, char *DZLB1, char *DZ1, char *DZLB2, char *DZ2) {
    (void)device;
    strcpy(DZ1, "the last one's");
    *DZLB1 = *DZLB2 = *DZ2 = 0;
    return 104;
}

/* A length that is not the picture's. */
int iR_DDF1EF07Info(void *device, unsigned char *ZHAOPIAN) {
    (void)device;
    ZHAOPIAN[0] = 0x20;
    ZHAOPIAN[1] = 0;
    return 0;
}

int iW_DF03EF06Info(void *device, int record) {
    (void)device;
    return record > 0 ? 0 : 101;
}

/* Cuts at the first 00, and says that all is well. */
int iW_DF03EDInfo(void *device, int record, char *data, int pos, int len, int style) {
    (void)device;
    (void)record;
    memset(visit + pos, 0, (size_t)len);
    if (style == 1) strncpy((char *)visit + pos, data, (size_t)len);
    else memcpy(visit + pos, data, (size_t)len);
    return 0;
}

int iR_DF03EDInfo(void *device, int record, char *data, int pos, int len, int style) {
    (void)device;
    (void)record;
    if (style == 1) strcpy(data, (char *)visit + pos);
    else memcpy(data, visit + pos, (size_t)len);
    return 0;
}
