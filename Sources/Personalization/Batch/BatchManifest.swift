import CardProfiles
import Foundation
import HealthCard
import Messages

/// What `batch.json` says: who issues these cards, for how long, in which mode and with whose approval
/// (`Docs/items.md`, the batch a factory receives).
public struct BatchManifest: Sendable, Hashable {
    public enum Mode: String, Sendable, Hashable, CaseIterable {
        /// Cards for real residents; needs a signed release (`Docs/protocol.md §9`).
        case formal
        /// Cards with published keys for people who do not exist.
        case test
    }

    public struct Approval: Sendable, Hashable {
        /// Who approves: `health`, `finance`, as the profile's `modes.formalApprovals` calls them.
        public let by: String
        public let reference: String
        public let date: CalendarDate
    }

    public let id: String
    /// The name of the card profile, as `CardProfile.bundled(_:)` takes it.
    public let profile: String
    public let mode: Mode
    public let issuerName: String
    /// Digits.
    public let issuerCode: String
    /// Six digits, GB/T 2260.
    public let cityCode: String
    public let issueDate: CalendarDate
    public let validUntil: CalendarDate
    public let approvals: [Approval]

    static let fileName = "batch.json"
    /// Bytes `batch.json` may have.
    static let longestFile = 65536

    /// Reads the text of a `batch.json`. Every key must be known and every required one there.
    public init(json: Data) throws(BatchError) {
        let (manifest, problems) = Self.read(json)
        guard problems.isEmpty, let manifest else { throw BatchError(problems) }
        self = manifest
    }

    /// What can be made out of a `batch.json`, and everything that is wrong with it.
    ///
    /// - Returns: as the manifest one that will do to check rows with, as soon as profile, mode and date of issue are
    ///   right: other keys are then empty where they are wrong. Of a manifest with problems no card is made.
    static func read(_ json: Data) -> (manifest: BatchManifest?, problems: [BatchProblem]) {
        func malformed(_ finding: ManifestFinding) -> (BatchManifest?, [BatchProblem]) {
            (nil, [BatchProblem(.manifest(finding), .file(Self.fileName))])
        }
        guard json.count <= Self.longestFile else { return malformed(.tooLong(limit: Self.longestFile)) }
        let members: [JSONValue.Member]
        do throws(JSONError) {
            // A key that is there twice or a comma too many is refused: two programs would read such a file differently.
            guard case .object(let found) = try JSONValue(parsing: json) else {
                return malformed(.notAnObject)
            }
            members = found
        } catch {
            return malformed(.notJSON(AnyMessage(of: error)))
        }
        var fields = JSONFields(members, file: Self.fileName)
        let id = fields.text("id")
        let profile = fields.text("profile")
        let mode = fields.choice("mode", of: Mode.self)
        let issuerName = fields.text("issuerName")
        let issuerCode = fields.digits("issuerCode")
        let cityCode = fields.digits("cityCode")
        let issueDate = fields.date("issueDate")
        let validUntil = fields.date("validUntil")
        let approvals = Self.approvals(in: &fields)
        fields.refuseUnknown()
        if let issueDate, let validUntil, validUntil <= issueDate {
            fields.refuse("validUntil", .validUntilBeforeIssue)
        }
        guard let profile, let mode, let issueDate else { return (nil, fields.problems) }
        let manifest = BatchManifest(
            id: id ?? "", profile: profile, mode: mode, issuerName: issuerName ?? "", issuerCode: issuerCode ?? "",
            cityCode: cityCode ?? "", issueDate: issueDate, validUntil: validUntil ?? issueDate, approvals: approvals)
        return (manifest, fields.problems)
    }

    private init(
        id: String, profile: String, mode: Mode, issuerName: String, issuerCode: String, cityCode: String,
        issueDate: CalendarDate, validUntil: CalendarDate, approvals: [Approval]
    ) {
        self.id = id
        self.profile = profile
        self.mode = mode
        self.issuerName = issuerName
        self.issuerCode = issuerCode
        self.cityCode = cityCode
        self.issueDate = issueDate
        self.validUntil = validUntil
        self.approvals = approvals
    }

    private static func approvals(in fields: inout JSONFields) -> [Approval] {
        var approvals: [Approval] = []
        for (index, object) in fields.objects("approvals").enumerated() {
            var entry = JSONFields(object, file: fileName, prefix: "approvals[\(index)].")
            let by = entry.text("by")
            let reference = entry.text("reference")
            let date = entry.date("date")
            entry.refuseUnknown()
            if let by, approvals.contains(where: { $0.by == by }) {
                entry.refuse("by", .authorityTwice)
            }
            if let by, let reference, let date {
                approvals.append(Approval(by: by, reference: reference, date: date))
            }
            fields.problems += entry.problems
        }
        return approvals
    }
}

/// A JSON object read strictly: wrong types, missing and unknown keys are collected as problems.
struct JSONFields {
    private let object: [String: JSONValue]
    private let file: String
    private let prefix: String
    private var known: Set<String> = []
    var problems: [BatchProblem] = []

    init(_ members: [JSONValue.Member], file: String, prefix: String = "") {
        object = Dictionary(members.map { ($0.name, $0.value) }) { first, _ in first }
        self.file = file
        self.prefix = prefix
    }

    mutating func text(_ key: String) -> String? {
        known.insert(key)
        guard let value = object[key] else {
            refuse(key, .keyMissing)
            return nil
        }
        guard case .string(let entered) = value, !EnteredText.isBlank(entered) else {
            refuse(key, .blank)
            return nil
        }
        let text = EnteredText.trimmed(entered)
        do {
            try EnteredText.check(text)
        } catch {
            refuse(key, .text(error))
            return nil
        }
        return text
    }

    mutating func digits(_ key: String) -> String? {
        guard let text = text(key) else { return nil }
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            refuse(key, .notDigits)
            return nil
        }
        return text
    }

    mutating func date(_ key: String) -> CalendarDate? {
        guard let text = text(key) else { return nil }
        guard let date = CalendarDate(text) else {
            refuse(key, .notADate)
            return nil
        }
        return date
    }

    mutating func choice<Choice: RawRepresentable & CaseIterable>(_ key: String, of type: Choice.Type) -> Choice?
    where Choice.RawValue == String {
        guard let text = text(key) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            refuse(key, .notOneOf(Choice.allCases.map(\.rawValue)))
            return nil
        }
        return choice
    }

    /// The objects of an array; a missing key is an empty array.
    mutating func objects(_ key: String) -> [[JSONValue.Member]] {
        known.insert(key)
        guard let value = object[key] else { return [] }
        var objects: [[JSONValue.Member]] = []
        if case .array(let elements) = value {
            for case .object(let members) in elements { objects.append(members) }
            if objects.count == elements.count { return objects }
        }
        refuse(key, .notObjects)
        return []
    }

    mutating func refuseUnknown() {
        for key in object.keys.sorted() where !known.contains(key) {
            refuse(key, .keyUnknown)
        }
    }

    mutating func refuse(_ key: String, _ finding: ManifestFinding) {
        problems.append(BatchProblem(.manifest(finding), .file(file), item: prefix + key))
    }
}

extension BatchManifest {
    /// The text of a field, as a profile's item sources name it; `nil` for a name this file does not have.
    func text(of field: String) -> String? {
        switch field {
        case "id": id
        case "issuerName": issuerName
        case "issuerCode": issuerCode
        case "cityCode": cityCode
        case "issueDate": issueDate.description
        case "validUntil": validUntil.description
        default: nil
        }
    }

    private func approvalProblems(_ authorities: [String]) -> [BatchProblem] {
        func problem(_ finding: ManifestFinding, _ item: String) -> BatchProblem {
            BatchProblem(.manifest(finding), .file(Self.fileName), item: item)
        }
        let late = approvals.indices.filter { approvals[$0].date > issueDate }.map {
            problem(.approvalAfterIssue, "approvals[\($0)].date")
        }
        guard mode == .formal else { return late }
        let missing = authorities.filter { authority in !approvals.contains { $0.by == authority } }
        let strange = approvals.indices.filter { !authorities.contains(approvals[$0].by) }
        return late + missing.map { problem(.approvalMissing(by: $0), "approvals") }
            + strange.map { problem(.approvalUnknown(known: authorities), "approvals[\($0)].by") }
    }

    /// Finds every field the card cannot hold, and what a formal batch lacks of the approvals it needs.
    func check(against profile: CardProfile) throws(BatchError) {
        var problems = approvalProblems(profile.modes.formalApprovals)
        for item in profile.files.flatMap(\.items) {
            guard case .batch(let field) = item.source else { continue }
            let place = BatchProblem.Place.file(Self.fileName)
            guard let text = text(of: field) else {
                problems.append(BatchProblem(.manifest(.unknownField), place, item: field))
                continue
            }
            do {
                _ = try ItemCodec.encode(text, as: item, profile: profile)
            } catch {
                problems.append(BatchProblem(.manifest(.value(error.problem)), place, item: field))
            }
        }
        guard problems.isEmpty else { throw BatchError(problems) }
    }
}
