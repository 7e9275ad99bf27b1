/* The functions of the interface. What they do is in MHC_CardInterface.h; each has the number of its place there
 * (Docs/client-protocol.md). */
#include "client.h"

#include "interface.h"

/* The name says itself to the log. */
#define CALL(number, name, work, ...) client_call(number, #name, work, __VA_ARGS__)

int MHC_CALL iDOpenPort(void) {
    return (int)CALL(1, iDOpenPort, OPENS_PORT, "");
}

int MHC_CALL iDClosePort(void) {
    return (int)CALL(2, iDClosePort, CLOSES_PORT, "");
}

HANDLE MHC_CALL OpenDevice(int port) {
    return (HANDLE)(intptr_t)CALL(3, OpenDevice, OPENS_DEVICE, "i", port);
}

DWORD MHC_CALL CloseDevice(HANDLE device) {
    return (DWORD)CALL(4, CloseDevice, CLOSES_DEVICE, "h", device);
}

int MHC_CALL PowerOn(HANDLE device, int slot, char *ATR) {
    return (int)CALL(5, PowerOn, OTHER_WORK, "hia67", device, slot, ATR);
}

DWORD MHC_CALL SendAPDU(HANDLE device, unsigned char slot, unsigned char *command, unsigned long length,
                        unsigned char *response, int *responseLength) {
    return (DWORD)CALL(6, SendAPDU, OTHER_WORK, "hcdlr65538n", device, slot, command, length, response,
                       responseLength);
}

int MHC_CALL iVerifyPIN(HANDLE device, char *PIN) {
    return (int)CALL(7, iVerifyPIN, OTHER_WORK, "ht", device, PIN);
}

int MHC_CALL iChange_Pin(int device, char *oldPin, char *newPin) {
    return (int)CALL(8, iChange_Pin, OTHER_WORK, "itt", device, oldPin, newPin);
}

int MHC_CALL VerifyPin(HANDLE device, const char *PIN, BYTE *retries) {
    return (int)CALL(9, VerifyPin, OTHER_WORK, "hty", device, PIN, retries);
}

int MHC_CALL iReader_SAM_Public(int device, char *info) {
    return (int)CALL(10, iReader_SAM_Public, OTHER_WORK, "io29", device, info);
}

int MHC_CALL iReader_SAM_Terminal(int device, char *info) {
    return (int)CALL(11, iReader_SAM_Terminal, OTHER_WORK, "io13", device, info);
}

int MHC_CALL iReader_SAM_PublicApp(int device, char *info) {
    return (int)CALL(12, iReader_SAM_PublicApp, OTHER_WORK, "io51", device, info);
}

int MHC_CALL iReader_SAM_OrgCertificate(int device, char *info) {
    return (int)CALL(13, iReader_SAM_OrgCertificate, OTHER_WORK, "io361", device, info);
}

int MHC_CALL iReader_SAM_Certificate(int device, char *info) {
    return (int)CALL(14, iReader_SAM_Certificate, OTHER_WORK, "io381", device, info);
}

DWORD MHC_CALL SM3Digest(HANDLE device, BYTE *data, unsigned int length, BYTE *hash, BYTE *hashLength) {
    return (DWORD)CALL(15, SM3Digest, OTHER_WORK, "hdur32y", device, data, length, hash, hashLength);
}

DWORD MHC_CALL SM2SignHash(HANDLE device, BYTE *hash, BYTE length, BYTE *signature, BYTE *signatureLength) {
    return (DWORD)CALL(16, SM2SignHash, OTHER_WORK, "hdcr64y", device, hash, length, signature, signatureLength);
}

int MHC_CALL iR_DDF1EF05Info(HANDLE device, char *KLB, char *GFBB, char *FKJGMC, char *FKJGDM, char *FKJGZS,
                             char *FKSJ, char *KH, char *AQM, char *XPXLH, char *YYCSDM) {
    return (int)CALL(17, iR_DDF1EF05Info, OTHER_WORK, "ho2o5o31o23o361o9o19o4o11o7", device, KLB, GFBB, FKJGMC,
                     FKJGDM, FKJGZS, FKSJ, KH, AQM, XPXLH, YYCSDM);
}

int MHC_CALL iW_DDF1EF05Info(HANDLE device, char *KLB, char *GFBB, char *FKJGMC, char *FKJGDM, char *FKJGZS,
                             char *FKSJ, char *KH, char *AQM, char *XPXLH, char *YYCSDM) {
    return (int)CALL(18, iW_DDF1EF05Info, OTHER_WORK, "htttttttttt", device, KLB, GFBB, FKJGMC, FKJGDM, FKJGZS, FKSJ,
                     KH, AQM, XPXLH, YYCSDM);
}

int MHC_CALL iR_DDF1EF06Info(HANDLE device, char *XM, char *XB, char *MZ, char *CSRQ, char *SFZH) {
    return (int)CALL(19, iR_DDF1EF06Info, OTHER_WORK, "ho31o3o3o9o19", device, XM, XB, MZ, CSRQ, SFZH);
}

int MHC_CALL iW_DDF1EF06Info(HANDLE device, char *XM, char *XB, char *MZ, char *CSRQ, char *SFZH) {
    return (int)CALL(20, iW_DDF1EF06Info, OTHER_WORK, "httttt", device, XM, XB, MZ, CSRQ, SFZH);
}

int MHC_CALL iR_DDF1EF07Info(HANDLE device, BYTE *ZHAOPIAN) {
    return (int)CALL(21, iR_DDF1EF07Info, OTHER_WORK, "hq65537", device, ZHAOPIAN);
}

int MHC_CALL iW_DDF1EF07Info(HANDLE device, BYTE *ZHAOPIAN) {
    return (int)CALL(22, iW_DDF1EF07Info, OTHER_WORK, "hp", device, ZHAOPIAN);
}

int MHC_CALL iR_DDF1EF08Info(HANDLE device, char *KYXQ, char *BRDH1, char *BRDH2, char *YLFYZFFS1, char *YLFYZFFS2,
                             char *YLFYZFFS3) {
    return (int)CALL(23, iR_DDF1EF08Info, OTHER_WORK, "ho9o21o21o3o3o3", device, KYXQ, BRDH1, BRDH2, YLFYZFFS1,
                     YLFYZFFS2, YLFYZFFS3);
}

int MHC_CALL iW_DDF1EF08Info(HANDLE device, char *KYXQ, char *BRDH1, char *BRDH2, char *YLFYZFFS1, char *YLFYZFFS2,
                             char *YLFYZFFS3) {
    return (int)CALL(24, iW_DDF1EF08Info, OTHER_WORK, "htttttt", device, KYXQ, BRDH1, BRDH2, YLFYZFFS1, YLFYZFFS2,
                     YLFYZFFS3);
}

int MHC_CALL iR_DF01EF05Info(HANDLE device, char *DZLB1, char *DZ1, char *DZLB2, char *DZ2) {
    return (int)CALL(25, iR_DF01EF05Info, OTHER_WORK, "ho3o101o3o101", device, DZLB1, DZ1, DZLB2, DZ2);
}

int MHC_CALL iW_DF01EF05Info(HANDLE device, char *DZLB1, char *DZ1, char *DZLB2, char *DZ2) {
    return (int)CALL(26, iW_DF01EF05Info, OTHER_WORK, "htttt", device, DZLB1, DZ1, DZLB2, DZ2);
}

int MHC_CALL iR_DF01EF06Info(HANDLE device, char *LXRXM1, char *LXRGX1, char *LXRDH1, char *LXRXM2, char *LXRGX2,
                             char *LXRDH2, char *LXRXM3, char *LXRGX3, char *LXRDH3) {
    return (int)CALL(27, iR_DF01EF06Info, OTHER_WORK, "ho31o3o21o31o3o21o31o3o21", device, LXRXM1, LXRGX1, LXRDH1,
                     LXRXM2, LXRGX2, LXRDH2, LXRXM3, LXRGX3, LXRDH3);
}

int MHC_CALL iW_DF01EF06Info(HANDLE device, char *LXRXM1, char *LXRGX1, char *LXRDH1, char *LXRXM2, char *LXRGX2,
                             char *LXRDH2, char *LXRXM3, char *LXRGX3, char *LXRDH3) {
    return (int)CALL(28, iW_DF01EF06Info, OTHER_WORK, "httttttttt", device, LXRXM1, LXRGX1, LXRDH1, LXRXM2, LXRGX2,
                     LXRDH2, LXRXM3, LXRGX3, LXRDH3);
}

int MHC_CALL iR_DF01EF07Info(HANDLE device, char *WHCD, char *HYZK, char *ZY) {
    return (int)CALL(29, iR_DF01EF07Info, OTHER_WORK, "ho3o3o4", device, WHCD, HYZK, ZY);
}

int MHC_CALL iW_DF01EF07Info(HANDLE device, char *WHCD, char *HYZK, char *ZY) {
    return (int)CALL(30, iW_DF01EF07Info, OTHER_WORK, "httt", device, WHCD, HYZK, ZY);
}

int MHC_CALL iR_DF01EF08Info(HANDLE device, char *ZJLB, char *ZJHM, char *JKDAH, char *XNHZH) {
    return (int)CALL(31, iR_DF01EF08Info, OTHER_WORK, "ho3o19o18o19", device, ZJLB, ZJHM, JKDAH, XNHZH);
}

int MHC_CALL iW_DF01EF08Info(HANDLE device, char *ZJLB, char *ZJHM, char *JKDAH, char *XNHZH) {
    return (int)CALL(32, iW_DF01EF08Info, OTHER_WORK, "htttt", device, ZJLB, ZJHM, JKDAH, XNHZH);
}

int MHC_CALL iR_DF02EF05Info(HANDLE device, char *ABOXX, char *RHXX, char *XCBZ, char *XZBBZ, char *XNXGBBZ,
                             char *DXBBZ, char *NXWLBZ, char *TNBBZ, char *QGYBZ, char *TXBZ, char *QGYZBZ,
                             char *QGQSBZ, char *KZXYZBZ, char *XZQBQBZ, char *QTYXJSMC) {
    return (int)CALL(33, iR_DF02EF05Info, OTHER_WORK, "ho3o3o3o3o3o3o3o3o3o3o3o3o3o3o41", device, ABOXX, RHXX, XCBZ,
                     XZBBZ, XNXGBBZ, DXBBZ, NXWLBZ, TNBBZ, QGYBZ, TXBZ, QGYZBZ, QGQSBZ, KZXYZBZ, XZQBQBZ, QTYXJSMC);
}

int MHC_CALL iW_DF02EF05Info(HANDLE device, char *ABOXX, char *RHXX, char *XCBZ, char *XZBBZ, char *XNXGBBZ,
                             char *DXBBZ, char *NXWLBZ, char *TNBBZ, char *QGYBZ, char *TXBZ, char *QGYZBZ,
                             char *QGQSBZ, char *KZXYZBZ, char *XZQBQBZ, char *QTYXJSMC) {
    return (int)CALL(34, iW_DF02EF05Info, OTHER_WORK, "httttttttttttttt", device, ABOXX, RHXX, XCBZ, XZBBZ, XNXGBBZ,
                     DXBBZ, NXWLBZ, TNBBZ, QGYBZ, TXBZ, QGYZBZ, QGQSBZ, KZXYZBZ, XZQBQBZ, QTYXJSMC);
}

int MHC_CALL iR_DF02EF06Info(HANDLE device, char *JSBBZ) {
    return (int)CALL(35, iR_DF02EF06Info, OTHER_WORK, "ho3", device, JSBBZ);
}

int MHC_CALL iW_DF02EF06Info(HANDLE device, char *JSBBZ) {
    return (int)CALL(36, iW_DF02EF06Info, OTHER_WORK, "ht", device, JSBBZ);
}

int MHC_CALL iR_DF02EF07Info(HANDLE device, int record, char *GMWZMC, char *GMFY) {
    return (int)CALL(37, iR_DF02EF07Info, OTHER_WORK, "hio21o101", device, record, GMWZMC, GMFY);
}

int MHC_CALL iW_DF02EF07Info(HANDLE device, char *GMWZMC, char *GMFY) {
    return (int)CALL(38, iW_DF02EF07Info, OTHER_WORK, "htt", device, GMWZMC, GMFY);
}

int MHC_CALL iR_DF02EF08Info(HANDLE device, int record, char *MYJZMC, char *MYJZSJ) {
    return (int)CALL(39, iR_DF02EF08Info, OTHER_WORK, "hio21o9", device, record, MYJZMC, MYJZSJ);
}

int MHC_CALL iW_DF02EF08Info(HANDLE device, char *MYJZMC, char *MYJZSJ) {
    return (int)CALL(40, iW_DF02EF08Info, OTHER_WORK, "htt", device, MYJZMC, MYJZSJ);
}

int MHC_CALL iR_DF03EF05Info(HANDLE device, char *ZYJLBS1, char *ZYJLBS2, char *ZYJLBS3) {
    return (int)CALL(41, iR_DF03EF05Info, OTHER_WORK, "ho3o3o3", device, ZYJLBS1, ZYJLBS2, ZYJLBS3);
}

int MHC_CALL iW_DF03EF05Info(HANDLE device, int record) {
    return (int)CALL(42, iW_DF03EF05Info, OTHER_WORK, "hi", device, record);
}

int MHC_CALL iErase_DF03EF05Info(HANDLE device, int record) {
    return (int)CALL(43, iErase_DF03EF05Info, OTHER_WORK, "hi", device, record);
}

int MHC_CALL iR_DF03EF06Info(HANDLE device, char *MZJLBS1, char *MZJLBS2, char *MZJLBS3, char *MZJLBS4,
                             char *MZJLBS5) {
    return (int)CALL(44, iR_DF03EF06Info, OTHER_WORK, "ho3o3o3o3o3", device, MZJLBS1, MZJLBS2, MZJLBS3, MZJLBS4,
                     MZJLBS5);
}

int MHC_CALL iW_DF03EF06Info(HANDLE device, int record) {
    return (int)CALL(45, iW_DF03EF06Info, OTHER_WORK, "hi", device, record);
}

int MHC_CALL iErase_DF03EF06Info(HANDLE device, int record) {
    return (int)CALL(46, iErase_DF03EF06Info, OTHER_WORK, "hi", device, record);
}

int MHC_CALL iR_DF03EEInfo(HANDLE device, int record, char *data, int pos, int len, int style) {
    return (int)CALL(47, iR_DF03EEInfo, OTHER_WORK, "hiwiii", device, record, data, pos, len, style);
}

int MHC_CALL iW_DF03EEInfo(HANDLE device, int record, char *data, int pos, int len, int style) {
    return (int)CALL(48, iW_DF03EEInfo, OTHER_WORK, "hiviii", device, record, data, pos, len, style);
}

int MHC_CALL iR_DF03EDInfo(HANDLE device, int record, char *data, int pos, int len, int style) {
    return (int)CALL(49, iR_DF03EDInfo, OTHER_WORK, "hiwiii", device, record, data, pos, len, style);
}

int MHC_CALL iW_DF03EDInfo(HANDLE device, int record, char *data, int pos, int len, int style) {
    return (int)CALL(50, iW_DF03EDInfo, OTHER_WORK, "hiviii", device, record, data, pos, len, style);
}

int MHC_CALL iR_DF03EE_ALLInfo(HANDLE device, int record, char *data) {
    return (int)CALL(51, iR_DF03EE_ALLInfo, OTHER_WORK, "hio2014", device, record, data);
}

int MHC_CALL iW_DF03EE_ALLInfo(HANDLE device, int record, char *data) {
    return (int)CALL(52, iW_DF03EE_ALLInfo, OTHER_WORK, "hit", device, record, data);
}

int MHC_CALL iR_DF03ED_ALLInfo(HANDLE device, int record, char *data) {
    return (int)CALL(53, iR_DF03ED_ALLInfo, OTHER_WORK, "hio3453", device, record, data);
}

int MHC_CALL iW_DF03ED_ALLInfo(HANDLE device, int record, char *data) {
    return (int)CALL(54, iW_DF03ED_ALLInfo, OTHER_WORK, "hit", device, record, data);
}

DWORD MHC_CALL wsc_GetCardInfo(HANDLE device, void *items, int count) {
    return (DWORD)CALL(55, wsc_GetCardInfo, OTHER_WORK, "hgi", device, items, count);
}

DWORD MHC_CALL wsc_PutCardInfo(HANDLE device, void *items, int count) {
    return (DWORD)CALL(56, wsc_PutCardInfo, OTHER_WORK, "hsi", device, items, count);
}

int MHC_CALL iReader_GetLastEEIndex(HANDLE device) {
    return (int)CALL(57, iReader_GetLastEEIndex, OTHER_WORK, "h", device);
}

int MHC_CALL iReader_GetLastEDIndex(HANDLE device) {
    return (int)CALL(58, iReader_GetLastEDIndex, OTHER_WORK, "h", device);
}

int MHC_CALL IReader_GetDeviceCSN(HANDLE device, char *info) {
    return (int)CALL(59, IReader_GetDeviceCSN, OTHER_WORK, "ho100", device, info);
}

int MHC_CALL LockPersonalInfo(HANDLE device) {
    return (int)CALL(60, LockPersonalInfo, OTHER_WORK, "h", device);
}
