import ArgumentParser

struct BatchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "batch", abstract: "Batches as a whole: check the folder before cards are made of it.",
        subcommands: [BatchCheckCommand.self])
}
