import CHealthCard
import CHealthCardHeader

/// What an argument of a function is, to those who carry calls.
enum ArgumentKind: Character {
    case handle = "h"
    case number = "i"
    /// Memory that is read: text, bytes, a photo or its path.
    case input = "t"
    /// Memory that is written.
    case output = "o"
    /// The same, for an `int`.
    case count = "n"
    /// Memory that is written as far as it goes: of an answer to reset.
    case room = "a"
    /// Read where it is a path, else written.
    case photo = "q"
    case items = "g"
}

/// A function of the interface.
struct InterfaceFunction: Sendable {
    /// Its place in the header, from 1.
    let number: Int
    let name: String
    let kinds: [ArgumentKind]
    /// Whether the client says with it how its process stands.
    var opens: Bool { name == "iDOpenPort" || name == "OpenDevice" }

    /// By number.
    static let all: [InterfaceFunction] = names.enumerated().map { index, function in
        InterfaceFunction(number: index + 1, name: function.0, kinds: function.1.compactMap(ArgumentKind.init))
    }

    private static let names: [(String, String)] = [
        ("iDOpenPort", ""),
        ("iDClosePort", ""),
        ("OpenDevice", "i"),
        ("CloseDevice", "h"),
        ("PowerOn", "hia"),
        ("SendAPDU", "hition"),
        ("iVerifyPIN", "ht"),
        ("iChange_Pin", "itt"),
        ("VerifyPin", "hto"),
        ("iReader_SAM_Public", "io"),
        ("iReader_SAM_Terminal", "io"),
        ("iReader_SAM_PublicApp", "io"),
        ("iReader_SAM_OrgCertificate", "io"),
        ("iReader_SAM_Certificate", "io"),
        ("SM3Digest", "htioo"),
        ("SM2SignHash", "htioo"),
        ("iR_DDF1EF05Info", "hoooooooooo"),
        ("iW_DDF1EF05Info", "htttttttttt"),
        ("iR_DDF1EF06Info", "hooooo"),
        ("iW_DDF1EF06Info", "httttt"),
        ("iR_DDF1EF07Info", "hq"),
        ("iW_DDF1EF07Info", "ht"),
        ("iR_DDF1EF08Info", "hoooooo"),
        ("iW_DDF1EF08Info", "htttttt"),
        ("iR_DF01EF05Info", "hoooo"),
        ("iW_DF01EF05Info", "htttt"),
        ("iR_DF01EF06Info", "hooooooooo"),
        ("iW_DF01EF06Info", "httttttttt"),
        ("iR_DF01EF07Info", "hooo"),
        ("iW_DF01EF07Info", "httt"),
        ("iR_DF01EF08Info", "hoooo"),
        ("iW_DF01EF08Info", "htttt"),
        ("iR_DF02EF05Info", "hooooooooooooooo"),
        ("iW_DF02EF05Info", "httttttttttttttt"),
        ("iR_DF02EF06Info", "ho"),
        ("iW_DF02EF06Info", "ht"),
        ("iR_DF02EF07Info", "hioo"),
        ("iW_DF02EF07Info", "htt"),
        ("iR_DF02EF08Info", "hioo"),
        ("iW_DF02EF08Info", "htt"),
        ("iR_DF03EF05Info", "hooo"),
        ("iW_DF03EF05Info", "hi"),
        ("iErase_DF03EF05Info", "hi"),
        ("iR_DF03EF06Info", "hooooo"),
        ("iW_DF03EF06Info", "hi"),
        ("iErase_DF03EF06Info", "hi"),
        ("iR_DF03EEInfo", "hioiii"),
        ("iW_DF03EEInfo", "hitiii"),
        ("iR_DF03EDInfo", "hioiii"),
        ("iW_DF03EDInfo", "hitiii"),
        ("iR_DF03EE_ALLInfo", "hio"),
        ("iW_DF03EE_ALLInfo", "hit"),
        ("iR_DF03ED_ALLInfo", "hio"),
        ("iW_DF03ED_ALLInfo", "hit"),
        ("wsc_GetCardInfo", "hgi"),
        ("wsc_PutCardInfo", "hgi"),
        ("iReader_GetLastEEIndex", "h"),
        ("iReader_GetLastEDIndex", "h"),
        ("IReader_GetDeviceCSN", "ho"),
        ("LockPersonalInfo", "h"),
    ]

    /// Calls it.
    func run(_ a: PlacedArguments) -> Int64 {
        switch number {
        case 1: return Int64(iDOpenPort())
        case 2: return Int64(iDClosePort())
        case 3: return Int64(Int(bitPattern: OpenDevice(a.number(0))))
        case 4: return Int64(CloseDevice(a.handle(0)))
        case 5: return Int64(PowerOn(a.handle(0), a.number(1), a.text(2)))
        case 6: return Int64(SendAPDU(a.handle(0), a.number(1), a.bytes(2), a.number(3), a.bytes(4), a.count(5)))
        case 7: return Int64(iVerifyPIN(a.handle(0), a.text(1)))
        case 8: return Int64(iChange_Pin(a.number(0), a.text(1), a.text(2)))
        case 9: return Int64(VerifyPin(a.handle(0), a.text(1).map { UnsafePointer($0) }, a.bytes(2)))
        case 10: return Int64(iReader_SAM_Public(a.number(0), a.text(1)))
        case 11: return Int64(iReader_SAM_Terminal(a.number(0), a.text(1)))
        case 12: return Int64(iReader_SAM_PublicApp(a.number(0), a.text(1)))
        case 13: return Int64(iReader_SAM_OrgCertificate(a.number(0), a.text(1)))
        case 14: return Int64(iReader_SAM_Certificate(a.number(0), a.text(1)))
        case 15: return Int64(SM3Digest(a.handle(0), a.bytes(1), a.number(2), a.bytes(3), a.bytes(4)))
        case 16: return Int64(SM2SignHash(a.handle(0), a.bytes(1), a.number(2), a.bytes(3), a.bytes(4)))
        case 17:
            return Int64(
                iR_DDF1EF05Info(
                    a.handle(0), a.text(1), a.text(2), a.text(3), a.text(4), a.text(5), a.text(6), a.text(7), a.text(8),
                    a.text(9), a.text(10)))
        case 18:
            return Int64(
                iW_DDF1EF05Info(
                    a.handle(0), a.text(1), a.text(2), a.text(3), a.text(4), a.text(5), a.text(6), a.text(7), a.text(8),
                    a.text(9), a.text(10)))
        case 19: return Int64(iR_DDF1EF06Info(a.handle(0), a.text(1), a.text(2), a.text(3), a.text(4), a.text(5)))
        case 20: return Int64(iW_DDF1EF06Info(a.handle(0), a.text(1), a.text(2), a.text(3), a.text(4), a.text(5)))
        case 21: return Int64(iR_DDF1EF07Info(a.handle(0), a.bytes(1)))
        case 22: return Int64(iW_DDF1EF07Info(a.handle(0), a.bytes(1)))
        case 23:
            return Int64(iR_DDF1EF08Info(a.handle(0), a.text(1), a.text(2), a.text(3), a.text(4), a.text(5), a.text(6)))
        case 24:
            return Int64(iW_DDF1EF08Info(a.handle(0), a.text(1), a.text(2), a.text(3), a.text(4), a.text(5), a.text(6)))
        case 25: return Int64(iR_DF01EF05Info(a.handle(0), a.text(1), a.text(2), a.text(3), a.text(4)))
        case 26: return Int64(iW_DF01EF05Info(a.handle(0), a.text(1), a.text(2), a.text(3), a.text(4)))
        case 27:
            return Int64(
                iR_DF01EF06Info(
                    a.handle(0), a.text(1), a.text(2), a.text(3), a.text(4), a.text(5), a.text(6), a.text(7), a.text(8),
                    a.text(9)))
        case 28:
            return Int64(
                iW_DF01EF06Info(
                    a.handle(0), a.text(1), a.text(2), a.text(3), a.text(4), a.text(5), a.text(6), a.text(7), a.text(8),
                    a.text(9)))
        case 29: return Int64(iR_DF01EF07Info(a.handle(0), a.text(1), a.text(2), a.text(3)))
        case 30: return Int64(iW_DF01EF07Info(a.handle(0), a.text(1), a.text(2), a.text(3)))
        case 31: return Int64(iR_DF01EF08Info(a.handle(0), a.text(1), a.text(2), a.text(3), a.text(4)))
        case 32: return Int64(iW_DF01EF08Info(a.handle(0), a.text(1), a.text(2), a.text(3), a.text(4)))
        case 33:
            return Int64(
                iR_DF02EF05Info(
                    a.handle(0), a.text(1), a.text(2), a.text(3), a.text(4), a.text(5), a.text(6), a.text(7), a.text(8),
                    a.text(9), a.text(10), a.text(11), a.text(12), a.text(13), a.text(14), a.text(15)))
        case 34:
            return Int64(
                iW_DF02EF05Info(
                    a.handle(0), a.text(1), a.text(2), a.text(3), a.text(4), a.text(5), a.text(6), a.text(7), a.text(8),
                    a.text(9), a.text(10), a.text(11), a.text(12), a.text(13), a.text(14), a.text(15)))
        case 35: return Int64(iR_DF02EF06Info(a.handle(0), a.text(1)))
        case 36: return Int64(iW_DF02EF06Info(a.handle(0), a.text(1)))
        case 37: return Int64(iR_DF02EF07Info(a.handle(0), a.number(1), a.text(2), a.text(3)))
        case 38: return Int64(iW_DF02EF07Info(a.handle(0), a.text(1), a.text(2)))
        case 39: return Int64(iR_DF02EF08Info(a.handle(0), a.number(1), a.text(2), a.text(3)))
        case 40: return Int64(iW_DF02EF08Info(a.handle(0), a.text(1), a.text(2)))
        case 41: return Int64(iR_DF03EF05Info(a.handle(0), a.text(1), a.text(2), a.text(3)))
        case 42: return Int64(iW_DF03EF05Info(a.handle(0), a.number(1)))
        case 43: return Int64(iErase_DF03EF05Info(a.handle(0), a.number(1)))
        case 44: return Int64(iR_DF03EF06Info(a.handle(0), a.text(1), a.text(2), a.text(3), a.text(4), a.text(5)))
        case 45: return Int64(iW_DF03EF06Info(a.handle(0), a.number(1)))
        case 46: return Int64(iErase_DF03EF06Info(a.handle(0), a.number(1)))
        case 47: return Int64(iR_DF03EEInfo(a.handle(0), a.number(1), a.text(2), a.number(3), a.number(4), a.number(5)))
        case 48: return Int64(iW_DF03EEInfo(a.handle(0), a.number(1), a.text(2), a.number(3), a.number(4), a.number(5)))
        case 49: return Int64(iR_DF03EDInfo(a.handle(0), a.number(1), a.text(2), a.number(3), a.number(4), a.number(5)))
        case 50: return Int64(iW_DF03EDInfo(a.handle(0), a.number(1), a.text(2), a.number(3), a.number(4), a.number(5)))
        case 51: return Int64(iR_DF03EE_ALLInfo(a.handle(0), a.number(1), a.text(2)))
        case 52: return Int64(iW_DF03EE_ALLInfo(a.handle(0), a.number(1), a.text(2)))
        case 53: return Int64(iR_DF03ED_ALLInfo(a.handle(0), a.number(1), a.text(2)))
        case 54: return Int64(iW_DF03ED_ALLInfo(a.handle(0), a.number(1), a.text(2)))
        case 55: return Int64(wsc_GetCardInfo(a.handle(0), a.place(1), a.number(2)))
        case 56: return Int64(wsc_PutCardInfo(a.handle(0), a.place(1), a.number(2)))
        case 57: return Int64(iReader_GetLastEEIndex(a.handle(0)))
        case 58: return Int64(iReader_GetLastEDIndex(a.handle(0)))
        case 59: return Int64(IReader_GetDeviceCSN(a.handle(0), a.text(1)))
        case 60: return Int64(LockPersonalInfo(a.handle(0)))
        default: return Int64(IRV_PARA_ERR)
        }
    }
}
