import CLibXML2

extension VerificationReplyReader {
    /// The elements that mean something here.
    enum Element: Int, CaseIterable {
        case package, head, packetNumber, packetType, recordCount, data, record, number
        case policeID, policeName, policePhoto, exceptionCode, bankID, bankName, reason
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
            case .reason: "YY"
            case .other: ""
            }
        }

        private static let byName = Dictionary(uniqueKeysWithValues: allCases.map { ($0.name, $0) })

        init(_ name: UnsafePointer<xmlChar>) {
            self = Self.byName[String(cString: name)] ?? .other
        }
    }
}
