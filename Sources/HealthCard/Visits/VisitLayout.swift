import CardProfiles
import Messages

/// A kind of visit, by the section its files share (`Docs/items.md`).
public struct VisitKind: RawRepresentable, Message, Hashable, Codable {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    public var description: String { rawValue }

    public static let inpatient = VisitKind(rawValue: "inpatient")
    public static let outpatient = VisitKind(rawValue: "outpatient")
}

/// How visits of one kind lie on a card (`Docs/card.md §1.5`, §1.6): the files, their index, the items.
public struct VisitLayout: Sendable, Hashable {
    public let kind: VisitKind
    public let profile: CardProfile
    /// Record 1 first.
    public let files: [FileDefinition]
    public let index: FileDefinition
    /// What is signed, in the order of its bytes: 147 items of an inpatient visit, 170 of an outpatient one.
    public let items: [Item]
    public let signature: Item
    public let certificate: Item
    public let certificateLayout: CertificateLayout
    /// Bytes that are signed: all before the signature.
    public let dataLength: Int
    /// Bytes of a whole record: data, signature, certificate.
    public let size: Int
    private let byNumber: [Int: Int]
    private let byName: [String: Int]

    /// - Throws: ``VisitContentError/profile(_:)`` for a profile that has no such visits, or whose visits are not data,
    ///   then a signature, then a certificate.
    public init(_ kind: VisitKind, of profile: CardProfile) throws(VisitContentError) {
        func record(_ file: FileDefinition) -> Int? {
            guard case .visits(_, let record) = file.shape else { return nil }
            return record
        }
        let files = profile.files(section: kind.rawValue).filter { record($0) != nil }
            .sorted { (record($0) ?? 0) < (record($1) ?? 0) }
        guard let first = files.first, case .visits(let path, _) = first.shape, let index = profile.file(path),
            files.map({ record($0) }) == Array(1...files.count), index.structure.recordCount >= files.count
        else { throw .profile(.noVisits(kind, profile: profile.name)) }
        let data = first.items.prefix { $0.source != .signature }
        let seal = Array(first.items.dropFirst(data.count))
        guard !data.isEmpty, seal.count == 2, case .certificate(let name) = seal[1].source,
            let certificateLayout = profile.certificate(name), let offset = seal[0].offset,
            seal[1].offset == offset + seal[0].length, certificateLayout.size == seal[1].length,
            data.allSatisfy({ ($0.offset ?? offset) + $0.length <= offset })
        else { throw .profile(.otherLayout(kind)) }
        self.kind = kind
        self.profile = profile
        self.files = files
        self.index = index
        items = Array(data)
        (signature, certificate) = (seal[0], seal[1])
        self.certificateLayout = certificateLayout
        dataLength = offset
        size = offset + seal[0].length + seal[1].length
        let places = data.enumerated()
        byNumber = Dictionary(places.map { ($0.element.number, $0.offset) }, uniquingKeysWith: min)
        byName = Dictionary(places.map { ($0.element.qualifiedName, $0.offset) }, uniquingKeysWith: min)
    }

    /// Every kind of visit the profile has, in the order of its tree.
    public static func all(in profile: CardProfile) throws(VisitContentError) -> [VisitLayout] {
        var layouts: [VisitLayout] = []
        for section in profile.sections {
            guard case .visits? = profile.files(section: section).first?.shape else { continue }
            layouts.append(try VisitLayout(VisitKind(rawValue: section), of: profile))
        }
        return layouts
    }

    /// A data item by its number.
    public func item(_ number: Int) -> Item? { byNumber[number].map { items[$0] } }

    /// A data item by its name: `hospitalName`, `diagnoses[1].code`, repetitions from 1.
    public func item(named name: String) -> Item? { byName[name].map { items[$0] } }

    /// How many repetitions a group has; nil where there is no such group.
    public func count(ofGroup name: String) -> Int? { items.first { $0.group?.name == name }?.group?.count }

    public static func == (one: VisitLayout, other: VisitLayout) -> Bool {
        one.kind == other.kind && one.profile.digest == other.profile.digest
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(kind) }
}
