import CardProfiles
import Foundation

/// The printed forms. They show headers, lengths and places, never content: the digest of the image stands for it.
extension PersonalizationPlan: Encodable {
    private enum CodingKeys: String, CodingKey {
        case format, dialect, profile, profileDigest, image, cost, links, phases, steps
    }
    private enum LinkKeys: String, CodingKey { case name, title, bytesPerSecond, seconds }
    private enum CostKeys: String, CodingKey { case commands, bytesOut, bytesIn, phase }
    private enum StepKeys: String, CodingKey {
        case index, phase, directory, title, work, key, under, header, data, protection, length, place, commands,
            bytesOut
        case bytesIn
    }

    /// The value of `format` in the JSON.
    static let format = "personalization-plan/1"

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(Self.format, forKey: .format)
        try container.encode(dialect, forKey: .dialect)
        try container.encode(image.profile, forKey: .profile)
        try container.encode(profileDigest.hex, forKey: .profileDigest)
        try container.encode(image.digest.hex, forKey: .image)
        var total = container.nestedContainer(keyedBy: CostKeys.self, forKey: .cost)
        try Self.encode(cost, in: &total)
        var links = container.nestedUnkeyedContainer(forKey: .links)
        for link in self.links {
            var entry = links.nestedContainer(keyedBy: LinkKeys.self)
            try entry.encode(link.name, forKey: .name)
            try entry.encode(link.title, forKey: .title)
            try entry.encode(link.bytesPerSecond, forKey: .bytesPerSecond)
            try entry.encode(cost.seconds(on: link), forKey: .seconds)
        }
        var phases = container.nestedUnkeyedContainer(forKey: .phases)
        for phase in PersonalizationPhase.allCases where steps.contains(where: { $0.phase == phase }) {
            var entry = phases.nestedContainer(keyedBy: CostKeys.self)
            try entry.encode(phase.rawValue, forKey: .phase)
            try Self.encode(cost(of: phase), in: &entry)
        }
        var steps = container.nestedUnkeyedContainer(forKey: .steps)
        for step in self.steps {
            var entry = steps.nestedContainer(keyedBy: StepKeys.self)
            try Self.encode(step, in: &entry)
        }
    }

    private static func encode(_ cost: PlanCost, in container: inout KeyedEncodingContainer<CostKeys>) throws {
        try container.encode(cost.commands, forKey: .commands)
        try container.encode(cost.bytesOut, forKey: .bytesOut)
        try container.encode(cost.bytesIn, forKey: .bytesIn)
    }

    private static func encode(_ step: PlanStep, in entry: inout KeyedEncodingContainer<StepKeys>) throws {
        try entry.encode(step.index, forKey: .index)
        try entry.encode(step.phase.rawValue, forKey: .phase)
        try entry.encode(step.directory, forKey: .directory)
        try entry.encode(step.title, forKey: .title)
        try entry.encode(step.cost.commands, forKey: .commands)
        try entry.encode(step.cost.bytesOut, forKey: .bytesOut)
        try entry.encode(step.cost.bytesIn, forKey: .bytesIn)
        let (name, key, under): (String, String?, String?) =
            switch step.work {
            case .recognize: ("recognize", nil, nil)
            case .plain: ("plain", nil, nil)
            case .challenge: ("challenge", nil, nil)
            case .authenticate(let key): ("authenticate", key, nil)
            case .protect(let key): ("protect", key, nil)
            case .wrap(let key, let under): ("wrap", key, under)
            case .reset: ("reset", nil, nil)
            case .readBack: ("readBack", nil, nil)
            }
        try entry.encode(name, forKey: .work)
        try entry.encodeIfPresent(key, forKey: .key)
        try entry.encodeIfPresent(under, forKey: .under)
        if let command = step.command {
            try entry.encode(command.header.hex, forKey: .header)
            try entry.encodeIfPresent(step.ne, forKey: .length)
            try entry.encodeIfPresent(command.protection?.protection.rawValue, forKey: .protection)
            // What a blank card needs is the same for everyone; content is somebody's.
            if step.content == nil, let data = command.data, !data.isEmpty { try entry.encode(data.hex, forKey: .data) }
        }
        try entry.encodeIfPresent(step.content?.description, forKey: .place)
    }

    /// Compact JSON with its keys in alphabetical order.
    public var json: Data { CardImage.data(self, pretty: false) }

    /// The same, indented.
    public var prettyJSON: Data { CardImage.data(self, pretty: true) }

    /// A table for people: a line for each command, then the costs.
    public var text: String {
        var lines = [
            "plan for chip \(image.chipSerial.hex), profile \(image.profile), dialect \(dialect)",
            "image \(image.digest.hex)", "",
            Self.row("#", "directory", "command", "header", "out", "in"),
        ]
        for step in steps {
            let header = step.command.map { $0.header.map { [$0].hex.uppercased() }.joined(separator: " ") } ?? ""
            lines.append(
                Self.row(
                    String(step.index), step.directory, step.title, header, String(step.cost.bytesOut),
                    String(step.cost.bytesIn)))
        }
        lines += [
            "", "\(cost.commands) commands, \(cost.bytesOut) bytes out, \(cost.bytesIn) bytes in; bytes alone take",
        ]
        for link in links {
            lines.append("  \(Self.padded(link.title, 24)) \(Self.leading(String(cost.seconds(on: link)), 8)) s")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func row(
        _ index: String, _ directory: String, _ title: String, _ header: String, _ out: String, _ into: String
    ) -> String {
        "\(leading(index, 4))  \(padded(directory, 10)) \(padded(title, 40)) \(padded(header, 12))"
            + "\(leading(out, 6))\(leading(into, 6))"
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func leading(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
