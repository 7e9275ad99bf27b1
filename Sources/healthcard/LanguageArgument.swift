import Messages

/// `--lang zh`, which every command takes at any place: the language has to be known before the rest is parsed, for what
/// is wrong with the rest is said in it.
enum LanguageArgument {
    private static let name = "--lang"
    private static let split = split(Array(CommandLine.arguments.dropFirst()))

    /// The arguments of the program without the language.
    static var otherArguments: [String] { split.rest }

    /// Nil where none is given, or one that is not spoken here.
    static var given: Language? { split.value.flatMap(Language.init(rawValue:)) }

    /// - Throws: ``Failure`` of code 2 for a language that is not spoken here.
    static func check() throws {
        guard let value = split.value, given == nil else { return }
        let names = Language.allCases.map(\.rawValue)
        throw Failure(
            .usage, UnknownLanguageText(value: value, known: names))
    }

    /// What follows `--` belongs to somebody else.
    static func split(_ arguments: [String]) -> (value: String?, rest: [String]) {
        var rest: [String] = []
        var value: String?
        var index = arguments.startIndex
        while index < arguments.endIndex, arguments[index] != "--" {
            if arguments[index] == name {
                index += 1
                value = index < arguments.endIndex ? arguments[index] : ""
            } else if arguments[index].hasPrefix(name + "=") {
                value = String(arguments[index].dropFirst(name.count + 1))
            } else {
                rest.append(arguments[index])
            }
            index += 1
        }
        return (value, rest + arguments.dropFirst(index))
    }
}
