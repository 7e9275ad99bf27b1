/* Calls every function of the C interface.
 *
 * interface_test clinic TYPE   a made test card and a SAM of that type in their readers
 * interface_test no-sam        a card, and no SAM
 * interface_test no-card       neither
 * interface_test again       reads one file ten times, others between
 * interface_test programs TYPE the order of calls of hospital programs, with buffers at the edge of their page
 * interface_test hostile       arguments and orders that nobody should give
 * interface_test wrong-pins    two wrong PINs
 * interface_test shared        reads a card that another program may have for itself
 * interface_test conventions FOLDER PHOTO, forwarded, small-photo   what the configuration file says
 * interface_test exchange      waits until another card is in the reader, and reads both
 */
#include <pthread.h>
#include <unistd.h>

#include "parts.h"

int failures;

static void *reads_names(void *device) {
    char *name = room(31), *expected = room(31);
    EXPECT(IRV_OK, iR_DDF1EF06Info(device, expected, NULL, NULL, NULL, NULL));
    for (int i = 0; i < 10; i++) {
        EXPECT(IRV_OK, iR_DDF1EF06Info(device, name, NULL, NULL, NULL, NULL));
        SAME(name, expected);
    }
    CHECK(intact(name) && intact(expected));
    return NULL;
}

static void *reads_blood(void *device) {
    char *blood = room(3), *expected = room(3);
    EXPECT(IRV_OK, iR_DF02EF05Info(device, expected, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
                                   NULL, NULL, NULL));
    for (int i = 0; i < 10; i++) {
        EXPECT(IRV_OK, iR_DF02EF05Info(device, blood, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
                                       NULL, NULL, NULL));
        SAME(blood, expected);
        HANDLE own = OpenDevice(0);
        CHECK(own != NULL);
        EXPECT(IRV_OK, CloseDevice(own));
    }
    CHECK(intact(blood) && intact(expected));
    return NULL;
}

void threads(HANDLE device) {
    pthread_t all[4];
    for (int i = 0; i < COUNT(all); i++)
        CHECK(pthread_create(&all[i], NULL, i % 2 ? reads_names : reads_blood, device) == 0);
    for (int i = 0; i < COUNT(all); i++) pthread_join(all[i], NULL);
}

static void exchange(HANDLE device) {
    char first[11], serial[11];
    EXPECT(IRV_OK, iR_DDF1EF05Info(device, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, first, NULL));
    EXPECT(IRV_OK, iR_DF02EF06Info(device, serial));
    printf("%s\n", first);
    fflush(stdout);
    int sawNone = 0;
    for (int i = 0; i < 1200; i++) {
        usleep(50000);
        int code = iR_DDF1EF05Info(device, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, serial, NULL);
        if (code == IRV_OK && strcmp(first, serial) != 0) {
            printf("%s\n", serial);
            EXPECT(IRV_OK, iR_DF02EF06Info(device, first));
            CHECK(sawNone);
            return;
        }
        sawNone |= code != IRV_OK;
        if (code != IRV_OK) CHECK(code == IRV_CARD_ERR);
    }
    CHECK(!"another card has come");
}

int main(int count, char **arguments) {
    const char *mode = count > 1 ? arguments[1] : "";
    int type = count > 2 ? atoi(arguments[2]) : 0;
    if (strcmp(mode, "clinic") == 0) {
        wrong_handles();
        any_handle();
        EXPECT(IRV_OK, iDOpenPort());
        EXPECT(IRV_OK, iDOpenPort());
        read_everything(NULL, IRV_OK, IRV_OK);
        EXPECT(IRV_OK, iDClosePort());
        EXPECT(IRV_PARA_ERR, iDClosePort());
        HANDLE device = OpenDevice(0);
        CHECK(device != NULL);
        wrong_arguments(device);
        reading(device);
        raw_commands(device);
        sam_functions(device);
        contradicting_values(device);
        writing(device, type);
        visits(device, type);
        items_by_number(device, type);
        threads(device);
        reading(device);
        EXPECT(IRV_OK, CloseDevice(device));
    } else if (strcmp(mode, "programs") == 0) {
        programs(type);
        HANDLE device = OpenDevice(0);
        EXPECT(IRV_OK, iVerifyPIN(device, "123456"));
        if (type == 5) next_records(device);
        EXPECT(IRV_OK, CloseDevice(device));
    } else if (strcmp(mode, "conventions") == 0 && count > 3) {
        other_conventions(arguments[2], arguments[3]);
    } else if (strcmp(mode, "hostile") == 0) {
        hostile();
        hostile_threads();
    } else if (strcmp(mode, "wrong-pins") == 0) {
        wrong_pins();
    } else if (strcmp(mode, "shared") == 0) {
        shared_card();
    } else if (strcmp(mode, "forwarded") == 0) {
        forwarded_codes();
    } else if (strcmp(mode, "small-photo") == 0) {
        EXPECT(IRV_OK, iDOpenPort());
        photo_limit(NULL);
        EXPECT(IRV_OK, iDClosePort());
    } else if (strcmp(mode, "no-sam") == 0) {
        HANDLE device = OpenDevice(0);
        CHECK(device != NULL);
        read_everything(device, IRV_OK, IRV_PSAM_ERR);
        char atr[41];
        EXPECT(IRV_PSAM_ERR, iVerifyPIN(device, "123456"));
        EXPECT(IRV_PSAM_ERR, PowerOn(device, SLOT_PSAM, atr));
        EXPECT(IRV_PSAM_ERR, iReader_SAM_Public((int)(long)device, atr));
        EXPECT(IRV_OK, CloseDevice(device));
    } else if (strcmp(mode, "no-card") == 0) {
        HANDLE device = OpenDevice(0);
        CHECK(device != NULL);
        wrong_arguments(device);
        read_everything(device, IRV_CARD_ERR, IRV_CARD_ERR);
        char text[300];
        int length;
        EXPECT(IRV_CARD_ERR, PowerOn(device, SLOT_USER, text));
        EXPECT(IRV_CARD_ERR, SendAPDU(device, SLOT_USER, (BYTE *)"\0\x84\0\0\x08", 5, (BYTE *)text, &length));
        EXPECT(IRV_CARD_ERR, iW_DF02EF06Info(device, "01"));
        EXPECT(IRV_CARD_ERR, iW_DF03EF05Info(device, 1));
        EXPECT(IRV_CARD_ERR, iR_DF03EE_ALLInfo(device, 1, text));
        EXPECT(IRV_OK, CloseDevice(device));
    } else if (strcmp(mode, "again") == 0) {
        HANDLE device = OpenDevice(0);
        CHECK(device != NULL);
        char name[31], phone[21];
        for (int i = 0; i < 10; i++) {
            EXPECT(IRV_OK, iR_DDF1EF06Info(device, name, NULL, NULL, NULL, NULL));
            EXPECT(IRV_OK, iR_DDF1EF08Info(device, NULL, phone, NULL, NULL, NULL, NULL));
        }
        EXPECT(IRV_OK, CloseDevice(device));
    } else if (strcmp(mode, "exchange") == 0) {
        HANDLE device = OpenDevice(0);
        CHECK(device != NULL);
        exchange(device);
        EXPECT(IRV_OK, CloseDevice(device));
    } else {
        fprintf(stderr, "usage: %s clinic TYPE | programs TYPE | hostile | wrong-pins | shared | conventions FOLDER PHOTO | forwarded | small-photo | no-sam | no-card | again | exchange\n", arguments[0]);
        return 2;
    }
    fprintf(stderr, "%d failures\n", failures);
    return failures ? 1 : 0;
}
