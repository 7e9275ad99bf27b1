import Foundation
import HealthCard

extension Terminal {
    /// What it took, on standard error.
    static func note(_ statistics: LinkStatistics, _ elapsed: Duration, asJSON: Bool) {
        if asJSON {
            note(statistics.json(seconds: elapsed / .seconds(1)).text())
            return
        }
        let milliseconds = (elapsed / .milliseconds(1)).formatted(.number.precision(.fractionLength(1)))
        note(
            TerminalText.statistics(
                commands: statistics.commands, sent: statistics.bytesSent, received: statistics.bytesReceived,
                milliseconds: milliseconds))
        for (name, count) in statistics.byName {
            note("  " + name.padding(toLength: 24, withPad: " ", startingAt: 0) + String(count))
        }
    }
}
