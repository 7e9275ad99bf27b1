import ArgumentParser
import Foundation
import Ledger
import ShangMi

struct LedgerVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Find every byte that was changed behind the ledger's back, and say where.",
        discussion: """
            The chain is computed anew, the stations' signatures are checked, the tables are built again from the \
            entries and compared, and of a SQLite file that was closed by a run every page. A finding ends with exit \
            code 6; what cannot be read, or is no ledger, with 2: whether it was changed cannot be told. What a run that was cut off left unsigned is a note: the next run signs it.

            Whoever can write to the store and to the station's folder can put both back to what they were. That is \
            seen by what they cannot write: a head somebody wrote down (`healthcard ledger head`), and a second \
            person's signature (`healthcard ledger countersign`).
            """)

    @OptionGroup var ledgerOptions: LedgerOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A head that was written down: the ledger has to go on from it; may be repeated.", valueName: "SEQ HASH"))
    var head: [String] = []

    @Option(name: .long, help: ArgumentHelp("Whose countersignature there has to be.", valueName: "name"))
    var countersignedBy: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "That person's public key, in PEM; else the ledger's word is taken for it.", valueName: "pem"))
    var countersignKey: String?

    @Flag(name: .long, help: "The last signature of a station's has to be countersigned.")
    var requireCountersign = false

    @Flag(name: .long, help: "JSON.")
    var json = false

    private func demands() throws -> LedgerDemands {
        var demands = LedgerDemands()
        demands.heads = try head.map { text in
            guard let head = LedgerHead(text) else {
                throw Failure(
                    .usage,
                    Terminal.text(
                        "--head takes a number and a hash as `healthcard ledger head` prints them",
                        "--head 应为 healthcard ledger head 输出的编号和哈希"))
            }
            return head
        }
        demands.countersigner = countersignedBy
        demands.isCountersigned = requireCountersign
        demands.countersigningKey = try countersignKey.map { path in
            try ReleaseFiles.explained(path) { try SM2.PublicKey(pem: ReleaseFiles.read(path, atMost: 16384)) }
        }
        return demands
    }

    mutating func run() throws {
        let result = try Ledger.verify(
            ledgerOptions.existing(), station: ledgerOptions.openStation(), demands: demands())
        if json {
            try Terminal.print(json: result)
        } else {
            for note in result.notes { Terminal.print(Terminal.text("note: ", "说明：") + note) }
            for finding in result.findings { Terminal.print(finding.description) }
            if result.unlisted > 0 {
                Terminal.print(Terminal.text("… and \(result.unlisted) more", "…… 另有 \(result.unlisted) 处"))
            }
            for signed in result.countersigned {
                Terminal.print(
                    Terminal.text(
                        "countersigned by \(signed.name) up to entry \(signed.sequence) of \(result.entries)",
                        "\(signed.name) 已会签至第 \(signed.sequence) 条（共 \(result.entries) 条）"))
            }
            Terminal.print(
                Terminal.text(
                    "\(result.entries) entries and \(result.seals) signatures checked, head \(result.head)",
                    "已核对 \(result.entries) 条记录、\(result.seals) 个签名，链首 \(result.head)"))
        }
        try Terminal.checkOutput()
        guard result.isSound else {
            throw Failure(
                .badInput,
                Terminal.text(
                    "the ledger was changed: \(result.findings.count + result.unlisted) finding(s); keep it as it is, and find out who could write to it",
                    "台账被改动：\(result.findings.count + result.unlisted) 处；请保持原状并查明何人可写"))
        }
    }
}
