import ShangMi

/// All enrolments from the first to the one in force, as a key store keeps them: one file behind the other. What follows
/// from what can be verified wherever it is.
public struct AuthorityChain: Sendable, Hashable {
    /// From number 1 on.
    public let enrolments: [AuthorityEnrolment]

    /// The one in force.
    public let current: AuthorityEnrolment

    /// - Throws: ``ReleaseRefusal``: each must be right, and follow the one before.
    public init(_ document: String) throws(ReleaseRefusal) {
        let enrolments: [AuthorityEnrolment]
        do throws(ReleaseFileError) {
            enrolments = try Self.split(Array(document.utf8))
        } catch {
            throw .enrolment(.file(error))
        }
        try self.init(enrolments)
    }

    /// The enrolments of such a file, read and not looked at any further.
    public static func split(_ document: [UInt8]) throws(ReleaseFileError) -> [AuthorityEnrolment] {
        var files: [[UInt8]] = []
        for line in document.split(separator: 0x0A, omittingEmptySubsequences: false) {
            if line.elementsEqual(AuthorityEnrolment.format.utf8) || files.isEmpty { files.append([]) }
            files[files.count - 1] += line + [0x0A]
        }
        // What stands behind the last line end is no line.
        if let last = files.last { files[files.count - 1] = last.dropLast() }
        var enrolments: [AuthorityEnrolment] = []
        for file in files { enrolments.append(try AuthorityEnrolment(file)) }
        return enrolments
    }

    /// - Throws: ``ReleaseRefusal``: each must be right, and follow the one before.
    public init(_ enrolments: [AuthorityEnrolment]) throws(ReleaseRefusal) {
        var last: AuthorityEnrolment?
        for enrolment in enrolments {
            try enrolment.check(after: last)
            last = enrolment
        }
        guard let last else { throw .enrolment(.none) }
        self.enrolments = enrolments
        current = last
    }

    /// With one more.
    ///
    /// - Throws: ``ReleaseRefusal`` unless it follows.
    public func adding(_ next: AuthorityEnrolment) throws(ReleaseRefusal) -> AuthorityChain {
        try AuthorityChain(enrolments + [next])
    }

    /// What a key store keeps.
    public var document: String {
        String(decoding: enrolments.flatMap(\.bytes), as: UTF8.self)
    }

    /// Those that come behind one of these; nil when it is none of them.
    ///
    /// - Parameter digest: ``AuthorityEnrolment/digest``; nil: all.
    public func following(_ digest: String?) -> [AuthorityEnrolment]? {
        guard let digest else { return enrolments }
        guard let place = enrolments.firstIndex(where: { $0.digest == digest }) else { return nil }
        return Array(enrolments[(place + 1)...])
    }
}
