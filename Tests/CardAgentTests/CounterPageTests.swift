import Foundation
import HealthCard
import Testing

@testable import CardAgent

@Suite("Counter page") struct CounterPageTests {
    private static let scripts = [
        PackageResources.counter_js, PackageResources.agent_js, PackageResources.parts_js, PackageResources.patient_js,
        PackageResources.forms_js, PackageResources.photo_js, PackageResources.settings_js,
        PackageResources.reading_js, PackageResources.clock_js,
    ].map { String(decoding: $0, as: UTF8.self) }
    private static let page = String(decoding: PackageResources.index_html, as: UTF8.self)

    private func texts(_ bytes: [UInt8]) throws -> [String: String] {
        guard case .object(let members) = try JSONValue(parsing: bytes) else { return [:] }
        var texts: [String: String] = [:]
        for member in members {
            guard case .string(let text) = member.value else { continue }
            #expect(texts[member.name] == nil, "\(member.name) is there twice")
            texts[member.name] = text
        }
        return texts
    }

    private var chinese: [String: String] { get throws { try texts(PackageResources.counter_zh_json) } }
    private var english: [String: String] { get throws { try texts(PackageResources.counter_en_json) } }

    private func matches(_ pattern: String, in text: String) throws -> Set<String> {
        let expression = try NSRegularExpression(pattern: pattern)
        let found = expression.matches(in: text, range: NSRange(text.startIndex..., in: text))
        return Set(found.compactMap { Range($0.range(at: 1), in: text).map { String(text[$0]) } })
    }

    @Test("Each text is there in Chinese and in English, with the same places to fill in")
    func bothLanguages() throws {
        let (chinese, english) = (try chinese, try english)
        #expect(Set(chinese.keys) == Set(english.keys))
        #expect(chinese.count > 200)
        for (key, text) in english {
            let other = chinese[key] ?? ""
            #expect(!text.isEmpty && !other.isEmpty, "\(key)")
            #expect(try matches(#"\{(\w+)\}"#, in: text) == matches(#"\{(\w+)\}"#, in: other), "\(key)")
        }
    }

    @Test("Each text the page asks for is there, and each that is there is asked for")
    func used() throws {
        let known = Set(try english.keys)
        let topics = Set(known.compactMap { $0.split(separator: ".").first.map(String.init) })
        let events = Set(AgentEvent.Kind.allCases.map(\.rawValue))
        let all = Self.scripts.joined(separator: "\n")
        let quoted = try matches(#""([a-z][A-Za-z]*\.[A-Za-z0-9.\-]+)""#, in: all).filter { name in
            topics.contains(String(name.prefix { $0 != "." })) && !events.contains(name)
        }
        let said = try matches(#"say\("([^"]+)""#, in: all).union(matches(#"data-text="([^"]+)""#, in: Self.page))
        for key in quoted.union(said) { #expect(known.contains(key), "\(key)") }
        // `state.${now}` and the like: what they can become begins so.
        let begun = try matches(#"say\(`([a-z.]+)\$"#, in: all).union(["item."])
        for beginning in begun { #expect(known.contains { $0.hasPrefix(beginning) }, "\(beginning)") }
        for key in known.subtracting(quoted).subtracting(said) {
            #expect(begun.contains { key.hasPrefix($0) }, "\(key) is never asked for")
        }
    }

    @Test("Each state of the page has a picture, a sentence and what to do, in both languages")
    func states() throws {
        let script = String(decoding: PackageResources.counter_js, as: UTF8.self)
        let table = try #require(script.range(of: "const looks = {")).upperBound
        let looks = String(script[table...].prefix { $0 != "}" })
        let drawn = String(decoding: PackageResources.pictures_svg, as: UTF8.self)
        let states = try matches(#"(\w+): \["#, in: looks)
        #expect(states.count >= 16)
        for picture in try matches(#"\["([\w\-]+)""#, in: looks) {
            #expect(drawn.contains(#"<symbol id="\#(picture)""#), "\(picture)")
        }
        for state in states {
            let needs = state == "trouble" ? ["state.\(state)"] : ["state.\(state)", "state.\(state).hint"]
            for key in needs { #expect(try english[key] != nil && chinese[key] != nil, "\(key)") }
        }
        for name in try matches(#"return "(\w+)";"#, in: script) { #expect(states.contains(name) || name == "patient") }
    }

    @Test("What a card says is set as text: no script of the page writes markup, and none is in the page")
    func textOnly() {
        for script in Self.scripts {
            for word in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"] {
                #expect(!script.contains(word), "\(word)")
            }
        }
        #expect(!Self.page.contains("style=") && !Self.page.contains("<style") && !Self.page.contains(" on"))
    }

    @Test("The rights and the marks of a token that the page names are those there are")
    func rights() throws {
        for right in AccessRight.allCases { #expect(try english["right.\(right.rawValue)"] != nil) }
        for preset in CounterSettings.Preset.allCases { #expect(try english["set.preset.\(preset.rawValue)"] != nil) }
    }
}
