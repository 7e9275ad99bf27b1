import Foundation
import Testing

/// One part of `Tests/Independent/hostile.py`: hostile cards and SAMs, and our programs that meet them.
struct HostileRun {
    /// What was tried, and everything that went wrong.
    let report: JSONValue

    /// - Parameters:
    ///   - part: `cards`, `sams`, `line`, `suite`, `library` or `habits`.
    ///   - slots: whose readers it has for itself; a SAM goes into the second.
    ///   - seconds: how long it may take.
    init(_ part: String, _ slots: [VirtualSlot], _ options: [String] = [], within seconds: Double) async throws {
        var words = [Programs.independent("hostile.py"), part, "--program", try Programs.healthcard()]
        words += ["--library", Programs.cInterface + "/libMHC_CardInterface.so"]
        for slot in slots {
            try await slot.waitUntilEmpty()
            words += ["--reader", "\(slot.port)=\(slot.reader.rawValue)"]
        }
        let outcome = try await Programs.Running(Programs.python, words + options).wait(seconds: seconds)
        guard [0, 1].contains(outcome.status), !outcome.output.isEmpty else {
            throw ProgramError(description: "hostile.py \(part) ended with \(outcome.status): \(outcome.errors)")
        }
        report = try JSONValue(outcome.output)
    }

    /// Nothing hung, crashed, steered a terminal or said nothing, in as many situations as were meant.
    func expectNoHarm(situations: Int, behaviours: Int, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(report["failures"] == .list([]), sourceLocation: sourceLocation)
        #expect(report["situations"] == .number(Double(situations)), sourceLocation: sourceLocation)
        #expect(report["behaviours"] == .number(Double(behaviours)), sourceLocation: sourceLocation)
    }
}
