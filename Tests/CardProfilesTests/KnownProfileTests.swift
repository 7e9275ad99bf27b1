import Testing

@testable import CardProfiles

/// Profiles of the program are built without the checks that a file gets: the checks are made here.
@Suite("Known profiles") struct KnownProfileTests {
    private func sources(_ known: (base: String, overlays: [String])) throws -> [(yaml: String, file: String)] {
        let files = [known.base] + known.overlays.map { known.base + "+" + $0 }
        return try files.map { name in
            let bytes = try #require(CardProfile.embedded[name + ".yaml"])
            return (String(decoding: bytes, as: UTF8.self), name + ".yaml")
        }
    }

    @Test("Every combination that is built without checks stands them, and is what they would have made of it")
    func checked() throws {
        #expect(CardProfile.known.count == 2 + 3 * (CardProfile.embedded.count - 2))
        for known in CardProfile.known {
            let sources = try sources(known)
            let checked = try ProfileLoader.load(
                yaml: sources[0].yaml, file: sources[0].file, overlays: Array(sources.dropFirst()))
            let quick = try CardProfile.named(known.base, overlays: known.overlays, folder: nil)
            let (one, other) = (try said(quick), try said(checked))
            #expect(one.count > 20)
            for (name, value) in one {
                // What they say is too long to be shown.
                let isSame = value == other[name]
                #expect(isSame, "\(known) \(name)")
            }
            let isSameForm = quick.canonicalForm == checked.canonicalForm
            #expect(isSameForm, "\(known)")
            #expect(quick.digest == checked.digest, "\(known)")
        }
    }

    /// Everything in a profile by its name, but its canonical form, whose closures are not the same.
    private func said(_ profile: CardProfile) throws -> [String: AnyHashable] {
        let children = Mirror(reflecting: profile).children.filter { $0.label != "form" }
        return try Dictionary(
            children.map { (try #require($0.label), try #require($0.value as? AnyHashable)) }
        ) { _, last in last }
    }

    @Test("With a folder of somebody's own, or in another combination, a profile is checked")
    func others() throws {
        let both = ["huada", "fudan"]
        #expect(!CardProfile.known.contains { $0.overlays == both })
        #expect(throws: ProfileError.self) {
            try CardProfile.named("resident-health-card", overlays: ["x"], folder: nil)
        }
    }
}
