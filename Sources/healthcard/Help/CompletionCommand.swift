import ArgumentParser

struct CompletionCommand: ParsableCommand {
    enum Shell: String, ExpressibleByArgument, CaseIterable { case bash, zsh, fish }

    static let configuration = CommandConfiguration(
        commandName: "completion", abstract: "Print the script that completes command lines in your shell.",
        discussion: "The package installs these scripts. New completions work in the next shell that you open.")

    @Argument(help: "The shell that the script is for.")
    var shell: Shell

    mutating func run() throws {
        let script =
            switch shell {
            case .bash: HealthCardCommand.completionScript(for: .bash)
            case .zsh: HealthCardCommand.completionScript(for: .zsh)
            case .fish: HealthCardCommand.completionScript(for: .fish)
            }
        Terminal.print(script)
        try Terminal.checkOutput()
    }
}
