/// A chip as its contacts see it: power, reset, and bytes that go in and come out.
///
/// Calls may come from any thread; the chip serves one at a time.
public protocol Chip: AnyObject, Sendable {
    /// The answer to reset (ISO/IEC 7816-3:2006 §8).
    var answerToReset: [UInt8] { get }

    /// Power and reset: unfinished writing is finished or forgotten, rights, challenge and current file are gone.
    func powerOn()

    /// Reset with the power left on: nothing that needs power is forgotten but the session.
    func warmReset()

    /// Takes the power away.
    func powerOff()

    /// The answer to a command, SW1-SW2 last; nil without power, or when the power fails during the command.
    func process(_ command: [UInt8]) -> [UInt8]?
}

extension Chip {
    /// A chip that knows no difference.
    public func warmReset() { powerOn() }
}
