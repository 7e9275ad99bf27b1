/* Reads a health card as a hospital program does: opens the port, resets the card, and reads who it is and what is known of
 * allergies. Reader and SAM are chosen by configuration or environment (Docs/c-interface.md).
 *
 *     cc read_card.c -lMHC_CardInterface && ./a.out
 */
#include <MHC_CardInterface.h>
#include <stdio.h>

static int failed(const char *what, int code) {
    printf("%s: code %d\n", what, code);
    return 1;
}

int main(void) {
    HANDLE device = OpenDevice(0);
    if (!device) return failed("OpenDevice", 0);

    char atr[41];
    int code = PowerOn(device, SLOT_USER, atr);
    if (code != IRV_OK) {
        CloseDevice(device);
        return failed("PowerOn", code);
    }
    printf("answer to reset: %s\n", atr);

    /* Room for every item as it is on the card, and a 00: text is GBK. */
    char name[31], sex[2], nation[3], birth[9], number[19];
    code = iR_DDF1EF06Info(device, name, sex, nation, birth, number);
    if (code == IRV_OK) printf("born: %s, sex: %s\n", birth, sex);
    else failed("holder", code);

    /* Record 1 is the newest. Only IRV_OK with an empty text means: nothing is entered here. */
    for (int record = 1; record <= 3; record++) {
        char allergen[31], reaction[101];
        code = iR_DF02EF07Info(device, record, allergen, reaction);
        if (code != IRV_OK) printf("allergy %d: could not be read (code %d): ask the patient\n", record, code);
        else printf("allergy %d: %s\n", record, allergen[0] ? "entered" : "none entered");
    }

    CloseDevice(device);
    return 0;
}
