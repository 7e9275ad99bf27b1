import ArgumentParser

struct BatchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "batch", abstract: "Whole batches: check the folder, show the progress, write the lists.",
        subcommands: [BatchCheckCommand.self, BatchStatusCommand.self, BatchReportCommand.self])
}
