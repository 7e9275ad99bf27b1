import CardProfiles
import Foundation
import Testing

@testable import Personalization

@Suite struct BatchManifestTests {
    private func manifest(_ edit: (inout [String: Any]) -> Void) throws -> BatchManifest {
        let data = try Data(contentsOf: URL(filePath: Repository.formalBatch + "/batch.json"))
        var object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        edit(&object)
        return try BatchManifest(json: JSONSerialization.data(withJSONObject: object))
    }

    private func items(_ edit: (inout [String: Any]) -> Void) -> [String?] {
        do {
            try manifest(edit).check(against: .bundled())
            return []
        } catch let error as BatchError {
            return error.problems.map(\.item)
        } catch {
            return ["\(error)"]
        }
    }

    @Test func theSamples() throws {
        let formal = try manifest { _ in }
        #expect(formal.mode == .formal)
        #expect(formal.id == "B000008")
        #expect(formal.issueDate == CalendarDate(year: 2026, month: 10, day: 12))
        #expect(formal.approvals.map(\.by) == ["health", "finance"])
        #expect(try Batch.readManifest(folder: Repository.sampleBatch).mode == .test)
    }

    @Test func everythingWrongIsListed() {
        let found = items {
            $0["id"] = nil
            $0["mode"] = "real"
            $0["issuerCode"] = "91X"
            $0["issueDate"] = "2026-02-29"
            $0["issuerName"] = 7
            $0["colour"] = "red"
        }
        #expect(Set(found) == ["id", "mode", "issuerCode", "issueDate", "issuerName", "colour"])
    }

    @Test func validityEndsAfterItBegins() {
        #expect(items { $0["validUntil"] = "2026-10-12" } == ["validUntil"])
    }

    @Test("an approval is given before the cards are issued, in either mode", arguments: ["formal", "test"])
    func lateApproval(mode: String) {
        let found = items {
            $0["mode"] = mode
            $0["approvals"] = [
                ["by": "health", "reference": "A", "date": "2026-10-13"],
                ["by": "finance", "reference": "B", "date": "2026-10-12"],
            ]
        }
        #expect(found == ["approvals[0].date"])
    }

    @Test func formalBatchesNeedBothApprovals() {
        #expect(items { $0["approvals"] = nil } == ["approvals", "approvals"])
        #expect(
            items { $0["approvals"] = [["by": "health", "reference": "A", "date": "2026-09-20"]] } == ["approvals"])
        #expect(
            items {
                $0["mode"] = "test"
                $0["approvals"] = nil
            } == [])
    }

    @Test func approvalsAreReadStrictly() {
        let twice = ["by": "health", "reference": "A", "date": "2026-09-20"]
        let strange = ["by": "mayor", "reference": "", "date": "20.9.2026", "seal": "x"]
        #expect(
            items { $0["approvals"] = [twice, twice, ["by": "finance", "reference": "B", "date": "2026-09-20"]] } == [
                "approvals[1].by"
            ])
        #expect(
            Set(items { $0["approvals"] = [twice, strange] }) == [
                "approvals[1].reference", "approvals[1].date", "approvals[1].seal",
            ])
        let mayor = ["by": "mayor", "reference": "C", "date": "2026-09-20"]
        #expect(items { $0["approvals"] = [twice, mayor] } == ["approvals", "approvals[1].by"])
    }

    /// Who has to approve is a line of the profile.
    @Test func approvalsFollowTheProfile() throws {
        let profile = try CardProfile.bundled()
        let one = try manifest {
            $0["approvals"] = [["by": "health", "reference": "A", "date": "2026-09-20"]]
        }
        #expect(throws: BatchError.self) { try one.check(against: profile) }
        let overlay = "overlay: lenient\nbase: resident-health-card\nmodes: { formalApprovals: [health] }\n"
        try one.check(against: Repository.profile(overlay: overlay))
    }

    @Test(arguments: ["", "[]", "{", "\"x\"", String(repeating: " ", count: 70_000) + "{}"])
    func noObject(text: String) {
        #expect(throws: BatchError.self) { try BatchManifest(json: Data(text.utf8)) }
    }
}
