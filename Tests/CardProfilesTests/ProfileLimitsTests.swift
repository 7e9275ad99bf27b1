import Testing

@testable import CardProfiles

/// What a hostile or broken file may not do.
struct ProfileLimitsTests {
    private func problems(_ yaml: String) -> [ProfileProblem] {
        do throws(ProfileError) {
            _ = try CardProfile(yaml: yaml, file: "card.yaml")
            return []
        } catch { return error.problems }
    }

    @Test(arguments: [
        ("profile: x\ntitle: &a b\n", 2, "anchors and aliases"), ("profile: x\ntitle: *a\n", 2, "anchors and aliases"),
        ("a: [x, &b c]\n", 1, "anchors and aliases"), ("a: {b: 1,*c: 2}\n", 1, "anchors and aliases"),
        ("a: 1\na: 2\n", 1, "'a' is there twice"), ("a: [1\n", 2, "is not valid YAML"),
        ("a: 1\n\tb: 2\n", 2, "is not valid YAML"),
        ("a: 1\n---\nb: 2\n", 2, "is not valid YAML"), ("", 0, "is empty"), ("# nothing\n", 0, "is empty"),
        ("- a\n- b\n", 1, "the file is a list, expected a mapping"), ("? [a]\n: 1\n", 1, "expected a name"),
        ("a: \u{1}\n", 1, "is not valid YAML"),
    ])
    func isRefused(yaml: String, line: Int, says: String) {
        let found = problems(yaml)
        #expect(found.contains { $0.line == line && $0.message.description.contains(says) }, "\(found)")
    }

    @Test func commentsAndTextMayHaveTheSigns() {
        let found = problems("# a & b, *c\ntitle: R&D 2*3 # &d\nother: a & b * c\n")
        #expect(!found.contains { $0.message.description.contains("anchors") })
    }

    @Test func depthIsBounded() {
        #expect(
            problems("a: " + String(repeating: "[", count: 5000)).first?.message.description.contains("nested deeper")
                == true)
        #expect(
            problems(String(repeating: "- ", count: 5000) + "a").first?.message.description.contains("nested deeper")
                == true)
        let stairs = (0..<200).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
        #expect(problems(stairs).first?.message.description.contains("nested deeper") == true)
        #expect(problems("a: " + String(repeating: "[\n", count: 5000)).first?.line == 65)
    }

    @Test func sizeIsBounded() {
        let found = problems(String(repeating: "#", count: YAMLReading.maximumSize + 1))
        #expect(found.map(\.message.description) == ["is larger than 1048576 bytes"])
    }

    @Test func problemsAreBounded() {
        let found = problems((0..<3000).map { "unknown\($0): 1\n" }.joined())
        #expect(found.count == ProfileReport.maximumProblems)
    }

    /// Laying an overlay on top takes time by the names in it times the names below.
    @Test func mappingsAreBounded() {
        let many = (0...YAMLReading.maximumEntries).map { "name\($0): 1\n" }.joined()
        #expect(
            problems(many).map(\.message.description) == [
                "is a mapping of more than \(YAMLReading.maximumEntries) entries"
            ])
    }

    @Test func damagedProfilesNeverTrap() throws {
        let bytes = Array(try Repository.base().utf8)
        let alphabet = Array("0:{[]}'\"-,F\n #é".utf8)
        var state: UInt64 = 0x2545_F491_4F6C_DD1D
        func next(_ bound: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % UInt64(bound))
        }
        for round in 0..<60 {
            var damaged = bytes
            for _ in 0..<(1 + round % 4) { damaged[next(damaged.count)] = alphabet[next(alphabet.count)] }
            if round % 10 == 0 { damaged = Array(damaged.prefix(next(damaged.count))) }
            let text = String(decoding: damaged, as: UTF8.self)
            do throws(ProfileError) { _ = try CardProfile(yaml: text, file: "card.yaml") } catch {
                #expect(!error.problems.isEmpty)
            }
        }
    }
}
