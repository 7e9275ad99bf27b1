import CardProfiles
import ISO7816

/// All answers of the run so far: none comes by 61xx over T=1, none is longer than Le, none has data beside a refusal
/// (`Docs/protocol.md §4`, §5 Reading).
enum AnswerChecks: CheckSource {
    static func checks(_ plan: SuitePlan) -> [Check] {
        [
            answer(
                "no-61xx", CheckText("61xx over T=1, in every answer of the run so far", "T=1 下本次检测至今各应答中的 61xx"),
                CheckText("never: an answer comes with its command", "不出现：应答随命令返回")
            ) { bench in bench.link.transmissionProtocol == .t0 ? nil : bench.seen.remaining },
            answer(
                "within-le", CheckText("answers longer than Le, in the run so far", "本次检测至今长于 Le 的应答"),
                CheckText("never", "不出现")
            ) { $0.seen.excess },
            answer(
                "no-data-with-errors", CheckText("data that comes with a refusal, in the run so far", "本次检测至今随错误返回的数据"),
                CheckText("never", "不出现")
            ) { $0.seen.dataWithError },
        ]
    }

    /// Sends what has the longest answers, then looks at all that came so far.
    private static func answer(
        _ what: String, _ title: CheckText, _ expected: CheckText,
        _ found: @escaping @Sendable (CheckBench) -> CheckExchange?
    ) -> Check {
        SweepChecks.check("answers.\(what)", title, expected) { bench throws(CheckStop) in
            for directory in bench.profile.directories {
                try bench.enter(directory.parent ?? directory.name)
                var command = try bench.selection(of: directory)
                command.p2 = 0
                command.ne = 256
                _ = try bench.send(command)
            }
            _ = try bench.send(try bench.command(.getProductionData, [.length: .number(256)]))
            for file in bench.profile.files where file.read != .never {
                try SweepChecks.read(file, bench)
                for ne in [256, 200, 40] where bench.profile.capabilities.expectedLength == .any || ne == 256 {
                    var command = try bench.use(.read, of: file, KeptContent())
                    command.ne = ne
                    _ = try bench.send(command)
                }
            }
            guard let exchange = found(bench) else { return }
            bench.link.add(exchange)
            throw bench.fail(
                "\(exchange.command.prefix(40)) was answered \(exchange.response.suffix(24))",
                "\(exchange.command.prefix(40)) 应答 \(exchange.response.suffix(24))")
        }
    }
}
