import Testing

@testable import CardProfiles

struct BundledProfileTests {
    @Test func loads() throws {
        let profile = try CardProfile.bundled()
        #expect(profile.directories.map(\.name) == ["MF", "DDF1", "DF01", "DF02", "DF03"])
        #expect(profile.files.count == 22)
    }
}
