import Foundation
import Testing

@testable import CommandHelp

/// What every command says of itself, in each language.
@Suite("Help in both languages") struct HelpTests {
    private func root() async throws -> CommandDescription {
        let dump = try await Programs.healthcard(["--experimental-dump-help"])
        return try #require(CommandDescription.root(String(decoding: dump.output, as: UTF8.self)))
    }

    /// The texts of a command that people see, without those of the commands below it.
    private static func texts(of command: CommandDescription) -> [String] {
        [command.abstract, command.discussion].compactMap(\.self)
            + command.shownArguments.flatMap { [$0.abstract, $0.discussion].compactMap(\.self) }
    }

    @Test("Every text of the commands has its Chinese, and no Chinese is left of a text that is gone")
    func catalogue() async throws {
        let commands = try await root().all
        let said = Set(commands.flatMap(Self.texts)).union(CommandExample.all.values.flatMap { $0.map(\.purpose) })
        let translated = HelpCatalogue.entries.map(\.key)
        for text in said.subtracting(translated).sorted() { Issue.record("no Chinese: \(text)") }
        for text in Set(translated).subtracting(said).sorted() { Issue.record("said by no command: \(text)") }
        #expect(Set(translated).count == translated.count, "one Chinese for each text")
        for (english, chinese) in HelpCatalogue.entries {
            #expect(chinese.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }, "\(english)")
            #expect(!english.isEmpty && !chinese.hasSuffix(" "), "\(english)")
        }
    }

    @Test("Every command that does something has an example, on one line, that the command takes")
    func examples() async throws {
        let root = try await root()
        let places = Set(root.all.filter { $0.shownCommands.isEmpty }.map(\.place)).union([""])
        for place in places.subtracting(CommandExample.all.keys) { Issue.record("\(place): no example") }
        for place in Set(CommandExample.all.keys).subtracting(root.all.map(\.place)) {
            Issue.record("\(place): is not a command")
        }
        for (place, examples) in CommandExample.all {
            for example in examples {
                #expect(!example.line.contains("\n") && example.purpose.last.map { ".?".contains($0) } == true)
                try Self.check(example.line, of: place, root)
            }
        }
    }

    /// Holds a line against what its command takes: no option it does not have, none missing that it needs.
    private static func check(_ line: String, of place: String, _ root: CommandDescription) throws {
        let line = line.replacing(/"[^"]*"/, with: "VALUE")
        var words = line.split(separator: " ").map(String.init)[...]
        #expect(words.popFirst() == "healthcard", "\(line)")
        var command = root
        while let word = words.first, let next = command.subcommands?.first(where: { $0.commandName == word }) {
            command = next
            words.removeFirst()
        }
        // That of a group leads through the commands of a piece of work.
        #expect(command.shownCommands.isEmpty, "\(line): is not whole")
        let end = words.firstIndex { [">", "<", "|", "--", "&"].contains($0) } ?? words.endIndex
        let isForwarded = end < words.endIndex && words[end] == "--"
        words = words[..<end]
        var given: Set<String> = []
        var values = isForwarded ? 1 : 0
        while let word = words.popFirst() {
            guard word.hasPrefix("-"), word != "-" else {
                values += 1
                continue
            }
            let name = String(word.split(separator: "=")[0])
            let argument = command.arguments?.first { $0.names?.contains { $0.spelling == name } ?? false }
            guard let argument else {
                Issue.record("\(line): \(command.place) has no \(name)")
                continue
            }
            given.formUnion(argument.names?.map(\.spelling) ?? [])
            if argument.kind == .option, !word.contains("=") {
                #expect(words.popFirst() != nil, "\(line): \(name) without its value")
                while argument.takesSeveral, let next = words.first, !next.hasPrefix("-") { words.removeFirst() }
            }
        }
        let positional = command.shownArguments.filter { $0.kind == .positional }
        let needed = positional.count { !$0.isOptional }
        #expect(values >= needed, "\(line): \(needed) values")
        #expect(positional.contains { $0.isRepeating } || values <= positional.count, "\(line): too many values")
        for argument in command.shownArguments where argument.kind == .option && !argument.isOptional {
            let isGiven =
                argument.defaultValue != nil || argument.names?.contains { given.contains($0.spelling) } ?? false
            #expect(isGiven, "\(line): lacks \(argument.label)")
        }
    }

    @Test("A Chinese page has no English sentence, an English one no Chinese")
    func pages() async throws {
        for command in try await root().all {
            let words = command.place.split(separator: " ").map(String.init)
            let chinese = try await Programs.healthcard(words + ["--help", "--lang", "zh"])
            #expect(chinese.status == 0 && chinese.errors.isEmpty, "\(command.place)")
            let page = String(decoding: chinese.output, as: UTF8.self)
            for line in page.split(separator: "\n")
            where !line.hasPrefix("  healthcard ") && !line.hasPrefix("用法：") {
                // Four words of small letters one after the other: names, options and words in capitals are in any page.
                let sentence = line.firstMatch(of: /[a-z]{2,} [a-z]{2,} [a-z]{2,} [a-z]{2,}/)
                #expect(sentence == nil, "\(command.path): \(line)")
            }
            let english = try await Programs.healthcard(words + ["--help"])
            let lines = String(decoding: english.output, as: UTF8.self).split(separator: "\n")
            for line in lines where !line.hasPrefix("  healthcard ") && !line.hasPrefix("  # ") {
                let marks = line.unicodeScalars.filter { "，。；：！？".unicodeScalars.contains($0) }
                #expect(marks.isEmpty, "\(command.path): \(line)")
            }
            for line in page.split(separator: "\n") where !line.hasPrefix("  healthcard ") {
                #expect(line.count <= 100, "\(command.path): \(line)")
            }
        }
    }

    @Test("A word that is no command names those that may have been meant")
    func nearCommands() async throws {
        let wrong = try await Programs.healthcard(["legder", "verify"])
        #expect(wrong.status == 2)
        #expect(wrong.errors.contains("error: healthcard has no command legder\nhint: did you mean ledger?"))
        let below = try await Programs.healthcard(["keys", "lst", "--lang", "zh"])
        #expect(below.status == 2 && below.errors.contains("是否为 list"))
        #expect(try await Programs.healthcard(["help", "keys", "create"]).status == 0)
        #expect(try await Programs.healthcard(["keys"]).status == 0)
    }

    @Test("Manual pages are made for every command, and are pages for man")
    func manual() async throws {
        let folder = try TestFolder()
        for language in ["en", "zh"] {
            let outcome = try await Programs.healthcard(["man", "--out", folder.path, "--lang", language])
            #expect(outcome.status == 0, "\(outcome.errors)")
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(Set(names) == Set(try await root().all.map { $0.path.replacing(" ", with: "-") + ".1" }))
            // What troff does not understand it says.
            for name in names {
                let page = try await Programs.run(
                    "/usr/bin/env", ["groff", "-k", "-man", "-Tutf8", "-ww", "-Wbreak", folder.file(name)])
                #expect(page.status == 0 && page.errors.isEmpty, "\(name): \(page.errors)")
            }
        }
        let one = try await Programs.healthcard(["man", "ledger", "why"])
        #expect(String(decoding: one.output, as: UTF8.self).hasPrefix(".TH HEALTHCARD-LEDGER-HISTORY 1 "))
        #expect(try await Programs.healthcard(["man", "nothing"]).status == 2)
        // By its older name too.
        #expect(try await Programs.healthcard(["man", "ledger", "history"]).output == one.output)
    }

    @Test("Completions are scripts that their shells read", arguments: ["bash", "zsh", "fish"])
    func completion(shell: String) async throws {
        let outcome = try await Programs.healthcard(["completion", shell])
        #expect(outcome.status == 0 && !outcome.output.isEmpty)
        guard shell == "bash" else { return }
        let folder = try TestFolder()
        try folder.write(String(decoding: outcome.output, as: UTF8.self), to: "script")
        #expect(try await Programs.run("/bin/bash", ["-n", folder.file("script")]).status == 0)
    }
}
