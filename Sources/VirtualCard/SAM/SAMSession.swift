import ISO7816
import ShangMi

/// What a SAM forgets without power.
struct SAMSession {
    var directory = FileIdentifier.masterFile
    /// Index of the current file among all.
    var file: Int?
    /// The PIN was verified. It outlives SELECT.
    var isVerified = false
    var delivered: Delivered?
    /// The beginning of a text that DATA COMPRESS gets in pieces.
    var digest: SM3.Hasher?
    /// The result that waits for GET RESPONSE.
    var waiting: [UInt8] = []

    /// A session key, for one sequence of CIPHER DATA.
    struct Delivered {
        let key: SecretBytes
        /// 6 MAC only, 7 encryption only, 8 both.
        let type: Int
        var sequence = Sequence.fresh
    }

    enum Sequence {
        case fresh
        /// The ciphertext that the last piece will be answered with.
        case encrypting([UInt8])
        /// The block of the MAC so far.
        case mac([UInt8])
    }
}
