/// What the chip forgets without power.
package struct CardSession: Sendable {
    /// Index of the current directory; 0 is the MF.
    package var directory = 0
    /// Index of the current file in the current directory.
    package var file: Int?
    /// What the keys of the current directory that were proven have won.
    package var rights: Set<UInt8> = []
    /// The transport key was proven. It outlives SELECT.
    package var isMaking = false
    /// The last challenge, until it is spent.
    package var challenge: [UInt8]?
    /// The links of a chain that has not ended.
    package var chain: Chain?
    /// The answer that waits for GET RESPONSE on a T=0 link.
    package var waiting: [UInt8] = []
    /// Rights by directory that outlived a reset; none on a right card.
    package var leftovers: [Int: Set<UInt8>] = [:]

    /// The application of a bank that is selected instead of the health application.
    var otherApplication: Int?

    package init() {}

    package struct Chain: Sendable {
        var header: [UInt8]
        var data: [UInt8]
    }

    package mutating func enter(_ directory: Int, keepsRights: Bool) {
        if !keepsRights { rights = [] }
        rights.formUnion(leftovers[directory] ?? [])
        self.directory = directory
        file = nil
        otherApplication = nil
    }
}
