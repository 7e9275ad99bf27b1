import Messages

/// Who looked an applicant up before the card is made (`Docs/card.md §5.2`).
public enum Verifier: String, Message, Hashable, CaseIterable {
    /// `XZY_HKXX_….XML`
    case police = "XZY_HKXX"
    /// `XZY_HKYH_….XML`
    case bank = "XZY_HKYH"

    /// The element of a record with the identity number.
    var idElement: String { self == .police ? "CZRKGMSFHM" : "ZJHM" }
    /// The element of a record with the name.
    var nameElement: String { self == .police ? "CZRKXM" : "XM" }
}

extension Batch {
    /// Whether the last part of a path is what intake takes for a reply, or for almost one: nothing else may be written
    /// under such a name.
    public static func isNameOfReply(path: String) -> Bool {
        BatchFolderSearch.hasMark(path.split(separator: "/").last.map(String.init) ?? "")
    }
}

/// The files verifiers send.
enum VerificationFile: Hashable, Sendable {
    /// Matches.
    case reply(Verifier)
    /// `YCH_YCXX_….XML`: whom a verifier did not match. Police and bank call it the same; the records tell which it is.
    case exceptions

    /// The beginning of the names of exception files.
    static let exceptionPrefix = "YCH_YCXX"

    /// The kind a file's name says, in letters of either case; nil for any other file.
    init?(name: String) {
        guard name.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) else { return nil }
        let name = name.uppercased()
        guard name.hasSuffix(".XML") else { return nil }
        if let verifier = Verifier.allCases.first(where: { name.hasPrefix($0.rawValue + "_") }) {
            self = .reply(verifier)
        } else if name.hasPrefix(Self.exceptionPrefix + "_") {
            self = .exceptions
        } else {
            return nil
        }
    }

    /// SJBLX
    var packetType: String { self == .exceptions ? "11" : "02" }

    /// Records one file may have: ID of a bank record counts to 1000, JLS has five digits.
    var mostRecords: Int { self == .reply(.bank) ? 1000 : 99_999 }
}

/// One RECORD of a reply.
struct VerificationRecord: Equatable, Sendable {
    /// Counted from 1 in its file.
    let number: Int
    let verifier: Verifier
    let idNumber: String
    let name: String
    /// YCDM: why the police reply is not a plain match; 62 is a match with no photo on file.
    let exceptionCode: String?
    /// YY: why the bank refuses, in its own words.
    let reason: String?

    init(
        number: Int, verifier: Verifier, idNumber: String, name: String, exceptionCode: String? = nil,
        reason: String? = nil
    ) {
        self.number = number
        self.verifier = verifier
        self.idNumber = idNumber
        self.name = name
        self.exceptionCode = exceptionCode
        self.reason = reason
    }
}

/// The PACKAGEHEAD of a reply.
struct VerificationHead: Equatable, Sendable {
    /// SJBBH: unit code 12, date 8, sequence 5.
    var packetNumber = ""
    /// SJBLX
    var packetType = ""
    /// JLS
    var recordCount: Int?
}
