import CardProfiles

/// What a platform is asked to do.
public enum PlatformOperation: String, Sendable, Hashable, CaseIterable, Codable {
    case register, query, queryByCode, verify, close, makeCode, bind, unbind
    /// A card for somebody whose documents are not at hand.
    case registerTemporary
    /// A child without a document yet, under a parent's.
    case registerNewborn
    /// Another person's card under one's own.
    case bindFamily
}

/// What a request can say. A dialect gives each its name there; what it has no name for is not sent.
public enum PlatformField: String, Sendable, Hashable, CaseIterable, Codable {
    case documentType, number, name, sex, birthDate, phone, address
    case guardianNumber, guardianName
    case cardID, codeText, patient
    /// Where the code is shown: registration, diagnosis, drugs …
    case step
    case terminal, channel
}

/// One request to a platform, in no dialect yet.
///
/// It has a person's data in it and no description.
public struct PlatformRequest: Sendable, Hashable, Codable {
    public let operation: PlatformOperation
    public private(set) var fields: [PlatformField: String]

    public init(_ operation: PlatformOperation, _ fields: [PlatformField: String] = [:]) {
        self.operation = operation
        self.fields = fields.filter { !$0.value.isEmpty }
    }

    /// About a person.
    ///
    /// - Parameter guardian: who answers for a child or a ward.
    public init(
        _ operation: PlatformOperation, of identity: HolderIdentity, guardian: HolderIdentity? = nil,
        _ more: [PlatformField: String] = [:]
    ) {
        var fields = more
        fields[.documentType] = identity.documentType.rawValue
        fields[.number] = identity.number
        fields[.name] = identity.name
        if identity.documentType == .residentIdentityCard, let number = try? IDNumber(identity.number) {
            fields[.birthDate] = number.birthDate.description
            fields[.sex] = number.isMale ? "1" : "2"
        }
        fields[.guardianNumber] = guardian?.number
        fields[.guardianName] = guardian?.name
        self.init(operation, fields)
    }

    /// About a code that was shown.
    public init(_ operation: PlatformOperation, code: CardCode, _ more: [PlatformField: String] = [:]) {
        var fields = more
        fields[.codeText] = code.text
        self.init(operation, fields)
    }
}

extension PlatformRequest: CustomStringConvertible, CustomReflectable {
    public var description: String { "platform request \(operation.rawValue)" }
    public var customMirror: Mirror { Mirror(self, children: ["operation": operation]) }
}

/// The step of a visit at which a code is shown, as the platforms count them.
public enum VisitStep: String, Sendable, Hashable, CaseIterable {
    case registration = "10101"
    case diagnosis = "10102"
    case drugs = "10103"
    case examination = "10104"
    case payment = "10105"
    case prescription = "10106"
    case surgery = "10107"
}

extension PlatformRequest {
    /// Whether it changes something at the platform: such a request is worth keeping.
    public var changesSomething: Bool {
        switch operation {
        case .query, .queryByCode, .verify, .makeCode: false
        case .register, .close, .bind, .unbind, .registerTemporary, .registerNewborn, .bindFamily: true
        }
    }
}
