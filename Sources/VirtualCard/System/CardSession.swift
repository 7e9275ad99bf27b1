/// What the chip forgets without power.
struct CardSession {
    /// Index of the current directory; 0 is the MF.
    var directory = 0
    /// Index of the current file in the current directory.
    var file: Int?
    /// What the keys of the current directory that were proven have won.
    var rights: Set<UInt8> = []
    /// The transport key was proven. It outlives SELECT.
    var isMaking = false
    /// The last challenge, until it is spent.
    var challenge: [UInt8]?
    /// The links of a chain that has not ended.
    var chain: Chain?
    /// The answer that waits for GET RESPONSE on a T=0 link.
    var waiting: [UInt8] = []
    /// Rights by directory that a reset should have ended: a fault, and none on a right card.
    var leftovers: [Int: Set<UInt8>] = [:]

    struct Chain {
        var header: [UInt8]
        var data: [UInt8]
    }

    mutating func enter(_ directory: Int, keepsRights: Bool) {
        if !keepsRights { rights = [] }
        rights.formUnion(leftovers[directory] ?? [])
        self.directory = directory
        file = nil
    }
}
