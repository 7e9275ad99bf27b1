import Foundation

/// One line of the table.
struct Row {
    enum Aim {
        case atMost(Double)
        case atLeast(Double)
    }

    let what: String
    let ours: String
    let peerName: String
    let peer: String
    /// Said the way the aim is said: ours through peer's where less is better, or how many times faster.
    let ratio: Double
    let aim: Aim

    var isMet: Bool {
        switch aim {
        case .atMost(let limit): ratio <= limit
        case .atLeast(let limit): ratio >= limit
        }
    }

    var aimText: String {
        switch aim {
        case .atMost(let limit): "≤ \(limit)"
        case .atLeast(let limit): "≥ \(limit)"
        }
    }

    var cells: [String] {
        [
            what, ours, "\(peerName): \(peer)", String(format: ratio < 2 ? "%.3f" : "%.1f", ratio), aimText,
            isMet ? "met" : "missed",
        ]
    }

    static let titles = ["what", "ours", "peer", "ratio", "aim", ""]
}

enum Report {
    static func table(_ rows: [Row]) -> String {
        let lines = [Row.titles] + rows.map(\.cells)
        let widths = Row.titles.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        func line(_ cells: [String]) -> String {
            "| "
                + zip(cells, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
                .joined(separator: " | ") + " |"
        }
        let rule = "|" + widths.map { String(repeating: "-", count: $0 + 2) }.joined(separator: "|") + "|"
        return ([line(Row.titles), rule] + rows.map { line($0.cells) }).joined(separator: "\n")
    }

    static func nanoseconds(_ value: Double) -> String {
        if value < 1_000 { return String(format: "%.0f ns", value) }
        if value < 1_000_000 { return String(format: "%.2f µs", value / 1_000) }
        return String(format: "%.2f ms", value / 1_000_000)
    }

    /// The page the table is kept on.
    static func page(_ rows: [Row]) -> String {
        """
        # Speed beside the peers

        \(host). Measured by `Benchmarks/run --write`, ours and the peer in turn in one run. Times are medians and say
        something about that machine; ratios say something about the code. `Benchmarks/` has the peers' sources.

        \(table(rows))

        - **APDU, readers**: virtual readers (pcscd and its vpcd driver); the cards are a process of their own that answers
          at once. Each ratio is the median over fresh pairs of connections, opened in turn.
        - **TLV**: from bytes, all checked, to a value one can navigate, and to the sum of all values in it; on the same
          bytes, with tags that swift-asn1 takes (it refuses BF0C, DF01 and other long tags that cards use). Ratio: how
          many times faster. A single allocation of ours ends the run as a failure.
        - **electronic card**: a dynamic code of 99 characters, and whose it is and that it is valid, under root and protection key;
          beside a Python program with a regular expression (a C engine), hashlib and the package cryptography.
        - **SM4**: libcrypto with a cipher fetched beforehand, the C caller encrypting in place.
        - **card**: one whole card over PC/SC, CPU time of the process that makes it, beside a C program that sends the same
          bytes and looks at nothing. The virtual cards are a process of their own, and their challenges come again, so that
          recorded commands fit. The security module serves the whole batch.
        - **line**: a production line in one process with its ledger on the disk, 6 cards a lane. Chips take what the model
          says: 47,000 bytes a second, 5 ms a command, 3 ms a page of 64 bytes written, 100 ms a reset; a machine takes 0.5 s
          to change a card. What links and chips allow is the model's own seconds of the busiest lane; the ratio is that
          through the time the line took.
        - **loop**: the same timed chips behind pcscd on 8 virtual readers that change their chips by themselves, made by a
          line (read back, compared, in the ledger) and by a plain pyscard program that sends recorded commands to one
          reader after the other.
        - **stations**: stations of one lane each on one PostgreSQL database, which writes to the disk with every commit, beside
          one station with as many lanes, in turn. *Ledger alone*: a card is its beginning and its outcome. *Timed chips*: whole
          lines, as above.
        - **verify**: a ledger of 100,000 cards in a SQLite file, beside the aim.

        ## Commands of a reading

        On real cards time is commands, 5-130 ms each. Pinned by `CommandCountTests` and `MakerEditionTests`, with the longest
        photo; first card of a product / every later one, once its habits are remembered. Readers in the field take about 222
        for the whole card (a SELECT and an authentication for each file, record by record, blocks of 128 bytes).

        | card | whole, without visits | holder and photo |
        |---|---|---|
        | extended length, many records at a time | 23 / 23 | 8 / 8 |
        | many records at a time, blocks of 256 bytes | 37 / 36 | 20 / 19 |
        | `plain-cos`, `huahong`: one record at a time | 95 / 93 | 25 / 23 |
        | `tongfang`: by tag, directories through the MF | 97 / 93 | 25 / 23 |
        | `fudan`: one record at a time, blocks of 128 bytes | 108 / 105 | 38 / 35 |
        | `huada`: Le 00 alone | 113 / 106 | 33 / 27 |
        | all at once: a SELECT for each file, blocks of 128, through the MF, by number | 127 / 120 | |

        `Benchmarks/soak` reads one virtual card through pcscd 1,000 times, from connecting to disconnecting: the last time 0
        failed, 28 commands each, median 3.5 ms, worst 9.0 ms; memory 31,952 KiB after a tenth and 32,084 KiB at the end, open
        files 4 and 4.

        ## Start, size, intake

        `Benchmarks/start` and `Benchmarks/intake` measure these by themselves; the figures are of a busy machine, where `opensc-tool -l`
        took 9.9 ms (3.7 ms on an idle one), so the ratio counts.

        | what | ours | beside | ratio |
        |---|---|---|---|
        | `healthcard --version` | 11.5 ms | opensc-tool -l: 9.9 ms | 1.16 |
        | `healthcard readers` | 16.3 ms | opensc-tool -l: 9.9 ms | 1.65 |
        | `healthcard read`, a card in a virtual reader | 43.1 ms | opensc-tool -l: 9.9 ms | 4.34 |
        | C library: load it and open the port | 12.1 ms | opensc-tool -l: 9.9 ms | 1.22 |
        | C library | 14.1 MB | before: 62 MB | 0.23 |
        | libraries that every command loads | 6 | before: 72 | 0.08 |
        | intake of 100,000 rows without photos, seconds of processor | 4.25 s | before: 9.06 s; Python: 2.34 s | 0.55 of Python's speed, aim 5: missed |

        """
    }

    private static var host: String {
        let cpu = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.split(separator: "\n")
            .first { $0.hasPrefix("model name") }?.split(separator: ":").last?.trimmingCharacters(in: .whitespaces)
        let system = (try? String(contentsOfFile: "/etc/os-release", encoding: .utf8))?.split(separator: "\n")
            .first { $0.hasPrefix("PRETTY_NAME=") }?.split(separator: "\"").last.map(String.init)
        let count = ProcessInfo.processInfo.activeProcessorCount
        return "\(system ?? "Linux"), \(count) processors (\(cpu ?? "unknown"))"
    }
}
