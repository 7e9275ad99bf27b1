import CardProfiles
import Foundation
import Testing

@testable import Personalization

@Suite("The names of photos") struct PhotoNamesTests {
    private let folder = NSTemporaryDirectory() + UUID().uuidString
    private let woman = "99646919970325667X"

    private func names(_ files: [String]) throws -> PhotoNames? {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for file in files { try Data().write(to: URL(fileURLWithPath: folder + "/" + file)) }
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return PhotoNames(folder: folder)
    }

    @Test("Each spelling that is there is known by its place among those that are looked for, and nothing else is")
    func spellings() throws {
        let number = try IDNumber(woman)
        let spellings = Batch.photoNames(of: number)
        for (place, name) in spellings.enumerated() {
            let names = try #require(try names([name, "\(name).bak", "x\(name)", "note.jpg", "readme"]))
            #expect(names.spellings(of: number) == 1 << UInt64(place), "\(name)")
        }
        let all = try #require(try names(spellings))
        #expect(all.spellings(of: number) == 1 << UInt64(spellings.count) - 1)
    }

    @Test("A picture of another kind is known to be there, and is no photo")
    func others() throws {
        let number = try IDNumber(woman)
        for name in Batch.otherPictureNames(of: number) {
            let found = try #require(try names([name])).spellings(of: number)
            #expect(found != 0 && found & 0xFFF == 0, "\(name)")
        }
    }

    @Test("Of a folder that is not there nothing is known to be there")
    func missing() throws {
        let names = try #require(PhotoNames(folder: "/nowhere/photos"))
        #expect(try names.spellings(of: IDNumber(woman)) == 0)
    }
}
