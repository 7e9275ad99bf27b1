/* The C interface that hospital software is written against (Docs/c-interface.md), over PC/SC.
 *
 * Link with -lMHC_CardInterface, or load libMHC_CardInterface.so and look the functions up by name.
 *
 * Reader and SAM: HEALTHCARD_READER and HEALTHCARD_SAM_READER (exact name, unique part of it, or number); else the file
 * HEALTHCARD_CONFIG, $XDG_CONFIG_HOME/healthcard/interface.conf or /etc/healthcard/interface.conf with lines
 * "reader = ...", "sam = ...", "profile = ..." and lines for the conventions of the programs that call
 * (Docs/c-interface.md); else the one reader that holds a health card and the one with a SAM.
 *
 * Text is GBK and ends with 00. Values of ans items are text without padding, of cn items decimal digits, of b items
 * hexadecimal digits, two a byte. A buffer for a value needs 1 byte more than the longest value: the item's length for
 * ans, twice its length for cn and b. No function writes more than that.
 *
 * iR_ functions pass over NULL buffers. After an error every buffer holds
 * an empty text. iW_ functions leave alone every item whose argument is NULL or empty.
 *
 * Inputs are read before outputs are written, and never beyond the caller's memory: a text without an end, or a length
 * that is more than there is, is IRV_PARA_ERR.
 *
 * Every function may be called from any thread; calls are carried out one after the other.
 */
#ifndef MHC_CARD_INTERFACE_H
#define MHC_CARD_INTERFACE_H

/* Define MHC_NO_WINDOWS_TYPES where another header has these names already. */
#ifndef MHC_NO_WINDOWS_TYPES
typedef void *HANDLE;
typedef unsigned char BYTE;
typedef unsigned short WORD;
typedef unsigned int DWORD;
#endif

/* The calling convention: on Windows that of every library with this interface. */
#if defined(_WIN32) && !defined(MHC_CALL)
#define MHC_CALL __stdcall
#elif !defined(MHC_CALL)
#define MHC_CALL
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* What functions return. */
#define IRV_OK 0
#define IRV_PARA_ERR 101          /* an argument: handle, pointer, record number, position, style, value */
#define IRV_NO_FILE 102           /* the card has no such file */
#define IRV_RD_RCDERR 103         /* a record cannot be read */
#define IRV_CARD_ERR 104          /* no card, no reader, a card that does not answer, is blocked or of another kind */
#define IRV_PSAM_ERR 105          /* no SAM, its PIN, or a key it does not hold */
#define IRV_IRK_VERR 106          /* the card or a key failed its authentication */
#define IRV_RD_BINERR 107         /* a transparent file cannot be read */
#define IRV_WR_RCDERR 108         /* a record cannot be written */
#define IRV_WR_BINERR 109         /* a transparent file cannot be written */
#define IRV_W_DF03EF05ERR 110     /* an index record cannot be written */
#define IRV_ER_DF03EF05ERR 111    /* an index record cannot be erased */
#define IRV_RCINVALID 112         /* the visit is not valid: its index is not 00 */
#define IRV_DDF1EF07_DATAERR 113  /* the photo, or the length before it */

/* Styles of a part of a visit. */
#define NO_style 0x00  /* the bytes as they are, without an ending 00 */
#define AN_style 0x01  /* the bytes as they are; one text item may be written as a text that ends with 00 */
#define CN_style 0x0F  /* decimal digits up to the first F */
#define B_style 0xFF   /* hexadecimal digits, two a byte */

/* Slots. */
#define SLOT_USER 0x01  /* the health card */
#define SLOT_PSAM 0x11  /* the SAM */
#define SLOT_PSAM_3 0x03  /* the SAM, as readers with three slots number it */
#define SLOT_CARD 0x12  /* a health card in a contact slot: the same reader as SLOT_USER */

/* --- The reader -------------------------------------------------------------------------------------------------- */

/* Opens and closes the default device, whose handle is NULL (0). While exactly one device is open, by this or by
 * OpenDevice, every handle means it, also one that was never set. */
int MHC_CALL iDOpenPort(void);
int MHC_CALL iDClosePort(void);

/* A handle to the reader, a small positive number, or NULL when the PC/SC service or its readers cannot be had. No card
 * need be there yet. The port is not looked at: reader and SAM are chosen as said above. */
HANDLE MHC_CALL OpenDevice(int port);
DWORD MHC_CALL CloseDevice(HANDLE device);

/* Resets a card and gives its answer to reset as hexadecimal digits: of the first 20 bytes, so that ATR needs 41, or of as
 * many whole ones as fit where the configuration says another room (atr-room). */
int MHC_CALL PowerOn(HANDLE device, int slot, char *ATR);

/* Sends a command as it is. response must have room for Le + 2 bytes (258 for a short command without one more); what
 * stands in *responseLength before is not looked at. */
DWORD MHC_CALL SendAPDU(HANDLE device, unsigned char slot, unsigned char *command, unsigned long length,
                        unsigned char *response, int *responseLength);

/* --- The SAM ----------------------------------------------------------------------------------------------------- */

/* Its PIN, decimal digits; sent once. */
int MHC_CALL iVerifyPIN(HANDLE device, char *PIN);
int MHC_CALL iChange_Pin(int device, char *oldPin, char *newPin);
/* As iVerifyPIN; *retries becomes the number of tries left. */
int MHC_CALL VerifyPin(HANDLE device, const char *PIN, BYTE *retries);

/* Its files as hexadecimal digits: 14, 6, 25, 180 and 190 bytes. */
int MHC_CALL iReader_SAM_Public(int device, char *info);
int MHC_CALL iReader_SAM_Terminal(int device, char *info);
int MHC_CALL iReader_SAM_PublicApp(int device, char *info);
int MHC_CALL iReader_SAM_OrgCertificate(int device, char *info);
int MHC_CALL iReader_SAM_Certificate(int device, char *info);

/* SM3 of data, 1 to 1048576 bytes: 32 bytes. SM2 over a hash of 32 bytes: 64 bytes, r then s. Both after the PIN. */
DWORD MHC_CALL SM3Digest(HANDLE device, BYTE *data, unsigned int length, BYTE *hash, BYTE *hashLength);
DWORD MHC_CALL SM2SignHash(HANDLE device, BYTE *hash, BYTE length, BYTE *signature, BYTE *signatureLength);

/* --- Files of records -------------------------------------------------------------------------------------------- */

/* The issuer: category, specification version, issuer name, issuer code, issuer certificate, issue date, card number,
 * security code, issue serial, city code. Nobody may write it once the card is made: IRV_WR_RCDERR. */
int MHC_CALL iR_DDF1EF05Info(HANDLE device, char *KLB, char *GFBB, char *FKJGMC, char *FKJGDM, char *FKJGZS, char *FKSJ,
                             char *KH, char *AQM, char *XPXLH, char *YYCSDM);
int MHC_CALL iW_DDF1EF05Info(HANDLE device, char *KLB, char *GFBB, char *FKJGMC, char *FKJGDM, char *FKJGZS, char *FKSJ,
                             char *KH, char *AQM, char *XPXLH, char *YYCSDM);

/* The holder: name, sex, nation, birth date, identity number. Not to be written either. */
int MHC_CALL iR_DDF1EF06Info(HANDLE device, char *XM, char *XB, char *MZ, char *CSRQ, char *SFZH);
int MHC_CALL iW_DDF1EF06Info(HANDLE device, char *XM, char *XB, char *MZ, char *CSRQ, char *SFZH);

/* The photo: 2 bytes of length, then the JPEG, without an ending 00; at most 3070 bytes, or what photo-limit says (no more
 * than 3074): a larger one is IRV_DDF1EF07_DATAERR. A photo that is written has to be one: a whole one within the limits
 * goes on as it is but for a camera's notes, another is fitted, nothing and anything else is IRV_DDF1EF07_DATAERR. With photo = path in the configuration, the path of a file instead. */
int MHC_CALL iR_DDF1EF07Info(HANDLE device, BYTE *ZHAOPIAN);
int MHC_CALL iW_DDF1EF07Info(HANDLE device, BYTE *ZHAOPIAN);

/* Validity, phones, payment. */
int MHC_CALL iR_DDF1EF08Info(HANDLE device, char *KYXQ, char *BRDH1, char *BRDH2, char *YLFYZFFS1, char *YLFYZFFS2,
                             char *YLFYZFFS3);
int MHC_CALL iW_DDF1EF08Info(HANDLE device, char *KYXQ, char *BRDH1, char *BRDH2, char *YLFYZFFS1, char *YLFYZFFS2,
                             char *YLFYZFFS3);

/* Two addresses: type and text. */
int MHC_CALL iR_DF01EF05Info(HANDLE device, char *DZLB1, char *DZ1, char *DZLB2, char *DZ2);
int MHC_CALL iW_DF01EF05Info(HANDLE device, char *DZLB1, char *DZ1, char *DZLB2, char *DZ2);

/* Three contacts: name, relation, phone. */
int MHC_CALL iR_DF01EF06Info(HANDLE device, char *LXRXM1, char *LXRGX1, char *LXRDH1, char *LXRXM2, char *LXRGX2,
                             char *LXRDH2, char *LXRXM3, char *LXRGX3, char *LXRDH3);
int MHC_CALL iW_DF01EF06Info(HANDLE device, char *LXRXM1, char *LXRGX1, char *LXRDH1, char *LXRXM2, char *LXRGX2,
                             char *LXRDH2, char *LXRXM3, char *LXRGX3, char *LXRDH3);

/* Education, marital status, occupation. */
int MHC_CALL iR_DF01EF07Info(HANDLE device, char *WHCD, char *HYZK, char *ZY);
int MHC_CALL iW_DF01EF07Info(HANDLE device, char *WHCD, char *HYZK, char *ZY);

/* Document type and number, health record number, NCMS number. */
int MHC_CALL iR_DF01EF08Info(HANDLE device, char *ZJLB, char *ZJHM, char *JKDAH, char *XNHZH);
int MHC_CALL iW_DF01EF08Info(HANDLE device, char *ZJLB, char *ZJHM, char *JKDAH, char *XNHZH);

/* Blood groups, twelve alerts (00 or 01), other alerts. */
int MHC_CALL iR_DF02EF05Info(HANDLE device, char *ABOXX, char *RHXX, char *XCBZ, char *XZBBZ, char *XNXGBBZ, char *DXBBZ,
                             char *NXWLBZ, char *TNBBZ, char *QGYBZ, char *TXBZ, char *QGYZBZ, char *QGQSBZ, char *KZXYZBZ,
                             char *XZQBQBZ, char *QTYXJSMC);
int MHC_CALL iW_DF02EF05Info(HANDLE device, char *ABOXX, char *RHXX, char *XCBZ, char *XZBBZ, char *XNXGBBZ, char *DXBBZ,
                             char *NXWLBZ, char *TNBBZ, char *QGYBZ, char *TXBZ, char *QGYZBZ, char *QGQSBZ, char *KZXYZBZ,
                             char *XZQBQBZ, char *QTYXJSMC);

/* The psychiatric flag. */
int MHC_CALL iR_DF02EF06Info(HANDLE device, char *JSBBZ);
int MHC_CALL iW_DF02EF06Info(HANDLE device, char *JSBBZ);

/* An allergy: substance and reaction. Record 1 is the newest, 3 the oldest; writing adds a newest one and the oldest falls
 * out. */
int MHC_CALL iR_DF02EF07Info(HANDLE device, int record, char *GMWZMC, char *GMFY);
int MHC_CALL iW_DF02EF07Info(HANDLE device, char *GMWZMC, char *GMFY);

/* An immunization: name and date. Record 1 is the newest, 10 the oldest; writing as above. */
int MHC_CALL iR_DF02EF08Info(HANDLE device, int record, char *MYJZMC, char *MYJZSJ);
int MHC_CALL iW_DF02EF08Info(HANDLE device, char *MYJZMC, char *MYJZSJ);

/* --- Visits ------------------------------------------------------------------------------------------------------ */

/* Which visits are valid: "00" valid, "FF" empty. iW_ makes a record valid, iErase_ empty. */
int MHC_CALL iR_DF03EF05Info(HANDLE device, char *ZYJLBS1, char *ZYJLBS2, char *ZYJLBS3);
int MHC_CALL iW_DF03EF05Info(HANDLE device, int record);
int MHC_CALL iErase_DF03EF05Info(HANDLE device, int record);
int MHC_CALL iR_DF03EF06Info(HANDLE device, char *MZJLBS1, char *MZJLBS2, char *MZJLBS3, char *MZJLBS4, char *MZJLBS5);
int MHC_CALL iW_DF03EF06Info(HANDLE device, int record);
int MHC_CALL iErase_DF03EF06Info(HANDLE device, int record);

/* len bytes of a valid visit from pos on, in a style. The whole inpatient visit is pos 0, len 1639, NO_style, the whole
 * outpatient one len 3013; its signature (64 bytes) and the certificate of the SAM that made it (190 bytes) follow.
 *
 * Reading needs room for len bytes (NO_style, AN_style) or 2 * len + 1 (CN_style, B_style). AN_style gives exactly len
 * bytes: a text that fills its item has no 00 after it. Writing in AN_style takes exactly len bytes; within one text item a
 * shorter text that ends with 00 is padded. Where a 00 may be a byte of the range or the end of a shorter text,
 * IRV_PARA_ERR. Writing the whole signs it: the PIN must have been verified. Writing a part leaves signature and
 * certificate as they are; a program that writes in parts signs by itself and writes them last. */
int MHC_CALL iR_DF03EEInfo(HANDLE device, int record, char *data, int pos, int len, int style);
int MHC_CALL iW_DF03EEInfo(HANDLE device, int record, char *data, int pos, int len, int style);
int MHC_CALL iR_DF03EDInfo(HANDLE device, int record, char *data, int pos, int len, int style);
int MHC_CALL iW_DF03EDInfo(HANDLE device, int record, char *data, int pos, int len, int style);

/* The 147 items of an inpatient visit, the 170 of an outpatient one, joined with '|'. An empty item is an empty value: a
 * visit is written whole, and signed. Reading needs room for MHC_EE_ALL_SIZE or MHC_ED_ALL_SIZE bytes. */
#define MHC_EE_ALL_SIZE 2014
#define MHC_ED_ALL_SIZE 3453
int MHC_CALL iR_DF03EE_ALLInfo(HANDLE device, int record, char *data);
int MHC_CALL iW_DF03EE_ALLInfo(HANDLE device, int record, char *data);
int MHC_CALL iR_DF03ED_ALLInfo(HANDLE device, int record, char *data);
int MHC_CALL iW_DF03ED_ALLInfo(HANDLE device, int record, char *data);

/* --- Items by number --------------------------------------------------------------------------------------------- */

typedef struct {
    WORD item;    /* 1-385 */
    WORD record;  /* of items 58-61 (not for writing), 62-384; else not looked at */
    void *value;  /* text as above; for item 385 two bytes of length and the JPEG */
    WORD length;  /* reading: the room value has, 0 for as much as the item may need; becomes the bytes of the value,
                     after which a 00 follows where there is room for it. Of cn and b items the item's bytes on the card
                     mean room for all its digits.
                     writing: the bytes of value, 0 for up to its 00; of cn and b items also the bytes on the card */
    DWORD *error; /* becomes what became of this item; may be NULL */
} MHC_ITEM;

/* count elements of MHC_ITEM, 4096 at most. What they return is the first error there was; every item has its own in
 * *error. Items of one file are read and written together; allergies and immunizations so written become one new
 * record. */
DWORD MHC_CALL wsc_GetCardInfo(HANDLE device, void *items, int count);
DWORD MHC_CALL wsc_PutCardInfo(HANDLE device, void *items, int count);

/* --- Beyond the specification ------------------------------------------------------------------------------------- */

/* The record that the next visit goes into: the first whose index is empty (1-3, 1-5); with none, the oldest visit. -1 on
 * every error. */
int MHC_CALL iReader_GetLastEEIndex(HANDLE device);
int MHC_CALL iReader_GetLastEDIndex(HANDLE device);

/* The serial number of the reader as text: room for 100 bytes. IRV_CARD_ERR for one that does not tell. */
int MHC_CALL IReader_GetDeviceCSN(HANDLE device, char *info);

/* IRV_OK for a card whose personalization is over. Ending it takes the key of whoever makes the card, which no SAM holds:
 * IRV_PSAM_ERR for a card that is not finished. */
int MHC_CALL LockPersonalInfo(HANDLE device);

#ifdef __cplusplus
}
#endif

#endif
