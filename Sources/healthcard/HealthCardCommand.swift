import ArgumentParser
import Messages
import PCSC
import ShangMi

/// The root of the command line. It parses, prints and exits; everything else lives in the libraries.
struct HealthCardCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "healthcard",
        abstract: "Personalize, read, update and inspect resident health cards (居民健康卡) over PC/SC.",
        discussion: """
            Choose a reader by its exact name, by a unique part of the name, or by its number in `healthcard \
            readers`. The default is HEALTHCARD_READER for the card and HEALTHCARD_SAM_READER for the SAM. If a card \
            does not answer a command within 30 seconds, the program gives up; HEALTHCARD_COMMAND_LIMIT sets another \
            number of seconds. Messages are in Chinese with `--lang zh`, with HEALTHCARD_LANG=zh, or when LC_ALL, \
            LC_MESSAGES or LANG starts with zh.

            Exit codes: 0 done, 2 usage, 3 no reader, 4 no card, 5 the card refused, 6 bad input data, 7 part of the \
            work failed, 8 not allowed, 70 a bug.

            To try the program without any hardware, run `make demo`.
            """,
        version: Software.version,
        subcommands: [
            ReadersCommand.self, ReadCommand.self, UpdateCommand.self, VisitCommand.self, InspectCommand.self,
            BlockCommand.self, UnblockCommand.self, SAMCommand.self, BatchCommand.self, PersonalizeCommand.self,
            PlanCommand.self, LedgerCommand.self, KeysCommand.self, TestCardsCommand.self, ReleaseCommand.self,
            SignCommand.self,
            ECardCommand.self,
            ServeCommand.self,
            SoakCommand.self,
            APDUCommand.self,
            CInterfaceCommand.self,
            TraceCommand.self,
            VirtualCommand.self, VirtualFeederCommand.self, DemoCommand.self, CompletionCommand.self, ManCommand.self,
        ])
}

@main
enum Program {
    static func main() async {
        ProcessStart.settle()
        CommandLimit.onGivingUp { limit in
            let seconds = Int(limit / .seconds(1))
            Terminal.finish(
                with: Failure(
                    .noCard,
                    CommandText.stuck(seconds: seconds)))
        }
        await run()
        Terminal.leave(.done)
    }

    /// No file, ledger or name is called nothing: a variable that was never set would otherwise choose the folder `/`, or
    /// the ledger where none is named.
    private static func refuseEmptyArguments(_ arguments: ArraySlice<String>) throws {
        // Of `--set=ITEM=` the item is what is empty.
        let empty = arguments.firstIndex {
            $0.isEmpty || $0.hasPrefix("--") && $0.firstIndex(of: "=") == $0.indices.last
        }
        guard let index = empty else { return }
        let place = arguments[index].isEmpty ? arguments[..<index].last ?? "" : arguments[index]
        throw Failure(
            .usage,
            CommandText.emptyArgument(place: String(place.prefix(80))))
    }

    private static func run() async {
        do {
            try LanguageArgument.check()
            try refuseEmptyArguments(CommandLine.arguments.dropFirst())
            try CommandWords(LanguageArgument.otherArguments).check()
            var command = try HealthCardCommand.parseAsRoot(LanguageArgument.otherArguments)
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            try Terminal.checkOutput()
        } catch {
            Terminal.finish(with: error)
        }
    }
}
