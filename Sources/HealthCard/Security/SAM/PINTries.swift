import ISO7816
import ShangMi
import Synchronization

/// What is known of the attempts that a SAM's PIN has left, from one use of the SAM to the next.
///
/// VERIFY without data asks for them and costs nothing (ISO/IEC 7816-4:2013 §11.5.6). A SAM that counts it as an attempt
/// all the same blocks itself by being asked, so it is noticed by the first answer that is lower than the last one, and is
/// never asked again; and none is asked that has one attempt left.
public struct PINTries: Sendable, Hashable, Codable {
    /// What the SAM said last; nil where nothing is known, as after the right PIN.
    public var left: Int?
    /// Asking costs an attempt.
    public var costsToAsk: Bool

    public init(left: Int? = nil, costsToAsk: Bool = false) {
        self.left = left
        self.costsToAsk = costsToAsk
    }

    /// It may not be asked: it would cost an attempt, or might cost the last one.
    var mustNotAsk: Bool { left != 0 && (costsToAsk || left == 1) }

    /// What is known after the SAM was asked and gave this.
    func after(asking left: Int?) -> PINTries {
        // A blocked PIN is no sign: somebody else may have blocked it.
        let isLower = self.left.flatMap { before in left.map { $0 > 0 && $0 < before } } ?? false
        return PINTries(left: left, costsToAsk: costsToAsk || isLower)
    }

    /// What is known after a PIN was sent: the attempts that are left of a wrong one, nil of the right one.
    func after(sending left: Int?) -> PINTries { PINTries(left: left, costsToAsk: costsToAsk) }
}

/// Remembers ``PINTries`` by SAM. It may forget at any time; a SAM is asked anew then.
public protocol PINTryMemory: AnyObject, Sendable {
    /// - Parameter name: tells one SAM from another, and no more.
    func tries(ofSAM name: String) -> PINTries?
    func remember(_ tries: PINTries, ofSAM name: String)
}

/// The memory of a process; it may be used from any thread.
public final class TransientPINTries: PINTryMemory {
    /// The one that SAMs share unless told otherwise.
    public static let shared = TransientPINTries()

    private let known = Mutex<[String: PINTries]>([:])

    public init() {}

    public func tries(ofSAM name: String) -> PINTries? { known.withLock { $0[name] } }
    public func remember(_ tries: PINTries, ofSAM name: String) { known.withLock { $0[name] = tries } }
}

extension SAMIdentity {
    /// A name to remember the SAM by that does not spell its serial. It does not hide it: whoever can list the serials can
    /// find the one of a name.
    var memoryName: String { Hex.encode(Array(SM3.hash(Array("sam/".utf8) + serial).prefix(16))) }
}
