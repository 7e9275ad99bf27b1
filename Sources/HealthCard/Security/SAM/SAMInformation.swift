import CardProfiles
import ISO7816

/// All a SAM tells of itself without its PIN.
public struct SAMInformation: Sendable, Hashable {
    public let identity: SAMIdentity
    /// nil for a kind of SAM the profile does not name.
    public let type: SAMType?
    /// The version byte of its keys.
    public let keyVersion: UInt8
    /// Test keys, by that version.
    public let isTest: Bool
    /// nil where it could not be read; `unreadable` says why.
    public let application: SAMApplication?
    /// 180 bytes.
    public let issuerCertificate: [UInt8]?
    /// 190 bytes.
    public let samCertificate: [UInt8]?
    /// nil if the SAM does not tell.
    public let pinTriesLeft: Int?
    /// Reasons by name of the file.
    public let unreadable: [String: SAMError]

    /// `YYYY-MM-DD`, hexadecimal in small letters; what could not be read is left out and listed.
    public var json: JSONValue {
        func text(_ bytes: [UInt8]) -> JSONValue { .string(Hex.encode(bytes).lowercased()) }
        var members: [JSONValue.Member] = [
            .init("serial", text(identity.serial)),
            .init("terminalNumber", .string(identity.terminal.description)),
            .init("province", .string(identity.terminal.province)), .init("city", .string(identity.terminal.city)),
            .init("issuer", .string(identity.terminal.issuer)),
            .init("terminalSerial", .string(identity.terminal.serial)),
            .init("type", .number(Int(identity.keyCardType))),
        ]
        if let type {
            members.append(.init("typeTitle", .string(type.title)))
            members.append(.init("keys", .array(type.keys.map(JSONValue.string))))
        }
        members += [
            .init("keyVersion", text([keyVersion])), .init("testSAM", .boolean(isTest)),
            .init("version", text([identity.version])), .init("commandSetVersion", text([identity.commandSetVersion])),
            .init("issuerFCI", text([identity.issuerFCI])),
        ]
        if let pinTriesLeft { members.append(.init("pinTriesLeft", .number(pinTriesLeft))) }
        if let application {
            var inner: [JSONValue.Member] = [
                .init("keyIndex", text([application.keyIndex])), .init("issuer", text(application.issuer)),
                .init("receiver", text(application.receiver)),
            ]
            if let date = application.startDate { inner.append(.init("startDate", .string(date.description))) }
            if let date = application.expiryDate { inner.append(.init("expiryDate", .string(date.description))) }
            members.append(.init("application", .object(inner)))
        }
        if let issuerCertificate { members.append(.init("issuerCertificate", text(issuerCertificate))) }
        if let samCertificate { members.append(.init("samCertificate", text(samCertificate))) }
        if !unreadable.isEmpty {
            let reasons = unreadable.sorted { $0.key < $1.key }.map { name, error in
                JSONValue.object([.init("file", .string(name)), .init("reason", .string(error.description))])
            }
            members.append(.init("unreadable", .array(reasons)))
        }
        return .object(members)
    }
}

extension SAMCard {
    /// Reads what has not been read yet; a file that cannot be read does not stop the others.
    ///
    /// - Throws: ``SAMError/channel(_:_:)`` when the SAM goes away.
    public func information() throws(SAMError) -> SAMInformation {
        // In the master file, before its directory is entered.
        let tries = try pinTriesLeft()
        var unreadable: [String: SAMError] = [:]
        func content<Value>(_ name: String, _ read: () throws(SAMError) -> Value) throws(SAMError) -> Value? {
            do {
                return try read()
            } catch {
                if case .channel = error { throw error }
                unreadable[name] = error
                return nil
            }
        }
        let application = try content("application") { () throws(SAMError) in try self.application() }
        let issuer = try content("issuerCertificate") { () throws(SAMError) in try file("issuerCertificate") }
        let own = try content("samCertificate") { () throws(SAMError) in try file("samCertificate") }
        return SAMInformation(
            identity: identity, type: type, keyVersion: keyVersion,
            isTest: keyVersion == profile.cryptography.testKeyVersion, application: application,
            issuerCertificate: issuer, samCertificate: own, pinTriesLeft: tries, unreadable: unreadable)
    }
}
