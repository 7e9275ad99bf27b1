import Yams

/// Takes values out of a YAML file and gathers what is wrong with them.
struct ConfigurationReader {
    let file: String
    private(set) var problems: [ConfigurationProblem] = []

    init(file: String) { self.file = file }

    mutating func report(_ flaw: ConfigurationProblem.Flaw, _ node: Node) { report(flaw, line: node.mark?.line ?? 1) }

    private mutating func report(_ flaw: ConfigurationProblem.Flaw, line: Int) {
        problems.append(ConfigurationProblem(file: file, line: line, flaw: flaw))
    }

    /// Nil for a file with nothing in it, and for one that is not YAML.
    mutating func root(of yaml: String) -> Node? {
        do {
            let node = try Yams.compose(yaml: yaml)
            // A file of comments only is a node without anything.
            return node?.scalar?.string.isEmpty == true ? nil : node
        } catch let error as YamlError {
            switch error {
            case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
                .composer(_, let problem, let mark, _):
                report(.notYAML(reason: problem), line: mark.line)
            case .duplicatedKeysInMapping(let duplicates, let context):
                report(.notYAML(reason: "\(duplicates.first ?? "?") is there twice"), line: context.mark.line)
            default: report(.notYAML(reason: "\(error)"), line: 1)
            }
        } catch {
            report(.notYAML(reason: "\(error)"), line: 1)
        }
        return nil
    }

    mutating func map(_ node: Node, _ name: String, keys: [String]) -> [String: Node] {
        guard let mapping = node.mapping else {
            report(.notAMap(name), node)
            return [:]
        }
        var entries: [String: Node] = [:]
        for (key, value) in mapping {
            guard let text = key.scalar?.string, keys.contains(text) else {
                report(.unknownKey(key.scalar?.string ?? "?", known: keys), key)
                continue
            }
            entries[text] = value
        }
        return entries
    }

    mutating func list(_ node: Node, _ name: String) -> [Node]? {
        guard let sequence = node.sequence else {
            report(.notAList(name), node)
            return nil
        }
        return Array(sequence)
    }

    mutating func text(_ node: Node, _ name: String) -> String? {
        guard let text = node.scalar?.string, !text.isEmpty, text.utf8.count <= 4_096, !text.utf8.contains(0) else {
            report(.notText(name), node)
            return nil
        }
        return text
    }

    mutating func texts(_ node: Node, _ name: String) -> [(String, Node)] {
        (list(node, name) ?? []).compactMap { node in text(node, name).map { ($0, node) } }
    }

    mutating func path(_ node: Node, _ name: String) -> String? {
        guard let text = text(node, name) else { return nil }
        guard text.hasPrefix("/") else {
            report(.notAbsolute(name), node)
            return nil
        }
        return text
    }

    mutating func number(_ node: Node, _ name: String, _ range: ClosedRange<Int>) -> Int? {
        guard let number = node.scalar.flatMap({ Int($0.string) }), range.contains(number) else {
            report(.notANumber(name, range: "\(range.lowerBound) - \(range.upperBound)"), node)
            return nil
        }
        return number
    }

    mutating func flag(_ node: Node, _ name: String) -> Bool? {
        switch node.scalar?.string {
        case "true": return true
        case "false": return false
        default:
            report(.notAFlag(name), node)
            return nil
        }
    }

    mutating func choice<Value: RawRepresentable & CaseIterable>(
        _ node: Node, _ name: String
    ) -> Value? where Value.RawValue == String {
        choice(node, name, Value.allCases.map { ($0.rawValue, $0) })
    }

    mutating func choice<Value>(_ node: Node, _ name: String, _ choices: [(String, Value)]) -> Value? {
        guard let found = choices.first(where: { $0.0 == node.scalar?.string }) else {
            report(.notOneOf(name, choices.map(\.0)), node)
            return nil
        }
        return found.1
    }
}
