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
            text(
                "\(statistics.commands) commands, \(statistics.bytesSent) bytes sent, \(statistics.bytesReceived) received, "
                    + "\(milliseconds) ms",
                "\(statistics.commands) 条命令，发送 \(statistics.bytesSent) 字节，接收 \(statistics.bytesReceived) 字节，"
                    + "\(milliseconds) 毫秒"))
        for (name, count) in statistics.byName {
            note("  " + name.padding(toLength: 24, withPad: " ", startingAt: 0) + String(count))
        }
    }
}
