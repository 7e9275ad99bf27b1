import ArgumentParser

@main
struct HealthCardCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "healthcard", abstract: "Resident health cards over PC/SC.")
}
