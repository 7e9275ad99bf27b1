import CLibXML2

extension VerificationReplyReader {
    /// The elements that mean something here.
    enum Element: Int, CaseIterable {
        case package, head, packetNumber, packetType, recordCount, data, record, number
        case policeID, policeName, policePhoto, exceptionCode, bankID, bankName, opensAccount, reason
        /// A name that differs from one above only in the case of its letters, or by a prefix.
        case misspelled
        case other

        private var name: String {
            switch self {
            case .package: "PACKAGE"
            case .head: "PACKAGEHEAD"
            case .packetNumber: "SJBBH"
            case .packetType: "SJBLX"
            case .recordCount: "JLS"
            case .data: "DATA"
            case .record: "RECORD"
            case .number: "XH"
            case .policeID: "CZRKGMSFHM"
            case .policeName: "CZRKXM"
            case .policePhoto: "CZRKXP"
            case .exceptionCode: "YCDM"
            case .bankID: "ZJHM"
            case .bankName: "XM"
            case .opensAccount: "SFKK"
            case .reason: "YY"
            case .misspelled, .other: ""
            }
        }

        private static let byName = Dictionary(
            uniqueKeysWithValues: allCases.filter { !$0.name.isEmpty }.map { ($0.name, $0) })

        init(_ name: UnsafePointer<xmlChar>, isPrefixed: Bool = false) {
            let name = String(cString: name)
            if !isPrefixed, let known = Self.byName[name] {
                self = known
            } else {
                self = Self.byName[name.uppercased()] == nil ? .other : .misspelled
            }
        }

        /// Belongs into a record, where it is there once.
        var isOfRecord: Bool { (Self.number.rawValue...Self.reason.rawValue).contains(rawValue) }
        var isOfHead: Bool { (Self.packetNumber.rawValue...Self.recordCount.rawValue).contains(rawValue) }
    }
}

/// Elements that were met.
struct ElementSet {
    private var bits: UInt32 = 0

    func contains(_ element: VerificationReplyReader.Element) -> Bool { bits >> UInt32(element.rawValue) & 1 == 1 }

    /// - Returns: whether it was not in it.
    mutating func insert(_ element: VerificationReplyReader.Element) -> Bool {
        defer { bits |= 1 << UInt32(element.rawValue) }
        return !contains(element)
    }
}
