import ArgumentParser

struct BatchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "batch", abstract: "Batches as a whole: check the folder, see how far it is, write its lists.",
        subcommands: [BatchCheckCommand.self, BatchStatusCommand.self, BatchReportCommand.self])
}
