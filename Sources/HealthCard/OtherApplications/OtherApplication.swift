import CardProfiles
import ISO7816
import Messages

/// An application that lies on the chip beside the health application, as its own answer to SELECT shows it
/// (`Docs/card.md §8`). Nothing of its data is asked for.
public struct OtherApplication: Sendable, Hashable {
    public enum State: Message, Hashable {
        case present
        /// SELECT answers with a warning, 6283 as a rule: its issuer has blocked it.
        case blocked(StatusWord)
        /// The card does not tell: it cannot be asked by name, or answers something else than "there is none".
        case unknown(StatusWord)
    }

    /// `PSE`, `debit`, as the profile names it.
    public let name: String
    /// Chinese.
    public let title: String
    public let englishTitle: String
    /// The name it was asked for by; the AID of an application.
    public let dfName: [UInt8]
    public let kind: OtherApplicationDefinition.Kind
    public let state: State
    /// Tag 50 of its answer, what a terminal shows; ASCII. Nil where it has none, or none that is text.
    public let label: String?
    /// Tag 9F08 of its answer, the application version number, 4 hexadecimal digits. Most cards keep it in a record, which
    /// is not read.
    public let version: String?
    /// The template it answered; nil: none.
    public let information: [UInt8]?
}

extension OtherApplication {
    private static let label: BERTag = 0x50
    private static let version: BERTag = 0x9F08

    /// - Returns: nil where the card says that there is none.
    init?(_ definition: OtherApplicationDefinition, _ answer: ResponseAPDU) {
        switch answer.status {
        case .ok: state = .present
        case .fileNotFound: return nil
        case let status where status.sw1 == 0x62 || status.sw1 == 0x63: state = .blocked(status)
        case let status: state = .unknown(status)
        }
        name = definition.name
        title = definition.title
        englishTitle = definition.english
        dfName = definition.dfName
        kind = definition.kind
        information = answer.data.isEmpty ? nil : answer.data
        let objects = Self.objects(answer.data)
        label = objects[Self.label].flatMap(Self.text)
        version = objects[Self.version].flatMap { $0.count == 2 ? Hex.encode($0) : nil }
    }

    /// The first value of each tag in A5 and in BF0C below it.
    private static func objects(_ template: [UInt8]) -> [BERTag: [UInt8]] {
        guard let information = try? FileControlInformation(template), let proprietary = information.proprietaryObjects
        else { return [:] }
        var found: [BERTag: [UInt8]] = [:]
        for object in proprietary {
            if found[object.tag] == nil { found[object.tag] = Array(object.value) }
            guard object.tag == 0xBF0C else { continue }
            for inner in object.children where found[inner.tag] == nil { found[inner.tag] = Array(inner.value) }
        }
        return found
    }

    private static func text(_ bytes: [UInt8]) -> String? {
        guard !bytes.isEmpty, bytes.count <= 16, bytes.allSatisfy({ (0x20...0x7E).contains($0) }) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension HealthCardSession {
    /// What lies beside the health application of all that the profile knows by name: one SELECT each, in the profile's
    /// order, and nothing else. Rights won before are gone after it, and the next file is reached from the MF.
    ///
    /// - Returns: what is there, and what the card does not tell of; what it says it has not is left out.
    /// - Throws: ``HealthCardError``: `channel`.
    public func otherApplications() throws(HealthCardError) -> [OtherApplication] {
        defer { leave() }
        return try reader.otherApplications()
    }
}

extension FileReader {
    /// Whatever directory was current is no more.
    func otherApplications() throws(HealthCardError) -> [OtherApplication] {
        defer { forgetDirectory() }
        var found: [OtherApplication] = []
        for definition in profile.otherApplications {
            guard let name = DedicatedFileName(definition.dfName) else { continue }
            do {
                let answer = try send(.select(name: name, answer: .information), at: definition.name)
                if let application = OtherApplication(definition, answer) { found.append(application) }
            } catch {
                switch error {
                case .card(let error): throw error
                // An answer that is none tells nothing of the application.
                case .step(let error):
                    let none = ResponseAPDU(data: [], status: error.status ?? .noPreciseDiagnosis)
                    if let application = OtherApplication(definition, none) { found.append(application) }
                }
            }
        }
        return found
    }
}
